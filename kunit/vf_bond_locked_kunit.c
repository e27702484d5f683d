// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VF with a lock of its own, which newer kernels hold around its operations
 * and during most of its events.  On older kernels it is a VF as any other.
 *
 * What takes the lock twice does not return; what calls an operation without it
 * has lockdep complain, which fails the run.
 */
#include <linux/bpf.h>
#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "vf_bond_fixture.h"

static const u8 new_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x05 };
static const u8 mc_addr[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x42 };
static const u8 uc_addr[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x42 };

static struct fake_vf *locked_vf(struct kunit *test)
{
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	fake_vf_lock_ops(vf);
	fake_vf_register(test, vf);
	return vf;
}

/* As fake_pair_create(). */
static void locked_pair(struct kunit *test, struct fake_master **m,
			struct fake_vf **vf)
{
	*m = fake_master_create(test, fake_addr);
	fake_master_open(test, *m);
	vf_bond_set_association((*m)->bond, true, 2);
	*vf = locked_vf(test);
	fake_settle(*m);
	KUNIT_ASSERT_PTR_EQ(test, fake_joined(*m), (*vf)->dev);
	KUNIT_ASSERT_EQ(test, vf_bond_path((*m)->bond), VF_BOND_VF);
}

/* ---- coming and going ---- */

static void joins_is_opened_and_leaves(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_EXPECT_TRUE(test, netif_running(vf->dev));
	KUNIT_EXPECT_TRUE(test, vf->dev->flags & IFF_SLAVE);
	fake_vf_destroy(vf);
	fake_settle(m);
	KUNIT_EXPECT_NULL(test, fake_joined(m));
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
}

static void that_was_there_first_joins(struct kunit *test)
{
	struct fake_vf *vf = locked_vf(test);
	struct fake_master *m;

	m = fake_master_create(test, fake_addr);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	vf_bond_set_association(m->bond, true, 2);
	fake_master_open(test, m);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void is_an_ordinary_interface_afterwards(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	rtnl_unlock();
	fake_master_destroy(m);
	KUNIT_EXPECT_FALSE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, netif_running(vf->dev));
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 1500);
}

static void comes_and_goes_twenty_times(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;
	int i;

	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	for (i = 1; i <= 20; i++) {
		vf = locked_vf(test);
		/* every other one is gone before anything was done */
		if (i % 2)
			fake_settle(m);
		fake_vf_destroy(vf);
	}
	fake_settle(m);
	KUNIT_EXPECT_NULL(test, fake_joined(m));
	KUNIT_EXPECT_EQ(test, m->asked[true], m->asked[false]);
}

/* The kernel holds the locks of both while it closes them. */
static void two_go_at_once(struct kunit *test)
{
	struct fake_vf *first, *second;
	struct fake_master *m;
	LIST_HEAD(both);

	locked_pair(test, &m, &first);
	second = locked_vf(test);
	fake_vf_open(test, second);
	rtnl_lock();
	unregister_netdevice_queue(first->dev, &both);
	unregister_netdevice_queue(second->dev, &both);
	unregister_netdevice_many(&both);
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_NULL(test, fake_joined(m));
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
}

/* ---- settings ---- */

static void follows_the_mtu(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, vf->dev->mtu, 4000);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void change_own_mtu(struct kunit *test, struct fake_vf *vf, int mtu)
{
	rtnl_lock();
	netdev_lock_ops(vf->dev);
	KUNIT_EXPECT_EQ(test, netif_set_mtu(vf->dev, mtu), 0);
	netdev_unlock_ops(vf->dev);
	rtnl_unlock();
}

static void too_small_by_itself_loses_the_data(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	change_own_mtu(test, vf, 1400);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	change_own_mtu(test, vf, 1500);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void follows_the_address(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_set_address(m->dev, new_addr), 0);
	KUNIT_EXPECT_MEMEQ(test, vf->dev->dev_addr, new_addr, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);

	KUNIT_EXPECT_EQ(test, fake_set_address(vf->dev, fake_addr), 0);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, fake_set_address(vf->dev, new_addr), 0);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void follows_flags(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	rtnl_lock();
	dev_set_promiscuity(m->dev, 1);
	dev_set_allmulti(m->dev, 1);
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 1);
	KUNIT_EXPECT_EQ(test, vf->dev->allmulti, 1);
	fake_master_destroy(m);
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 0);
	KUNIT_EXPECT_EQ(test, vf->dev->allmulti, 0);
}

/* Promiscuous for want of a filter, too: both, so the VF for two reasons. */
static void follows_lists(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	rtnl_lock();
	dev_mc_add(m->dev, mc_addr);
	dev_uc_add(m->dev, uc_addr);
	rtnl_unlock();
	fake_settle_lists(m->dev);
	fake_settle(m);
	fake_settle_lists(vf->dev);
	KUNIT_EXPECT_TRUE(test, fake_has_addr(&vf->dev->mc, mc_addr));
	KUNIT_EXPECT_TRUE(test, fake_has_addr(&vf->dev->uc, uc_addr));
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 2);

	fake_master_destroy(m);
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->mc, mc_addr));
	KUNIT_EXPECT_FALSE(test, fake_has_addr(&vf->dev->uc, uc_addr));
	KUNIT_EXPECT_EQ(test, vf->dev->promiscuity, 0);
}

