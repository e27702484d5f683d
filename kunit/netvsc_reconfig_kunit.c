// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of configuration, a host that refuses them or does not answer, and
 * how the interface comes back.
 */
#include "netvsc_fixture.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

/* ---- what users change ---- */

static int set_rings(struct e2e *e, u32 rx, u32 tx)
{
	struct ethtool_ringparam ring = {};
	int err;

	rtnl_lock();
	e->ndev->ethtool_ops->get_ringparam(e->ndev, &ring, NULL, NULL);
	if (rx)
		ring.rx_pending = rx;
	if (tx)
		ring.tx_pending = tx;
	err = e->ndev->ethtool_ops->set_ringparam(e->ndev, &ring, NULL, NULL);
	rtnl_unlock();
	return err;
}

static void start_with_queues(struct kunit *test, u32 n)
{
	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(test->priv, n), 0);
}

static void expect_traffic(struct kunit *test)
{
	struct e2e *e = test->priv;

	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

/* ---- without closing anything ---- */

static void mtu_that_the_host_knows_needs_no_new_device(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_device *first, *large;

	e2e_start(test);
	first = e2e_device(e);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 1280), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), first);
	KUNIT_EXPECT_EQ(test, e->ndev->mtu, 1280);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	large = e2e_device(e);
	KUNIT_EXPECT_EQ(test, large->mtu, 9000);
	e2e_frames_to_wire(test, 10, 9014);
	e2e_frames_from_wire(test, 10, 9014);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 1500), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), large);
	expect_traffic(test);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), large);
	e2e_frames_to_wire(test, 10, 9014);
	e2e_frames_from_wire(test, 10, 9014);
}

static void expect_queues(struct kunit *test, u32 n)
{
	struct e2e *e = test->priv;
	u32 i;

	KUNIT_EXPECT_EQ(test, e2e_device(e)->num_channels, n);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, n);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_rx_queues, n);
	for (i = 0; i < e2e_device(e)->rss_entries; i++)
		KUNIT_EXPECT_LT(test, e2e_priv(e)->rss.table[i], n);
	expect_traffic(test);
}

static void open_channels_are_used_or_not_as_wanted(struct kunit *test)
{
	static const u32 counts[] = { 2, 4, 1, 3, 4 };
	struct e2e *e = test->priv;
	struct netvsc_device *first;
	int i;

	start_with_queues(test, 4);
	expect_queues(test, 4);
	first = e2e_device(e);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		KUNIT_ASSERT_EQ(test, e2e_set_channels(e, counts[i]), 0);
		expect_queues(test, counts[i]);
		KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), first);
	}
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 5), 0);
	expect_queues(test, 5);
}

static void host_that_refuses_the_table_changes_nothing(struct kunit *test)
{
	struct e2e *e = test->priv;

	start_with_queues(test, 4);
	e2e_add_fault(test, "drop what=oid:00010204 count=1");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 2), -ETIMEDOUT);
	expect_queues(test, 4);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->tx_limit, 0);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->config.channels, 4);
}

/* ---- with another device ---- */

static u32 rx_ring(struct e2e *e, u32 *max)
{
	struct ethtool_ringparam ring = {};

	rtnl_lock();
	e->ndev->ethtool_ops->get_ringparam(e->ndev, &ring, NULL, NULL);
	rtnl_unlock();
	*max = ring.rx_max_pending;
	return ring.rx_pending;
}

/* The host goes on to make sections for the large one. */
static void rings_can_be_as_before_a_large_mtu(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 first, first_max, max;
	struct netvsc_mem *recv;

	e2e_start(test);
	first = rx_ring(e, &first_max);
	recv = e2e_device(e)->recv.mem;
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	KUNIT_EXPECT_LT(test, rx_ring(e, &max), first);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 1500), 0);
	KUNIT_EXPECT_LT(test, rx_ring(e, &max), first);
	KUNIT_EXPECT_EQ(test, max, first_max);
	/* a change of the other ring does not shrink the buffer */
	KUNIT_ASSERT_EQ(test, set_rings(e, 0, 100), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e)->recv.mem, recv);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 1500), 0);
	KUNIT_ASSERT_EQ(test, set_rings(e, first, 0), 0);
	KUNIT_EXPECT_EQ(test, rx_ring(e, &max), first);
	expect_traffic(test);
}

