// SPDX-License-Identifier: GPL-2.0-only
/* Bursts of frames, and a VF that is full. */
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>

#include "vf_bond_fixture.h"

/* ---- bursts ---- */

static void expect_sent(struct kunit *test, struct fake_vf *vf,
			const struct sk_buff *skb, bool more)
{
	struct sk_buff *sent = skb_dequeue(&vf->sent);

	KUNIT_EXPECT_PTR_EQ(test, sent, skb);
	if (!sent)
		return;
	KUNIT_EXPECT_EQ(test, sent->mark, more);
	kfree_skb(sent);
}

static void burst_is_one_for_the_driver(struct kunit *test)
{
	struct sk_buff *skb[3], *rest;
	struct fake_master *m;
	struct fake_vf *vf;
	int i;

	fake_pair_create(test, &m, &vf);
	for (i = 0; i < ARRAY_SIZE(skb); i++) {
		skb[i] = fake_frame(test, m, 2);
		KUNIT_EXPECT_EQ(test, fake_give_more(m, skb[i], i < 2, &rest),
				NETDEV_TX_OK);
		KUNIT_EXPECT_NULL(test, rest);
	}
	for (i = 0; i < ARRAY_SIZE(skb); i++)
		expect_sent(test, vf, skb[i], i < 2);
}

/* A driver that waits for more must get more. */
static void burst_over_two_queues_promises_nothing(struct kunit *test)
{
	struct sk_buff *a, *b, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	a = fake_frame(test, m, 2);
	b = fake_frame(test, m, 3);
	fake_give_more(m, a, true, &rest);
	fake_give_more(m, b, false, &rest);
	expect_sent(test, vf, a, false);
	expect_sent(test, vf, b, false);
}

static void burst_goes_on_when_the_vf_is_full(struct kunit *test)
{
	struct sk_buff *a, *b, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	a = fake_frame(test, m, 2);
	b = fake_frame(test, m, 3);
	netif_stop_subqueue(vf->dev, 3);
	fake_give_more(m, a, true, &rest);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, b, false, &rest), NETDEV_TX_BUSY);
	KUNIT_EXPECT_NULL(test, rest);
	expect_sent(test, vf, a, false);
	KUNIT_EXPECT_PTR_EQ(test, b->dev, m->dev);
	kfree_skb(b);
}

/* What is held goes first when the driver takes nothing any more. */
static void burst_comes_back_in_order(struct kunit *test)
{
	struct sk_buff *a, *b, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	a = fake_frame(test, m, 2);
	b = fake_frame(test, m, 2);
	fake_give_more(m, a, true, &rest);
	vf->busy_after = 0;
	KUNIT_EXPECT_EQ(test, fake_give_more(m, b, true, &rest), NETDEV_TX_OK);
	KUNIT_EXPECT_PTR_EQ(test, rest, a);
	KUNIT_ASSERT_PTR_EQ(test, a->next, b);
	fake_expect_given_back(test, m, a);
	fake_expect_given_back(test, m, b);
	KUNIT_EXPECT_NULL(test, b->next);
	kfree_skb_list(a);
}

static void end_of_a_burst_that_is_cut_off_is_sent(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *rest;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	fake_give_more(m, fake_frame(test, m, 2), true, &rest);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 0);
	fake_vf_carrier(vf, false);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 0);
	KUNIT_EXPECT_EQ(test, m->frames, 1);
}

/* Its driver waits for the end before it tells the device of the rest. */
static void promise_of_more_is_kept_when_the_path_moves(struct kunit *test)
{
	struct sk_buff *a, *b, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	a = fake_frame(test, m, 2);
	b = fake_frame(test, m, 2);
	fake_give_more(m, a, true, &rest);
	fake_give_more(m, b, true, &rest);
	expect_sent(test, vf, a, true);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	expect_sent(test, vf, b, false);
	KUNIT_EXPECT_EQ(test, m->frames, 0);
}

/* ---- a full VF ---- */

static bool stopped(const struct fake_master *m)
{
	return netif_tx_queue_stopped(netdev_get_tx_queue(m->dev, 1));
}

static void wait_ms(unsigned int ms)
{
	schedule_timeout_uninterruptible(msecs_to_jiffies(ms) + 1);
}

/* @bit: whether its driver stopped the queue, or BQL. */
static void full_vf_holds_the_master_back(struct kunit *test, int bit)
{
	struct vf_bond_stats stats;
	struct netdev_queue *txq;
	struct fake_master *m;
	struct sk_buff *skb;
	struct fake_vf *vf;
	struct sk_buff *rest;

	fake_pair_create(test, &m, &vf);
	txq = netdev_get_tx_queue(vf->dev, 2);
	set_bit(bit, &txq->state);
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest), NETDEV_TX_BUSY);
	KUNIT_EXPECT_NULL(test, rest);
	fake_expect_given_back(test, m, skb);
	KUNIT_EXPECT_TRUE(test, stopped(m));

	clear_bit(bit, &txq->state);
	wait_ms(1);
	KUNIT_EXPECT_FALSE(test, stopped(m));
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 1);
	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.tx_dropped, 0);
}

static void queue_waits_for_a_driver_that_is_full(struct kunit *test)
{
	full_vf_holds_the_master_back(test, __QUEUE_STATE_DRV_XOFF);
}

static void queue_waits_for_bql(struct kunit *test)
{
	full_vf_holds_the_master_back(test, __QUEUE_STATE_STACK_XOFF);
}

