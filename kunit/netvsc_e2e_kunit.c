// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole driver on the simulated host: frames between the interface and
 * the wire, while VFs come and go.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "netdev.h"
#include "netvsc_fixture.h"

#include "hvsim/path.h"

/* ---- synthetic ---- */

struct version_case {
	const char *name;
	u32 version;
};

static const struct version_case version_cases[] = {
	{ "1", NVSP_VERSION_1 },
	{ "2", NVSP_VERSION_2 },
	{ "4", NVSP_VERSION_4 },
	{ "5", NVSP_VERSION_5 },
	{ "6", NVSP_VERSION_6 },
	{ "6_1", NVSP_VERSION_61 },
};

static void version_case_desc(const struct version_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "version_%s", c->name);
}

KUNIT_ARRAY_PARAM(version, version_cases, version_case_desc);

static void frames_flow_with_a_host_of(struct kunit *test)
{
	const struct version_case *c = test->param_value;
	struct e2e *e = test->priv;

	e->cfg.version = c->version;
	e2e_start(test);
	KUNIT_EXPECT_EQ(test, e->nic->nvsp.version, c->version);
	KUNIT_EXPECT_MEMEQ(test, e->ndev->dev_addr, e->cfg.mac, ETH_ALEN);
	e2e_expect_synthetic(test);
}

static const u32 frame_sizes[] = { 60, 61, 128, 255, 1500, 1514 };

static void frame_size_desc(const u32 *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u_bytes", *size);
}

KUNIT_ARRAY_PARAM(frame_size, frame_sizes, frame_size_desc);

static void frames_arrive_once_in_order_and_whole(struct kunit *test)
{
	const u32 *size = test->param_value;

	e2e_start(test);
	e2e_frames_to_wire(test, 200, *size);
	e2e_frames_from_wire(test, 200, *size);
}

static void closed_interface_hears_nothing_and_opens_again(struct kunit *test)
{
	struct e2e *e = test->priv;
	s64 dropped;

	e2e_start(test);
	e2e_frames_both_ways(test);
	rtnl_lock();
	dev_close(e->ndev);
	rtnl_unlock();

	dropped = e2e_count(e, HVSIM_DROPS_FILTER);
	e2e_send(test, e->wire, e->ndev, 0, 100);
	AWAIT(test, e2e_count(e, HVSIM_DROPS_FILTER) > dropped);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 0);

	e2e_bring_up(test, e->ndev);
	e2e_frames_both_ways(test);
}

static void change_mtu(struct kunit *test, int mtu)
{
	struct e2e *e = test->priv;

	KUNIT_ASSERT_EQ(test, e2e_set_mtu(e, mtu), 0);
	AWAIT(test, e2e_ready(e->ndev));
}

static void mtu_changes_while_the_interface_is_up(struct kunit *test)
{
	e2e_start(test);
	change_mtu(test, 9000);
	e2e_frames_to_wire(test, 20, 9014);
	e2e_frames_from_wire(test, 20, 9014);
	change_mtu(test, 1500);
	e2e_frames_both_ways(test);
}

/* ---- with a VF ---- */

static void vf_carries_the_frames_once_it_is_plugged(struct kunit *test)
{
	e2e_start(test);
	e2e_expect_synthetic(test);
	e2e_plug_and_switch(test);
	e2e_expect_vf(test);
}

static void vf_that_was_there_first_is_taken(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_offer(test);
	KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
	e2e_hold_devices(test);
	e2e_bring_up(test, e->wire);
	e2e_bring_up(test, e->ndev);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);
}

static void frames_of_both_paths_arrive_while_the_vf_is_active(struct kunit *test)
{
	struct e2e *e = test->priv;
	s64 synthetic;
	u32 seq;

	e2e_start(test);
	e2e_plug_and_switch(test);
	synthetic = e2e_count(e, HVSIM_SYN_FRAMES_RX);
	spin_lock_bh(&e->nic->sw.lock);
	e->nic->sw.steer = 50;
	spin_unlock_bh(&e->nic->sw.lock);
	for (seq = 0; seq < 100; seq++)
		e2e_send(test, e->wire, e->ndev, seq, 500);
	AWAIT(test, skb_queue_len_lockless(&e->at_ndev.frames) >= 100);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 100);
	KUNIT_EXPECT_GE(test, e2e_count(e, HVSIM_SYN_FRAMES_RX) - synthetic, 50);
	skb_queue_purge(&e->at_ndev.frames);
}

