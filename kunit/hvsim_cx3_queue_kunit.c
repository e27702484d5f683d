// SPDX-License-Identifier: GPL-2.0-only
/* The model of a ConnectX-3: guest memory, queues, and commands for them. */
#include "hvsim_cx3_world.h"

/* ---- memory ---- */

static void memory_that_is_not_ram_is_refused(struct kunit *test)
{
	struct world *w = test->priv;
	u64 page = virt_to_phys(w->buf);

	KUNIT_EXPECT_PTR_EQ(test, cx3_dma(w->cx3, page, PAGE_SIZE),
			    (void *)w->buf);
	KUNIT_EXPECT_NULL(test, cx3_dma(w->cx3, page, 0));
	KUNIT_EXPECT_NULL(test, cx3_dma(w->cx3, U64_MAX - 10, 100));
	KUNIT_EXPECT_NULL(test, cx3_dma(w->cx3, BIT_ULL(60), 16));
	KUNIT_EXPECT_NULL(test, cx3_dma(w->cx3, U64_MAX, 1));
	/* an end that is not there: more than there can be */
	KUNIT_EXPECT_NULL(test, cx3_dma(w->cx3, page, BIT_ULL(48)));
}

static void only_own_translations_are_written(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_EXPECT_EQ(test, CX3_OK, write_mtt(w, w->mtt, 1, 1));
	KUNIT_EXPECT_EQ(test, CX3_OK, write_mtt(w, w->mtt, MTTS, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, write_mtt(w, w->mtt, 0, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, write_mtt(w, w->mtt, 511, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, write_mtt(w, w->mtt, U32_MAX, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			write_mtt(w, w->mtt + 1, MTTS, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, write_mtt(w, CX3_MTTS, 1, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, write_mtt(w, U64_MAX, 1, 1));
}

struct buf_case {
	const char *what;
	u32 at;			/* bytes from the first entry of ours */
	u8 log_page_size;
	u8 high;
	u64 len;
	bool ok;
};

/* Two entries are there, then one that says it is not. */
static const struct buf_case buf_cases[] = {
	{ "one page", 0, 0, 0, PAGE_SIZE, true },
	{ "two pages", 0, 0, 0, PAGE_SIZE + 1, true },
	{ "a page that is not present", 0, 0, 0, 2 * PAGE_SIZE + 1, false },
	{ "between two entries", 4, 0, 0, 64, false },
	{ "an entry of somebody else", MTTS * CX3_MTT_SIZE, 0, 0, 64, false },
	{ "an entry that is not there", 0, 0, 0xff, 64, false },
	{ "no length", 0, 0, 0, 0, false },
	{ "a page of 2^75 bytes", 0, 0x3f, 0, 64, false },
	{ "beyond what an offset can say", 0, 19, 0, BIT_ULL(33), false },
};

KUNIT_ARRAY_PARAM_DESC(buf, buf_cases, what);

static void queue_is_where_translations_say(struct kunit *test)
{
	const struct buf_case *c = test->param_value;
	struct world *w = test->priv;
	struct cx3_buf buf;
	bool ok;

	map_page(test, 0, w->eqes);
	map_page(test, 1, w->cqes);
	ok = cx3_buf_init(w->cx3, &buf, c->log_page_size, c->high,
			  cpu_to_be32(w->mtt * CX3_MTT_SIZE + c->at), c->len);
	KUNIT_ASSERT_EQ(test, ok, c->ok);
	if (!ok)
		return;
	KUNIT_EXPECT_PTR_EQ(test, cx3_buf_at(w->cx3, &buf, 32, 32),
			    (void *)w->eqes + 32);
	KUNIT_EXPECT_PTR_EQ(test, cx3_buf_at(w->cx3, &buf, PAGE_SIZE + 64, 32),
			    buf.pages > 1 ? (void *)w->cqes + 64 : NULL);
	KUNIT_EXPECT_NULL(test, cx3_buf_at(w->cx3, &buf, 2 * PAGE_SIZE, 32));
	/* it may change at any time */
	write_mtt(w, w->mtt, 1, BIT_ULL(60) | CX3_MTT_PRESENT);
	KUNIT_EXPECT_NULL(test, cx3_buf_at(w->cx3, &buf, 32, 32));
}

/* ---- events ---- */

static void owner_of_events_changes_each_round(struct kunit *test)
{
	struct cx3_eqe eqe = { .type = CX3_EVENT_PORT_CHANGE };
	struct world *w = test->priv;
	struct cx3_cmd cmd = {
		.in_mod = EQN,
		.in_param = BIT(CX3_EVENT_PORT_CHANGE),
	};
	u32 i;

	KUNIT_ASSERT_EQ(test, CX3_OK, make_eq(test, EQN, LOG_EQES, 0));
	for (i = 0; i < 1 << LOG_EQES; i++)
		KUNIT_EXPECT_EQ(test, w->eqes[i].owner, CX3_OWNER);
	KUNIT_EXPECT_FALSE(test, cx3_eq_event(w->cx3, &eqe));
	KUNIT_ASSERT_EQ(test, CX3_OK, cx3_cmd_map_eq(w->cx3, &cmd));

	/* without registers the guest never takes one: then it is full */
	for (i = 0; i < 1 << LOG_EQES; i++) {
		KUNIT_EXPECT_TRUE(test, cx3_eq_event(w->cx3, &eqe));
		KUNIT_EXPECT_EQ(test, w->eqes[i].owner, 0);
	}
	KUNIT_EXPECT_FALSE(test, cx3_eq_event(w->cx3, &eqe));

	w->cx3->data->eqs[EQN]->producer = BIT(24) + (1 << LOG_EQES);
	w->eqes[0].owner = 0;
	KUNIT_EXPECT_FALSE(test, cx3_eq_event(w->cx3, &eqe));
	w->cx3->data->eqs[EQN]->producer = BIT(24);
	KUNIT_EXPECT_TRUE(test, cx3_eq_event(w->cx3, &eqe));
}

static void event_queues_that_make_no_sense_are_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cmd gone = { .in_mod = EQN + 1 };

	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, make_eq(test, EQN - 1, 2, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, make_eq(test, CX3_EQS, 2, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, make_eq(test, EQN, 0, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, make_eq(test, EQN, 200, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, make_eq(test, EQN, 2, 200));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, make_eq(test, EQN, 12, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			cx3_cmd_hw2sw_eq(w->cx3, &gone));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, cx3_cmd_map_eq(w->cx3, &gone));
	KUNIT_EXPECT_EQ(test, CX3_OK, make_eq(test, EQN, 2, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE, make_eq(test, EQN, 2, 0));
}

/* A queue that is full hears of the link later, and only of the last state. */
static void change_of_the_link_is_not_lost(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_port *port = &w->cx3->port;
	struct cx3_cmd cmd = {
		.in_mod = EQN,
		.in_param = BIT(CX3_EVENT_PORT_CHANGE),
	};
	struct cx3_eq *eq;

	/* nobody to tell: it is not kept for later */
	port->link = true;
	KUNIT_EXPECT_FALSE(test, cx3_port_poll(w->cx3));
	KUNIT_EXPECT_TRUE(test, port->told);
	KUNIT_ASSERT_EQ(test, CX3_OK, make_eq(test, EQN, LOG_EQES, 0));
	KUNIT_ASSERT_EQ(test, CX3_OK, cx3_cmd_map_eq(w->cx3, &cmd));
	KUNIT_EXPECT_FALSE(test, cx3_port_poll(w->cx3));

	eq = w->cx3->data->eqs[EQN];
	eq->producer = eq->size;
	port->link = false;
	KUNIT_EXPECT_FALSE(test, cx3_port_poll(w->cx3));
	KUNIT_EXPECT_EQ(test, eq->full, 1);
	eq->producer = 0;
	KUNIT_EXPECT_TRUE(test, cx3_port_poll(w->cx3));
	KUNIT_EXPECT_FALSE(test, cx3_port_poll(w->cx3));
	KUNIT_EXPECT_EQ(test, w->eqes[0].type, CX3_EVENT_PORT_CHANGE);
	KUNIT_EXPECT_EQ(test, w->eqes[0].subtype, CX3_PORT_DOWN);
}

/* ---- completions ---- */

static u8 make_cq_at(struct kunit *test, u8 log_size, u64 db)
{
	struct world *w = test->priv;
	__be32 *real = w->db;
	u8 status;

	/* only its address is looked at before it is refused */
	w->db = phys_to_virt(db);
	status = make_cq(test, log_size);
	w->db = real;

	return status;
}

static void completion_queues_that_make_no_sense_are_refused(struct kunit *test)
{
	struct world *w = test->priv;
	u64 db = virt_to_phys(w->db);
	struct cx3_cmd cmd = { };

	KUNIT_EXPECT_EQ(test, CX3_BAD_RESOURCE, make_cq(test, LOG_CQES));
	KUNIT_ASSERT_EQ(test, CX3_OK, make_eq(test, EQN, LOG_EQES, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, make_cq(test, CX3_LOG_CQES + 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, make_cq(test, 0xff));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, make_cq(test, CX3_LOG_CQES));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, make_cq_at(test, LOG_CQES, db + 4));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, make_cq_at(test, LOG_CQES, db + 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM,
			make_cq_at(test, LOG_CQES, BIT_ULL(60)));
	KUNIT_EXPECT_NULL(test, w->cx3->data->cqs[w->cqn]);
	cmd.in_mod = w->cqn;
	cmd.in = w->box;
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, cx3_cmd_hw2sw_cq(w->cx3, &cmd));
	cmd.in_mod = w->cqn + 1;
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, cx3_cmd_sw2hw_cq(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, CX3_OK, make_cq(test, LOG_CQES));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE, make_cq(test, LOG_CQES));
}

struct arm_case {
	const char *what;
	u32 arm;
	u32 producer;
	u8 answered;
	bool wants;
};

static const struct arm_case arm_cases[] = {
	{ "nothing asked", 0, 5, 0, false },
	{ "no command", 1 << 28, 5, 0, false },
	{ "asked, something new", 1 << 28 | 2 << 24 | 4, 5, 0, true },
	{ "asked, nothing new", 1 << 28 | 2 << 24 | 5, 5, 0, false },
	{ "answered already", 1 << 28 | 2 << 24 | 4, 5, 1, false },
	{ "asked again", 2 << 28 | 2 << 24 | 4, 5, 1, true },
	{ "serial number wraps", 0 << 28 | 2 << 24 | 4, 5, 3, true },
	{ "index wraps", 1 << 28 | 2 << 24, BIT(24), 0, false },
	{ "index wrapped", 1 << 28 | 2 << 24 | 0xffffff, BIT(24), 0, true },
};

KUNIT_ARRAY_PARAM_DESC(arm, arm_cases, what);

static void event_is_sent_once_per_request(struct kunit *test)
{
	const struct arm_case *c = test->param_value;
	struct cx3_cq cq = { .producer = c->producer, .sn = c->answered };
	u8 sn;

	KUNIT_EXPECT_EQ(test, c->wants, cx3_cq_wants_event(&cq, c->arm, &sn));
}

static void request_after_the_completion_is_answered(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cqe cqe = { };
	struct cx3_cq *cq;

	make_queues(test);
	cq = w->cx3->data->cqs[w->cqn];
	KUNIT_EXPECT_FALSE(test, cx3_cq_poll(w->cx3));
	cx3_cq_post(w->cx3, cq, &cqe);
	KUNIT_EXPECT_FALSE(test, cx3_cq_poll(w->cx3));
	w->db[1] = cpu_to_be32(1 << 28 | 2 << 24);
	KUNIT_EXPECT_TRUE(test, cx3_cq_poll(w->cx3));
	KUNIT_EXPECT_FALSE(test, cx3_cq_poll(w->cx3));
	KUNIT_EXPECT_EQ(test, be32_to_cpu(w->eqes[0].event.cqn), w->cqn);
	KUNIT_EXPECT_EQ(test, w->eqes[0].type, CX3_EVENT_COMP);
}

static void owner_of_completions_changes_each_round(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cqe cqe = { .owner = CX3_CQE_SEND };
	u32 size = 1 << LOG_CQES;
	struct cx3_cq *cq;
	u32 i;

	make_queues(test);
	cq = w->cx3->data->cqs[w->cqn];
	for (i = 0; i < size; i++)
		KUNIT_EXPECT_EQ(test, w->cqes[i].owner, CX3_OWNER);
	for (i = 0; i < 3 * size; i++) {
		KUNIT_ASSERT_TRUE(test, cx3_cq_has_room(w->cx3, cq));
		cx3_cq_post(w->cx3, cq, &cqe);
		KUNIT_EXPECT_EQ(test, w->cqes[i % size].owner,
				CX3_CQE_SEND | (i & size ? CX3_OWNER : 0));
		if (i >= size - 1) {
			KUNIT_EXPECT_FALSE(test, cx3_cq_has_room(w->cx3, cq));
			w->db[0] = cpu_to_be32(i + 2 - size);
		}
	}
	/* a guest that says that it has taken what there never was */
	w->db[0] = cpu_to_be32(0x00abcdef);
	KUNIT_EXPECT_FALSE(test, cx3_cq_has_room(w->cx3, cq));
}

/* FREE_RES: of QPs type 0, of a CQ 1, of translation entries 5. */
static u8 give_back(struct kunit *test, u32 type, u8 op, u32 low, u32 high)
{
	struct cx3_cmd cmd = {
		.opmod = op,
		.in_mod = type,
		.in_param = (u64)high << 32 | low,
	};

	return cx3_cmd_free_res(((struct world *)test->priv)->cx3, &cmd);
}

static void busy_numbers_are_not_taken_back(struct kunit *test)
{
	struct world *w = test->priv;

	make_receiver(test, 0, LOG_WQES << 3);
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, 0, 0, w->qpn, 1));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, 0, 0, w->qpn, 4));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, 1, 1, w->cqn, 0));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, 5, 1, w->mtt, ilog2(MTTS)));
	KUNIT_EXPECT_EQ(test, MTTS, cx3_res_used(w->cx3->res, CX3_RES_MTT));
	KUNIT_EXPECT_EQ(test, CX3_OK, give_back(test, 0, 0, w->qpn + 1, 3));
	cx3_data_reset(w->cx3);
	KUNIT_EXPECT_EQ(test, CX3_OK, give_back(test, 0, 0, w->qpn, 1));
	KUNIT_EXPECT_EQ(test, CX3_OK, give_back(test, 1, 1, w->cqn, 0));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, 5, 1, w->mtt, ilog2(MTTS)));
}

