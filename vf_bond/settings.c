// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the VF takes over from its master: applied when it has joined, followed
 * while it stays, undone when it leaves.
 */
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/rtnetlink.h>

#include "bond.h"

/* The VF if it follows the master, else NULL. */
static struct net_device *vf_bond_follower(const struct vf_bond_priv *bond)
{
	ASSERT_RTNL();

	return bond->ready ? bond->vf : NULL;
}

/* Once for as long as it lasts. */
static void vf_bond_log_fit(struct vf_bond_priv *bond)
{
	const struct net_device *vf = bond->vf;

	if (vf_bond_vf_fits(bond)) {
		bond->unfit_logged = false;
		return;
	}
	if (bond->unfit_logged)
		return;
	bond->unfit_logged = true;
	if (vf->mtu < bond->mtu)
		netdev_warn(bond->master,
			    "VF %s has MTU %u, cannot carry %u: data path stays synthetic\n",
			    vf->name, vf->mtu, bond->mtu);
	else
		netdev_warn(bond->master,
			    "VF %s has not address %pM: data path stays synthetic\n",
			    vf->name, bond->addr);
}

/* ---- MTU ---- */

/**
 * vf_bond_set_mtu() - the master's MTU is about to change
 * @pub: bond of the master
 * @mtu: new MTU; to undo a change that failed later, the old one
 *
 * Context: RTNL held, from ndo_change_mtu, before the master changes.
 * Return: 0, or the errno of a VF that carried the MTU so far and refuses the
 *	new one: nothing has changed, and the master should refuse, too
 */
int vf_bond_set_mtu(struct vf_bond *pub, int mtu)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	struct net_device *vf = vf_bond_follower(bond);
	unsigned int old = bond->mtu;
	bool fits;
	int err;

	if (!vf)
		return 0;

	fits = vf->mtu >= old;
	bond->mtu = mtu;
	err = dev_set_mtu(vf, mtu);
	if (err && fits) {
		bond->mtu = old;
		return err;
	}

	vf_bond_log_fit(bond);
	return 0;
}
EXPORT_SYMBOL_GPL(vf_bond_set_mtu);

/**
 * vf_bond_master_mtu_changed() - the master's MTU has changed
 * @bond: bond of the master
 *
 * Context: RTNL held.
 */
void vf_bond_master_mtu_changed(struct vf_bond_priv *bond)
{
	bond->mtu = bond->master->mtu;
	vf_bond_path_update(bond, VF_BOND_BY_SETTINGS);
}

/**
 * vf_bond_vf_mtu_changed() - somebody has changed the MTU of the VF
 * @bond: its bond
 *
 * Context: RTNL held.
 */
void vf_bond_vf_mtu_changed(struct vf_bond_priv *bond)
{
	if (!vf_bond_follower(bond))
		return;
	/* perhaps in vf_bond_set_mtu(), and the master's own change follows */
	if (bond->vf->mtu == bond->mtu) {
		vf_bond_kick(bond, VF_BOND_BY_SETTINGS);
		return;
	}

	vf_bond_log_fit(bond);
	vf_bond_path_update(bond, VF_BOND_BY_SETTINGS);
}

/* ---- address ---- */

static int vf_bond_set_vf_addr(struct net_device *vf, const u8 *addr)
{
	struct sockaddr_storage ss = { .ss_family = vf->type };

	if (ether_addr_equal(vf->dev_addr, addr))
		return 0;

	ether_addr_copy(ss.__data, addr);
	return dev_set_mac_address(vf, &ss, NULL);
}

/**
 * vf_bond_set_mac() - the master's address is about to change
 * @pub: bond of the master
 * @addr: new address; to undo a change that failed later, the old one
 * @extack: for the VF's reason to refuse
 *
 * Context: RTNL held, from ndo_set_mac_address, before the master changes.
 * Return: 0, or the errno of a VF that had the address so far and refuses the
 *	new one: nothing has changed, and the master should refuse, too
 */
int vf_bond_set_mac(struct vf_bond *pub, struct sockaddr_storage *addr,
		    struct netlink_ext_ack *extack)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	struct net_device *vf = vf_bond_follower(bond);
	u8 old[ETH_ALEN];
	bool fits;
	int err;

	if (!vf)
		return 0;

	fits = ether_addr_equal(vf->dev_addr, bond->addr);
	ether_addr_copy(old, bond->addr);
	ether_addr_copy(bond->addr, addr->__data);
	err = dev_set_mac_address(vf, addr, extack);
	if (err && fits) {
		ether_addr_copy(bond->addr, old);
		return err;
	}

	vf_bond_log_fit(bond);
	return 0;
}
EXPORT_SYMBOL_GPL(vf_bond_set_mac);

/**
 * vf_bond_master_addr_changed() - the master's address has changed
 * @bond: bond of the master
 *
 * Context: RTNL held.
 */
void vf_bond_master_addr_changed(struct vf_bond_priv *bond)
{
	ether_addr_copy(bond->addr, bond->master->dev_addr);
	vf_bond_path_update(bond, VF_BOND_BY_SETTINGS);
}

