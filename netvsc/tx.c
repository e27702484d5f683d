// SPDX-License-Identifier: GPL-2.0-only
/*
 * One channel's way to the host.
 *
 * A message is either in a section of the send buffer, together with others
 * that were sent in one burst, or its header is in a slot and its pages are
 * named to the host.  Each channel has slots and sections of its own; the
 * sender takes them, NAPI gives them back, and nothing is shared between
 * channels.
 */
#include "tx.h"

#include <linux/align.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/netdev_queues.h>

#include "bus.h"
#include "netvsc.h"
#include "pages.h"
#include "rndis_packet.h"

/* A message about to be given to the host: in @section, or @skb's pages. */
struct tx_msg {
	u32 section;
	u32 section_len;
	struct sk_buff *skb;
	const struct netvsc_packet_tx *pkt;
	u32 packets;
	u32 bytes;
};

static struct netvsc_global_stats *global_stats(struct netvsc_channel *ch)
{
	return &ch->nvdev->nv->stats;
}

/* ---- set-up ---- */

/* The part of the send buffer's sections that falls to this channel. */
static int init_sections(struct netvsc_channel *ch)
{
	const struct netvsc_device *nvdev = ch->nvdev;
	u32 count = nvdev->send.section_count;
	u32 first = count * ch->index / nvdev->num_channels;
	u32 end = count * (ch->index + 1) / nvdev->num_channels;

	return netvsc_free_list_init(&ch->tx.free_sections, first, end - first);
}

static int init_slots(struct netvsc_tx *tx)
{
	u32 i;

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
 * netvsc_tx_init() - make a channel ready to transmit
 * @ch: the channel; the send buffer, the host's limits and the number of
 *	channels are known
 *
 * Context: process; nothing else of tx runs for this channel.
 * Return: 0 or -ENOMEM.
 */
int netvsc_tx_init(struct netvsc_channel *ch)
{
	struct netvsc_tx *tx = &ch->tx;

	memset(tx, 0, sizeof(*tx));
	tx->parked.section = NVSP_NO_SEND_SECTION;

	tx->slots = kvcalloc(NETVSC_TX_SLOTS, sizeof(*tx->slots), GFP_KERNEL);
	tx->headers = vzalloc(NETVSC_TX_SLOTS * NETVSC_PACKET_HEADER_MAX);
	tx->desc = kzalloc(NETVSC_PAGES_DESC_SIZE, GFP_KERNEL);
	if (!tx->slots || !tx->headers || !tx->desc)
		goto err_free;

	if (init_slots(tx) || init_sections(ch))
		goto err_free;

	return 0;

err_free:
	netvsc_tx_free(ch);
	return -ENOMEM;
}

/**
 * netvsc_tx_free() - free a channel's transmit side
 * @ch: the channel; purged, or never used
 */
void netvsc_tx_free(struct netvsc_channel *ch)
{
	struct netvsc_tx *tx = &ch->tx;

	netvsc_free_list_free(&tx->free_sections);
	netvsc_free_list_free(&tx->free_slots);
	kfree(tx->desc);
	vfree(tx->headers);
	kvfree(tx->slots);
	tx->desc = NULL;
	tx->headers = NULL;
	tx->slots = NULL;
}

/* ---- sending ---- */

static u32 in_flight(const struct netvsc_tx *tx)
{
	return tx->free_slots.count - netvsc_free_list_avail(&tx->free_slots);
}

static int write_ring(struct netvsc_channel *ch, struct netvsc_tx_slot *slot,
		      const struct tx_msg *msg, u64 id)
{
	union nvsp_message nvsp = {
		.rndis_pkt.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
		.rndis_pkt.channel_type = cpu_to_le32(NVSP_CHANNEL_DATA),
		.rndis_pkt.send_section_index = cpu_to_le32(msg->section),
		.rndis_pkt.send_section_size = cpu_to_le32(msg->section_len),
	};
	u32 header_len, desc_size;

	if (!msg->skb)
		return netvsc_bus_send(ch->vmbus, &nvsp, sizeof(nvsp), id,
				       true);

	header_len = netvsc_packet_build(slot->header,
					 NETVSC_PACKET_HEADER_MAX, msg->pkt);
	desc_size = netvsc_pages_describe(ch->tx.desc, slot->header,
					  slot->header_pfn, header_len,
					  msg->skb);

	return netvsc_bus_send_pages(ch->vmbus, ch->tx.desc, desc_size, &nvsp,
				     sizeof(nvsp), id);
}

/* The ring did not take what BQL was told of: NAPI, its only completer, shall
 * take it back.
 */
static void unsend_bytes(struct netvsc_channel *ch, u32 bytes)
{
	atomic_add(bytes, &ch->tx.unsent_bytes);
	napi_schedule(&ch->napi);
}

/* Try once; -EAGAIN if there is no slot or no room in the ring. */
static int try_post(struct netvsc_channel *ch, struct netdev_queue *txq,
		    const struct tx_msg *msg)
{
	struct netvsc_tx *tx = &ch->tx;
	struct netvsc_tx_slot *slot;
	u32 index;
	int ret;
	u64 id;

	if (!netvsc_free_list_take(&tx->free_slots, &index))
		return -EAGAIN;

	slot = &tx->slots[index];
	slot->skb = msg->skb;
	slot->section = msg->section;
	slot->packets = msg->packets;
	slot->bytes = msg->bytes;
	id = netvsc_req_id(NETVSC_REQ_TX, ++slot->generation, index);

	/* BQL must know before the host can complete. */
	netdev_tx_sent_queue(txq, msg->bytes);
	atomic64_set_release(&slot->id, id);

	ret = write_ring(ch, slot, msg, id);
	if (likely(!ret))
		return 0;

	/* A host may complete what it never got: the slot is back then. */
	if (atomic64_cmpxchg(&slot->id, id, 0) != id)
		return 0;

	netvsc_free_list_untake(&tx->free_slots);
	unsend_bytes(ch, msg->bytes);

	return ret;
}

/*
 * Give a message to the host.  Returns 0 when it has it; -EAGAIN with the
 * queue stopped when it has to wait for a completion, which will wake the
 * queue; -ENOSPC or another errno when it cannot be sent.
 */
static int post(struct netvsc_channel *ch, struct netdev_queue *txq,
		const struct tx_msg *msg)
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
		if (in_flight(tx))
			return -EAGAIN;

		/* Everything was completed meanwhile, or nobody reads. */
		netif_tx_start_queue(txq);
		ret = try_post(ch, txq, msg);
		if (ret == -EAGAIN)
			ret = -ENOSPC;
	}

	if (!ret && !netif_txq_maybe_stop(txq, netvsc_free_list_avail(&tx->free_slots),
					  1, NETVSC_TX_WAKE))
		atomic_long_inc(&global_stats(ch)->stop_queue);

	return ret;
}

