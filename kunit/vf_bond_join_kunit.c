// SPDX-License-Identifier: GPL-2.0-only
/* How a VF joins its master, what it takes over, and how it leaves. */
#include <linux/if_arp.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "vf_bond_fixture.h"

static const u8 other_addr[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x02 };
static const u8 mc_addr[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x42 };

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
	/* user space is to leave it alone, as it may join yet */
	KUNIT_EXPECT_TRUE(test, second->dev->flags & IFF_SLAVE);
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

static void second_vf_is_ordinary_when_the_master_has_gone(struct kunit *test)
{
	struct fake_vf *first, *second;
	struct fake_master *m;

	fake_pair_create(test, &m, &first);
	second = fake_vf_create(test, fake_addr);
	fake_settle(m);
	fake_master_destroy(m);
	KUNIT_EXPECT_FALSE(test, first->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, second->dev->flags & IFF_SLAVE);
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

static void make_software(struct net_device *dev)
{
	SET_NETDEV_DEV(dev, NULL);
}

static void make_master(struct net_device *dev)
{
	dev->flags |= IFF_MASTER;
}

static void make_team(struct net_device *dev)
{
	dev->priv_flags |= IFF_TEAM;
}

static void make_infiniband(struct net_device *dev)
{
	dev->type = ARPHRD_INFINIBAND;
}

struct kind_case {
	const char *name;
	void (*make)(struct net_device *dev);
};

static const struct kind_case kind_cases[] = {
	{ "software", make_software },
	{ "master_of_others", make_master },
	{ "team", make_team },
	{ "infiniband", make_infiniband },
};

static void kind_desc(const struct kind_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kind_cases, kind_desc);

static void device_of_another_kind_is_left_alone(struct kunit *test)
{
	const struct kind_case *c = test->param_value;
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	c->make(vf->dev);
	fake_vf_register(test, vf);
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

/*
 * Newer kernels call some notifiers with the lock of the device held that its
 * operations take: none may be called from there.
 */
static int nested;
static struct fake_vf *nested_vf;
static int nested_touched;

static bool is_locked_event(unsigned long event)
{
	return event == NETDEV_REGISTER || event == NETDEV_UP ||
	       event == NETDEV_GOING_DOWN || event == NETDEV_DOWN ||
	       event == NETDEV_CHANGE || event == NETDEV_CHANGEMTU ||
	       event == NETDEV_CHANGEADDR || event == NETDEV_FEAT_CHANGE;
}

static int before_vf_bond(struct notifier_block *nb, unsigned long event,
			  void *info)
{
	if (netdev_notifier_info_to_dev(info) == nested_vf->dev &&
	    is_locked_event(event) && !nested++)
		nested_touched = nested_vf->touched;
	return NOTIFY_DONE;
}

static int after_vf_bond(struct notifier_block *nb, unsigned long event,
			 void *info)
{
	if (netdev_notifier_info_to_dev(info) == nested_vf->dev &&
	    is_locked_event(event) && !--nested)
		nested_touched -= nested_vf->touched;
	return NOTIFY_DONE;
}

static void vf_is_not_touched_in_its_own_events(struct kunit *test)
{
	struct notifier_block first = {
		.notifier_call = before_vf_bond,
		.priority = INT_MAX,
	};
	struct notifier_block last = {
		.notifier_call = after_vf_bond,
		.priority = INT_MIN,
	};
	struct fake_master *m = fake_master_create(test, fake_addr);
	int touched = 0;
	int i;

	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	nested_vf = fake_vf_alloc(test, fake_addr);
	KUNIT_ASSERT_EQ(test, register_netdevice_notifier(&first), 0);
	KUNIT_ASSERT_EQ(test, register_netdevice_notifier(&last), 0);

	nested_touched = 0;
	fake_vf_register(test, nested_vf);
	touched |= nested_touched;
	fake_settle(m);
	touched |= nested_touched;
	for (i = 0; i < 2; i++) {
		fake_vf_carrier(nested_vf, false);
		touched |= nested_touched;
		fake_vf_carrier(nested_vf, true);
		touched |= nested_touched;
		fake_vf_close(nested_vf);
		fake_vf_open(test, nested_vf);
		touched |= nested_touched;
	}
	unregister_netdevice_notifier(&last);
	unregister_netdevice_notifier(&first);

	KUNIT_EXPECT_EQ(test, touched, 0);
	KUNIT_EXPECT_GT(test, nested_vf->touched, 0);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* ---- namespaces ---- */

static void vf_is_fetched_from_another_namespace(struct kunit *test)
{
	struct net *net = fake_net(test);
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
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	dev_mc_add(m->dev, mc_addr);
	KUNIT_EXPECT_EQ(test, fake_move(m->dev, net), 0);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), net);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_TRUE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->mc, mc_addr));

	fake_master_open(test, m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_moved_away_comes_back(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_move(vf->dev, net), 0);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), &init_net);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void vf_that_has_travelled_is_what_it_was_at_first(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(m->dev, 4000));
	KUNIT_EXPECT_EQ(test, 0,
			dev_change_net_namespace(m->dev, net, "eth%d"));
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, fake_move(m->dev, &init_net), 0);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 4000);

	fake_master_destroy(m);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1500);
}

