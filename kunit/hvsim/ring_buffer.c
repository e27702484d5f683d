// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's end of a channel's two rings.  The memory has the real layout:
 * a header page, then data pages that are mapped twice in a row, so that a
 * packet which wraps can be copied in one go.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/hyperv.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/slab.h>
#include <linux/prefetch.h>
#include <linux/io.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/bitops.h>
#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/tracepoint.h>

#include "arch.h"
#include "bus.h"

static void hvsim_ring_unmap(struct hv_ring_buffer_info *info)
{
	mutex_lock(&info->ring_buffer_mutex);
	if (info->ring_buffer)
		vunmap(info->ring_buffer);
	info->ring_buffer = NULL;
	mutex_unlock(&info->ring_buffer_mutex);

	kfree(info->pkt_buffer);
	info->pkt_buffer = NULL;
	info->pkt_buffer_size = 0;
}

static int hvsim_ring_map(struct hv_ring_buffer_info *info,
			  struct page **pages, unsigned int count, u32 max_pkt)
{
	unsigned int i, data = count - 1;
	struct page **twice;

	twice = kvmalloc_array(1 + 2 * data, sizeof(*twice), GFP_KERNEL);
	if (!twice)
		return -ENOMEM;

	twice[0] = pages[0];
	for (i = 0; i < 2 * data; i++)
		twice[1 + i] = pages[1 + i % data];
	info->ring_buffer = vmap(twice, 1 + 2 * data, VM_MAP, PAGE_KERNEL);
	kvfree(twice);
	if (!info->ring_buffer)
		return -ENOMEM;

	info->ring_buffer->feature_bits.feat_pending_send_sz = 1;
	info->ring_size = count << PAGE_SHIFT;
	info->ring_size_div10_reciprocal =
		reciprocal_value(info->ring_size / 10);
	info->ring_datasize = data << PAGE_SHIFT;
	info->priv_read_index = 0;
	if (!max_pkt)
		return 0;

	info->pkt_buffer = kzalloc(max_pkt, GFP_KERNEL);
	if (!info->pkt_buffer)
		return -ENOMEM;
	info->pkt_buffer_size = max_pkt;

	return 0;
}

static void hvsim_ring_free_pages(struct hvsim_chan *chan)
{
	unsigned int i;

	if (chan->block)
		__free_pages(chan->block,
			     get_order(chan->npages << PAGE_SHIFT));
	else
		for (i = 0; i < chan->npages; i++)
			__free_page(chan->pages[i]);
	kvfree(chan->pages);
	chan->block = NULL;
	chan->pages = NULL;
	chan->npages = 0;
}

/* As VMBus does: one block for both rings. */
static bool hvsim_ring_alloc_block(struct hvsim_chan *chan, unsigned int count)
{
	unsigned int i;

	chan->block = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY |
				  __GFP_NOWARN, get_order(count << PAGE_SHIFT));
	if (!chan->block)
		return false;
	for (i = 0; i < count; i++)
		chan->pages[i] = chan->block + i;
	chan->npages = count;

	return true;
}

/* Else single pages: a guest with 64 channels may have no such blocks. */
static int hvsim_ring_alloc_pages(struct hvsim_chan *chan, unsigned int count)
{
	chan->pages = kvcalloc(count, sizeof(*chan->pages), GFP_KERNEL);
	if (!chan->pages)
		return -ENOMEM;
	if (hvsim_ring_alloc_block(chan, count))
		return 0;

	for (chan->npages = 0; chan->npages < count; chan->npages++) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

		if (!page) {
			hvsim_ring_free_pages(chan);
			return -ENOMEM;
		}
		chan->pages[chan->npages] = page;
	}

	return 0;
}

/**
 * hvsim_ring_init() - allocate and map both rings of a channel
 * @chan: channel that is being opened
 * @send_size: bytes of the guest to host ring, header page included
 * @recv_size: bytes of the host to guest ring, header page included
 *
 * Context: process.
 * Return: 0, -EINVAL for sizes that are no pages or have no room for data,
 * -ENOMEM.
 */