static void buffers_that_fit_are_kept(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_mem *recv, *send;
	u32 handle;

	e2e_start(test);
	recv = e2e_device(e)->recv.mem;
	send = e2e_device(e)->send.mem;
	handle = recv->gpadl.gpadl_handle;
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 9000), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e)->recv.mem, recv);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e)->send.mem, send);
	KUNIT_EXPECT_EQ(test, recv->gpadl.gpadl_handle, handle);
	KUNIT_EXPECT_EQ(test, recv->users, 1);
	KUNIT_ASSERT_EQ(test, set_rings(e, 1000, 0), 0);
	KUNIT_EXPECT_PTR_NE(test, e2e_device(e)->recv.mem, recv);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e)->send.mem, send);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->recv.mem->users, 1);
	expect_traffic(test);
	KUNIT_ASSERT_EQ(test, set_rings(e, 0, 100), 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->send.section_count, 100);
	expect_traffic(test);
}

static int change_mtu(struct e2e *e)
{
	return e2e_set_mtu(e, 4000);
}

static int change_rings(struct e2e *e)
{
	return set_rings(e, 2000, 64);
}

static int change_channels(struct e2e *e)
{
	return e2e_set_channels(e, 6);
}

struct change_case {
	const char *name;
	int (*change)(struct e2e *e);
};

static const struct change_case change_cases[] = {
	{ "mtu", change_mtu },
	{ "rings", change_rings },
	{ "channels", change_channels },
};

static void change_desc(const struct change_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(change, change_cases, change_desc);

static void set_features(struct e2e *e, netdev_features_t off)
{
	rtnl_lock();
	e->ndev->wanted_features &= ~off;
	netdev_update_features(e->ndev);
	rtnl_unlock();
}

/* Row 67 of the list of things that went wrong elsewhere. */
static void settings_survive_a_change_of(struct kunit *test)
{
	const netdev_features_t off = NETIF_F_TSO | NETIF_F_RXCSUM |
				      NETIF_F_LRO;
	const struct change_case *c = test->param_value;
	struct e2e *e = test->priv;
	struct netvsc_rss rss;
	u32 filter;

	start_with_queues(test, 4);
	rtnl_lock();
	memset(e2e_priv(e)->rss.key, 0x5a, sizeof(e2e_priv(e)->rss.key));
	e2e_priv(e)->rss.table[0] = 3;
	e2e_priv(e)->rss.table_set = true;
	e2e_priv(e)->l4_hash = 0;
	dev_set_promiscuity(e->ndev, 1);
	rtnl_unlock();
	set_features(e, off);
	rss = e2e_priv(e)->rss;
	AWAIT(test, READ_ONCE(e2e_device(e)->filter) == RNDIS_PACKET_TYPE_PROMISCUOUS);
	filter = e2e_device(e)->filter;

	KUNIT_ASSERT_EQ(test, c->change(e), 0);
	KUNIT_EXPECT_MEMEQ(test, e2e_priv(e)->rss.key, rss.key, sizeof(rss.key));
	KUNIT_EXPECT_MEMEQ(test, e2e_priv(e)->rss.table, rss.table,
			   rss.table_entries * sizeof(rss.table[0]));
	KUNIT_EXPECT_TRUE(test, e2e_priv(e)->rss.table_set);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->l4_hash, 0);
	KUNIT_EXPECT_EQ(test, e->ndev->features & off, 0);
	KUNIT_EXPECT_FALSE(test, e2e_device(e)->rsc);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->filter, filter);
	expect_traffic(test);
}

/* ---- one queue first ---- */

/* Sends a frame as soon as there is another device than @first. */
struct early {
	struct work_struct work;
	struct kunit *test;
	struct netvsc_device *first;
	bool passed;
};

static void send_early(struct work_struct *work)
{
	struct early *early = container_of(work, struct early, work);
	struct e2e *e = early->test->priv;
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (e2e_device(e) && e2e_device(e) != early->first)
			break;
		usleep_range(1000, 2000);
	}
	e2e_send(early->test, e->ndev, e->wire, 0, 100);
	for (tries = 0; tries < 1000 && !early->passed; tries++) {
		usleep_range(1000, 2000);
		early->passed = skb_queue_len_lockless(&e->at_wire.frames);
	}
}

static void frames_pass_before_sub_channels_are_there(struct kunit *test)
{
	struct early early = { .test = test };
	struct e2e *e = test->priv;

	start_with_queues(test, 4);
	early.first = e2e_device(e);
	INIT_WORK_ONSTACK(&early.work, send_early);
	e2e_add_fault(test, "delay what=nvsp:133 ms=3000 count=1");
	schedule_work(&early.work);
	KUNIT_EXPECT_EQ(test, set_rings(e, 1000, 0), 0);
	flush_work(&early.work);
	destroy_work_on_stack(&early.work);
	KUNIT_EXPECT_TRUE(test, early.passed);
	skb_queue_purge(&e->at_wire.frames);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->tx_limit, 0);
	expect_queues(test, 4);
}

