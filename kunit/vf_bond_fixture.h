/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A master and VFs that are nothing but net_devices.  They do what they are
 * told to do, and write down what they are asked.
 */
#ifndef _VF_BOND_FIXTURE_H
#define _VF_BOND_FIXTURE_H

#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "bond.h"

/* The address of masters and VFs unless a test wants another one. */
extern const u8 fake_addr[ETH_ALEN];

/**
 * struct fake_master - a master driver with a host behind it
 * @dev: its net_device, or NULL when it is gone
 * @bond: its bond
 * @priv: the same, as vf_bond sees it
 * @answer: what switch_path returns: [0] to synthetic, [1] to the VF
 * @leaves_when_asked: the host moves to the synthetic path by itself while it
 *	is asked to move, likewise
 * @drained_for_host: frames inside the VF were to be waited for on its behalf
 * @asked: how often switch_path was called, likewise
 * @tx_when_asked: calls that found transmission through the VF possible
 * @obeyed: how often host_switch_obeyed was called, likewise
 * @frames: frames that it had to send by itself
 * @link_changes: how often link_changed was called
 * @last_path: what it was told last
 */
struct fake_master {
	struct net_device *dev;
	struct vf_bond *bond;
	struct vf_bond_priv *priv;
	int answer[2];
	bool leaves_when_asked[2];
	bool drained_for_host;
	int asked[2];
	int tx_when_asked;
	int obeyed[2];
	int frames;
	int link_changes;
	enum vf_bond_path last_path;
};

/**
 * struct fake_vf - a VF
 * @dev: its net_device, or NULL when it is gone
 * @open_err: what ndo_open returns
 * @mtu_err: what ndo_change_mtu returns
 * @mac_err: what ndo_set_mac_address returns
 * @queue: what ndo_select_queue returns
 * @touched: how often an operation was called that newer kernels call with the
 *	device's own lock held
 * @busy_after: frames that it takes before it says NETDEV_TX_BUSY
 * @full_after: frames that it takes before it stops their queue
 * @prog: its XDP program, with a reference
 * @prog_err: what ndo_bpf returns
 * @xdp_answer: what ndo_xdp_xmit returns
 * @xdp_asked: how often it was called
 * @sent: frames that it took, each marked with what netdev_xmit_more() said
 */
struct fake_vf {
	struct net_device *dev;
	int open_err;
	int mtu_err;
	int mac_err;
	u16 queue;
	int touched;
	unsigned int busy_after;
	unsigned int full_after;
	struct bpf_prog *prog;
	int prog_err;
	int xdp_answer;
	int xdp_asked;
	struct sk_buff_head sent;
};

struct fake_master *fake_master_create(struct kunit *test, const u8 *addr);
void fake_master_destroy(struct fake_master *m);
void fake_master_open(struct kunit *test, struct fake_master *m);
void fake_master_close(struct fake_master *m);

/* Not registered yet: a test may change it first. */
struct fake_vf *fake_vf_alloc(struct kunit *test, const u8 *addr);
/* With ndo_bpf and ndo_xdp_xmit. */
struct fake_vf *fake_vf_alloc_xdp(struct kunit *test, const u8 *addr);
/*
 * Before it is registered: the kernel is to hold a lock of the VF's own around
 * its operations.  Older kernels cannot, and there it changes nothing.
 */
void fake_vf_lock_ops(struct fake_vf *vf);
void fake_vf_register(struct kunit *test, struct fake_vf *vf);
struct fake_vf *fake_vf_create(struct kunit *test, const u8 *addr);
void fake_vf_destroy(struct fake_vf *vf);
void fake_vf_open(struct kunit *test, struct fake_vf *vf);
void fake_vf_close(struct fake_vf *vf);
/* The carrier changes, and its event is worked through. */
void fake_vf_carrier(struct fake_vf *vf, bool on);
/* An event that tells nothing new. */
void fake_vf_poke(struct fake_vf *vf);

/* All work that @m has now is done. */
void fake_settle(struct fake_master *m);
struct net_device *fake_joined(struct fake_master *m);
struct net_device *fake_tx_vf(struct fake_master *m);
/* A master that is open and associated, and its VF, which carries the data. */
void fake_pair_create(struct kunit *test, struct fake_master **m,
		      struct fake_vf **vf);

/* ---- any net_device ---- */

int fake_set_address(struct net_device *dev, const u8 *addr);
bool fake_has_addr(const struct netdev_hw_addr_list *list, const u8 *addr);
/*
 * @dev has been told of its address lists.  Newer kernels leave that to a work
 * item.  Nobody may have set the flags of @dev that a user can set.
 */
void fake_settle_lists(struct net_device *dev);

/* A new one, which lives as long as the test. */
struct net *fake_net(struct kunit *test);
int fake_move(struct net_device *dev, struct net *net);

/* Nobody runs it: only its references count. */
struct bpf_prog *fake_prog(struct kunit *test);
int fake_set_xdp(struct fake_master *m, struct bpf_prog *prog);

/* ---- frames ---- */

/* A frame for queue 1 of the master and @vf_queue of the VF. */
struct sk_buff *fake_frame(struct kunit *test, struct fake_master *m,
			   u16 vf_queue);
/* What the master is to send by itself, or NULL; @skb too if it has to wait. */
struct sk_buff *fake_give(struct fake_master *m, struct sk_buff *skb);
/* The same with @more of a burst to come: as vf_bond_xmit(). */
netdev_tx_t fake_give_more(struct fake_master *m, struct sk_buff *skb,
			   bool more, struct sk_buff **rest);
void fake_expect_given_back(struct kunit *test, struct fake_master *m,
			    struct sk_buff *skb);

#endif /* _VF_BOND_FIXTURE_H */
