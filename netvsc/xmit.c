// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the stack hands over: choice of the path and of the queue, and what
 * the host has to be told of each frame.
 */
#include "xmit.h"

#include <linux/bitfield.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/netpoll.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/flow_dissector.h>
#include <net/ip6_checksum.h>
#include <net/sch_generic.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "netvsc.h"
#include "offload.h"
#include "pages.h"
#include "rndis_packet.h"
#include "vf_bond.h"

/* ---- what the host is told ---- */

/*
 * Frames of sockets below the VLAN code carry their tag in the data; the host
 * wants it apart.  A frame with a tag on top of that keeps the inner one.
 */
static int take_vlan(struct netvsc *nv, struct sk_buff *skb)
{
	u16 tci;

	if (skb->protocol != htons(ETH_P_8021Q) || skb_vlan_tag_present(skb))
		return 0;

	skb_reset_mac_header(skb);
	if (eth_hdr(skb)->h_proto != htons(ETH_P_8021Q))
		return 0;

	if (__skb_vlan_pop(skb, &tci)) {
		atomic_long_inc(&nv->stats.vlan_error);
		return -EINVAL;
	}
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);

	return 0;
}

/* The host fills in lengths and sums: it wants to find them zeroed. */
static int prepare_lso(struct netvsc *nv, struct sk_buff *skb,
		       struct netvsc_packet_tx *pkt)
{
	u32 offset = skb_transport_offset(skb);
	bool ip6 = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6;

	if (!(skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) ||
	    offset > FIELD_MAX(RNDIS_LSO_TCP_OFFSET))
		return -EINVAL;

	if (skb_cow_head(skb, 0) ||
	    !pskb_may_pull(skb, offset + sizeof(struct tcphdr))) {
		atomic_long_inc(&nv->stats.tx_no_memory);
		return -ENOMEM;
	}

	if (ip6) {
		tcp_v6_gso_csum_prep(skb);
	} else {
		ip_hdr(skb)->tot_len = 0;
		ip_hdr(skb)->check = 0;
		tcp_hdr(skb)->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr,
							 ip_hdr(skb)->daddr, 0,
							 IPPROTO_TCP, 0);
	}

	pkt->lso = FIELD_PREP(RNDIS_LSO_MSS, skb_shinfo(skb)->gso_size) |
		   FIELD_PREP(RNDIS_LSO_TCP_OFFSET, offset) |
		   RNDIS_LSO_V2 | (ip6 ? RNDIS_LSO_IPV6 : 0);

	return 0;
}

/* The frame will come again, and the VF may have it then. */
static void unprepare_lso(struct sk_buff *skb)
{
	u32 network_len = skb->len - skb_network_offset(skb);
	u32 tcp_len = skb->len - skb_transport_offset(skb);
	struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct iphdr *iph = ip_hdr(skb);

	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6) {
		ip6h->payload_len = htons(network_len - sizeof(*ip6h));
		tcp_hdr(skb)->check = ~tcp_v6_check(tcp_len, &ip6h->saddr,
						    &ip6h->daddr, 0);
	} else {
		iph->tot_len = htons(network_len);
		ip_send_check(iph);
		tcp_hdr(skb)->check = ~tcp_v4_check(tcp_len, iph->saddr,
						    iph->daddr, 0);
	}
}

static u32 csum_ip4(const struct sk_buff *skb, const struct netvsc_caps *caps)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->ihl != sizeof(*iph) / 4)
		return 0;
	if (iph->protocol == IPPROTO_TCP && caps->tx_csum_tcp4)
		return RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_TCP;
	if (iph->protocol == IPPROTO_UDP && caps->tx_csum_udp4)
		return RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_UDP;

	return 0;
}

