// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offloads, carried out on ordinary skbs by the kernel's own code, so that
 * what leaves on a wire is a plain frame.
 */
#include "offload.h"

#include <linux/bitfield.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "compat.h"

/* Where the headers of a frame are; offsets from the start of the frame. */
struct frame_info {
	bool ip4;
	bool ip6;
	bool fragment;
	u8 proto;
	u32 l4_offset;
	u32 l4_len;		/* by the IP header */
};

static bool frame_parse4(const struct sk_buff *skb, struct frame_info *info)
{
	struct iphdr buf;
	const struct iphdr *ip;

	ip = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return false;
	info->ip4 = true;
	info->fragment = ip_is_fragment(ip);
	info->proto = ip->protocol;
	info->l4_offset = ETH_HLEN + ip->ihl * 4;
	info->l4_len = ntohs(ip->tot_len) - ip->ihl * 4;
	return info->l4_offset <= skb->len;
}

static bool frame_parse6(const struct sk_buff *skb, struct frame_info *info)
{
	const struct ipv6hdr *ip6;
	struct ipv6hdr buf;
	__be16 frag_off;
	int offset;
	u8 proto;

	ip6 = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);
	if (!ip6 || ip6->version != 6)
		return false;
	proto = ip6->nexthdr;
	offset = ipv6_skip_exthdr(skb, ETH_HLEN + sizeof(*ip6), &proto,
				  &frag_off);
	if (offset < 0 || offset > skb->len)
		return false;
	info->ip6 = true;
	info->fragment = frag_off;
	info->proto = proto;
	info->l4_offset = offset;
	info->l4_len = ntohs(ip6->payload_len) + sizeof(*ip6) + ETH_HLEN -
		       offset;
	return true;
}

/* @skb starts with its Ethernet header; skb->protocol is that header's. */
static bool frame_parse(const struct sk_buff *skb, struct frame_info *info)
{
	memset(info, 0, sizeof(*info));
	if (skb->protocol == htons(ETH_P_IP))
		return frame_parse4(skb, info);
	if (skb->protocol == htons(ETH_P_IPV6))
		return frame_parse6(skb, info);
	return false;
}

static bool request_enabled(const struct hvsim_offloads *on,
			    const struct frame_info *info)
{
	if (info->proto == IPPROTO_TCP)
		return info->ip4 ? on->tcp4 : on->tcp6;
	return info->ip4 ? on->udp4 : on->udp6;
}

static const char *request_csum(struct sk_buff *skb, u32 csum,
				const struct frame_info *info,
				const struct hvsim_offloads *on)
{
	bool tcp = csum & RNDIS_CSUM_TX_TCP;
	bool udp = csum & RNDIS_CSUM_TX_UDP;

	if (!(csum & RNDIS_CSUM_TX_IPV4) == !(csum & RNDIS_CSUM_TX_IPV6))
		return "checksum: not one of IPv4 and IPv6";
	if (info->ip4 != !!(csum & RNDIS_CSUM_TX_IPV4))
		return "checksum: family is not the frame's";
	if (csum & RNDIS_CSUM_TX_IP_HDR && info->ip4)
		ip_send_check((struct iphdr *)(skb->data + ETH_HLEN));
	if (!tcp && !udp)
		return NULL;
	if (tcp && udp)
		return "checksum: both TCP and UDP";
	if (info->proto != (tcp ? IPPROTO_TCP : IPPROTO_UDP))
		return "checksum: protocol is not the frame's";
	if (info->fragment)
		return "checksum: asked for a fragment";
	if (!request_enabled(on, info))
		return "checksum: asked for, but not enabled";
	if (FIELD_GET(RNDIS_CSUM_TX_L4_OFFSET, csum) != info->l4_offset)
		return "checksum: transport header offset is wrong";
	if (info->l4_len > skb->len - info->l4_offset)
		return "checksum: frame is shorter than its IP header says";
	if (!skb_partial_csum_set(skb, info->l4_offset,
				  tcp ? offsetof(struct tcphdr, check) :
					offsetof(struct udphdr, check)))
		return "checksum: transport header is cut off";
	return NULL;
}

