// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue pairs: their states, and what is taken from their context.
 *
 * A pair in reset is nothing but a number.  Its rings are taken over on the way
 * to INIT; later contexts change nothing of them.
 */
#include <linux/bitfield.h>
#include <linux/slab.h>

#include "data.h"

/* Opcodes that move a pair. */
enum {
	QP_RST2INIT	= 0x19,
	QP_INIT2RTR	= 0x1a,
	QP_RTR2RTS	= 0x1b,
	QP_RTS2RTS	= 0x1c,
	QP_SQERR2RTS	= 0x1d,
	QP_2ERR		= 0x1e,
	QP_RTS2SQD	= 0x1f,
	QP_SQD2RTS	= 0x20,
	QP_2RST		= 0x21,
	QP_INIT2INIT	= 0x2d,
};

#define QP_ANY	(BIT(CX3_QP_STATES) - 1)

/* From which of the states (bits) an opcode leads to which. */
static const struct qp_move {
	u8 opcode;
	u8 from;
	u8 to;
} qp_moves[] = {
	{ QP_RST2INIT, BIT(CX3_QP_RST), CX3_QP_INIT },
	{ QP_INIT2INIT, BIT(CX3_QP_INIT), CX3_QP_INIT },
	{ QP_INIT2RTR, BIT(CX3_QP_INIT), CX3_QP_RTR },
	{ QP_RTR2RTS, BIT(CX3_QP_RTR), CX3_QP_RTS },
	{ QP_RTS2RTS, BIT(CX3_QP_RTS), CX3_QP_RTS },
	{ QP_SQERR2RTS, BIT(CX3_QP_SQER), CX3_QP_RTS },
	{ QP_RTS2SQD, BIT(CX3_QP_RTS), CX3_QP_SQD },
	{ QP_SQD2RTS, BIT(CX3_QP_SQD), CX3_QP_RTS },
	{ QP_2ERR, QP_ANY & ~BIT(CX3_QP_RST), CX3_QP_ERR },
	{ QP_2RST, QP_ANY, CX3_QP_RST },
};

static const struct qp_move *qp_find_move(u16 opcode)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(qp_moves); i++)
		if (qp_moves[i].opcode == opcode)
			return &qp_moves[i];
	return NULL;
}

/* The size of a ring; one descriptor of the least size stands for none. */
static bool qp_take_ring(struct cx3_wq *wq, u8 size_stride)
{
	u32 log_size = FIELD_GET(CX3_QP_LOG_SIZE, size_stride);

	wq->size = log_size ? 1 << log_size : 0;
	wq->stride = CX3_UNIT << FIELD_GET(CX3_QP_LOG_STRIDE, size_stride);

	return log_size <= CX3_LOG_WQES;
}

/*
 * Both rings are in one buffer, first the one with the larger descriptors, or
 * the send ring.  That has one descriptor when it is not used.
 */
static u8 qp_take_rings(struct cx3 *cx3, struct cx3_qp *qp)
{
	const struct cx3_qp_context *context = &qp->context;
	u64 len;

	if (!qp_take_ring(&qp->sq, context->sq_size_stride) ||
	    !qp_take_ring(&qp->rq, context->rq_size_stride))
		return CX3_BAD_SIZE;
	if (qp->sq.size && qp->sq.stride != CX3_BLOCK)
		return CX3_BAD_SIZE;

	if (!qp->rq.size) {
		len = qp->sq.size * qp->sq.stride;
	} else if (qp->rq.stride > qp->sq.stride) {
		qp->sq.offset = qp->rq.size * qp->rq.stride;
		len = qp->sq.offset + qp->sq.size * qp->sq.stride;
	} else {
		qp->rq.offset = max(qp->sq.size, 1u) * qp->sq.stride;
		len = qp->rq.offset + qp->rq.size * qp->rq.stride;
	}
	if (!len)
		return CX3_OK;
	if (!cx3_buf_init(cx3, &qp->buf, context->log_page_size,
			  context->mtt_high, context->mtt_low, len))
		return CX3_BAD_PARAM;

	return CX3_OK;
}

/* A pair that spreads has no rings, and its record is nobody's. */
static u8 qp_take_rss(struct cx3_qp *qp)
{
	u32 base = be32_to_cpu(qp->context.rss_base);
	u32 log_rings = FIELD_GET(CX3_RSS_LOG_RINGS, base);
	u32 first = base & CX3_INDEX;
	u32 other = be32_to_cpu(qp->context.rss_default) & CX3_INDEX;

	if (log_rings > ilog2(CX3_QPS))
		return CX3_BAD_SIZE;
	if (first + BIT(log_rings) > CX3_QPS || other >= CX3_QPS)
		return CX3_BAD_PARAM;
	if (qp->context.rss_function != CX3_RSS_TOEPLITZ &&
	    qp->context.rss_function != CX3_RSS_XOR)
		return CX3_BAD_PARAM;

	return CX3_OK;
}

