// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transmit side of a channel where it is hard to get by traffic alone:
 * parked frames, a full ring, frames in pieces.
 *
 * There is one CPU: while BH are off and nothing sleeps, neither NAPI nor the
 * host run.
 */
#include "netvsc_tx_fixture.h"

#include <linux/sched.h>

#include "free_list.h"
#include "pages.h"
#include "tx.h"
#include "tx_post.h"

/* ---- frames that wait in a section for more ---- */

static void burst_is_one_message(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	local_bh_disable();
	e2e_xmit_frame(test, 0, true);
	e2e_xmit_frame(test, 1, true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 0);
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 2);
	e2e_xmit_frame(test, 2, false);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 1);
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 0);
	local_bh_enable();
	e2e_expect_at_wire(test, 3, E2E_LEN);
	e2e_expect_settled(test);
}

static void message_holds_what_the_host_allows(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 max, i;

	e2e_start(test);
	max = e2e_channel(e)->nvdev->max_pkt_per_msg;
	local_bh_disable();
	for (i = 0; i < 2 * max + 1; i++)
		e2e_xmit_frame(test, i, true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 2);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 1);
	local_bh_enable();
	netvsc_tx_flush(e2e_channel(e));
	e2e_expect_at_wire(test, 2 * max + 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void parked_frames_leave_when_asked(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, true);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 1);
	AWAIT(test, netvsc_tx_idle(e2e_channel(e)));
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void dropped_end_of_a_burst_sends_the_rest(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, true);
	/* too short to be a frame */
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, e2e_make_skb(test, 1, 10), false),
			NETDEV_TX_OK);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 0);
	local_bh_enable();
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

/* As if @skb were too large to be copied. */
static netdev_tx_t xmit_pages(struct kunit *test, struct sk_buff *skb,
			      bool more)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx = &e2e_channel(e)->tx;
	u32 count = tx->free_sections.count;
	netdev_tx_t ret;

	tx->free_sections.count = 0;
	ret = e2e_xmit(test, skb, more);
	tx->free_sections.count = count;

	return ret;
}

static void large_frame_ends_the_message(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;
	struct sk_buff *skb;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	local_bh_disable();
	e2e_xmit_frame(test, 0, true);
	e2e_xmit_frame(test, 1, true);
	skb = e2e_make_skb(test, 2, E2E_LEN);
	KUNIT_EXPECT_EQ(test, xmit_pages(test, skb, true), NETDEV_TX_OK);
	/* its header is behind the frames that waited */
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 1);
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 0);
	e2e_xmit_frame(test, 3, false);
	local_bh_enable();
	e2e_expect_at_wire(test, 4, E2E_LEN);
	e2e_expect_settled(test);
}

/* Four of these fill a section so that no header fits behind them. */
#define QUARTER		1480

static void large_frame_keeps_its_place(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 i;

	e2e_start(test);
	local_bh_disable();
	for (i = 0; i < 4; i++)
		e2e_xmit(test, e2e_make_skb(test, i, QUARTER), true);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 4);
	xmit_pages(test, e2e_make_skb(test, i, QUARTER), true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 2);
	local_bh_enable();
	e2e_expect_at_wire(test, 5, QUARTER);
	e2e_expect_settled(test);
}

/* ---- a ring without room ---- */

static void full_ring_with_nothing_to_wait_for_drops(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 index;

	e2e_start(test);
	local_bh_disable();
	index = e2e_fill_ring(e);
	e2e_xmit_frame(test, 0, false);
	e2e_unfill_ring(e, index);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_no_space), 1);
	e2e_expect_settled(test);

	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	local_bh_enable();
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);
}

static void full_ring_stops_the_queue_until_a_completion(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netdev_queue *txq;
	struct sk_buff *skb;
	u32 index, count;

	e2e_start(test);
	txq = netdev_get_tx_queue(e->ndev, 0);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	index = e2e_fill_ring(e);
	count = e2e_channel(e)->tx.free_sections.count;
	e2e_channel(e)->tx.free_sections.count = 0;
	skb = e2e_make_skb(test, 1, E2E_LEN);
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_BUSY);
	e2e_channel(e)->tx.free_sections.count = count;
	KUNIT_EXPECT_TRUE(test, netif_tx_queue_stopped(txq));
	e2e_unfill_ring(e, index);
	local_bh_enable();

	AWAIT(test, !netif_tx_queue_stopped(txq));
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.stop_queue), 1);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.wake_queue), 1);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_busy), 1);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	local_bh_enable();
	e2e_expect_at_wire(test, 2, E2E_LEN);
	e2e_expect_settled(test);
}