/* The guest leaves the lengths out: put them in, as the kernel's GSO wants. */
static const char *lso_fix_ip4(struct sk_buff *skb, struct tcphdr *th,
			       u32 l4_len)
{
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);

	if (ip->tot_len || ip->check)
		return "large send: IPv4 length and checksum are not 0";
	if (th->check != (__force __sum16)~csum_tcpudp_magic(ip->saddr,
							     ip->daddr, 0,
							     IPPROTO_TCP, 0))
		return "large send: wrong pseudo header checksum";
	if (skb->len - ETH_HLEN > IP_MAX_MTU)
		return "large send: too long for IPv4";
	ip->tot_len = htons(skb->len - ETH_HLEN);
	ip_send_check(ip);
	th->check = ~tcp_v4_check(l4_len, ip->saddr, ip->daddr, 0);
	return NULL;
}

static const char *lso_fix_ip6(struct sk_buff *skb, struct tcphdr *th,
			       u32 l4_len)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(skb->data + ETH_HLEN);

	if (ip6->payload_len)
		return "large send: IPv6 payload length is not 0";
	if (th->check != (__force __sum16)~csum_ipv6_magic(&ip6->saddr,
							   &ip6->daddr, 0,
							   IPPROTO_TCP, 0))
		return "large send: wrong pseudo header checksum";
	if (skb->len - ETH_HLEN - sizeof(*ip6) > U16_MAX)
		return "large send: too long for IPv6";
	ip6->payload_len = htons(skb->len - ETH_HLEN - sizeof(*ip6));
	th->check = ~tcp_v6_check(l4_len, &ip6->saddr, &ip6->daddr, 0);
	return NULL;
}

static const char *lso_check(const struct sk_buff *skb, u32 lso,
			     const struct frame_info *info,
			     const struct hvsim_nic *nic)
{
	const struct hvsim_offloads *on = &nic->rndis.offloads;
	bool ip6 = lso & RNDIS_LSO_IPV6;

	if (!(lso & RNDIS_LSO_V2))
		return "large send: not version 2";
	if (ip6 != info->ip6 || info->proto != IPPROTO_TCP || info->fragment)
		return "large send: not a TCP frame of that family";
	if (!(ip6 ? on->lso6 : on->lso4))
		return "large send: asked for, but not enabled";
	if (skb->len > (ip6 ? nic->cfg.lso6 : nic->cfg.lso4))
		return "large send: longer than the maximum";
	if (FIELD_GET(RNDIS_LSO_TCP_OFFSET, lso) != info->l4_offset)
		return "large send: TCP header offset is wrong";
	if (skb_headlen(skb) < info->l4_offset + sizeof(struct tcphdr))
		return "large send: TCP header is cut off";
	if (!FIELD_GET(RNDIS_LSO_MSS, lso))
		return "large send: MSS is 0";
	return NULL;
}

static const char *request_lso(struct sk_buff *skb, u32 lso,
			       const struct frame_info *info,
			       const struct hvsim_nic *nic)
{
	struct skb_shared_info *sh = skb_shinfo(skb);
	u32 mss = FIELD_GET(RNDIS_LSO_MSS, lso);
	u32 l4_len = skb->len - info->l4_offset;
	const char *rule;
	struct tcphdr *th;
	u32 hdr_len;

	rule = lso_check(skb, lso, info, nic);
	if (rule)
		return rule;
	th = (struct tcphdr *)(skb->data + info->l4_offset);
	hdr_len = info->l4_offset + th->doff * 4;
	if (th->doff < 5 || hdr_len >= skb->len)
		return "large send: no payload after the TCP header";
	if (hdr_len + mss > nic->nvsp.frame_max)
		return "large send: segments exceed the MTU";

	rule = info->ip4 ? lso_fix_ip4(skb, th, l4_len) :
			   lso_fix_ip6(skb, th, l4_len);
	if (rule)
		return rule;
	if (!skb_partial_csum_set(skb, info->l4_offset,
				  offsetof(struct tcphdr, check)))
		return "large send: TCP header is cut off";
	if (skb->len - hdr_len <= mss)
		return NULL;
	sh->gso_size = mss;
	sh->gso_segs = DIV_ROUND_UP(skb->len - hdr_len, mss);
	sh->gso_type = info->ip4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	if (th->cwr)
		sh->gso_type |= SKB_GSO_TCP_ECN;
	return NULL;
}

/**
 * hvsim_offload_request - check what the guest asks for, and note it in @skb
 * @skb: the guest's frame, from its Ethernet header on, skb->protocol set,
 *	headers in the linear part
 * @meta: what came beside it
 * @nic: the NIC; its state is held
 *
 * Return: NULL, or the rule that the guest broke.
 */
