// SPDX-License-Identifier: GPL-2.0-only
/*
 * The master's transmit queues while the VF carries the data.
 *
 * A frame that is not the last of its burst is held until the next one comes,
 * as only then it is known whether the VF's driver may wait for more.  The end
 * of a burst sends it, so nothing is held while a queue's transmit lock is
 * free, but for a burst that was cut off, as the queue was stopped or the path
 * moved.
 *
 * A queue waits when that of the VF is full: its frames stay in the master's
 * qdisc, in order.  Nothing tells when a queue of another device has
 * room again, so a timer looks.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "bond.h"

/* In this time 40 frames of 1,500 bytes leave at 10 Gbit/s; BQL adapts. */
#define VF_BOND_WAIT_NS		(50 * NSEC_PER_USEC)

/* A VF that sends nothing for so long is stuck: use the synthetic path. */
#define VF_BOND_WAIT_MAX	msecs_to_jiffies(10)

static struct netdev_queue *vf_bond_txq(const struct vf_bond_priv *bond,
					unsigned int queue)
{
	return netdev_get_tx_queue(bond->master, queue);
}

static bool vf_bond_stuck(const struct vf_bond_queue *q)
{
	return time_after(jiffies,
			  READ_ONCE(q->full_since) + VF_BOND_WAIT_MAX);
}

static bool vf_bond_full(const struct vf_bond_queue *q,
			 const struct net_device *vf)
{
	u16 queue = READ_ONCE(q->waits_for);

	return vf && queue < vf->real_num_tx_queues &&
	       netif_xmit_frozen_or_stopped(netdev_get_tx_queue(vf, queue));
}

static void vf_bond_start_timer(struct vf_bond_priv *bond)
{
	hrtimer_start(&bond->wait_timer, ns_to_ktime(VF_BOND_WAIT_NS),
		      HRTIMER_MODE_REL_SOFT);
}

static enum hrtimer_restart vf_bond_wait_timer(struct hrtimer *timer)
{
	struct vf_bond_priv *bond = container_of(timer, struct vf_bond_priv,
						 wait_timer);
	const struct net_device *vf;
	struct vf_bond_queue *q;
	bool again = false;
	unsigned int i;
	bool full;

	/* pairs with the one in vf_bond_wait_for_vf(): see its bit, or be seen */
	smp_mb();
	rcu_read_lock();
	vf = rcu_dereference(bond->pub.tx_vf);
	for_each_set_bit(i, bond->waiting, bond->num_queues) {
		q = &bond->queues[i];
		full = vf_bond_full(q, vf);
		if (full && !vf_bond_stuck(q)) {
			again = true;
			continue;
		}
		/* what is woken for being stuck is to go another way */
		if (!full)
			WRITE_ONCE(q->full_since, 0);
		if (test_and_clear_bit(i, bond->waiting))
			netif_tx_wake_queue(vf_bond_txq(bond, i));
	}
	rcu_read_unlock();

	/* not by the return value: a queue may have started it meanwhile */
	if (again)
		vf_bond_start_timer(bond);
	return HRTIMER_NORESTART;
}

/**
 * vf_bond_alloc_queues() - prepare a bond's queues
 * @bond: a new bond
 *
 * Return: 0 or -ENOMEM
 */
int vf_bond_alloc_queues(struct vf_bond_priv *bond)
{
	bond->num_queues = bond->master->num_tx_queues;
	bond->queues = kvcalloc(bond->num_queues, sizeof(*bond->queues),
				GFP_KERNEL);
	bond->waiting = bitmap_zalloc(bond->num_queues, GFP_KERNEL);
	hrtimer_setup(&bond->wait_timer, vf_bond_wait_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);

	return bond->queues && bond->waiting ? 0 : -ENOMEM;
}

/**
 * vf_bond_free_queues() - undo vf_bond_alloc_queues()
 * @bond: a bond that transmits nothing any more
 *
 * Context: any, as the timer was stopped by vf_bond_stop_queues().
 */
void vf_bond_free_queues(struct vf_bond_priv *bond)
{
	bitmap_free(bond->waiting);
	kvfree(bond->queues);
}

/**
 * vf_bond_found_room() - a queue of the VF can take frames
 * @bond: the bond
 * @queue: of the master; its transmit lock is held
 * @vf_queue: of the VF; another one of @queue's may be full still
 */
void vf_bond_found_room(struct vf_bond_priv *bond, u16 queue, u16 vf_queue)
{
	struct vf_bond_queue *q = &bond->queues[queue];

	if (q->waits_for == vf_queue)
		WRITE_ONCE(q->full_since, 0);
}

