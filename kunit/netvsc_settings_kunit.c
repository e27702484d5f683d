// SPDX-License-Identifier: GPL-2.0-only
/*
 * What users have set, and the host can do, over hosts that change and hosts
 * that refuse.
 */
#include "netvsc_fixture.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "reconfig.h"
#include "rss.h"

/* Begin anew with the host. */
static int reset(struct e2e *e)
{
	int err;

	rtnl_lock();
	err = netvsc_reconfig_reset(e2e_priv(e));
	rtnl_unlock();
	return err;
}

/* A change for which the device is exchanged for another one. */
static int exchange(struct e2e *e)
{
	struct netvsc_config config;
	int err;

	rtnl_lock();
	config = e2e_priv(e)->config;
	config.rings_asked++;
	err = netvsc_reconfig(e2e_priv(e), &config, e->ndev->mtu);
	rtnl_unlock();
	return err;
}

struct begin_case {
	const char *name;
	int (*begin)(struct e2e *e);
};

static const struct begin_case begin_cases[] = {
	{ "reset", reset },
	{ "exchange", exchange },
};

static void begin_desc(const struct begin_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(begin, begin_cases, begin_desc);

static void expect_traffic(struct kunit *test)
{
	struct e2e *e = test->priv;

	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

/* ---- receive side scaling ---- */

static void table_outlives_a_host_without_one(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_rss *rss;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 4), 0);
	rss = &e2e_priv(e)->rss;
	rtnl_lock();
	memset(rss->table, 0, sizeof(rss->table));
	rss->table_set = true;
	netvsc_rss_spread(e2e_priv(e), 1, 0);
	netvsc_rss_spread(e2e_priv(e), 1, NDIS_RSS_TABLE_DEFAULT);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, rss->table_set);
	KUNIT_EXPECT_EQ(test, rss->table_entries, NDIS_RSS_TABLE_DEFAULT);
	expect_traffic(test);
}

/* Hosts turn scaling off before they take another key. */
static void refused_key_leaves_the_old_one_in_force(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_rss old, wanted;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 4), 0);
	old = e2e_priv(e)->rss;
	wanted = old;
	memset(wanted.key, 0x77, sizeof(wanted.key));
	KUNIT_ASSERT_TRUE(test, e->nic->sw.rss.enabled);

	e2e_add_fault(test, "drop what=oid:00010204 nth=2 count=1");
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, netvsc_rss_change(e2e_device(e), &wanted),
			-ETIMEDOUT);
	rtnl_unlock();
	KUNIT_EXPECT_MEMEQ(test, e2e_priv(e)->rss.key, old.key, sizeof(old.key));
	KUNIT_EXPECT_TRUE(test, e->nic->sw.rss.enabled);
	KUNIT_EXPECT_MEMEQ(test, e->nic->sw.rss.key, old.key, sizeof(old.key));
	expect_traffic(test);
}

/* ---- features ---- */

/* The interface resumes on another host, and comes back. */
static void offloads_are_those_of_the_host_after_a(struct kunit *test)
{
	const struct begin_case *c = test->param_value;
	const netdev_features_t large = NETIF_F_TSO | NETIF_F_TSO6;
	struct e2e *e = test->priv;
	u32 lso;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e->ndev->features & large, large);
	lso = e->nic->cfg.lso4;
	e->nic->cfg.lso4 = 0;
	e->nic->cfg.lso6 = 0;
	KUNIT_ASSERT_EQ(test, c->begin(e), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->hw_features & large, 0);
	KUNIT_EXPECT_EQ(test, e->ndev->features & large, 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->caps.lso4_max, 0);
	expect_traffic(test);

	e->nic->cfg.lso4 = lso;
	e->nic->cfg.lso6 = lso;
	KUNIT_ASSERT_EQ(test, c->begin(e), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->features & large, large);
	expect_traffic(test);
}

static void set_lro(struct e2e *e, bool on)
{
	rtnl_lock();
	if (on)
		e->ndev->wanted_features |= NETIF_F_LRO;
	else
		dev_disable_lro(e->ndev);
	netdev_update_features(e->ndev);
	rtnl_unlock();
}