/* ---- receive filters ---- */

static void vf_bond_sync_flags(struct vf_bond_priv *bond, unsigned int flags)
{
	struct vf_bond_undo *undo = &bond->undo;
	bool promisc = flags & IFF_PROMISC;
	bool allmulti = flags & IFF_ALLMULTI;

	if (promisc != undo->promisc &&
	    !dev_set_promiscuity(bond->vf, promisc ? 1 : -1))
		undo->promisc = promisc;
	if (allmulti != undo->allmulti &&
	    !dev_set_allmulti(bond->vf, allmulti ? 1 : -1))
		undo->allmulti = allmulti;
}

/* A master that is absent for a while is not told of changes of its lists. */
static void vf_bond_sync_addrs(struct vf_bond_priv *bond)
{
	netif_addr_lock_bh(bond->master);
	vf_bond_set_rx_mode(&bond->pub);
	netif_addr_unlock_bh(bond->master);
}

/**
 * vf_bond_follow() - bring the VF's flags and lists to those of the master
 * @bond: bond of the master
 *
 * Looks at what else may have changed without the master knowing, too.
 *
 * Context: RTNL held.
 */
void vf_bond_follow(struct vf_bond_priv *bond)
{
	if (!vf_bond_follower(bond))
		return;

	vf_bond_sync_flags(bond, bond->master->flags);
	vf_bond_sync_addrs(bond);
	vf_bond_log_fit(bond);
}

/**
 * vf_bond_change_rx_flags() - the master's IFF_PROMISC or IFF_ALLMULTI changed
 * @pub: bond of the master
 * @change: which of them
 *
 * The VF follows a little later: a master without IFF_UNICAST_FLT gets here
 * with its addr_list_lock held, where the VF's flags cannot be changed.
 *
 * Context: any, from ndo_change_rx_flags.
 */
void vf_bond_change_rx_flags(struct vf_bond *pub, int change)
{
	if (change & (IFF_PROMISC | IFF_ALLMULTI))
		vf_bond_kick(vf_bond_priv(pub), VF_BOND_BY_SETTINGS);
}
EXPORT_SYMBOL_GPL(vf_bond_change_rx_flags);

/**
 * vf_bond_set_rx_mode() - the master's address lists have changed
 * @pub: bond of the master
 *
 * Context: from ndo_set_rx_mode, with the master's addr_list_lock held.
 */
void vf_bond_set_rx_mode(struct vf_bond *pub)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	struct net_device *vf = bond->addr_vf;

	lockdep_assert_held(&bond->master->addr_list_lock);

	if (vf) {
		dev_uc_sync(vf, bond->master);
		dev_mc_sync(vf, bond->master);
	}
}
EXPORT_SYMBOL_GPL(vf_bond_set_rx_mode);

static void vf_bond_follow_addrs(struct vf_bond_priv *bond)
{
	netif_addr_lock_bh(bond->master);
	bond->addr_vf = bond->vf;
	vf_bond_set_rx_mode(&bond->pub);
	netif_addr_unlock_bh(bond->master);
}

static void vf_bond_unfollow_addrs(struct vf_bond_priv *bond)
{
	netif_addr_lock_bh(bond->master);
	bond->addr_vf = NULL;
	netif_addr_unlock_bh(bond->master);

	dev_uc_unsync(bond->vf, bond->master);
	dev_mc_unsync(bond->vf, bond->master);
}

/* ---- features ---- */

static void vf_bond_want_features(struct net_device *vf,
				  netdev_features_t wanted)
{
	netdev_lock_ops(vf);
	vf->wanted_features = wanted;
	netdev_update_features(vf);
	netdev_unlock_ops(vf);
}

/* Some say for which protocols they compute checksums, some do it for all. */
static netdev_features_t vf_bond_all_names(netdev_features_t features)
{
	if (features & NETIF_F_HW_CSUM)
		features |= NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM;
	else if (features & (NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM))
		features |= NETIF_F_HW_CSUM;

	return features;
}

/*
 * What can be chosen on both follows; the rest is the VF's own.  But it is not
 * told of the master's VLANs, and must not filter them.
 */
static void vf_bond_apply_features(struct vf_bond_priv *bond,
				   netdev_features_t features)
{
	const netdev_features_t filters = NETIF_F_HW_VLAN_CTAG_FILTER |
					  NETIF_F_HW_VLAN_STAG_FILTER;
	struct net_device *vf = bond->vf;
	netdev_features_t mask;

	/* what is wanted beyond hw_features would be taken for granted */
	mask = vf_bond_all_names(bond->master->hw_features) & vf->hw_features;
	features = vf_bond_all_names(features) & mask & ~filters;
	mask |= filters;
	vf_bond_want_features(vf, (vf->wanted_features & ~mask) | features);
}

/**
 * vf_bond_set_features() - the master's features have changed
 * @pub: bond of the master
 * @features: as they will be; what the VF lacks is made up for in software
 *
 * Context: RTNL held, from ndo_set_features.
 */
