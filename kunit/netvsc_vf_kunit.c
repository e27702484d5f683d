// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pairing and the data path on the simulated host: every order in which things
 * can come, associations that change, switches that fail, several NICs.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>

#include "netvsc_fixture.h"

#include "hvsim/path.h"

/* ---- every order ---- */

/* The five things that have to happen before a VF carries the data. */
enum step { ASSOCIATED, REGISTERED, VF_UP, PROBED, OPENED, NUM_STEPS };

#define NUM_PERMUTATIONS	120

static void nth_permutation(unsigned int n, enum step order[NUM_STEPS])
{
	enum step left[NUM_STEPS] = {
		ASSOCIATED, REGISTERED, VF_UP, PROBED, OPENED
	};
	unsigned int i, pick, num;

	for (i = 0, num = NUM_STEPS; num; i++, num--) {
		pick = n % num;
		n /= num;
		order[i] = left[pick];
		left[pick] = left[num - 1];
	}
}

static unsigned int when(const enum step order[NUM_STEPS], enum step step)
{
	unsigned int i;

	for (i = 0; order[i] != step; i++)
		;
	return i;
}

/* What is not there cannot be opened. */
static bool possible(const enum step order[NUM_STEPS])
{
	return when(order, REGISTERED) < when(order, VF_UP) &&
	       when(order, PROBED) < when(order, OPENED);
}

static const void *order_gen_params(struct kunit *test, const void *prev,
				    char *desc)
{
	static const char letters[] = "ARUPO";
	unsigned long n = (unsigned long)prev;
	enum step order[NUM_STEPS];
	int i;

	do {
		if (n++ == NUM_PERMUTATIONS)
			return NULL;
		nth_permutation(n - 1, order);
	} while (!possible(order));

	for (i = 0; i < NUM_STEPS; i++)
		desc[i] = letters[order[i]];
	desc[i] = '\0';
	return (const void *)n;
}

static void open_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct net_device *vf = e2e_find_vf(e->cfg.mac);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, vf);
	rtnl_lock();
	err = dev_open(vf, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
}

/* @pause: ticks for whatever follows from it. */
static void do_step(struct kunit *test, enum step step, struct device *dev,
		    unsigned long pause)
{
	struct e2e *e = test->priv;

	switch (step) {
	case ASSOCIATED:
		/* without a driver it is remembered, which is an error */
		e2e_associate(e, true, e->cfg.serial);
		break;
	case REGISTERED:
		KUNIT_ASSERT_EQ(test, e2e_plug_silently(e), 0);
		break;
	case VF_UP:
		open_vf(test);
		break;
	case PROBED:
		KUNIT_ASSERT_EQ(test, device_attach(dev), 1);
		e2e_hold_devices(test);
		break;
	case OPENED:
		e2e_bring_up(test, e->wire);
		e2e_bring_up(test, e->ndev);
		break;
	default:
		break;
	}
	if (pause)
		schedule_timeout_uninterruptible(pause);
}

static void expect_joined(struct kunit *test, struct net_device *master,
			  struct net_device *vf)
{
	KUNIT_ASSERT_NOT_NULL(test, vf);
	rtnl_lock();
	KUNIT_EXPECT_PTR_EQ(test, netdev_master_upper_dev_get(vf), master);
	KUNIT_EXPECT_TRUE(test, vf->flags & IFF_SLAVE);
	KUNIT_EXPECT_TRUE(test, netif_running(vf));
	rtnl_unlock();
}

static void expect_order_to_end_on_the_vf(struct kunit *test,
					  unsigned long pause)
{
	unsigned long n = (unsigned long)test->param_value;
	struct e2e *e = test->priv;
	enum step order[NUM_STEPS];
	struct device *dev;
	int i;

	nth_permutation(n - 1, order);
	e2e_offer(test);
	AWAIT(test, e2e_find_interface(e->cfg.mac));
	dev = get_device(e2e_find_interface(e->cfg.mac)->dev.parent);
	device_release_driver(dev);

	for (i = 0; i < NUM_STEPS; i++)
		do_step(test, order[i], dev, pause);
	put_device(dev);

	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	expect_joined(test, e->ndev, e2e_find_vf(e->cfg.mac));
	KUNIT_EXPECT_EQ(test, e->nic->sw.path, HVSIM_PATH_VF);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_SWITCHES_TO_VF), 1);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_SWITCHES_TO_SYNTHETIC), 0);
	e2e_expect_vf(test);
}

