// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host of a confidential guest can read nothing but what is shared with
 * it.  A frame that does not go through the send buffer is copied, its header
 * first, to pages of another buffer that is shared as that one is, and those
 * are named to the host.  Each channel has pages of its own.
 *
 * The pages of a frame are linked by their numbers, counted from the channel's
 * first.
 */
#include "bounce.h"

#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "netvsc.h"
#include "pages.h"
#include "rndis_packet.h"

static void *page_addr(const struct netvsc_channel *ch, u32 page)
{
	return ch->nvdev->bounce.buf +
	       (size_t)(ch->tx.bounce.first + page) * HV_HYP_PAGE_SIZE;
}

/**
 * netvsc_bounce_init() - give a channel its pages
 * @ch: the channel; the number of channels is known
 *
 * Context: process.
 * Return: 0 or -ENOMEM; netvsc_bounce_free() is due in both cases.
 */
int netvsc_bounce_init(struct netvsc_channel *ch)
{
	struct netvsc_bounce *bounce = &ch->tx.bounce;

	if (!ch->nvdev->bounce.buf)
		return 0;

	bounce->first = NETVSC_BOUNCE_CONTROL +
			ch->index * NETVSC_BOUNCE_CHANNEL;
	bounce->next = kcalloc(NETVSC_BOUNCE_CHANNEL, sizeof(*bounce->next),
			       GFP_KERNEL);
	if (!bounce->next)
		return -ENOMEM;

	return netvsc_free_list_init(&bounce->free_pages, 0,
				     NETVSC_BOUNCE_CHANNEL);
}

/**
 * netvsc_bounce_free() - undo netvsc_bounce_init()
 * @ch: the channel
 */
void netvsc_bounce_free(struct netvsc_channel *ch)
{
	struct netvsc_bounce *bounce = &ch->tx.bounce;

	netvsc_free_list_free(&bounce->free_pages);
	kfree(bounce->next);
	bounce->next = NULL;
}

/* All the pages, or none. */
static bool take_pages(struct netvsc_bounce *bounce,
		       struct netvsc_tx_slot *slot, u32 pages)
{
	u32 page, last = 0, i;

	if (netvsc_free_list_avail(&bounce->free_pages) < pages)
		return false;

	for (i = 0; i < pages; i++, last = page) {
		netvsc_free_list_take(&bounce->free_pages, &page);
		if (i)
			bounce->next[last] = page;
		else
			slot->bounce_first = page;
	}
	slot->bounce_pages = pages;

	return true;
}

static int fill_pages(const struct netvsc_channel *ch,
		      const struct netvsc_tx_slot *slot,
		      const struct netvsc_packet_tx *pkt,
		      const struct sk_buff *skb)
{
	u32 page = slot->bounce_first;
	u32 used = 0, done = 0;
	int ret;

	if (pkt)
		used = netvsc_packet_build(page_addr(ch, page),
					   HV_HYP_PAGE_SIZE, pkt);
	while (done < skb->len) {
		u32 len = min_t(u32, HV_HYP_PAGE_SIZE - used, skb->len - done);

		ret = skb_copy_bits(skb, done, page_addr(ch, page) + used, len);
		if (ret)
			return ret;

		done += len;
		used = 0;
		page = ch->tx.bounce.next[page];
	}

	return 0;
}

/**
 * netvsc_bounce_put() - copy a frame to pages of the channel
 * @ch: the channel
 * @slot: of the frame's message
 * @pkt: what the header before the frame says; NULL if it is elsewhere
 * @skb: the frame
 *
 * Context: the queue's lock.
 * Return: 0; -EAGAIN if pages have to be given back first; or another errno.
 */
int netvsc_bounce_put(struct netvsc_channel *ch, struct netvsc_tx_slot *slot,
		      const struct netvsc_packet_tx *pkt,
		      const struct sk_buff *skb)
{
	u32 len = skb->len;
	int ret;

	if (pkt)
		len += netvsc_packet_header_len(pkt);
	if (HVPFN_UP(len) > NETVSC_PAGES_MAX)
		return -EMSGSIZE;
	if (!take_pages(&ch->tx.bounce, slot, HVPFN_UP(len)))
		return -EAGAIN;

	slot->bounce_len = len;
	ret = fill_pages(ch, slot, pkt, skb);
	if (ret)
		netvsc_bounce_unput(ch, slot);

	return ret;
}

/**
 * netvsc_bounce_unput() - the message was not sent
 * @ch: the channel
 * @slot: of the message, the last that pages were taken for
 *
 * Context: the queue's lock.
 */
void netvsc_bounce_unput(struct netvsc_channel *ch,
			 struct netvsc_tx_slot *slot)
{
	while (slot->bounce_pages) {
		netvsc_free_list_untake(&ch->tx.bounce.free_pages);
		slot->bounce_pages--;
	}
}

/**
 * netvsc_bounce_describe() - name the pages of a message to the host
 * @ch: the channel
 * @slot: of the message
 * @desc: where to; NETVSC_PAGES_DESC_SIZE bytes
 *
 * Context: the queue's lock.
 * Return: bytes of @desc in use.
 */
u32 netvsc_bounce_describe(const struct netvsc_channel *ch,
			   const struct netvsc_tx_slot *slot,
			   struct vmbus_packet_mpb_array *desc)
{
	struct hv_mpb_array *range = &desc->range;
	u32 page = slot->bounce_first;
	u32 i;

	desc->rangecount = 1;
	range->len = slot->bounce_len;
	range->offset = 0;
	for (i = 0; i < slot->bounce_pages; i++) {
		range->pfn_array[i] = virt_to_hvpfn(page_addr(ch, page));
		page = ch->tx.bounce.next[page];
	}

	return (void *)&range->pfn_array[i] - (void *)desc;
}

/**
 * netvsc_bounce_give() - give back the pages of a message
 * @ch: the channel
 * @slot: of the message, which the host has completed
 *
 * Context: the channel's NAPI.
 */
void netvsc_bounce_give(struct netvsc_channel *ch,
			const struct netvsc_tx_slot *slot)
{
	u32 page = slot->bounce_first;
	u32 next, i;

	for (i = 0; i < slot->bounce_pages; i++, page = next) {
		/* as soon as it is given, it may be another's */
		next = ch->tx.bounce.next[page];
		netvsc_free_list_give(&ch->tx.bounce.free_pages, page);
	}
}
