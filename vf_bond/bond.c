// SPDX-License-Identifier: GPL-2.0-only
/* The bonds: which there are, and which VF belongs to which. */
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "bond.h"
#include "match.h"
#include "trace.h"

/* All bonds; RTNL. */
static LIST_HEAD(vf_bond_list);

/**
 * vf_bond_of_master() - the bond of a master
 * @dev: any device
 *
 * Context: RTNL held.
 * Return: the bond, or NULL
 */
struct vf_bond_priv *vf_bond_of_master(const struct net_device *dev)
{
	struct vf_bond_priv *bond;

	ASSERT_RTNL();

	list_for_each_entry(bond, &vf_bond_list, list)
		if (bond->master == dev)
			return bond;

	return NULL;
}

/* ---- pairing ---- */

static void vf_bond_read_expected(struct vf_bond_priv *bond,
				  struct vf_bond_expected *expected)
{
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	expected->has_serial = bond->allocated;
	expected->serial = bond->serial;
	spin_unlock_irqrestore(&bond->lock, flags);

	ether_addr_copy(expected->perm_addr, bond->master->perm_addr);
}

/*
 * A master, or one of the same driver: it is given its bond after it registers,
 * and may have the address of another.
 */
static bool vf_bond_is_master(const struct net_device *dev)
{
	const struct vf_bond_priv *bond;

	list_for_each_entry(bond, &vf_bond_list, list)
		if (bond->master->netdev_ops == dev->netdev_ops)
			return true;

	return false;
}

/* The bond whose VF @dev is; a serial number tells more than an address. */
static struct vf_bond_priv *vf_bond_of_candidate(struct net_device *dev)
{
	struct vf_bond_priv *bond, *by_addr = NULL;
	struct vf_bond_candidate candidate;
	struct vf_bond_expected expected;
	enum vf_bond_verdict verdict;

	vf_bond_read_candidate(dev, &candidate);
	candidate.is_bonded = vf_bond_is_master(dev);

	list_for_each_entry(bond, &vf_bond_list, list) {
		vf_bond_read_expected(bond, &expected);
		verdict = vf_bond_match(&candidate, &expected);
		trace_vf_bond_candidate(bond->master, dev, verdict);
		switch (verdict) {
		case VF_BOND_MATCH_SERIAL:
			return bond;
		case VF_BOND_MATCH_ADDR:
			by_addr = by_addr ?: bond;
			break;
		default:
			break;
		}
	}

	return by_addr;
}

/* The joined VF is not the one that the host associates now. */
static bool vf_bond_wrong_vf(struct vf_bond_priv *bond)
{
	struct vf_bond_expected expected;

	vf_bond_read_expected(bond, &expected);
	return bond->vf_has_serial && expected.has_serial &&
	       bond->vf_serial != expected.serial;
}

/**
 * vf_bond_mark_candidate() - a device begins to register
 * @dev: the device
 *
 * If it is a VF, user space must not see it without its mark.
 *
 * Context: RTNL held.
 */
void vf_bond_mark_candidate(struct net_device *dev)
{
	struct vf_bond_priv *bond;

	/* an earlier device may have had this address and failed to register */
	list_for_each_entry(bond, &vf_bond_list, list) {
		if (bond->marked == dev)
			bond->marked = NULL;
		if (bond->undo_of == dev)
			bond->undo_of = NULL;
	}

	bond = vf_bond_of_candidate(dev);
	if (bond) {
		bond->marked = dev;
		vf_bond_mark(dev);
	}
}

/* It is an ordinary interface after all, which user space has to hear. */
static void vf_bond_let_go(struct net_device *dev)
{
	vf_bond_unmark(dev);
	vf_bond_tell_user_space(dev);
}

/* What was marked and is not wanted after all is an ordinary interface. */
static void vf_bond_unmark_rest(struct net_device *dev)
{
	struct vf_bond_priv *bond;

	list_for_each_entry(bond, &vf_bond_list, list) {
		if (bond->marked != dev)
			continue;
		bond->marked = NULL;
		if (!vf_bond_of_vf(dev))
			vf_bond_let_go(dev);
	}
}

/**
 * vf_bond_adopt_candidate() - a device has registered
 * @dev: the device
 *
 * Joins it, if it is the VF of a master without one; a second one waits.  If it
 * is in another network namespace, the bond's work takes it over: a device
 * cannot be moved while it registers.
 *
 * Context: RTNL held.
 */