int hvsim_ring_init(struct hvsim_chan *chan, u32 send_size, u32 recv_size)
{
	struct vmbus_channel *channel = &chan->vmbus;
	unsigned int send = send_size >> PAGE_SHIFT;
	unsigned int recv = recv_size >> PAGE_SHIFT;
	int err;

	BUILD_BUG_ON(sizeof(struct hv_ring_buffer) != PAGE_SIZE);

	if (!PAGE_ALIGNED(send_size) || !PAGE_ALIGNED(recv_size) ||
	    send < 2 || recv < 2)
		return -EINVAL;

	err = hvsim_ring_alloc_pages(chan, send + recv);
	if (err)
		return err;

	err = hvsim_ring_map(&channel->outbound, chan->pages, send, 0);
	if (err)
		goto err_cleanup;

	err = hvsim_ring_map(&channel->inbound, chan->pages + send, recv,
			     channel->max_pkt_size);
	if (err)
		goto err_cleanup;

	channel->ringbuffer_page = chan->pages[0];
	channel->ringbuffer_pagecount = send + recv;
	channel->ringbuffer_send_offset = send;

	return 0;

err_cleanup:
	hvsim_ring_cleanup(chan);
	return err;
}

/**
 * hvsim_ring_cleanup() - unmap and free both rings of a channel
 * @chan: channel whose host side is closed
 *
 * Context: process.
 */
void hvsim_ring_cleanup(struct hvsim_chan *chan)
{
	hvsim_ring_unmap(&chan->vmbus.outbound);
	hvsim_ring_unmap(&chan->vmbus.inbound);
	hvsim_ring_free_pages(chan);
	chan->vmbus.ringbuffer_page = NULL;
}

/* The guest's own id, or one of the requestor's; VMBUS_RQST_ERROR: none left. */
static u64 hvsim_ring_trans_id(struct vmbus_channel *channel, u16 flags,
			       u64 request)
{
	u64 id = VMBUS_NO_RQSTOR;

	if (flags == VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED &&
	    channel->next_request_id_callback)
		id = channel->next_request_id_callback(channel, request);

	return id == VMBUS_NO_RQSTOR ? request : id;
}

/* Put the packet behind the write index and move that; ring_lock held. */
static int hvsim_ring_put(struct vmbus_channel *channel,
			  const struct kvec *vec, unsigned int count,
			  u64 request, u32 *old, u64 *id)
{
	const struct vmpacket_descriptor *desc = vec[0].iov_base;
	struct hv_ring_buffer_info *out = &channel->outbound;
	struct hv_ring_buffer *ring = out->ring_buffer;
	struct vmpacket_descriptor *slot;
	u32 write = ring->write_index;
	u32 room, total, at = write;
	u64 trailer;
	unsigned int i;

	total = HVSIM_PKT_TRAILER;
	for (i = 0; i < count; i++)
		total += vec[i].iov_len;

	room = hvsim_ring_free_bytes(READ_ONCE(ring->read_index), write,
				     out->ring_datasize);
	if (room <= total) {
		channel->out_full_total++;
		if (!channel->out_full_flag)
			channel->out_full_first++;
		channel->out_full_flag = true;
		return -EAGAIN;
	}
	channel->out_full_flag = false;

	for (i = 0; i < count; i++) {
		memcpy(ring->buffer + at, vec[i].iov_base, vec[i].iov_len);
		at += vec[i].iov_len;
	}
	/*
	 * The id comes last: once it exists a completion may name it.  And it
	 * is never read back from memory that the host can write.
	 */
	*id = hvsim_ring_trans_id(channel, desc->flags, request);
	if (*id == VMBUS_RQST_ERROR)
		return -EAGAIN;
	slot = (struct vmpacket_descriptor *)(ring->buffer + write);
	WRITE_ONCE(slot->trans_id, *id);

	trailer = (u64)write << 32;
	memcpy(ring->buffer + at, &trailer, sizeof(trailer));
	at += sizeof(trailer);

	*old = write;
	/* The packet is whole before the host can see it. */
	virt_store_release(&ring->write_index,
			   at >= out->ring_datasize ? at - out->ring_datasize : at);

	return 0;
}

/* Interrupt the host if the ring was empty and it is not draining it anyway. */
static void hvsim_ring_signal(struct vmbus_channel *channel, u32 old)
{
	struct hv_ring_buffer *ring = channel->outbound.ring_buffer;

	/* New write index visible before the host's mask is looked at... */
	virt_mb();
	if (READ_ONCE(ring->interrupt_mask))
		return;
	/* ... and that before the read index: the host clears it in this order. */
	virt_rmb();
	if (READ_ONCE(ring->read_index) != old)
		return;

	channel->intr_out_empty++;
	hvsim_host_event(channel);
}

/**
 * hvsim_ring_write() - send one packet to the host
 * @channel: open channel
 * @vec: the packet; the first piece begins with the descriptor
 * @count: pieces
 * @request: what the driver wants back with the completion
 *
 * Context: any.  Takes the ring lock.
 * Return: 0; -EAGAIN when ring or request ids are full; -ENODEV when the
 * channel is rescinded; -EIO when the indexes make no sense.
 */
