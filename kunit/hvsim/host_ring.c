// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's end of a channel: its two rings, its work, and interrupts in both
 * directions.  What the guest writes is checked and copied once; the host's
 * own places in the rings are private and only published to shared memory.
 */
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "bus.h"
#include "chan.h"

static struct workqueue_struct *hvsim_wq;

/* ---- interrupts ---- */

/* The VMBus interrupt of one channel; irqs off. */
static void hvsim_isr(struct hvsim_chan *chan)
{
	struct vmbus_channel *channel = &chan->vmbus;

	/* Held over the call, so that a close waits for it. */
	spin_lock(&channel->sched_lock);
	if (channel->onchannel_callback) {
		channel->interrupts++;
		channel->onchannel_callback(channel->channel_callback_context);
	}
	spin_unlock(&channel->sched_lock);
}

#ifdef CONFIG_IRQ_WORK
static void hvsim_irq(struct irq_work *irq)
{
	hvsim_isr(container_of(irq, struct hvsim_chan, irq));
}

static void hvsim_ipi(void *data)
{
	struct hvsim_chan *chan = data;

	hvsim_isr(chan);
	atomic_dec_return_release(&chan->ipis);
}

static bool hvsim_irq_send(struct hvsim_chan *chan)
{
	unsigned int target = READ_ONCE(chan->vmbus.target_cpu);
	unsigned int cpu;

	if (!arch_irq_work_has_interrupt())
		return false;

	cpu = get_cpu();
	if (cpu == target || !cpu_online(target)) {
		irq_work_queue(&chan->irq);
	} else {
		atomic_inc(&chan->ipis);
		/* Busy: the last one has not arrived yet and will do. */
		if (smp_call_function_single_async(target, &chan->ipi))
			atomic_dec(&chan->ipis);
	}
	put_cpu();

	return true;
}

static void hvsim_irq_init(struct hvsim_chan *chan)
{
	chan->irq = IRQ_WORK_INIT_HARD(hvsim_irq);
	INIT_CSD(&chan->ipi, hvsim_ipi, chan);
}

/* Wait for interrupts on their way; nobody sends new ones. */
static void hvsim_irq_sync(struct hvsim_chan *chan)
{
	irq_work_sync(&chan->irq);
	while (atomic_read_acquire(&chan->ipis))
		cpu_relax();
}
#else
static bool hvsim_irq_send(struct hvsim_chan *chan)
{
	return false;
}

static void hvsim_irq_init(struct hvsim_chan *chan)
{
}

static void hvsim_irq_sync(struct hvsim_chan *chan)
{
}
#endif

static void hvsim_interrupt_guest(struct hvsim_chan *chan)
{
	unsigned long flags;

	if (hvsim_irq_send(chan))
		return;

	/* User-mode Linux has no such interrupt: look like one. */
	local_bh_disable();
	local_irq_save(flags);
	hvsim_isr(chan);
	local_irq_restore(flags);
	local_bh_enable();
}

void hvsim_chan_kick(struct hvsim_chan *chan, unsigned long delay)
{
	unsigned long flags;

	spin_lock_irqsave(&chan->kick_lock, flags);
	if (chan->host_open) {
		if (delay)
			timer_reduce(&chan->timer, jiffies + delay);
		else
			queue_work(hvsim_wq, &chan->work);
	}
	spin_unlock_irqrestore(&chan->kick_lock, flags);
}

/**
 * hvsim_host_event() - the guest interrupts the host
 * @channel: channel whose ring has changed
 *
 * Context: any.
 */
void hvsim_host_event(struct vmbus_channel *channel)
{
	channel->sig_events++;
	hvsim_chan_kick(hvsim_to_chan(channel), 0);
}

static void hvsim_host_timer(struct timer_list *timer)
{
	struct hvsim_chan *chan = container_of(timer, struct hvsim_chan, timer);

	hvsim_chan_kick(chan, 0);
}

/* ---- guest to host ---- */

static int hvsim_chan_break(struct hvsim_chan *chan, const char *rule, u32 value)
{
	chan->broken = true;
	hvsim_violation(chan->dev, "ring: %s: %u", rule, value);

	return -EPROTO;
}

