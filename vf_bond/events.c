// SPDX-License-Identifier: GPL-2.0-only
/* Events of network devices. */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "bond.h"
#include "trace.h"

static void vf_bond_vf_event(struct vf_bond_priv *bond, unsigned long event)
{
	trace_vf_bond_vf_event(bond->master, bond->vf, event);

	switch (event) {
	case NETDEV_UP:
		vf_bond_vf_up(bond);
		break;
	case NETDEV_GOING_DOWN:
		vf_bond_vf_going_down(bond, VF_BOND_BY_VF_DOWN);
		break;
	case NETDEV_DOWN:
		vf_bond_vf_down(bond);
		break;
	case NETDEV_CHANGE:
		vf_bond_path_update(bond, VF_BOND_BY_VF_CHANGE);
		break;
	case NETDEV_CHANGEMTU:
		vf_bond_vf_mtu_changed(bond);
		break;
	case NETDEV_CHANGEADDR:
		/* perhaps the master's own change, and the master is to follow */
		vf_bond_kick(bond, VF_BOND_BY_SETTINGS);
		break;
	case NETDEV_UNREGISTER:
		vf_bond_leave(bond, VF_BOND_VF_GOES, VF_BOND_BY_VF_GONE);
		/* there may be one that was refused because of this one */
		vf_bond_kick(bond, VF_BOND_BY_VF_GONE);
		break;
	}
}

/* A master that changes its network namespace unregisters and registers. */
static void vf_bond_master_event(struct vf_bond_priv *bond,
				 unsigned long event)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		if (bond->vf)
			vf_bond_leave(bond, VF_BOND_VF_GOES,
				      VF_BOND_BY_MASTER_MOVED);
		break;
	case NETDEV_REGISTER:
		vf_bond_kick(bond, VF_BOND_BY_MASTER_MOVED);
		break;
	case NETDEV_CHANGEMTU:
		vf_bond_master_mtu_changed(bond);
		break;
	case NETDEV_CHANGEADDR:
		vf_bond_master_addr_changed(bond);
		break;
	}
}

static void vf_bond_other_event(struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_POST_INIT:
		vf_bond_mark_candidate(dev);
		break;
	case NETDEV_REGISTER:
		vf_bond_adopt_candidate(dev);
		break;
	}
}

static int vf_bond_event(struct notifier_block *nb, unsigned long event,
			 void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct vf_bond_priv *bond;

	bond = vf_bond_of_vf(dev);
	if (bond) {
		vf_bond_vf_event(bond, event);
		return NOTIFY_DONE;
	}

	bond = vf_bond_of_master(dev);
	if (bond)
		vf_bond_master_event(bond, event);
	else
		vf_bond_other_event(dev, event);

	return NOTIFY_DONE;
}

static struct notifier_block vf_bond_notifier = {
	.notifier_call = vf_bond_event,
};

/**
 * vf_bond_events_init() - begin to hear of network devices
 *
 * Return: 0 or an errno
 */
int vf_bond_events_init(void)
{
	return register_netdevice_notifier(&vf_bond_notifier);
}

/**
 * vf_bond_events_exit() - hear of network devices no longer
 */
void vf_bond_events_exit(void)
{
	unregister_netdevice_notifier(&vf_bond_notifier);
}
