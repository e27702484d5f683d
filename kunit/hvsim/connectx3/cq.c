// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion queues.
 *
 * The guest asks for an event by a record in its memory, then by a register;
 * the record is enough.  Each request has a serial number of two bits, which
 * tells it from the one before it.  It may come before or after the completion
 * that it is about, so that all queues are looked at again and again.
 */
#include <linux/bitfield.h>
#include <linux/slab.h>

#include "data.h"

#define CQ_MODERATE	1	/* variant of MODIFY_CQ; 0 would be resize */

static struct cx3_cq *cq_find(struct cx3 *cx3, u32 cqn)
{
	return cqn < CX3_CQS ? cx3->data->cqs[cqn] : NULL;
}

static const struct cx3_cq_db *cq_db(struct cx3 *cx3, const struct cx3_cq *cq)
{
	return cx3_dma(cx3, cq->db, sizeof(struct cx3_cq_db));
}

static u8 cq_fill(struct cx3 *cx3, struct cx3_cq *cq,
		  const struct cx3_cq_context *context)
{
	u32 log_size = FIELD_GET(CX3_CQ_LOG_SIZE,
				 be32_to_cpu(context->log_size_uar));

	if (log_size > CX3_LOG_CQES)
		return CX3_BAD_SIZE;
	if (context->eqn >= CX3_EQS || !cx3->data->eqs[context->eqn])
		return CX3_BAD_RESOURCE;

	cq->size = 1 << log_size;
	cq->eqn = context->eqn;
	cq->max_count = be16_to_cpu(context->max_count);
	cq->period = be16_to_cpu(context->period);
	cq->db = be64_to_cpu(context->db_rec_addr);
	if (cq->db % sizeof(struct cx3_cq_db) || !cq_db(cx3, cq))
		return CX3_BAD_PARAM;
	if (!cx3_buf_init(cx3, &cq->buf, context->log_page_size,
			  context->mtt_high, context->mtt_low,
			  (u64)cq->size * sizeof(struct cx3_cqe)))
		return CX3_BAD_PARAM;
	if (cx3_buf_set_owner(cx3, &cq->buf, cq->size))
		return CX3_BAD_PARAM;

	return CX3_OK;
}

/**
 * cx3_cmd_sw2hw_cq() - SW2HW_CQ
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_sw2hw_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 cqn = cmd->in_mod & CX3_INDEX;
	struct cx3_cq *cq;
	u8 status;

	if (cqn >= CX3_CQS || !cx3_res_has(cx3->res, CX3_RES_CQ, cqn, 1))
		return CX3_BAD_INDEX;
	if (cq_find(cx3, cqn))
		return CX3_BAD_RES_STATE;
	cq = kzalloc(sizeof(*cq), GFP_KERNEL);
	if (!cq)
		return CX3_EXCEED_LIM;

	cq->cqn = cqn;
	status = cq_fill(cx3, cq, cmd->in);
	if (status != CX3_OK) {
		kfree(cq);
		return status;
	}
	cx3->data->cqs[cqn] = cq;
	list_add_tail(&cq->list, &cx3->data->cq_list);

	return CX3_OK;
}

/**
 * cx3_cq_destroy() - take a queue out of hardware's hands
 * @cx3: the function
 * @cq: the queue, without users; freed
 */
void cx3_cq_destroy(struct cx3 *cx3, struct cx3_cq *cq)
{
	cx3->data->cqs[cq->cqn] = NULL;
	list_del(&cq->list);
	kfree(cq);
}

/**
 * cx3_cmd_hw2sw_cq() - HW2SW_CQ
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_hw2sw_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_cq *cq = cq_find(cx3, cmd->in_mod & CX3_INDEX);

	if (!cq)
		return CX3_BAD_INDEX;
	if (cq->users)
		return CX3_RESOURCE_BUSY;
	cx3_cq_destroy(cx3, cq);

	return CX3_OK;
}

/**
 * cx3_cmd_query_cq() - QUERY_CQ
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_query_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_cq *cq = cq_find(cx3, cmd->in_mod & CX3_INDEX);
	struct cx3_cq_context *context = cmd->out;

	if (!cq)
		return CX3_BAD_INDEX;
	context->log_size_uar = cpu_to_be32(FIELD_PREP(CX3_CQ_LOG_SIZE,
						       ilog2(cq->size)));
	context->period = cpu_to_be16(cq->period);
	context->max_count = cpu_to_be16(cq->max_count);
	context->eqn = cq->eqn;
	context->log_page_size = cq->buf.shift - CX3_PAGE_SHIFT_MIN;
	context->mtt_low = cpu_to_be32(cq->buf.mtt * CX3_MTT_SIZE);
	context->producer = cpu_to_be32(cq->producer & CX3_INDEX);
	context->db_rec_addr = cpu_to_be64(cq->db);

	return CX3_OK;
}

/**
 * cx3_cmd_modify_cq() - MODIFY_CQ: moderation is noted, resize is not modelled
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_modify_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_cq *cq = cq_find(cx3, cmd->in_mod & CX3_INDEX);
	const struct cx3_cq_context *context = cmd->in;

	if (!cq)
		return CX3_BAD_INDEX;
	if (cmd->opmod != CQ_MODERATE)
		return CX3_BAD_OP;
	cq->max_count = be16_to_cpu(context->max_count);
	cq->period = be16_to_cpu(context->period);

	return CX3_OK;
}

/* ---- completions ---- */

