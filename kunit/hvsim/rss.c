// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive side scaling: the Toeplitz hash and the indirection table.
 */
#include "rss.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

/**
 * hvsim_toeplitz - the hash of Microsoft's receive side scaling
 * @key: NDIS_RSS_KEY_SIZE bytes
 * @data: addresses and ports, in network order
 * @len: bytes of @data, at most 36
 *
 * Return: the hash.
 */
u32 hvsim_toeplitz(const u8 *key, const u8 *data, u32 len)
{
	u32 window = (u32)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
	u32 hash = 0;
	u32 i;
	int bit;

	for (i = 0; i < len; i++) {
		for (bit = 7; bit >= 0; bit--) {
			if (data[i] & BIT(bit))
				hash ^= window;
			window <<= 1;
			if (key[i + 4] & BIT(bit))
				window |= 1;
		}
	}
	return hash;
}

/* Addresses of @skb's IPv4 header, and ports when they are hashed too. */
static int rss_tuple4(const struct hvsim_rss *rss, struct sk_buff *skb,
		      u8 *tuple)
{
	u32 off = ETH_HLEN;
	struct iphdr ip;

	if (skb_copy_bits(skb, off, &ip, sizeof(ip)))
		return 0;
	memcpy(tuple, &ip.addrs, 8);
	if (ip.protocol == IPPROTO_TCP && !ip_is_fragment(&ip) &&
	    rss->hash_info & NDIS_HASH_TCP_IPV4 &&
	    !skb_copy_bits(skb, off + ip.ihl * 4, tuple + 8, 4))
		return 12;
	return rss->hash_info & NDIS_HASH_IPV4 ? 8 : 0;
}

static int rss_tuple6(const struct hvsim_rss *rss, struct sk_buff *skb,
		      u8 *tuple)
{
	u32 off = ETH_HLEN;
	struct ipv6hdr ip6;

	if (skb_copy_bits(skb, off, &ip6, sizeof(ip6)))
		return 0;
	memcpy(tuple, &ip6.addrs, 32);
	if (ip6.nexthdr == IPPROTO_TCP &&
	    rss->hash_info & NDIS_HASH_TCP_IPV6 &&
	    !skb_copy_bits(skb, off + sizeof(ip6), tuple + 32, 4))
		return 36;
	return rss->hash_info & NDIS_HASH_IPV6 ? 32 : 0;
}

/**
 * hvsim_rss_hash - hash a frame as the guest asked for
 * @rss: what the guest set
 * @skb: frame, from its Ethernet header on, skb->protocol set
 * @hash: filled in
 *
 * Return: true when the frame has a hash.
 */
bool hvsim_rss_hash(const struct hvsim_rss *rss, struct sk_buff *skb,
		    u32 *hash)
{
	u8 tuple[36];
	int len = 0;

	if (!rss->enabled)
		return false;
	if (skb->protocol == htons(ETH_P_IP))
		len = rss_tuple4(rss, skb, tuple);
	else if (skb->protocol == htons(ETH_P_IPV6))
		len = rss_tuple6(rss, skb, tuple);
	if (!len)
		return false;
	*hash = hvsim_toeplitz(rss->key, tuple, len);
	return true;
}

/**
 * hvsim_rss_channel - the channel that a hash leads to
 * @rss: what the guest set
 * @hash: of the frame
 *
 * Return: channel index.
 */
u16 hvsim_rss_channel(const struct hvsim_rss *rss, u32 hash)
{
	return rss->table_size ? rss->table[hash % rss->table_size] : 0;
}