static void vf_comes_and_goes(struct kunit *test, bool surprise)
{
	struct e2e *e = test->priv;
	int i;

	e2e_start(test);
	for (i = 0; i < 3; i++) {
		e2e_plug_and_switch(test);
		e2e_expect_vf(test);
		KUNIT_ASSERT_EQ(test, e2e_pull(e, surprise), 0);
		AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
		e2e_expect_synthetic(test);
	}
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_LOST_IN_VF), 0);
}

static void vf_comes_and_goes_in_order(struct kunit *test)
{
	vf_comes_and_goes(test, false);
}

static void vf_comes_and_goes_by_surprise(struct kunit *test)
{
	vf_comes_and_goes(test, true);
}

static void host_s_own_switch_is_obeyed_and_answered(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	mutex_lock(&e->nic->ctl);
	hvsim_path_set(e->nic, HVSIM_PATH_SYNTHETIC);
	mutex_unlock(&e->nic->ctl);
	AWAIT(test, e2e_count(e, HVSIM_SWITCH_HOST_ANSWERED) > 0);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);
}

static void vf_survives_a_change_of_mtu(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	change_mtu(test, 4000);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_frames_to_wire(test, 20, 4014);
	e2e_frames_from_wire(test, 20, 4014);
	e2e_expect_vf(test);
}

static bool is_there(const char *name)
{
	bool found;

	rcu_read_lock();
	found = dev_get_by_name_rcu(&init_net, name);
	rcu_read_unlock();
	return found;
}

static void removal_with_a_vf_leaves_nothing(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_stop(e);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
	KUNIT_EXPECT_FALSE(test, is_there("wire0"));
}

/* ---- two NICs with one address ---- */

/* How many interfaces with the address are ours and nobody's lower device. */
static int count_own(const u8 *mac)
{
	struct net_device *dev;
	int n = 0;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		if (dev->netdev_ops == &netvsc_netdev_ops &&
		    ether_addr_equal(dev->perm_addr, mac) &&
		    !(dev->flags & IFF_SLAVE) &&
		    !netdev_master_upper_dev_get(dev))
			n++;
	rtnl_unlock();
	return n;
}

static void destroy_nic(void *nic)
{
	hvsim_nic_destroy(nic);
}

/* The second one looks like the VF of the first, as long as it has no bond. */
static void two_nics_with_one_address_are_two_interfaces(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct hvsim_nic_cfg cfg = e->cfg;
	struct hvsim_nic *second;

	e2e_start(test);
	cfg.id++;
	second = hvsim_nic_create(&cfg);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, second);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, destroy_nic, second));
	AWAIT(test, count_own(e->cfg.mac) == 2);
	schedule_timeout_uninterruptible(HZ);
	KUNIT_EXPECT_EQ(test, count_own(e->cfg.mac), 2);
	rtnl_lock();
	KUNIT_EXPECT_NULL(test, vf_bond_vf(e2e_priv(e)->bond));
	rtnl_unlock();
	kunit_release_action(test, destroy_nic, second);
	e2e_expect_synthetic(test);
}

static struct kunit_case e2e_cases[] = {
	KUNIT_CASE_PARAM(frames_flow_with_a_host_of, version_gen_params),
	KUNIT_CASE_PARAM(frames_arrive_once_in_order_and_whole,
			 frame_size_gen_params),
	KUNIT_CASE(closed_interface_hears_nothing_and_opens_again),
	KUNIT_CASE(mtu_changes_while_the_interface_is_up),
	KUNIT_CASE(vf_carries_the_frames_once_it_is_plugged),
	KUNIT_CASE(vf_that_was_there_first_is_taken),
	KUNIT_CASE(frames_of_both_paths_arrive_while_the_vf_is_active),
	KUNIT_CASE(vf_comes_and_goes_in_order),
	KUNIT_CASE(vf_comes_and_goes_by_surprise),
	KUNIT_CASE(host_s_own_switch_is_obeyed_and_answered),
	KUNIT_CASE(vf_survives_a_change_of_mtu),
	KUNIT_CASE(removal_with_a_vf_leaves_nothing),
	KUNIT_CASE(two_nics_with_one_address_are_two_interfaces),
	{}
};

static struct kunit_suite e2e_suite = {
	.name = "netvsc_e2e",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = e2e_cases,
};

kunit_test_suite(e2e_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc on the simulated host");
MODULE_LICENSE("GPL");
