/* SPDX-License-Identifier: GPL-2.0-only */
/* Transmit side of a channel: what is with the host, and how it gets there. */
#ifndef _NETVSC_TX_H
#define _NETVSC_TX_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/types.h>

#include "free_list.h"

struct netdev_queue;
struct netvsc_channel;
struct netvsc_packet_tx;
struct sk_buff;
struct vmbus_packet_mpb_array;

/*
 * Messages of one channel that the host may have at a time.  BQL keeps far
 * fewer in flight; with the default ring this many fit in it.
 */
#define NETVSC_TX_SLOTS		512
/* Free slots at which a stopped queue goes on. */
#define NETVSC_TX_WAKE		(NETVSC_TX_SLOTS / 4)

/**
 * struct netvsc_tx_slot - a message that the host has, or may get
 * @id: transaction id while the host has it, else 0
 * @skb: whose pages the host reads; NULL if all frames were copied
 * @header: room for the RNDIS header of a message that is not copied
 * @header_pfn: where that is; a header never crosses a page
 * @section: of the send buffer, or NVSP_NO_SEND_SECTION
 * @generation: of the last id
 * @packets: frames in the message
 * @bytes: their bytes
 * @bounce_first: page of the channel that a copy of @skb begins in
 * @bounce_pages: pages that it takes, 0 outside of confidential guests
 * @bounce_len: bytes in them
 *
 * Whoever changes @id from its value to 0 owns the slot: NAPI when the host
 * completes it, or the sender when the ring would not take it.
 */
struct netvsc_tx_slot {
	atomic64_t id;
	struct sk_buff *skb;
	void *header;
	u64 header_pfn;
	u32 section;
	u32 generation;
	u32 packets;
	u32 bytes;
	u16 bounce_first;
	u16 bounce_pages;
	u32 bounce_len;
};

/**
 * struct netvsc_bounce - a channel's pages for frames of confidential guests
 * @first: of them in the buffer
 * @next: for each of them, the one that follows in the same frame
 * @free_pages: their numbers
 */
struct netvsc_bounce {
	u32 first;
	u16 *next;
	struct netvsc_free_list free_pages;
};

/**
 * struct netvsc_tx_parked - frames that wait in a section for more of them
 * @section: of the send buffer, or NVSP_NO_SEND_SECTION
 * @len: bytes used
 * @last: where the last message begins
 * @packets: how many frames
 * @bytes: their bytes, without RNDIS headers
 */
struct netvsc_tx_parked {
	u32 section;
	u32 len;
	u32 last;
	u32 packets;
	u32 bytes;
};

/**
 * struct netvsc_tx - transmit side of a channel
 * @slots: NETVSC_TX_SLOTS of them
 * @headers: memory that the slots' headers are in
 * @desc: room to name the pages of a message; the queue's lock
 * @parked: the queue's lock
 * @stuck: the watchdog has come, and nothing was completed since
 * @flush_later: @parked could not be sent for want of room; NAPI shall
 * @free_slots: indexes into @slots
 * @free_sections: this channel's part of the send buffer
 * @bounce: this channel's part of what is shared in confidential guests
 * @done_packets: completed in this poll with success; NAPI, as those below
 * @done_bytes: their bytes
 * @bql_packets: completed in this poll, with success or not
 * @bql_bytes: their bytes
 * @unsent_bytes: told BQL, but not taken by the ring; NAPI gives them back
 */
struct netvsc_tx {
	struct netvsc_tx_slot *slots;
	void *headers;
	struct vmbus_packet_mpb_array *desc;
	struct netvsc_tx_parked parked;
	bool stuck;
	bool flush_later;
	struct netvsc_free_list free_slots;
	struct netvsc_free_list free_sections;
	struct netvsc_bounce bounce;
	u32 done_packets ____cacheline_aligned_in_smp;
	u32 done_bytes;
	u32 bql_packets;
	u32 bql_bytes;
	atomic_t unsent_bytes;
};

int netvsc_tx_alloc(struct netvsc_channel *ch);
int netvsc_tx_init(struct netvsc_channel *ch);
void netvsc_tx_free(struct netvsc_channel *ch);

/* From ndo_start_xmit, the queue's lock held. */
bool netvsc_tx_fits_section(const struct netvsc_channel *ch, u32 len);
int netvsc_tx_send_copy(struct netvsc_channel *ch, struct netdev_queue *txq,
			struct sk_buff *skb, const struct netvsc_packet_tx *pkt,
			bool more);
int netvsc_tx_send_data(struct netvsc_channel *ch, struct netdev_queue *txq,
			const void *data, u32 len);
int netvsc_tx_send_pages(struct netvsc_channel *ch, struct netdev_queue *txq,
			 struct sk_buff *skb,
			 const struct netvsc_packet_tx *pkt);
int netvsc_tx_flush_locked(struct netvsc_channel *ch, struct netdev_queue *txq);

/* NAPI: the host completed the data packet that carried @trans_id. */
void netvsc_tx_complete(struct netvsc_channel *ch, u64 trans_id,
			const void *msg, u32 len, int budget);
/* NAPI, once per poll: wake the queue, report to BQL. */
void netvsc_tx_poll_end(struct netvsc_channel *ch);

/* Send what is parked; takes the queue's lock.  Not from hard interrupts. */
void netvsc_tx_flush(struct netvsc_channel *ch);
/* Flush; then: no packet is with the host and none is parked. */
bool netvsc_tx_idle(struct netvsc_channel *ch);
/* Channel closed, NAPI off: free what the host never completed. */
void netvsc_tx_purge(struct netvsc_channel *ch);

#endif /* _NETVSC_TX_H */