const char *hvsim_offload_request(struct sk_buff *skb,
				  const struct hvsim_tx_meta *meta,
				  const struct hvsim_nic *nic)
{
	struct frame_info info;
	const char *rule;

	if (!meta->has_lso && skb->len > nic->nvsp.frame_max + VLAN_HLEN)
		return "frame is longer than the MTU";
	if (!meta->has_lso && !meta->csum)
		return NULL;
	if (!frame_parse(skb, &info))
		return "offload asked for a frame that is not IP";
	skb_set_network_header(skb, ETH_HLEN);
	if (meta->has_lso)
		rule = request_lso(skb, meta->lso, &info, nic);
	else
		rule = request_csum(skb, meta->csum, &info,
				    &nic->rndis.offloads);
	return rule;
}

/* Lengths and checksum of the IP header, by the length of the frame. */
static void headers_fix_ip(struct sk_buff *skb, const struct frame_info *info,
			   bool lengths)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(skb->data + ETH_HLEN);
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);
	u32 len = skb->len - ETH_HLEN;

	if (info->ip4) {
		if (lengths)
			ip->tot_len = htons(min_t(u32, len, U16_MAX));
		ip_send_check(ip);
	} else if (lengths) {
		/* 0 stands for one that does not fit. */
		len -= sizeof(*ip6);
		ip6->payload_len = htons(len > U16_MAX ? 0 : len);
	}
}

/* The sum of the pseudo header, where the kernel's code wants to find it. */
static bool headers_ask_csum(struct sk_buff *skb, const struct frame_info *info,
			     u32 l4_len)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(skb->data + ETH_HLEN);
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);
	u32 at = info->proto == IPPROTO_TCP ? offsetof(struct tcphdr, check) :
					      offsetof(struct udphdr, check);
	__sum16 *check = (__sum16 *)(skb->data + info->l4_offset + at);

	if (!skb_partial_csum_set(skb, info->l4_offset, at))
		return false;
	if (info->ip4)
		*check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, l4_len,
					    info->proto, 0);
	else
		*check = ~csum_ipv6_magic(&ip6->saddr, &ip6->daddr, l4_len,
					  info->proto, 0);
	return true;
}

static bool headers_ask_lso(struct sk_buff *skb, const struct frame_info *info,
			    u32 mss)
{
	const struct tcphdr *th = (void *)(skb->data + info->l4_offset);
	struct skb_shared_info *sh = skb_shinfo(skb);
	u32 hdr_len = info->l4_offset + th->doff * 4;

	if (th->doff < 5 || hdr_len > skb_headlen(skb))
		return false;
	if (skb->len <= hdr_len + mss)
		return true;
	sh->gso_size = mss;
	sh->gso_segs = DIV_ROUND_UP(skb->len - hdr_len, mss);
	sh->gso_type = info->ip4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	if (th->cwr)
		sh->gso_type |= SKB_GSO_TCP_ECN;
	return true;
}

/**
 * hvsim_offload_by_headers - ask for what hardware finds out by itself
 * @skb: a frame, from its Ethernet header on, skb->protocol set, headers in
 *	the linear part
 * @mss: payload of a segment, to cut a large TCP frame; or 0
 * @l4: the checksum of TCP or UDP is due; it is, of a frame to be cut
 *
 * That of the IPv4 header is computed at once.
 *
 * Return: false when the headers are not such, and the frame stays as it is.
 */
bool hvsim_offload_by_headers(struct sk_buff *skb, u32 mss, bool l4)
{
	struct frame_info info;
	u32 l4_len, need;

	if (!frame_parse(skb, &info))
		return false;
	need = info.proto == IPPROTO_TCP ? sizeof(struct tcphdr) :
					   sizeof(struct udphdr);
	if (info.l4_offset > skb_headlen(skb))
		return false;
	skb_set_network_header(skb, ETH_HLEN);
	headers_fix_ip(skb, &info, mss);
	if (!mss && !l4)
		return true;

	l4_len = mss ? skb->len - info.l4_offset : info.l4_len;
	if (info.fragment ||
	    (info.proto != IPPROTO_TCP && (mss || info.proto != IPPROTO_UDP)) ||
	    info.l4_offset + need > skb_headlen(skb) ||
	    l4_len < need || l4_len > skb->len - info.l4_offset)
		return false;
	if (mss && !headers_ask_lso(skb, &info, mss))
		return false;

	return headers_ask_csum(skb, &info, l4_len);
}

