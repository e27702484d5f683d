/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages that the host has. */
#ifndef _NETVSC_TX_POST_H
#define _NETVSC_TX_POST_H

#include "tx.h"

/**
 * struct netvsc_tx_msg - a message about to be given to the host
 * @section: of the send buffer that it begins in, or NVSP_NO_SEND_SECTION
 * @section_len: bytes of it; with a @skb, the last of them are its header
 * @skb: whose pages it goes on with; NULL if it is all in @section
 * @pkt: what the host is told of @skb
 * @packets: frames in it
 * @bytes: their bytes
 */
struct netvsc_tx_msg {
	u32 section;
	u32 section_len;
	struct sk_buff *skb;
	const struct netvsc_packet_tx *pkt;
	u32 packets;
	u32 bytes;
};

/* How many the host has now. */
static inline u32 netvsc_tx_in_flight(const struct netvsc_tx *tx)
{
	return tx->free_slots.count - netvsc_free_list_avail(&tx->free_slots);
}

int netvsc_tx_slots_init(struct netvsc_tx *tx);
void netvsc_tx_slots_free(struct netvsc_tx *tx);
int netvsc_tx_post(struct netvsc_channel *ch, struct netdev_queue *txq,
		   const struct netvsc_tx_msg *msg);

#endif /* _NETVSC_TX_POST_H */
