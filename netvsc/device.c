// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: one opening of the channels to the host, made and taken down as
 * a whole.  What users have set lives in struct netvsc and is told to each.
 */
#include "device.h"

#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "buffers.h"
#include "channel.h"
#include "netvsc.h"
#include "nvsp.h"
#include "offload.h"
#include "query.h"
#include "queues.h"
#include "rndis.h"

/*
 * For packets on their way when the device is closed.  A host completes them
 * within milliseconds, mostly at once, and no frame gets through while we
 * sleep; what is left after this is dropped.  RTNL is held.
 */
#define NETVSC_IDLE_TIMEOUT		(2 * HZ)
#define NETVSC_IDLE_SLEEP_MIN_US	10
#define NETVSC_IDLE_SLEEP_MAX_US	6400

/* ---- receive filter ---- */

static u32 netvsc_device_filter(const struct net_device *ndev)
{
	u32 filter = RNDIS_PACKET_TYPE_DIRECTED | RNDIS_PACKET_TYPE_BROADCAST;

	if (ndev->flags & IFF_PROMISC)
		return RNDIS_PACKET_TYPE_PROMISCUOUS;
	if (ndev->flags & IFF_ALLMULTI || !netdev_mc_empty(ndev))
		filter |= RNDIS_PACKET_TYPE_ALL_MULTICAST;
	return filter;
}

static void netvsc_device_filter_work(struct work_struct *work)
{
	struct netvsc *nv = container_of(work, struct netvsc, filter_work);
	struct netvsc_device *nvdev;
	int err = 0;

	rtnl_lock();
	nvdev = rtnl_dereference(nv->nvdev);
	/* closed meanwhile: the filter is off and stays so */
	if (nvdev && netif_running(nv->ndev))
		err = netvsc_rndis_set_filter(nvdev,
					      netvsc_device_filter(nv->ndev));
	rtnl_unlock();

	if (err && err != -ENODEV)
		netdev_err(nv->ndev, "receive filter not set: %d\n", err);
}

/**
 * netvsc_device_update_filter() - the interface's flags or lists have changed
 * @nv: the interface
 *
 * The host is told from a work item, if the interface is open then.
 *
 * Context: any.
 */
void netvsc_device_update_filter(struct netvsc *nv)
{
	schedule_work(&nv->filter_work);
}

/* ---- connecting ---- */

/**
 * netvsc_device_free() - free a device
 * @nvdev: not connected, or disconnected
 *
 * Context: RTNL; waits for the host to give the buffers back.
 */
void netvsc_device_free(struct netvsc_device *nvdev)
{
	netvsc_channels_free(nvdev);
	netvsc_rndis_free(nvdev);
	netvsc_buffers_free(nvdev);
	kfree(nvdev);
}

/**
 * netvsc_device_alloc() - make a device, not connected yet
 * @nv: the interface
 * @config: what to ask the host for
 * @mtu: the MTU from now on
 * @from: the device that it is to replace, whose buffers are used if they fit;
 *	or NULL
 *
 * Context: RTNL; waits for the host if @from is connected.
 * Return: the device, or NULL.
 */
struct netvsc_device *netvsc_device_alloc(struct netvsc *nv,
					  const struct netvsc_config *config,
					  u32 mtu,
					  const struct netvsc_device *from)
{
	struct netvsc_device *nvdev;

	nvdev = kzalloc(sizeof(*nvdev), GFP_KERNEL);
	if (!nvdev)
		return NULL;

	nvdev->nv = nv;
	nvdev->upcalls = nv->upcalls;
	nvdev->config = *config;
	nvdev->mtu = mtu;
	nvdev->max_channels = 1;
	netvsc_requests_init(&nvdev->requests, &netvsc_primary(nvdev)->rescind);
	netvsc_rndis_setup(nvdev);
	if (netvsc_channels_alloc(nvdev) || netvsc_buffers_alloc(nvdev, from)) {
		netvsc_device_free(nvdev);
		return NULL;
	}
	return nvdev;
}

/**
 * netvsc_device_expect() - take for granted what the host has just said
 * @nvdev: a device, not connected yet
 * @from: the device that it is to replace, whose host has changed hardly since
 *
 * So that frames pass before all of it has been asked again.
 */
void netvsc_device_expect(struct netvsc_device *nvdev,
			  const struct netvsc_device *from)
{
	nvdev->proven_mtu = from->mtu;
	nvdev->caps = from->caps;
	nvdev->max_channels = from->max_channels;
	nvdev->rss_entries = from->rss_entries;
}

/*
 * Upcalls count from now on, or do not any more.  A new device knows nothing
 * of the VF: the host says it again on every opening.
 */
static void netvsc_device_set_live(struct netvsc *nv,
				   struct netvsc_device *nvdev)
{
	spin_lock_bh(&nv->vf.lock);
	nv->vf.live = nvdev;
	nv->vf.known = false;
	nv->vf.num_switches = 0;
	spin_unlock_bh(&nv->vf.lock);
}