static struct cx3_cq *qp_cq(struct cx3 *cx3, __be32 cqn)
{
	u32 index = be32_to_cpu(cqn) & CX3_INDEX;

	return index < CX3_CQS ? cx3->data->cqs[index] : NULL;
}

static u8 qp_fill(struct cx3 *cx3, struct cx3_qp *qp)
{
	const struct cx3_qp_context *context = &qp->context;
	u8 status;

	qp->rss = be32_to_cpu(context->flags) & CX3_QP_RSS;
	qp->send_cq = qp_cq(cx3, context->cqn_send);
	qp->recv_cq = qp_cq(cx3, context->cqn_recv);
	if (!qp->send_cq || !qp->recv_cq)
		return CX3_BAD_RESOURCE;
	if (qp->rss)
		return qp_take_rss(qp);

	status = qp_take_rings(cx3, qp);
	if (status != CX3_OK)
		return status;
	qp->db = be64_to_cpu(context->db_rec_addr);
	if (qp->rq.size &&
	    (qp->db % sizeof(__be32) || !cx3_dma(cx3, qp->db, sizeof(__be32))))
		return CX3_BAD_PARAM;

	return CX3_OK;
}

static u8 qp_create(struct cx3 *cx3, u32 qpn, const void *in)
{
	struct cx3_qp *qp = kzalloc(sizeof(*qp), GFP_KERNEL);
	u8 status;

	if (!qp)
		return CX3_EXCEED_LIM;

	qp->qpn = qpn;
	memcpy(&qp->context, in + CX3_QP_CONTEXT_OFFSET, sizeof(qp->context));
	status = qp_fill(cx3, qp);
	if (status != CX3_OK) {
		kfree(qp);
		return status;
	}
	qp->state = CX3_QP_INIT;
	qp->send_cq->users++;
	qp->recv_cq->users++;
	cx3->data->qps[qpn] = qp;
	list_add_tail(&qp->list, &cx3->data->qp_list);

	return CX3_OK;
}

/**
 * cx3_qp_destroy() - put a pair into reset
 * @cx3: the function
 * @qp: the pair; freed
 */
void cx3_qp_destroy(struct cx3 *cx3, struct cx3_qp *qp)
{
	qp->send_cq->users--;
	qp->recv_cq->users--;
	cx3->data->qps[qp->qpn] = NULL;
	list_del(&qp->list);
	kfree(qp);
}

/*
 * Hardware would have fetched long ago what the guest posted before it asked
 * for the reset.
 */
static void qp_reset(struct cx3 *cx3, struct cx3_qp *qp)
{
	cx3_tx_drain(cx3, qp);
	cx3_qp_destroy(cx3, qp);
}

/**
 * cx3_cmd_modify_qp() - the commands that move a queue pair
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_modify_qp(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	const struct qp_move *move = qp_find_move(cmd->opcode);
	u32 qpn = cmd->in_mod & CX3_INDEX;
	enum cx3_qp_state state;
	struct cx3_qp *qp;

	if (!move)
		return CX3_BAD_OP;
	if (qpn >= CX3_QPS || !cx3_res_has(cx3->res, CX3_RES_QP, qpn, 1))
		return CX3_BAD_INDEX;
	qp = cx3->data->qps[qpn];
	state = qp ? qp->state : CX3_QP_RST;
	if (!(move->from & BIT(state)))
		return CX3_BAD_QP_STATE;

	if (!qp)
		return move->to == CX3_QP_RST ? CX3_OK :
						qp_create(cx3, qpn, cmd->in);
	if (move->to == CX3_QP_RST)
		qp_reset(cx3, qp);
	else
		qp->state = move->to;

	return CX3_OK;
}

/**
 * cx3_cmd_query_qp() - QUERY_QP
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_query_qp(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_qp_context *context = cmd->out + CX3_QP_CONTEXT_OFFSET;
	u32 qpn = cmd->in_mod & CX3_INDEX;
	struct cx3_qp *qp;
	u32 flags;

	if (qpn >= CX3_QPS || !cx3_res_has(cx3->res, CX3_RES_QP, qpn, 1))
		return CX3_BAD_INDEX;
	qp = cx3->data->qps[qpn];
	if (!qp)
		return CX3_OK;

	*context = qp->context;
	flags = be32_to_cpu(context->flags) & ~CX3_QP_STATE;
	context->flags = cpu_to_be32(flags |
				     FIELD_PREP(CX3_QP_STATE, qp->state));

	return CX3_OK;
}