static void every_order_ends_on_the_vf(struct kunit *test)
{
	expect_order_to_end_on_the_vf(test, HZ / 10);
}

/* Each thing happens while what follows from those before is under way. */
static void every_order_at_once_ends_on_the_vf(struct kunit *test)
{
	expect_order_to_end_on_the_vf(test, 0);
}

/* ---- association ---- */

static void vf_that_is_never_associated_gets_no_data(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_plug_silently(e), 0);
	AWAIT(test, e2e_find_vf(e->cfg.mac));
	schedule_timeout_uninterruptible(10 * HZ);
	expect_joined(test, e->ndev, e2e_find_vf(e->cfg.mac));
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);

	KUNIT_EXPECT_EQ(test, e2e_associate(e, true, e->cfg.serial), 0);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);
}

static void association_may_flip_and_repeat(struct kunit *test)
{
	struct e2e *e = test->priv;
	int i;

	e2e_start(test);
	e2e_plug_and_switch(test);
	for (i = 0; i < 20; i++)
		e2e_associate(e, true, e->cfg.serial);
	schedule_timeout_uninterruptible(HZ);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_SWITCHES_TO_VF), 1);

	for (i = 0; i < 20; i++)
		e2e_associate(e, i % 2, e->cfg.serial);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);

	e2e_associate(e, false, e->cfg.serial);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);
}

static void other_serial_is_another_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct net_device *vf;

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_associate(e, true, e->cfg.serial + 1);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	vf = e2e_find_vf(e->cfg.mac);
	AWAIT(test, !(READ_ONCE(vf->flags) & IFF_SLAVE));
	e2e_expect_synthetic(test);

	e2e_associate(e, true, e->cfg.serial);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	expect_joined(test, e->ndev, vf);
	e2e_expect_vf(test);
}

/* ---- switches that fail ---- */

static u32 failed_switches(const struct e2e *e)
{
	const struct netvsc *nv = netdev_priv(e->ndev);
	struct vf_bond_switches switches;

	vf_bond_get_switches(nv->bond, &switches);
	return switches.failed;
}

/* A few events follow from a plug; nothing is tried without one. */
static void unanswered_switch_ends_synthetic(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start;
	u32 failed;

	e2e_start(test);
	e2e_add_fault(test, "drop what=nvsp:129 count=0");
	start = jiffies;
	KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
	AWAIT(test, failed_switches(e) == 1);
	KUNIT_EXPECT_LT(test, jiffies - start, 3 * HZ);
	schedule_timeout_uninterruptible(10 * HZ);
	failed = failed_switches(e);
	KUNIT_EXPECT_LE(test, failed, 2);
	schedule_timeout_uninterruptible(10 * HZ);
	KUNIT_EXPECT_EQ(test, failed_switches(e), failed);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);

	/* any event of the VF tries again */
	hvsim_faults_clear(&e->nic->faults);
	rtnl_lock();
	netdev_state_change(e2e_find_vf(e->cfg.mac));
	rtnl_unlock();
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);
}

static void vf_may_go_while_a_switch_is_pending(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start;

	e2e_start(test);
	e2e_add_fault(test, "delay what=nvsp:129 ms=1000");
	KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
	AWAIT(test, e2e_path(e) == VF_BOND_TO_VF);
	start = jiffies;
	KUNIT_EXPECT_EQ(test, e2e_pull(e, true), 0);
	KUNIT_EXPECT_LT(test, jiffies - start, 4 * HZ);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_NULL(test, e2e_find_vf(e->cfg.mac));
	e2e_expect_synthetic(test);

	e2e_plug_and_switch(test);
	e2e_expect_vf(test);
}