/* Bytes to read, or an error; the write index is the guest's and may be bad. */
static int hvsim_host_unread(struct hvsim_chan *chan, u32 *unread)
{
	struct hv_ring_buffer_info *out = &chan->vmbus.outbound;
	/* Pairs with the guest's release: the packet is read after it. */
	u32 write = virt_load_acquire(&out->ring_buffer->write_index);

	if (write >= out->ring_datasize)
		return hvsim_chan_break(chan, "write index beyond the ring",
					write);

	*unread = write >= chan->read_index ? write - chan->read_index :
		  out->ring_datasize - chan->read_index + write;
	return 0;
}

/* Give room back; interrupt a guest that waits for just this much of it. */
static void hvsim_host_advance(struct hvsim_chan *chan, u32 bytes)
{
	struct hv_ring_buffer_info *out = &chan->vmbus.outbound;
	struct hv_ring_buffer *ring = out->ring_buffer;
	u32 old = chan->read_index;
	u32 pending, write, room;

	chan->reads++;
	chan->read_index = (old + bytes) % out->ring_datasize;
	/* The packet was copied before the guest may overwrite it. */
	virt_store_release(&ring->read_index, chan->read_index);
	if (!ring->feature_bits.feat_pending_send_sz)
		return;

	/* Index out before the wish is read; the guest does it the other way. */
	virt_mb();
	pending = READ_ONCE(ring->pending_send_sz);
	if (!pending)
		return;
	/* The wish first, then how far the guest had come with it. */
	virt_rmb();

	write = READ_ONCE(ring->write_index) % out->ring_datasize;
	room = hvsim_ring_free_bytes(chan->read_index, write,
				     out->ring_datasize);
	if (room > pending &&
	    hvsim_ring_free_bytes(old, write, out->ring_datasize) <= pending)
		hvsim_interrupt_guest(chan);
}

/* What stands before the ranges of a VM_PKT_DATA_USING_GPA_DIRECT packet. */
struct hvsim_gpa_direct {
	struct vmpacket_descriptor desc;
	u32 reserved;
	u32 num_ranges;
};

static int hvsim_host_parse(struct hvsim_chan *chan, struct hvsim_pkt *pkt,
			    u32 len)
{
	const struct vmpacket_descriptor *desc = chan->pkt;
	const struct hvsim_gpa_direct *direct = chan->pkt;
	u32 header = sizeof(*desc);
	u32 offset = desc->offset8 << 3;

	memset(pkt, 0, sizeof(*pkt));
	pkt->type = desc->type;
	pkt->trans_id = desc->trans_id;
	pkt->want_completion =
		desc->flags & VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED;
	if (pkt->type == VM_PKT_DATA_USING_GPA_DIRECT)
		header = sizeof(*direct);
	if (offset < header || offset > len) {
		hvsim_violation(chan->dev, "ring: type %u payload at %u of %u",
				pkt->type, offset, len);
		return -EPROTO;
	}

	pkt->data = chan->pkt + offset;
	pkt->len = len - offset;
	if (pkt->type == VM_PKT_DATA_USING_GPA_DIRECT) {
		pkt->num_ranges = direct->num_ranges;
		pkt->ranges = chan->pkt + header;
		pkt->ranges_len = offset - header;
	}

	return 0;
}

int hvsim_chan_read(struct hvsim_chan *chan, struct hvsim_pkt *pkt)
{
	struct hv_ring_buffer *ring = chan->vmbus.outbound.ring_buffer;
	const struct vmpacket_descriptor *desc;
	u32 unread, len;
	int err;

	if (chan->broken)
		return -EAGAIN;
	err = hvsim_host_unread(chan, &unread);
	if (err)
		return err;
	if (!unread) {
		/* Found empty: what comes until the last look has to be seen. */
		chan->reads++;
		return -EAGAIN;
	}

	desc = (void *)(ring->buffer + chan->read_index);
	if (unread < sizeof(*desc) + HVSIM_PKT_TRAILER)
		return hvsim_chan_break(chan, "no room for a packet", unread);
	len = READ_ONCE(desc->len8) << 3;
	if (len < sizeof(*desc) || len > unread - HVSIM_PKT_TRAILER ||
	    len > HVSIM_MAX_PKT)
		return hvsim_chan_break(chan, "bad packet length", len);

	memcpy(chan->pkt, desc, len);
	hvsim_host_advance(chan, len + HVSIM_PKT_TRAILER);

	return hvsim_host_parse(chan, pkt, len);
}

/* ---- host to guest ---- */

/* Copy in behind what was written; the ring is mapped twice, so no wrap. */
static void hvsim_host_put(struct hvsim_chan *chan, u32 *at, const void *from,
			   u32 len)
{
	memcpy(chan->vmbus.inbound.ring_buffer->buffer + *at, from, len);
	*at += len;
}

