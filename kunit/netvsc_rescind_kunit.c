// SPDX-License-Identifier: GPL-2.0-only
/*
 * Things that come when nobody expects them any more: offers, rescinds, work
 * for a closed interface; and hosts that want their buffers back early.
 */
#include "netvsc_tx_fixture.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "nvsp.h"

/* ---- row 70: offers of sub-channels ---- */

static void offers_that_come_late_are_used(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "delay what=offer ms=3000");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 4);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

/* They are neither opened nor remembered. */
static void offers_that_come_too_late_are_left_alone(struct kunit *test)
{
	struct e2e *e = test->priv;
	int i;

	e2e_start(test);
	e2e_add_fault(test, "delay what=offer ms=8000");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 1);
	schedule_timeout_uninterruptible(10 * HZ);
	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, e2e_device(e)->channels[i], NULL);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
	/* the next time they are in time */
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 3), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 3);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

static void offers_that_never_come_are_not_needed(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start;

	e2e_start(test);
	e2e_add_fault(test, "drop what=offer");
	start = jiffies;
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	KUNIT_EXPECT_LT(test, jiffies - start, 10 * HZ);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 1);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

/* The host takes the NIC away after so many milliseconds. */
struct later {
	struct delayed_work work;
	struct e2e *e;
};

static void rescind_later(struct work_struct *work)
{
	struct later *later = container_of(to_delayed_work(work), struct later,
					   work);

	hvsim_nic_rescind(later->e->nic);
}

static void start_later(struct kunit *test, struct later *later,
			unsigned int ms)
{
	later->e = test->priv;
	INIT_DELAYED_WORK_ONSTACK(&later->work, rescind_later);
	schedule_delayed_work(&later->work, msecs_to_jiffies(ms));
}

static void end_later(struct later *later)
{
	flush_delayed_work(&later->work);
	destroy_delayed_work_on_stack(&later->work);
}

static void expect_gone(struct kunit *test, unsigned long start,
			unsigned long bound)
{
	struct e2e *e = test->priv;

	KUNIT_EXPECT_LT(test, jiffies - start, bound);
	e2e_stop(e);
	KUNIT_EXPECT_LT(test, jiffies - start, bound + 10 * HZ);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
}

static const unsigned int removal_cases[] = { 0, 200, 500, 501, 800 };

static void removal_desc(const unsigned int *ms, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u_ms", *ms);
}

KUNIT_ARRAY_PARAM(removal, removal_cases, removal_desc);

/* Offers come after 500 ms; the rescind before, at that moment, after. */
static void offers_and_removal_may_meet(struct kunit *test)
{
	const unsigned int *ms = test->param_value;
	struct e2e *e = test->priv;
	struct later later;
	unsigned long start;

	e2e_start(test);
	e2e_add_fault(test, "delay what=offer ms=500");
	start = jiffies;
	start_later(test, &later, *ms);
	e2e_set_channels(e, 8);
	end_later(&later);
	expect_gone(test, start, 3 * HZ);
}

/* ---- row 80: rescind at any time ---- */

static void close_interface(struct kunit *test)
{
	struct e2e *e = test->priv;

	rtnl_lock();
	dev_close(e->ndev);
	rtnl_unlock();
}

static void exchange_device(struct kunit *test)
{
	e2e_set_channels(test->priv, 4);
}

static void plug_vf(struct kunit *test)
{
	struct e2e *e = test->priv;

	KUNIT_EXPECT_EQ(test, e2e_plug(e), 0);
	AWAIT(test, READ_ONCE(netvsc_primary(e2e_device(e))->rescind));
}

static void plug_and_close(struct kunit *test)
{
	e2e_plug_and_switch(test);
	e2e_add_fault(test, "rescind at=nvsp:129");
	close_interface(test);
}

struct rescind_case {
	const char *name;
	const char *at;
	void (*act)(struct kunit *test);
};

static const struct rescind_case rescind_cases[] = {
	{ "close", "oid:0001010e", close_interface },
	{ "detach", "oid:0001010e", exchange_device },
	{ "halt", "rndis:3", exchange_device },
	{ "revoke_of_the_receive_buffer", "nvsp:103", exchange_device },
	{ "revoke_of_the_send_buffer", "nvsp:106", exchange_device },
	{ "switch_to_the_vf", "nvsp:129", plug_vf },
	{ "switch_back", NULL, plug_and_close },
};

static void rescind_desc(const struct rescind_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rescind, rescind_cases, rescind_desc);

static void rescind_ends_at_once(struct kunit *test)
{
	const struct rescind_case *c = test->param_value;
	unsigned long start;
	char fault[64];

	e2e_start(test);
	if (c->at) {
		snprintf(fault, sizeof(fault), "rescind at=%s", c->at);
		e2e_add_fault(test, fault);
	}
	start = jiffies;
	c->act(test);
	expect_gone(test, start, 2 * HZ);
}

