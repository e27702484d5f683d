/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames as lists of the host's pages. */
#ifndef _NETVSC_PAGES_H
#define _NETVSC_PAGES_H

#include <linux/hyperv.h>
#include <linux/types.h>

struct sk_buff;

/* Pages that one message may name, its header's included. */
#define NETVSC_PAGES_MAX	32

/* Room to name them, each in a range of its own. */
#define NETVSC_PAGES_DESC_SIZE	\
	(offsetof(struct vmbus_packet_mpb_array, range) + \
	 NETVSC_PAGES_MAX * (sizeof(struct hv_mpb_array) + sizeof(u64)))

u32 netvsc_pages_count(const struct sk_buff *skb);
u32 netvsc_pages_describe(struct vmbus_packet_mpb_array *desc,
			  const void *header, u64 header_pfn, u32 header_len,
			  const struct sk_buff *skb);

#endif /* _NETVSC_PAGES_H */