/**
 * hvsim_offload_carry_out - make plain frames of an skb
 * @skb: from its Ethernet header on; checksum or segmentation may be due; eaten
 *
 * Context: any but hard interrupts.
 * Return: a list of frames linked by ->next, or NULL.
 */
struct sk_buff *hvsim_offload_carry_out(struct sk_buff *skb)
{
	struct sk_buff *segs = skb;

	if (skb_is_gso(skb)) {
		skb_reset_mac_header(skb);
		skb_reset_mac_len(skb);
		segs = skb_gso_segment(skb, 0);
		if (IS_ERR_OR_NULL(segs))
			goto err_free;
		consume_skb(skb);
		return segs;
	}
	/* The sender may hold a clone; the receiver's GRO writes to the frame. */
	if (skb_unclone(skb, GFP_ATOMIC))
		goto err_free;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		goto err_free;
	skb->ip_summed = CHECKSUM_NONE;
	skb_mark_not_on_list(skb);
	return skb;

err_free:
	kfree_skb(skb);
	return NULL;
}

static bool l4_csum_ok(const struct sk_buff *skb, const struct frame_info *info)
{
	__wsum sum = skb_checksum(skb, info->l4_offset, info->l4_len, 0);
	const struct ipv6hdr *ip6;
	const struct iphdr *ip;
	union {
		struct iphdr ip;
		struct ipv6hdr ip6;
	} buf;

	if (info->ip4) {
		ip = skb_header_pointer(skb, ETH_HLEN, sizeof(*ip), &buf);
		return ip && !csum_tcpudp_magic(ip->saddr, ip->daddr,
						info->l4_len, info->proto, sum);
	}
	ip6 = skb_header_pointer(skb, ETH_HLEN, sizeof(*ip6), &buf);
	return ip6 && !csum_ipv6_magic(&ip6->saddr, &ip6->daddr, info->l4_len,
				       info->proto, sum);
}

static u32 rx_csum_ip(const struct sk_buff *skb, const struct frame_info *info)
{
	u8 buf[60];
	const u8 *ip;

	if (!info->ip4)
		return 0;
	ip = skb_header_pointer(skb, ETH_HLEN, info->l4_offset - ETH_HLEN, buf);
	if (!ip || ip_fast_csum(ip, (info->l4_offset - ETH_HLEN) / 4))
		return RNDIS_CSUM_RX_IP_FAILED;
	return RNDIS_CSUM_RX_IP_OK;
}

static bool udp_has_csum(const struct sk_buff *skb,
			 const struct frame_info *info)
{
	const struct udphdr *uh;
	struct udphdr buf;

	uh = skb_header_pointer(skb, info->l4_offset, sizeof(buf), &buf);
	return uh && uh->check;
}

/**
 * hvsim_offload_rx_csum - verify the checksums of a plain frame
 * @skb: from its Ethernet header on, skb->protocol set
 * @on: which checksums the guest wants verified
 *
 * Return: RNDIS_CSUM_RX_* flags.
 */
u32 hvsim_offload_rx_csum(const struct sk_buff *skb,
			  const struct hvsim_offloads *on)
{
	struct frame_info info;
	u32 flags;

	if (!frame_parse(skb, &info))
		return 0;
	flags = rx_csum_ip(skb, &info);
	if (info.fragment || info.l4_len > skb->len - info.l4_offset)
		return flags;

	switch (info.proto) {
	case IPPROTO_TCP:
		if (info.ip4 ? !on->rx_tcp4 : !on->rx_tcp6)
			break;
		flags |= l4_csum_ok(skb, &info) ? RNDIS_CSUM_RX_TCP_OK :
						  RNDIS_CSUM_RX_TCP_FAILED;
		break;
	case IPPROTO_UDP:
		if (info.ip4 ? !on->rx_udp4 : !on->rx_udp6)
			break;
		if (!udp_has_csum(skb, &info))
			break;
		flags |= l4_csum_ok(skb, &info) ? RNDIS_CSUM_RX_UDP_OK :
						  RNDIS_CSUM_RX_UDP_FAILED;
		break;
	}
	return flags;
}