static bool netvsc_device_idle(const struct netvsc_device *nvdev)
{
	return netvsc_channels_idle(nvdev) && netvsc_rndis_idle(nvdev);
}

/*
 * Nothing new is being sent: wait for what is on its way.  A host that has
 * gone completes nothing any more.
 */
static void netvsc_device_wait(const struct netvsc_device *nvdev,
			       bool (*done)(const struct netvsc_device *nvdev))
{
	unsigned long deadline = jiffies + NETVSC_IDLE_TIMEOUT;
	u32 sleep_us = NETVSC_IDLE_SLEEP_MIN_US;

	while (!READ_ONCE(netvsc_primary(nvdev)->rescind) && !done(nvdev)) {
		if (time_after(jiffies, deadline)) {
			netdev_warn(nvdev->nv->ndev,
				    "host keeps packets, closing anyway\n");
			return;
		}
		usleep_range(sleep_us, 2 * sleep_us);
		sleep_us = min_t(u32, 2 * sleep_us, NETVSC_IDLE_SLEEP_MAX_US);
	}
}

/* Undo netvsc_device_connect(), however far it got. */
static void netvsc_device_disconnect(struct netvsc_device *nvdev)
{
	if (nvdev->pkt_align) {
		netvsc_rndis_halt(nvdev);
		netvsc_device_wait(nvdev, netvsc_device_idle);
	}
	netvsc_device_set_live(nvdev->nv, NULL);
	if (nvdev->num_channels) {
		netvsc_requests_abort_all(&nvdev->requests);
		netvsc_buffers_revoke(nvdev);
		netvsc_channels_close(nvdev);
	}
}

/*
 * A kernel before this one may have left the data path on the VF: it crashed,
 * or was replaced by kexec.  The VF has no driver yet, so frames would be lost
 * until it has one.
 */
static int netvsc_device_reset_path(struct netvsc_device *nvdev)
{
	if (nvdev->nv->ndev->reg_state == NETREG_UNINITIALIZED)
		netvsc_nvsp_tell_path(nvdev, false);
	return 0;
}

static int netvsc_device_learn(struct netvsc_device *nvdev)
{
	return nvdev->proven_mtu ? netvsc_query_same_host(nvdev) :
				   netvsc_query_device(nvdev);
}

struct netvsc_device_step {
	const char *what;
	int (*run)(struct netvsc_device *nvdev);
};

static const struct netvsc_device_step netvsc_device_steps[] = {
	{ "channel", netvsc_channels_open },
	{ "version", netvsc_nvsp_negotiate },
	{ "buffers", netvsc_buffers_attach },
	{ "receive side", netvsc_channels_start_rx },
	{ "RNDIS", netvsc_rndis_start },
	{ "data path", netvsc_device_reset_path },
	{ "properties", netvsc_device_learn },
};

/* Once, and not again at each try to begin anew. */
static void netvsc_device_connect_failed(struct netvsc_device *nvdev, int step,
					 int err)
{
	if (!nvdev->nv->recover.tries)
		dev_err(&nvdev->nv->hdev->device,
			"cannot attach to the host: %s: error %d\n",
			netvsc_device_steps[step].what, err);
}

/* All but queues.  The caller disconnects if this fails. */
static int netvsc_device_connect(struct netvsc_device *nvdev)
{
	int err, i;

	netvsc_device_set_live(nvdev->nv, nvdev);
	for (i = 0; i < ARRAY_SIZE(netvsc_device_steps); i++) {
		err = netvsc_device_steps[i].run(nvdev);
		if (err) {
			netvsc_device_connect_failed(nvdev, i, err);
			return err;
		}
	}
	return 0;
}

static void netvsc_device_publish(struct netvsc_device *nvdev)
{
	struct netvsc *nv = nvdev->nv;

	WRITE_ONCE(nv->ndev->mtu, nvdev->mtu);
	rcu_assign_pointer(nv->nvdev, nvdev);
}

/**
 * netvsc_device_attach() - connect a device to the host
 * @nvdev: the device; the interface has none, and is not registered yet
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 with @nvdev the interface's device; or an errno with @nvdev as
 * it was, disconnected.
 */
int netvsc_device_attach(struct netvsc_device *nvdev)
{
	int err;

	ASSERT_RTNL();

	err = netvsc_device_connect(nvdev);
	if (!err)
		err = netvsc_queues_start(nvdev);
	if (err) {
		netvsc_device_disconnect(nvdev);
		return err;
	}
	netvsc_device_publish(nvdev);
	return 0;
}

/* ---- what others call ---- */

/**
 * netvsc_device_init() - before the first device is attached
 * @nv: the interface
 */
void netvsc_device_init(struct netvsc *nv)
{
	INIT_WORK(&nv->filter_work, netvsc_device_filter_work);
}

