/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests to the host: typed, bounded in time, aborted by rescind. */
#ifndef _NETVSC_REQUEST_H
#define _NETVSC_REQUEST_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * A transaction id says what it belongs to, so that a completion of the wrong
 * kind, or one that comes twice, finds nothing:
 *
 *	63      56 55            32 31             0
 *	+---------+----------------+---------------+
 *	|  kind   |   generation   |     slot      |
 *	+---------+----------------+---------------+
 *
 * Kinds start at 1: hosts do not complete id 0.
 */
enum netvsc_req_kind {
	NETVSC_REQ_NONE,
	NETVSC_REQ_TX,			/* data; slots belong to tx.c */
	NETVSC_REQ_INIT,
	NETVSC_REQ_RECV_BUF,
	NETVSC_REQ_SEND_BUF,
	NETVSC_REQ_SUBCHANNEL,
	NETVSC_REQ_SWITCH_PATH,
	NETVSC_REQ_RNDIS,		/* sent control message: rndis.c */
	NETVSC_REQ_RNDIS_REPLY,		/* what RNDIS answers; never a VMBus id */
	NETVSC_REQ_KINDS
};

#define NETVSC_REQ_KIND		GENMASK_ULL(63, 56)
#define NETVSC_REQ_GENERATION	GENMASK_ULL(55, 32)
#define NETVSC_REQ_SLOT		GENMASK_ULL(31, 0)

static inline u64 netvsc_req_id(enum netvsc_req_kind kind, u32 generation,
				u32 slot)
{
	return FIELD_PREP(NETVSC_REQ_KIND, kind) |
	       FIELD_PREP(NETVSC_REQ_GENERATION, generation & GENMASK(23, 0)) |
	       FIELD_PREP(NETVSC_REQ_SLOT, slot);
}

static inline u32 netvsc_req_id_kind(u64 id)
{
	return FIELD_GET(NETVSC_REQ_KIND, id);
}

static inline u32 netvsc_req_id_generation(u64 id)
{
	return FIELD_GET(NETVSC_REQ_GENERATION, id);
}

static inline u32 netvsc_req_id_slot(u64 id)
{
	return FIELD_GET(NETVSC_REQ_SLOT, id);
}

/* Requests that wait for an answer at the same time; control is serial. */
#define NETVSC_REQ_SLOTS	8

/**
 * struct netvsc_reply_rule - what a message must be to answer a request
 * @type: first __le32 of the answer; 0 if an answer without content will do
 * @min_len: bytes that an answer must at least have
 */
struct netvsc_reply_rule {
	u32 type;
	u32 min_len;
};

/**
 * struct netvsc_request - one question to the host
 * @id: transaction id; good from netvsc_request_begin() on
 * @rule: what counts as an answer
 * @deadline: jiffies at which waiting ends
 * @reply: where the answer is copied to
 * @reply_size: room there
 * @reply_len: bytes of the answer, at most @reply_size
 * @done: completed when @error is final
 * @error: 0 if answered, -ENODEV if aborted
 *
 * Lives on the asker's stack between netvsc_request_begin() and
 * netvsc_request_wait() or netvsc_request_cancel().
 */
struct netvsc_request {
	u64 id;
	struct netvsc_reply_rule rule;
	unsigned long deadline;
	void *reply;
	u32 reply_size;
	u32 reply_len;
	struct completion done;
	int error;
};

/**
 * struct netvsc_requests - the requests that wait for the host
 * @lock: protects the rest; taken from NAPI and process context
 * @slots: by the slot of the id; NULL if free
 * @generation: of the next id, so that a slot's ids never repeat soon
 * @gone: becomes true when the host has taken the device away
 * @aborted: no request is accepted any more
 */
struct netvsc_requests {
	spinlock_t lock;	/* protects the rest */
	struct netvsc_request *slots[NETVSC_REQ_SLOTS];
	u32 generation;
	const bool *gone;
	bool aborted;
};

void netvsc_requests_init(struct netvsc_requests *reqs, const bool *gone);
int netvsc_request_begin(struct netvsc_requests *reqs,
			 struct netvsc_request *req, enum netvsc_req_kind kind,
			 struct netvsc_reply_rule rule, void *reply,
			 u32 reply_size, unsigned long timeout);
bool netvsc_request_complete(struct netvsc_requests *reqs, u64 id,
			     const void *msg, u32 len);
int netvsc_request_wait(struct netvsc_requests *reqs,
			struct netvsc_request *req);
void netvsc_request_cancel(struct netvsc_requests *reqs,
			   struct netvsc_request *req);
void netvsc_requests_abort_all(struct netvsc_requests *reqs);
int netvsc_wait(struct completion *done, const bool *gone,
		unsigned long deadline);

#endif /* _NETVSC_REQUEST_H */
