// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that the host has: how they get there, and how they end.
 *
 * Each has a slot, whose number is in the transaction id.  The sender takes
 * slots, NAPI gives them back, and both may look at a slot at a time when the
 * host completes what it was not given yet: the id decides whose it is.
 */
#include "tx_post.h"

#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/netdev_queues.h>

#include "bounce.h"
#include "bus.h"
#include "netvsc.h"
#include "pages.h"
#include "rndis_packet.h"
#include "trace.h"

static struct netvsc_global_stats *global_stats(struct netvsc_channel *ch)
{
	return &ch->nvdev->nv->stats;
}

/**
 * netvsc_tx_slots_init() - make the slots
 * @tx: transmit side of a channel, zeroed
 *
 * Return: 0; -ENOMEM, and netvsc_tx_slots_free() is still due.
 */
int netvsc_tx_slots_init(struct netvsc_tx *tx)
{
	u32 i;

	tx->slots = kvcalloc(NETVSC_TX_SLOTS, sizeof(*tx->slots), GFP_KERNEL);
	tx->headers = vzalloc(NETVSC_TX_SLOTS * NETVSC_PACKET_HEADER_MAX);
	tx->desc = kzalloc(NETVSC_PAGES_DESC_SIZE, GFP_KERNEL);
	if (!tx->slots || !tx->headers || !tx->desc)
		return -ENOMEM;

	for (i = 0; i < NETVSC_TX_SLOTS; i++) {
		void *header = tx->headers + i * NETVSC_PACKET_HEADER_MAX;

		tx->slots[i].header = header;
		tx->slots[i].header_pfn =
			page_to_hvpfn(vmalloc_to_page(header)) +
			(offset_in_page(header) >> HV_HYP_PAGE_SHIFT);
	}

	return netvsc_free_list_init(&tx->free_slots, 0, NETVSC_TX_SLOTS);
}

/**
 * netvsc_tx_slots_free() - free the slots
 * @tx: transmit side of a channel; no slot is with the host
 */
void netvsc_tx_slots_free(struct netvsc_tx *tx)
{
	netvsc_free_list_free(&tx->free_slots);
	kfree(tx->desc);
	vfree(tx->headers);
	kvfree(tx->slots);
	tx->desc = NULL;
	tx->headers = NULL;
	tx->slots = NULL;
}

/* Name what follows the section to the host; returns the size of the names. */
static u32 describe(struct netvsc_channel *ch, struct netvsc_tx_slot *slot,
		    const struct netvsc_tx_msg *msg)
{
	u32 header_len = 0;

	if (slot->bounce_pages)
		return netvsc_bounce_describe(ch, slot, ch->tx.desc);

	if (msg->section == NVSP_NO_SEND_SECTION)
		header_len = netvsc_packet_build(slot->header,
						 NETVSC_PACKET_HEADER_MAX,
						 msg->pkt);

	return netvsc_pages_describe(ch->tx.desc, slot->header,
				     slot->header_pfn, header_len, msg->skb);
}

/* @desc_size: of what describe() has named; 0 if nothing */
static int write_ring(struct netvsc_channel *ch, const struct netvsc_tx_msg *msg,
		      u32 desc_size, u64 id)
{
	union nvsp_message nvsp = {
		.rndis_pkt.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
		.rndis_pkt.channel_type = cpu_to_le32(NVSP_CHANNEL_DATA),
		.rndis_pkt.send_section_index = cpu_to_le32(msg->section),
		.rndis_pkt.send_section_size = cpu_to_le32(msg->section_len),
	};

	trace_nvsp_send_pkt(ch->nvdev->nv->ndev, ch->index, msg->section,
			    msg->section_len, msg->packets, msg->bytes);
	if (!desc_size)
		return netvsc_bus_send(ch->vmbus, &nvsp, sizeof(nvsp), id,
				       true);

	return netvsc_bus_send_pages(ch->vmbus, ch->tx.desc, desc_size, &nvsp,
				     sizeof(nvsp), id);
}

/* In confidential guests: have the frame where the host can read it. */
static int bounce(struct netvsc_channel *ch, struct netvsc_tx_slot *slot,
		  const struct netvsc_tx_msg *msg)
{
	bool in_section = msg->section != NVSP_NO_SEND_SECTION;

	slot->bounce_pages = 0;
	if (!msg->skb || !ch->nvdev->bounce.buf)
		return 0;

	return netvsc_bounce_put(ch, slot, in_section ? NULL : msg->pkt,
				 msg->skb);
}

/*
 * The ring did not take what BQL was told of: NAPI, its only completer, shall
 * take it back.
 */
static void unsend_bytes(struct netvsc_channel *ch, u32 bytes)
{
	atomic_add(bytes, &ch->tx.unsent_bytes);
	napi_schedule(&ch->napi);
}

