// SPDX-License-Identifier: GPL-2.0-only
/* The network interface's operations. */
#include "netdev.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "netvsc.h"
#include "offload.h"
#include "reconfig.h"
#include "recover.h"
#include "rndis.h"
#include "vf_bond.h"
#include "xdp.h"
#include "xmit.h"

#define NETVSC_MTU_MAX		(65535 - ETH_HLEN)

/* Done for every frame, the host being able to or not. */
#define NETVSC_VLAN_FEATURES	(NETIF_F_HW_VLAN_CTAG_TX | \
				 NETIF_F_HW_VLAN_CTAG_RX)

/*
 * Bytes that BQL lets through to the host in any case.  The host is a thread
 * that has to be woken, so a queue that is kept shorter than one large send
 * runs dry; and a completion that never comes must not stop the queue.
 */
#define NETVSC_BQL_MIN		(2 * GSO_LEGACY_MAX_SIZE)

static struct netvsc_device *attached(const struct netvsc *nv)
{
	return rtnl_dereference(nv->nvdev);
}

static int netvsc_open(struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);
	int ret;

	ret = netvsc_device_open(nv);
	if (ret) {
		netif_err(nv, ifup, ndev, "cannot open: %d\n", ret);
		return ret;
	}

	vf_bond_master_open(nv->bond);

	return 0;
}

static int netvsc_stop(struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);

	vf_bond_master_close(nv->bond);
	netvsc_device_close(nv);

	return 0;
}

/* The VF first: what carries the data must not be the one that is too small. */
static int netvsc_change_mtu(struct net_device *ndev, int mtu)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_config config = nv->config;
	int old = ndev->mtu;
	int ret;

	if (!attached(nv))
		return -ENODEV;
	if (rtnl_dereference(nv->xdp_prog) && !netvsc_xdp_mtu_fits(mtu))
		return -EINVAL;

	ret = vf_bond_set_mtu(nv->bond, mtu);
	if (ret)
		return ret;

	ret = netvsc_netdev_reconfigure(nv, &config, mtu);
	if (ret)
		vf_bond_set_mtu(nv->bond, old);

	return ret;
}

static int netvsc_set_mac_address(struct net_device *ndev, void *p)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct sockaddr_storage old = { .ss_family = ndev->type };
	struct netvsc_device *nvdev = attached(nv);
	struct sockaddr_storage *addr = p;
	int ret;

	ret = eth_prepare_mac_addr_change(ndev, p);
	if (ret)
		return ret;
	if (!nvdev)
		return -ENODEV;

	ret = vf_bond_set_mac(nv->bond, addr, NULL);
	if (ret)
		return ret;

	ret = netvsc_rndis_set_mac(nvdev, addr->__data);
	if (ret) {
		ether_addr_copy(old.__data, ndev->dev_addr);
		/* a host that has not answered may have the new one */
		if (ret == -ETIMEDOUT)
			netvsc_rndis_set_mac(nvdev, old.__data);
		vf_bond_set_mac(nv->bond, &old, NULL);
		return ret;
	}
	eth_commit_mac_addr_change(ndev, p);

	return 0;
}

static void netvsc_set_rx_mode(struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct vf_bond *bond = READ_ONCE(nv->bond);

	if (bond)
		vf_bond_set_rx_mode(bond);
	netvsc_device_update_filter(nv);
}

static void netvsc_change_rx_flags(struct net_device *ndev, int change)
{
	struct netvsc *nv = netdev_priv(ndev);

	if (nv->bond)
		vf_bond_change_rx_flags(nv->bond, change);
}

/*
 * A large send has to have its checksums filled in as well; what the host
 * coalesces is more than an XDP program can look at.
 */
static netdev_features_t netvsc_fix_features(struct net_device *ndev,
					     netdev_features_t features)
{
	struct netvsc *nv = netdev_priv(ndev);

	/* what users want may be what an earlier host could do */
	features &= ~NETVSC_HW_FEATURES | ndev->hw_features;
	if (rtnl_dereference(nv->xdp_prog))
		features &= ~NETIF_F_LRO;
	if (!(features & NETIF_F_IP_CSUM))
		features &= ~NETIF_F_TSO;
	if (!(features & NETIF_F_IPV6_CSUM))
		features &= ~NETIF_F_TSO6;

	return features;
}

