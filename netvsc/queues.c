// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues: which channels the stack sees as such, and how frames are spread.
 */
#include "queues.h"

#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>

#include "channel.h"
#include "netvsc.h"
#include "rss.h"
#include "subs.h"

/*
 * For frames in the qdiscs of queues that are given up.  The queues still
 * run, so this takes microseconds; one qdisc for all queues never gets empty
 * under traffic, and loses nothing when queues go.  RTNL is held.
 */
#define NETVSC_DRAIN_TIMEOUT	(HZ / 20)
#define NETVSC_DRAIN_SLEEP_US	100

/* What frames are spread by until the host says how. */
static void netvsc_queues_spread_tx(struct netvsc_device *nvdev, u32 channels)
{
	int i;

	if (READ_ONCE(nvdev->host_spreads))
		return;
	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		WRITE_ONCE(nvdev->nv->send_table[i], i % channels);
}

/**
 * netvsc_queues_wanted() - how many queues there will be at the most
 * @nvdev: the device, its properties known
 *
 * Return: 1 or more.
 */
u16 netvsc_queues_wanted(const struct netvsc_device *nvdev)
{
	return min(nvdev->config.channels, nvdev->max_channels);
}

static int netvsc_queues_set_real(struct netvsc_device *nvdev, u16 channels)
{
	struct net_device *ndev = nvdev->nv->ndev;
	int err;

	err = netif_set_real_num_tx_queues(ndev, channels);
	if (!err)
		err = netif_set_real_num_rx_queues(ndev, channels);
	return err;
}

static int netvsc_queues_start_rss(struct netvsc_device *nvdev)
{
	struct netvsc *nv = nvdev->nv;
	int err;

	netvsc_rss_spread(nv, nvdev->num_channels, nvdev->rss_entries);
	if (nvdev->num_channels == 1)
		return 0;
	err = netvsc_rss_apply(nvdev);
	if (err)
		netdev_warn(nv->ndev, "receive side scaling not set: %d\n",
			    err);
	return err == -ENODEV ? err : 0;
}

/**
 * netvsc_queues_start() - open the channels beyond the first, use all as queues
 * @nvdev: the device, its properties known
 *
 * Frames may be on their way through the first.  If the host gives fewer
 * channels than @nvdev->tx_shares, some of the send buffer lies idle.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno, with the device to be disconnected.
 */
int netvsc_queues_start(struct netvsc_device *nvdev)
{
	u16 wanted = netvsc_queues_wanted(nvdev);
	u16 channels;
	int err;

	/* the first queue has its share of the send buffer already */
	if (nvdev->tx_shares)
		wanted = min(wanted, nvdev->tx_shares);

	/* first: the host's table may come while the channels are opened */
	netvsc_queues_spread_tx(nvdev, wanted);
	channels = netvsc_subs_open(nvdev, wanted - 1);
	if (channels < wanted)
		netvsc_queues_spread_tx(nvdev, channels);

	if (!nvdev->tx_shares)
		nvdev->tx_shares = channels;
	err = netvsc_channels_start_tx(nvdev, channels);
	if (!err)
		err = netvsc_queues_set_real(nvdev, channels);
	if (err)
		return err;
	nvdev->usable_channels = channels;
	netvsc_channels_use(nvdev, channels);
	return netvsc_queues_start_rss(nvdev);
}

/* The table of the receive side, for another number of queues. */
static int netvsc_queues_spread_rx(struct netvsc_device *nvdev, u16 channels)
{
	struct netvsc_rss old = nvdev->nv->rss;
	int err;

	if (!nvdev->rss_entries)
		return 0;
	netvsc_rss_spread(nvdev->nv, channels, nvdev->rss_entries);
	err = netvsc_rss_apply(nvdev);
	if (err)
		nvdev->nv->rss = old;
	return err;
}

/* Frames that queues from @first on still hold are on their way at once. */
static void netvsc_queues_drain(struct net_device *ndev, u16 first)
{
	unsigned long deadline = jiffies + NETVSC_DRAIN_TIMEOUT;
	unsigned int i = first;
	bool empty;

	while (i < ndev->real_num_tx_queues && time_before(jiffies, deadline)) {
		rcu_read_lock();
		empty = qdisc_is_empty(rcu_dereference(netdev_get_tx_queue(ndev, i)->qdisc));
		rcu_read_unlock();
		if (empty)
			i++;
		else
			usleep_range(NETVSC_DRAIN_SLEEP_US,
				     2 * NETVSC_DRAIN_SLEEP_US);
	}
}

/**
 * netvsc_queues_gather_tx() - have frames take the first queues only
 * @nv: the interface, attached
 * @queues: how many of them; the others are empty afterwards, if it takes no
 *	longer than NETVSC_DRAIN_TIMEOUT
 *
 * Until @nv->tx_limit is 0 again.
 *
 * Context: RTNL, bounded sleep.
 */
void netvsc_queues_gather_tx(struct netvsc *nv, u16 queues)
{
	ASSERT_RTNL();

	WRITE_ONCE(nv->tx_limit, queues);
	synchronize_net();
	netvsc_queues_drain(nv->ndev, queues);
}

/**
 * netvsc_queues_use() - use more or fewer of the open channels
 * @nvdev: the device, attached
 * @channels: 1 to @nvdev->usable_channels
 *
 * Nothing is closed or opened, and no frame is lost.  What the host sends by a
 * channel that is not used as a queue is received as ever.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with as many channels in use as before.
 */
int netvsc_queues_use(struct netvsc_device *nvdev, u16 channels)
{
	u16 old = nvdev->num_channels;
	struct netvsc *nv = nvdev->nv;
	int err;

	ASSERT_RTNL();

	/* the stack chooses none that is not one before and after */
	if (channels < old) {
		netvsc_queues_gather_tx(nv, channels);
	} else {
		WRITE_ONCE(nv->tx_limit, old);
		WRITE_ONCE(nvdev->num_channels, channels);
	}

	err = netvsc_queues_spread_rx(nvdev, channels);
	if (!err)
		err = netvsc_queues_set_real(nvdev, channels);
	if (err) {
		netvsc_queues_spread_rx(nvdev, old);
		netvsc_queues_set_real(nvdev, old);
		channels = old;
	}

	netvsc_channels_use(nvdev, channels);
	netvsc_queues_spread_tx(nvdev, channels);
	WRITE_ONCE(nv->tx_limit, 0);
	return err;
}
