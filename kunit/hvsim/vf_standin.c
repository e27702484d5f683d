// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stand-in driver for the simulated host's VFs: a network interface with
 * several queues that hands frames straight to and from the vswitch.
 */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/u64_stats_sync.h>
#include <net/xdp.h>

#include "compat.h"
#include "vf.h"

#define HVSIM_VFN_NAME		"hvsim_vf"
#define HVSIM_VFN_DEVICE	0x1004
/* Frames of a receive queue, as of a hardware ring. */
#define HVSIM_VFN_RING		4096
#define HVSIM_VFN_MAX_MTU	9000

struct hvsim_vfn_stats {
	struct u64_stats_sync sync;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t drops;
};

/* @rxq: frames between the vswitch and NAPI. */
struct hvsim_vfn_queue {
	struct napi_struct napi;
	struct hvsim_vf *vf;
	struct sk_buff_head rxq;
	struct hvsim_vfn_stats rx;
	struct hvsim_vfn_stats tx;
};

struct hvsim_vfn {
	struct hvsim_vf *vf;
	struct bpf_prog __rcu *xdp_prog;	/* RTNL */
	unsigned int nqueues;
	struct hvsim_vfn_queue queues[];
};

static void hvsim_vfn_count(struct hvsim_vfn_stats *stats, unsigned int bytes)
{
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->sync);
}

static void hvsim_vfn_count_drop(struct hvsim_vfn_stats *stats)
{
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->drops);
	u64_stats_update_end(&stats->sync);
}

/* ---- receive ---- */

/* The slow, generic way will do; false: the frame is gone. */
static bool hvsim_vfn_xdp(struct net_device *ndev, struct sk_buff **skb)
{
	const struct hvsim_vfn *vfn = netdev_priv(ndev);
	struct bpf_prog *prog = rcu_dereference_bh(vfn->xdp_prog);

	return !prog || compat_do_xdp_generic(prog, skb) == XDP_PASS;
}

static int hvsim_vfn_poll(struct napi_struct *napi, int budget)
{
	struct hvsim_vfn_queue *queue;
	struct sk_buff *skb;
	int done = 0;

	queue = container_of(napi, struct hvsim_vfn_queue, napi);
	while (done < budget && !hvsim_vf_gone(queue->vf)) {
		skb = skb_dequeue(&queue->rxq);
		if (!skb)
			break;

		hvsim_vfn_count(&queue->rx, skb->len);
		skb->protocol = eth_type_trans(skb, napi->dev);
		done++;
		if (hvsim_vfn_xdp(napi->dev, &skb))
			napi_gro_receive(napi, skb);
	}

	if (done < budget && napi_complete_done(napi, done) &&
	    !skb_queue_empty_lockless(&queue->rxq) &&
	    !hvsim_vf_gone(queue->vf))
		napi_schedule(napi);

	return done;
}

/* Frames that nobody will take any more. */
static void hvsim_vfn_purge(struct hvsim_vfn_queue *queue)
{
	hvsim_vf_lost(queue->vf, skb_queue_len(&queue->rxq));
	skb_queue_purge(&queue->rxq);
}

static void hvsim_vfn_receive(struct hvsim_vf *vf, struct sk_buff *skb)
{
	struct net_device *ndev = hvsim_vf_priv(vf);
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	struct hvsim_vfn_queue *queue;
	u32 hash;

	/* It comes from another host: nothing of this one's is to stick. */
	skb_orphan(skb);
	skb_scrub_packet(skb, true);
	skb->dev = ndev;
	hash = skb_get_hash(skb);
	queue = &vfn->queues[reciprocal_scale(hash, vfn->nqueues)];
	skb_record_rx_queue(skb, queue - vfn->queues);

	local_bh_disable();
	if (netif_running(ndev) && netif_carrier_ok(ndev) &&
	    skb_queue_len_lockless(&queue->rxq) < HVSIM_VFN_RING) {
		skb_queue_tail(&queue->rxq, skb);
		napi_schedule(&queue->napi);
	} else {
		hvsim_vf_lost(vf, 1);
		kfree_skb(skb);
	}
	local_bh_enable();
}