static void count_dropped(struct netvsc_channel *ch, u32 packets)
{
	while (packets--)
		dev_core_stats_tx_dropped_inc(ch->nvdev->nv->ndev);
}

static void drop_parked(struct netvsc_channel *ch, int error)
{
	struct netvsc_tx_parked *parked = &ch->tx.parked;

	if (error == -ENOSPC)
		atomic_long_add(parked->packets,
				&global_stats(ch)->tx_no_space);
	count_dropped(ch, parked->packets);

	/* the section stays with us, for the next frames */
	parked->packets = 0;
	parked->bytes = 0;
	parked->len = 0;
}

/**
 * netvsc_tx_flush_locked() - send what is parked
 * @ch: the channel
 * @txq: its queue, locked
 *
 * Return: 0 if nothing is parked any more, be it sent or dropped; -EAGAIN if
 * it has to wait, with the queue stopped: NAPI sends it then.
 */
int netvsc_tx_flush_locked(struct netvsc_channel *ch, struct netdev_queue *txq)
{
	struct netvsc_tx *tx = &ch->tx;
	struct netvsc_tx_parked *parked = &tx->parked;
	struct tx_msg msg = {
		.section = parked->section,
		.section_len = parked->len,
		.packets = parked->packets,
		.bytes = parked->bytes,
	};
	int ret;

	if (!parked->packets)
		return 0;

	while ((ret = post(ch, txq, &msg)) == -EAGAIN) {
		WRITE_ONCE(tx->flush_later, true);
		/*
		 * As in post(): NAPI sees the mark, or we see that it has
		 * nothing to wait for.  Then post() does not say so again.
		 */
		smp_mb();
		if (in_flight(tx))
			return -EAGAIN;
	}
	WRITE_ONCE(tx->flush_later, false);

	if (ret) {
		drop_parked(ch, ret);
		return 0;
	}

	*parked = (struct netvsc_tx_parked) {
		.section = NVSP_NO_SEND_SECTION,
	};

	return 0;
}

