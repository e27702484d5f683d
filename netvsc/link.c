// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link state.  Indications set bits; a work item makes of them what the
 * network stack sees, at most one event per interval, the last one right.
 */
#include "link.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>

#include "netvsc.h"

/*
 * Between two changes of the carrier.  User space answers each with DHCP and
 * the like; a host that flaps must not keep it busy.
 */
#define NETVSC_LINK_INTERVAL	(2 * HZ)
/* Until the stack has seen a new carrier, which it does within milliseconds. */
#define NETVSC_LINK_ACTIVATE	(HZ / 50)

static void netvsc_link_queue_in(struct netvsc *nv, unsigned long delay)
{
	if (!test_bit(NETVSC_LINK_STOPPED, &nv->link.flags))
		schedule_delayed_work(&nv->link.work, delay);
}

static void netvsc_link_queue(struct netvsc *nv)
{
	unsigned long now = jiffies;
	unsigned long next = READ_ONCE(nv->link.next);

	netvsc_link_queue_in(nv, time_before(now, next) ? next - now : 0);
}

/*
 * Others on the network learn where we are now, and that we are.  The stack
 * drops all frames until it has seen the carrier, in work of its own, that
 * wants RTNL too.  Returns true if it has not yet.
 */
static bool netvsc_link_notify_peers(struct netvsc *nv)
{
	if (!netif_carrier_ok(nv->ndev) ||
	    !test_bit(NETVSC_LINK_PEERS, &nv->link.flags))
		return false;
	if (netif_running(nv->ndev) && qdisc_tx_is_noop(nv->ndev))
		return true;

	clear_bit(NETVSC_LINK_PEERS, &nv->link.flags);
	if (netif_running(nv->ndev))
		__netdev_notify_peers(nv->ndev);
	return false;
}

/*
 * One step towards what the host said last.  A flap is down, then up an
 * interval later, so that user space renews what it knows of the network.
 * Returns true if another step is due.
 */
static bool netvsc_link_step(struct netvsc *nv)
{
	bool up = test_bit(NETVSC_LINK_UP, &nv->link.flags);

	if (test_and_clear_bit(NETVSC_LINK_FLAP, &nv->link.flags) &&
	    netif_carrier_ok(nv->ndev)) {
		netif_carrier_off(nv->ndev);
		set_bit(NETVSC_LINK_PEERS, &nv->link.flags);
		return up;
	}
	if (!up) {
		netif_carrier_off(nv->ndev);
		return false;
	}
	netif_carrier_on(nv->ndev);
	return false;
}

/* The same; a change is logged, and the next one has to wait. */
static bool netvsc_link_step_logged(struct netvsc *nv)
{
	bool was_up = netif_carrier_ok(nv->ndev);
	bool again = netvsc_link_step(nv);

	if (was_up != netif_carrier_ok(nv->ndev)) {
		netif_info(nv, link, nv->ndev, "link is %s\n",
			   was_up ? "down" : "up");
		WRITE_ONCE(nv->link.next, jiffies + NETVSC_LINK_INTERVAL);
	}
	return again;
}

static void netvsc_link_work(struct work_struct *work)
{
	struct netvsc *nv = container_of(to_delayed_work(work), struct netvsc,
					 link.work);
	bool again = true;

	rtnl_lock();
	if (rtnl_dereference(nv->nvdev)) {
		/* early if it is for the peers */
		if (!time_before(jiffies, READ_ONCE(nv->link.next)))
			again = netvsc_link_step_logged(nv);
		if (netvsc_link_notify_peers(nv))
			netvsc_link_queue_in(nv, NETVSC_LINK_ACTIVATE);
		else if (again)
			netvsc_link_queue(nv);
	}
	rtnl_unlock();
}

/**
 * netvsc_link_status() - the host indicated something about the link
 * @nvdev: the device
 * @status: RNDIS_STATUS_*
 * @value: for a change of speed: units of 100 bit/s
 *
 * Context: any.
 */
void netvsc_link_status(struct netvsc_device *nvdev, u32 status, u32 value)
{
	struct netvsc *nv = nvdev->nv;

	switch (status) {
	case RNDIS_STATUS_LINK_SPEED_CHANGE:
		WRITE_ONCE(nv->speed, value / NETVSC_SPEED_UNITS);
		return;
	case RNDIS_STATUS_MEDIA_CONNECT:
		set_bit(NETVSC_LINK_UP, &nv->link.flags);
		set_bit(NETVSC_LINK_PEERS, &nv->link.flags);
		set_bit(NETVSC_LINK_NEWS, &nv->link.flags);
		break;
	case RNDIS_STATUS_MEDIA_DISCONNECT:
		clear_bit(NETVSC_LINK_UP, &nv->link.flags);
		set_bit(NETVSC_LINK_NEWS, &nv->link.flags);
		break;
	case RNDIS_STATUS_NETWORK_CHANGE:
		set_bit(NETVSC_LINK_FLAP, &nv->link.flags);
		break;
	default:
		return;
	}
	netvsc_link_queue(nv);
}

/**
 * netvsc_link_init() - before the first device is attached
 * @nv: the interface
 */
void netvsc_link_init(struct netvsc *nv)
{
	INIT_DELAYED_WORK(&nv->link.work, netvsc_link_work);
	nv->link.next = jiffies;
	nv->speed = SPEED_UNKNOWN;
}

/**
 * netvsc_link_stop() - no work runs from now on, and none is queued
 * @nv: the interface
 *
 * Indications may still come.
 *
 * Context: process, without RTNL, which the work takes.
 */
void netvsc_link_stop(struct netvsc *nv)
{
	set_bit(NETVSC_LINK_STOPPED, &nv->link.flags);
	/* an indication that saw the bit clear may queue it once more */
	synchronize_net();
	cancel_delayed_work_sync(&nv->link.work);
}

/**
 * netvsc_link_restart() - undo netvsc_link_stop()
 * @nv: the interface
 *
 * Context: process.
 */
void netvsc_link_restart(struct netvsc *nv)
{
	clear_bit(NETVSC_LINK_STOPPED, &nv->link.flags);
	netvsc_link_queue(nv);
}
