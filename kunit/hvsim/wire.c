// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wire of a NIC.  What the vSwitch sends out is received here by NAPI as
 * plain frames without a verified checksum, so that the receiver's own stack
 * judges them.
 */
#include "wire.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

/* Frames that wait for NAPI: where senders are asked to wait, and the end. */
#define WIRE_BACKLOG_BUSY	1024
#define WIRE_BACKLOG_MAX	8192
#define WIRE_NOT_STOPPED	0xffffffffu

struct hvsim_wire {
	struct net_device *dev;
	struct napi_struct napi;
	struct sk_buff_head backlog;
	hvsim_wire_rx_t rx;
	void *priv;
	u32 stopped_for;	/* channel that the queue waits for */
};

static netdev_tx_t wire_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct hvsim_wire *wire = netdev_priv(dev);
	u32 len = skb->len;

	skb_tx_timestamp(skb);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		DEV_STATS_INC(dev, tx_dropped);
		return NETDEV_TX_OK;
	}
	DEV_STATS_INC(dev, tx_packets);
	DEV_STATS_ADD(dev, tx_bytes, len);
	wire->rx(wire->priv, skb);
	return NETDEV_TX_OK;
}

static int wire_poll(struct napi_struct *napi, int budget)
{
	struct hvsim_wire *wire = container_of(napi, struct hvsim_wire, napi);
	struct sk_buff *skb;
	int done = 0;

	while (done < budget) {
		skb = skb_dequeue(&wire->backlog);
		if (!skb)
			break;
		DEV_STATS_INC(wire->dev, rx_packets);
		DEV_STATS_ADD(wire->dev, rx_bytes, skb->len);
		/* As if it came from another machine: no socket, no marks. */
		skb_orphan(skb);
		skb_scrub_packet(skb, true);
		skb->protocol = eth_type_trans(skb, wire->dev);
		napi_gro_receive(napi, skb);
		done++;
	}
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

static int wire_open(struct net_device *dev)
{
	struct hvsim_wire *wire = netdev_priv(dev);

	WRITE_ONCE(wire->stopped_for, WIRE_NOT_STOPPED);
	napi_enable(&wire->napi);
	netif_start_queue(dev);
	return 0;
}

static int wire_stop(struct net_device *dev)
{
	struct hvsim_wire *wire = netdev_priv(dev);

	netif_stop_queue(dev);
	napi_disable(&wire->napi);
	skb_queue_purge(&wire->backlog);
	return 0;
}

static const struct net_device_ops wire_netdev_ops = {
	.ndo_open		= wire_open,
	.ndo_stop		= wire_stop,
	.ndo_start_xmit		= wire_start_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

static void wire_setup(struct net_device *dev)
{
	netdev_features_t features = NETIF_F_SG | NETIF_F_FRAGLIST |
				     NETIF_F_HW_CSUM | NETIF_F_TSO |
				     NETIF_F_TSO6 | NETIF_F_TSO_ECN |
				     NETIF_F_HIGHDMA;

	ether_setup(dev);
	dev->netdev_ops = &wire_netdev_ops;
	dev->hw_features = features;
	dev->features = features | NETIF_F_HW_VLAN_CTAG_TX;
	dev->vlan_features = features;
	dev->min_mtu = ETH_MIN_MTU;
	eth_hw_addr_random(dev);
}

/**
 * hvsim_wire_create - make the netdev wire<N>, in the initial namespace
 * @id: N
 * @max_mtu: largest MTU that may be set
 * @rx: takes what is sent on it
 * @priv: for @rx
 *
 * Context: process; takes the RTNL.
 * Return: the wire, or an error pointer.
 */
struct hvsim_wire *hvsim_wire_create(u16 id, u32 max_mtu, hvsim_wire_rx_t rx,
				     void *priv)
{
	struct hvsim_wire *wire;
	struct net_device *dev;
	char name[IFNAMSIZ];
	int err;

	snprintf(name, sizeof(name), "wire%u", id);
	dev = alloc_netdev(sizeof(*wire), name, NET_NAME_PREDICTABLE,
			   wire_setup);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->max_mtu = max_mtu;
	dev->mtu = min_t(u32, ETH_DATA_LEN, max_mtu);
	wire = netdev_priv(dev);
	wire->dev = dev;
	wire->rx = rx;
	wire->priv = priv;
	wire->stopped_for = WIRE_NOT_STOPPED;
	skb_queue_head_init(&wire->backlog);
	netif_napi_add(dev, &wire->napi, wire_poll);

	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return wire;
}

/**
 * hvsim_wire_destroy - remove the netdev
 * @wire: the wire; nothing sends on it any more
 *
 * Context: process; takes the RTNL.
 */
void hvsim_wire_destroy(struct hvsim_wire *wire)
{
	unregister_netdev(wire->dev);
	skb_queue_purge(&wire->backlog);
	free_netdev(wire->dev);
}

/**
 * hvsim_wire_send - put a plain frame on the wire
 * @wire: the wire
 * @skb: the frame, from its Ethernet header on; eaten
 *
 * The receiver sees it after hvsim_wire_kick().
 *
 * Context: any but hard interrupts.
 * Return: false when it was dropped: the wire is down, or full.
 */
bool hvsim_wire_send(struct hvsim_wire *wire, struct sk_buff *skb)
{
	if (!netif_running(wire->dev) ||
	    skb_queue_len(&wire->backlog) >= WIRE_BACKLOG_MAX) {
		kfree_skb(skb);
		return false;
	}
	skb->dev = wire->dev;
	skb_queue_tail(&wire->backlog, skb);
	return true;
}

/**
 * hvsim_wire_kick - have the receiver look at what was sent
 * @wire: the wire
 *
 * Context: any but hard interrupts; no locks held, the receiver's stack may
 * run in here.
 */
void hvsim_wire_kick(struct hvsim_wire *wire)
{
	if (skb_queue_empty_lockless(&wire->backlog))
		return;
	local_bh_disable();
	napi_schedule(&wire->napi);
	local_bh_enable();
}

/**
 * hvsim_wire_busy - would it be better to send later?
 * @wire: the wire
 *
 * Return: true when many frames wait for the receiver.
 */
bool hvsim_wire_busy(const struct hvsim_wire *wire)
{
	return skb_queue_len_lockless(&wire->backlog) > WIRE_BACKLOG_BUSY;
}

/**
 * hvsim_wire_stop - stop what is sent on the wire until a channel has room
 * @wire: the wire
 * @chan: the channel that calls hvsim_wire_wake()
 *
 * Context: inside the wire's receive function.
 */
void hvsim_wire_stop(struct hvsim_wire *wire, u16 chan)
{
	netif_stop_queue(wire->dev);
	WRITE_ONCE(wire->stopped_for, chan);
	/* Pairs with the one in hvsim_wire_wake(): one of both sees the other */
	smp_mb();
}

/**
 * hvsim_wire_wake - a channel has room again
 * @wire: the wire
 * @chan: the channel
 */
void hvsim_wire_wake(struct hvsim_wire *wire, u16 chan)
{
	/* The room was made before this looks whether somebody waits for it. */
	smp_mb();
	if (READ_ONCE(wire->stopped_for) != chan)
		return;
	WRITE_ONCE(wire->stopped_for, WIRE_NOT_STOPPED);
	netif_wake_queue(wire->dev);
}
