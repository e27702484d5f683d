/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world with a VF: the function has one, and its NIC a wire; of both there is
 * no more than frames need.
 */
#ifndef _HVSIM_CX3_PORT_H
#define _HVSIM_CX3_PORT_H

#include "hvsim/nic.h"
#include "hvsim_cx3_world.h"

/**
 * struct port - the VF of a world, and what is beyond it
 * @nic: the NIC
 * @dev: its wire
 * @tap: hears what arrives there
 * @frames: that
 * @plugged: there is a VF
 */
struct port {
	struct hvsim_nic *nic;
	struct net_device *dev;
	struct packet_type tap;
	struct sk_buff_head frames;
	bool plugged;
};

int port_init(struct kunit *test);
void port_exit(struct kunit *test);

static inline struct port *port_of(struct kunit *test)
{
	return ((struct world *)test->priv)->more;
}

/* One of the NIC's counters. */
static inline u64 port_count(struct kunit *test, enum hvsim_count what)
{
	return atomic64_read(&port_of(test)->nic->stats.count[what]);
}

/*
 * The VF goes; its form loses two frames then, and asks for the function.  False
 * when that says it still has the bus.
 */
bool port_pull(struct port *port, bool surprise);
/* The next frame that arrived at the wire, from its Ethernet header on. */
struct sk_buff *port_arrived(struct kunit *test);

#endif /* _HVSIM_CX3_PORT_H */