/* The host keeps frames: that is waited for, up to 2 s, before HALT. */
static void rescind_ends_the_wait_for_frames(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct later later;
	unsigned long start;

	e2e_start(test);
	e2e_add_fault(test, "drop what=completion count=0");
	e2e_send(test, e->ndev, e->wire, 0, 100);
	AWAIT(test, !skb_queue_empty_lockless(&e->at_wire.frames));
	start = jiffies;
	start_later(test, &later, 300);
	e2e_set_channels(e, 4);
	end_later(&later);
	expect_gone(test, start, HZ);
}

/* ---- row 79: hosts before Windows 10 ---- */

static const u32 vmbus_cases[] = {
	VERSION_WIN8, VERSION_WIN8_1, VERSION_WIN10, VERSION_WIN10_V5_3,
};

static void vmbus_desc(const u32 *version, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "vmbus_%u.%u", *version >> 16,
		 *version & 0xffff);
}

KUNIT_ARRAY_PARAM(vmbus, vmbus_cases, vmbus_desc);

/* The host complains of a teardown at the wrong time. */
static void buffers_are_taken_back_when_the_host_gives_them(struct kunit *test)
{
	const u32 *version = test->param_value;
	bool early = *version < VERSION_WIN10;
	struct e2e *e = test->priv;
	u32 handle;

	vmbus_proto_version = *version;
	e2e_start(test);
	handle = e2e_device(e)->recv.mem->gpadl.gpadl_handle;
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	AWAIT(test, e2e_ready(e->ndev));
	/* the same memory, shared anew with a host that took it back */
	if (early)
		KUNIT_EXPECT_NE(test, handle,
				e2e_device(e)->recv.mem->gpadl.gpadl_handle);
	else
		KUNIT_EXPECT_EQ(test, handle,
				e2e_device(e)->recv.mem->gpadl.gpadl_handle);
	e2e_frames_to_wire(test, 10, 9014);
	e2e_frames_from_wire(test, 10, 9014);
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
	e2e_stop(e);
}

/* ---- row 85: the receive filter ---- */

static u32 host_filter(const struct e2e *e)
{
	return READ_ONCE(e->nic->sw.filter);
}

static void filter_stays_off_once_the_interface_is_closed(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	KUNIT_EXPECT_NE(test, host_filter(e), 0);
	rtnl_lock();
	/* the work waits for RTNL, and then finds a closed interface */
	netvsc_device_update_filter(e2e_priv(e));
	schedule_timeout_uninterruptible(HZ / 10);
	dev_close(e->ndev);
	netvsc_device_update_filter(e2e_priv(e));
	rtnl_unlock();
	flush_work(&e2e_priv(e)->filter_work);
	KUNIT_EXPECT_EQ(test, host_filter(e), 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->filter, 0);

	/* lists change while it is closed */
	rtnl_lock();
	dev_set_allmulti(e->ndev, 1);
	rtnl_unlock();
	flush_work(&e2e_priv(e)->filter_work);
	KUNIT_EXPECT_EQ(test, host_filter(e), 0);
	e2e_bring_up(test, e->ndev);
	KUNIT_EXPECT_TRUE(test, host_filter(e) &
				RNDIS_PACKET_TYPE_ALL_MULTICAST);
	e2e_frames_both_ways(test);
}

static void rescind_exit(struct kunit *test)
{
	e2e_exit(test);
	vmbus_proto_version = VERSION_WIN10_V5_3;
}

static struct kunit_case rescind_kunit_cases[] = {
	KUNIT_CASE(offers_that_come_late_are_used),
	KUNIT_CASE(offers_that_come_too_late_are_left_alone),
	KUNIT_CASE(offers_that_never_come_are_not_needed),
	KUNIT_CASE_PARAM(offers_and_removal_may_meet, removal_gen_params),
	KUNIT_CASE_PARAM(rescind_ends_at_once, rescind_gen_params),
	KUNIT_CASE(rescind_ends_the_wait_for_frames),
	KUNIT_CASE_PARAM(buffers_are_taken_back_when_the_host_gives_them,
			 vmbus_gen_params),
	KUNIT_CASE(filter_stays_off_once_the_interface_is_closed),
	{}
};

static struct kunit_suite rescind_suite = {
	.name = "netvsc_rescind",
	.init = e2e_init,
	.exit = rescind_exit,
	.test_cases = rescind_kunit_cases,
};

kunit_test_suite(rescind_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc with a host that is late or gone");
MODULE_LICENSE("GPL");