static void hvsim_vfn_set_link(struct hvsim_vf *vf, bool up)
{
	struct net_device *ndev = hvsim_vf_priv(vf);

	if (up)
		netif_carrier_on(ndev);
	else
		netif_carrier_off(ndev);
}

static bool hvsim_vfn_idle(struct hvsim_vf *vf, bool tx)
{
	struct net_device *ndev = hvsim_vf_priv(vf);
	const struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;

	/* What it sends does not wait. */
	for (i = 0; i < vfn->nqueues && !tx; i++) {
		if (!skb_queue_empty_lockless(&vfn->queues[i].rxq))
			return false;
	}

	return true;
}

static const struct hvsim_vf_ops hvsim_vfn_ops = {
	.receive	= hvsim_vfn_receive,
	.set_link	= hvsim_vfn_set_link,
	.idle		= hvsim_vfn_idle,
};

/* ---- net device ---- */

static netdev_tx_t hvsim_vfn_start_xmit(struct sk_buff *skb,
					struct net_device *ndev)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	struct hvsim_vfn_queue *queue;

	queue = &vfn->queues[skb_get_queue_mapping(skb)];
	if (eth_skb_pad(skb)) {
		hvsim_vfn_count_drop(&queue->tx);
		return NETDEV_TX_OK;
	}

	skb_tx_timestamp(skb);
	hvsim_vfn_count(&queue->tx, skb->len);
	hvsim_vf_transmit(vfn->vf, skb);

	return NETDEV_TX_OK;
}

static struct sk_buff *hvsim_vfn_copy(struct net_device *ndev,
				      const struct xdp_frame *frame)
{
	struct sk_buff *skb;

	if (xdp_frame_has_frags((struct xdp_frame *)frame))
		return NULL;
	skb = netdev_alloc_skb(ndev, frame->len);
	if (!skb)
		return NULL;
	skb_put_data(skb, frame->data, frame->len);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;

	return skb;
}

static int hvsim_vfn_xdp_xmit(struct net_device *ndev, int n,
			      struct xdp_frame **frames, u32 flags)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	struct netdev_queue *txq;
	struct sk_buff *skb;
	unsigned int queue;
	int i;

	if (!netif_running(ndev))
		return -ENETDOWN;

	queue = smp_processor_id() % vfn->nqueues;
	txq = netdev_get_tx_queue(ndev, queue);
	__netif_tx_lock(txq, smp_processor_id());
	for (i = 0; i < n; i++) {
		skb = hvsim_vfn_copy(ndev, frames[i]);
		if (!skb)
			break;
		xdp_return_frame_rx_napi(frames[i]);
		skb_set_queue_mapping(skb, queue);
		hvsim_vfn_start_xmit(skb, ndev);
	}
	__netif_tx_unlock(txq);

	return i;
}

static int hvsim_vfn_open(struct net_device *ndev)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;

	for (i = 0; i < vfn->nqueues; i++)
		napi_enable(&vfn->queues[i].napi);
	netif_tx_start_all_queues(ndev);

	return 0;
}

static int hvsim_vfn_stop(struct net_device *ndev)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;

	netif_tx_disable(ndev);
	for (i = 0; i < vfn->nqueues; i++) {
		napi_disable(&vfn->queues[i].napi);
		hvsim_vfn_purge(&vfn->queues[i]);
	}

	return 0;
}

static void hvsim_vfn_read(const struct hvsim_vfn_stats *stats, u64 *packets,
			   u64 *bytes, u64 *drops)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&stats->sync);
		*packets = u64_stats_read(&stats->packets);
		*bytes = u64_stats_read(&stats->bytes);
		*drops = u64_stats_read(&stats->drops);
	} while (u64_stats_fetch_retry(&stats->sync, start));
}