static bool hvsim_host_room(struct hvsim_chan *chan, u32 total)
{
	struct hv_ring_buffer_info *in = &chan->vmbus.inbound;
	/* Pairs with the guest's release: it is done with what it read. */
	u32 read = virt_load_acquire(&in->ring_buffer->read_index);

	if (read >= in->ring_datasize) {
		hvsim_chan_break(chan, "read index beyond the ring", read);
		return false;
	}

	return hvsim_ring_free_bytes(read, chan->write_index,
				     in->ring_datasize) > total;
}

/* Wait for room by interrupt: ask for it, then look again. */
static bool hvsim_host_want_room(struct hvsim_chan *chan, u32 total)
{
	struct hv_ring_buffer *ring = chan->vmbus.inbound.ring_buffer;

	/* The guest makes room only of what it was told of. */
	hvsim_chan_signal(chan);
	WRITE_ONCE(ring->pending_send_sz, total);
	/* The wish is out before the index is read again. */
	virt_mb();
	if (!hvsim_host_room(chan, total))
		return false;

	WRITE_ONCE(ring->pending_send_sz, 0);
	return true;
}

int hvsim_chan_write(struct hvsim_chan *chan, u16 type, bool want_completion,
		     u64 trans_id, const void *type_hdr, u32 type_hdr_len,
		     const void *msg, u32 len)
{
	struct hv_ring_buffer_info *in = &chan->vmbus.inbound;
	u32 offset = ALIGN(sizeof(struct vmpacket_descriptor) + type_hdr_len, 8);
	u32 total = ALIGN(offset + len, 8) + HVSIM_PKT_TRAILER;
	u32 at = chan->write_index;
	struct vmpacket_descriptor desc = {
		.type = type,
		.offset8 = offset >> 3,
		.len8 = (total - HVSIM_PKT_TRAILER) >> 3,
		.trans_id = trans_id,
	};
	u64 trailer = (u64)at << 32;
	u64 zero = 0;

	if (chan->broken)
		return -EPIPE;
	if (total > in->ring_datasize / 2)
		return -EMSGSIZE;
	if (want_completion)
		desc.flags = VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED;

	if (!hvsim_host_room(chan, total) &&
	    !hvsim_host_want_room(chan, total))
		return -EAGAIN;
	if (in->ring_buffer->pending_send_sz)
		WRITE_ONCE(in->ring_buffer->pending_send_sz, 0);

	hvsim_host_put(chan, &at, &desc, sizeof(desc));
	hvsim_host_put(chan, &at, type_hdr, type_hdr_len);
	hvsim_host_put(chan, &at, &zero, offset - sizeof(desc) - type_hdr_len);
	hvsim_host_put(chan, &at, msg, len);
	hvsim_host_put(chan, &at, &zero,
		       total - HVSIM_PKT_TRAILER - offset - len);
	hvsim_host_put(chan, &at, &trailer, sizeof(trailer));
	chan->write_index = at % in->ring_datasize;

	return 0;
}

void hvsim_chan_signal(struct hvsim_chan *chan)
{
	struct hv_ring_buffer *ring = chan->vmbus.inbound.ring_buffer;
	u32 old = chan->published;

	if (old == chan->write_index)
		return;

	chan->published = chan->write_index;
	/* The packets are whole before the guest can see them. */
	virt_store_release(&ring->write_index, chan->write_index);
	/* The mask is looked at after the guest can see the packets... */
	virt_mb();
	if (READ_ONCE(ring->interrupt_mask))
		return;
	/* ... and the index after the mask, which the guest writes last. */
	virt_rmb();
	if (READ_ONCE(ring->read_index) == old)
		hvsim_interrupt_guest(chan);
}

/* ---- life ---- */

static void hvsim_host_work(struct work_struct *work)
{
	struct hvsim_chan *chan = container_of(work, struct hvsim_chan, work);
	struct hv_ring_buffer *ring = chan->vmbus.outbound.ring_buffer;
	unsigned long reads = chan->reads;
	u32 unread = 0;

	if (READ_ONCE(chan->vmbus.rescind))
		return;

	WRITE_ONCE(ring->interrupt_mask, 1);
	/* Masked before it drains: until then it needs no interrupt. */
	virt_mb();
	chan->dev->ops->work(chan);
	hvsim_chan_signal(chan);
	WRITE_ONCE(ring->interrupt_mask, 0);
	/* Unmasked before the last look: later packets interrupt. */
	virt_mb();

	/* Came while the mask was set, or left over: nobody else will say. */
	if (!chan->broken && chan->reads != reads &&
	    !hvsim_host_unread(chan, &unread) && unread)
		hvsim_chan_kick(chan, 0);
}