/* From outside of ndo_start_xmit; BH are off. */
static void flush(struct netvsc_channel *ch, struct netdev_queue *txq)
{
	__netif_tx_lock(txq, smp_processor_id());
	netvsc_tx_flush_locked(ch, txq);
	__netif_tx_unlock(txq);

	/* post() may have started the queue; what waits for it has to run. */
	netif_schedule_queue(txq);
}

/**
 * netvsc_tx_flush() - send what is parked
 * @ch: the channel
 *
 * Context: process; takes the queue's lock.
 */
void netvsc_tx_flush(struct netvsc_channel *ch)
{
	struct net_device *ndev = ch->nvdev->nv->ndev;

	local_bh_disable();
	flush(ch, netdev_get_tx_queue(ndev, ch->index));
	local_bh_enable();
}

/**
 * netvsc_tx_fits_section() - a message can be copied into a send section
 * @ch: the channel
 * @len: its length with the header
 *
 * Return: true if it can.
 */
bool netvsc_tx_fits_section(const struct netvsc_channel *ch, u32 len)
{
	return len <= ch->nvdev->send.section_size &&
	       ch->tx.free_sections.count;
}

static void *parked_buf(const struct netvsc_channel *ch, u32 offset)
{
	const struct netvsc_send_buf *send = &ch->nvdev->send;

	return send->buf + (size_t)ch->tx.parked.section * send->section_size +
	       offset;
}

/*
 * Another message follows the last one: fill that up to the alignment that
 * the host wants.  Its length is taken from @parked, not read back: the host
 * can write there.
 */
static void pad_last(struct netvsc_channel *ch, u32 start)
{
	struct netvsc_tx_parked *parked = &ch->tx.parked;
	__le32 len = cpu_to_le32(start - parked->last);

	if (start == parked->len)
		return;

	memset(parked_buf(ch, parked->len), 0, start - parked->len);
	memcpy(parked_buf(ch, parked->last) + offsetof(struct rndis_hdr, len),
	       &len, sizeof(len));
}

/* Make sure of an open section with room for @len more bytes. */
static int open_section(struct netvsc_channel *ch, struct netdev_queue *txq,
			u32 len, u32 *start)
{
	const struct netvsc_device *nvdev = ch->nvdev;
	struct netvsc_tx_parked *parked = &ch->tx.parked;
	int ret;

	*start = ALIGN(parked->len, nvdev->pkt_align);
	if (parked->packets >= nvdev->max_pkt_per_msg ||
	    *start + len > nvdev->send.section_size) {
		ret = netvsc_tx_flush_locked(ch, txq);
		if (ret)
			return ret;
	}

	if (!parked->packets)
		*start = 0;

	if (parked->section == NVSP_NO_SEND_SECTION &&
	    !netvsc_free_list_take(&ch->tx.free_sections, &parked->section)) {
		atomic_long_inc(&global_stats(ch)->tx_send_full);
		return -ENOBUFS;
	}

	return 0;
}

/**
 * netvsc_tx_send_copy() - copy a frame into the send buffer and send it
 * @ch: the channel
 * @txq: its queue, locked
 * @skb: the frame; netvsc_tx_fits_section()
 * @pkt: what the host is told of it
 * @more: another frame follows at once, so this one may wait for it
 *
 * Return: 0 if the frame is copied; -EAGAIN if it has to be offered again,
 * with the queue stopped; -ENOBUFS if no section is free; another errno if
 * the frame cannot be copied.
 */
int netvsc_tx_send_copy(struct netvsc_channel *ch, struct netdev_queue *txq,
			struct sk_buff *skb, const struct netvsc_packet_tx *pkt,
			bool more)
{
	u32 header_len = netvsc_packet_header_len(pkt);
	struct netvsc_tx_parked *parked = &ch->tx.parked;
	u32 start;
	int ret;

	ret = open_section(ch, txq, header_len + skb->len, &start);
	if (ret)
		return ret;

	ret = skb_copy_bits(skb, 0, parked_buf(ch, start + header_len),
			    skb->len);
	if (ret)
		return ret;

	pad_last(ch, start);
	netvsc_packet_build(parked_buf(ch, start), header_len, pkt);
	parked->last = start;
	parked->len = start + header_len + skb->len;
	parked->packets++;
	parked->bytes += skb->len;

	/* If that has to wait, NAPI does it: the frame is on its way. */
	if (!more || parked->packets >= ch->nvdev->max_pkt_per_msg)
		netvsc_tx_flush_locked(ch, txq);

	return 0;
}

