// SPDX-License-Identifier: GPL-2.0-only
/* What the host says of messages that it has, has not, or never had. */
#include "netvsc_tx_fixture.h"

#include "tx.h"
#include "tx_post.h"

static const struct nvsp_rndis_pkt_complete completion = {
	.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE),
	.status = cpu_to_le32(NVSP_STATUS_SUCCESS),
};

/* The id of the one message that the host has. */
static u64 id_in_flight(struct netvsc_tx *tx)
{
	u32 i;

	for (i = 0; i < NETVSC_TX_SLOTS; i++)
		if (atomic64_read(&tx->slots[i].id))
			return atomic64_read(&tx->slots[i].id);

	return 0;
}

static void expect_ignored(struct kunit *test, u64 id,
			   const struct nvsp_rndis_pkt_complete *msg, u32 len)
{
	struct e2e *e = test->priv;
	long before = stat(&e2e_priv(e)->stats.host_bad_completion);

	netvsc_tx_complete(e2e_channel(e), id, msg, len, 64);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.host_bad_completion),
			before + 1);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 1);
}

static void completion_of_nothing_is_ignored(struct kunit *test)
{
	struct nvsp_rndis_pkt_complete wrong = completion;
	struct e2e *e = test->priv;
	u32 slot, generation;
	u64 id;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	id = id_in_flight(&e2e_channel(e)->tx);
	slot = netvsc_req_id_slot(id);
	generation = netvsc_req_id_generation(id);

	expect_ignored(test, 0, &completion, sizeof(completion));
	expect_ignored(test, ~0ull, &completion, sizeof(completion));
	expect_ignored(test, netvsc_req_id(NETVSC_REQ_TX, generation + 1, slot),
		       &completion, sizeof(completion));
	expect_ignored(test, netvsc_req_id(NETVSC_REQ_TX, generation, slot + 1),
		       &completion, sizeof(completion));
	expect_ignored(test, netvsc_req_id(NETVSC_REQ_TX, generation,
					   NETVSC_TX_SLOTS),
		       &completion, sizeof(completion));
	expect_ignored(test, netvsc_req_id(NETVSC_REQ_TX, 0, slot + 1),
		       &completion, sizeof(completion));
	expect_ignored(test, netvsc_req_id(NETVSC_REQ_INIT, generation, slot),
		       &completion, sizeof(completion));
	expect_ignored(test, id, &completion, sizeof(completion) - 1);
	expect_ignored(test, id, &completion, 0);
	wrong.hdr.type = cpu_to_le32(NVSP_MSG_INIT_COMPLETE);
	expect_ignored(test, id, &wrong, sizeof(wrong));
	local_bh_enable();
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void second_completion_is_ignored(struct kunit *test)
{
	struct e2e *e = test->priv;
	u64 id;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	id = id_in_flight(&e2e_channel(e)->tx);
	netvsc_tx_complete(e2e_channel(e), id, &completion, sizeof(completion),
			   64);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 0);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.host_bad_completion), 0);
	local_bh_enable();

	/* now the host's own */
	AWAIT(test, stat(&e2e_priv(e)->stats.host_bad_completion) == 1);
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void failure_is_counted_and_nothing_leaks(struct kunit *test)
{
	struct nvsp_rndis_pkt_complete failed = completion;
	struct e2e *e = test->priv;

	e2e_start(test);
	failed.status = cpu_to_le32(NVSP_STATUS_FAIL);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	netvsc_tx_complete(e2e_channel(e), id_in_flight(&e2e_channel(e)->tx),
			   &failed, sizeof(failed), 64);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.host_tx_failed), 1);
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void what_is_never_completed_is_freed_at_the_end(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=completion count=3");
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	e2e_xmit_frame(test, 1, false);
	e2e_xmit_frame(test, 2, false);
	local_bh_enable();
	e2e_expect_at_wire(test, 3, E2E_LEN);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 3);
	/* the exit of the test finds what is left */
}

static struct kunit_case tx_done_cases[] = {
	KUNIT_CASE(completion_of_nothing_is_ignored),
	KUNIT_CASE(second_completion_is_ignored),
	KUNIT_CASE(failure_is_counted_and_nothing_leaks),
	KUNIT_CASE(what_is_never_completed_is_freed_at_the_end),
	{}
};

static struct kunit_suite tx_done_suite = {
	.name = "netvsc_tx_done",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = tx_done_cases,
};

kunit_test_suite(tx_done_suite);

MODULE_DESCRIPTION("Tests of how transmissions of hv_netvsc end");
MODULE_LICENSE("GPL");