/* A device that is not there is told when it comes. */
static int netvsc_set_lro(struct netvsc *nv, bool on)
{
	struct netvsc_device *nvdev = attached(nv);
	int ret;

	if (!nvdev)
		return 0;
	ret = netvsc_rndis_set_offloads(nvdev, on);
	if (!ret || on)
		return ret;

	/*
	 * Whoever forwards frames has it off, and the stack warns if it stays
	 * on.  What the host goes on to coalesce can be cut again.
	 */
	netdev_warn(nv->ndev, "host does not stop coalescing: %d\n", ret);
	return 0;
}

static int netvsc_set_features(struct net_device *ndev,
			       netdev_features_t features)
{
	struct netvsc *nv = netdev_priv(ndev);
	int ret;

	if ((features ^ ndev->features) & NETIF_F_LRO) {
		ret = netvsc_set_lro(nv, features & NETIF_F_LRO);
		if (ret)
			return ret;
	}

	/* registration sets features before there is a bond */
	if (nv->bond)
		vf_bond_set_features(nv->bond, features);

	return 0;
}

static void netvsc_get_stats64(struct net_device *ndev,
			       struct rtnl_link_stats64 *stats)
{
	netvsc_stats_get64(netdev_priv(ndev), stats);
}

const struct net_device_ops netvsc_netdev_ops = {
	.ndo_open		= netvsc_open,
	.ndo_stop		= netvsc_stop,
	.ndo_start_xmit		= netvsc_start_xmit,
	.ndo_select_queue	= netvsc_select_queue,
	.ndo_features_check	= netvsc_features_check,
	.ndo_change_mtu		= netvsc_change_mtu,
	.ndo_set_mac_address	= netvsc_set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_rx_mode	= netvsc_set_rx_mode,
	.ndo_change_rx_flags	= netvsc_change_rx_flags,
	.ndo_fix_features	= netvsc_fix_features,
	.ndo_set_features	= netvsc_set_features,
	.ndo_get_stats64	= netvsc_get_stats64,
	.ndo_tx_timeout		= netvsc_tx_timeout,
	.ndo_bpf		= netvsc_xdp_setup,
	.ndo_xdp_xmit		= netvsc_xdp_xmit,
};

/**
 * netvsc_netdev_reconfigure() - go over to another configuration
 * @nv: the interface
 * @config: what to ask the host for
 * @mtu: the MTU from now on
 *
 * As netvsc_reconfig(), for users' requests.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with configuration and MTU as they were.
 */
int netvsc_netdev_reconfigure(struct netvsc *nv,
			      const struct netvsc_config *config, int mtu)
{
	int ret;

	ret = netvsc_reconfig(nv, config, mtu);
	if (!attached(nv))
		netvsc_recover_soon(nv);

	return ret;
}

/**
 * netvsc_netdev_setup() - features and limits
 * @nv: the interface, not yet registered
 * @nvdev: the device, attached
 *
 * Everything that the host can do is on to begin with.
 */
void netvsc_netdev_setup(struct netvsc *nv, const struct netvsc_device *nvdev)
{
	struct net_device *ndev = nv->ndev;
	unsigned int i;

	/* the VF's queue locks are taken inside ours */
	netdev_lockdep_set_classes(ndev);

	/* a frame is changed on its way, and may go to the VF's driver */
	ndev->priv_flags &= ~IFF_TX_SKB_SHARING;

	xdp_set_features_flag(ndev, NETDEV_XDP_ACT_BASIC |
				    NETDEV_XDP_ACT_REDIRECT |
				    NETDEV_XDP_ACT_NDO_XMIT);
	compat_set_stat_ops(ndev, &netvsc_stat_ops);
	netvsc_offload_take_caps(ndev, &nvdev->caps);
	ndev->features |= ndev->hw_features | NETIF_F_HIGHDMA |
			  NETVSC_VLAN_FEATURES;

	ndev->min_mtu = ETH_MIN_MTU;
	ndev->max_mtu = nvdev->nvsp_version >= NVSP_VERSION_2 ?
			NETVSC_MTU_MAX : ETH_DATA_LEN;

	for (i = 0; i < ndev->num_tx_queues; i++)
		netdev_queue_set_dql_min_limit(netdev_get_tx_queue(ndev, i),
					       NETVSC_BQL_MIN);

	nv->l4_hash = NETVSC_L4_ALL;
}