static void hvsim_vfn_get_stats64(struct net_device *ndev,
				  struct rtnl_link_stats64 *to)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	u64 packets, bytes, drops;
	unsigned int i;

	for (i = 0; i < vfn->nqueues; i++) {
		hvsim_vfn_read(&vfn->queues[i].rx, &packets, &bytes, &drops);
		to->rx_packets += packets;
		to->rx_bytes += bytes;
		to->rx_dropped += drops;
		hvsim_vfn_read(&vfn->queues[i].tx, &packets, &bytes, &drops);
		to->tx_packets += packets;
		to->tx_bytes += bytes;
		to->tx_dropped += drops;
	}
}

/* The vswitch takes any destination; it filters by what it learned itself. */
static void hvsim_vfn_set_rx_mode(struct net_device *ndev)
{
}

static int hvsim_vfn_bpf(struct net_device *ndev, struct netdev_bpf *bpf)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	struct bpf_prog *old = rtnl_dereference(vfn->xdp_prog);

	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;
	rcu_assign_pointer(vfn->xdp_prog, bpf->prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}

static const struct net_device_ops hvsim_vfn_netdev_ops = {
	.ndo_open		= hvsim_vfn_open,
	.ndo_stop		= hvsim_vfn_stop,
	.ndo_start_xmit		= hvsim_vfn_start_xmit,
	.ndo_get_stats64	= hvsim_vfn_get_stats64,
	.ndo_set_rx_mode	= hvsim_vfn_set_rx_mode,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_bpf		= hvsim_vfn_bpf,
	.ndo_xdp_xmit		= hvsim_vfn_xdp_xmit,
};

/* ---- ethtool ---- */

static void hvsim_vfn_get_drvinfo(struct net_device *ndev,
				  struct ethtool_drvinfo *info)
{
	strscpy(info->driver, HVSIM_VFN_NAME, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(ndev->dev.parent),
		sizeof(info->bus_info));
}

static int hvsim_vfn_get_link_ksettings(struct net_device *ndev,
					struct ethtool_link_ksettings *cmd)
{
	cmd->base.speed = SPEED_40000;
	cmd->base.duplex = DUPLEX_FULL;
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;

	return 0;
}

/* Packets of each queue, named as the real hardware's driver has them. */
static int hvsim_vfn_get_sset_count(struct net_device *ndev, int set)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);

	return set == ETH_SS_STATS ? 4 * vfn->nqueues : -EOPNOTSUPP;
}

static void hvsim_vfn_get_strings(struct net_device *ndev, u32 set, u8 *data)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;

	if (set != ETH_SS_STATS)
		return;

	for (i = 0; i < vfn->nqueues; i++) {
		ethtool_sprintf(&data, "rx%u_packets", i);
		ethtool_sprintf(&data, "rx%u_bytes", i);
		ethtool_sprintf(&data, "tx%u_packets", i);
		ethtool_sprintf(&data, "tx%u_bytes", i);
	}
}

static void hvsim_vfn_get_ethtool_stats(struct net_device *ndev,
					struct ethtool_stats *stats, u64 *data)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;
	u64 drops;

	for (i = 0; i < vfn->nqueues; i++, data += 4) {
		hvsim_vfn_read(&vfn->queues[i].rx, data, data + 1, &drops);
		hvsim_vfn_read(&vfn->queues[i].tx, data + 2, data + 3, &drops);
	}
}

static const struct ethtool_ops hvsim_vfn_ethtool_ops = {
	.get_drvinfo		= hvsim_vfn_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= hvsim_vfn_get_link_ksettings,
	.get_sset_count		= hvsim_vfn_get_sset_count,
	.get_strings		= hvsim_vfn_get_strings,
	.get_ethtool_stats	= hvsim_vfn_get_ethtool_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
};

/* ---- PCI ---- */

