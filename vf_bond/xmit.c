// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames through the VF.
 *
 * They are given to the VF's driver directly.  A second qdisc would cost time
 * for every frame, would drop when full, and would hold frames back at the
 * moment when the path has to move.  Bursts reach the driver as bursts.  While
 * the VF's queue is full, by its driver or by BQL, the frames wait in the
 * qdisc of the master; a VF that is stuck or unusable gives them back to the
 * caller, for the synthetic path, which the host accepts always.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <net/pkt_sched.h>
#include <net/sch_generic.h>
#include <net/xdp.h>

#include "bond.h"

/*
 * For the frames inside a VF that is about to lose the path: 1,024 frames of
 * 9,000 bytes take 7.5 ms at 10 Gbit/s.  Not longer, as RTNL is held.
 */
#define VF_BOND_DRAIN_US	10000
#define VF_BOND_DRAIN_STEP_US	100

/* ---- transmit ---- */

/* As for a frame that is sent on the VF. */
static u16 vf_bond_pick_queue(struct net_device *vf, struct sk_buff *skb)
{
	const struct net_device_ops *ops = vf->netdev_ops;
	u16 queue;

	if (vf->real_num_tx_queues == 1)
		return 0;
	if (ops->ndo_select_queue)
		queue = ops->ndo_select_queue(vf, skb, NULL);
	else
		queue = netdev_pick_tx(vf, skb, NULL);

	return netdev_cap_txqueue(vf, queue);
}

/**
 * vf_bond_select_queue() - choose the queue for a frame that the VF will take
 * @pub: bond of the master
 * @vf: what vf_bond_tx_dev() returned
 * @skb: the frame
 *
 * The VF's queue is chosen as if the frame had been sent on the VF, and is
 * remembered in the frame.
 *
 * Context: RCU read section, from ndo_select_queue of the master.
 * Return: a queue of the master
 */
u16 vf_bond_select_queue(struct vf_bond *pub, struct net_device *vf,
			 struct sk_buff *skb)
{
	const struct net_device *master = vf_bond_priv(pub)->master;
	u16 queue = vf_bond_pick_queue(vf, skb);

	qdisc_skb_cb(skb)->slave_dev_queue_mapping = queue;

	return queue % master->real_num_tx_queues;
}
EXPORT_SYMBOL_GPL(vf_bond_select_queue);

/* The queue of the VF for a frame that is about to be sent. */
static u16 vf_bond_queue_of(const struct vf_bond_priv *bond,
			    struct net_device *vf, struct sk_buff *skb)
{
	/* nobody is asked to select one of one */
	if (bond->master->real_num_tx_queues == 1)
		return vf_bond_pick_queue(vf, skb);

	/* not every sender has had a queue selected: do not trust it */
	return qdisc_skb_cb(skb)->slave_dev_queue_mapping %
	       vf->real_num_tx_queues;
}

/* Frames that were not taken are the master's again, after those in @rest. */
static void vf_bond_give_back(struct vf_bond_priv *bond, struct sk_buff *list,
			      u16 queue, struct sk_buff **rest)
{
	struct sk_buff *skb;

	for (skb = list; skb; skb = skb->next) {
		skb->dev = bond->master;
		skb_set_queue_mapping(skb, queue);
	}
	while (*rest)
		rest = &(*rest)->next;
	*rest = list;
}

static struct sk_buff *vf_bond_cut_last(struct sk_buff **list)
{
	struct sk_buff *last;

	while ((*list)->next)
		list = &(*list)->next;
	last = *list;
	*list = NULL;

	return last;
}

/* Send what is held, and @list, but for its last frame if @more is to come. */
static void vf_bond_send_burst(struct vf_bond_priv *bond, u16 queue,
			       struct sk_buff *list, bool more,
			       struct sk_buff **rest)
{
	struct vf_bond_queue *q = &bond->queues[queue];
	struct sk_buff *held = q->held;

	q->held = NULL;
	if (held && list &&
	    skb_get_queue_mapping(held) == skb_get_queue_mapping(list)) {
		held->next = list;
		list = held;
	} else if (held) {
		vf_bond_give_back(bond, vf_bond_send_list(bond, held, false),
				  queue, rest);
	}