void vf_bond_adopt_candidate(struct net_device *dev)
{
	struct vf_bond_priv *bond = vf_bond_of_candidate(dev);

	if (bond && bond->vf) {
		/* it may join yet, and is of no use by itself until then */
		bond->marked = NULL;
		vf_bond_mark(dev);
		if (net_ratelimit())
			netdev_warn(bond->master,
				    "VF %s refused: %s has joined already\n",
				    dev->name, bond->vf->name);
	} else if (bond && !net_eq(dev_net(dev), dev_net(bond->master))) {
		bond->marked = NULL;
		vf_bond_mark(dev);
		vf_bond_kick(bond, VF_BOND_BY_VF_JOINED);
	} else if (bond) {
		vf_bond_join(bond, dev);
	}

	vf_bond_unmark_rest(dev);
}

static struct net_device *vf_bond_find_in(const struct net *net,
					  const struct vf_bond_priv *bond)
{
	struct net_device *dev;

	for_each_netdev(net, dev)
		if (vf_bond_of_candidate(dev) == bond)
			return dev;

	return NULL;
}

/*
 * A device that was marked for @bond and will not join: the host has associated
 * another since, or the master goes.
 */
static bool vf_bond_is_stray(const struct vf_bond_priv *bond,
			     struct net_device *dev)
{
	return dev->flags & IFF_SLAVE && dev->addr_len == ETH_ALEN &&
	       ether_addr_equal(dev->perm_addr, bond->master->perm_addr) &&
	       !netdev_master_upper_dev_get(dev) && !vf_bond_of_candidate(dev);
}

static struct net_device *vf_bond_find_stray(const struct vf_bond_priv *bond)
{
	struct net_device *dev, *found = NULL;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, dev)
			if (vf_bond_is_stray(bond, dev))
				found = dev;
	up_read(&net_rwsem);

	return found;
}

/* Make ordinary interfaces of them. */
static void vf_bond_release_strays(struct vf_bond_priv *bond)
{
	struct net_device *dev;

	while ((dev = vf_bond_find_stray(bond))) {
		/* one that was to follow its master has its settings still */
		if (dev == bond->undo_of)
			vf_bond_restore(bond, dev);
		vf_bond_let_go(dev);
	}
}

/* Any device that is there already and is the VF of @bond. */
static struct net_device *vf_bond_find(const struct vf_bond_priv *bond)
{
	struct net_device *dev = NULL;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		dev = vf_bond_find_in(net, bond);
		if (dev)
			break;
	}
	up_read(&net_rwsem);

	return dev;
}

/*
 * Find a VF for @bond.  One that comes from another network namespace joins
 * when it registers there, which is before dev_change_net_namespace() returns.
 */
static void vf_bond_look_for_vf(struct vf_bond_priv *bond)
{
	struct net_device *vf = vf_bond_find(bond);
	struct net *net = dev_net(bond->master);
	int err;

	if (!vf)
		return;
	if (net_eq(dev_net(vf), net)) {
		vf_bond_join(bond, vf);
		return;
	}
	/* the master is about to leave a dying namespace: to be called again */
	if (!check_net(net))
		return;

	vf_bond_mark(vf);
	err = dev_change_net_namespace(vf, net, "eth%d");
	if (err) {
		vf_bond_let_go(vf);
		netdev_warn(bond->master,
			    "VF %s not moved to network namespace: error %d\n",
			    vf->name, err);
	}
}

/* ---- work ---- */

/* The host moved to the VF by itself, and the path has followed if it could. */
static void vf_bond_answer_host(struct vf_bond_priv *bond)
{
	unsigned long flags;
	bool answer;

	spin_lock_irqsave(&bond->lock, flags);
	answer = bond->answer_vf;
	bond->answer_vf = false;
	spin_unlock_irqrestore(&bond->lock, flags);

	if (answer && bond->ops->host_switch_obeyed)
		bond->ops->host_switch_obeyed(bond->master, true);
}

static enum vf_bond_cause vf_bond_read_cause(struct vf_bond_priv *bond)
{
	enum vf_bond_cause cause;
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	cause = bond->work_cause;
	spin_unlock_irqrestore(&bond->lock, flags);

	return cause;
}

/* Bring everything where it should be, whatever has happened. */
static void vf_bond_settle(struct vf_bond_priv *bond)
{
	enum vf_bond_cause cause = vf_bond_read_cause(bond);

	if (bond->vf && vf_bond_wrong_vf(bond))
		vf_bond_leave(bond, VF_BOND_VF_STAYS, cause);
	if (!bond->vf)
		vf_bond_look_for_vf(bond);
	vf_bond_release_strays(bond);
	if (bond->vf && !bond->ready)
		vf_bond_setup(bond);

	vf_bond_follow(bond);
	vf_bond_path_update(bond, cause);
	vf_bond_answer_host(bond);
}

