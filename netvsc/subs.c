// SPDX-License-Identifier: GPL-2.0-only
/* Sub-channels: asked for once on an opening, offered by the host at any time. */
#include "subs.h"

#include <linux/list.h>
#include <linux/mutex.h>

#include "bus.h"
#include "channel.h"
#include "netvsc.h"
#include "nvsp.h"

/*
 * For the offers of sub-channels, once they are granted.  Each takes some
 * milliseconds, as the bus opens them one after the other.  RTNL is held.
 */
#define NETVSC_SUBCHANNEL_TIMEOUT	(5 * HZ)

/*
 * Devices that wait for sub-channels.  The bus calls back for an offer at any
 * time, also for a device that is about to go: what is not in this list is
 * not touched.
 */
static LIST_HEAD(netvsc_subs_accepting);
static DEFINE_MUTEX(netvsc_subs_mutex);

static struct netvsc_device *
netvsc_subs_find(const struct vmbus_channel *primary)
{
	struct netvsc_device *nvdev;

	lockdep_assert_held(&netvsc_subs_mutex);

	list_for_each_entry(nvdev, &netvsc_subs_accepting, subs.node)
		if (netvsc_primary(nvdev) == primary)
			return nvdev;
	return NULL;
}

static void netvsc_subs_open_one(struct netvsc_device *nvdev,
				 struct vmbus_channel *vmbus)
{
	u16 index = vmbus->offermsg.offer.sub_channel_index;

	lockdep_assert_held(&netvsc_subs_mutex);

	if (!index || index > nvdev->subs.wanted || nvdev->channels[index]) {
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
		return;
	}

	/* one that does not open is a queue less */
	netvsc_channel_add_sub(nvdev, vmbus, index);
	WRITE_ONCE(nvdev->subs.seen, nvdev->subs.seen + 1);
	complete(&nvdev->subs.event);
}

/*
 * The bus has got the offer of a sub-channel.  It has to be opened here: once
 * this returns, a rescind may free a channel that is not open.
 */
static void netvsc_subs_offered(struct vmbus_channel *vmbus)
{
	struct netvsc_device *nvdev;

	mutex_lock(&netvsc_subs_mutex);
	nvdev = netvsc_subs_find(vmbus->primary_channel);
	if (nvdev)
		netvsc_subs_open_one(nvdev, vmbus);
	mutex_unlock(&netvsc_subs_mutex);
}

static int netvsc_subs_wait(struct netvsc_device *nvdev)
{
	unsigned long deadline = jiffies + NETVSC_SUBCHANNEL_TIMEOUT;
	int err = 0;

	while (!err && READ_ONCE(nvdev->subs.seen) < nvdev->subs.granted)
		err = netvsc_wait(&nvdev->subs.event,
				  &netvsc_primary(nvdev)->rescind, deadline);
	return err;
}

static int netvsc_subs_request(struct netvsc_device *nvdev, u16 wanted)
{
	u32 granted;
	int err;

	nvdev->subs.wanted = wanted;
	init_completion(&nvdev->subs.event);
	mutex_lock(&netvsc_subs_mutex);
	list_add(&nvdev->subs.node, &netvsc_subs_accepting);
	mutex_unlock(&netvsc_subs_mutex);

	/* offers may come before the answer to the request does */
	netvsc_bus_on_subchannel(netvsc_primary(nvdev), netvsc_subs_offered);
	err = netvsc_nvsp_ask_subchannels(nvdev, wanted, &granted);
	if (!err) {
		nvdev->subs.granted = granted;
		err = netvsc_subs_wait(nvdev);
	}

	/* waits for an opening that has begun */
	mutex_lock(&netvsc_subs_mutex);
	list_del(&nvdev->subs.node);
	mutex_unlock(&netvsc_subs_mutex);
	return err;
}

/**
 * netvsc_subs_open() - have sub-channels, if the host gives any
 * @nvdev: the device, RNDIS initialised
 * @wanted: how many, besides the primary channel
 *
 * Whatever goes wrong, the device works with the channels it got.
 *
 * Context: RTNL, bounded sleep.
 * Return: how many channels can be queues, the primary one among them.
 */
u16 netvsc_subs_open(struct netvsc_device *nvdev, u16 wanted)
{
	u16 channels;
	int err;

	if (!wanted)
		return 1;

	err = netvsc_subs_request(nvdev, wanted);
	channels = netvsc_channels_count(nvdev);
	if (err)
		netdev_warn(nvdev->nv->ndev,
			    "sub-channels failed (%d), using %u channels\n",
			    err, channels);
	return channels;
}
