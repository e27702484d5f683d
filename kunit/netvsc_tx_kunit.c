// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transmit side of a channel where it is hard to get by traffic alone:
 * parked frames, a full ring, completions that match nothing.
 *
 * There is one CPU: while BH are off and nothing sleeps, neither NAPI nor the
 * host run.
 */
#include "netvsc_fixture.h"

#include <linux/rtnetlink.h>

#include "free_list.h"
#include "pages.h"
#include "tx.h"
#include "tx_post.h"

#define TEST_PROTO	0x88b5
#define LEN		100

static struct netvsc *priv(struct e2e *e)
{
	return netdev_priv(e->ndev);
}

static struct netvsc_channel *channel(struct e2e *e)
{
	return rcu_dereference_protected(priv(e)->nvdev, true)->channels[0];
}

static long stat(const atomic_long_t *counter)
{
	return atomic_long_read(counter);
}

static u8 byte_of(u32 seq, u32 i)
{
	return seq * 3 + i;
}

static void fill(struct e2e *e, u8 *p, u32 seq, u32 len)
{
	struct ethhdr *eth = (struct ethhdr *)p;
	u32 i;

	for (i = ETH_HLEN; i < len; i++)
		p[i] = byte_of(seq, i);
	ether_addr_copy(eth->h_dest, e->wire->dev_addr);
	ether_addr_copy(eth->h_source, e->ndev->dev_addr);
	eth->h_proto = htons(TEST_PROTO);
}

static struct sk_buff *make_skb(struct kunit *test, u32 seq, u32 len)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb = alloc_skb(len, GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	if (len >= ETH_HLEN)
		fill(e, skb_put(skb, len), seq, len);
	else
		skb_put_zero(skb, len);
	skb->dev = e->ndev;
	skb->protocol = htons(TEST_PROTO);
	skb_reset_network_header(skb);

	return skb;
}

/* As the stack does it, for one frame of a burst; BH are off. */
static netdev_tx_t xmit(struct kunit *test, struct sk_buff *skb, bool more)
{
	struct e2e *e = test->priv;
	struct netdev_queue *txq = netdev_get_tx_queue(e->ndev, 0);
	netdev_tx_t ret;

	__netif_tx_lock(txq, smp_processor_id());
	ret = netdev_start_xmit(skb, e->ndev, txq, more);
	__netif_tx_unlock(txq);

	return ret;
}

static void xmit_frame(struct kunit *test, u32 seq, bool more)
{
	KUNIT_EXPECT_EQ(test, xmit(test, make_skb(test, seq, LEN), more),
			NETDEV_TX_OK);
}

/* Frames 0 to @n - 1 have arrived, in order, and nothing else. */
static void expect_at_wire(struct kunit *test, u32 n, u32 len)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;
	u32 seq, i, bad;

	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= n);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_wire.frames), n);
	for (seq = 0; seq < n; seq++) {
		skb = skb_dequeue(&e->at_wire.frames);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
		KUNIT_ASSERT_EQ(test, skb->len, len - ETH_HLEN);
		for (i = 0, bad = 0; i < skb->len; i++)
			bad += skb->data[i] != byte_of(seq, i + ETH_HLEN);
		KUNIT_EXPECT_EQ_MSG(test, bad, 0, "frame %u", seq);
		kfree_skb(skb);
	}
}

/* Whatever happened: the host has nothing, and BQL knows. */
static void expect_settled(struct kunit *test)
{
	struct e2e *e = test->priv;
	const struct dql *dql = &netdev_get_tx_queue(e->ndev, 0)->dql;
	struct netvsc_tx *tx = &channel(e)->tx;

	AWAIT(test, netvsc_tx_idle(channel(e)));
	AWAIT(test, READ_ONCE(dql->num_queued) == READ_ONCE(dql->num_completed));
	KUNIT_EXPECT_EQ(test, netvsc_free_list_avail(&tx->free_slots),
			NETVSC_TX_SLOTS);
	KUNIT_EXPECT_GE(test, netvsc_free_list_avail(&tx->free_sections) + 1,
			tx->free_sections.count);
	KUNIT_EXPECT_FALSE(test, netif_xmit_stopped(netdev_get_tx_queue(e->ndev,
									0)));
}

static void add_fault(struct kunit *test, const char *text)
{
	struct e2e *e = test->priv;
	bool at_once = false;
	char spec[64];

	strscpy(spec, text, sizeof(spec));
	KUNIT_ASSERT_EQ(test, 0,
			hvsim_faults_add(&e->nic->faults, spec, &at_once));
}

/* ---- frames that wait in a section for more ---- */

static void burst_is_one_message(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;

	e2e_start(test);
	tx = &channel(e)->tx;
	local_bh_disable();
	xmit_frame(test, 0, true);
	xmit_frame(test, 1, true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 0);
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 2);
	xmit_frame(test, 2, false);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 1);
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 0);
	local_bh_enable();
	expect_at_wire(test, 3, LEN);
	expect_settled(test);
}