static void busy_queues_are_not_given_back(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cmd cmd = { .in_mod = w->cqn };

	make_receiver(test, 0, LOG_WQES << 3);
	KUNIT_EXPECT_TRUE(test, cx3_data_busy(w->cx3, CX3_RES_QP, w->qpn));
	KUNIT_EXPECT_FALSE(test, cx3_data_busy(w->cx3, CX3_RES_QP,
					       w->qpn + 1));
	KUNIT_EXPECT_TRUE(test, cx3_data_busy(w->cx3, CX3_RES_MTT, w->mtt));
	KUNIT_EXPECT_FALSE(test, cx3_data_busy(w->cx3, CX3_RES_MTT,
					       w->mtt + 3));
	KUNIT_EXPECT_EQ(test, CX3_RESOURCE_BUSY,
			cx3_cmd_hw2sw_cq(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, TO_RST, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_hw2sw_cq(w->cx3, &cmd));
	KUNIT_EXPECT_FALSE(test, cx3_data_busy(w->cx3, CX3_RES_CQ, w->cqn));
}

/* ---- queue pairs ---- */

static void pair_takes_one_step_after_the_other(struct kunit *test)
{
	struct world *w = test->priv;

	make_queues(test);
	qp_context(test);
	KUNIT_EXPECT_EQ(test, CX3_BAD_QP_STATE, move_qp(w, INIT2RTR, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_BAD_QP_STATE, move_qp(w, RTR2RTS, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, TO_RST, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, RST2INIT, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_BAD_QP_STATE, move_qp(w, RST2INIT, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_BAD_QP_STATE, move_qp(w, RTR2RTS, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, INIT2RTR, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, RTR2RTS, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_BAD_OP, move_qp(w, 0x99, w->qpn));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, move_qp(w, RST2INIT, w->qpn + 4));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX, move_qp(w, RST2INIT, 0xffffff));
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, TO_RST, w->qpn));
}

static void pair_without_its_queues_is_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_qp_context *context;

	make_queues(test);
	context = qp_context(test);
	context->cqn_recv = cpu_to_be32(w->cqn + 1);
	KUNIT_EXPECT_EQ(test, CX3_BAD_RESOURCE, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->rq_size_stride = 15 << 3;
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->rq_size_stride = 10 << 3;	/* more than its page */
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->sq_size_stride = (CX3_LOG_WQES + 1) << 3 | 2;
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->sq_size_stride = CX3_LOG_WQES << 3 | 2;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->sq_size_stride = LOG_WQES << 3 | 3;	/* not of 64 bytes */
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->rq_size_stride = LOG_WQES << 3;
	context->db_rec_addr = cpu_to_be64(virt_to_phys(w->db) + 2);
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->rq_size_stride = LOG_WQES << 3;
	context->db_rec_addr = cpu_to_be64(BIT_ULL(60));
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, move_qp(w, RST2INIT, w->qpn));
	context = qp_context(test);
	context->flags = cpu_to_be32(CX3_QP_RSS);
	context->rss_base = cpu_to_be32(10 << 24 | 1);
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, move_qp(w, RST2INIT, w->qpn));
	KUNIT_EXPECT_NULL(test, w->cx3->data->qps[w->qpn]);
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(memory_that_is_not_ram_is_refused),
	KUNIT_CASE(only_own_translations_are_written),
	KUNIT_CASE_PARAM(queue_is_where_translations_say, buf_gen_params),
	KUNIT_CASE(owner_of_events_changes_each_round),
	KUNIT_CASE(event_queues_that_make_no_sense_are_refused),
	KUNIT_CASE(change_of_the_link_is_not_lost),
	KUNIT_CASE(completion_queues_that_make_no_sense_are_refused),
	KUNIT_CASE_PARAM(event_is_sent_once_per_request, arm_gen_params),
	KUNIT_CASE(request_after_the_completion_is_answered),
	KUNIT_CASE(owner_of_completions_changes_each_round),
	KUNIT_CASE(busy_numbers_are_not_taken_back),
	KUNIT_CASE(busy_queues_are_not_given_back),
	KUNIT_CASE(pair_takes_one_step_after_the_other),
	KUNIT_CASE(pair_without_its_queues_is_refused),
	{ }
};

static struct kunit_suite queue_suite = {
	.name = "hvsim_cx3_queue",
	.init = world_init,
	.exit = world_exit,
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
