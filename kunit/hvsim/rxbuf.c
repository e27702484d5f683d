// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sections of the guest's receive buffer.
 */
#include "rxbuf.h"

#include <linux/mm.h>
#include <linux/slab.h>

/**
 * hvsim_rxbuf_init - cut a guest's buffer into sections, all of them free
 * @rb: the receive buffer; its lock is initialised
 * @base: guest memory
 * @size: bytes of it
 * @section_size: bytes of a section, at most @size
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int hvsim_rxbuf_init(struct hvsim_rxbuf *rb, void *base, u32 size,
		     u32 section_size)
{
	u32 count = size / section_size;
	u32 i;

	rb->sections = kvcalloc(count, sizeof(*rb->sections), GFP_KERNEL);
	if (!rb->sections)
		return -ENOMEM;

	for (i = 0; i < count; i++)
		rb->sections[i].next = i + 1 < count ? i + 1 : HVSIM_RXBUF_END;
	rb->section_size = section_size;
	rb->num_sections = count;
	rb->num_free = count;
	rb->free = 0;
	rb->base = base;
	return 0;
}

/**
 * hvsim_rxbuf_exit - forget the buffer
 * @rb: the receive buffer; nothing uses it any more
 */
void hvsim_rxbuf_exit(struct hvsim_rxbuf *rb)
{
	kvfree(rb->sections);
	rb->sections = NULL;
	rb->base = NULL;
	rb->num_sections = 0;
	rb->num_free = 0;
	rb->free = HVSIM_RXBUF_END;
}

/**
 * hvsim_rxbuf_get - take a chain of sections for one packet
 * @rb: the receive buffer
 * @chan: channel that the packet goes to
 * @count: sections needed
 * @control: the reserve may be used
 *
 * Return: the first section, or HVSIM_RXBUF_END when too few are free.
 */
u32 hvsim_rxbuf_get(struct hvsim_rxbuf *rb, u16 chan, u32 count, bool control)
{
	u32 reserve = control ? 0 : HVSIM_RXBUF_RESERVE;
	u32 head = HVSIM_RXBUF_END;
	u32 last = HVSIM_RXBUF_END;

	spin_lock_bh(&rb->lock);
	if (count && rb->num_free >= count + reserve) {
		head = rb->free;
		rb->num_free -= count;
		for (; count; count--) {
			last = rb->free;
			rb->free = rb->sections[last].next;
			rb->sections[last].chan = chan;
		}
		rb->sections[last].next = HVSIM_RXBUF_END;
		rb->sections[head].head = true;
	}
	spin_unlock_bh(&rb->lock);
	return head;
}

static void rxbuf_free_chain(struct hvsim_rxbuf *rb, u32 head)
{
	u32 i, next;

	rb->sections[head].head = false;
	for (i = head; i != HVSIM_RXBUF_END; i = next) {
		next = rb->sections[i].next;
		rb->sections[i].next = rb->free;
		rb->free = i;
		rb->num_free++;
	}
}

/**
 * hvsim_rxbuf_put - give back a chain that the guest never got
 * @rb: the receive buffer
 * @head: what hvsim_rxbuf_get() returned
 */
void hvsim_rxbuf_put(struct hvsim_rxbuf *rb, u32 head)
{
	spin_lock_bh(&rb->lock);
	rxbuf_free_chain(rb, head);
	spin_unlock_bh(&rb->lock);
}

/**
 * hvsim_rxbuf_ack - the guest is done with a packet
 * @rb: the receive buffer
 * @chan: channel of the acknowledgment
 * @trans_id: what it names
 *
 * Return: false when no such packet is outstanding on that channel.
 */
bool hvsim_rxbuf_ack(struct hvsim_rxbuf *rb, u16 chan, u64 trans_id)
{
	bool ok = false;
	u32 head;

	spin_lock_bh(&rb->lock);
	if (trans_id && trans_id <= rb->num_sections) {
		head = trans_id - 1;
		ok = rb->sections[head].head && rb->sections[head].chan == chan;
		if (ok)
			rxbuf_free_chain(rb, head);
	}
	spin_unlock_bh(&rb->lock);
	return ok;
}

/**
 * hvsim_rxbuf_drop_chan - a channel closed: take back what it had
 * @rb: the receive buffer
 * @chan: the channel
 */
void hvsim_rxbuf_drop_chan(struct hvsim_rxbuf *rb, u16 chan)
{
	u32 i;

	spin_lock_bh(&rb->lock);
	for (i = 0; i < rb->num_sections; i++)
		if (rb->sections[i].head && rb->sections[i].chan == chan)
			rxbuf_free_chain(rb, i);
	spin_unlock_bh(&rb->lock);
}
