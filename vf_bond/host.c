// SPDX-License-Identifier: GPL-2.0-only
/* What the host says, and what it does by itself. */
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>

#include "bond.h"
#include "trace.h"

/**
 * vf_bond_set_association() - the host associates a VF with the master
 * @pub: bond of the master
 * @allocated: there is a VF for it
 * @serial: serial number of that VF; without meaning if there is none
 *
 * Context: any.
 */
void vf_bond_set_association(struct vf_bond *pub, bool allocated, u32 serial)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	bond->allocated = allocated;
	bond->serial = serial;
	bond->host_gone = false;
	if (allocated)
		bond->hold = false;
	spin_unlock_irqrestore(&bond->lock, flags);

	trace_vf_bond_association(bond->master, allocated, serial);
	vf_bond_kick(bond, VF_BOND_BY_ASSOCIATION);
}
EXPORT_SYMBOL_GPL(vf_bond_set_association);

static struct net_device *vf_bond_take_draining(struct vf_bond_priv *bond,
						netdevice_tracker *tracker)
{
	struct net_device *vf;
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	vf = bond->draining;
	*tracker = bond->draining_tracker;
	bond->draining = NULL;
	spin_unlock_irqrestore(&bond->lock, flags);

	return vf;
}

/**
 * vf_bond_obey() - end a switch to the synthetic path that the host began
 * @work: obey_work of a bond
 */
void vf_bond_obey(struct work_struct *work)
{
	struct vf_bond_priv *bond = container_of(work, struct vf_bond_priv,
						 obey_work);
	netdevice_tracker tracker;
	struct net_device *vf;

	/* as synchronize_net(), but quick without RTNL too: the host waits */
	synchronize_rcu_expedited();

	vf = vf_bond_take_draining(bond, &tracker);
	vf_bond_release_queues(bond, vf);
	if (vf) {
		vf_bond_drain(vf);
		netdev_put(vf, &tracker);
	}

	if (bond->ops->host_switch_obeyed)
		bond->ops->host_switch_obeyed(bond->master, false);
}

/**
 * vf_bond_cancel_obey() - forget the answer that the host is owed
 * @bond: the bond
 *
 * Context: process; RTNL may be held.
 */
void vf_bond_cancel_obey(struct vf_bond_priv *bond)
{
	netdevice_tracker tracker;
	struct net_device *vf;

	cancel_work_sync(&bond->obey_work);
	vf = vf_bond_take_draining(bond, &tracker);
	if (vf)
		netdev_put(vf, &tracker);
}

/* The frames inside the VF are for obey_work to wait for.  Not SYNTHETIC. */
static void vf_bond_keep_draining(struct vf_bond_priv *bond)
{
	if (bond->draining || !bond->vf)
		return;
	bond->draining = bond->vf;
	netdev_hold(bond->vf, &bond->draining_tracker, GFP_ATOMIC);
}

static void vf_bond_host_left_vf(struct vf_bond_priv *bond)
{
	if (bond->path != VF_BOND_SYNTHETIC || bond->host_on_vf)
		vf_bond_path_moved(bond, &bond->switches.by_host);
	bond->hold = true;
	bond->hold_seen = false;

	switch (bond->path) {
	case VF_BOND_SYNTHETIC:
		bond->host_on_vf = false;
		break;
	case VF_BOND_TO_VF:
		/* which of the two came last, the answer will have to show */
		vf_bond_path_enter(bond, VF_BOND_SYNTHETIC, VF_BOND_BY_HOST);
		break;
	case VF_BOND_VF:
		bond->host_on_vf = false;
		vf_bond_see_hold(bond);
		vf_bond_keep_draining(bond);
		vf_bond_path_enter(bond, VF_BOND_SYNTHETIC, VF_BOND_BY_HOST);
		break;
	case VF_BOND_TO_SYNTHETIC:
		/* whoever waits for the host does the rest */
		vf_bond_keep_draining(bond);
		break;
	}

	vf_bond_kick_obey(bond);
}

/**
 * vf_bond_host_switched() - the host has moved the data path by itself
 * @pub: the bond
 * @vf: to the VF, or to the synthetic path
 *
 * Transmission through the VF has stopped when this returns, if @vf is false;
 * ops->host_switch_obeyed() says when no frame is on its way any more.  The VF
 * is used again when the host associates it, when it comes up anew, or when
 * the host moves to it.
 *
 * Context: any.
 */
void vf_bond_host_switched(struct vf_bond *pub, bool vf)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	if (bond->dead) {
		/* nobody is left to be asked */
	} else if (vf) {
		bond->hold = false;
		bond->host_on_vf = true;
		bond->answer_vf = true;
	} else {
		vf_bond_host_left_vf(bond);
	}
	spin_unlock_irqrestore(&bond->lock, flags);

	vf_bond_kick(bond, VF_BOND_BY_HOST);
}
EXPORT_SYMBOL_GPL(vf_bond_host_switched);

/**
 * vf_bond_host_lost() - there is no host to ask any more
 * @pub: the bond
 *
 * To be called before the master detaches from its host, be it for good or in
 * order to attach anew, or when the host has gone away.  The path is synthetic
 * from now on, nothing is asked, no answer is owed, and the association is
 * forgotten; the next one says that the host is back.
 *
 * Context: RTNL held; waits for frames inside the VF for a bounded time.
 */
void vf_bond_host_lost(struct vf_bond *pub)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	unsigned long flags;
	bool was_vf;

	ASSERT_RTNL();

	spin_lock_irqsave(&bond->lock, flags);
	/* host_on_vf stays: some hosts remember the path */
	was_vf = vf_bond_path_enter(bond, VF_BOND_SYNTHETIC,
				    VF_BOND_BY_HOST_LOST);
	bond->allocated = false;
	bond->hold = false;
	bond->host_gone = true;
	bond->answer_vf = false;
	spin_unlock_irqrestore(&bond->lock, flags);

	vf_bond_cancel_obey(bond);
	if (was_vf)
		synchronize_net();
	vf_bond_release_queues(bond, bond->vf);
	if (was_vf)
		vf_bond_drain(bond->vf);
	vf_bond_path_report(bond);
}
EXPORT_SYMBOL_GPL(vf_bond_host_lost);

/**
 * vf_bond_get_switches() - what became of the path so far
 * @pub: the bond
 * @switches: where to put the counts
 *
 * Context: any.
 */
void vf_bond_get_switches(const struct vf_bond *pub,
			  struct vf_bond_switches *switches)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	*switches = bond->switches;
	spin_unlock_irqrestore(&bond->lock, flags);
}
EXPORT_SYMBOL_GPL(vf_bond_get_switches);
