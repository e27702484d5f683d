// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done when the host fails the interface: it completes nothing, or a
 * change of configuration has left the interface without a device.  One work
 * item begins anew with the host, again and again, until the host is back.
 */
#include "recover.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "bus.h"
#include "netvsc.h"
#include "reconfig.h"
#include "tx_post.h"
#include "vf_bond.h"

/*
 * Between two tries: 1 s, then twice as long each time.  A try may hold RTNL
 * for seconds, when the host takes messages and does not answer them.
 */
#define NETVSC_RECOVER_FIRST	HZ
#define NETVSC_RECOVER_DOUBLE	5	/* times: up to 32 s */

static void netvsc_recover_queue(struct netvsc *nv, unsigned long delay)
{
	if (test_bit(NETVSC_RECOVER_STOPPED, &nv->recover.flags))
		return;
	/* it may sleep for seconds: not for the queue of short ones */
	queue_delayed_work(system_long_wq, &nv->recover.work, delay);
}

static void netvsc_recover_failed(struct netvsc *nv, int err)
{
	struct netvsc_recover *recover = &nv->recover;
	u32 doubled = min_t(u32, recover->tries, NETVSC_RECOVER_DOUBLE);

	/* who has taken the device away gives no other */
	if (READ_ONCE(nv->hdev->channel->rescind))
		return;
	if (!recover->tries++)
		netdev_err(nv->ndev,
			   "cannot begin anew with the host (%d), will go on trying\n",
			   err);
	netvsc_recover_queue(nv, NETVSC_RECOVER_FIRST << doubled);
}

static void netvsc_recover_work(struct work_struct *work)
{
	struct netvsc *nv = container_of(to_delayed_work(work), struct netvsc,
					 recover.work);
	bool reset;
	int err;

	rtnl_lock();
	reset = test_and_clear_bit(NETVSC_RECOVER_RESET, &nv->recover.flags);
	if (reset || !rtnl_dereference(nv->nvdev)) {
		err = netvsc_reconfig_reset(nv);
		if (err) {
			netvsc_recover_failed(nv, err);
		} else {
			nv->recover.tries = 0;
			netdev_info(nv->ndev, "began anew with the host\n");
		}
	}
	rtnl_unlock();
}

/**
 * netvsc_recover_soon() - the interface has lost its device
 * @nv: the interface
 *
 * Context: any.
 */
void netvsc_recover_soon(struct netvsc *nv)
{
	netvsc_recover_queue(nv, NETVSC_RECOVER_FIRST);
}

/* ---- a queue that does not move ---- */

static void netvsc_recover_report(struct netvsc_channel *ch)
{
	const struct netvsc_tx *tx = &ch->tx;
	struct netvsc_ring_state out, in;

	netvsc_bus_ring_state(ch->vmbus, &out, &in);
	netdev_warn(ch->nvdev->nv->ndev,
		    "queue %u: host has %u messages, %u frames parked, %u of %u sections free; ring to host %u of %u bytes used (write %u, read %u, mask %u), from host %u of %u (write %u, read %u, mask %u)\n",
		    ch->index, netvsc_tx_in_flight(tx), tx->parked.packets,
		    netvsc_free_list_avail(&tx->free_sections),
		    tx->free_sections.count, out.used, out.size, out.write,
		    out.read, out.mask, in.used, in.size, in.write, in.read,
		    in.mask);
}

/**
 * netvsc_tx_timeout() - ndo_tx_timeout
 * @ndev: the interface
 * @queue: that was stopped for the watchdog's time
 *
 * The first time an interrupt may have been lost: poll.  If the queue has not
 * moved when the watchdog comes again, begin anew with the host.
 *
 * Context: softirq, the queues' locks held.
 */
void netvsc_tx_timeout(struct net_device *ndev, unsigned int queue)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_device *nvdev = rcu_dereference_bh(nv->nvdev);
	struct vf_bond *bond = READ_ONCE(nv->bond);
	struct netvsc_channel *ch;

	atomic_long_inc(&nv->stats.tx_timeout);
	if (!nvdev || queue >= READ_ONCE(nvdev->num_channels))
		return;
	ch = nvdev->channels[queue];
	/* a stuck VF is for its own driver to see to, a host with frames is not */
	if (bond && vf_bond_path(bond) == VF_BOND_VF &&
	    !netvsc_tx_in_flight(&ch->tx))
		return;

	netvsc_recover_report(ch);
	if (ch->tx.stuck) {
		set_bit(NETVSC_RECOVER_RESET, &nv->recover.flags);
		netvsc_recover_queue(nv, 0);
		return;
	}
	WRITE_ONCE(ch->tx.stuck, true);
	napi_schedule(&ch->napi);
}

/* ---- life ---- */

/**
 * netvsc_recover_init() - before the first device is attached
 * @nv: the interface
 */
void netvsc_recover_init(struct netvsc *nv)
{
	INIT_DELAYED_WORK(&nv->recover.work, netvsc_recover_work);
}

/**
 * netvsc_recover_stop() - no work runs from now on, and none is queued
 * @nv: the interface
 *
 * Context: process, without RTNL, which the work takes.
 */
void netvsc_recover_stop(struct netvsc *nv)
{
	set_bit(NETVSC_RECOVER_STOPPED, &nv->recover.flags);
	/* who saw the bit clear may queue it once more: softirq, or RTNL */
	rtnl_lock();
	rtnl_unlock();
	synchronize_net();
	cancel_delayed_work_sync(&nv->recover.work);
}

/**
 * netvsc_recover_restart() - undo netvsc_recover_stop()
 * @nv: the interface
 *
 * Context: process.
 */
void netvsc_recover_restart(struct netvsc *nv)
{
	clear_bit(NETVSC_RECOVER_STOPPED, &nv->recover.flags);
	if (!rcu_access_pointer(nv->nvdev))
		netvsc_recover_soon(nv);
}
