// SPDX-License-Identifier: GPL-2.0-only
/*
 * The request engine: what an answer is, and that nothing else has an effect.
 */
#include <kunit/test.h>
#include <linux/workqueue.h>

#include "request.h"

#define ANSWER_TYPE	102

/* Long enough that a test which waits for it has failed. */
#define FOREVER		(60 * HZ)

static const struct netvsc_reply_rule rule = {
	.type = ANSWER_TYPE,
	.min_len = 12,
};

struct answer {
	__le32 type;
	__le32 status;
	__le32 value;
};

static const struct answer good = {
	.type = cpu_to_le32(ANSWER_TYPE),
	.status = cpu_to_le32(1),
	.value = cpu_to_le32(0x1234),
};

/* A host that acts a little later than the guest starts to wait. */
struct fixture {
	struct netvsc_requests reqs;
	struct netvsc_request req;
	struct answer reply;
	bool gone;
	struct delayed_work host;
};

static void host_answers(struct work_struct *work)
{
	struct fixture *f = container_of(work, struct fixture, host.work);

	netvsc_request_complete(&f->reqs, f->req.id, &good, sizeof(good));
}

static void host_rescinds(struct work_struct *work)
{
	struct fixture *f = container_of(work, struct fixture, host.work);

	WRITE_ONCE(f->gone, true);
}

static void guest_aborts(struct work_struct *work)
{
	struct fixture *f = container_of(work, struct fixture, host.work);

	netvsc_requests_abort_all(&f->reqs);
}

static void later(struct fixture *f, work_func_t what)
{
	INIT_DELAYED_WORK(&f->host, what);
	schedule_delayed_work(&f->host, msecs_to_jiffies(50));
}

static struct fixture *fixture_of(struct kunit *test)
{
	return test->priv;
}

static int request_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	netvsc_requests_init(&f->reqs, &f->gone);
	test->priv = f;
	return 0;
}

static void begin(struct kunit *test, unsigned long timeout)
{
	struct fixture *f = fixture_of(test);

	KUNIT_ASSERT_EQ(test, 0,
			netvsc_request_begin(&f->reqs, &f->req,
					     NETVSC_REQ_RECV_BUF, rule,
					     &f->reply, sizeof(f->reply),
					     timeout));
}

static bool answer(struct fixture *f, u64 id, const void *msg, u32 len)
{
	return netvsc_request_complete(&f->reqs, id, msg, len);
}

/* The request goes on waiting, and the right answer still ends it. */
static void expect_still_waiting(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	KUNIT_EXPECT_FALSE(test, completion_done(&f->req.done));
	KUNIT_EXPECT_EQ(test, 0, le32_to_cpu(f->reply.type));
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, &good, sizeof(good)));
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_MEMEQ(test, &f->reply, &good, sizeof(good));
}

static void answer_ends_the_wait(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	begin(test, FOREVER);
	later(f, host_answers);
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_MEMEQ(test, &f->reply, &good, sizeof(good));
	KUNIT_EXPECT_EQ(test, f->req.reply_len, sizeof(good));
	flush_delayed_work(&f->host);
}

static void answer_before_the_wait_counts_even_past_the_deadline(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	begin(test, 0);
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, &good, sizeof(good)));
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
}

static void request_without_answer_times_out(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	begin(test, HZ);
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			netvsc_request_wait(&f->reqs, &f->req));
}

static void late_reply_is_ignored(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	u64 late;

	begin(test, 0);
	late = f->req.id;
	KUNIT_ASSERT_EQ(test, -ETIMEDOUT,
			netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_FALSE(test, answer(f, late, &good, sizeof(good)));

	/* nor does it answer the next request, which has the same slot */
	begin(test, FOREVER);
	KUNIT_ASSERT_EQ(test, netvsc_req_id_slot(late),
			netvsc_req_id_slot(f->req.id));
	KUNIT_EXPECT_FALSE(test, answer(f, late, &good, sizeof(good)));
	expect_still_waiting(test);
}

static void duplicate_reply_is_ignored(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	struct answer second = good;

	second.value = cpu_to_le32(0x666);
	begin(test, FOREVER);
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, &good, sizeof(good)));
	KUNIT_EXPECT_FALSE(test, answer(f, f->req.id, &second, sizeof(second)));
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_MEMEQ(test, &f->reply, &good, sizeof(good));
	KUNIT_EXPECT_FALSE(test, answer(f, f->req.id, &second, sizeof(second)));
	KUNIT_EXPECT_MEMEQ(test, &f->reply, &good, sizeof(good));
}

