/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixture: an interface of the driver on the simulated host, its wire, frames
 * between the two.
 */
#ifndef _NETVSC_FIXTURE_H
#define _NETVSC_FIXTURE_H

#include <kunit/test.h>
#include <linux/netdevice.h>

#include "netvsc.h"
#include "vf_bond.h"

#include "hvsim/nic.h"

/* Far more than anything here takes; time jumps while all wait. */
#define PATIENCE	(30 * HZ)

/* An EtherType that the stack leaves alone: "local experimental 1". */
#define E2E_PROTO	0x88b5

/* What arrives at a device of our frames, in order. */
struct tap {
	struct packet_type type;
	struct sk_buff_head frames;
};

struct e2e {
	struct hvsim_nic_cfg cfg;
	struct hvsim_nic *nic;
	struct net_device *ndev;	/* the interface */
	struct net_device *wire;
	netdevice_tracker ndev_tracker;
	netdevice_tracker wire_tracker;
	struct tap at_ndev;
	struct tap at_wire;
};

/* Wait for a condition to become true, but not for ever. */
#define AWAIT(_test, ...)						\
do {									\
	unsigned long _until = jiffies + PATIENCE;			\
									\
	while (!(__VA_ARGS__) && time_before(jiffies, _until))		\
		schedule_timeout_uninterruptible(1);			\
	KUNIT_ASSERT_TRUE_MSG(_test, __VA_ARGS__, "%s", #__VA_ARGS__);	\
} while (0)

/* Frame number @seq of @len bytes, the Ethernet header among them. */
void e2e_send(struct kunit *test, struct net_device *from,
	      const struct net_device *to, u32 seq, u32 len);

/* Send @n frames of @len bytes: each arrives once, in order, nothing else. */
void e2e_frames_to_wire(struct kunit *test, u32 n, u32 len);
void e2e_frames_from_wire(struct kunit *test, u32 n, u32 len);
void e2e_frames_both_ways(struct kunit *test);

/* Our interface with that permanent address, or NULL. */
struct net_device *e2e_find_interface(const u8 *mac);

/* The netdev of the VF with that permanent address, or NULL. */
struct net_device *e2e_find_vf(const u8 *mac);

/* Wait for the interface and its wire. */
void e2e_hold_devices(struct kunit *test);
/* Undo that. */
void e2e_release_devices(struct e2e *e);

/* The host offers a NIC as test->priv->cfg says. */
void e2e_offer(struct kunit *test);

/* A frame sent now is not lost in a queue that is not there yet. */
bool e2e_ready(const struct net_device *dev);
void e2e_bring_up(struct kunit *test, struct net_device *dev);

/* All of the above: a NIC that is up at both ends. */
void e2e_start(struct kunit *test);
void e2e_stop(struct e2e *e);

/* A VF comes, and goes. */
int e2e_plug(struct e2e *e);
/* The same, with nothing said of an association. */
int e2e_plug_silently(struct e2e *e);
int e2e_associate(struct e2e *e, bool on, u32 serial);
int e2e_pull(struct e2e *e, bool surprise);
enum vf_bond_path e2e_path(const struct e2e *e);
/* Not an assertion, for tests with threads to stop. */
bool e2e_await_path(const struct e2e *e, enum vf_bond_path path);
void e2e_plug_and_switch(struct kunit *test);

/* Frames in both directions, by that path. */
void e2e_expect_vf(struct kunit *test);
void e2e_expect_synthetic(struct kunit *test);

/* Of a suite; exit finds what the host complained of, and leftovers. */
int e2e_init(struct kunit *test);
void e2e_exit(struct kunit *test);

/* As written to the NIC's file of faults. */
void e2e_add_fault(struct kunit *test, const char *text);

/* As ethtool -L asks for it: 0 or an errno. */
int e2e_set_channels(struct e2e *e, u32 n);
/* Of the interface, and of the wire, which carries no less than 1500. */
int e2e_set_mtu(struct e2e *e, int mtu);

static inline struct netvsc *e2e_priv(const struct e2e *e)
{
	return netdev_priv(e->ndev);
}

static inline struct netvsc_device *e2e_device(const struct e2e *e)
{
	return rcu_dereference_protected(e2e_priv(e)->nvdev, true);
}

static inline s64 e2e_count(const struct e2e *e, enum hvsim_count what)
{
	return atomic64_read(&e->nic->stats.count[what]);
}

#endif /* _NETVSC_FIXTURE_H */
