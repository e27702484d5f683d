// SPDX-License-Identifier: GPL-2.0-only
/*
 * The master's XDP program runs on the VF, too: what the VF's driver receives
 * never passes the master's own receive path.
 */
#include <linux/bpf.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "bond.h"

static int vf_bond_install_xdp(struct net_device *vf, struct bpf_prog *prog,
			       struct netlink_ext_ack *extack)
{
	struct netdev_bpf bpf = {
		.command = XDP_SETUP_PROG,
		.prog = prog,
		.extack = extack,
	};
	int err;

	if (!vf->netdev_ops->ndo_bpf)
		return 0;
	/* a reference of the VF's own, which it puts when it is given another */
	if (prog)
		bpf_prog_inc(prog);
	err = dev_xdp_propagate(vf, &bpf);
	if (err && prog)
		bpf_prog_put(prog);
	return err;
}

/**
 * vf_bond_xdp_join() - give the joined VF the master's program
 * @bond: the bond
 *
 * A VF that does not take it is used all the same; that is logged.
 *
 * Context: RTNL held.
 */
void vf_bond_xdp_join(struct vf_bond_priv *bond)
{
	int err;

	if (!bond->xdp)
		return;
	err = vf_bond_install_xdp(bond->vf, bond->xdp, NULL);
	if (err || !bond->vf->netdev_ops->ndo_bpf)
		netdev_warn(bond->master,
			    "XDP program not on VF %s (%d): its frames are not seen by it\n",
			    bond->vf->name, err);
}

/**
 * vf_bond_xdp_leave() - take the master's program from the VF
 * @bond: the bond
 *
 * Context: RTNL held.
 */
void vf_bond_xdp_leave(struct vf_bond_priv *bond)
{
	if (bond->xdp)
		vf_bond_install_xdp(bond->vf, NULL, NULL);
}

/**
 * vf_bond_set_xdp() - the master gets another XDP program
 * @pub: its bond
 * @prog: the program, or NULL; the master's reference, which it keeps until
 *	it calls this again
 * @extack: for the VF's driver, if it refuses
 *
 * Context: RTNL held.
 * Return: 0; or an errno if the VF refuses, with its program as before.
 */
int vf_bond_set_xdp(struct vf_bond *pub, struct bpf_prog *prog,
		    struct netlink_ext_ack *extack)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	int err = 0;

	ASSERT_RTNL();

	if (bond->vf && bond->ready)
		err = vf_bond_install_xdp(bond->vf, prog, extack);
	if (!err)
		bond->xdp = prog;
	return err;
}
EXPORT_SYMBOL_GPL(vf_bond_set_xdp);
