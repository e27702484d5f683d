// SPDX-License-Identifier: GPL-2.0-only
/* What a VF takes over from its master, and the master from its VF. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "vf_bond_fixture.h"

static const u8 new_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x05 };
static const u8 mc_addr[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x42 };
static const u8 uc_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x42 };

/* ---- MTU and address ---- */

static void vf_follows_the_mtu(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 4000);
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 1400), 0);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1400);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
}

static void mtu_that_the_vf_refuses_is_refused(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf->mtu_err = -EOPNOTSUPP;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), -EOPNOTSUPP);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, m->dev->mtu, 1500);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1500);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_too_small_for_the_mtu_gets_no_data(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	rtnl_unlock();
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	vf->dev->max_mtu = 2000;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);

	/* it does not keep the master from an MTU that it can have itself */
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 5000), 0);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 2000), 0);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_follows_the_address(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), 0);
	KUNIT_EXPECT_MEMEQ(test, m->dev->dev_addr, new_addr, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, new_addr, ETH_ALEN);
}

static void vf_gets_a_changed_address_when_it_joins(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;

	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), 0);
	vf = fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, new_addr, ETH_ALEN);

	fake_master_destroy(m);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, fake_addr, ETH_ALEN);
}

static void address_that_the_vf_refuses_is_refused(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf->mac_err = -EPERM;
	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), -EPERM);
	KUNIT_EXPECT_MEMEQ(test, m->dev->dev_addr, fake_addr, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
}

static void vf_without_the_address_gets_no_data(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), 0);
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	vf->mac_err = -EPERM;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);

	/* it keeps the master from nothing, and is used once it fits */
	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, fake_addr), 0);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_given_another_address_loses_the_data(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_set_address(vf->dev, new_addr), 0);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, fake_set_address(vf->dev, fake_addr), 0);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* A change of the address is not two switches. */
static void path_stays_while_the_address_changes(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), 0);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
}

/* ---- receive filters ---- */

static void promiscuity_is_balanced(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;

	rtnl_lock();
	dev_set_promiscuity(m->dev, 2);
	rtnl_unlock();
	vf = fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 1);
	KUNIT_EXPECT_EQ(test, vf->dev->allmulti, 0);

	rtnl_lock();
	dev_set_promiscuity(m->dev, -2);
	dev_set_allmulti(m->dev, 1);
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 0);
	KUNIT_EXPECT_EQ(test, vf->dev->allmulti, 1);

	fake_master_destroy(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 0);
	KUNIT_EXPECT_EQ(test, vf->dev->allmulti, 0);
}

static void change_uc(struct fake_master *m, const u8 *addr,
		      int (*change)(struct net_device *dev, const u8 *addr))
{
	rtnl_lock();
	change(m->dev, addr);
	rtnl_unlock();
	fake_settle_lists(m->dev);
	fake_settle(m);
}

static void address_lists_follow_and_leave(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;

	fake_master_open(test, m);
	change_uc(m, uc_addr, dev_uc_add);
	vf = fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_TRUE(test, fake_has_addr(&vf->dev->uc, uc_addr));

	dev_mc_add(m->dev, mc_addr);
	fake_settle_lists(m->dev);
	KUNIT_EXPECT_TRUE(test, fake_has_addr(&vf->dev->mc, mc_addr));
	change_uc(m, uc_addr, dev_uc_del);
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->uc, uc_addr));

	fake_master_destroy(m);
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->mc, mc_addr));
}

/* The stack does not tell a driver whose device is absent of its lists. */
static void address_lists_follow_a_master_that_was_absent(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	change_uc(m, uc_addr, dev_uc_add);
	rtnl_lock();
	vf_bond_host_lost(m->bond);
	netif_device_detach(m->dev);
	rtnl_unlock();
	change_uc(m, uc_addr, dev_uc_del);
	dev_mc_add(m->dev, mc_addr);
	rtnl_lock();
	netif_device_attach(m->dev);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->mc, mc_addr));

	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_TRUE(test, fake_has_addr(&vf->dev->mc, mc_addr));
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->uc, uc_addr));
}

