// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between the host, which knows when there is a VF and may move the data path
 * by itself, and vf_bond, which knows whether the VF can carry it.
 */
#include "vf.h"

#include <linux/delay.h>
#include <linux/rtnetlink.h>

#include "channel.h"
#include "netvsc.h"
#include "nvsp.h"
#include "vf_bond.h"

/*
 * For an answer to find room in the ring; as control messages do, it shares
 * the ring with data.
 */
#define NETVSC_ANSWER_TRIES	50
#define NETVSC_ANSWER_SLEEP_MS	5

static int netvsc_vf_switch_path(struct net_device *ndev, bool vf)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);
	int err;

	if (!nvdev)
		return -ENODEV;

	err = netvsc_nvsp_switch_path(nvdev, vf);
	/* the host may yet move, long after nobody counts on it */
	if (err == -ETIMEDOUT && vf)
		netvsc_nvsp_tell_path(nvdev, false);
	return err;
}

/* Answer one switch of the host; -EAGAIN: call again. */
static int netvsc_vf_answer_one(struct netvsc_vf *vf)
{
	int err = 0;

	spin_lock_bh(&vf->lock);
	if (vf->live && vf->num_switches) {
		err = netvsc_channel_answer(vf->live,
					    vf->switches[vf->num_switches - 1]);
		if (err != -EAGAIN)
			vf->num_switches--;
		if (vf->num_switches)
			err = -EAGAIN;
	}
	spin_unlock_bh(&vf->lock);

	return err;
}

static void netvsc_vf_host_switch_obeyed(struct net_device *ndev, bool vf)
{
	struct netvsc *nv = netdev_priv(ndev);
	int tries;

	for (tries = 0; tries < NETVSC_ANSWER_TRIES; tries++) {
		if (netvsc_vf_answer_one(&nv->vf) != -EAGAIN)
			return;
		msleep(NETVSC_ANSWER_SLEEP_MS);
	}
}

/* Frames parked for aggregation would wait for the next synthetic one. */
static void netvsc_vf_flush(struct netvsc *nv)
{
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);
	int i;

	if (!nvdev)
		return;
	for (i = 0; i < nvdev->num_channels; i++)
		netvsc_tx_flush(nvdev->channels[i]);
}

static void netvsc_vf_link_changed(struct net_device *ndev,
				   enum vf_bond_path path)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct net_device *vf;

	ASSERT_RTNL();

	vf = nv->bond ? vf_bond_vf(nv->bond) : NULL;
	netdev_info(ndev, "Data path switched %s VF: %s\n",
		    path == VF_BOND_VF ? "to" : "from",
		    vf ? netdev_name(vf) : "none");
	if (path == VF_BOND_VF)
		netvsc_vf_flush(nv);
	/* switches on the way learn the other port at once */
	if (netif_running(ndev) && netif_carrier_ok(ndev))
		__netdev_notify_peers(ndev);
}

static const struct vf_bond_ops netvsc_vf_bond_ops = {
	.switch_path = netvsc_vf_switch_path,
	.host_switch_obeyed = netvsc_vf_host_switch_obeyed,
	.link_changed = netvsc_vf_link_changed,
};

/**
 * netvsc_vf_association() - the host gave or took a VF
 * @nvdev: the device
 * @allocated: gave
 * @serial: of the VF's slot
 *
 * Context: NAPI.
 */
void netvsc_vf_association(struct netvsc_device *nvdev, bool allocated,
			   u32 serial)
{
	struct netvsc *nv = nvdev->nv;
	bool news = false;

	spin_lock_bh(&nv->vf.lock);
	if (nv->vf.live == nvdev) {
		news = allocated != (nv->vf.known && nv->vf.allocated);
		nv->vf.known = true;
		nv->vf.allocated = allocated;
		nv->vf.serial = serial;
		if (nv->vf.bond)
			vf_bond_set_association(nv->vf.bond, allocated,
						serial);
	}
	spin_unlock_bh(&nv->vf.lock);

	if (news && net_ratelimit())
		netdev_info(nv->ndev, "VF slot %u %s\n", serial,
			    allocated ? "added" : "removed");
}

/**
 * netvsc_vf_path_switched() - the host moved the data path by itself
 * @nvdev: the device
 * @vf: to the VF, else to the synthetic path
 * @trans_id: of its message
 * @want_answer: it wants to know when we follow
 *
 * Context: NAPI.
 * Return: true if there is nothing to wait for with the answer.
 */
bool netvsc_vf_path_switched(struct netvsc_device *nvdev, bool vf,
			     u64 trans_id, bool want_answer)
{
	struct netvsc *nv = nvdev->nv;
	bool now = true;

	spin_lock_bh(&nv->vf.lock);
	if (nv->vf.live == nvdev && nv->vf.bond) {
		if (want_answer && nv->vf.num_switches < NETVSC_MAX_SWITCHES) {
			nv->vf.switches[nv->vf.num_switches++] = trans_id;
			now = false;
		}
		vf_bond_host_switched(nv->vf.bond, vf);
	}
	spin_unlock_bh(&nv->vf.lock);

	return now;
}

/**
 * netvsc_vf_init() - before the first device is attached
 * @nv: the interface
 */
void netvsc_vf_init(struct netvsc *nv)
{
	spin_lock_init(&nv->vf.lock);
}

/**
 * netvsc_vf_register() - have vf_bond look for the interface's VF
 * @nv: the interface, registered in the same hold of RTNL
 *
 * A VF that is there already joins.
 *
 * Context: RTNL.
 * Return: 0 or an errno.
 */
int netvsc_vf_register(struct netvsc *nv)
{
	struct vf_bond *bond;

	ASSERT_RTNL();

	bond = vf_bond_register(nv->ndev, &netvsc_vf_bond_ops);
	if (IS_ERR(bond))
		return PTR_ERR(bond);

	WRITE_ONCE(nv->bond, bond);
	spin_lock_bh(&nv->vf.lock);
	nv->vf.bond = bond;
	if (nv->vf.known)
		vf_bond_set_association(bond, nv->vf.allocated, nv->vf.serial);
	spin_unlock_bh(&nv->vf.lock);
	return 0;
}

/**
 * netvsc_vf_unregister() - let go of the VF
 * @nv: the interface, closed, its device still attached
 *
 * The bond itself stays for those who read its counters.
 *
 * Context: RTNL.
 */
void netvsc_vf_unregister(struct netvsc *nv)
{
	ASSERT_RTNL();

	spin_lock_bh(&nv->vf.lock);
	nv->vf.bond = NULL;
	spin_unlock_bh(&nv->vf.lock);

	vf_bond_unregister(nv->bond);
}
