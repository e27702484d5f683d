// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deferred work of bonds, and their references.  The work that takes RTNL can
 * not be waited for with RTNL held; it keeps the bond in memory by a reference
 * and finds out by itself that the bond is dead.
 */
#include <linux/slab.h>

#include "bond.h"

static struct workqueue_struct *vf_bond_wq;

/**
 * vf_bond_work_init() - make the queue on which bonds work
 *
 * Return: 0 or -ENOMEM
 */
int vf_bond_work_init(void)
{
	vf_bond_wq = alloc_workqueue("vf_bond", WQ_UNBOUND, 0);

	return vf_bond_wq ? 0 : -ENOMEM;
}

/**
 * vf_bond_work_exit() - wait for the work of bonds that are gone
 *
 * Context: process, without RTNL.
 */
void vf_bond_work_exit(void)
{
	destroy_workqueue(vf_bond_wq);
}

static void vf_bond_release(struct kref *refs)
{
	struct vf_bond_priv *bond = container_of(refs, struct vf_bond_priv,
						 refs);

	vf_bond_free_queues(bond);
	free_percpu(bond->stats);
	kfree(bond);
}

/**
 * vf_bond_put() - drop a reference
 * @bond: the bond; gone with its last reference
 */
void vf_bond_put(struct vf_bond_priv *bond)
{
	kref_put(&bond->refs, vf_bond_release);
}

/**
 * vf_bond_kick() - have a bond look at everything anew, with RTNL
 * @bond: the bond
 * @cause: why
 *
 * Context: any; the caller knows that the bond has not been freed.
 */
void vf_bond_kick(struct vf_bond_priv *bond, enum vf_bond_cause cause)
{
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	if (!bond->dead) {
		bond->work_cause = cause;
		kref_get(&bond->refs);
		if (!queue_work(vf_bond_wq, &bond->work))
			vf_bond_put(bond);
	}
	spin_unlock_irqrestore(&bond->lock, flags);
}

/**
 * vf_bond_kick_obey() - have a switch that the host made ended
 * @bond: the bond
 *
 * Context: bond->lock held, bond not dead.
 */
void vf_bond_kick_obey(struct vf_bond_priv *bond)
{
	lockdep_assert_held(&bond->lock);

	queue_work(vf_bond_wq, &bond->obey_work);
}