/* Try once; -EAGAIN if a slot, pages or room in the ring are wanting. */
static int try_post(struct netvsc_channel *ch, struct netdev_queue *txq,
		    const struct netvsc_tx_msg *msg)
{
	struct netvsc_tx *tx = &ch->tx;
	struct netvsc_tx_slot *slot;
	u32 desc_size = 0;
	u32 index;
	int ret;
	u64 id;

	if (!netvsc_free_list_take(&tx->free_slots, &index))
		return -EAGAIN;

	slot = &tx->slots[index];
	ret = bounce(ch, slot, msg);
	if (ret) {
		netvsc_free_list_untake(&tx->free_slots);
		return ret;
	}
	slot->skb = msg->skb;
	slot->section = msg->section;
	slot->packets = msg->packets;
	slot->bytes = msg->bytes;
	id = netvsc_req_id(NETVSC_REQ_TX, ++slot->generation, index);

	/* A host can guess the id, and complete before it is asked. */
	if (msg->skb) {
		skb_tx_timestamp(msg->skb);
		desc_size = describe(ch, slot, msg);
	}
	/* BQL must know before the host can complete. */
	netdev_tx_sent_queue(txq, msg->bytes);
	atomic64_set_release(&slot->id, id);

	ret = write_ring(ch, msg, desc_size, id);
	if (likely(!ret))
		return 0;

	/* A host may complete what it never got: the slot is back then. */
	if (atomic64_cmpxchg(&slot->id, id, 0) != id)
		return 0;

	netvsc_bounce_unput(ch, slot);
	netvsc_free_list_untake(&tx->free_slots);
	unsend_bytes(ch, msg->bytes);

	return ret;
}

/**
 * netvsc_tx_post() - give a message to the host
 * @ch: the channel
 * @txq: its queue, locked
 * @msg: the message; its section or skb is the slot's if sent
 *
 * Return: 0 when the host has it; -EAGAIN with the queue stopped when it has
 * to wait for a completion, which will wake the queue; -ENOSPC or another
 * errno when it cannot be sent.
 */
int netvsc_tx_post(struct netvsc_channel *ch, struct netdev_queue *txq,
		   const struct netvsc_tx_msg *msg)
{
	struct netvsc_tx *tx = &ch->tx;
	int ret;

	ret = try_post(ch, txq, msg);
	if (ret == -EAGAIN) {
		netif_tx_stop_queue(txq);
		atomic_long_inc(&global_stats(ch)->stop_queue);

		/*
		 * The queue's state must be visible before the slots are
		 * looked at.  Pairs with the barrier in netvsc_tx_poll_end().
		 */
		smp_mb();
		if (netvsc_tx_in_flight(tx))
			return -EAGAIN;

		/* Everything was completed meanwhile, or nobody reads. */
		netif_tx_start_queue(txq);
		ret = try_post(ch, txq, msg);
		if (ret == -EAGAIN)
			ret = -ENOSPC;
	}

	if (ret)
		return ret;

	if (!netif_txq_maybe_stop(txq, netvsc_free_list_avail(&tx->free_slots),
				  1, NETVSC_TX_WAKE))
		atomic_long_inc(&global_stats(ch)->stop_queue);

	return 0;
}

/* The slot that @id names becomes ours if the host had it. */
static struct netvsc_tx_slot *claim_slot(struct netvsc_tx *tx, u64 id)
{
	u32 index = netvsc_req_id_slot(id);

	if (netvsc_req_id_kind(id) != NETVSC_REQ_TX ||
	    index >= tx->free_slots.count)
		return NULL;
	if (atomic64_cmpxchg(&tx->slots[index].id, id, 0) != id)
		return NULL;

	return &tx->slots[index];
}

/**
 * netvsc_tx_complete() - the host is done with a message
 * @ch: the channel that the completion came on
 * @trans_id: that it names
 * @msg: its content
 * @len: bytes of it
 * @budget: of this poll
 *
 * What names no message that the host has, or is not the right answer, is
 * counted and has no effect.
 *
 * Context: the channel's NAPI.
 */
void netvsc_tx_complete(struct netvsc_channel *ch, u64 trans_id,
			const void *msg, u32 len, int budget)
{
	struct nvsp_rndis_pkt_complete answer;
	struct netvsc_tx *tx = &ch->tx;
	struct netvsc_tx_slot *slot;

	if (len < sizeof(answer))
		goto bad;
	memcpy(&answer, msg, sizeof(answer));
	if (le32_to_cpu(answer.hdr.type) != NVSP_MSG_SEND_RNDIS_PKT_COMPLETE)
		goto bad;
	slot = claim_slot(tx, trans_id);
	if (!slot)
		goto bad;

	tx->bql_packets += slot->packets;
	tx->bql_bytes += slot->bytes;
	if (likely(le32_to_cpu(answer.status) == NVSP_STATUS_SUCCESS)) {
		tx->done_packets += slot->packets;
		tx->done_bytes += slot->bytes;
	} else {
		atomic_long_add(slot->packets,
				&global_stats(ch)->host_tx_failed);
	}

	if (slot->section != NVSP_NO_SEND_SECTION)
		netvsc_free_list_give(&tx->free_sections, slot->section);
	netvsc_bounce_give(ch, slot);
	napi_consume_skb(slot->skb, budget);
	netvsc_free_list_give(&tx->free_slots, slot - tx->slots);

	return;

bad:
	atomic_long_inc(&global_stats(ch)->host_bad_completion);
}