static void hvsim_vfn_setup(struct net_device *ndev, struct hvsim_vf *vf)
{
	struct hvsim_vfn *vfn = netdev_priv(ndev);
	unsigned int i;

	vfn->vf = vf;
	vfn->nqueues = ndev->num_tx_queues;
	for (i = 0; i < vfn->nqueues; i++) {
		struct hvsim_vfn_queue *queue = &vfn->queues[i];

		queue->vf = vf;
		skb_queue_head_init(&queue->rxq);
		u64_stats_init(&queue->rx.sync);
		u64_stats_init(&queue->tx.sync);
		netif_napi_add(ndev, &queue->napi, hvsim_vfn_poll);
	}

	ndev->netdev_ops = &hvsim_vfn_netdev_ops;
	ndev->ethtool_ops = &hvsim_vfn_ethtool_ops;
	ndev->min_mtu = ETH_MIN_MTU;
	ndev->max_mtu = HVSIM_VFN_MAX_MTU;
	ndev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM |
			    NETIF_F_TSO | NETIF_F_TSO6;
	ndev->vlan_features = ndev->hw_features | NETIF_F_HIGHDMA;
	ndev->features = ndev->vlan_features | NETIF_F_HW_VLAN_CTAG_TX |
			 NETIF_F_HW_VLAN_CTAG_RX | NETIF_F_RXHASH;
	xdp_set_features_flag(ndev, NETDEV_XDP_ACT_BASIC |
				    NETDEV_XDP_ACT_REDIRECT |
				    NETDEV_XDP_ACT_NDO_XMIT);
	ndev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	eth_hw_addr_set(ndev, hvsim_vf_mac(vf));
	ether_addr_copy(ndev->perm_addr, hvsim_vf_mac(vf));
	netif_carrier_off(ndev);
}

static int hvsim_vfn_register(struct pci_dev *pdev, struct hvsim_vf *vf)
{
	unsigned int nqueues = num_online_cpus();
	struct net_device *ndev;
	struct hvsim_vfn *vfn;
	int err;

	ndev = alloc_etherdev_mqs(struct_size(vfn, queues, nqueues), nqueues,
				  nqueues);
	if (!ndev)
		return -ENOMEM;

	SET_NETDEV_DEV(ndev, &pdev->dev);
	hvsim_vfn_setup(ndev, vf);
	err = register_netdev(ndev);
	if (err) {
		free_netdev(ndev);
		return err;
	}

	pci_set_drvdata(pdev, ndev);
	hvsim_vf_bind(vf, &hvsim_vfn_ops, ndev);

	return 0;
}

static int hvsim_vfn_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct hvsim_vf *vf = hvsim_vf_find(&pdev->dev);
	int err;

	/* A real one, of a machine that has such hardware. */
	if (!vf)
		return -ENODEV;

	err = pci_enable_device(pdev);
	if (err)
		return err;
	pci_set_master(pdev);

	err = hvsim_vfn_register(pdev, vf);
	if (err)
		pci_disable_device(pdev);

	return err;
}

static void hvsim_vfn_remove(struct pci_dev *pdev)
{
	struct net_device *ndev = pci_get_drvdata(pdev);
	struct hvsim_vfn *vfn = netdev_priv(ndev);

	/* Frames arrive until the interface is down: an upper may need them. */
	unregister_netdev(ndev);
	hvsim_vf_unbind(vfn->vf);
	free_netdev(ndev);
	pci_disable_device(pdev);
}

static const struct pci_device_id hvsim_vfn_ids[] = {
	{ PCI_VDEVICE(MELLANOX, HVSIM_VFN_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, hvsim_vfn_ids);

static struct pci_driver hvsim_vfn_driver = {
	.name		= HVSIM_VFN_NAME,
	.id_table	= hvsim_vfn_ids,
	.probe		= hvsim_vfn_probe,
	.remove		= hvsim_vfn_remove,
};
module_pci_driver(hvsim_vfn_driver);

MODULE_DESCRIPTION("Stand-in driver of the simulated host's VFs");
MODULE_LICENSE("GPL");