/**
 * netvsc_device_report_link() - have the stack know the link's state
 * @nv: the interface, attached and registered
 *
 * Context: RTNL.
 */
void netvsc_device_report_link(struct netvsc *nv)
{
	ASSERT_RTNL();

	if (test_bit(NETVSC_LINK_UP, &nv->link.flags))
		netif_carrier_on(nv->ndev);
	else
		netif_carrier_off(nv->ndev);
}

/**
 * netvsc_device_detach() - disconnect from the host
 * @nv: the interface; no VF carries its data
 *
 * The interface is absent for the stack until it is attached again.
 *
 * Context: RTNL, bounded sleep.
 * Return: the device, for the caller to free, or NULL if there was none.
 */
struct netvsc_device *netvsc_device_detach(struct netvsc *nv)
{
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);

	ASSERT_RTNL();

	if (!nvdev)
		return NULL;

	netif_device_detach(nv->ndev);
	/* whoever sends has the lock of a queue, or takes it after this */
	WRITE_ONCE(nvdev->leaving, true);
	netif_tx_disable(nv->ndev);
	netvsc_device_wait(nvdev, netvsc_channels_sent);

	/* others may look at it until its channels are closed */
	RCU_INIT_POINTER(nv->nvdev, NULL);
	/* last: frames have been received until now */
	netvsc_rndis_set_filter(nvdev, 0);
	netvsc_device_disconnect(nvdev);
	return nvdev;
}

/* One queue for frames in and out, if the interface is open. */
static int netvsc_device_start_traffic(struct netvsc_device *nvdev)
{
	struct net_device *ndev = nvdev->nv->ndev;
	int err;

	nvdev->tx_shares = netvsc_queues_wanted(nvdev);
	err = netvsc_channels_start_tx(nvdev, 1);
	if (err)
		return err;

	netvsc_device_publish(nvdev);
	if (netif_running(ndev)) {
		netif_tx_wake_queue(netdev_get_tx_queue(ndev, 0));
		err = netvsc_rndis_set_filter(nvdev,
					      netvsc_device_filter(ndev));
		if (err)
			return err;
	}
	netvsc_device_report_link(nvdev->nv);
	return 0;
}

static int netvsc_device_try_resume(struct netvsc_device *nvdev)
{
	int err;

	err = netvsc_device_connect(nvdev);
	if (!err)
		err = netvsc_device_start_traffic(nvdev);
	/* what was taken for granted, while frames pass */
	if (!err && nvdev->proven_mtu)
		err = netvsc_query_device(nvdev);
	if (!err)
		err = netvsc_queues_start(nvdev);
	if (!err)
		return 0;

	if (rcu_access_pointer(nvdev->nv->nvdev))
		netvsc_device_detach(nvdev->nv);
	else
		netvsc_device_disconnect(nvdev);
	return err;
}

/**
 * netvsc_device_resume() - connect a device for an interface that was in use
 * @nvdev: the device; the interface has none
 *
 * Frames pass as soon as there is one queue; opening the others takes the host
 * some milliseconds each.  The host may be another one by now, with other
 * offloads.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0; or an errno with the interface still detached, and @nvdev
 * disconnected.
 */
int netvsc_device_resume(struct netvsc_device *nvdev)
{
	struct netvsc *nv = nvdev->nv;
	int err;

	ASSERT_RTNL();

	WRITE_ONCE(nv->tx_limit, 1);
	err = netvsc_device_try_resume(nvdev);
	WRITE_ONCE(nv->tx_limit, 0);
	if (err)
		return err;
	netvsc_device_report_link(nv);
	/* wakes what waited meanwhile */
	netif_device_attach(nv->ndev);
	if (netvsc_offload_take_caps(nv->ndev, &nvdev->caps))
		netdev_update_features(nv->ndev);
	return 0;
}

/**
 * netvsc_device_open() - let frames in and out
 * @nv: the interface
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_device_open(struct netvsc *nv)
{
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);
	int err;

	ASSERT_RTNL();

	if (!nvdev)
		return -ENODEV;
	err = netvsc_rndis_set_filter(nvdev, netvsc_device_filter(nv->ndev));
	if (err)
		return err;
	netif_tx_wake_all_queues(nv->ndev);
	return 0;
}

/**
 * netvsc_device_close() - let no frames in or out
 * @nv: the interface
 *
 * Context: RTNL, bounded sleep.
 */
void netvsc_device_close(struct netvsc *nv)
{
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);
	int err;

	ASSERT_RTNL();

	netif_tx_disable(nv->ndev);
	if (!nvdev)
		return;

	err = netvsc_rndis_set_filter(nvdev, 0);
	if (err && err != -ENODEV)
		netdev_err(nv->ndev, "receive filter not cleared: %d\n", err);
	netvsc_device_wait(nvdev, netvsc_device_idle);
}
