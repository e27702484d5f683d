// SPDX-License-Identifier: GPL-2.0-only
/* How a VF joins its master, what it takes over, and how it leaves. */
#include <kunit/resource.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "vf_bond_fixture.h"

static const u8 other_addr[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x02 };
static const u8 new_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x05 };
static const u8 mc_addr[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x42 };
static const u8 uc_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x42 };

/* ---- pairing ---- */

static void vf_is_a_hidden_lower_device(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_TRUE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_TRUE(test, vf->dev->priv_flags & IFF_NO_ADDRCONF);
	KUNIT_EXPECT_PTR_EQ(test, netdev_master_upper_dev_get(vf->dev),
			    m->dev);
	KUNIT_EXPECT_TRUE(test, netdev_is_rx_handler_busy(vf->dev));
	rtnl_unlock();
}

static int flags_seen;

static int note_flags(struct notifier_block *nb, unsigned long event,
		      void *info)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(info);

	/* priority puts this after vf_bond at POST_INIT */
	if (event == NETDEV_POST_INIT && dev->dev.parent)
		flags_seen = dev->flags;
	return NOTIFY_DONE;
}

static void vf_is_marked_before_user_space_sees_it(struct kunit *test)
{
	struct notifier_block nb = {
		.notifier_call = note_flags,
		.priority = INT_MIN,
	};

	flags_seen = 0;
	fake_master_create(test, fake_addr);
	KUNIT_ASSERT_EQ(test, register_netdevice_notifier(&nb), 0);
	fake_vf_create(test, fake_addr);
	unregister_netdevice_notifier(&nb);

	KUNIT_EXPECT_TRUE(test, flags_seen & IFF_SLAVE);
}

static void second_vf_is_refused_until_the_first_goes(struct kunit *test)
{
	struct fake_vf *first, *second;
	struct fake_master *m;

	fake_pair_create(test, &m, &first);
	second = fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), first->dev);
	KUNIT_EXPECT_FALSE(test, second->dev->flags & IFF_SLAVE);
	rtnl_lock();
	KUNIT_EXPECT_FALSE(test, netdev_is_rx_handler_busy(second->dev));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);

	fake_vf_destroy(first);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), second->dev);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void two_masters_get_each_their_vf(struct kunit *test)
{
	struct fake_master *a, *b;
	struct fake_vf *va, *vb;

	a = fake_master_create(test, fake_addr);
	vb = fake_vf_create(test, other_addr);
	va = fake_vf_create(test, fake_addr);
	b = fake_master_create(test, other_addr);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(a), va->dev);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(b), vb->dev);
}

static void device_of_another_address_is_left_alone(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_create(test, other_addr);

	fake_settle(m);
	KUNIT_EXPECT_NULL(test, fake_joined(m));
	KUNIT_EXPECT_FALSE(test, vf->dev->flags & IFF_SLAVE);
}

static void master_is_registered_once_and_must_be_ethernet(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct vf_bond *again, *odd;

	rtnl_lock();
	again = vf_bond_register(m->dev, m->priv->ops);
	m->dev->addr_len = 8;
	odd = vf_bond_register(m->dev, m->priv->ops);
	m->dev->addr_len = ETH_ALEN;
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, PTR_ERR(again), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(odd), -EINVAL);
}

static void vf_that_cannot_be_opened_gets_no_data(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	vf->open_err = -EIO;
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, m->asked[true], 0);

	vf->open_err = 0;
	fake_vf_open(test, vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* ---- settings ---- */

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

static void set_mac(struct net_device *dev, const u8 *addr)
{
	struct sockaddr sa = { .sa_family = ARPHRD_ETHER };

	ether_addr_copy(sa.sa_data, addr);
	rtnl_lock();
	dev_set_mac_address(dev, &sa, NULL);
	rtnl_unlock();
}

static void vf_follows_the_address(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	set_mac(m->dev, new_addr);
	KUNIT_EXPECT_MEMEQ(test, m->dev->dev_addr, new_addr, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, new_addr, ETH_ALEN);
}

static void vf_gets_a_changed_address_when_it_joins(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;

	set_mac(m->dev, new_addr);
	vf = fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, new_addr, ETH_ALEN);

	fake_master_destroy(m);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, fake_addr, ETH_ALEN);
}

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

static bool has_addr(struct netdev_hw_addr_list *list, const u8 *addr)
{
	struct netdev_hw_addr *ha;

	netdev_hw_addr_list_for_each(ha, list)
		if (ether_addr_equal(ha->addr, addr))
			return true;
	return false;
}