static u32 csum_ip6(const struct sk_buff *skb, const struct netvsc_caps *caps)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (skb_network_header_len(skb) != sizeof(*ip6h))
		return 0;
	if (ip6h->nexthdr == IPPROTO_TCP && caps->tx_csum_tcp6)
		return RNDIS_CSUM_TX_IPV6 | RNDIS_CSUM_TX_TCP;
	if (ip6h->nexthdr == IPPROTO_UDP && caps->tx_csum_udp6)
		return RNDIS_CSUM_TX_IPV6 | RNDIS_CSUM_TX_UDP;

	return 0;
}

/* Ask the host for the checksum if it can, else compute it here. */
static int prepare_csum(const struct netvsc_caps *caps, struct sk_buff *skb,
			struct netvsc_packet_tx *pkt)
{
	u32 offset = skb_checksum_start_offset(skb);
	u32 csum = 0;

	if (skb->protocol == htons(ETH_P_IP))
		csum = csum_ip4(skb, caps);
	else if (skb->protocol == htons(ETH_P_IPV6))
		csum = csum_ip6(skb, caps);

	if (!csum || offset > FIELD_MAX(RNDIS_CSUM_TX_L4_OFFSET))
		return skb_checksum_help(skb);

	pkt->csum = csum | FIELD_PREP(RNDIS_CSUM_TX_L4_OFFSET, offset);

	return 0;
}

static int prepare(struct netvsc_channel *ch, struct sk_buff *skb,
		   struct netvsc_packet_tx *pkt)
{
	const struct netvsc_device *nvdev = ch->nvdev;
	struct netvsc *nv = nvdev->nv;
	int ret;

	memset(pkt, 0, sizeof(*pkt));
	if (unlikely(skb->len < ETH_HLEN))
		return -EINVAL;

	ret = take_vlan(nv, skb);
	if (ret)
		return ret;

	if (skb_is_gso(skb))
		ret = prepare_lso(nv, skb, pkt);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		ret = prepare_csum(&nvdev->caps, skb, pkt);
	if (ret)
		return ret;

	pkt->data_len = skb->len;
	pkt->has_vlan = skb_vlan_tag_present(skb);
	if (pkt->has_vlan)
		pkt->vlan = netvsc_packet_vlan(skb_vlan_tag_get(skb));

	pkt->hash = skb_get_hash_raw(skb);
	pkt->has_hash = pkt->hash && nvdev->num_channels > 1;

	return 0;
}

/* ---- sending ---- */

static int send_pages(struct netvsc_channel *ch, struct netdev_queue *txq,
		      struct sk_buff *skb, const struct netvsc_packet_tx *pkt)
{
	struct netvsc_global_stats *stats = &ch->nvdev->nv->stats;

	/* a confidential guest's frame is copied in any case */
	if (unlikely(netvsc_pages_count(skb) > NETVSC_PAGES_MAX) &&
	    !ch->nvdev->bounce.buf) {
		atomic_long_inc(&stats->tx_scattered);
		if (skb_linearize(skb)) {
			atomic_long_inc(&stats->tx_no_memory);
			return -ENOMEM;
		}
		if (netvsc_pages_count(skb) > NETVSC_PAGES_MAX) {
			atomic_long_inc(&stats->tx_too_big);
			return -EMSGSIZE;
		}
	}

	return netvsc_tx_send_pages(ch, txq, skb, pkt);
}

/* 0 when the frame is no longer ours; -EAGAIN; another errno to drop it. */
static int send(struct netvsc_channel *ch, struct netdev_queue *txq,
		struct sk_buff *skb, bool more)
{
	struct netvsc_packet_tx pkt;
	int ret;

	ret = prepare(ch, skb, &pkt);
	if (unlikely(ret))
		return ret;

	if (netvsc_tx_fits_section(ch, netvsc_packet_header_len(&pkt) +
				       skb->len)) {
		ret = netvsc_tx_send_copy(ch, txq, skb, &pkt, more);
		if (!ret)
			dev_consume_skb_any(skb);
		if (ret != -ENOBUFS)
			return ret;
	}

	return send_pages(ch, txq, skb, &pkt);
}