void vf_bond_set_features(struct vf_bond *pub, netdev_features_t features)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);

	if (vf_bond_follower(bond))
		vf_bond_apply_features(bond, features);
}
EXPORT_SYMBOL_GPL(vf_bond_set_features);

/* ---- open and close ---- */

static void vf_bond_open_vf(struct vf_bond_priv *bond)
{
	struct net_device *vf = vf_bond_follower(bond);
	int err;

	if (!vf || !bond->open || netif_running(vf))
		return;

	/* the caller looks at the path when all is done */
	bond->opening = true;
	err = dev_open(vf, NULL);
	bond->opening = false;
	if (err)
		netdev_warn(bond->master, "VF %s not opened: error %d\n",
			    vf->name, err);
	bond->undo.opened = !err;
}

/**
 * vf_bond_master_open() - the master has been opened and can transmit
 * @pub: its bond
 *
 * Context: RTNL held; last thing in ndo_open.
 */
void vf_bond_master_open(struct vf_bond *pub)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);

	ASSERT_RTNL();

	bond->open = true;
	vf_bond_open_vf(bond);
	vf_bond_path_update(bond, VF_BOND_BY_MASTER_OPEN);
}
EXPORT_SYMBOL_GPL(vf_bond_master_open);

/**
 * vf_bond_master_close() - the master is about to be closed
 * @pub: its bond
 *
 * Context: RTNL held; first thing in ndo_stop.
 */
void vf_bond_master_close(struct vf_bond *pub)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	struct net_device *vf = vf_bond_follower(bond);

	bond->open = false;
	vf_bond_path_update(bond, VF_BOND_BY_MASTER_CLOSE);
	if (vf)
		dev_close(vf);
	bond->undo.opened = false;
}
EXPORT_SYMBOL_GPL(vf_bond_master_close);

/* ---- all at once ---- */

/* A VF that has only been to another namespace is not what it was at first. */
static void vf_bond_note_undo(struct vf_bond_priv *bond)
{
	const struct net_device *vf = bond->vf;
	struct vf_bond_undo *undo = &bond->undo;

	undo->opened = false;
	if (bond->undo_of == vf)
		return;

	undo->mtu = vf->mtu;
	undo->wanted = vf->wanted_features;
	ether_addr_copy(undo->addr, vf->dev_addr);
	bond->undo_of = vf;
}

/**
 * vf_bond_setup() - make the joined VF what its master is
 * @bond: the bond
 *
 * Not done while the VF registers, as its driver may not expect to be opened
 * before the end of that.
 *
 * Context: RTNL held.
 */
void vf_bond_setup(struct vf_bond_priv *bond)
{
	const struct net_device *master = bond->master;
	struct net_device *vf = bond->vf;

	ASSERT_RTNL();

	vf_bond_note_undo(bond);
	vf_bond_join_limits(bond);

	bond->mtu = master->mtu;
	ether_addr_copy(bond->addr, master->dev_addr);
	bond->unfit_logged = false;
	dev_set_mtu(vf, master->mtu);
	vf_bond_set_vf_addr(vf, master->dev_addr);
	vf_bond_log_fit(bond);

	vf_bond_sync_flags(bond, master->flags);
	vf_bond_apply_features(bond, master->features);
	vf_bond_follow_addrs(bond);
	vf_bond_xdp_join(bond);

	bond->ready = true;
	vf_bond_open_vf(bond);
}

/**
 * vf_bond_restore() - give a VF back what it had before vf_bond_setup()
 * @bond: the bond
 * @vf: the VF that @bond->undo is of; it has left, or is about to
 *
 * Context: RTNL held.
 */
void vf_bond_restore(struct vf_bond_priv *bond, struct net_device *vf)
{
	const struct vf_bond_undo *undo = &bond->undo;
	int mtu_err, addr_err;

	bond->undo_of = NULL;
	if (undo->opened)
		dev_close(vf);
	vf_bond_want_features(vf, undo->wanted);
	mtu_err = dev_set_mtu(vf, undo->mtu);
	addr_err = vf_bond_set_vf_addr(vf, undo->addr);
	if (mtu_err || addr_err)
		netdev_warn(vf, "not all settings of %s could be undone\n",
			    bond->master->name);
}

/**
 * vf_bond_undo_setup() - make the VF what it was before vf_bond_setup()
 * @bond: the bond; the path is synthetic
 * @how: nothing is asked of a VF that goes away but to forget what the master
 *	counts, too
 *
 * Context: RTNL held.
 */
void vf_bond_undo_setup(struct vf_bond_priv *bond, enum vf_bond_leave how)
{
	struct net_device *vf = vf_bond_follower(bond);

	if (!vf)
		return;
	bond->ready = false;

	vf_bond_leave_limits(bond);
	vf_bond_xdp_leave(bond);
	vf_bond_unfollow_addrs(bond);
	vf_bond_sync_flags(bond, 0);
	if (how == VF_BOND_VF_STAYS)
		vf_bond_restore(bond, vf);
	else if (vf->reg_state != NETREG_REGISTERED)
		bond->undo_of = NULL;
}