/* The master has moved, and goes before its VF could follow. */
static void vf_that_waits_to_travel_is_what_it_was_at_first(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(m->dev, 4000));
	KUNIT_EXPECT_EQ(test, 0,
			dev_change_net_namespace(m->dev, net, "eth%d"));
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 4000);
	vf_bond_unregister(m->bond);
	unregister_netdevice(m->dev);
	rtnl_unlock();
	vf_bond_free(m->bond);
	free_netdev(m->dev);
	m->dev = NULL;
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), &init_net);
	KUNIT_EXPECT_FALSE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1500);
}

/* Both in a namespace that is deleted; @first_vf: the VF was there first. */
static void pair_comes_home(struct kunit *test, bool first_vf)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);
	unsigned long until = jiffies + 30 * HZ;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, net);
	if (first_vf) {
		dev_net_set(vf->dev, net);
		fake_vf_register(test, vf);
	}
	KUNIT_EXPECT_EQ(test, fake_move(m->dev, net), 0);
	if (!first_vf)
		fake_vf_register(test, vf);
	fake_settle(m);
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), net);

	put_net(net);
	while (!net_eq(dev_net(m->dev), &init_net) ||
	       !net_eq(dev_net(vf->dev), &init_net)) {
		KUNIT_ASSERT_TRUE(test, time_before(jiffies, until));
		schedule_timeout_uninterruptible(1);
	}
	/* after all of the namespace has been taken apart */
	rtnl_lock();
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	fake_master_open(test, m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void pair_comes_home_from_a_deleted_namespace(struct kunit *test)
{
	pair_comes_home(test, false);
}

static void vf_and_master_come_home_from_a_deleted_namespace(struct kunit *test)
{
	pair_comes_home(test, true);
}

/* The work that would fetch the VF finds nothing to do. */
static void master_goes_while_its_vf_is_to_be_fetched(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	dev_net_set(vf->dev, net);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, register_netdevice(vf->dev), 0);
	vf_bond_unregister(m->bond);
	unregister_netdevice(m->dev);
	rtnl_unlock();
	vf_bond_free(m->bond);
	free_netdev(m->dev);
	m->dev = NULL;
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), net);
}

static void vf_whose_name_is_taken_gets_another(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	strscpy(vf->dev->name, m->dev->name, IFNAMSIZ);
	dev_net_set(vf->dev, net);
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_STRNEQ(test, vf->dev->name, m->dev->name);
}

static struct kunit_case join_test_cases[] = {
	KUNIT_CASE(vf_is_a_hidden_lower_device),
	KUNIT_CASE(vf_is_marked_before_user_space_sees_it),
	KUNIT_CASE(second_vf_is_refused_until_the_first_goes),
	KUNIT_CASE(second_vf_is_ordinary_when_the_master_has_gone),
	KUNIT_CASE(two_masters_get_each_their_vf),
	KUNIT_CASE(device_of_another_address_is_left_alone),
	KUNIT_CASE_PARAM(device_of_another_kind_is_left_alone,
			 kind_gen_params),
	KUNIT_CASE(master_is_registered_once_and_must_be_ethernet),
	KUNIT_CASE(vf_that_cannot_be_opened_gets_no_data),
	KUNIT_CASE(vf_is_an_ordinary_interface_afterwards),
	KUNIT_CASE(vf_comes_and_goes_a_hundred_times),
	KUNIT_CASE(vf_is_not_touched_in_its_own_events),
	KUNIT_CASE(vf_is_fetched_from_another_namespace),
	KUNIT_CASE(vf_follows_its_master_to_a_namespace),
	KUNIT_CASE(vf_moved_away_comes_back),
	KUNIT_CASE(vf_that_has_travelled_is_what_it_was_at_first),
	KUNIT_CASE(vf_that_waits_to_travel_is_what_it_was_at_first),
	KUNIT_CASE(pair_comes_home_from_a_deleted_namespace),
	KUNIT_CASE(vf_and_master_come_home_from_a_deleted_namespace),
	KUNIT_CASE(master_goes_while_its_vf_is_to_be_fetched),
	KUNIT_CASE(vf_whose_name_is_taken_gets_another),
	{}
};

static struct kunit_suite join_suite = {
	.name = "vf_bond_join",
	.test_cases = join_test_cases,
};

kunit_test_suite(join_suite);

MODULE_DESCRIPTION("Joining of VFs with their masters");
MODULE_LICENSE("GPL");