/**
 * hvsim_host_chan_init() - set up the host side of a new channel
 * @chan: channel, not yet offered
 */
void hvsim_host_chan_init(struct hvsim_chan *chan)
{
	mutex_init(&chan->host_mutex);
	spin_lock_init(&chan->kick_lock);
	INIT_WORK(&chan->work, hvsim_host_work);
	timer_setup(&chan->timer, hvsim_host_timer, 0);
	hvsim_irq_init(chan);
}

static void hvsim_host_chan_stop(struct hvsim_chan *chan)
{
	spin_lock_irq(&chan->kick_lock);
	chan->host_open = false;
	spin_unlock_irq(&chan->kick_lock);

	timer_delete_sync(&chan->timer);
	cancel_work_sync(&chan->work);
	hvsim_irq_sync(chan);
}

static void hvsim_host_chan_free(struct hvsim_chan *chan)
{
	if (!chan->index)
		hvsim_gpadl_unpin(chan->dev);
	kfree(chan->pkt);
	chan->pkt = NULL;
}

/* As the host takes OPENCHANNEL. */
static int hvsim_host_chan_start(struct hvsim_chan *chan)
{
	int err = -ENODEV;

	chan->pkt = kmalloc(HVSIM_MAX_PKT, GFP_KERNEL);
	if (!chan->pkt)
		return -ENOMEM;
	chan->broken = false;
	chan->read_index = 0;
	chan->write_index = 0;
	chan->published = 0;
	if (!chan->index)
		hvsim_gpadl_pin(chan->dev);

	spin_lock_irq(&chan->kick_lock);
	if (!READ_ONCE(chan->vmbus.rescind)) {
		chan->host_open = true;
		err = 0;
	}
	spin_unlock_irq(&chan->kick_lock);
	if (!err)
		err = chan->dev->ops->opened(chan);
	if (err) {
		hvsim_host_chan_stop(chan);
		hvsim_host_chan_free(chan);
	}

	return err;
}

/**
 * hvsim_host_chan_open() - the guest opens a channel
 * @chan: channel whose rings are ready
 *
 * Context: process.  Calls the host half's ->opened.
 * Return: 0, -ENODEV when the channel is rescinded, or what ->opened returns.
 */
int hvsim_host_chan_open(struct hvsim_chan *chan)
{
	int err;

	mutex_lock(&chan->host_mutex);
	err = hvsim_host_chan_start(chan);
	mutex_unlock(&chan->host_mutex);

	return err;
}

/**
 * hvsim_host_chan_close() - the guest closes a channel, or the host rescinds it
 * @chan: channel; nothing happens if the host side is not open
 *
 * Context: process, not the channel's work.  When it returns, the host half's
 * ->closed has been called and nothing of the host touches the rings.
 */
void hvsim_host_chan_close(struct hvsim_chan *chan)
{
	mutex_lock(&chan->host_mutex);
	if (chan->host_open) {
		hvsim_host_chan_stop(chan);
		chan->dev->ops->closed(chan);
		hvsim_host_chan_free(chan);
	}
	mutex_unlock(&chan->host_mutex);
}

struct hvsim_dev *hvsim_chan_dev(struct hvsim_chan *chan)
{
	return chan->dev;
}

u16 hvsim_chan_index(struct hvsim_chan *chan)
{
	return chan->index;
}

void *hvsim_chan_priv(struct hvsim_chan *chan)
{
	return READ_ONCE(chan->priv);
}

void hvsim_chan_set_priv(struct hvsim_chan *chan, void *priv)
{
	WRITE_ONCE(chan->priv, priv);
}

/**
 * hvsim_host_ring_init() - make the workqueue that the host half runs on
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int hvsim_host_ring_init(void)
{
	hvsim_wq = alloc_workqueue("hvsim_host", WQ_UNBOUND, 0);

	return hvsim_wq ? 0 : -ENOMEM;
}

/**
 * hvsim_host_ring_exit() - free the workqueue
 *
 * Context: process.
 */
void hvsim_host_ring_exit(void)
{
	destroy_workqueue(hvsim_wq);
}