static netdev_tx_t busy(struct netvsc *nv)
{
	atomic_long_inc(&nv->stats.tx_busy);
	return NETDEV_TX_BUSY;
}

/* What those who look for lost frames are told. */
static enum skb_drop_reason drop_reason(int err)
{
	switch (err) {
	case -ENOMEM:
		return SKB_DROP_REASON_NOMEM;
	case -ENOSPC:
	case -EAGAIN:
		return SKB_DROP_REASON_FULL_RING;
	case -EMSGSIZE:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case -EINVAL:
		return SKB_DROP_REASON_DEV_HDR;
	case -ENODEV:
		return SKB_DROP_REASON_DEV_READY;
	default:
		return SKB_DROP_REASON_NOT_SPECIFIED;
	}
}

static netdev_tx_t drop(struct netvsc *nv, struct sk_buff *skb, int err)
{
	dev_core_stats_tx_dropped_inc(nv->ndev);
	if (netif_msg_tx_err(nv) && net_ratelimit())
		netdev_warn(nv->ndev, "frame of %u bytes dropped: %d\n",
			    skb->len, err);
	dev_kfree_skb_any_reason(skb, drop_reason(err));
	return NETDEV_TX_OK;
}

/* A device that is being made has one queue at first, one that leaves none. */
static bool has_queue(const struct netvsc_device *nvdev, u16 queue)
{
	return nvdev && !READ_ONCE(nvdev->leaving) &&
	       queue < READ_ONCE(nvdev->num_channels);
}

/*
 * The device is being exchanged for one of another configuration: keep the
 * frame until its queues are woken.
 */
static netdev_tx_t wait_for_device(struct netvsc *nv, struct netdev_queue *txq,
				   u16 queue)
{
	netif_tx_stop_queue(txq);

	/*
	 * The new one may just have come, and its queues been woken, before
	 * this one was stopped.  Pairs with the atomic operation that clears
	 * the queue's state there, after nv->nvdev and then its number of
	 * queues were written.
	 */
	smp_mb();
	if (has_queue(rcu_dereference_bh(nv->nvdev), queue))
		netif_tx_start_queue(txq);

	return busy(nv);
}

/* netpoll must get out even when the VF's driver cannot be polled. */
static struct net_device *vf_to_use(struct net_device *ndev,
				    const struct vf_bond *bond)
{
	if (!bond || netpoll_tx_running(ndev))
		return NULL;

	return vf_bond_tx_dev(bond);
}

/* A frame is not sent: if it was a burst's last, who sends what waits for it? */
static void end_burst(struct netvsc_channel *ch, struct netdev_queue *txq,
		      bool more)
{
	if (!more)
		netvsc_tx_flush_locked(ch, txq);
}

static netdev_tx_t xmit_channel(struct netvsc_channel *ch,
				struct netdev_queue *txq, struct sk_buff *skb,
				bool more)
{
	struct netvsc *nv = ch->nvdev->nv;
	int ret;

	ret = send(ch, txq, skb, more);
	if (likely(!ret))
		return NETDEV_TX_OK;
	if (ret == -EAGAIN) {
		if (skb_is_gso(skb))
			unprepare_lso(skb);
		return busy(nv);
	}

	if (ret == -ENOSPC)
		atomic_long_inc(&nv->stats.tx_no_space);
	end_burst(ch, txq, more);

	return drop(nv, skb, ret);
}

/* Frames meant for the VF may be larger than what the host can cut. */
static bool too_big_for_host(const struct netvsc_device *nvdev,
			     const struct sk_buff *skb)
{
	return skb_is_gso(skb) &&
	       skb->len > netvsc_offload_tso_max(&nvdev->caps);
}

static netdev_tx_t xmit_cut(struct netvsc_channel *ch, struct netdev_queue *txq,
			    struct sk_buff *skb, bool more)
{
	netdev_features_t features = netif_skb_features(skb);
	struct netvsc *nv = ch->nvdev->nv;
	struct sk_buff *seg, *next;
	bool first = true;