static void parked_frames_get_through_a_full_ring(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 index;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	e2e_xmit_frame(test, 1, true);
	index = e2e_fill_ring(e);
	e2e_xmit_frame(test, 2, false);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 2);
	KUNIT_EXPECT_TRUE(test, e2e_channel(e)->tx.flush_later);
	e2e_unfill_ring(e, index);
	local_bh_enable();
	e2e_expect_at_wire(test, 3, E2E_LEN);
	e2e_expect_settled(test);
}

static void parked_frames_do_not_wait_for_a_large_one(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;
	u32 index;

	e2e_start(test);
	local_bh_disable();
	e2e_xmit_frame(test, 0, false);
	e2e_xmit_frame(test, 1, true);
	index = e2e_fill_ring(e);
	skb = e2e_make_skb(test, 2, E2E_LEN);
	KUNIT_EXPECT_EQ(test, xmit_pages(test, skb, false), NETDEV_TX_BUSY);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->tx.parked.packets, 1);
	KUNIT_EXPECT_TRUE(test, e2e_channel(e)->tx.flush_later);
	e2e_unfill_ring(e, index);
	local_bh_enable();
	/* the frame that was given back never comes again */
	kfree_skb(skb);
	e2e_expect_at_wire(test, 2, E2E_LEN);
	e2e_expect_settled(test);
}

static void frames_wait_for_slots_and_are_not_lost(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 n = NETVSC_TX_SLOTS + 100, i;
	struct netvsc_tx *tx;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	/* BQL takes its lower limit only after the first completion */
	KUNIT_EXPECT_EQ(test, NET_XMIT_SUCCESS,
			dev_queue_xmit(e2e_make_skb(test, 0, E2E_LEN)));
	e2e_expect_at_wire(test, 1, E2E_LEN);
	e2e_expect_settled(test);

	local_bh_disable();
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, NET_XMIT_SUCCESS,
				dev_queue_xmit(e2e_make_skb(test, i, E2E_LEN)));
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), NETVSC_TX_SLOTS);
	KUNIT_EXPECT_GE(test, stat(&e2e_priv(e)->stats.stop_queue), 1);
	KUNIT_EXPECT_GE(test, netvsc_stats_send_full(e2e_priv(e)), 1);
	local_bh_enable();
	e2e_expect_at_wire(test, n, E2E_LEN);
	e2e_expect_settled(test);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.stop_queue),
			stat(&e2e_priv(e)->stats.wake_queue));
}

/* ---- frames in pieces ---- */

static struct sk_buff *make_scattered(struct kunit *test, u32 frags)
{
	u32 each = 64, len = E2E_LEN + frags * each, i;
	struct sk_buff *skb;
	struct page *page;
	u8 *flat;

	flat = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, flat);
	e2e_fill(test->priv, flat, 0, len);
	skb = e2e_make_skb(test, 0, E2E_LEN);
	for (i = 0; i < frags; i++) {
		/* half in one page, half in the next */
		page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page) + PAGE_SIZE - each / 2,
		       flat + E2E_LEN + i * each, each);
		skb_add_rx_frag(skb, i, page, PAGE_SIZE - each / 2, each,
				2 * PAGE_SIZE);
	}

	return skb;
}

static void scattered(struct kunit *test, u32 frags, u32 linearised)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;
	struct sk_buff *skb;
	u32 count;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	skb = make_scattered(test, frags);
	KUNIT_EXPECT_GE(test, netvsc_pages_count(skb), 2 + 2 * frags);
	KUNIT_EXPECT_LE(test, netvsc_pages_count(skb), 3 + 2 * frags);

	local_bh_disable();
	count = tx->free_sections.count;
	tx->free_sections.count = 0;
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	tx->free_sections.count = count;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_scattered),
			linearised);
	e2e_expect_at_wire(test, 1, E2E_LEN + frags * 64);
	e2e_expect_settled(test);
}