/**
 * cx3_cq_unread() - completions that the guest has not taken yet
 * @cx3: the function
 * @cq: the queue
 *
 * Return: their number; the guest may write nonsense, so it may exceed the size.
 */
u32 cx3_cq_unread(struct cx3 *cx3, const struct cx3_cq *cq)
{
	const struct cx3_cq_db *db = cq_db(cx3, cq);

	if (!db)
		return cq->size;
	return (cq->producer - be32_to_cpu(READ_ONCE(db->consumer))) &
	       CX3_INDEX;
}

/**
 * cx3_cq_has_room() - is there room for one more completion?
 * @cx3: the function
 * @cq: the queue
 *
 * Return: true if there is.
 */
bool cx3_cq_has_room(struct cx3 *cx3, const struct cx3_cq *cq)
{
	return cx3_cq_unread(cx3, cq) < cq->size;
}

/**
 * cx3_cq_post() - write a completion
 * @cx3: the function
 * @cq: the queue; has room
 * @cqe: the completion; the bit of its owner is set here
 *
 * The guest is told by cx3_cq_poll().
 */
void cx3_cq_post(struct cx3 *cx3, struct cx3_cq *cq, const struct cx3_cqe *cqe)
{
	u32 offset = (cq->producer & (cq->size - 1)) * sizeof(*cqe);
	struct cx3_cqe *to = cx3_buf_at(cx3, &cq->buf, offset, sizeof(*to));

	if (!to)
		return;

	memcpy(to, cqe, offsetof(struct cx3_cqe, owner));
	/* The guest looks at the owner first; on another CPU. */
	smp_store_release(&to->owner,
			  cqe->owner | (cq->producer & cq->size ? CX3_OWNER : 0));
	cq->producer++;
}

/**
 * cx3_cq_post_error() - complete a descriptor that could not be carried out
 * @cx3: the function
 * @cq: the queue; has room
 * @qpn: the descriptor's queue pair
 * @index: of the descriptor
 * @owner: CX3_CQE_SEND, or 0
 * @syndrome: what was wrong with it
 */
void cx3_cq_post_error(struct cx3 *cx3, struct cx3_cq *cq, u32 qpn, u16 index,
		       u8 owner, enum cx3_syndrome syndrome)
{
	union {
		struct cx3_err_cqe err;
		struct cx3_cqe cqe;
	} u = { };

	u.err.qpn = cpu_to_be32(qpn);
	u.err.wqe_index = cpu_to_be16(index);
	u.err.syndrome = syndrome;
	u.err.owner = owner | CX3_CQE_ERROR;
	cx3_cq_post(cx3, cq, &u.cqe);
}

/* ---- events ---- */

/**
 * cx3_cq_wants_event() - does the guest wait for an event, and is it time?
 * @cq: the queue
 * @arm: the guest's request
 * @sn: set to its serial number
 *
 * Return: true if one is to be sent.
 */
bool cx3_cq_wants_event(struct cx3_cq *cq, u32 arm, u8 *sn)
{
	*sn = FIELD_GET(CX3_ARM_SN, arm);

	return FIELD_GET(CX3_ARM_CMD, arm) && *sn != cq->sn &&
	       ((cq->producer ^ arm) & CX3_INDEX);
}

static bool cq_poll_one(struct cx3 *cx3, struct cx3_cq *cq)
{
	const struct cx3_cq_db *db = cq_db(cx3, cq);
	struct cx3_eq *eq = cx3->data->eqs[cq->eqn];
	struct cx3_eqe eqe = {
		.type = CX3_EVENT_COMP,
		.event.cqn = cpu_to_be32(cq->cqn),
	};
	u8 sn;

	if (!eq || !db)
		return false;
	if (!cx3_cq_wants_event(cq, be32_to_cpu(READ_ONCE(db->arm)), &sn) ||
	    !cx3_eq_post(cx3, eq, &eqe))
		return false;

	cq->sn = sn;
	cq->events++;

	return true;
}

/**
 * cx3_cq_poll() - answer requests for events that are due
 * @cx3: the function
 *
 * Return: true if an event was sent.
 */
bool cx3_cq_poll(struct cx3 *cx3)
{
	struct cx3_cq *cq;
	bool sent = false;

	list_for_each_entry(cq, &cx3->data->cq_list, list)
		sent |= cq_poll_one(cx3, cq);

	return sent;
}