static void nic_may_go_while_a_switch_is_pending(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start;

	e2e_start(test);
	e2e_add_fault(test, "rescind at=nvsp:129");
	e2e_release_devices(e);
	start = jiffies;
	KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
	AWAIT(test, !e2e_find_interface(e->cfg.mac));
	KUNIT_EXPECT_LT(test, jiffies - start, 4 * HZ);
	KUNIT_EXPECT_FALSE(test, e2e_find_vf(e->cfg.mac)->flags & IFF_SLAVE);
}

/* The next one comes before the last has been worked through. */
static void vf_may_come_while_it_leaves(struct kunit *test)
{
	struct e2e *e = test->priv;
	int i;

	e2e_start(test);
	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
		if (i % 3)
			schedule_timeout_uninterruptible(i % 3 - 1);
		KUNIT_ASSERT_EQ(test, e2e_pull(e, i % 2), 0);
	}
	e2e_plug_and_switch(test);
	e2e_expect_vf(test);
}

/* ---- several NICs ---- */

#define NUM_NICS	8

struct herd {
	struct hvsim_nic *nics[NUM_NICS];
};

static void herd_exit(void *data)
{
	struct herd *herd = data;
	int i;

	for (i = 0; i < NUM_NICS; i++)
		if (herd->nics[i])
			hvsim_nic_destroy(herd->nics[i]);
}

static void herd_create(struct kunit *test, struct herd *herd)
{
	const struct e2e *e = test->priv;
	struct hvsim_nic_cfg cfg = e->cfg;
	struct hvsim_nic *nic;
	int i;

	for (i = 0; i < NUM_NICS; i++) {
		cfg.id = i + 1;
		cfg.mac[ETH_ALEN - 1] = 0x10 + i;
		cfg.serial = 100 + i;
		nic = hvsim_nic_create(&cfg);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nic);
		herd->nics[i] = nic;
		AWAIT(test, e2e_find_interface(cfg.mac));
		e2e_bring_up(test, e2e_find_interface(cfg.mac));
	}
}

static const u32 seeds[] = { 1, 2, 3, 4, 5, 6 };

static void seed_desc(const u32 *seed, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "shuffle_%u", *seed);
}

KUNIT_ARRAY_PARAM(seed, seeds, seed_desc);

static void shuffle(u32 seed, int order[NUM_NICS])
{
	int i, j;

	for (i = 0; i < NUM_NICS; i++)
		order[i] = i;
	for (i = NUM_NICS - 1; i > 0; i--) {
		seed = seed * 1664525 + 1013904223;
		j = (seed >> 16) % (i + 1);
		swap(order[i], order[j]);
	}
}

static void no_vf_joins_another_s_nic(struct kunit *test)
{
	const u32 *seed = test->param_value;
	struct herd *herd = kunit_kzalloc(test, sizeof(*herd), GFP_KERNEL);
	struct hvsim_nic *nic;
	int order[NUM_NICS];
	int i, err;

	KUNIT_ASSERT_NOT_NULL(test, herd);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, herd_exit, herd));
	herd_create(test, herd);
	shuffle(*seed, order);
	for (i = 0; i < NUM_NICS; i++) {
		nic = herd->nics[order[i]];
		mutex_lock(&nic->ctl);
		err = hvsim_path_plug(nic, nic->cfg.serial, HVSIM_ASSOC_FIRST,
				      0);
		mutex_unlock(&nic->ctl);
		KUNIT_ASSERT_EQ(test, err, 0);
	}
	for (i = 0; i < NUM_NICS; i++) {
		nic = herd->nics[i];
		AWAIT(test, READ_ONCE(nic->sw.path) == HVSIM_PATH_VF);
		expect_joined(test, e2e_find_interface(nic->cfg.mac),
			      e2e_find_vf(nic->cfg.mac));
	}
}

/* ---- what users see ---- */

static u32 link_speed(struct net_device *dev)
{
	struct ethtool_link_ksettings settings = {};

	rtnl_lock();
	dev->ethtool_ops->get_link_ksettings(dev, &settings);
	rtnl_unlock();
	return settings.base.speed;
}

