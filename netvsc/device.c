// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: one opening of the channels to the host, made and taken down as
 * a whole.  A change of configuration is another device; what users have set
 * lives in struct netvsc and is told to each.
 */
#include "device.h"

#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "buffers.h"
#include "channel.h"
#include "netvsc.h"
#include "nvsp.h"
#include "query.h"
#include "rndis.h"
#include "rss.h"
#include "vf_bond.h"

/*
 * For packets on their way when the device is closed.  A host completes them
 * within milliseconds; what is left after this is dropped.  RTNL is held.
 */
#define NETVSC_IDLE_TRIES	200
#define NETVSC_IDLE_SLEEP_US	5000

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

static void netvsc_device_free(struct netvsc_device *nvdev)
{
	netvsc_rndis_free(nvdev);
	netvsc_buffers_free(nvdev);
	kfree(nvdev);
}

static struct netvsc_device *
netvsc_device_alloc(struct netvsc *nv, const struct netvsc_config *config,
		    u32 mtu)
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
	if (netvsc_buffers_alloc(nvdev)) {
		kfree(nvdev);
		return NULL;
	}
	return nvdev;
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

/* A host that has gone completes nothing any more. */
static bool netvsc_device_idle(struct netvsc_device *nvdev)
{
	if (READ_ONCE(netvsc_primary(nvdev)->rescind))
		return true;
	return netvsc_channels_idle(nvdev) && netvsc_rndis_idle(nvdev);
}

/* Nothing new is being sent: wait for what is on its way. */
static void netvsc_device_wait_idle(struct netvsc_device *nvdev)
{
	int tries;

	for (tries = 0; tries < NETVSC_IDLE_TRIES; tries++) {
		if (netvsc_device_idle(nvdev))
			return;
		usleep_range(NETVSC_IDLE_SLEEP_US, 2 * NETVSC_IDLE_SLEEP_US);
	}
	netdev_warn(nvdev->nv->ndev, "host keeps packets, closing anyway\n");
}

/* Undo netvsc_device_connect(), however far it got; frees @nvdev. */
static void netvsc_device_disconnect(struct netvsc_device *nvdev)
{
	if (nvdev->pkt_align) {
		netvsc_rndis_halt(nvdev);
		netvsc_device_wait_idle(nvdev);
	}
	netvsc_device_set_live(nvdev->nv, NULL);
	if (nvdev->num_channels) {
		netvsc_requests_abort_all(&nvdev->requests);
		netvsc_buffers_revoke(nvdev);
		netvsc_channels_close(nvdev);
	}
	netvsc_device_free(nvdev);
}

/* What frames are spread by until the host says how. */
static void netvsc_device_spread_tx(struct netvsc *nv, u32 channels)
{
	int i;

	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		WRITE_ONCE(nv->send_table[i], i % channels);
}

/* Channels beyond the first, then what is per queue. */
static int netvsc_device_start_queues(struct netvsc_device *nvdev)
{
	u32 channels = min(nvdev->config.channels, nvdev->max_channels);
	struct netvsc *nv = nvdev->nv;
	int err;

	/* first: the host's table may come while the channels are opened */
	netvsc_device_spread_tx(nv, channels);
	netvsc_channels_open_subs(nvdev, channels - 1);
	if (nvdev->num_channels < channels)
		netvsc_device_spread_tx(nv, nvdev->num_channels);
	err = netvsc_channels_start_tx(nvdev);
	if (err)
		return err;

	netvsc_rss_spread(nv, nvdev->num_channels, nvdev->rss_entries);
	if (nvdev->num_channels == 1)
		return 0;
	err = netvsc_rss_apply(nvdev);
	if (err)
		netdev_warn(nv->ndev, "receive side scaling not set: %d\n",
			    err);
	return err == -ENODEV ? err : 0;
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
	{ "properties", netvsc_query_device },
	{ "queues", netvsc_device_start_queues },
};

/* The caller disconnects if this fails. */
static int netvsc_device_connect(struct netvsc_device *nvdev)
{
	int err, i;

	netvsc_device_set_live(nvdev->nv, nvdev);
	for (i = 0; i < ARRAY_SIZE(netvsc_device_steps); i++) {
		err = netvsc_device_steps[i].run(nvdev);
		if (err) {
			dev_err(&nvdev->nv->hdev->device,
				"cannot attach to the host: %s: error %d\n",
				netvsc_device_steps[i].what, err);
			return err;
		}
	}
	return 0;
}

