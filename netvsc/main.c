// SPDX-License-Identifier: GPL-2.0-only
/* hv_netvsc: the synthetic network interface of Hyper-V. */
#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/stringify.h>

#include "bus.h"
#include "channel.h"
#include "device.h"
#include "link.h"
#include "netdev.h"
#include "netvsc.h"
#include "reconfig.h"
#include "recover.h"
#include "rss.h"
#include "vf.h"
#include "vf_bond.h"

/* Channels asked for unless there are fewer CPUs; more seldom helps. */
#define NETVSC_CHANNELS_DEFAULT	16u

#define NETVSC_MSG_DEFAULT	(NETIF_MSG_DRV | NETIF_MSG_PROBE | \
				 NETIF_MSG_LINK | NETIF_MSG_IFUP | \
				 NETIF_MSG_IFDOWN | NETIF_MSG_RX_ERR | \
				 NETIF_MSG_TX_ERR)
#define NETVSC_DEBUG_MAX	31

static unsigned int ring_size = NETVSC_RING_PAGES_DEFAULT;
module_param(ring_size, uint, 0444);
MODULE_PARM_DESC(ring_size, "Ring buffer size (# of 4K pages), 64 to 512");

static int debug = -1;
module_param(debug, int, 0444);
MODULE_PARM_DESC(debug, "Debug level (-1=default, 0=none,...,31=all)");

static const struct netvsc_upcalls netvsc_upcalls = {
	.link_status = netvsc_link_status,
	.vf_association = netvsc_vf_association,
	.path_switched = netvsc_vf_path_switched,
};

static void netvsc_default_config(struct netvsc_config *config)
{
	u32 channels = max_t(u32, NETVSC_CHANNELS_DEFAULT,
			     netif_get_num_default_rss_queues());

	*config = (struct netvsc_config) {
		.channels = min3(channels, num_online_cpus(),
				 (u32)NETVSC_MAX_CHANNELS),
		.recv_section_size = NETVSC_RECV_SECTION,
		.recv_sections = NETVSC_RECV_BUF_DEFAULT / NETVSC_RECV_SECTION,
		.send_section_size = NETVSC_SEND_SECTION,
		.send_sections = NETVSC_SEND_BUF_DEFAULT / NETVSC_SEND_SECTION,
	};
}

static struct net_device *netvsc_alloc(struct hv_device *hdev)
{
	struct net_device *ndev;
	struct netvsc *nv;

	ndev = alloc_etherdev_mq(sizeof(*nv), NETVSC_MAX_CHANNELS);
	if (!ndev)
		return NULL;

	nv = netdev_priv(ndev);
	nv->ndev = ndev;
	nv->hdev = hdev;
	nv->upcalls = &netvsc_upcalls;
	nv->msg_enable = netif_msg_init(debug, NETVSC_MSG_DEFAULT);
	netvsc_default_config(&nv->config);
	netvsc_stats_init(nv);
	netvsc_rss_init(nv);
	netvsc_device_init(nv);
	netvsc_link_init(nv);
	netvsc_recover_init(nv);
	netvsc_vf_init(nv);

	ndev->netdev_ops = &netvsc_netdev_ops;
	ndev->ethtool_ops = &netvsc_ethtool_ops;
	SET_NETDEV_DEV(ndev, &hdev->device);
	netif_carrier_off(ndev);
	return ndev;
}

static int netvsc_attach(struct netvsc *nv)
{
	struct netvsc_device *nvdev;
	int err;

	nvdev = netvsc_device_alloc(nv, &nv->config, nv->ndev->mtu, NULL);
	if (!nvdev)
		return -ENOMEM;
	err = netvsc_device_attach(nvdev);
	if (err)
		netvsc_device_free(nvdev);
	return err;
}

static void netvsc_detach(struct netvsc *nv)
{
	struct netvsc_device *nvdev = netvsc_device_detach(nv);

	if (nvdev)
		netvsc_device_free(nvdev);
}

/* One hold of RTNL, so that no VF can take the first name. */
static int netvsc_register(struct netvsc *nv)
{
	const struct netvsc_device *nvdev;
	int err;

	ASSERT_RTNL();

	err = netvsc_attach(nv);
	if (err)
		return err;
	nvdev = rtnl_dereference(nv->nvdev);
	netvsc_netdev_setup(nv, nvdev);

	err = register_netdevice(nv->ndev);
	if (err)
		goto err_detach;
	netif_info(nv, probe, nv->ndev, "NVSP version %u.%u, %u of %u channels\n",
		   nvdev->nvsp_version >> 16, nvdev->nvsp_version & 0xffff,
		   nvdev->num_channels, nvdev->max_channels);
	/* not earlier: the stack has no state of links that are not there */
	netvsc_device_report_link(nv);
	err = netvsc_vf_register(nv);
	if (err)
		goto err_unregister;
	return 0;

err_unregister:
	netvsc_detach(nv);
	unregister_netdevice(nv->ndev);
	return err;
err_detach:
	netvsc_detach(nv);
	return err;
}