static void link_is_that_of_who_carries_the_data(struct kunit *test)
{
	struct e2e *e = test->priv;

	e->cfg.speed = 10000;
	e2e_start(test);
	KUNIT_EXPECT_EQ(test, link_speed(e->ndev), 10000);
	e2e_plug_and_switch(test);
	KUNIT_EXPECT_EQ(test, link_speed(e->ndev), 40000);

	/* joined, but not in use */
	e2e_associate(e, false, e->cfg.serial);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, link_speed(e->ndev), 10000);
}

/* The value of that name in ethtool -S. */
static u64 ethtool_stat(struct kunit *test, struct net_device *dev,
			const char *name)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct ethtool_stats stats = {};
	u64 *values;
	u8 *names;
	int i, n;

	rtnl_lock();
	n = ops->get_sset_count(dev, ETH_SS_STATS);
	names = kunit_kcalloc(test, n, ETH_GSTRING_LEN, GFP_KERNEL);
	values = kunit_kcalloc(test, n, sizeof(*values), GFP_KERNEL);
	if (names && values) {
		stats.n_stats = n;
		ops->get_strings(dev, ETH_SS_STATS, names);
		ops->get_ethtool_stats(dev, &stats, values);
	}
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, names);
	KUNIT_ASSERT_NOT_NULL(test, values);

	for (i = 0; i < n; i++)
		if (!strcmp(names + i * ETH_GSTRING_LEN, name))
			return values[i];
	KUNIT_FAIL(test, "no statistic %s", name);
	return U64_MAX;
}

static void switches_are_counted_and_dated(struct kunit *test)
{
	struct e2e *e = test->priv;
	u64 before = ktime_to_ms(ktime_get_real());
	u64 first;

	e2e_start(test);
	KUNIT_EXPECT_EQ(test, ethtool_stat(test, e->ndev, "datapath_last_ms"),
			0);
	e2e_plug_and_switch(test);
	first = ethtool_stat(test, e->ndev, "datapath_last_ms");
	KUNIT_EXPECT_GE(test, first, before);
	KUNIT_EXPECT_EQ(test, ethtool_stat(test, e->ndev, "datapath_to_vf"), 1);

	schedule_timeout_uninterruptible(HZ);
	mutex_lock(&e->nic->ctl);
	hvsim_path_set(e->nic, HVSIM_PATH_SYNTHETIC);
	mutex_unlock(&e->nic->ctl);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, ethtool_stat(test, e->ndev, "datapath_by_host"),
			1);
	KUNIT_EXPECT_GE(test, ethtool_stat(test, e->ndev, "datapath_last_ms"),
			first + 500);
	KUNIT_EXPECT_EQ(test, ethtool_stat(test, e->ndev, "datapath_failed"),
			0);
}

COMPAT_GEN_PARAMS(order_gen_params)

static struct kunit_case vf_cases[] = {
	KUNIT_CASE_PARAM(every_order_ends_on_the_vf,
			 compat_gen_params(order_gen_params)),
	KUNIT_CASE_PARAM(every_order_at_once_ends_on_the_vf,
			 compat_gen_params(order_gen_params)),
	KUNIT_CASE(vf_that_is_never_associated_gets_no_data),
	KUNIT_CASE(association_may_flip_and_repeat),
	KUNIT_CASE(other_serial_is_another_vf),
	KUNIT_CASE(unanswered_switch_ends_synthetic),
	KUNIT_CASE(vf_may_go_while_a_switch_is_pending),
	KUNIT_CASE(nic_may_go_while_a_switch_is_pending),
	KUNIT_CASE(vf_may_come_while_it_leaves),
	KUNIT_CASE_PARAM(no_vf_joins_another_s_nic, seed_gen_params),
	KUNIT_CASE(link_is_that_of_who_carries_the_data),
	KUNIT_CASE(switches_are_counted_and_dated),
	{}
};

static struct kunit_suite vf_suite = {
	.name = "netvsc_vf",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = vf_cases,
};

kunit_test_suite(vf_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc's VF on the simulated host");
MODULE_LICENSE("GPL");
