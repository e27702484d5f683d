// SPDX-License-Identifier: GPL-2.0-only
/* Sending over VMBus, and sharing memory with the host. */
#include "bus.h"

#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "compat.h"

/*
 * Control messages share the ring with data.  A host that lives makes room
 * within microseconds; one second covers a host that is busy with migration.
 */
#define NETVSC_RING_FULL_TRIES		200
#define NETVSC_RING_FULL_SLEEP_US	5000

/**
 * netvsc_bus_register() - have VMBus call a driver for its devices
 * @drv: the driver
 *
 * Context: process; probes run before this returns.
 * Return: 0 or an errno.
 */
int netvsc_bus_register(struct hv_driver *drv)
{
	return vmbus_driver_register(drv);
}

/**
 * netvsc_bus_unregister() - remove all devices of a driver
 * @drv: the driver
 *
 * Context: process.
 */
void netvsc_bus_unregister(struct hv_driver *drv)
{
	vmbus_driver_unregister(drv);
}

/**
 * netvsc_bus_send() - send an inband packet
 * @vmbus: an open channel
 * @msg: the message
 * @len: bytes of @msg
 * @trans_id: transaction id; 0 if nothing will answer
 * @want_completion: ask the host for a completion
 *
 * Context: any.
 * Return: 0, -EAGAIN, -ENODEV or -EIO.
 */
int netvsc_bus_send(struct vmbus_channel *vmbus, const void *msg, u32 len,
		    u64 trans_id, bool want_completion)
{
	return vmbus_sendpacket(vmbus, (void *)msg, len, trans_id,
				VM_PKT_DATA_INBAND, want_completion ?
				VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED :
				0);
}

/**
 * netvsc_bus_send_pages() - send a packet with ranges of guest memory
 * @vmbus: an open channel
 * @desc: descriptor with rangecount and ranges filled in
 * @desc_size: bytes of @desc with its ranges
 * @msg: the message that follows the ranges
 * @len: bytes of @msg
 * @trans_id: transaction id; a completion is always asked for
 *
 * Context: any.
 * Return: 0, -EAGAIN, -ENODEV or -EIO.
 */
int netvsc_bus_send_pages(struct vmbus_channel *vmbus,
			  struct vmbus_packet_mpb_array *desc, u32 desc_size,
			  const void *msg, u32 len, u64 trans_id)
{
	return vmbus_sendpacket_mpb_desc(vmbus, desc, desc_size, (void *)msg,
					 len, trans_id);
}

/**
 * netvsc_bus_complete() - complete a packet of the host
 * @vmbus: the channel on which it came
 * @msg: the answer, or NULL for an empty one
 * @len: bytes of @msg
 * @trans_id: the host's transaction id
 *
 * Context: any.
 * Return: 0, -EAGAIN, -ENODEV or -EIO.
 */
int netvsc_bus_complete(struct vmbus_channel *vmbus, const void *msg, u32 len,
			u64 trans_id)
{
	return vmbus_sendpacket(vmbus, (void *)msg, len, trans_id, VM_PKT_COMP,
				0);
}

/* The ring is full: sleep, and tell whether to try once more. */
static bool netvsc_bus_retry(const struct vmbus_channel *vmbus, int *tries)
{
	if (READ_ONCE(vmbus->rescind) || ++*tries >= NETVSC_RING_FULL_TRIES)
		return false;
	usleep_range(NETVSC_RING_FULL_SLEEP_US, 2 * NETVSC_RING_FULL_SLEEP_US);
	return true;
}

/**
 * netvsc_bus_send_wait() - send an inband packet, waiting for room in the ring
 * @vmbus: an open channel
 * @msg: the message
 * @len: bytes of @msg
 * @trans_id: transaction id; 0 if nothing will answer
 * @want_completion: ask the host for a completion
 *
 * Context: process, sleeps for up to two seconds while the ring is full.
 * Return: as netvsc_bus_send().
 */
int netvsc_bus_send_wait(struct vmbus_channel *vmbus, const void *msg, u32 len,
			 u64 trans_id, bool want_completion)
{
	int tries = 0;
	int err;

	do {
		err = netvsc_bus_send(vmbus, msg, len, trans_id,
				      want_completion);
	} while (err == -EAGAIN && netvsc_bus_retry(vmbus, &tries));
	return err;
}

/**
 * netvsc_bus_send_page_wait() - send a packet with one range within a page
 * @vmbus: an open channel
 * @buf: memory that the host shall read; does not cross a page
 * @buf_len: bytes of @buf
 * @msg: the message
 * @len: bytes of @msg
 * @trans_id: transaction id
 *
 * Context: process, sleeps for up to two seconds while the ring is full.
 * Return: as netvsc_bus_send_pages().
 */
