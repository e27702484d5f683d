// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of the data half, and what others want to know of it.
 */
#include "data.h"

#include <linux/seq_file.h>
#include <linux/slab.h>

/**
 * cx3_data_create() - make the data half, without queues
 * @cx3: the function
 *
 * Return: 0, or -ENOMEM.
 */
int cx3_data_create(struct cx3 *cx3)
{
	struct cx3_data *data = kvzalloc(sizeof(*data), GFP_KERNEL);

	if (!data)
		return -ENOMEM;
	data->mtt = kvcalloc(CX3_MTTS, sizeof(*data->mtt), GFP_KERNEL);
	if (!data->mtt) {
		kvfree(data);
		return -ENOMEM;
	}
	INIT_LIST_HEAD(&data->eq_list);
	INIT_LIST_HEAD(&data->cq_list);
	INIT_LIST_HEAD(&data->qp_list);
	cx3->data = data;
	cx3_steering_init(cx3);

	return 0;
}

/**
 * cx3_data_reset() - forget every queue, table and rule
 * @cx3: the function
 *
 * No guest memory is touched: it may be gone.  Counters stay.
 */
void cx3_data_reset(struct cx3 *cx3)
{
	struct cx3_data *data = cx3->data;
	struct cx3_qp *qp, *next_qp;
	struct cx3_cq *cq, *next_cq;
	struct cx3_eq *eq, *next_eq;

	list_for_each_entry_safe(qp, next_qp, &data->qp_list, list)
		cx3_qp_destroy(cx3, qp);
	list_for_each_entry_safe(cq, next_cq, &data->cq_list, list)
		cx3_cq_destroy(cx3, cq);
	list_for_each_entry_safe(eq, next_eq, &data->eq_list, list)
		cx3_eq_destroy(cx3, eq);
	cx3_steering_reset(cx3);
	memset(data->mtt, 0, CX3_MTTS * sizeof(*data->mtt));
}

/**
 * cx3_data_destroy() - free the data half
 * @cx3: the function; no other context uses it
 */
void cx3_data_destroy(struct cx3 *cx3)
{
	struct cx3_data *data = cx3->data;

	if (!data)
		return;
	cx3_data_reset(cx3);
	kvfree(data->mtt);
	kvfree(data);
	cx3->data = NULL;
}

/**
 * cx3_data_poll() - look for work in all queues
 * @cx3: the function
 *
 * Events come last: they are for what the rest completed, and for requests
 * that came after their completion.
 *
 * Context: process, cx3->lock held; the wire's receivers run in here.
 * Return: true if some of it was done.
 */
bool cx3_data_poll(struct cx3 *cx3)
{
	bool work;

	work = cx3_tx_poll(cx3);
	work |= cx3_rx_poll(cx3);
	work |= cx3_cq_poll(cx3);

	return work;
}

static bool data_mtt_busy(const struct cx3_data *data, u32 index)
{
	const struct cx3_qp *qp;
	const struct cx3_cq *cq;
	const struct cx3_eq *eq;

	list_for_each_entry(qp, &data->qp_list, list)
		if (cx3_buf_has(&qp->buf, index))
			return true;
	list_for_each_entry(cq, &data->cq_list, list)
		if (cx3_buf_has(&cq->buf, index))
			return true;
	list_for_each_entry(eq, &data->eq_list, list)
		if (cx3_buf_has(&eq->buf, index))
			return true;

	return false;
}

/**
 * cx3_data_busy() - is a number in hardware's hands?
 * @cx3: the function
 * @kind: of the number
 * @index: the number
 *
 * Return: true if it may not be freed.
 */
bool cx3_data_busy(struct cx3 *cx3, enum cx3_res_kind kind, u32 index)
{
	const struct cx3_data *data = cx3->data;

	switch (kind) {
	case CX3_RES_QP:
		return index < CX3_QPS && data->qps[index];
	case CX3_RES_CQ:
		return index < CX3_CQS && data->cqs[index];
	case CX3_RES_MTT:
		return data_mtt_busy(data, index);
	default:
		return false;
	}
}

/**
 * cx3_data_inside() - count what is in the function and goes nowhere
 * @cx3: the function
 *
 * Frames in send rings, those that wait for a receive ring, and those that the
 * guest has not taken from one.  Each is counted once, however often this is
 * called; the second are freed.
 *
 * Context: process, cx3->lock held, the guest's memory still there.
 * Return: frames.
 */
unsigned int cx3_data_inside(struct cx3 *cx3)
{
	unsigned int frames = skb_queue_len(&cx3->rxq);
	struct cx3_qp *qp;
	u32 unread;

	skb_queue_purge(&cx3->rxq);
	list_for_each_entry(qp, &cx3->data->qp_list, list) {
		frames += cx3_tx_inside(cx3, qp);
		if (!qp->rq.size)
			continue;
		unread = min(cx3_cq_unread(cx3, qp->recv_cq),
			     qp->recv_cq->size);
		frames += unread - min(unread, qp->rq_counted);
		qp->rq_counted = max(unread, qp->rq_counted);
	}

	return frames;
}