/* The host offers them before it answers, and the answer is lost. */
static void sub_channels_that_came_are_used(struct kunit *test)
{
	struct e2e *e = test->priv;

	start_with_queues(test, 4);
	e2e_add_fault(test, "drop what=nvsp:133 count=1");
	KUNIT_EXPECT_EQ(test, set_rings(e, 1000, 0), 0);
	expect_queues(test, 4);
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 2), 0);
	expect_queues(test, 2);
}

/* ---- a host that does not take part ---- */

static void refused_change_leaves_the_old_one_of(struct kunit *test)
{
	const struct change_case *c = test->param_value;
	struct e2e *e = test->priv;
	struct netvsc_config config;

	e2e_start(test);
	config = e2e_priv(e)->config;
	e2e_add_fault(test, "drop what=nvsp:101 count=1");
	KUNIT_EXPECT_EQ(test, c->change(e), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, e->ndev->mtu, ETH_DATA_LEN);
	KUNIT_EXPECT_MEMEQ(test, &e2e_priv(e)->config, &config, sizeof(config));
	KUNIT_EXPECT_TRUE(test, netif_device_present(e->ndev));
	expect_traffic(test);
	KUNIT_EXPECT_EQ(test, c->change(e), 0);
	expect_traffic(test);
}

/* Both the change and going back fail. */
static void lose_device(struct kunit *test, const char *fault)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, fault);
	KUNIT_EXPECT_EQ(test, set_rings(e, 1000, 0), -ETIMEDOUT);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), NULL);
	KUNIT_EXPECT_FALSE(test, netif_device_present(e->ndev));
}

static void lost_device_comes_back_with_the_host(struct kunit *test)
{
	struct e2e *e = test->priv;

	lose_device(test, "drop what=nvsp:1 count=4");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 2), -ENODEV);
	KUNIT_EXPECT_EQ(test, e2e_set_mtu(e, 2000), -ENODEV);
	AWAIT(test, netif_device_present(e->ndev));
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->recover.tries, 0);
	expect_traffic(test);
}

static void lost_device_can_be_removed(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start;

	lose_device(test, "drop what=nvsp:1 count=0");
	start = jiffies;
	e2e_stop(e);
	KUNIT_EXPECT_LT(test, jiffies - start, 10 * HZ);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
}

static const char * const rescind_cases[] = {
	"nvsp:1", "nvsp:101", "nvsp:104", "nvsp:133", "rndis:2",
	"oid:00010106", "oid:00010203", "oid:0001010e",
};

static void rescind_desc(const char * const *at, char *desc)
{
	strscpy(desc, *at, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rescind, rescind_cases, rescind_desc);

static void rescind_ends_a_change_at(struct kunit *test)
{
	const char * const *at = test->param_value;
	struct e2e *e = test->priv;
	unsigned long start;
	char fault[64];

	e2e_start(test);
	snprintf(fault, sizeof(fault), "rescind at=%s", *at);
	e2e_add_fault(test, fault);
	start = jiffies;
	e2e_set_channels(e, 4);
	KUNIT_EXPECT_LT(test, jiffies - start, 2 * HZ);
	e2e_stop(e);
	KUNIT_EXPECT_LT(test, jiffies - start, 10 * HZ);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
}

/* Enough that BQL stops the queue when nothing is completed. */
#define STUCK_FRAMES	150

static void queue_without_completions_begins_anew(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_device *first;
	u32 seq;

	e2e_start(test);
	first = e2e_device(e);
	e2e_add_fault(test, "drop what=completion count=0");
	for (seq = 0; seq < STUCK_FRAMES; seq++)
		e2e_send(test, e->ndev, e->wire, seq, 1500);
	AWAIT(test, atomic_long_read(&e2e_priv(e)->stats.tx_timeout) >= 2);
	hvsim_faults_clear(&e->nic->faults);
	AWAIT(test, e2e_device(e) && e2e_device(e) != first);
	AWAIT(test, netif_device_present(e->ndev));
	/* what the queue held back, and nothing twice */
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= STUCK_FRAMES);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_wire.frames),
			STUCK_FRAMES);
	skb_queue_purge(&e->at_wire.frames);
	expect_traffic(test);
}

