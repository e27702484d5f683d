// SPDX-License-Identifier: GPL-2.0-only
/* Makes a device the hidden lower device of a master, and undoes it. */
#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "bond.h"
#include "match.h"
#include "trace.h"

/**
 * vf_bond_of_vf() - the bond that a device has joined
 * @dev: any device
 *
 * Context: RTNL held.
 * Return: the bond, or NULL
 */
struct vf_bond_priv *vf_bond_of_vf(const struct net_device *dev)
{
	if (rtnl_dereference(dev->rx_handler) != vf_bond_receive)
		return NULL;

	return rtnl_dereference(dev->rx_handler_data);
}

/**
 * vf_bond_mark() - mark a device as one that is not for use by itself
 * @dev: the device
 *
 * User space reads IFF_SLAVE; IPv6 asks for IFF_NO_ADDRCONF, or on kernels
 * that lack it for IFF_SLAVE.  A VF is opened without waiting for it to be
 * renamed, so it has to be possible afterwards.
 *
 * Context: RTNL held.
 */
void vf_bond_mark(struct net_device *dev)
{
	dev->flags |= IFF_SLAVE;
	dev->priv_flags |= IFF_NO_ADDRCONF | IFF_LIVE_RENAME_OK;
}

/**
 * vf_bond_unmark() - undo vf_bond_mark()
 * @dev: the device
 *
 * Context: RTNL held.
 */
void vf_bond_unmark(struct net_device *dev)
{
	dev->flags &= ~IFF_SLAVE;
	dev->priv_flags &= ~(IFF_NO_ADDRCONF | IFF_LIVE_RENAME_OK);
}

static void vf_bond_set_vf(struct vf_bond_priv *bond, struct net_device *vf)
{
	struct vf_bond_candidate facts;

	vf_bond_read_candidate(vf, &facts);
	bond->vf_has_serial = facts.has_serial;
	bond->vf_serial = facts.serial;
	bond->vf_closing = false;
	bond->vf_was_up = false;
	bond->ready = false;

	netdev_hold(vf, &bond->vf_tracker, GFP_KERNEL);
	bond->vf = vf;
}

static void vf_bond_clear_vf(struct vf_bond_priv *bond)
{
	struct net_device *vf = bond->vf;
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	/* the host has seen its VF go, whatever became of the last request */
	bond->host_on_vf = false;
	spin_unlock_irqrestore(&bond->lock, flags);

	bond->vf = NULL;
	netdev_put(vf, &bond->vf_tracker);
}

/**
 * vf_bond_tell_user_space() - a device has been marked, or is not any more
 * @vf: the device, registered
 *
 * Rules of udev look at the flags, of which it hears only with an event.
 *
 * Context: process.
 */
void vf_bond_tell_user_space(struct net_device *vf)
{
	kobject_uevent(&vf->dev.kobj, KOBJ_CHANGE);
}

/**
 * vf_bond_join() - join a VF to its master
 * @bond: bond of the master; it has no VF
 * @vf: the VF, in the master's network namespace
 *
 * Frames from the VF are the master's from now on.  vf_bond_setup() and the
 * data path are left to the bond's work.
 *
 * Context: RTNL held.
 * Return: 0, or an errno, which has been logged
 */
int vf_bond_join(struct vf_bond_priv *bond, struct net_device *vf)
{
	struct net_device *master = bond->master;
	bool marked = vf->flags & IFF_SLAVE;
	int err;

	ASSERT_RTNL();

	netdev_info(master, "VF registering: %s\n", vf->name);
	vf_bond_mark(vf);
	vf_bond_set_vf(bond, vf);

	err = netdev_rx_handler_register(vf, vf_bond_receive, bond);
	if (err)
		goto err_set;
	err = netdev_master_upper_dev_link(vf, master, NULL, NULL, NULL);
	if (err)
		goto err_handler;

	call_netdevice_notifiers(NETDEV_JOIN, vf);
	netdev_info(vf, "joined to %s\n", master->name);
	/* the mark is news if the VF was there before its master */
	if (!marked)
		vf_bond_tell_user_space(vf);
	trace_vf_bond_join(master, vf, 0);
	vf_bond_kick(bond, VF_BOND_BY_VF_JOINED);
	return 0;

err_handler:
	netdev_rx_handler_unregister(vf);
err_set:
	vf_bond_clear_vf(bond);
	vf_bond_unmark(vf);
	trace_vf_bond_join(master, vf, err);
	netdev_warn(master, "VF %s not joined: error %d\n", vf->name, err);
	return err;
}

/**
 * vf_bond_leave() - separate the VF from its master
 * @bond: bond of the master; it has a VF
 * @how: what becomes of the VF
 * @cause: why
 *
 * Context: RTNL held; asks the host to move the path, if it is on the VF.
 */
void vf_bond_leave(struct vf_bond_priv *bond, enum vf_bond_leave how,
		   enum vf_bond_cause cause)
{
	struct net_device *master = bond->master;
	struct net_device *vf = bond->vf;

	ASSERT_RTNL();

	netdev_info(master, "VF unregistering: %s\n", vf->name);
	trace_vf_bond_leave(master, vf, cause);
	vf_bond_vf_going_down(bond, cause);
	vf_bond_undo_setup(bond, how);

	/* first, as user space is told when the two are separated */
	if (how == VF_BOND_VF_STAYS)
		vf_bond_unmark(vf);
	netdev_upper_dev_unlink(vf, master);
	netdev_rx_handler_unregister(vf);
	if (how == VF_BOND_VF_STAYS)
		vf_bond_tell_user_space(vf);

	vf_bond_clear_vf(bond);
}