static int netvsc_device_publish(struct netvsc_device *nvdev)
{
	struct netvsc *nv = nvdev->nv;
	int err;

	err = netif_set_real_num_tx_queues(nv->ndev, nvdev->num_channels);
	if (err)
		return err;
	err = netif_set_real_num_rx_queues(nv->ndev, nvdev->num_channels);
	if (err)
		return err;

	WRITE_ONCE(nv->ndev->mtu, nvdev->mtu);
	rcu_assign_pointer(nv->nvdev, nvdev);
	return 0;
}

/* Consumes @nvdev, whatever it returns. */
static int netvsc_device_bring_up(struct netvsc_device *nvdev)
{
	int err;

	err = netvsc_device_connect(nvdev);
	if (!err)
		err = netvsc_device_publish(nvdev);
	if (err)
		netvsc_device_disconnect(nvdev);
	return err;
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
 * netvsc_device_attach() - connect to the host as @nv->config says
 * @nv: the interface, detached
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 with @nv->nvdev set, or an errno.
 */
int netvsc_device_attach(struct netvsc *nv)
{
	struct netvsc_device *nvdev;

	ASSERT_RTNL();

	nvdev = netvsc_device_alloc(nv, &nv->config, nv->ndev->mtu);
	if (!nvdev)
		return -ENOMEM;
	return netvsc_device_bring_up(nvdev);
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
 * @nv: the interface; no VF carries its data, nothing happens if detached
 *
 * The interface is absent for the stack until it is attached again.
 *
 * Context: RTNL, bounded sleep.
 */
void netvsc_device_detach(struct netvsc *nv)
{
	struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);

	ASSERT_RTNL();

	if (!nvdev)
		return;

	netif_device_detach(nv->ndev);
	netif_tx_disable(nv->ndev);
	netvsc_rndis_set_filter(nvdev, 0);
	netvsc_device_wait_idle(nvdev);

	RCU_INIT_POINTER(nv->nvdev, NULL);
	/* nobody transmits, or looks at it otherwise, after this */
	synchronize_net();
	netvsc_device_disconnect(nvdev);
}

/**
 * netvsc_device_resume() - attach an interface that was in use
 * @nv: the interface, detached
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with the interface still detached.
 */
int netvsc_device_resume(struct netvsc *nv)
{
	int err;

	err = netvsc_device_attach(nv);
	if (err)
		return err;
	netvsc_device_report_link(nv);
	netif_device_attach(nv->ndev);
	if (!netif_running(nv->ndev))
		return 0;
	err = netvsc_device_open(nv);
	if (err)
		netvsc_device_detach(nv);
	return err;
}

/**
 * netvsc_device_reconfigure() - go over to another configuration
 * @nv: the interface
 * @config: what to ask the host for from now on
 * @mtu: the MTU from now on
 *
 * What can fail for want of memory is allocated before anything is closed.  If
 * the host then refuses, the old configuration is brought back; if that fails
 * too, the interface stays absent until the driver is bound to it anew.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with configuration and MTU as they were.
 */
int netvsc_device_reconfigure(struct netvsc *nv,
			      const struct netvsc_config *config, int mtu)
{
	struct net_device *ndev = nv->ndev;
	struct netvsc_config old = nv->config;
	struct netvsc_device *nvdev;
	int old_mtu = ndev->mtu;
	int err, undo_err;

	ASSERT_RTNL();

	nvdev = netvsc_device_alloc(nv, config, mtu);
	if (!nvdev)
		return -ENOMEM;

	/* the VF comes back when the host has told the new device of it */
	vf_bond_host_lost(nv->bond);
	netvsc_device_detach(nv);

	nv->config = *config;
	err = netvsc_device_bring_up(nvdev);
	if (!err && netif_running(ndev))
		err = netvsc_device_open(nv);
	if (!err) {
		netvsc_device_report_link(nv);
		netif_device_attach(ndev);
		return 0;
	}

	netvsc_device_detach(nv);
	nv->config = old;
	WRITE_ONCE(ndev->mtu, old_mtu);
	undo_err = netvsc_device_resume(nv);
	if (!undo_err)
		return err;

	netif_carrier_off(ndev);
	netdev_err(ndev,
		   "device lost: change failed (%d), and so did going back (%d)\n",
		   err, undo_err);
	return err;
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
	/* also what waited while the device was exchanged for another */
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
	netvsc_device_wait_idle(nvdev);
}