	/* frames on the synthetic path may stop the queue, and end the burst */
	if (list && more && !*rest)
		q->held = vf_bond_cut_last(&list);
	if (!list)
		return;

	list = vf_bond_send_list(bond, list, q->held);
	if (!list)
		return;
	vf_bond_give_back(bond, list, queue, rest);
	vf_bond_give_back(bond, q->held, queue, rest);
	q->held = NULL;
}

/* Returns NULL when the frame had to be dropped. */
static struct sk_buff *vf_bond_prepare(struct vf_bond_priv *bond,
				       struct net_device *vf,
				       struct sk_buff *skb, u16 vf_queue)
{
	bool again = false;

	skb->dev = vf;
	skb_set_queue_mapping(skb, vf_queue);
	if (dev_nit_active(vf))
		dev_queue_xmit_nit(skb, vf);
	skb = validate_xmit_skb_list(skb, vf, &again);
	if (!skb)
		vf_bond_count_tx_dropped(bond);

	return skb;
}

/**
 * vf_bond_xmit() - transmit through the VF
 * @pub: bond of the master
 * @vf: what vf_bond_tx_dev() returned, in this very read section
 * @skb: a frame for the master, not on a list
 * @rest: set to frames for the synthetic path, linked by their next pointers,
 *	or NULL; the caller has to send them before it does anything else.
 *	Nearly always it is @skb if anything, more if the VF had to have it
 *	segmented, or an earlier frame of the burst
 *
 * Frames are not dropped because the VF is full; a frame is dropped, and
 * counted, if it cannot be made fit for the VF.
 *
 * Context: bottom halves off, from ndo_start_xmit of the master, with the
 *	transmit lock of the frame's queue held.
 * Return: NETDEV_TX_OK; or, if others have filled the VF, NETDEV_TX_BUSY to be
 *	returned to the stack, with @skb as it was.  In both cases the queue may
 *	have been stopped until the VF has room
 */
netdev_tx_t vf_bond_xmit(struct vf_bond *pub, struct net_device *vf,
			 struct sk_buff *skb, struct sk_buff **rest)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	u16 queue = skb_get_queue_mapping(skb);
	/* of this burst; the VF's driver gets another */
	bool more = netdev_xmit_more();
	struct netdev_queue *txq;
	u16 vf_queue;

	*rest = NULL;
	if (netpoll_tx_running(bond->master) || !vf_bond_vf_usable(vf)) {
		vf_bond_give_back(bond, bond->queues[queue].held, queue, rest);
		bond->queues[queue].held = NULL;
		vf_bond_give_back(bond, skb, queue, rest);
		return NETDEV_TX_OK;
	}

	vf_queue = vf_bond_queue_of(bond, vf, skb);
	txq = netdev_get_tx_queue(vf, vf_queue);
	if (netif_xmit_frozen_or_stopped(txq)) {
		vf_bond_send_burst(bond, queue, NULL, false, rest);
		if (vf_bond_wait_for_vf(bond, vf, queue, vf_queue))
			return NETDEV_TX_BUSY;
		vf_bond_give_back(bond, skb, queue, rest);
		return NETDEV_TX_OK;
	}
	vf_bond_found_room(bond, queue, vf_queue);

	skb = vf_bond_prepare(bond, vf, skb, vf_queue);
	vf_bond_send_burst(bond, queue, skb, more, rest);

	/* the next frame would have to be refused, and taps see that twice */
	if (netif_xmit_frozen_or_stopped(txq)) {
		vf_bond_send_burst(bond, queue, NULL, false, rest);
		vf_bond_wait_for_vf(bond, vf, queue, vf_queue);
	}

	return NETDEV_TX_OK;
}
EXPORT_SYMBOL_GPL(vf_bond_xmit);

/* ---- redirected by XDP programs ---- */

static unsigned int vf_bond_xdp_bytes(struct xdp_frame **frames, int n)
{
	unsigned int bytes = 0;
	int i;

	for (i = 0; i < n; i++)
		bytes += xdp_get_frame_len(frames[i]);

	return bytes;
}