static void change_uc(struct fake_master *m, const u8 *addr,
		      int (*change)(struct net_device *dev, const u8 *addr))
{
	rtnl_lock();
	change(m->dev, addr);
	rtnl_unlock();
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
	KUNIT_EXPECT_TRUE(test, has_addr(&vf->dev->uc, uc_addr));

	dev_mc_add(m->dev, mc_addr);
	KUNIT_EXPECT_TRUE(test, has_addr(&vf->dev->mc, mc_addr));
	change_uc(m, uc_addr, dev_uc_del);
	KUNIT_EXPECT_FALSE(test, has_addr(&vf->dev->uc, uc_addr));

	fake_master_destroy(m);
	KUNIT_EXPECT_FALSE(test, has_addr(&vf->dev->mc, mc_addr));
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

static void vf_is_an_ordinary_interface_afterwards(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	dev_set_mtu(m->dev, 4000);
	rtnl_unlock();
	fake_master_destroy(m);

	rtnl_lock();
	KUNIT_EXPECT_FALSE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, vf->dev->priv_flags & IFF_NO_ADDRCONF);
	KUNIT_EXPECT_FALSE(test, netif_running(vf->dev));
	KUNIT_EXPECT_NULL(test, netdev_master_upper_dev_get(vf->dev));
	KUNIT_EXPECT_FALSE(test, netdev_is_rx_handler_busy(vf->dev));
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1500);
	rtnl_unlock();
}

static void vf_comes_and_goes_a_hundred_times(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;
	int i;

	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	for (i = 1; i <= 100; i++) {
		vf = fake_vf_create(test, fake_addr);
		/* every other one is gone before anything was done */
		if (i % 2)
			fake_settle(m);
		fake_vf_destroy(vf);
	}
	fake_settle(m);
	KUNIT_EXPECT_NULL(test, fake_joined(m));
	KUNIT_EXPECT_EQ(test, m->asked[true], m->asked[false]);
}

/* ---- namespaces ---- */

static void put_net_action(void *net)
{
	put_net(net);
}

static struct net *another_net(struct kunit *test)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, net);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   put_net_action,
							   net));
	return net;
}

static void vf_is_fetched_from_another_namespace(struct kunit *test)
{
	struct net *net = another_net(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	dev_net_set(vf->dev, net);
	fake_vf_register(test, vf);
	KUNIT_EXPECT_TRUE(test, vf->dev->flags & IFF_SLAVE);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), &init_net);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_follows_its_master_to_a_namespace(struct kunit *test)
{
	struct net *net = another_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	dev_mc_add(m->dev, mc_addr);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0,
			dev_change_net_namespace(m->dev, net, "eth%d"));
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), net);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_TRUE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, has_addr(&vf->dev->mc, mc_addr));

	fake_master_open(test, m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_moved_away_comes_back(struct kunit *test)
{
	struct net *net = another_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0,
			dev_change_net_namespace(vf->dev, net, "eth%d"));
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), &init_net);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static struct kunit_case join_test_cases[] = {
	KUNIT_CASE(vf_is_a_hidden_lower_device),
	KUNIT_CASE(vf_is_marked_before_user_space_sees_it),
	KUNIT_CASE(second_vf_is_refused_until_the_first_goes),
	KUNIT_CASE(two_masters_get_each_their_vf),
	KUNIT_CASE(device_of_another_address_is_left_alone),
	KUNIT_CASE(master_is_registered_once_and_must_be_ethernet),
	KUNIT_CASE(vf_that_cannot_be_opened_gets_no_data),
	KUNIT_CASE(vf_follows_the_mtu),
	KUNIT_CASE(mtu_that_the_vf_refuses_is_refused),
	KUNIT_CASE(vf_too_small_for_the_mtu_gets_no_data),
	KUNIT_CASE(vf_follows_the_address),
	KUNIT_CASE(vf_gets_a_changed_address_when_it_joins),
	KUNIT_CASE(promiscuity_is_balanced),
	KUNIT_CASE(address_lists_follow_and_leave),
	KUNIT_CASE(promiscuity_for_want_of_a_filter_follows),
	KUNIT_CASE(features_follow_and_come_back),
	KUNIT_CASE(features_that_the_vf_lacks_stay_on_the_master),
	KUNIT_CASE(vf_is_an_ordinary_interface_afterwards),
	KUNIT_CASE(vf_comes_and_goes_a_hundred_times),
	KUNIT_CASE(vf_is_fetched_from_another_namespace),
	KUNIT_CASE(vf_follows_its_master_to_a_namespace),
	KUNIT_CASE(vf_moved_away_comes_back),
	{}
};

static struct kunit_suite join_suite = {
	.name = "vf_bond_join",
	.test_cases = join_test_cases,
};

kunit_test_suite(join_suite);

MODULE_DESCRIPTION("Joining of VFs with their masters");
MODULE_LICENSE("GPL");
