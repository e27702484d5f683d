// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive side scaling: what is hashed of a frame, and the ring for it.
 */
#include <linux/bitfield.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "../rss.h"
#include "data.h"

#define RSS_PORTS	4	/* bytes of both ports */
#define RSS_TUPLE_MAX	(2 * sizeof(struct in6_addr) + RSS_PORTS)

static_assert(CX3_RSS_KEY == NDIS_RSS_KEY_SIZE);

/* Which flag stands for this protocol with its ports; 0: none. */
static u8 rss_port_flag(u8 proto, bool ip6)
{
	switch (proto) {
	case IPPROTO_TCP:
		return ip6 ? CX3_RSS_TCP_IPV6 : CX3_RSS_TCP_IPV4;
	case IPPROTO_UDP:
		return ip6 ? CX3_RSS_UDP_IPV6 : CX3_RSS_UDP_IPV4;
	}
	return 0;
}

/* Adds the ports to the @len bytes of addresses, where they are wanted. */
static u32 rss_add_ports(const struct sk_buff *skb, u32 offset, u8 flag,
			 u8 flags, u8 *tuple, u32 len)
{
	if (!(flag & flags) ||
	    skb_copy_bits(skb, offset, tuple + len, RSS_PORTS))
		return 0;
	return len + RSS_PORTS;
}

static u32 rss_tuple4(const struct sk_buff *skb, u8 flags, u8 *tuple)
{
	u32 len = 2 * sizeof(__be32);
	struct iphdr ip;
	u32 all = 0;

	if (skb_copy_bits(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.ihl < 5)
		return 0;
	memcpy(tuple, &ip.addrs, len);
	if (!ip_is_fragment(&ip))
		all = rss_add_ports(skb, ETH_HLEN + ip.ihl * 4,
				    rss_port_flag(ip.protocol, false), flags,
				    tuple, len);

	return all ?: flags & CX3_RSS_IPV4 ? len : 0;
}

static u32 rss_tuple6(const struct sk_buff *skb, u8 flags, u8 *tuple)
{
	u32 len = 2 * sizeof(struct in6_addr);
	struct ipv6hdr ip6;
	u32 all;

	if (skb_copy_bits(skb, ETH_HLEN, &ip6, sizeof(ip6)))
		return 0;
	memcpy(tuple, &ip6.addrs, len);
	all = rss_add_ports(skb, ETH_HLEN + sizeof(ip6),
			    rss_port_flag(ip6.nexthdr, true), flags, tuple,
			    len);

	return all ?: flags & CX3_RSS_IPV6 ? len : 0;
}

/* Not public; what matters is that a flow keeps its ring. */
static u32 rss_xor(const u8 *tuple, u32 len)
{
	u32 hash = 0;
	u32 i;

	for (i = 0; i < len; i++)
		hash ^= tuple[i] << i % sizeof(hash) * BITS_PER_BYTE;
	return hash ^ hash >> 16;
}

/**
 * cx3_rss_ring() - the queue pair that a frame goes to
 * @qp: the pair that spreads
 * @skb: the frame, from its Ethernet header on, its tag beside it
 * @hash: set to its hash
 * @hashed: set: it has one
 *
 * Return: number of a queue pair, which need not exist.
 */
u32 cx3_rss_ring(const struct cx3_qp *qp, const struct sk_buff *skb, u32 *hash,
		 bool *hashed)
{
	const struct cx3_qp_context *context = &qp->context;
	u32 base = be32_to_cpu(context->rss_base);
	u8 tuple[RSS_TUPLE_MAX];
	u32 len = 0;

	if (skb->protocol == htons(ETH_P_IP))
		len = rss_tuple4(skb, context->rss_flags, tuple);
	else if (skb->protocol == htons(ETH_P_IPV6))
		len = rss_tuple6(skb, context->rss_flags, tuple);
	*hashed = len;
	*hash = 0;
	if (!len)
		return be32_to_cpu(context->rss_default) & CX3_INDEX;

	*hash = context->rss_function == CX3_RSS_TOEPLITZ ?
		hvsim_toeplitz(context->rss_key, tuple, len) :
		rss_xor(tuple, len);

	return (base & CX3_INDEX) +
	       (*hash & (BIT(FIELD_GET(CX3_RSS_LOG_RINGS, base)) - 1));
}