/* The stack sets it with a spinlock held. */
static void promiscuity_for_want_of_a_filter_follows(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	/* each of the two gets promiscuous for the address, the VF twice */
	change_uc(m, uc_addr, dev_uc_add);
	KUNIT_EXPECT_EQ(test, m->dev->promiscuity, 1);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 2);
	fake_master_destroy(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 0);
}

/* ---- features ---- */

static void features_follow_and_come_back(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_ASSERT_TRUE(test, vf->dev->features & NETIF_F_TSO);
	rtnl_lock();
	m->dev->wanted_features &= ~NETIF_F_TSO;
	netdev_update_features(m->dev);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, m->dev->features & NETIF_F_TSO);
	KUNIT_EXPECT_FALSE(test, vf->dev->features & NETIF_F_TSO);

	fake_master_destroy(m);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_TSO);
}

static void features_that_the_vf_lacks_stay_on_the_master(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	vf->dev->hw_features &= ~NETIF_F_TSO;
	vf->dev->features &= ~NETIF_F_TSO;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_TRUE(test, m->dev->features & NETIF_F_TSO);
	KUNIT_EXPECT_FALSE(test, vf->dev->features & NETIF_F_TSO);
}

static void want(struct net_device *dev, netdev_features_t off,
		 netdev_features_t on)
{
	rtnl_lock();
	dev->wanted_features &= ~off;
	dev->wanted_features |= on;
	netdev_update_features(dev);
	rtnl_unlock();
}

/* One driver says for which protocols, another computes all of them. */
static void checksums_follow_by_another_name(struct kunit *test)
{
	const netdev_features_t by_name = NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM;
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	m->dev->hw_features &= ~NETIF_F_HW_CSUM;
	m->dev->features &= ~NETIF_F_HW_CSUM;
	m->dev->hw_features |= by_name;
	rtnl_unlock();
	want(m->dev, NETIF_F_HW_CSUM, by_name);
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_HW_CSUM);

	want(m->dev, by_name, 0);
	KUNIT_EXPECT_FALSE(test, vf->dev->features & NETIF_F_HW_CSUM);
	want(m->dev, 0, NETIF_F_IP_CSUM);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_HW_CSUM);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_TSO);
}

static void checksum_of_all_is_that_of_each_protocol(struct kunit *test)
{
	const netdev_features_t by_name = NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM;
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	vf->dev->hw_features &= ~NETIF_F_HW_CSUM;
	vf->dev->features &= ~NETIF_F_HW_CSUM;
	vf->dev->hw_features |= by_name;
	vf->dev->features |= by_name;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf->dev->features & by_name, by_name);
	want(m->dev, NETIF_F_HW_CSUM, 0);
	KUNIT_EXPECT_EQ(test, vf->dev->features & by_name, 0);
	want(m->dev, 0, NETIF_F_HW_CSUM);
	KUNIT_EXPECT_EQ(test, vf->dev->features & by_name, by_name);
}

/* It is told of none of the master's VLANs. */
static void vf_filters_no_vlans(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	vf->dev->hw_features |= NETIF_F_HW_VLAN_CTAG_FILTER;
	vf->dev->features |= NETIF_F_HW_VLAN_CTAG_FILTER;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_FALSE(test, vf->dev->features & NETIF_F_HW_VLAN_CTAG_FILTER);
	fake_master_destroy(m);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_HW_VLAN_CTAG_FILTER);
}

static void undo_goes_on_where_the_vf_refuses(struct kunit *test)
{
	static const u8 own[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x02 };
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	dev_set_mtu(m->dev, 4000);
	rtnl_unlock();
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_ASSERT_EQ(test, vf->dev->mtu, 4000);
	/* as if it had come with it */
	ether_addr_copy(m->priv->undo.addr, own);
	vf->mtu_err = -ENOMEM;
	fake_master_destroy(m);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 4000);
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(vf->dev->dev_addr, own));
}

/* ---- limits ---- */