	seg = skb_gso_segment(skb, features & ~NETIF_F_GSO_MASK);
	if (IS_ERR_OR_NULL(seg)) {
		end_burst(ch, txq, more);
		return drop(nv, skb, -ENOMEM);
	}

	skb_list_walk_safe(seg, seg, next) {
		skb_mark_not_on_list(seg);
		if (xmit_channel(ch, txq, seg, next || more) == NETDEV_TX_OK) {
			first = false;
			continue;
		}
		if (first) {
			/* nothing has been sent: the whole can wait */
			kfree_skb(seg);
			kfree_skb_list(next);
			return NETDEV_TX_BUSY;
		}
		drop(nv, seg, -EAGAIN);
	}
	dev_consume_skb_any(skb);

	return NETDEV_TX_OK;
}

static netdev_tx_t xmit_synthetic(struct netvsc *nv, struct sk_buff *skb,
				  bool more)
{
	u16 queue = skb_get_queue_mapping(skb);
	struct netdev_queue *txq = netdev_get_tx_queue(nv->ndev, queue);
	struct netvsc_device *nvdev = rcu_dereference_bh(nv->nvdev);

	if (unlikely(!has_queue(nvdev, queue))) {
		/* one that has been given up would never be woken */
		if (queue >= READ_ONCE(nv->ndev->real_num_tx_queues))
			return drop(nv, skb, -ENODEV);
		return wait_for_device(nv, txq, queue);
	}
	if (unlikely(too_big_for_host(nvdev, skb)))
		return xmit_cut(nvdev->channels[queue], txq, skb, more);

	return xmit_channel(nvdev->channels[queue], txq, skb, more);
}

/*
 * What the VF did not take goes the other way.  None of it waits for more:
 * the next frame may be the VF's again.
 */
static netdev_tx_t xmit_rest(struct netvsc *nv, struct sk_buff *rest,
			     const struct sk_buff *skb)
{
	struct sk_buff *next;

	if (rest == skb && !rest->next)
		return xmit_synthetic(nv, rest, false);

	/* The stack's frame is gone, so parts of it cannot be given back. */
	skb_list_walk_safe(rest, rest, next) {
		skb_mark_not_on_list(rest);
		if (xmit_synthetic(nv, rest, false) == NETDEV_TX_BUSY)
			drop(nv, rest, -EAGAIN);
	}

	return NETDEV_TX_OK;
}

/**
 * netvsc_start_xmit() - ndo_start_xmit
 * @skb: the frame
 * @ndev: the interface
 *
 * Context: BH off, the queue's lock held.
 * Return: NETDEV_TX_OK, or NETDEV_TX_BUSY with the queue stopped.
 */
netdev_tx_t netvsc_start_xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct vf_bond *bond = READ_ONCE(nv->bond);
	struct net_device *vf = vf_to_use(ndev, bond);
	struct sk_buff *rest;
	netdev_tx_t ret;

	if (!vf)
		return xmit_synthetic(nv, skb, netdev_xmit_more());

	ret = vf_bond_xmit(bond, vf, skb, &rest);
	if (likely(!rest))
		return ret;

	return xmit_rest(nv, rest, skb) ?: ret;
}

/**
 * netvsc_features_check() - ndo_features_check
 * @skb: a frame about to be sent
 * @ndev: the interface
 * @features: what could be left to the host
 *
 * The host finds the transport header by itself only behind a plain IP
 * header: options and extension headers are done in software.
 *
 * Return: what can be left to the host for this frame.
 */
netdev_features_t netvsc_features_check(struct sk_buff *skb,
					struct net_device *ndev,
					netdev_features_t features)
{
	bool plain = true;

	features = vlan_features_check(skb, features);
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return features;

	if (skb->protocol == htons(ETH_P_IP))
		plain = skb_network_header_len(skb) == sizeof(struct iphdr);
	else if (skb->protocol == htons(ETH_P_IPV6))
		plain = skb_network_header_len(skb) == sizeof(struct ipv6hdr);

	return plain ? features : features & ~(NETIF_F_CSUM_MASK |
					       NETIF_F_GSO_MASK);
}

