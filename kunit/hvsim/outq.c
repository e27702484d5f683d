// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages on their way to the guest.  Order is kept, except for what a fault
 * holds back: that comes when it is due.
 */
#include "outq.h"

#include <linux/slab.h>

/* Replies that wait for a free receive section; a guest has few at a time. */
#define OUT_MAX_CTL	64

struct hvsim_out {
	struct list_head list;
	unsigned long due;	/* jiffies */
	u64 trans_id;
	u16 type;		/* VM_PKT_*; xfer pages: an RNDIS message */
	bool want_completion;
	u32 len;
	u8 msg[];
};

/**
 * hvsim_outq_init - nothing is queued yet
 * @ch: the channel
 */
void hvsim_outq_init(struct hvsim_nic_chan *ch)
{
	spin_lock_init(&ch->lock);
	INIT_LIST_HEAD(&ch->out);
	INIT_LIST_HEAD(&ch->ctl);
	INIT_LIST_HEAD(&ch->delayed);
}

static void outq_free_list(struct list_head *list)
{
	struct hvsim_out *out, *tmp;

	list_for_each_entry_safe(out, tmp, list, list)
		kfree(out);
}

/**
 * hvsim_outq_purge - drop what is queued; the channel closed
 * @ch: the channel
 */
void hvsim_outq_purge(struct hvsim_nic_chan *ch)
{
	LIST_HEAD(dead);

	spin_lock_bh(&ch->lock);
	list_splice_init(&ch->out, &dead);
	list_splice_init(&ch->ctl, &dead);
	list_splice_init(&ch->delayed, &dead);
	ch->num_ctl = 0;
	spin_unlock_bh(&ch->lock);
	outq_free_list(&dead);
}

static struct hvsim_out *out_new(u16 type, bool want_completion, u64 trans_id,
				 const void *msg, u32 len)
{
	struct hvsim_out *out;

	out = kmalloc(struct_size(out, msg, len), GFP_ATOMIC);
	if (!out)
		return NULL;
	out->type = type;
	out->want_completion = want_completion;
	out->trans_id = trans_id;
	out->len = len;
	memcpy(out->msg, msg, len);
	return out;
}

static struct list_head *out_list(struct hvsim_nic_chan *ch,
				  const struct hvsim_out *out)
{
	return out->type == VM_PKT_DATA_USING_XFER_PAGES ? &ch->ctl : &ch->out;
}

static void out_queue(struct hvsim_nic_chan *ch, struct hvsim_out *out,
		      u32 delay_ms)
{
	unsigned long delay = msecs_to_jiffies(delay_ms);

	out->due = jiffies + delay;
	spin_lock_bh(&ch->lock);
	if (!ch->open) {
		spin_unlock_bh(&ch->lock);
		kfree(out);
		return;
	}
	list_add_tail(&out->list, delay ? &ch->delayed : out_list(ch, out));
	if (out_list(ch, out) == &ch->ctl)
		ch->num_ctl++;
	hvsim_chan_kick(ch->chan, delay);
	spin_unlock_bh(&ch->lock);
}

/**
 * hvsim_out_inband - send a message that the guest did not ask for
 * @ch: the channel
 * @want_completion: ask for a completion
 * @trans_id: id of it
 * @msg: the message
 * @len: bytes
 *
 * Context: any but hard interrupts.  Dropped when the channel is not open.
 */
void hvsim_out_inband(struct hvsim_nic_chan *ch, bool want_completion,
		      u64 trans_id, const void *msg, u32 len)
{
	struct hvsim_out *out;

	out = out_new(VM_PKT_DATA_INBAND, want_completion, trans_id, msg, len);
	if (out)
		out_queue(ch, out, 0);
}

/**
 * hvsim_out_complete - complete a guest's request
 * @ch: the channel it came by
 * @trans_id: its id
 * @msg: the answer; NULL for an empty one
 * @len: bytes
 * @verdict: what the faults want
 *
 * Context: ->work of the channel.
 */
void hvsim_out_complete(struct hvsim_nic_chan *ch, u64 trans_id,
			const void *msg, u32 len,
			const struct hvsim_verdict *verdict)
{
	struct hvsim_out *out;

	if (verdict->drop || verdict->rescind)
		return;
	if (!verdict->delay_ms && list_empty(&ch->out) &&
	    !hvsim_chan_write(ch->chan, VM_PKT_COMP, false, trans_id, NULL, 0,
			      msg, len))
		return;
	out = out_new(VM_PKT_COMP, false, trans_id, msg, len);
	if (out)
		out_queue(ch, out, verdict->delay_ms);
}

/**
 * hvsim_out_rndis - send an RNDIS control message
 * @nic: the NIC; its primary channel carries it
 * @msg: the message
 * @len: bytes, at most a receive section
 * @verdict: what the faults want
 *
 * Context: any but hard interrupts.
 * Return: 0, or -ENOBUFS when the guest lets too many of them wait.
 */
int hvsim_out_rndis(struct hvsim_nic *nic, const void *msg, u32 len,
		    const struct hvsim_verdict *verdict)
{
	struct hvsim_nic_chan *ch = hvsim_nic_primary(nic);
	struct hvsim_out *out;

	if (verdict->drop || verdict->rescind)
		return 0;
	if (READ_ONCE(ch->num_ctl) >= OUT_MAX_CTL)
		return -ENOBUFS;
	out = out_new(VM_PKT_DATA_USING_XFER_PAGES, true, 0, msg, len);
	if (out)
		out_queue(ch, out, verdict->delay_ms);
	return 0;
}

