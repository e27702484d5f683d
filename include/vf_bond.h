/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vf_bond: makes a hot-plugged virtual function (VF) a hidden lower device of
 * a paravirtual master interface, moves the data path to it and back again.
 *
 * A master driver registers each of its interfaces and tells what the host
 * says of the VF; vf_bond finds the VF's net_device, joins it, and asks the
 * master through struct vf_bond_ops to have the host move the data path.
 * Nothing here knows what kind of host or bus the master is on.
 */
#ifndef _VF_BOND_H
#define _VF_BOND_H

#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct bpf_prog;
struct netlink_ext_ack;
struct xdp_frame;

/**
 * enum vf_bond_path - which way the frames of a bond go
 * @VF_BOND_SYNTHETIC: through the master's own, paravirtual path
 * @VF_BOND_TO_VF: synthetic; the host has been asked to move to the VF
 * @VF_BOND_VF: through the VF
 * @VF_BOND_TO_SYNTHETIC: synthetic; the host has been asked to move back
 *
 * Frames are transmitted through the VF in VF_BOND_VF only, and accepted from
 * both paths in every state.
 */
enum vf_bond_path {
	VF_BOND_SYNTHETIC,
	VF_BOND_TO_VF,
	VF_BOND_VF,
	VF_BOND_TO_SYNTHETIC,
};

/**
 * struct vf_bond_ops - what a master driver does for its bond
 * @switch_path: Ask the host to move the data path to the VF (@vf true) or to
 *	the synthetic path, and wait for its answer for a bounded time.  Called
 *	with RTNL held, may sleep.  Returns 0 when the host has answered,
 *	-ENODEV when there is no host to ask any more, -ETIMEDOUT when it is
 *	not known whether the host moved, another errno when it did not.
 * @host_switch_obeyed: Optional.  The switch that vf_bond_host_switched()
 *	announced has taken effect: no frame will be given to the path that was
 *	left.  The master owes the host its answer now; one call may stand for
 *	several announcements.  Process context; must not take RTNL, which may
 *	be held by somebody who waits for this call to end.
 * @link_changed: Optional.  The path is VF_BOND_SYNTHETIC or VF_BOND_VF now,
 *	and was the other before; the master may announce itself to the network.
 *	vf_bond_vf() is still the VF that was left.  RTNL is held.
 */
struct vf_bond_ops {
	int (*switch_path)(struct net_device *master, bool vf);
	void (*host_switch_obeyed)(struct net_device *master, bool vf);
	void (*link_changed)(struct net_device *master,
			     enum vf_bond_path path);
};

/**
 * struct vf_bond_stats - traffic of the VF on behalf of its master
 * @rx_packets: frames that the VF received
 * @rx_bytes: their bytes
 * @tx_packets: frames that the VF accepted for transmission
 * @tx_bytes: their bytes
 * @tx_dropped: frames for the VF that were dropped, as they could not be made
 *	fit for it; a frame that finds the VF's queue full is not dropped
 *
 * The counters go on growing over the comings and goings of VFs.
 */
struct vf_bond_stats {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
};

/**
 * struct vf_bond_switches - what became of the path
 * @to_vf: switches to the VF that the host answered
 * @to_synthetic: switches back that the host answered
 * @failed: switches, of either direction, that the host refused or left
 *	unanswered
 * @by_host: switches to the synthetic path that the host made by itself
 * @last_ms: when the path moved last, by whomever, in milliseconds of the wall
 *	clock since 1970; 0 if it never has
 */
struct vf_bond_switches {
	u32 to_vf;
	u32 to_synthetic;
	u32 failed;
	u32 by_host;
	u64 last_ms;
};

/**
 * struct vf_bond - a master interface and its VF
 * @tx_vf: the VF while frames are to be transmitted through it, else NULL;
 *	this is the only field that a master may look at, by vf_bond_tx_dev()
 *
 * The rest of a bond is private to vf_bond.
 */
struct vf_bond {
	struct net_device __rcu *tx_vf;
};

/**
 * vf_bond_tx_dev() - the VF to transmit through, if any
 * @bond: the bond
 *
 * Context: RCU or BH read section; the result is good until it ends.
 * Return: the VF, or NULL to use the synthetic path.
 */
static inline struct net_device *vf_bond_tx_dev(const struct vf_bond *bond)
{
	return rcu_dereference_bh_check(bond->tx_vf, rcu_read_lock_held());
}

/*
 * Life: register_netdevice(master) and vf_bond_register() in one hold of RTNL,
 * so that the master has its name before a VF can have one; in another hold
 * vf_bond_unregister() and unregister_netdevice(master); vf_bond_free() when
 * no callback of the master can run any more.
 */
struct vf_bond *vf_bond_register(struct net_device *master,
				 const struct vf_bond_ops *ops);
void vf_bond_unregister(struct vf_bond *bond);
void vf_bond_free(struct vf_bond *bond);

/* What the host says; any context. */
void vf_bond_set_association(struct vf_bond *bond, bool allocated, u32 serial);
void vf_bond_host_switched(struct vf_bond *bond, bool vf);

/* What happens to the master; RTNL held. */
void vf_bond_master_open(struct vf_bond *bond);
void vf_bond_master_close(struct vf_bond *bond);
void vf_bond_host_lost(struct vf_bond *bond);
int vf_bond_set_mtu(struct vf_bond *bond, int mtu);
int vf_bond_set_mac(struct vf_bond *bond, struct sockaddr_storage *addr,
		    struct netlink_ext_ack *extack);
int vf_bond_set_xdp(struct vf_bond *bond, struct bpf_prog *prog,
		    struct netlink_ext_ack *extack);
void vf_bond_set_features(struct vf_bond *bond, netdev_features_t features);
void vf_bond_change_rx_flags(struct vf_bond *bond, int change);
struct net_device *vf_bond_vf(struct vf_bond *bond);

/* Any context. */
enum vf_bond_path vf_bond_path(const struct vf_bond *bond);

/* From ndo_set_rx_mode. */
void vf_bond_set_rx_mode(struct vf_bond *bond);

/* From the master's transmit path, with what vf_bond_tx_dev() gave. */
u16 vf_bond_select_queue(struct vf_bond *bond, struct net_device *vf,
			 struct sk_buff *skb);
netdev_tx_t vf_bond_xmit(struct vf_bond *bond, struct net_device *vf,
			 struct sk_buff *skb, struct sk_buff **rest);

/* From the master's ndo_xdp_xmit. */
int vf_bond_xdp_xmit(struct vf_bond *bond, int n, struct xdp_frame **frames,
		     u32 flags);

/* Any context. */
void vf_bond_get_stats(const struct vf_bond *bond, struct vf_bond_stats *stats);
void vf_bond_get_cpu_stats(const struct vf_bond *bond, int cpu,
			   struct vf_bond_stats *stats);
void vf_bond_get_switches(const struct vf_bond *bond,
			  struct vf_bond_switches *switches);

#endif /* _VF_BOND_H */
