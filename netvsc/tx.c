// SPDX-License-Identifier: GPL-2.0-only
/*
 * One channel's way to the host.
 *
 * A message is either in a section of the send buffer, together with others
 * that were sent in one burst, or its header is in a slot and its pages are
 * named to the host; one with pages may also end a burst that is in a section.
 * Each channel has slots and sections of its own; the
 * sender takes them, NAPI gives them back, and nothing is shared between
 * channels.
 */
#include "tx.h"

#include <linux/align.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/netdev_queues.h>

#include "bounce.h"
#include "netvsc.h"
#include "rndis_packet.h"
#include "tx_post.h"

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
	u32 first = count * ch->index / nvdev->tx_shares;
	u32 end = count * (ch->index + 1) / nvdev->tx_shares;

	return netvsc_free_list_init(&ch->tx.free_sections, first, end - first);
}

/**
 * netvsc_tx_alloc() - have the memory that does not depend on the host
 * @ch: the channel, zeroed or freed by netvsc_tx_free()
 *
 * Context: process.
 * Return: 0; -ENOMEM, and netvsc_tx_free() is still due.
 */
int netvsc_tx_alloc(struct netvsc_channel *ch)
{
	return netvsc_tx_slots_init(&ch->tx);
}

/**
 * netvsc_tx_init() - make a channel ready to transmit
 * @ch: the channel; the send buffer, the host's limits and the number of
 *	shares are known
 *
 * Context: process; nothing else of tx runs for this channel.
 * Return: 0 or -ENOMEM.
 */
int netvsc_tx_init(struct netvsc_channel *ch)
{
	struct netvsc_tx *tx = &ch->tx;
	int err = 0;

	tx->parked.section = NVSP_NO_SEND_SECTION;

	if (!tx->slots)
		err = netvsc_tx_alloc(ch);
	if (!err && !init_sections(ch) && !netvsc_bounce_init(ch))
		return 0;

	netvsc_tx_free(ch);

	return -ENOMEM;
}

/**
 * netvsc_tx_free() - free a channel's transmit side
 * @ch: the channel; purged, or never used
 */
void netvsc_tx_free(struct netvsc_channel *ch)
{
	netvsc_bounce_free(ch);
	netvsc_free_list_free(&ch->tx.free_sections);
	netvsc_tx_slots_free(&ch->tx);
}

/* ---- frames parked in a section ---- */

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
	struct netvsc_tx_msg msg = {
		.section = parked->section,
		.section_len = parked->len,
		.packets = parked->packets,
		.bytes = parked->bytes,
	};
	int ret;

	if (!parked->packets)
		return 0;

	while ((ret = netvsc_tx_post(ch, txq, &msg)) == -EAGAIN) {
		WRITE_ONCE(tx->flush_later, true);
		/*
		 * As in netvsc_tx_post(): NAPI sees the mark, or we see
		 * that it has nothing to wait for.  Then it is not said again.
		 */
		smp_mb();
		if (netvsc_tx_in_flight(tx))
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

	/* The queue may have been started: what waits for it has to run. */
	netif_schedule_queue(txq);
}

/**
 * netvsc_tx_flush() - send what is parked
 * @ch: the channel
 *
 * Context: process or softirq; takes the queue's lock.
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
		netvsc_stats_add_send_full(ch->stats);
		return -ENOBUFS;
	}

	return 0;
}

/* A frame of @len bytes has been put behind @start and its header. */
static void close_message(struct netvsc_channel *ch, struct netdev_queue *txq,
			  u32 start, const struct netvsc_packet_tx *pkt,
			  u32 len, bool more)
{
	u32 header_len = netvsc_packet_header_len(pkt);
	struct netvsc_tx_parked *parked = &ch->tx.parked;

	pad_last(ch, start);
	netvsc_packet_build(parked_buf(ch, start), header_len, pkt);
	parked->last = start;
	parked->len = start + header_len + len;
	parked->packets++;
	parked->bytes += len;

	/* If that has to wait, NAPI does it: the frame is on its way. */
	if (!more || parked->packets >= ch->nvdev->max_pkt_per_msg)
		netvsc_tx_flush_locked(ch, txq);
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
	u32 start;
	int ret;

	ret = open_section(ch, txq, header_len + skb->len, &start);
	if (ret)
		return ret;

	ret = skb_copy_bits(skb, 0, parked_buf(ch, start + header_len),
			    skb->len);
	if (ret)
		return ret;

	skb_tx_timestamp(skb);
	close_message(ch, txq, start, pkt, skb->len, more);

	return 0;
}