static void frames_as_large_as_the_vf_takes_them(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	netif_set_tso_max_size(m->dev, 60000);
	netif_set_tso_max_size(vf->dev, 500000);
	rtnl_unlock();
	fake_master_open(test, m);
	fake_vf_register(test, vf);
	fake_settle(m);
	/* the synthetic path still carries the data */
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 60000);

	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 500000);
	/* what the user has not asked for stays as it was */
	KUNIT_EXPECT_EQ(test, m->dev->gso_max_size, 60000);
	WRITE_ONCE(m->dev->gso_max_size, 300000);

	fake_vf_carrier(vf, false);
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 60000);
	KUNIT_EXPECT_EQ(test, m->dev->gso_max_size, 60000);
	fake_vf_carrier(vf, true);
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 500000);
	KUNIT_EXPECT_EQ(test, m->dev->gso_max_size, 300000);

	fake_vf_destroy(vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 60000);
}

/* Be it asked for before the VF came, or while it was away. */
static void smaller_frames_for_the_user_stay_small(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	netif_set_tso_max_size(m->dev, 60000);
	netif_set_tso_max_size(vf->dev, 500000);
	rtnl_unlock();
	fake_master_open(test, m);
	fake_vf_register(test, vf);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->dev->tso_max_size, 500000);
	WRITE_ONCE(m->dev->gso_max_size, 300000);
	fake_vf_carrier(vf, false);
	WRITE_ONCE(m->dev->gso_max_size, 16384);
	fake_vf_carrier(vf, true);
	KUNIT_EXPECT_EQ(test, m->dev->gso_max_size, 16384);

	/* nor is what fitted all the time asked for */
	fake_vf_carrier(vf, false);
	WRITE_ONCE(m->dev->gso_max_size, 8192);
	fake_vf_carrier(vf, true);
	KUNIT_EXPECT_EQ(test, m->dev->gso_max_size, 8192);
}

static void vf_with_lower_limits_lowers_none(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	rtnl_lock();
	netif_set_tso_max_size(vf->dev, 30000);
	rtnl_unlock();
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_GT(test, m->dev->tso_max_size, 30000);
}

static void headroom_is_what_both_need(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	m->dev->needed_headroom = 16;
	m->dev->needed_tailroom = 8;
	vf->dev->needed_headroom = 64;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->dev->needed_headroom, 64);
	KUNIT_EXPECT_EQ(test, m->dev->needed_tailroom, 8);

	fake_vf_destroy(vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->dev->needed_headroom, 16);
	KUNIT_EXPECT_EQ(test, m->dev->needed_tailroom, 8);
}

static struct kunit_case settings_test_cases[] = {
	KUNIT_CASE(vf_follows_the_mtu),
	KUNIT_CASE(mtu_that_the_vf_refuses_is_refused),
	KUNIT_CASE(vf_too_small_for_the_mtu_gets_no_data),
	KUNIT_CASE(vf_follows_the_address),
	KUNIT_CASE(vf_gets_a_changed_address_when_it_joins),
	KUNIT_CASE(address_that_the_vf_refuses_is_refused),
	KUNIT_CASE(vf_without_the_address_gets_no_data),
	KUNIT_CASE(vf_given_another_address_loses_the_data),
	KUNIT_CASE(path_stays_while_the_address_changes),
	KUNIT_CASE(promiscuity_is_balanced),
	KUNIT_CASE(address_lists_follow_and_leave),
	KUNIT_CASE(address_lists_follow_a_master_that_was_absent),
	KUNIT_CASE(promiscuity_for_want_of_a_filter_follows),
	KUNIT_CASE(features_follow_and_come_back),
	KUNIT_CASE(features_that_the_vf_lacks_stay_on_the_master),
	KUNIT_CASE(checksums_follow_by_another_name),
	KUNIT_CASE(checksum_of_all_is_that_of_each_protocol),
	KUNIT_CASE(vf_filters_no_vlans),
	KUNIT_CASE(undo_goes_on_where_the_vf_refuses),
	KUNIT_CASE(frames_as_large_as_the_vf_takes_them),
	KUNIT_CASE(smaller_frames_for_the_user_stay_small),
	KUNIT_CASE(vf_with_lower_limits_lowers_none),
	KUNIT_CASE(headroom_is_what_both_need),
	{}
};

static struct kunit_suite settings_suite = {
	.name = "vf_bond_settings",
	.test_cases = settings_test_cases,
};

kunit_test_suite(settings_suite);

MODULE_DESCRIPTION("Settings of a VF and its master");
MODULE_LICENSE("GPL");