static void late_completions_are_not_a_reason_to_begin_anew(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_device *first;
	u32 seq;

	e2e_start(test);
	first = e2e_device(e);
	e2e_add_fault(test, "delay what=completion ms=7000 count=100");
	for (seq = 0; seq < STUCK_FRAMES; seq++)
		e2e_send(test, e->ndev, e->wire, seq, 1500);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= STUCK_FRAMES);
	KUNIT_EXPECT_GE(test, atomic_long_read(&e2e_priv(e)->stats.tx_timeout), 1);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), first);
	skb_queue_purge(&e->at_wire.frames);
	expect_traffic(test);
}

/* ---- suspend and resume ---- */

static struct hv_driver *driver(const struct e2e *e)
{
	return drv_to_hv_drv(e->ndev->dev.parent->driver);
}

static void suspend(struct kunit *test)
{
	struct e2e *e = test->priv;

	KUNIT_ASSERT_EQ(test, driver(e)->suspend(e2e_priv(e)->hdev), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), NULL);
	KUNIT_EXPECT_FALSE(test, netif_device_present(e->ndev));
}

static void interface_resumes_as_it_was(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 3), 0);
	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, 4000), 0);
	suspend(test);
	KUNIT_ASSERT_EQ(test, driver(e)->resume(e2e_priv(e)->hdev), 0);
	expect_queues(test, 3);
	e2e_frames_to_wire(test, 10, 4014);
	e2e_frames_from_wire(test, 10, 4014);
}

static void closed_interface_resumes_closed(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	rtnl_lock();
	dev_close(e->ndev);
	rtnl_unlock();
	suspend(test);
	KUNIT_ASSERT_EQ(test, driver(e)->resume(e2e_priv(e)->hdev), 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->filter, 0);
	e2e_bring_up(test, e->ndev);
	expect_traffic(test);
}

static void vf_carries_the_frames_again_after_resume(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	suspend(test);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_SYNTHETIC);
	KUNIT_ASSERT_EQ(test, driver(e)->resume(e2e_priv(e)->hdev), 0);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_expect_vf(test);
}

static void vf_that_is_gone_at_resume_is_not_missed(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	suspend(test);
	KUNIT_ASSERT_EQ(test, e2e_pull(e, true), 0);
	KUNIT_ASSERT_EQ(test, driver(e)->resume(e2e_priv(e)->hdev), 0);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_expect_synthetic(test);
}

static void host_that_is_late_at_resume_is_waited_for(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	suspend(test);
	e2e_add_fault(test, "drop what=rndis:2 count=2");
	KUNIT_EXPECT_EQ(test, driver(e)->resume(e2e_priv(e)->hdev), -ETIMEDOUT);
	AWAIT(test, netif_device_present(e->ndev));
	expect_traffic(test);
}

static void suspended_interface_can_be_removed(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	suspend(test);
	e2e_stop(e);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
}

static struct kunit_case reconfig_cases[] = {
	KUNIT_CASE(mtu_that_the_host_knows_needs_no_new_device),
	KUNIT_CASE(open_channels_are_used_or_not_as_wanted),
	KUNIT_CASE(host_that_refuses_the_table_changes_nothing),
	KUNIT_CASE(buffers_that_fit_are_kept),
	KUNIT_CASE(rings_can_be_as_before_a_large_mtu),
	KUNIT_CASE_PARAM(settings_survive_a_change_of, change_gen_params),
	KUNIT_CASE(frames_pass_before_sub_channels_are_there),
	KUNIT_CASE(sub_channels_that_came_are_used),
	KUNIT_CASE_PARAM(refused_change_leaves_the_old_one_of,
			 change_gen_params),
	KUNIT_CASE(lost_device_comes_back_with_the_host),
	KUNIT_CASE(lost_device_can_be_removed),
	KUNIT_CASE_PARAM(rescind_ends_a_change_at, rescind_gen_params),
	KUNIT_CASE(queue_without_completions_begins_anew),
	KUNIT_CASE(late_completions_are_not_a_reason_to_begin_anew),
	KUNIT_CASE(interface_resumes_as_it_was),
	KUNIT_CASE(closed_interface_resumes_closed),
	KUNIT_CASE(vf_carries_the_frames_again_after_resume),
	KUNIT_CASE(vf_that_is_gone_at_resume_is_not_missed),
	KUNIT_CASE(host_that_is_late_at_resume_is_waited_for),
	KUNIT_CASE(suspended_interface_can_be_removed),
	{}
};

static struct kunit_suite reconfig_suite = {
	.name = "netvsc_reconfig",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = reconfig_cases,
};

kunit_test_suite(reconfig_suite);

MODULE_DESCRIPTION("Tests of changes of configuration and of recovery");
MODULE_LICENSE("GPL");