/**
 * netvsc_tx_send_data() - copy a frame that is not an skb and send it
 * @ch: the channel
 * @txq: its queue, locked
 * @data: the frame
 * @len: bytes of @data
 *
 * It may wait for others: netvsc_tx_flush() is due afterwards.
 *
 * Return: 0 if the frame is copied; another errno if it is not, and will not
 * be before something is completed.
 */
int netvsc_tx_send_data(struct netvsc_channel *ch, struct netdev_queue *txq,
			const void *data, u32 len)
{
	const struct netvsc_packet_tx pkt = { .data_len = len };
	u32 header_len = netvsc_packet_header_len(&pkt);
	u32 start;
	int ret;

	if (!netvsc_tx_fits_section(ch, header_len + len))
		return -EMSGSIZE;

	ret = open_section(ch, txq, header_len + len, &start);
	if (ret)
		return ret;

	memcpy(parked_buf(ch, start + header_len), data, len);
	close_message(ch, txq, start, &pkt, len, true);

	return 0;
}

/* Where the header of @pkt goes behind what is parked; false if nowhere. */
static bool fits_behind_parked(const struct netvsc_channel *ch,
			       const struct netvsc_packet_tx *pkt, u32 *start)
{
	const struct netvsc_tx_parked *parked = &ch->tx.parked;

	*start = ALIGN(parked->len, ch->nvdev->pkt_align);

	return parked->packets &&
	       parked->packets < ch->nvdev->max_pkt_per_msg &&
	       *start + netvsc_packet_header_len(pkt) <=
	       ch->nvdev->send.section_size;
}

/*
 * One message for what is parked and the frame after it: its header goes to
 * the section, and the host reads on in its pages.
 */
static int send_behind_parked(struct netvsc_channel *ch,
			      struct netdev_queue *txq, u32 start,
			      struct netvsc_tx_msg *msg)
{
	u32 header_len = netvsc_packet_header_len(msg->pkt);
	struct netvsc_tx_parked *parked = &ch->tx.parked;
	int ret;

	pad_last(ch, start);
	parked->len = start;
	netvsc_packet_build(parked_buf(ch, start), header_len, msg->pkt);

	msg->section = parked->section;
	msg->section_len = start + header_len;
	msg->packets += parked->packets;
	msg->bytes += parked->bytes;
	ret = netvsc_tx_post(ch, txq, msg);
	if (ret == -EAGAIN)
		/* what is parked does not wait for this frame to come again */
		netvsc_tx_flush_locked(ch, txq);
	if (ret)
		return ret;

	*parked = (struct netvsc_tx_parked) {
		.section = NVSP_NO_SEND_SECTION,
	};

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
	struct netvsc_tx_msg msg = {
		.section = NVSP_NO_SEND_SECTION,
		.skb = skb,
		.pkt = pkt,
		.packets = 1,
		.bytes = skb->len,
	};
	u32 start;
	int ret;

	if (fits_behind_parked(ch, pkt, &start))
		return send_behind_parked(ch, txq, start, &msg);

	/* frames keep their order */
	ret = netvsc_tx_flush_locked(ch, txq);
	if (ret)
		return ret;

	return netvsc_tx_post(ch, txq, &msg);
}

/* ---- end of a poll, end of the channel ---- */

/* Not while the device is being closed or exchanged for another one. */
static bool may_wake(const struct netvsc_channel *ch)
{
	const struct netvsc *nv = ch->nvdev->nv;

	return netif_running(nv->ndev) && !READ_ONCE(ch->nvdev->leaving) &&
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

	if (unlikely(READ_ONCE(tx->stuck)))
		WRITE_ONCE(tx->stuck, false);
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

	return !ch->tx.parked.packets && !netvsc_tx_in_flight(&ch->tx);
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

		dev_kfree_skb_any_reason(slot->skb, SKB_DROP_REASON_DEV_READY);
		count_dropped(ch, slot->packets);
		netvsc_free_list_give(&tx->free_slots, i);
		if (slot->section != NVSP_NO_SEND_SECTION)
			netvsc_free_list_give(&tx->free_sections, slot->section);
	}

	drop_parked(ch, -ENODEV);
	netdev_tx_reset_queue(netdev_get_tx_queue(ndev, ch->index));
}