/*
 * What may still run for the interface, and why it has ended when this
 * returns: link and recover work (stopped first, and not queued since), NAPI
 * and upcalls
 * (the channels are closed), operations of the stack (unregistered), work for
 * the filter (nobody queues it after that).
 */
static void netvsc_free(struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);

	cancel_work_sync(&nv->filter_work);
	if (nv->bond)
		vf_bond_free(nv->bond);
	free_netdev(ndev);
}

static int netvsc_probe(struct hv_device *hdev,
			const struct hv_vmbus_device_id *id)
{
	struct net_device *ndev;
	struct netvsc *nv;
	int err;

	if (hv_is_isolation_supported() && !compat_shares_memory()) {
		dev_err(&hdev->device,
			"confidential guests need Linux 6.4 or later\n");
		return -EOPNOTSUPP;
	}

	ndev = netvsc_alloc(hdev);
	if (!ndev)
		return -ENOMEM;
	nv = netdev_priv(ndev);
	dev_set_drvdata(&hdev->device, ndev);

	rtnl_lock();
	err = netvsc_register(nv);
	rtnl_unlock();
	if (err)
		goto err_free;
	return 0;

err_free:
	netvsc_link_stop(nv);
	netvsc_recover_stop(nv);
	dev_set_drvdata(&hdev->device, NULL);
	netvsc_free(ndev);
	return err;
}

static void netvsc_remove(struct hv_device *hdev)
{
	struct net_device *ndev = dev_get_drvdata(&hdev->device);
	struct netvsc *nv = netdev_priv(ndev);

	netvsc_link_stop(nv);
	netvsc_recover_stop(nv);

	rtnl_lock();
	dev_close(ndev);
	/* while the host can still be asked to take the data path back */
	netvsc_vf_unregister(nv);
	netvsc_detach(nv);
	unregister_netdevice(ndev);
	rtnl_unlock();

	dev_set_drvdata(&hdev->device, NULL);
	netvsc_free(ndev);
}

COMPAT_HV_REMOVE(netvsc_remove)

static int netvsc_suspend(struct hv_device *hdev)
{
	struct netvsc *nv = netdev_priv(dev_get_drvdata(&hdev->device));

	netvsc_link_stop(nv);
	netvsc_recover_stop(nv);
	rtnl_lock();
	vf_bond_host_lost(nv->bond);
	netvsc_detach(nv);
	rtnl_unlock();
	return 0;
}

/* If the host does not take part, it is tried again as long as it takes. */
static int netvsc_resume(struct hv_device *hdev)
{
	struct netvsc *nv = netdev_priv(dev_get_drvdata(&hdev->device));
	int err;

	rtnl_lock();
	err = netvsc_reconfig_reset(nv);
	rtnl_unlock();
	netvsc_link_restart(nv);
	netvsc_recover_restart(nv);
	return err;
}

static const struct hv_vmbus_device_id netvsc_id_table[] = {
	{ HV_NIC_GUID },
	{ }
};
MODULE_DEVICE_TABLE(vmbus, netvsc_id_table);

static struct hv_driver netvsc_driver = {
	.name = KBUILD_MODNAME,
	.id_table = netvsc_id_table,
	.probe = netvsc_probe,
	.remove = compat_hv_remove(netvsc_remove),
	.suspend = netvsc_suspend,
	.resume = netvsc_resume,
	.driver = {
		/* names go by the order of the offers */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

static int __init netvsc_init(void)
{
	if (ring_size < NETVSC_RING_PAGES_MIN ||
	    ring_size > NETVSC_RING_PAGES_MAX) {
		pr_err("hv_netvsc: ring_size=%u out of range, %u to %u\n",
		       ring_size, NETVSC_RING_PAGES_MIN,
		       NETVSC_RING_PAGES_MAX);
		return -ERANGE;
	}
	if (debug < -1 || debug > NETVSC_DEBUG_MAX) {
		pr_err("hv_netvsc: debug=%d out of range, -1 to %d\n", debug,
		       NETVSC_DEBUG_MAX);
		return -ERANGE;
	}

	netvsc_channels_set_ring_pages(ring_size);
	return netvsc_bus_register(&netvsc_driver);
}
module_init(netvsc_init);

static void __exit netvsc_exit(void)
{
	netvsc_bus_unregister(&netvsc_driver);
}
module_exit(netvsc_exit);

MODULE_DESCRIPTION("Synthetic network interface of Hyper-V, with VF bonding");
MODULE_LICENSE("GPL");
#ifdef HV_NETVSC_VERSION
MODULE_VERSION(__stringify(HV_NETVSC_VERSION));
#endif