int hvsim_ring_write(struct vmbus_channel *channel, const struct kvec *vec,
		     unsigned int count, u64 request)
{
	struct hv_ring_buffer_info *out = &channel->outbound;
	struct hv_ring_buffer *ring = out->ring_buffer;
	unsigned long flags;
	u32 old = 0;
	u64 id = 0;
	int err;

	if (channel->rescind)
		return -ENODEV;

	spin_lock_irqsave(&out->ring_lock, flags);
	if (READ_ONCE(ring->read_index) >= out->ring_datasize ||
	    READ_ONCE(ring->write_index) >= out->ring_datasize)
		err = -EIO;
	else
		err = hvsim_ring_put(channel, vec, count, request, &old, &id);
	spin_unlock_irqrestore(&out->ring_lock, flags);
	if (err)
		return err;

	hvsim_ring_signal(channel, old);

	/* Nobody will answer any more: give the id back. */
	if (channel->rescind) {
		if (id != request && channel->request_addr_callback)
			channel->request_addr_callback(channel, id);
		return -ENODEV;
	}

	return 0;
}

/* Bytes behind the iterator. */
static u32 hvsim_iter_avail(const struct hv_ring_buffer_info *in)
{
	/* Pairs with the host's release: the packet is read after the index. */
	u32 write = virt_load_acquire(&in->ring_buffer->write_index);
	u32 read = in->priv_read_index;

	return write >= read ? write - read : in->ring_datasize - read + write;
}

/*
 * Copy of the next packet, with lengths that fit each other whatever the host
 * wrote, or NULL when the ring is empty.
 */
struct vmpacket_descriptor *hv_pkt_iter_first(struct vmbus_channel *channel)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	const struct vmpacket_descriptor *shared;
	struct vmpacket_descriptor *copy = in->pkt_buffer;
	u32 avail, len, offset;

	avail = hvsim_iter_avail(in);
	if (avail < sizeof(*shared))
		return NULL;
	avail = min(avail, in->pkt_buffer_size);

	shared = (void *)(in->ring_buffer->buffer + in->priv_read_index);
	len = READ_ONCE(shared->len8) << 3;
	if (len < sizeof(*shared) || len > avail)
		len = avail;
	offset = READ_ONCE(shared->offset8) << 3;
	if (offset < sizeof(*shared) || offset > len)
		offset = sizeof(*shared);

	memcpy(copy, shared, len);
	copy->len8 = len >> 3;
	copy->offset8 = offset >> 3;

	return copy;
}
EXPORT_SYMBOL_GPL(hv_pkt_iter_first);

/* Step over @desc. */
struct vmpacket_descriptor *
__hv_pkt_iter_next(struct vmbus_channel *channel,
		   const struct vmpacket_descriptor *desc)
{
	struct hv_ring_buffer_info *in = &channel->inbound;

	in->priv_read_index += (desc->len8 << 3) + HVSIM_PKT_TRAILER;
	if (in->priv_read_index >= in->ring_datasize)
		in->priv_read_index -= in->ring_datasize;

	return hv_pkt_iter_first(channel);
}
EXPORT_SYMBOL_GPL(__hv_pkt_iter_next);

/*
 * Give what was read back to the host, and interrupt it if it waits for room
 * and this step, no earlier one, made enough.
 */
void hv_pkt_iter_close(struct vmbus_channel *channel)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	struct hv_ring_buffer *ring = in->ring_buffer;
	u32 pending, before, after, start, write;

	start = ring->read_index;
	/* Reads of the packets come before the host may overwrite them. */
	virt_store_release(&ring->read_index, in->priv_read_index);
	if (!ring->feature_bits.feat_pending_send_sz)
		return;

	/* Index out before the wish is read; the host does it the other way. */
	virt_mb();
	pending = READ_ONCE(ring->pending_send_sz);
	if (!pending)
		return;
	/* The wish first, then how far the host had come with it. */
	virt_rmb();

	write = READ_ONCE(ring->write_index);
	before = hvsim_ring_free_bytes(start, write, in->ring_datasize);
	after = hvsim_ring_free_bytes(in->priv_read_index, write,
				      in->ring_datasize);
	if (before > pending || after <= pending)
		return;

	channel->intr_in_full++;
	hvsim_host_event(channel);
}
EXPORT_SYMBOL_GPL(hv_pkt_iter_close);