/* ---- choice of the queue ---- */

static u32 l4_flag(const struct flow_keys *keys)
{
	bool ip6 = keys->control.addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS;

	switch (keys->basic.ip_proto) {
	case IPPROTO_TCP:
		return ip6 ? NETVSC_L4_TCP6 : NETVSC_L4_TCP4;
	case IPPROTO_UDP:
		return ip6 ? NETVSC_L4_UDP6 : NETVSC_L4_UDP4;
	default:
		return 0;
	}
}

/* The flow's hash, without ports for the protocols that the user says. */
static u32 flow_hash(const struct netvsc *nv, struct sk_buff *skb)
{
	u32 l4_hash = READ_ONCE(nv->l4_hash);
	struct flow_keys keys;
	u32 hash;

	if (likely(l4_hash == NETVSC_L4_ALL))
		return skb_get_hash(skb);
	if (!skb_flow_dissect_flow_keys(skb, &keys, 0))
		return 0;
	if (l4_flag(&keys) & l4_hash)
		return skb_get_hash(skb);

	keys.ports.ports = 0;
	hash = flow_hash_from_keys(&keys);
	__skb_set_sw_hash(skb, hash, false);

	return hash;
}

static int table_queue(const struct netvsc *nv, struct sk_buff *skb, int old)
{
	u32 hash = flow_hash(nv, skb);
	struct sock *sk = skb->sk;
	int queue;

	queue = READ_ONCE(nv->send_table[hash % NVSP_SEND_TABLE_ENTRIES]);
	if (queue != old && sk && sk_fullsock(sk) &&
	    rcu_access_pointer(sk->sk_dst_cache))
		sk_tx_queue_set(sk, queue);

	return queue;
}

static bool has_xps(const struct net_device *ndev)
{
#ifdef CONFIG_XPS
	return rcu_access_pointer(ndev->xps_maps[XPS_CPUS]) ||
	       rcu_access_pointer(ndev->xps_maps[XPS_RXQS]);
#else
	return false;
#endif
}

/*
 * A connection stays on its queue while frames of it may be in there; what is
 * forwarded stays with the CPU that it came in on; the rest goes where the
 * host wants it.
 */
static int pick_queue(const struct netvsc *nv, struct sk_buff *skb, u32 queues)
{
	int queue = sk_tx_queue_get(skb->sk);

	/* the administrator knows better */
	if (has_xps(nv->ndev))
		return netdev_pick_tx(nv->ndev, skb, NULL);
	if (queue >= 0 && !skb->ooo_okay && queue < queues)
		return queue;
	if (skb_rx_queue_recorded(skb))
		return skb_get_rx_queue(skb);

	return table_queue(nv, skb, queue);
}

/**
 * netvsc_select_queue() - ndo_select_queue
 * @ndev: the interface
 * @skb: a frame
 * @sb_dev: not used
 *
 * Context: any; may lack RCU protection.
 * Return: the queue, one of those in use.
 */
u16 netvsc_select_queue(struct net_device *ndev, struct sk_buff *skb,
			struct net_device *sb_dev)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct vf_bond *bond = READ_ONCE(nv->bond);
	u32 limit = READ_ONCE(nv->tx_limit);
	struct net_device *vf;
	u32 queues, queue;

	queues = READ_ONCE(ndev->real_num_tx_queues);
	if (limit)
		queues = min(queues, limit);

	rcu_read_lock();
	vf = vf_to_use(ndev, bond);
	if (vf) {
		queue = vf_bond_select_queue(bond, vf, skb);
	} else {
		queue = pick_queue(nv, skb, queues);
		/* for a VF that carries the data when the frame is sent */
		qdisc_skb_cb(skb)->slave_dev_queue_mapping = queue;
	}
	rcu_read_unlock();

	return queue < queues ? queue : queue % queues;
}