static void reply_after_cancel_is_ignored(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	begin(test, FOREVER);
	netvsc_request_cancel(&f->reqs, &f->req);
	KUNIT_EXPECT_FALSE(test, answer(f, f->req.id, &good, sizeof(good)));
	KUNIT_EXPECT_EQ(test, 0, le32_to_cpu(f->reply.type));
}

/* An id that a waiting request has not: that of the request, changed. */
struct id_case {
	const char *name;
	u64 flip;		/* bits of the request's id */
	bool replace;		/* @flip is the whole id */
};

static const struct id_case id_cases[] = {
	{ "of_wrong_kind", FIELD_PREP_CONST(NETVSC_REQ_KIND, 1) },
	{ "of_data_packets",
	  FIELD_PREP_CONST(NETVSC_REQ_KIND,
			   NETVSC_REQ_RECV_BUF ^ NETVSC_REQ_TX) },
	{ "of_a_former_generation",
	  FIELD_PREP_CONST(NETVSC_REQ_GENERATION, 1) },
	{ "of_a_free_slot", FIELD_PREP_CONST(NETVSC_REQ_SLOT, 1) },
	{ "of_a_slot_that_is_not_there",
	  FIELD_PREP_CONST(NETVSC_REQ_SLOT, 0x80000000) },
	{ "zero", 0, true },
	{ "one", 1, true },
	{ "all_ones", U64_MAX, true },
};

static void id_case_desc(const struct id_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(id, id_cases, id_case_desc);

static void reply_with_another_id_is_ignored(struct kunit *test)
{
	const struct id_case *c = test->param_value;
	struct fixture *f = fixture_of(test);
	u64 id;

	begin(test, FOREVER);
	id = c->replace ? c->flip : f->req.id ^ c->flip;
	KUNIT_EXPECT_FALSE(test, answer(f, id, &good, sizeof(good)));
	expect_still_waiting(test);
}

/* A message with the right id that is no answer all the same. */
struct message_case {
	const char *name;
	u32 type;
	u32 len;
};

static const struct message_case message_cases[] = {
	{ "of_wrong_type", ANSWER_TYPE + 3, 12 },
	{ "of_type_0", 0, 12 },
	{ "one_byte_short", ANSWER_TYPE, 11 },
	{ "with_a_type_only", ANSWER_TYPE, 4 },
	{ "with_half_a_type", ANSWER_TYPE, 2 },
	{ "empty", ANSWER_TYPE, 0 },
};

static void message_case_desc(const struct message_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(message, message_cases, message_case_desc);

static void reply_that_breaks_the_rule_is_ignored(struct kunit *test)
{
	const struct message_case *c = test->param_value;
	struct fixture *f = fixture_of(test);
	struct answer msg = good;
	void *exact;

	msg.type = cpu_to_le32(c->type);
	/* exactly as long as the host says, for KASAN to see one byte more */
	exact = kunit_kmalloc(test, c->len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, exact);
	memcpy(exact, &msg, c->len);

	begin(test, FOREVER);
	KUNIT_EXPECT_FALSE(test, answer(f, f->req.id, exact, c->len));
	expect_still_waiting(test);
}

static void empty_reply_will_do_where_the_rule_says_so(struct kunit *test)
{
	const struct netvsc_reply_rule empty = {};
	struct fixture *f = fixture_of(test);

	KUNIT_ASSERT_EQ(test, 0,
			netvsc_request_begin(&f->reqs, &f->req,
					     NETVSC_REQ_SWITCH_PATH, empty,
					     NULL, 0, FOREVER));
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, NULL, 0));
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_EQ(test, f->req.reply_len, 0);
}

static void long_reply_is_cut_to_the_room_there_is(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	u8 msg[64] = {};

	memcpy(msg, &good, sizeof(good));
	memset(msg + sizeof(good), 0xee, sizeof(msg) - sizeof(good));
	begin(test, FOREVER);
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, msg, sizeof(msg)));
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_EQ(test, f->req.reply_len, sizeof(f->reply));
	KUNIT_EXPECT_MEMEQ(test, &f->reply, &good, sizeof(good));
	KUNIT_EXPECT_FALSE(test, f->gone);
}