/* Not by the next frame, which taps would see twice. */
static void queue_waits_as_soon_as_the_vf_is_full(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf->full_after = 1;
	KUNIT_EXPECT_NULL(test, fake_give(m, fake_frame(test, m, 2)));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 1);
	KUNIT_EXPECT_TRUE(test, stopped(m));

	netif_wake_subqueue(vf->dev, 2);
	wait_ms(1);
	KUNIT_EXPECT_FALSE(test, stopped(m));
}

/* It was full long ago, and then nothing was sent for a while. */
static void vf_that_had_room_meanwhile_is_not_stuck(struct kunit *test)
{
	struct sk_buff *skb, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf->full_after = 1;
	KUNIT_EXPECT_NULL(test, fake_give(m, fake_frame(test, m, 2)));
	netif_wake_subqueue(vf->dev, 2);
	wait_ms(30);
	KUNIT_EXPECT_FALSE(test, stopped(m));

	netif_stop_subqueue(vf->dev, 2);
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest),
			NETDEV_TX_BUSY);
	KUNIT_EXPECT_NULL(test, rest);
	kfree_skb(skb);
}

static void frame_for_a_stuck_vf_comes_back(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *skb;
	struct fake_vf *vf;
	struct sk_buff *rest;

	fake_pair_create(test, &m, &vf);
	netif_stop_subqueue(vf->dev, 2);
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest), NETDEV_TX_BUSY);
	wait_ms(30);
	KUNIT_EXPECT_FALSE(test, stopped(m));
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest), NETDEV_TX_OK);
	KUNIT_EXPECT_PTR_EQ(test, rest, skb);
	fake_expect_given_back(test, m, skb);

	/* and it is used again once it has room */
	netif_wake_subqueue(vf->dev, 2);
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 1);
}

/* A pair whose VF has more queues than the master; 2 and 3 of them share one. */
static void small_pair_create(struct kunit *test, struct fake_master **m,
			      struct fake_vf **vf)
{
	fake_pair_create(test, m, vf);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, netif_set_real_num_tx_queues((*m)->dev, 2), 0);
	rtnl_unlock();
}

/* Frames for another queue of the VF say nothing of the one that is stuck. */
static void stuck_queue_stays_so_while_another_has_room(struct kunit *test)
{
	struct sk_buff *skb, *rest;
	struct fake_master *m;
	struct fake_vf *vf;
	int i;

	small_pair_create(test, &m, &vf);
	netif_stop_subqueue(vf->dev, 2);
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest),
			NETDEV_TX_BUSY);
	wait_ms(30);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_NULL(test, fake_give(m, fake_frame(test, m, 3)));
		KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest),
				NETDEV_TX_OK);
		KUNIT_EXPECT_PTR_EQ(test, rest, skb);
		KUNIT_EXPECT_FALSE(test, stopped(m));
	}
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 3);

	netif_wake_subqueue(vf->dev, 2);
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 4);
}

/* Of the stuck one no frame has come since it has room. */
static void queue_is_not_stuck_for_another_that_was(struct kunit *test)
{
	struct sk_buff *a, *b, *rest;
	struct fake_master *m;
	struct fake_vf *vf;

	small_pair_create(test, &m, &vf);
	netif_stop_subqueue(vf->dev, 2);
	a = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, a, false, &rest),
			NETDEV_TX_BUSY);
	wait_ms(30);
	netif_wake_subqueue(vf->dev, 2);
	netif_stop_subqueue(vf->dev, 3);
	b = fake_frame(test, m, 3);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, b, false, &rest),
			NETDEV_TX_BUSY);
	KUNIT_EXPECT_TRUE(test, stopped(m));
	kfree_skb(a);
	kfree_skb(b);
}

static void waiting_queue_goes_on_when_the_path_moves(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *skb;
	struct fake_vf *vf;
	struct sk_buff *rest;

	fake_pair_create(test, &m, &vf);
	netif_stop_subqueue(vf->dev, 2);
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_EQ(test, fake_give_more(m, skb, false, &rest), NETDEV_TX_BUSY);
	fake_vf_close(vf);
	KUNIT_EXPECT_FALSE(test, stopped(m));
	kfree_skb(skb);
}

static struct kunit_case queue_test_cases[] = {
	KUNIT_CASE(burst_is_one_for_the_driver),
	KUNIT_CASE(burst_over_two_queues_promises_nothing),
	KUNIT_CASE(burst_goes_on_when_the_vf_is_full),
	KUNIT_CASE(burst_comes_back_in_order),
	KUNIT_CASE(end_of_a_burst_that_is_cut_off_is_sent),
	KUNIT_CASE(promise_of_more_is_kept_when_the_path_moves),
	KUNIT_CASE(queue_waits_for_a_driver_that_is_full),
	KUNIT_CASE(queue_waits_for_bql),
	KUNIT_CASE(queue_waits_as_soon_as_the_vf_is_full),
	KUNIT_CASE(vf_that_had_room_meanwhile_is_not_stuck),
	KUNIT_CASE(frame_for_a_stuck_vf_comes_back),
	KUNIT_CASE(stuck_queue_stays_so_while_another_has_room),
	KUNIT_CASE(queue_is_not_stuck_for_another_that_was),
	KUNIT_CASE(waiting_queue_goes_on_when_the_path_moves),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "vf_bond_queue",
	.test_cases = queue_test_cases,
};

kunit_test_suite(queue_suite);

MODULE_DESCRIPTION("The master's queues while a VF carries the data");
MODULE_LICENSE("GPL");
