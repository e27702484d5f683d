// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels as a driver uses them: open, send, close.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/module.h>
#include <linux/hyperv.h>
#include <linux/uio.h>
#include <linux/interrupt.h>
#include <linux/set_memory.h>
#include <linux/list.h>
#include <linux/bitops.h>
#include <linux/atomic.h>
#include <linux/tracepoint.h>
#include <asm/page.h>

#include "arch.h"
#include "bus.h"
#include "isolation.h"
#include "chan.h"

static int hvsim_channel_open(struct hvsim_chan *chan, u32 send_size,
			      u32 recv_size)
{
	struct vmbus_channel *channel = &chan->vmbus;
	int err;

	err = hvsim_requestor_init(channel);
	if (err)
		return err;

	err = hvsim_ring_init(chan, send_size, recv_size);
	if (err)
		goto err_requestor;

	channel->ringbuffer_gpadlhandle.gpadl_handle = hvsim_gpadl_new_handle();
	channel->state = CHANNEL_OPENED_STATE;
	err = hvsim_host_chan_open(chan);
	if (err)
		goto err_ring;

	return 0;

err_ring:
	channel->ringbuffer_gpadlhandle.gpadl_handle = 0;
	hvsim_ring_cleanup(chan);
err_requestor:
	hvsim_requestor_cleanup(channel);
	return err;
}

int vmbus_open(struct vmbus_channel *channel, u32 send_ringbuffer_size,
	       u32 recv_ringbuffer_size, void *userdata, u32 userdatalen,
	       void (*onchannel_callback)(void *context), void *context)
{
	int err;

	if (userdatalen > MAX_USER_DEFINED_BYTES ||
	    channel->state != CHANNEL_OPEN_STATE)
		return -EINVAL;
	/* Tasklets are of no use to a network driver and not simulated. */
	if (channel->callback_mode != HV_CALL_ISR)
		return -EOPNOTSUPP;

	channel->state = CHANNEL_OPENING_STATE;
	channel->channel_callback_context = context;
	channel->onchannel_callback = onchannel_callback;
	if (!channel->max_pkt_size)
		channel->max_pkt_size = VMBUS_DEFAULT_MAX_PKT_SIZE;

	err = hvsim_channel_open(hvsim_to_chan(channel), send_ringbuffer_size,
				 recv_ringbuffer_size);
	if (err) {
		hvsim_mgmt_reset_callback(channel);
		channel->state = CHANNEL_OPEN_STATE;
	}

	return err;
}
EXPORT_SYMBOL_GPL(vmbus_open);

static void hvsim_channel_close(struct hvsim_chan *chan)
{
	struct vmbus_channel *channel = &chan->vmbus;

	hvsim_mgmt_reset_callback(channel);
	if (channel->state != CHANNEL_OPENED_STATE)
		return;

	channel->state = CHANNEL_OPEN_STATE;
	hvsim_host_chan_close(chan);
	channel->ringbuffer_gpadlhandle.gpadl_handle = 0;
	hvsim_requestor_cleanup(channel);
	hvsim_ring_cleanup(chan);
}

/*
 * A primary channel takes its sub-channels with it, those first; closing one
 * alone is not a thing that a driver can do.
 */
void vmbus_close(struct vmbus_channel *channel)
{
	struct hvsim_dev *dev = hvsim_to_chan(channel)->dev;
	unsigned int i;

	if (channel->primary_channel)
		return;

	/* Sub-channels on offer now: no driver opens them after this. */
	WRITE_ONCE(channel->sc_creation_callback, NULL);
	hvsim_mgmt_settle_subchannels(dev);
	for (i = 1; i < HVSIM_MAX_CHANNELS; i++)
		if (dev->chans[i])
			hvsim_channel_close(dev->chans[i]);

	hvsim_channel_close(hvsim_to_chan(channel));
	/* The host takes back what it offered for this opening. */
	hvsim_mgmt_drop_subchannels(dev);
}
EXPORT_SYMBOL_GPL(vmbus_close);

/* Send @desc, which fills the first piece, and @buffer behind it. */
static int hvsim_channel_send(struct vmbus_channel *channel, void *desc,
			      u32 desc_size, void *buffer, u32 len,
			      u64 requestid)
{
	u32 total = ALIGN(desc_size + len, sizeof(u64));
	struct vmpacket_descriptor *d = desc;
	u64 padding = 0;
	struct kvec vec[] = {
		{ .iov_base = desc, .iov_len = desc_size },
		{ .iov_base = buffer, .iov_len = len },
		{ .iov_base = &padding, .iov_len = total - desc_size - len },
	};

	d->offset8 = desc_size >> 3;
	d->len8 = total >> 3;
	/* Replaced in the ring, once the packet's id is known. */
	d->trans_id = VMBUS_RQST_ERROR;

	return hvsim_ring_write(channel, vec, ARRAY_SIZE(vec), requestid);
}

int vmbus_sendpacket(struct vmbus_channel *channel, void *buffer, u32 bufferlen,
		     u64 requestid, enum vmbus_packet_type type, u32 flags)
{
	struct vmpacket_descriptor desc = {
		.type = type,
		.flags = flags,
	};

	return hvsim_channel_send(channel, &desc, sizeof(desc), buffer,
				  bufferlen, requestid);
}
EXPORT_SYMBOL(vmbus_sendpacket);

int vmbus_sendpacket_mpb_desc(struct vmbus_channel *channel,
			      struct vmbus_packet_mpb_array *desc,
			      u32 desc_size, void *buffer, u32 bufferlen,
			      u64 requestid)
{
	desc->type = VM_PKT_DATA_USING_GPA_DIRECT;
	desc->flags = VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED;
	desc->reserved = 0;

	return hvsim_channel_send(channel, desc, desc_size, buffer, bufferlen,
				  requestid);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket_mpb_desc);

int vmbus_establish_gpadl(struct vmbus_channel *channel, void *kbuffer,
			  u32 size, struct vmbus_gpadl *gpadl)
{
	struct hvsim_dev *dev = hvsim_to_chan(channel)->dev;
	int err;

	gpadl->decrypted = false;
	if (channel->rescind)
		return -ENODEV;

	err = hvsim_gpadl_add(dev, kbuffer, size, &gpadl->gpadl_handle);
	if (err)
		return err;

	gpadl->decrypted = hvsim_isolation_on();
	gpadl->buffer = kbuffer;
	gpadl->size = size;

	return 0;
}
EXPORT_SYMBOL_GPL(vmbus_establish_gpadl);

/* Of a rescinded channel the host knows nothing any more, and all is well. */
int vmbus_teardown_gpadl(struct vmbus_channel *channel,
			 struct vmbus_gpadl *gpadl)
{
	struct hvsim_dev *dev = hvsim_to_chan(channel)->dev;
	int err = 0;

	/* A real one does not answer, and the guest waits for ever. */
	if (vmbus_proto_version < VERSION_WIN10 && !channel->rescind &&
	    channel->state != CHANNEL_OPENED_STATE)
		hvsim_violation(dev, "GPADL: teardown on a closed channel, before Windows 10");
	if (!hvsim_gpadl_remove(dev, gpadl->gpadl_handle) && !channel->rescind)
		hvsim_violation(dev, "GPADL: teardown of unknown handle %#x",
				gpadl->gpadl_handle);
	gpadl->gpadl_handle = 0;
	if (gpadl->decrypted)
		err = hvsim_isolation_unshare();
	gpadl->decrypted = err;

	return err;
}
EXPORT_SYMBOL_GPL(vmbus_teardown_gpadl);