static void message_holds_what_the_host_allows(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 max, i;

	e2e_start(test);
	max = channel(e)->nvdev->max_pkt_per_msg;
	local_bh_disable();
	for (i = 0; i < 2 * max + 1; i++)
		xmit_frame(test, i, true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&channel(e)->tx), 2);
	KUNIT_EXPECT_EQ(test, channel(e)->tx.parked.packets, 1);
	local_bh_enable();
	netvsc_tx_flush(channel(e));
	expect_at_wire(test, 2 * max + 1, LEN);
	expect_settled(test);
}

static void parked_frames_leave_when_asked(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	local_bh_disable();
	xmit_frame(test, 0, true);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, channel(e)->tx.parked.packets, 1);
	AWAIT(test, netvsc_tx_idle(channel(e)));
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
}

static void dropped_end_of_a_burst_sends_the_rest(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	local_bh_disable();
	xmit_frame(test, 0, true);
	/* too short to be a frame */
	KUNIT_EXPECT_EQ(test, xmit(test, make_skb(test, 1, 10), false),
			NETDEV_TX_OK);
	KUNIT_EXPECT_EQ(test, channel(e)->tx.parked.packets, 0);
	local_bh_enable();
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
}

static void large_frame_keeps_its_place(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;
	u32 count;

	e2e_start(test);
	tx = &channel(e)->tx;
	local_bh_disable();
	xmit_frame(test, 0, true);
	count = tx->free_sections.count;
	tx->free_sections.count = 0;	/* as if too large to be copied */
	xmit_frame(test, 1, true);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 2);
	tx->free_sections.count = count;
	xmit_frame(test, 2, false);
	local_bh_enable();
	expect_at_wire(test, 3, LEN);
	expect_settled(test);
}

/* ---- a ring without room ---- */

/*
 * As if the host had read nothing for long; the host itself must not run
 * until unfill_ring().
 */
static u32 fill_ring(struct e2e *e)
{
	struct hv_ring_buffer *ring = channel(e)->vmbus->outbound.ring_buffer;
	u32 size = channel(e)->vmbus->outbound.ring_datasize;
	u32 old = ring->read_index;

	ring->read_index = (ring->write_index + 8) % size;

	return old;
}

static void unfill_ring(struct e2e *e, u32 read_index)
{
	channel(e)->vmbus->outbound.ring_buffer->read_index = read_index;
}

static void full_ring_with_nothing_to_wait_for_drops(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 index;

	e2e_start(test);
	local_bh_disable();
	index = fill_ring(e);
	xmit_frame(test, 0, false);
	unfill_ring(e, index);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.tx_no_space), 1);
	expect_settled(test);

	local_bh_disable();
	xmit_frame(test, 0, false);
	local_bh_enable();
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
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
	xmit_frame(test, 0, false);
	index = fill_ring(e);
	count = channel(e)->tx.free_sections.count;
	channel(e)->tx.free_sections.count = 0;
	skb = make_skb(test, 1, LEN);
	KUNIT_EXPECT_EQ(test, xmit(test, skb, false), NETDEV_TX_BUSY);
	channel(e)->tx.free_sections.count = count;
	KUNIT_EXPECT_TRUE(test, netif_tx_queue_stopped(txq));
	unfill_ring(e, index);
	local_bh_enable();

	AWAIT(test, !netif_tx_queue_stopped(txq));
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.stop_queue), 1);
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.wake_queue), 1);
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.tx_busy), 1);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, xmit(test, skb, false), NETDEV_TX_OK);
	local_bh_enable();
	expect_at_wire(test, 2, LEN);
	expect_settled(test);
}

static void parked_frames_get_through_a_full_ring(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 index;

	e2e_start(test);
	local_bh_disable();
	xmit_frame(test, 0, false);
	xmit_frame(test, 1, true);
	index = fill_ring(e);
	xmit_frame(test, 2, false);
	KUNIT_EXPECT_EQ(test, channel(e)->tx.parked.packets, 2);
	KUNIT_EXPECT_TRUE(test, channel(e)->tx.flush_later);
	unfill_ring(e, index);
	local_bh_enable();
	expect_at_wire(test, 3, LEN);
	expect_settled(test);
}

static void frames_wait_for_slots_and_are_not_lost(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 n = NETVSC_TX_SLOTS + 100, i;
	struct netvsc_tx *tx;

	e2e_start(test);
	tx = &channel(e)->tx;
	/* BQL takes its lower limit only after the first completion */
	KUNIT_EXPECT_EQ(test, NET_XMIT_SUCCESS,
			dev_queue_xmit(make_skb(test, 0, LEN)));
	expect_at_wire(test, 1, LEN);
	expect_settled(test);

	local_bh_disable();
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, NET_XMIT_SUCCESS,
				dev_queue_xmit(make_skb(test, i, LEN)));
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), NETVSC_TX_SLOTS);
	KUNIT_EXPECT_GE(test, stat(&priv(e)->stats.stop_queue), 1);
	KUNIT_EXPECT_GE(test, stat(&priv(e)->stats.tx_send_full), 1);
	local_bh_enable();
	expect_at_wire(test, n, LEN);
	expect_settled(test);
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.stop_queue),
			stat(&priv(e)->stats.wake_queue));
}

