/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames of a confidential guest, in memory that the host can read. */
#ifndef _NETVSC_BOUNCE_H
#define _NETVSC_BOUNCE_H

#include <linux/types.h>

struct netvsc_channel;
struct netvsc_packet_tx;
struct netvsc_tx_slot;
struct sk_buff;
struct vmbus_packet_mpb_array;

int netvsc_bounce_init(struct netvsc_channel *ch);
void netvsc_bounce_free(struct netvsc_channel *ch);

/* The queue's lock held: take pages for a slot, and give them back unused. */
int netvsc_bounce_put(struct netvsc_channel *ch, struct netvsc_tx_slot *slot,
		      const struct netvsc_packet_tx *pkt,
		      const struct sk_buff *skb);
void netvsc_bounce_unput(struct netvsc_channel *ch,
			 struct netvsc_tx_slot *slot);
u32 netvsc_bounce_describe(const struct netvsc_channel *ch,
			   const struct netvsc_tx_slot *slot,
			   struct vmbus_packet_mpb_array *desc);

/* NAPI: the host is done with the slot. */
void netvsc_bounce_give(struct netvsc_channel *ch,
			const struct netvsc_tx_slot *slot);

#endif /* _NETVSC_BOUNCE_H */