static void pieces_are_sent_from_where_they_are(struct kunit *test)
{
	scattered(test, 14, 0);
}

static void too_many_pieces_are_put_together(struct kunit *test)
{
	scattered(test, 16, 1);
}

static void pieces_are_dropped_without_memory_to_put_them_together(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;
	struct sk_buff *skb;
	u32 count;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	skb = make_scattered(test, 16);
	local_bh_disable();
	count = tx->free_sections.count;
	tx->free_sections.count = 0;
	current->fail_nth = 1;	/* the next time that memory is asked for */
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	KUNIT_EXPECT_EQ(test, current->fail_nth, 0);
	current->fail_nth = 0;
	tx->free_sections.count = count;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_no_memory), 1);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_too_big), 0);
	e2e_expect_settled(test);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty_lockless(&e->at_wire.frames));
	e2e_frames_to_wire(test, 1, E2E_LEN);
}

/* In one piece, and of more pages than a message can name. */
#define TOO_BIG		((NETVSC_PAGES_MAX + 2) * PAGE_SIZE)

static void frame_of_too_many_pages_is_dropped(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;

	e2e_start(test);
	skb = e2e_make_skb(test, 0, TOO_BIG);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.tx_too_big), 1);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&e2e_channel(e)->tx), 0);
	e2e_expect_settled(test);
	e2e_frames_to_wire(test, 1, E2E_LEN);
}

/* ---- free lists ---- */

static void what_is_taken_last_can_be_put_back(struct kunit *test)
{
	struct netvsc_free_list list = {};
	u32 entry, i;

	KUNIT_ASSERT_EQ(test, netvsc_free_list_init(&list, 10, 3), 0);
	KUNIT_EXPECT_EQ(test, netvsc_free_list_avail(&list), 3);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_TRUE(test, netvsc_free_list_take(&list, &entry));
		KUNIT_EXPECT_EQ(test, entry, 10 + i);
	}
	KUNIT_EXPECT_FALSE(test, netvsc_free_list_take(&list, &entry));

	netvsc_free_list_give(&list, 10);
	netvsc_free_list_give(&list, 11);
	netvsc_free_list_untake(&list);
	KUNIT_EXPECT_EQ(test, netvsc_free_list_avail(&list), 3);
	KUNIT_EXPECT_TRUE(test, netvsc_free_list_take(&list, &entry));
	KUNIT_EXPECT_EQ(test, entry, 12);
	netvsc_free_list_free(&list);
}

static struct kunit_case tx_cases[] = {
	KUNIT_CASE(burst_is_one_message),
	KUNIT_CASE(message_holds_what_the_host_allows),
	KUNIT_CASE(parked_frames_leave_when_asked),
	KUNIT_CASE(dropped_end_of_a_burst_sends_the_rest),
	KUNIT_CASE(large_frame_ends_the_message),
	KUNIT_CASE(large_frame_keeps_its_place),
	KUNIT_CASE(full_ring_with_nothing_to_wait_for_drops),
	KUNIT_CASE(full_ring_stops_the_queue_until_a_completion),
	KUNIT_CASE(parked_frames_get_through_a_full_ring),
	KUNIT_CASE(parked_frames_do_not_wait_for_a_large_one),
	KUNIT_CASE(frames_wait_for_slots_and_are_not_lost),
	KUNIT_CASE(pieces_are_sent_from_where_they_are),
	KUNIT_CASE(too_many_pieces_are_put_together),
	KUNIT_CASE(pieces_are_dropped_without_memory_to_put_them_together),
	KUNIT_CASE(frame_of_too_many_pages_is_dropped),
	KUNIT_CASE(what_is_taken_last_can_be_put_back),
	{}
};

static struct kunit_suite tx_suite = {
	.name = "netvsc_tx",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = tx_cases,
};

kunit_test_suite(tx_suite);

MODULE_DESCRIPTION("Tests of how hv_netvsc transmits");
MODULE_LICENSE("GPL");