static bool data_rx_idle(struct cx3 *cx3, const struct cx3_qp *qp)
{
	return !qp->rq.size || !cx3_cq_unread(cx3, qp->recv_cq);
}

/**
 * cx3_data_idle() - has every frame left, one way?
 * @cx3: the function
 * @tx: towards the wire, else towards the guest
 *
 * Context: cx3->lock held.
 * Return: true if no frame waits.
 */
bool cx3_data_idle(struct cx3 *cx3, bool tx)
{
	const struct cx3_qp *qp;

	if (!tx && !skb_queue_empty(&cx3->rxq))
		return false;
	list_for_each_entry(qp, &cx3->data->qp_list, list) {
		if (tx ? !cx3_tx_idle(cx3, qp) : !data_rx_idle(cx3, qp))
			return false;
	}

	return true;
}

/**
 * cx3_data_waits() - are there frames that cannot go on?
 * @cx3: the function
 *
 * Context: process, cx3->lock held.
 * Return: true if some wait for a descriptor of the guest, or for the wire.
 */
bool cx3_data_waits(struct cx3 *cx3)
{
	return !skb_queue_empty(&cx3->rxq) || !cx3_data_idle(cx3, true);
}

static void data_show_qps(const struct cx3_data *data, struct seq_file *m)
{
	static const char * const states[CX3_QP_STATES] = {
		"reset", "init", "rtr", "rts", "sqer", "sqd", "error",
	};
	const struct cx3_qp *qp;

	list_for_each_entry(qp, &data->qp_list, list) {
		seq_printf(m, "qp %u %s %s scq %u rcq %u", qp->qpn,
			   states[qp->state],
			   qp->rss ? "rss" : qp->sq.size ? "send" : "receive",
			   qp->send_cq->cqn, qp->recv_cq->cqn);
		seq_printf(m, " size %u done %u frames %llu errors %llu\n",
			   qp->sq.size ?: qp->rq.size,
			   qp->sq.size ? qp->sq.consumer : qp->rq.consumer,
			   qp->frames, qp->errors);
	}
}

static void data_show_filters(const struct cx3_filters *filters,
			      struct seq_file *m)
{
	const struct cx3_rule *rule;

	seq_printf(m, "filter multicast %s groups %u vlans %u\n",
		   !filters->mcast_on ? "off" :
		   filters->mcast_all ? "all" : "on",
		   filters->num_groups,
		   bitmap_weight(filters->vlans, VLAN_N_VID));
	list_for_each_entry(rule, &filters->rules, list)
		seq_printf(m, "rule %llu type %u prio %#x qp %u to %pM/%pM\n",
			   rule->id, rule->type, rule->prio, rule->qpn,
			   rule->eth.dst, rule->eth.dst_mask);
}

static void data_show_stats(const struct cx3_stats *stats, struct seq_file *m)
{
	seq_printf(m, "rx_frames %llu\nrx_bytes %llu\n", stats->rx.frames,
		   stats->rx.bytes);
	seq_printf(m, "tx_frames %llu\ntx_bytes %llu\n", stats->tx.frames,
		   stats->tx.bytes);
	seq_printf(m, "rx_filtered %llu\nrx_no_queue %llu\n",
		   stats->rx_filtered, stats->rx_no_queue);
	seq_printf(m, "rx_no_buffer %llu\nrx_too_long %llu\ntx_bad %llu\n",
		   stats->rx_no_buffer, stats->rx_too_long, stats->tx_bad);
}

/**
 * cx3_data_show() - queues, filters and counters, one a line
 * @cx3: the function
 * @m: where to
 *
 * Context: process, cx3->lock held.
 */
void cx3_data_show(struct cx3 *cx3, struct seq_file *m)
{
	const struct cx3_data *data = cx3->data;
	const struct cx3_cq *cq;
	const struct cx3_eq *eq;

	list_for_each_entry(eq, &data->eq_list, list)
		seq_printf(m, "eq %u vector %u size %u events %u full %llu\n",
			   eq->eqn, eq->vector, eq->size, eq->producer,
			   eq->full);
	list_for_each_entry(cq, &data->cq_list, list)
		seq_printf(m, "cq %u eq %u size %u unread %u done %u events %llu\n",
			   cq->cqn, cq->eqn, cq->size, cx3_cq_unread(cx3, cq),
			   cq->producer, cq->events);
	data_show_qps(data, m);
	data_show_filters(&data->filters, m);
	data_show_stats(&data->stats, m);
}
