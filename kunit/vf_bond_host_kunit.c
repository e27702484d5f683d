// SPDX-License-Identifier: GPL-2.0-only
/* The host moves the path by itself, or is lost. */
#include <linux/rtnetlink.h>

#include "vf_bond_fixture.h"

static void host_switch_stops_tx_at_once(struct kunit *test)
{
	struct net_device *tx_vf;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	local_irq_disable();
	vf_bond_host_switched(m->bond, false);
	tx_vf = fake_tx_vf(m);
	local_irq_enable();
	KUNIT_EXPECT_NULL(test, tx_vf);

	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->last_path, VF_BOND_SYNTHETIC);
	/* it has moved: it is not asked to */
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
}

static void host_switch_is_obeyed_while_rtnl_is_held(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	vf_bond_host_switched(m->bond, false);
	flush_work(&m->priv->obey_work);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	rtnl_unlock();
}

static void host_switch_holds_until_the_host_associates(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);

	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[true], 2);
}

static void host_switch_holds_until_the_vf_comes_up(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	fake_vf_close(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	fake_vf_open(test, vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static void host_that_goes_to_the_vf_is_followed(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	vf_bond_host_switched(m->bond, true);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->obeyed[true], 1);
}

static void host_that_goes_to_a_dead_vf_is_asked_back(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	fake_vf_close(vf);
	vf_bond_host_switched(m->bond, true);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[false], 2);
}

static void host_that_leaves_while_asked_is_obeyed(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct fake_master *m;

	m = fake_master_create(test, fake_addr);
	m->leaves_when_asked[true] = true;
	fake_master_open(test, m);
	fake_vf_create(test, fake_addr);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);

	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_NULL(test, fake_tx_vf(m));
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	vf_bond_get_switches(m->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.by_host, 1);
	KUNIT_EXPECT_EQ(test, switches.to_vf, 0);
}

/* Its answer is to say that the VF is empty, whoever waits for that. */
static void host_that_leaves_as_the_guest_does_waits_too(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	m->leaves_when_asked[false] = true;
	fake_vf_close(vf);
	KUNIT_EXPECT_TRUE(test, m->drained_for_host);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
}

/* It is emptied on the host's behalf, which needs it open. */
static void vf_that_closes_is_emptied_for_the_host_first(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	vf_bond_host_switched(m->bond, false);
	dev_close(vf->dev);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	rtnl_unlock();
}

/* Linkwatch may tell of a link that was down and is up again only once. */
static void host_switch_holds_until_the_link_was_down(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	rtnl_lock();
	netif_carrier_off(vf->dev);
	netif_carrier_on(vf->dev);
	rtnl_unlock();
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* A request that did not reach the host says nothing of where it is. */
static void host_on_the_vf_is_asked_back_after_a_request_failed(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	m->answer[true] = -EAGAIN;
	vf_bond_host_switched(m->bond, true);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
	fake_vf_close(vf);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
}

static void host_switch_on_the_synthetic_path_is_answered(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct vf_bond_switches switches;

	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 1);
	KUNIT_EXPECT_EQ(test, m->asked[true] + m->asked[false], 0);
	/* nothing has moved */
	vf_bond_get_switches(m->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.by_host, 0);
	KUNIT_EXPECT_EQ(test, switches.last_ms, 0);
}

static void lost_host_is_asked_nothing(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	vf_bond_host_switched(m->bond, false);
	vf_bond_set_association(m->bond, true, 2);
	vf_bond_host_lost(m->bond);
	rtnl_unlock();
	m->obeyed[false] = 0;
	fake_settle(m);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
	KUNIT_EXPECT_EQ(test, m->obeyed[false], 0);

	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

static struct kunit_case host_test_cases[] = {
	KUNIT_CASE(host_switch_stops_tx_at_once),
	KUNIT_CASE(host_switch_is_obeyed_while_rtnl_is_held),
	KUNIT_CASE(host_switch_holds_until_the_host_associates),
	KUNIT_CASE(host_switch_holds_until_the_vf_comes_up),
	KUNIT_CASE(host_that_goes_to_the_vf_is_followed),
	KUNIT_CASE(host_that_goes_to_a_dead_vf_is_asked_back),
	KUNIT_CASE(host_that_leaves_while_asked_is_obeyed),
	KUNIT_CASE(host_that_leaves_as_the_guest_does_waits_too),
	KUNIT_CASE(vf_that_closes_is_emptied_for_the_host_first),
	KUNIT_CASE(host_switch_holds_until_the_link_was_down),
	KUNIT_CASE(host_on_the_vf_is_asked_back_after_a_request_failed),
	KUNIT_CASE(host_switch_on_the_synthetic_path_is_answered),
	KUNIT_CASE(lost_host_is_asked_nothing),
	{}
};

static struct kunit_suite host_suite = {
	.name = "vf_bond_host",
	.test_cases = host_test_cases,
};

kunit_test_suite(host_suite);

MODULE_DESCRIPTION("What a host does to vf_bond by itself");
MODULE_LICENSE("GPL");
