// SPDX-License-Identifier: GPL-2.0-only
/*
 * Request ids: a driver's 64-bit value goes into a slot, the slot's number
 * plus one goes to the host, and a completion that names a slot in use gets
 * the value back once.  Free slots are a list threaded through the array.
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

/**
 * hvsim_requestor_init() - make a channel's slots, as many as it asks for
 * @channel: channel that is being opened
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int hvsim_requestor_init(struct vmbus_channel *channel)
{
	struct vmbus_requestor *req = &channel->requestor;
	u32 i, size = channel->rqstor_size;

	if (!size)
		return 0;

	req->req_arr = kvmalloc_array(size, sizeof(*req->req_arr), GFP_KERNEL);
	req->req_bitmap = kvcalloc(BITS_TO_LONGS(size), sizeof(long),
				   GFP_KERNEL);
	if (!req->req_arr || !req->req_bitmap) {
		hvsim_requestor_cleanup(channel);
		return -ENOMEM;
	}

	for (i = 0; i < size; i++)
		req->req_arr[i] = i + 1;
	req->next_request_id = 0;
	req->size = size;

	return 0;
}

/**
 * hvsim_requestor_cleanup() - free a channel's slots
 * @channel: channel that is closed; an id asked for or looked up from now on
 *	is an error
 *
 * Context: process.
 */
void hvsim_requestor_cleanup(struct vmbus_channel *channel)
{
	struct vmbus_requestor *req = &channel->requestor;
	unsigned long *bitmap = req->req_bitmap;
	u64 *slots = req->req_arr;
	unsigned long flags;

	lock_requestor(channel, flags);
	req->size = 0;
	req->req_arr = NULL;
	req->req_bitmap = NULL;
	unlock_requestor(channel, flags);

	kvfree(slots);
	kvfree(bitmap);
}

u64 vmbus_next_request_id(struct vmbus_channel *channel, u64 rqst_addr)
{
	struct vmbus_requestor *req = &channel->requestor;
	u64 slot, id = VMBUS_RQST_ERROR;
	unsigned long flags;

	if (!channel->rqstor_size)
		return VMBUS_NO_RQSTOR;

	lock_requestor(channel, flags);
	slot = req->next_request_id;
	if (slot < req->size) {
		req->next_request_id = req->req_arr[slot];
		req->req_arr[slot] = rqst_addr;
		__set_bit(slot, req->req_bitmap);
		/* 0 is what the host uses when it was not asked. */
		id = slot + 1;
	}
	unlock_requestor(channel, flags);

	return id;
}
EXPORT_SYMBOL_GPL(vmbus_next_request_id);

u64 vmbus_request_addr(struct vmbus_channel *channel, u64 trans_id)
{
	struct vmbus_requestor *req = &channel->requestor;
	u64 addr = VMBUS_RQST_ERROR;
	u64 slot = trans_id - 1;
	unsigned long flags;

	if (!channel->rqstor_size)
		return VMBUS_NO_RQSTOR;
	if (!trans_id)
		return VMBUS_RQST_ERROR;

	lock_requestor(channel, flags);
	if (slot < req->size && __test_and_clear_bit(slot, req->req_bitmap)) {
		addr = req->req_arr[slot];
		req->req_arr[slot] = req->next_request_id;
		req->next_request_id = slot;
	}
	unlock_requestor(channel, flags);

	return addr;
}
EXPORT_SYMBOL_GPL(vmbus_request_addr);