static void rescind_ends_the_wait_long_before_its_deadline(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	unsigned long start = jiffies;

	begin(test, FOREVER);
	later(f, host_rescinds);
	KUNIT_EXPECT_EQ(test, -ENODEV, netvsc_request_wait(&f->reqs, &f->req));
	KUNIT_EXPECT_LT(test, jiffies - start, HZ);
	KUNIT_EXPECT_FALSE(test, answer(f, f->req.id, &good, sizeof(good)));
	flush_delayed_work(&f->host);
}

static void request_to_a_rescinded_host_is_refused(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	f->gone = true;
	KUNIT_EXPECT_EQ(test, -ENODEV,
			netvsc_request_begin(&f->reqs, &f->req,
					     NETVSC_REQ_INIT, rule, &f->reply,
					     sizeof(f->reply), FOREVER));
}

static void answer_that_came_before_the_rescind_counts(struct kunit *test)
{
	struct fixture *f = fixture_of(test);

	begin(test, FOREVER);
	KUNIT_EXPECT_TRUE(test, answer(f, f->req.id, &good, sizeof(good)));
	f->gone = true;
	KUNIT_EXPECT_EQ(test, 0, netvsc_request_wait(&f->reqs, &f->req));
}

static void abort_ends_the_wait_and_all_that_follow(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	u64 id;

	begin(test, FOREVER);
	id = f->req.id;
	later(f, guest_aborts);
	KUNIT_EXPECT_EQ(test, -ENODEV, netvsc_request_wait(&f->reqs, &f->req));
	flush_delayed_work(&f->host);
	KUNIT_EXPECT_FALSE(test, answer(f, id, &good, sizeof(good)));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			netvsc_request_begin(&f->reqs, &f->req,
					     NETVSC_REQ_INIT, rule, &f->reply,
					     sizeof(f->reply), FOREVER));
}

static void requests_beyond_the_slots_are_refused_until_one_ends(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	struct netvsc_request *many;
	int i;

	many = kunit_kcalloc(test, NETVSC_REQ_SLOTS, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < NETVSC_REQ_SLOTS; i++)
		KUNIT_ASSERT_EQ(test, 0,
				netvsc_request_begin(&f->reqs, &many[i],
						     NETVSC_REQ_RNDIS, rule,
						     NULL, 0, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			netvsc_request_begin(&f->reqs, &f->req,
					     NETVSC_REQ_RNDIS, rule, NULL, 0,
					     0));
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			netvsc_request_wait(&f->reqs, &many[3]));
	begin(test, FOREVER);
	expect_still_waiting(test);
}

static void ids_differ_and_are_never_zero(struct kunit *test)
{
	struct fixture *f = fixture_of(test);
	u64 last = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		begin(test, 0);
		KUNIT_ASSERT_NE(test, f->req.id, 0);
		KUNIT_ASSERT_NE(test, f->req.id, last);
		KUNIT_ASSERT_EQ(test, netvsc_req_id_kind(f->req.id),
				NETVSC_REQ_RECV_BUF);
		last = f->req.id;
		netvsc_request_cancel(&f->reqs, &f->req);
	}
}

static struct kunit_case request_cases[] = {
	KUNIT_CASE(answer_ends_the_wait),
	KUNIT_CASE(answer_before_the_wait_counts_even_past_the_deadline),
	KUNIT_CASE(request_without_answer_times_out),
	KUNIT_CASE(late_reply_is_ignored),
	KUNIT_CASE(duplicate_reply_is_ignored),
	KUNIT_CASE(reply_after_cancel_is_ignored),
	KUNIT_CASE_PARAM(reply_with_another_id_is_ignored, id_gen_params),
	KUNIT_CASE_PARAM(reply_that_breaks_the_rule_is_ignored,
			 message_gen_params),
	KUNIT_CASE(empty_reply_will_do_where_the_rule_says_so),
	KUNIT_CASE(long_reply_is_cut_to_the_room_there_is),
	KUNIT_CASE(rescind_ends_the_wait_long_before_its_deadline),
	KUNIT_CASE(request_to_a_rescinded_host_is_refused),
	KUNIT_CASE(answer_that_came_before_the_rescind_counts),
	KUNIT_CASE(abort_ends_the_wait_and_all_that_follow),
	KUNIT_CASE(requests_beyond_the_slots_are_refused_until_one_ends),
	KUNIT_CASE(ids_differ_and_are_never_zero),
	{}
};

static struct kunit_suite request_suite = {
	.name = "netvsc_request",
	.init = request_init,
	.test_cases = request_cases,
};

kunit_test_suite(request_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc's requests to the host");
MODULE_LICENSE("GPL");