/* The stack warns, as of a mistake of the kernel, if this has no effect. */
static void coalescing_that_the_host_goes_on_with_is_off(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=oid:fc01020c count=1");
	set_lro(e, false);
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);
	KUNIT_EXPECT_TRUE(test, e2e_device(e)->rsc);
	expect_traffic(test);
	/* told again with the next change */
	KUNIT_ASSERT_EQ(test, exchange(e), 0);
	KUNIT_EXPECT_FALSE(test, e2e_device(e)->rsc);
}

static void wish_without_a_device_is_told_to_the_next(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=nvsp:1 count=1");
	KUNIT_EXPECT_EQ(test, reset(e), -ETIMEDOUT);
	KUNIT_ASSERT_PTR_EQ(test, e2e_device(e), NULL);
	set_lro(e, false);
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);
	KUNIT_ASSERT_EQ(test, reset(e), 0);
	KUNIT_EXPECT_FALSE(test, e2e_device(e)->rsc);
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);
	expect_traffic(test);
}

/* ---- others ---- */

/* The cached one is what the host may no longer have. */
static void filter_that_may_be_another_is_sent_again(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	dev_hold(e->ndev);
	rtnl_lock();
	e2e_add_fault(test, "drop what=oid:0001010e count=1");
	dev_close(e->ndev);
	rtnl_unlock();
	dev_put(e->ndev);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->filter, NETVSC_FILTER_UNKNOWN);
	/* as if it had been late */
	e->nic->sw.filter = 0;
	e2e_bring_up(test, e->ndev);
	expect_traffic(test);
}

static void alias_that_was_removed_stays_so(struct kunit *test)
{
	struct e2e *e = test->priv;
	char alias[IFALIASZ] = "";

	strscpy(e->cfg.name, "Production", sizeof(e->cfg.name));
	e2e_start(test);
	dev_get_alias(e->ndev, alias, sizeof(alias));
	KUNIT_EXPECT_STREQ(test, alias, "Production");
	dev_set_alias(e->ndev, "", 0);
	KUNIT_ASSERT_EQ(test, exchange(e), 0);
	KUNIT_EXPECT_EQ(test, dev_get_alias(e->ndev, alias, sizeof(alias)), 0);
}

/* The host has fewer channels than there are processors. */
static void few_channels_are_no_reason_for_another_device(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_device *first;

	e->cfg.channels = 2;
	e2e_start(test);
	rtnl_lock();
	e2e_priv(e)->config.channels = 8;
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, exchange(e), 0);
	KUNIT_ASSERT_EQ(test, e2e_device(e)->num_channels, 2);
	first = e2e_device(e);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(e->ndev, 1400), 0);
	rtnl_unlock();
	KUNIT_EXPECT_PTR_EQ(test, e2e_device(e), first);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->num_channels, 2);
	expect_traffic(test);
}

/* What was taken for granted to let frames pass early has to hold. */
static void host_is_asked_while_frames_pass(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 4), 0);
	e->nic->cfg.channels = 2;
	e->nic->speed = 25000;
	KUNIT_ASSERT_EQ(test, exchange(e), 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->num_channels, 2);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->speed, 25000);
	expect_traffic(test);
}

static struct kunit_case settings_cases[] = {
	KUNIT_CASE(table_outlives_a_host_without_one),
	KUNIT_CASE(refused_key_leaves_the_old_one_in_force),
	KUNIT_CASE_PARAM(offloads_are_those_of_the_host_after_a,
			 begin_gen_params),
	KUNIT_CASE(coalescing_that_the_host_goes_on_with_is_off),
	KUNIT_CASE(wish_without_a_device_is_told_to_the_next),
	KUNIT_CASE(filter_that_may_be_another_is_sent_again),
	KUNIT_CASE(alias_that_was_removed_stays_so),
	KUNIT_CASE(few_channels_are_no_reason_for_another_device),
	KUNIT_CASE(host_is_asked_while_frames_pass),
	{}
};

static struct kunit_suite settings_suite = {
	.name = "netvsc_settings",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = settings_cases,
};

kunit_test_suite(settings_suite);

MODULE_DESCRIPTION("Tests of settings over changes of host and configuration");
MODULE_LICENSE("GPL");