/* ---- frames in pieces ---- */

static struct sk_buff *make_scattered(struct kunit *test, u32 frags)
{
	u32 each = 64, len = LEN + frags * each, i;
	struct sk_buff *skb;
	struct page *page;
	u8 *flat;

	flat = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, flat);
	fill(test->priv, flat, 0, len);
	skb = make_skb(test, 0, LEN);
	for (i = 0; i < frags; i++) {
		/* half in one page, half in the next */
		page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page) + PAGE_SIZE - each / 2,
		       flat + LEN + i * each, each);
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
	tx = &channel(e)->tx;
	skb = make_scattered(test, frags);
	KUNIT_EXPECT_GE(test, netvsc_pages_count(skb), 2 + 2 * frags);
	KUNIT_EXPECT_LE(test, netvsc_pages_count(skb), 3 + 2 * frags);

	local_bh_disable();
	count = tx->free_sections.count;
	tx->free_sections.count = 0;
	KUNIT_EXPECT_EQ(test, xmit(test, skb, false), NETDEV_TX_OK);
	tx->free_sections.count = count;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.tx_scattered), linearised);
	expect_at_wire(test, 1, LEN + frags * 64);
	expect_settled(test);
}

static void pieces_are_sent_from_where_they_are(struct kunit *test)
{
	scattered(test, 14, 0);
}

static void too_many_pieces_are_put_together(struct kunit *test)
{
	scattered(test, 16, 1);
}

/* ---- completions ---- */

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
	long before = stat(&priv(e)->stats.host_bad_completion);

	netvsc_tx_complete(channel(e), id, msg, len, 64);
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.host_bad_completion),
			before + 1);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&channel(e)->tx), 1);
}

static void completion_of_nothing_is_ignored(struct kunit *test)
{
	struct nvsp_rndis_pkt_complete wrong = completion;
	struct e2e *e = test->priv;
	u32 slot, generation;
	u64 id;

	e2e_start(test);
	local_bh_disable();
	xmit_frame(test, 0, false);
	id = id_in_flight(&channel(e)->tx);
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
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
}

static void second_completion_is_ignored(struct kunit *test)
{
	struct e2e *e = test->priv;
	u64 id;

	e2e_start(test);
	local_bh_disable();
	xmit_frame(test, 0, false);
	id = id_in_flight(&channel(e)->tx);
	netvsc_tx_complete(channel(e), id, &completion, sizeof(completion), 64);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&channel(e)->tx), 0);
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.host_bad_completion), 0);
	local_bh_enable();

	/* now the host's own */
	AWAIT(test, stat(&priv(e)->stats.host_bad_completion) == 1);
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
}

static void failure_is_counted_and_nothing_leaks(struct kunit *test)
{
	struct nvsp_rndis_pkt_complete failed = completion;
	struct e2e *e = test->priv;

	e2e_start(test);
	failed.status = cpu_to_le32(NVSP_STATUS_FAIL);
	local_bh_disable();
	xmit_frame(test, 0, false);
	netvsc_tx_complete(channel(e), id_in_flight(&channel(e)->tx), &failed,
			   sizeof(failed), 64);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&priv(e)->stats.host_tx_failed), 1);
	expect_at_wire(test, 1, LEN);
	expect_settled(test);
}

static void what_is_never_completed_is_freed_at_the_end(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	add_fault(test, "drop what=completion count=3");
	local_bh_disable();
	xmit_frame(test, 0, false);
	xmit_frame(test, 1, false);
	xmit_frame(test, 2, false);
	local_bh_enable();
	expect_at_wire(test, 3, LEN);
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&channel(e)->tx), 3);
	/* the exit of the test finds what is left */
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
	KUNIT_CASE(large_frame_keeps_its_place),
	KUNIT_CASE(full_ring_with_nothing_to_wait_for_drops),
	KUNIT_CASE(full_ring_stops_the_queue_until_a_completion),
	KUNIT_CASE(parked_frames_get_through_a_full_ring),
	KUNIT_CASE(frames_wait_for_slots_and_are_not_lost),
	KUNIT_CASE(pieces_are_sent_from_where_they_are),
	KUNIT_CASE(too_many_pieces_are_put_together),
	KUNIT_CASE(completion_of_nothing_is_ignored),
	KUNIT_CASE(second_completion_is_ignored),
	KUNIT_CASE(failure_is_counted_and_nothing_leaks),
	KUNIT_CASE(what_is_never_completed_is_freed_at_the_end),
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
