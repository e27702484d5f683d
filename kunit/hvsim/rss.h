/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive side scaling: the Toeplitz hash and the indirection table.
 */
#ifndef _HVSIM_RSS_H
#define _HVSIM_RSS_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include <netvsc/ndis.h>

/**
 * struct hvsim_rss - what the guest set
 * @enabled: frames are spread; otherwise all go to the primary channel
 * @hash_info: NDIS_HASH_*
 * @table_size: entries
 * @table: channel for each value of the hash modulo @table_size
 * @key: of the hash
 */
struct hvsim_rss {
	bool enabled;
	u32 hash_info;
	u32 table_size;
	u16 table[NDIS_RSS_TABLE_MAX];
	u8 key[NDIS_RSS_KEY_SIZE];
};

u32 hvsim_toeplitz(const u8 *key, const u8 *data, u32 len);
bool hvsim_rss_hash(const struct hvsim_rss *rss, struct sk_buff *skb,
		    u32 *hash);
u16 hvsim_rss_channel(const struct hvsim_rss *rss, u32 hash);

#endif /* _HVSIM_RSS_H */
