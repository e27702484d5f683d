// SPDX-License-Identifier: GPL-2.0-only
/* Channels that do not open, their memory, and when they interrupt. */
#include "netvsc_tx_fixture.h"

#include "rx.h"
#include "tx.h"

/* ---- row 73: a channel does not open ---- */

static void sub_channel_that_does_not_open_is_a_queue_less(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=open:2 count=1");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	/* queues are numbered without gaps */
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 2);
	KUNIT_EXPECT_EQ(test, e2e_channel(e)->nvdev->num_channels, 2);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
	/* and the next time it does */
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 4);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

static void change_ends_as_before_if_the_channel_does_not_open(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=open:0 count=1");
	KUNIT_EXPECT_LT(test, e2e_set_channels(e, 2), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 1);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

static void probe_fails_if_the_channel_does_not_open(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct device *dev;

	e2e_offer(test);
	AWAIT(test, e2e_find_interface(e->cfg.mac));
	dev = get_device(e2e_find_interface(e->cfg.mac)->dev.parent);
	device_release_driver(dev);
	e2e_add_fault(test, "drop what=open:0 count=1");
	KUNIT_EXPECT_GE(test, device_attach(dev), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
	KUNIT_EXPECT_GE(test, device_attach(dev), 0);
	KUNIT_EXPECT_TRUE(test, e2e_find_interface(e->cfg.mac));
	put_device(dev);
}

/* ---- row 74: memory of a queue ---- */

/* KASAN finds what is freed twice; the exit of the test, what never is. */
static void memory_of_a_queue_is_freed_once(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;

	e2e_start(test);
	ch = kunit_kzalloc(test, sizeof(*ch), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ch);
	ch->nvdev = e2e_channel(e)->nvdev;
	ch->vmbus = e2e_channel(e)->vmbus;
	KUNIT_EXPECT_EQ(test, netvsc_rx_init(ch), 0);
	KUNIT_EXPECT_EQ(test, netvsc_tx_init(ch), 0);
	netvsc_tx_free(ch);
	netvsc_rx_free(ch);
	netvsc_tx_free(ch);
	netvsc_rx_free(ch);
}

/* ---- when the host interrupts ---- */

static u32 masked(const struct e2e *e)
{
	struct hv_ring_buffer_info *in = &e2e_channel(e)->vmbus->inbound;

	return READ_ONCE(in->ring_buffer->interrupt_mask);
}

/*
 * The kernel's own means to have fewer interrupts: the driver asks for the
 * next one only when the kernel says that polling has ended.
 */
static void interrupts_are_deferred_as_the_kernel_is_told(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct napi_struct *napi;

	e2e_start(test);
	e2e_frames_from_wire(test, 10, 100);
	AWAIT(test, !masked(e));

	napi = &e2e_channel(e)->napi;
	WRITE_ONCE(*compat_defer_hard_irqs(napi), 1);
	WRITE_ONCE(*compat_gro_flush_timeout(napi), NSEC_PER_SEC);
	e2e_frames_from_wire(test, 10, 100);
	KUNIT_EXPECT_EQ(test, masked(e), 1);
	/* the timer polls, finds nothing, and then they come again */
	AWAIT(test, !masked(e));
}

static struct kunit_case channel_cases[] = {
	KUNIT_CASE(sub_channel_that_does_not_open_is_a_queue_less),
	KUNIT_CASE(change_ends_as_before_if_the_channel_does_not_open),
	KUNIT_CASE(probe_fails_if_the_channel_does_not_open),
	KUNIT_CASE(memory_of_a_queue_is_freed_once),
	KUNIT_CASE(interrupts_are_deferred_as_the_kernel_is_told),
	{}
};

static struct kunit_suite channel_suite = {
	.name = "netvsc_channel",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = channel_cases,
};

kunit_test_suite(channel_suite);

MODULE_DESCRIPTION("Tests of the channels of hv_netvsc");
MODULE_LICENSE("GPL");