static void follows_features(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_ASSERT_TRUE(test, vf->dev->features & NETIF_F_TSO);
	rtnl_lock();
	m->dev->wanted_features &= ~NETIF_F_TSO;
	netdev_update_features(m->dev);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, vf->dev->features & NETIF_F_TSO);
	fake_master_destroy(m);
	KUNIT_EXPECT_TRUE(test, vf->dev->features & NETIF_F_TSO);
}

static void follows_the_xdp_program(struct kunit *test)
{
	struct bpf_prog *prog = fake_prog(test);
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	KUNIT_EXPECT_PTR_EQ(test, vf->prog, prog);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
	KUNIT_EXPECT_NULL(test, vf->prog);

	/* and one that was there before the VF, which goes with it */
	fake_vf_destroy(vf);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	vf = locked_vf(test);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, vf->prog, prog);
	fake_vf_destroy(vf);
	KUNIT_EXPECT_NULL(test, vf->prog);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), 1);
}

/* ---- the link ---- */

static void set_held(struct net_device *dev, bool up)
{
	netdev_lock_ops(dev);
	if (up)
		netif_open(dev, NULL);
	else
		netif_close(dev);
	netdev_unlock_ops(dev);
}

static void carrier_held(struct net_device *dev, bool up)
{
	netdev_lock_ops(dev);
	if (up)
		netif_carrier_on(dev);
	else
		netif_carrier_off(dev);
	netif_state_change(dev);
	netdev_unlock_ops(dev);
}

/* As `ip link set` does it. */
static void change_flags(struct net_device *dev, bool up)
{
	unsigned int flags = dev->flags & ~IFF_UP;

	dev_change_flags(dev, flags | (up ? IFF_UP : 0), NULL);
}

struct link_case {
	const char *name;
	void (*set)(struct net_device *dev, bool up);
};

static const struct link_case link_cases[] = {
	{ "held", set_held },
	{ "carrier_held", carrier_held },
	{ "flags", change_flags },
};

static void link_desc(const struct link_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(link, link_cases, link_desc);

static void link_down_and_up_is_followed(struct kunit *test)
{
	const struct link_case *c = test->param_value;
	struct fake_master *m;
	struct fake_vf *vf;
	int i;

	locked_pair(test, &m, &vf);
	for (i = 1; i <= 3; i++) {
		rtnl_lock();
		c->set(vf->dev, false);
		KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
		c->set(vf->dev, true);
		KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
		rtnl_unlock();
	}
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[false], 3);
}

/* Nobody but the kernel's own watch tells of it. */
static void carrier_is_followed(struct kunit *test)
{
	unsigned long until = jiffies + 30 * HZ;
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	netif_carrier_off(vf->dev);
	while (vf_bond_path(m->bond) != VF_BOND_SYNTHETIC) {
		KUNIT_ASSERT_TRUE(test, time_before(jiffies, until));
		msleep(20);
	}
	netif_carrier_on(vf->dev);
	while (vf_bond_path(m->bond) != VF_BOND_VF) {
		KUNIT_ASSERT_TRUE(test, time_before(jiffies, until));
		msleep(20);
	}
}

static void is_closed_and_opened_with_its_master(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	fake_master_close(m);
	KUNIT_EXPECT_FALSE(test, netif_running(vf->dev));
	fake_master_open(test, m);
	KUNIT_EXPECT_TRUE(test, netif_running(vf->dev));
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* Whoever empties the VF for the host is waited for with the lock held. */
static void goes_down_while_the_host_takes_the_path(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	rtnl_lock();
	vf_bond_host_switched(m->bond, false);
	set_held(vf->dev, false);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	rtnl_unlock();
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	fake_vf_open(test, vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* ---- namespaces ---- */

static void follows_its_master_to_a_namespace(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_move(m->dev, net), 0);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), net);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);
	fake_master_open(test, m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void moved_away_comes_back(struct kunit *test)
{
	struct net *net = fake_net(test);
	struct fake_master *m;
	struct fake_vf *vf;

	locked_pair(test, &m, &vf);
	KUNIT_EXPECT_EQ(test, fake_move(vf->dev, net), 0);
	fake_settle(m);
	KUNIT_EXPECT_PTR_EQ(test, dev_net(vf->dev), &init_net);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static struct kunit_case locked_test_cases[] = {
	KUNIT_CASE(joins_is_opened_and_leaves),
	KUNIT_CASE(that_was_there_first_joins),
	KUNIT_CASE(is_an_ordinary_interface_afterwards),
	KUNIT_CASE(comes_and_goes_twenty_times),
	KUNIT_CASE(two_go_at_once),
	KUNIT_CASE(follows_the_mtu),
	KUNIT_CASE(too_small_by_itself_loses_the_data),
	KUNIT_CASE(follows_the_address),
	KUNIT_CASE(follows_flags),
	KUNIT_CASE(follows_lists),
	KUNIT_CASE(follows_features),
	KUNIT_CASE(follows_the_xdp_program),
	KUNIT_CASE_PARAM(link_down_and_up_is_followed, link_gen_params),
	KUNIT_CASE(carrier_is_followed),
	KUNIT_CASE(is_closed_and_opened_with_its_master),
	KUNIT_CASE(goes_down_while_the_host_takes_the_path),
	KUNIT_CASE(follows_its_master_to_a_namespace),
	KUNIT_CASE(moved_away_comes_back),
	{}
};

static struct kunit_suite locked_suite = {
	.name = "vf_bond_locked",
	.test_cases = locked_test_cases,
};

kunit_test_suite(locked_suite);

MODULE_DESCRIPTION("A VF with a lock around its operations");
MODULE_LICENSE("GPL");
