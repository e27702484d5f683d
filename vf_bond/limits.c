// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the master takes over from its VF: room that the VF's driver wants
 * around a frame, while joined; the size of the frames that it can cut, while
 * it carries the data.
 *
 * Frames above the master's own limit may be on their way when the VF loses
 * the path: the stack cuts what is in queues, as it looks at the limit once
 * more when a frame leaves one; the master cuts what comes later.
 */
#include <linux/rtnetlink.h>

#include "bond.h"

/**
 * vf_bond_join_limits() - take over what the VF wants of every frame
 * @bond: the bond; a VF has joined
 *
 * Context: RTNL held.
 */
void vf_bond_join_limits(struct vf_bond_priv *bond)
{
	struct vf_bond_limits *limits = &bond->limits;
	struct net_device *master = bond->master;
	const struct net_device *vf = bond->vf;

	ASSERT_RTNL();

	limits->headroom = master->needed_headroom;
	limits->tailroom = master->needed_tailroom;
	WRITE_ONCE(master->needed_headroom,
		   max(limits->headroom, READ_ONCE(vf->needed_headroom)));
	WRITE_ONCE(master->needed_tailroom,
		   max(limits->tailroom, READ_ONCE(vf->needed_tailroom)));
}

/**
 * vf_bond_leave_limits() - undo vf_bond_join_limits()
 * @bond: the bond
 *
 * Context: RTNL held.
 */
void vf_bond_leave_limits(struct vf_bond_priv *bond)
{
	ASSERT_RTNL();

	WRITE_ONCE(bond->master->needed_headroom, bond->limits.headroom);
	WRITE_ONCE(bond->master->needed_tailroom, bond->limits.tailroom);
}

/*
 * A user may have asked for frames that only the VF can cut, and not for others
 * since: then the size is the master's limit.
 */
static void vf_bond_put_gso(unsigned int *size, unsigned int wanted,
			    unsigned int limit, unsigned int max)
{
	if (wanted > limit && READ_ONCE(*size) == limit)
		WRITE_ONCE(*size, min(wanted, max));
}

/**
 * vf_bond_raise_limits() - the VF carries the data from now on
 * @bond: the bond
 *
 * Context: RTNL held.
 */
void vf_bond_raise_limits(struct vf_bond_priv *bond)
{
	struct vf_bond_limits *limits = &bond->limits;
	struct net_device *master = bond->master;
	unsigned int max = bond->vf->tso_max_size;

	ASSERT_RTNL();

	if (max <= master->tso_max_size)
		return;
	limits->tso_size = master->tso_max_size;
	netif_set_tso_max_size(master, max);
	vf_bond_put_gso(&master->gso_max_size, limits->gso_size,
			limits->tso_size, max);
	vf_bond_put_gso(compat_gso_ipv4_max_size(master),
			limits->gso_ipv4_size, limits->tso_size, max);
}

/**
 * vf_bond_lower_limits() - the VF does not carry the data any more
 * @bond: the bond
 *
 * Context: RTNL held.
 */
void vf_bond_lower_limits(struct vf_bond_priv *bond)
{
	struct vf_bond_limits *limits = &bond->limits;
	struct net_device *master = bond->master;

	ASSERT_RTNL();

	if (!limits->tso_size)
		return;
	limits->gso_size = READ_ONCE(master->gso_max_size);
	limits->gso_ipv4_size = READ_ONCE(*compat_gso_ipv4_max_size(master));
	netif_set_tso_max_size(master, limits->tso_size);
	limits->tso_size = 0;
}