/**
 * vf_bond_wait_for_vf() - have a queue of the master wait for one of the VF
 * @bond: the bond
 * @vf: the VF
 * @queue: of the master; its transmit lock is held
 * @vf_queue: of the VF, which is full
 *
 * Return: true with the queue stopped; false if it has waited long enough
 */
bool vf_bond_wait_for_vf(struct vf_bond_priv *bond,
			 const struct net_device *vf, u16 queue, u16 vf_queue)
{
	struct vf_bond_queue *q = &bond->queues[queue];

	/* 0 is for queues that found room last, and it may not be the one */
	if (!q->full_since || (q->waits_for != vf_queue && !vf_bond_full(q, vf)))
		WRITE_ONCE(q->full_since, jiffies ?: 1);
	else if (vf_bond_stuck(q))
		return false;

	WRITE_ONCE(q->waits_for, vf_queue);
	netif_tx_stop_queue(vf_bond_txq(bond, queue));
	/* after the stop, or the timer might wake what is not stopped yet */
	smp_mb__before_atomic();
	set_bit(queue, bond->waiting);
	/* a timer that is queued will see the bit */
	smp_mb__after_atomic();
	if (!hrtimer_is_queued(&bond->wait_timer))
		vf_bond_start_timer(bond);

	return true;
}

/**
 * vf_bond_send_list() - give frames to the VF's driver
 * @bond: the bond
 * @skb: linked frames for one queue of the VF
 * @more: others will follow on this queue at once
 *
 * Context: bottom halves off, the transmit lock of the master's queue held;
 *	the caller has seen that the VF is usable, and keeps it.
 * Return: what did not fit, or NULL
 */
struct sk_buff *vf_bond_send_list(struct vf_bond_priv *bond,
				  struct sk_buff *skb, bool more)
{
	struct net_device *vf = skb->dev;
	struct netdev_queue *txq = skb_get_tx_queue(vf, skb);
	unsigned int packets = 0;
	unsigned int bytes = 0;

	HARD_TX_LOCK(vf, txq, smp_processor_id());
	while (skb) {
		struct sk_buff *next = skb->next;
		unsigned int len = skb->len;

		if (netif_xmit_frozen_or_drv_stopped(txq))
			break;
		skb_mark_not_on_list(skb);
		if (netdev_start_xmit(skb, vf, txq, next || more) ==
		    NETDEV_TX_BUSY) {
			skb->next = next;
			break;
		}
		packets++;
		bytes += len;
		skb = next;
	}
	HARD_TX_UNLOCK(vf, txq);

	if (packets)
		vf_bond_count_tx(bond, packets, bytes);
	return skb;
}

/*
 * The VF's driver may have been told that there is more: what is held goes to
 * @vf, if that is still the one.  Returns what the caller has to send.
 */
static struct sk_buff *vf_bond_release_queue(struct vf_bond_priv *bond,
					     unsigned int queue,
					     const struct net_device *vf)
{
	struct vf_bond_queue *q = &bond->queues[queue];
	struct netdev_queue *txq = vf_bond_txq(bond, queue);
	struct sk_buff *skb;

	__netif_tx_lock_bh(txq);
	skb = q->held;
	q->held = NULL;
	WRITE_ONCE(q->full_since, 0);
	if (skb && skb->dev == vf && vf_bond_vf_usable(vf))
		skb = vf_bond_send_list(bond, skb, false);
	if (test_and_clear_bit(queue, bond->waiting))
		netif_tx_wake_queue(txq);
	__netif_tx_unlock_bh(txq);

	return skb;
}

/**
 * vf_bond_release_queues() - let go of all frames that were to go to the VF
 * @bond: the bond, which has just left the VF
 * @vf: that VF, kept by the caller; or NULL
 *
 * The last frame of a burst that the switch has cut off is the VF's still, as
 * its driver may wait for it; the VF is drained afterwards.  Other frames take
 * the synthetic path.  Harmless if the VF is in use again.
 *
 * Context: process.
 */
void vf_bond_release_queues(struct vf_bond_priv *bond,
			    const struct net_device *vf)
{
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < bond->num_queues; i++) {
		skb = vf_bond_release_queue(bond, i, vf);
		if (!skb)
			continue;
		skb->dev = bond->master;
		dev_queue_xmit(skb);
	}
}

/**
 * vf_bond_stop_queues() - no queue waits any more
 * @bond: the bond, which has no VF
 *
 * Context: process.
 */
void vf_bond_stop_queues(struct vf_bond_priv *bond)
{
	vf_bond_release_queues(bond, NULL);
	hrtimer_cancel(&bond->wait_timer);
}