static void vf_bond_work(struct work_struct *work)
{
	struct vf_bond_priv *bond = container_of(work, struct vf_bond_priv,
						 work);

	rtnl_lock();
	if (!bond->dead)
		vf_bond_settle(bond);
	rtnl_unlock();

	vf_bond_put(bond);
}

/* ---- life ---- */

static struct vf_bond_priv *vf_bond_alloc(struct net_device *master,
					  const struct vf_bond_ops *ops)
{
	struct vf_bond_priv *bond;

	bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	if (!bond)
		return NULL;
	bond->stats = netdev_alloc_pcpu_stats(struct vf_bond_pcpu);
	bond->master = master;
	if (!bond->stats || vf_bond_alloc_queues(bond))
		goto err_queues;

	bond->ops = ops;
	bond->path = VF_BOND_SYNTHETIC;
	bond->mtu = master->mtu;
	ether_addr_copy(bond->addr, master->dev_addr);
	bond->open = netif_running(master);
	kref_init(&bond->refs);
	spin_lock_init(&bond->lock);
	INIT_WORK(&bond->work, vf_bond_work);
	INIT_WORK(&bond->obey_work, vf_bond_obey);

	return bond;

err_queues:
	vf_bond_free_queues(bond);
	free_percpu(bond->stats);
	kfree(bond);
	return NULL;
}

/**
 * vf_bond_register() - begin to look after a master
 * @master: the master, registered in this hold of RTNL
 * @ops: its operations
 *
 * A VF that is there already joins at once.  Takes no reference to the module
 * that @ops is in.
 *
 * Context: RTNL held.
 * Return: the bond, or an ERR_PTR(): -EINVAL if @master is not Ethernet,
 *	-EEXIST if it has a bond, -ENOMEM
 */
struct vf_bond *vf_bond_register(struct net_device *master,
				 const struct vf_bond_ops *ops)
{
	struct vf_bond_priv *bond;
	struct net_device *vf;

	ASSERT_RTNL();

	if (master->type != ARPHRD_ETHER || master->addr_len != ETH_ALEN)
		return ERR_PTR(-EINVAL);
	if (vf_bond_of_master(master))
		return ERR_PTR(-EEXIST);

	bond = vf_bond_alloc(master, ops);
	if (!bond)
		return ERR_PTR(-ENOMEM);
	list_add_tail(&bond->list, &vf_bond_list);

	vf = vf_bond_find(bond);
	if (vf)
		vf_bond_adopt_candidate(vf);

	return &bond->pub;
}
EXPORT_SYMBOL_GPL(vf_bond_register);

/**
 * vf_bond_unregister() - look after a master no longer
 * @pub: its bond
 *
 * The VF is an ordinary interface again.  No operation of the master runs
 * after this.  The master may still use the bond, to no effect, until it gives
 * it to vf_bond_free().
 *
 * Context: RTNL held, before the master is unregistered.
 */
void vf_bond_unregister(struct vf_bond *pub)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	unsigned long flags;

	ASSERT_RTNL();

	if (bond->vf)
		vf_bond_leave(bond, VF_BOND_VF_STAYS,
			      VF_BOND_BY_MASTER_GONE);
	list_del(&bond->list);
	vf_bond_release_strays(bond);

	/* from here on nothing is queued */
	spin_lock_irqsave(&bond->lock, flags);
	bond->dead = true;
	spin_unlock_irqrestore(&bond->lock, flags);

	vf_bond_cancel_obey(bond);
	vf_bond_stop_queues(bond);
	/* if it runs already, it waits for RTNL and will find the bond dead */
	if (cancel_work(&bond->work))
		vf_bond_put(bond);
}
EXPORT_SYMBOL_GPL(vf_bond_unregister);

/**
 * vf_bond_free() - free an unregistered bond
 * @pub: the bond; may be NULL
 *
 * Context: any; the caller sees to it that nobody uses the bond any more, as
 *	when its net_device is about to be freed.
 */
void vf_bond_free(struct vf_bond *pub)
{
	if (pub)
		vf_bond_put(vf_bond_priv(pub));
}
EXPORT_SYMBOL_GPL(vf_bond_free);

/**
 * vf_bond_vf() - the VF that has joined
 * @pub: the bond
 *
 * Context: RTNL held, for as long as the VF is used.
 * Return: the VF, or NULL
 */
struct net_device *vf_bond_vf(struct vf_bond *pub)
{
	ASSERT_RTNL();

	return vf_bond_priv(pub)->vf;
}
EXPORT_SYMBOL_GPL(vf_bond_vf);