/* What follows the descriptor of a packet that names receive sections. */
struct out_xfer_hdr {
	__le16 pageset_id;
	u8 sender_owns_set;
	u8 reserved;
	__le32 range_cnt;
	struct {
		__le32 byte_count;
		__le32 byte_offset;
	} ranges[HVSIM_RXBUF_CHAIN_MAX];
};

/**
 * hvsim_out_xfer - hand a filled chain of receive sections to the guest
 * @ch: the channel
 * @head: the chain; the lengths of its sections are set
 * @control: RNDIS control, not data
 *
 * Context: ->work of the channel, hvsim_nic.state held for reading at least.
 * Return: 0, or -EAGAIN when the ring is full; the chain is still the caller's.
 */
int hvsim_out_xfer(struct hvsim_nic_chan *ch, u32 head, bool control)
{
	const struct hvsim_rxbuf *rb = &ch->nic->rxbuf;
	union nvsp_message msg = {
		.rndis_pkt = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
			.channel_type = cpu_to_le32(control ?
						    NVSP_CHANNEL_CONTROL :
						    NVSP_CHANNEL_DATA),
			.send_section_index = cpu_to_le32(NVSP_NO_SEND_SECTION),
		},
	};
	struct out_xfer_hdr hdr = {
		.pageset_id = cpu_to_le16(ch->nic->nvsp.recv_id),
	};
	u32 i, n = 0;

	for (i = head; i != HVSIM_RXBUF_END; i = rb->sections[i].next) {
		hdr.ranges[n].byte_count = cpu_to_le32(rb->sections[i].len);
		hdr.ranges[n].byte_offset = cpu_to_le32(i * rb->section_size);
		n++;
	}
	hdr.range_cnt = cpu_to_le32(n);
	return hvsim_chan_write(ch->chan, VM_PKT_DATA_USING_XFER_PAGES, true,
				hvsim_rxbuf_trans_id(head), &hdr,
				offsetof(struct out_xfer_hdr, ranges[n]), &msg,
				hvsim_nvsp_msg_size(ch->nic));
}

/* One RNDIS control message: 0, -EAGAIN (ring full), -ENOBUFS (no section). */
static int out_write_rndis(struct hvsim_nic_chan *ch,
			   const struct hvsim_out *out)
{
	struct hvsim_rxbuf *rb = &ch->nic->rxbuf;
	u32 head;
	int err;

	if (!rb->base || out->len > rb->section_size)
		return 0;	/* nowhere to put it any more: dropped */
	head = hvsim_rxbuf_get(rb, ch->index, 1, true);
	if (head == HVSIM_RXBUF_END)
		return -ENOBUFS;
	memcpy(hvsim_rxbuf_addr(rb, head), out->msg, out->len);
	rb->sections[head].len = out->len;
	err = hvsim_out_xfer(ch, head, true);
	if (err)
		hvsim_rxbuf_put(rb, head);
	return err;
}

static int out_write(struct hvsim_nic_chan *ch, const struct hvsim_out *out)
{
	if (out->type == VM_PKT_DATA_USING_XFER_PAGES)
		return out_write_rndis(ch, out);
	return hvsim_chan_write(ch->chan, out->type, out->want_completion,
				out->trans_id, NULL, 0, out->msg, out->len);
}

/* Only ->work takes from the lists, so the first entry stays ours unlocked. */
static int out_flush_list(struct hvsim_nic_chan *ch, struct list_head *list)
{
	struct hvsim_out *out;
	int err = 0;

	while (!err) {
		spin_lock_bh(&ch->lock);
		out = list_first_entry_or_null(list, struct hvsim_out, list);
		spin_unlock_bh(&ch->lock);
		if (!out)
			break;
		err = out_write(ch, out);
		if (err)
			break;
		spin_lock_bh(&ch->lock);
		list_del(&out->list);
		if (list == &ch->ctl)
			ch->num_ctl--;
		spin_unlock_bh(&ch->lock);
		kfree(out);
	}
	return err;
}

/* Move what is due; have ->work run again for the rest. */
static void out_release_delayed(struct hvsim_nic_chan *ch)
{
	struct hvsim_out *out, *tmp;
	unsigned long next = 0;

	spin_lock_bh(&ch->lock);
	list_for_each_entry_safe(out, tmp, &ch->delayed, list) {
		if (time_after_eq(jiffies, out->due))
			list_move_tail(&out->list, out_list(ch, out));
		else if (!next || time_before(out->due, next))
			next = out->due;
	}
	if (next)
		hvsim_chan_kick(ch->chan, next - jiffies);
	spin_unlock_bh(&ch->lock);
}

/**
 * hvsim_out_flush - write to the ring what is queued
 * @ch: the channel
 *
 * Context: ->work of the channel; hvsim_nic.state held for reading.
 * Return: 0, or -EAGAIN when the ring is full.
 */
int hvsim_out_flush(struct hvsim_nic_chan *ch)
{
	int err;

	if (!list_empty(&ch->delayed))
		out_release_delayed(ch);
	err = out_flush_list(ch, &ch->out);
	if (!err)
		err = out_flush_list(ch, &ch->ctl);
	/* Without a section: the guest's next acknowledgment frees one. */
	return err == -ENOBUFS ? 0 : err;
}