/**
 * netvsc_tx_send_pages() - have the host read a frame from where it is
 * @ch: the channel
 * @txq: its queue, locked
 * @skb: the frame, of not more than NETVSC_PAGES_MAX; the slot's if sent
 * @pkt: what the host is told of it
 *
 * Return: 0 if sent; -EAGAIN if the frame has to be offered again, with the
 * queue stopped; another errno if it cannot be sent.
 */
int netvsc_tx_send_pages(struct netvsc_channel *ch, struct netdev_queue *txq,
			 struct sk_buff *skb,
			 const struct netvsc_packet_tx *pkt)
{
	struct tx_msg msg = {
		.section = NVSP_NO_SEND_SECTION,
		.skb = skb,
		.pkt = pkt,
		.packets = 1,
		.bytes = skb->len,
	};
	int ret;

	/* frames keep their order */
	ret = netvsc_tx_flush_locked(ch, txq);
	if (ret)
		return ret;

	return post(ch, txq, &msg);
}

/* ---- completion ---- */

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
	napi_consume_skb(slot->skb, budget);
	netvsc_free_list_give(&tx->free_slots, slot - tx->slots);

	return;

bad:
	atomic_long_inc(&global_stats(ch)->host_bad_completion);
}

/* Not while the device is being closed or exchanged for another one. */
static bool may_wake(const struct netvsc_channel *ch)
{
	const struct netvsc *nv = ch->nvdev->nv;

	return netif_running(nv->ndev) && netif_device_present(nv->ndev) &&
	       rcu_access_pointer(nv->nvdev) == ch->nvdev;
}

/**
 * netvsc_tx_poll_end() - report what was completed in this poll
 * @ch: the channel
 *
 * Context: the channel's NAPI, once at the end of each poll.
 */
void netvsc_tx_poll_end(struct netvsc_channel *ch)
{
	struct netvsc_tx *tx = &ch->tx;
	struct net_device *ndev = ch->nvdev->nv->ndev;
	u32 packets = tx->bql_packets;
	u32 bytes = tx->bql_bytes;
	struct netdev_queue *txq;

	if (atomic_read(&tx->unsent_bytes)) {
		bytes += atomic_xchg(&tx->unsent_bytes, 0);
		packets++;
	}
	if (!packets)
		return;

	if (tx->done_packets)
		netvsc_stats_add_tx(&ch->stats->tx, tx->done_packets,
				    tx->done_bytes);
	tx->done_packets = 0;
	tx->done_bytes = 0;
	tx->bql_packets = 0;
	tx->bql_bytes = 0;

	txq = netdev_get_tx_queue(ndev, ch->index);

	/* What was given back must be visible before the mark is looked at. */
	smp_mb();
	if (READ_ONCE(tx->flush_later))
		flush(ch, txq);

	if (!__netif_txq_completed_wake(txq, packets, bytes,
					netvsc_free_list_avail(&tx->free_slots),
					NETVSC_TX_WAKE, !may_wake(ch)))
		atomic_long_inc(&global_stats(ch)->wake_queue);
}

/**
 * netvsc_tx_idle() - whether everything was sent
 * @ch: the channel; ndo_start_xmit does not use it any more
 *
 * Sends what is parked, if it can.
 *
 * Context: process.
 * Return: true if the host has nothing and nothing is parked.
 */
bool netvsc_tx_idle(struct netvsc_channel *ch)
{
	if (!ch->tx.slots)
		return true;

	netvsc_tx_flush(ch);

	return !ch->tx.parked.packets && !in_flight(&ch->tx);
}

/**
 * netvsc_tx_purge() - free what the host never completed
 * @ch: the channel, closed; neither NAPI nor ndo_start_xmit use it any more
 *
 * Context: process.
 */
void netvsc_tx_purge(struct netvsc_channel *ch)
{
	struct net_device *ndev = ch->nvdev->nv->ndev;
	struct netvsc_tx *tx = &ch->tx;
	u32 i;

	if (!tx->slots)
		return;

	for (i = 0; i < tx->free_slots.count; i++) {
		struct netvsc_tx_slot *slot = &tx->slots[i];

		if (!atomic64_xchg(&slot->id, 0))
			continue;

		dev_kfree_skb_any(slot->skb);
		count_dropped(ch, slot->packets);
		netvsc_free_list_give(&tx->free_slots, i);
		if (slot->section != NVSP_NO_SEND_SECTION)
			netvsc_free_list_give(&tx->free_sections, slot->section);
	}

	drop_parked(ch, -ENODEV);
	netdev_tx_reset_queue(netdev_get_tx_queue(ndev, ch->index));
}