/**
 * vf_bond_xdp_xmit() - transmit frames of an XDP program through the VF
 * @pub: bond of the master
 * @n: how many frames
 * @frames: the frames; those that are taken are the VF's
 * @flags: XDP_XMIT_FLUSH
 *
 * Context: bottom halves off, from ndo_xdp_xmit of the master.
 * Return: how many frames the VF took, the first ones, which may be none: the
 *	others are for the synthetic path
 */
int vf_bond_xdp_xmit(struct vf_bond *pub, int n, struct xdp_frame **frames,
		     u32 flags)
{
	struct vf_bond_priv *bond = vf_bond_priv(pub);
	struct net_device *vf = vf_bond_tx_dev(pub);
	unsigned int bytes;
	int taken;

	if (!vf || !vf->netdev_ops->ndo_xdp_xmit || !compat_xdp_can_xmit(vf) ||
	    netpoll_tx_running(bond->master) || !vf_bond_vf_usable(vf))
		return 0;

	/* what is taken may be gone at once */
	bytes = vf_bond_xdp_bytes(frames, n);
	taken = vf->netdev_ops->ndo_xdp_xmit(vf, n, frames, flags);
	if (taken <= 0)
		return 0;
	bytes -= vf_bond_xdp_bytes(frames + taken, n - taken);
	vf_bond_count_tx(bond, taken, bytes);

	return taken;
}
EXPORT_SYMBOL_GPL(vf_bond_xdp_xmit);

/* ---- drain ---- */

#ifdef CONFIG_BQL
static bool vf_bond_tx_pending(const struct net_device *vf)
{
	const struct dql *dql;
	unsigned int i;

	for (i = 0; i < vf->real_num_tx_queues; i++) {
		dql = &netdev_get_tx_queue(vf, i)->dql;
		if (READ_ONCE(dql->num_queued) !=
		    READ_ONCE(dql->num_completed))
			return true;
	}

	return false;
}
#else
static bool vf_bond_tx_pending(const struct net_device *vf)
{
	return false;
}
#endif

/**
 * vf_bond_drain() - let the frames inside a VF get out
 * @vf: the VF, which is given no frames any more
 *
 * What is inside is known from the byte counts for BQL; a driver without them
 * is not waited for.  Neither is a VF that does not work any more.
 *
 * Context: process; waits VF_BOND_DRAIN_US at most.
 */
void vf_bond_drain(const struct net_device *vf)
{
	unsigned int waited;

	for (waited = 0; waited < VF_BOND_DRAIN_US;
	     waited += VF_BOND_DRAIN_STEP_US) {
		if (!vf_bond_vf_usable(vf) || !vf_bond_tx_pending(vf))
			return;
		usleep_range(VF_BOND_DRAIN_STEP_US, 2 * VF_BOND_DRAIN_STEP_US);
	}
}

/* ---- receive ---- */

/* The VF may have more queues than the master, which others rely on. */
static void vf_bond_fold_rx_queue(struct sk_buff *skb)
{
	unsigned int queues = READ_ONCE(skb->dev->real_num_rx_queues);

	if (skb_rx_queue_recorded(skb) && skb_get_rx_queue(skb) >= queues)
		skb_record_rx_queue(skb, skb_get_rx_queue(skb) % queues);
}

/**
 * vf_bond_receive() - rx_handler of a joined VF
 * @pskb: the frame; an unshared one may take its place
 *
 * Frames are accepted in every state of the path.
 *
 * Return: RX_HANDLER_ANOTHER, to go on as a frame of the master
 */
rx_handler_result_t vf_bond_receive(struct sk_buff **pskb)
{
	struct vf_bond_priv *bond;
	struct sk_buff *skb;

	bond = rcu_dereference((*pskb)->dev->rx_handler_data);

	/* a tap may hold a reference to what is about to be changed */
	skb = skb_share_check(*pskb, GFP_ATOMIC);
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;
	*pskb = skb;

	vf_bond_count_rx(bond, skb->len);
	skb->dev = bond->master;
	vf_bond_fold_rx_queue(skb);

	return RX_HANDLER_ANOTHER;
}
