// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the host.  Nothing here knows VMBus, NVSP or net_devices: bytes
 * come in, the request that they answer, if any, gets a copy and wakes up.
 */
#include "request.h"

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>

/*
 * VMBus tells a driver of a rescind by a flag only, so sleepers look at it:
 * often enough that removal is quick, seldom enough to cost nothing.
 */
#define NETVSC_RESCIND_SLICE	msecs_to_jiffies(20)

/**
 * netvsc_requests_init() - start with no request waiting
 * @reqs: to initialise
 * @gone: flag that turns true when the host takes the device away
 */
void netvsc_requests_init(struct netvsc_requests *reqs, const bool *gone)
{
	memset(reqs, 0, sizeof(*reqs));
	spin_lock_init(&reqs->lock);
	reqs->generation = 1;
	reqs->gone = gone;
}

static int netvsc_requests_free_slot(const struct netvsc_requests *reqs)
{
	int i;

	lockdep_assert_held(&reqs->lock);

	for (i = 0; i < NETVSC_REQ_SLOTS; i++)
		if (!reqs->slots[i])
			return i;
	return -EBUSY;
}

/**
 * netvsc_request_begin() - give a request an id, before it is sent
 * @reqs: where it will wait
 * @req: the request, uninitialised
 * @kind: what is asked
 * @rule: what counts as its answer
 * @reply: room for the answer; NULL if its content does not matter
 * @reply_size: bytes of @reply
 * @timeout: jiffies from now that an answer may take
 *
 * Context: any.
 * Return: 0; -ENODEV once aborted or when the host is gone; -EBUSY if too
 * many requests wait.
 */
int netvsc_request_begin(struct netvsc_requests *reqs,
			 struct netvsc_request *req, enum netvsc_req_kind kind,
			 struct netvsc_reply_rule rule, void *reply,
			 u32 reply_size, unsigned long timeout)
{
	unsigned long flags;
	int slot;

	*req = (struct netvsc_request) {
		.rule = rule,
		.deadline = jiffies + timeout,
		.reply = reply,
		.reply_size = reply_size,
	};
	init_completion(&req->done);

	spin_lock_irqsave(&reqs->lock, flags);
	if (reqs->aborted || READ_ONCE(*reqs->gone))
		slot = -ENODEV;
	else
		slot = netvsc_requests_free_slot(reqs);
	if (slot >= 0) {
		req->id = netvsc_req_id(kind, reqs->generation++, slot);
		reqs->slots[slot] = req;
	}
	spin_unlock_irqrestore(&reqs->lock, flags);

	return min(slot, 0);
}

/* The waiting request that @id names exactly, or NULL. */
static struct netvsc_request *
netvsc_request_find(const struct netvsc_requests *reqs, u64 id)
{
	u32 slot = netvsc_req_id_slot(id);
	struct netvsc_request *req;

	lockdep_assert_held(&reqs->lock);

	if (slot >= NETVSC_REQ_SLOTS)
		return NULL;
	req = reqs->slots[slot];
	return req && req->id == id ? req : NULL;
}

/*
 * Copy once: @msg may be memory that the host still writes to, so the type
 * that was checked is what the copy gets.
 */
static bool netvsc_request_take(struct netvsc_request *req, const void *msg,
				u32 len)
{
	u32 type = 0;
	__le32 wire;

	if (len < req->rule.min_len)
		return false;
	if (req->rule.type) {
		if (len < sizeof(wire))
			return false;
		memcpy(&wire, msg, sizeof(wire));
		type = le32_to_cpu(wire);
		if (type != req->rule.type)
			return false;
	}

	req->reply_len = min(len, req->reply_size);
	if (req->reply_len)
		memcpy(req->reply, msg, req->reply_len);
	if (type && req->reply_len >= sizeof(wire))
		memcpy(req->reply, &wire, sizeof(wire));
	return true;
}

/**
 * netvsc_request_complete() - the host answered
 * @reqs: where the request waits
 * @id: transaction id of the answer
 * @msg: the answer; may be memory shared with the host
 * @len: bytes of @msg
 *
 * An answer that is late, comes twice, is of another kind or too short has no
 * effect: the request, if there is one, goes on waiting.
 *
 * Context: any.
 * Return: true if @msg answered a request.
 */
bool netvsc_request_complete(struct netvsc_requests *reqs, u64 id,
			     const void *msg, u32 len)
{
	struct netvsc_request *req;
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&reqs->lock, flags);
	req = netvsc_request_find(reqs, id);
	taken = req && netvsc_request_take(req, msg, len);
	if (taken) {
		reqs->slots[netvsc_req_id_slot(id)] = NULL;
		complete(&req->done);
	}
	spin_unlock_irqrestore(&reqs->lock, flags);

	return taken;
}

/**
 * netvsc_request_cancel() - stop waiting; the answer finds nothing any more
 * @reqs: where the request waits
 * @req: a begun request
 *
 * Context: any.  @req may go out of scope afterwards.
 */
void netvsc_request_cancel(struct netvsc_requests *reqs,
			   struct netvsc_request *req)
{
	u32 slot = netvsc_req_id_slot(req->id);
	unsigned long flags;

	spin_lock_irqsave(&reqs->lock, flags);
	if (reqs->slots[slot] == req)
		reqs->slots[slot] = NULL;
	spin_unlock_irqrestore(&reqs->lock, flags);
}

/**
 * netvsc_wait() - wait for a completion, but not for ever
 * @done: what to wait for
 * @gone: flag that ends the wait early
 * @deadline: jiffies at which the wait ends
 *
 * Context: process, may sleep.
 * Return: 0, -ETIMEDOUT or -ENODEV.
 */
int netvsc_wait(struct completion *done, const bool *gone,
		unsigned long deadline)
{
	long left;

	for (;;) {
		if (try_wait_for_completion(done))
			return 0;
		if (READ_ONCE(*gone))
			return -ENODEV;
		left = deadline - jiffies;
		if (left <= 0)
			return -ETIMEDOUT;
		if (wait_for_completion_timeout(done,
						min_t(unsigned long, left,
						      NETVSC_RESCIND_SLICE)))
			return 0;
	}
}

/**
 * netvsc_request_wait() - wait for the answer of a request that was sent
 * @reqs: where it waits
 * @req: the request; ended on return, whatever is returned
 *
 * Context: process, may sleep until the deadline given to
 * netvsc_request_begin().
 * Return: 0 with the answer in @req->reply; -ETIMEDOUT; -ENODEV if the host
 * has gone or the request was aborted.
 */
int netvsc_request_wait(struct netvsc_requests *reqs,
			struct netvsc_request *req)
{
	int err;

	err = netvsc_wait(&req->done, reqs->gone, req->deadline);
	netvsc_request_cancel(reqs, req);
	if (err && try_wait_for_completion(&req->done))
		err = 0;	/* answered between the two lines above */
	return err ?: req->error;
}

/**
 * netvsc_requests_abort_all() - wake all who wait, and accept no more
 * @reqs: the requests
 *
 * Context: any.
 */
void netvsc_requests_abort_all(struct netvsc_requests *reqs)
{
	struct netvsc_request *req;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&reqs->lock, flags);
	reqs->aborted = true;
	for (i = 0; i < NETVSC_REQ_SLOTS; i++) {
		req = reqs->slots[i];
		if (!req)
			continue;
		reqs->slots[i] = NULL;
		req->error = -ENODEV;
		complete(&req->done);
	}
	spin_unlock_irqrestore(&reqs->lock, flags);
}