int netvsc_bus_send_page_wait(struct vmbus_channel *vmbus, void *buf,
			      u32 buf_len, const void *msg, u32 len,
			      u64 trans_id)
{
	struct {
		struct vmbus_packet_mpb_array mpb;
		u64 pfn;
	} __packed desc = {
		.mpb.rangecount = 1,
		.mpb.range.len = buf_len,
		.mpb.range.offset = offset_in_hvpage(buf),
		.pfn = virt_to_hvpfn(buf),
	};
	int tries = 0;
	int err;

	do {
		err = netvsc_bus_send_pages(vmbus, &desc.mpb, sizeof(desc),
					    msg, len, trans_id);
	} while (err == -EAGAIN && netvsc_bus_retry(vmbus, &tries));
	return err;
}

/**
 * netvsc_bus_on_subchannel() - have a function called for each sub-channel
 * @vmbus: the primary channel
 * @offered: is given the sub-channel, from the bus's own work
 *
 * Context: process.
 */
void netvsc_bus_on_subchannel(struct vmbus_channel *vmbus,
			      void (*offered)(struct vmbus_channel *sub))
{
	vmbus_set_sc_create_callback(vmbus, offered);
}

static void netvsc_bus_one_ring(const struct hv_ring_buffer_info *ring,
				struct netvsc_ring_state *state)
{
	*state = (struct netvsc_ring_state) {
		.size = ring->ring_datasize,
		.write = READ_ONCE(ring->ring_buffer->write_index),
		.read = READ_ONCE(ring->ring_buffer->read_index),
		.mask = READ_ONCE(ring->ring_buffer->interrupt_mask),
	};
	state->used = state->write >= state->read ?
		      state->write - state->read :
		      state->size - (state->read - state->write);
}

/**
 * netvsc_bus_ring_state() - look at the rings, for a report
 * @vmbus: an open channel
 * @out: receives the state of the ring to the host
 * @in: receives the state of the ring from the host
 *
 * Context: any.
 */
void netvsc_bus_ring_state(const struct vmbus_channel *vmbus,
			   struct netvsc_ring_state *out,
			   struct netvsc_ring_state *in)
{
	netvsc_bus_one_ring(&vmbus->outbound, out);
	netvsc_bus_one_ring(&vmbus->inbound, in);
}

/**
 * netvsc_bus_alloc() - allocate memory to be shared with the host
 * @vmbus: the channel that it is for, open or closed
 * @size: bytes
 * @buf: receives the memory
 *
 * In a confidential guest the host may be able to access it already, but has
 * not been told of it.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int netvsc_bus_alloc(struct vmbus_channel *vmbus, u32 size,
		     struct netvsc_bus_buf *buf)
{
	buf->size = PAGE_ALIGN(size);
	buf->addr = vmbus_alloc_buffer(vmbus, buf->size, &buf->chunks,
				       &buf->num_chunks);
	return buf->addr ? 0 : -ENOMEM;
}

/**
 * netvsc_bus_free() - free memory that the host has given back
 * @buf: the memory
 *
 * What cannot be made the guest's own again is leaked.
 *
 * Context: process.
 */
void netvsc_bus_free(struct netvsc_bus_buf *buf)
{
	vmbus_free_buffer(buf->addr, buf->chunks, buf->num_chunks);
}

/**
 * netvsc_bus_share() - give the host access to a buffer
 * @vmbus: an open channel
 * @buf: the buffer
 * @gpadl: receives the handle
 *
 * Context: process.
 * Return: 0 or an errno.  If @gpadl->decrypted is set on return, in either
 * case, the memory must not be freed before it has been unshared.
 */
int netvsc_bus_share(struct vmbus_channel *vmbus,
		     const struct netvsc_bus_buf *buf,
		     struct vmbus_gpadl *gpadl)
{
	return vmbus_establish_gpadl_caller_decrypted(vmbus, buf->addr,
						      buf->size, gpadl);
}

/**
 * netvsc_bus_unshare() - take a buffer back from the host
 * @vmbus: the channel, open or closed
 * @gpadl: what netvsc_bus_share() gave
 *
 * Context: process.
 * Return: 0, or an errno if the host may still access the memory: it must
 * then never be freed.
 */
int netvsc_bus_unshare(struct vmbus_channel *vmbus, struct vmbus_gpadl *gpadl)
{
	return vmbus_teardown_gpadl(vmbus, gpadl);
}

/**
 * netvsc_bus_unshare_before_close() - when the host wants buffers taken back
 *
 * Hosts before Windows 10 answer a GPADL teardown on an open channel only,
 * those after it only once the channel is closed.
 *
 * Return: true if buffers are to be unshared before the channel is closed.
 */
bool netvsc_bus_unshare_before_close(void)
{
	return vmbus_proto_version < VERSION_WIN10;
}
