// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second master driver, which is not hv_netvsc and has another kind of host,
 * uses vf_bond at the same time: each gets its own VF and its own frames.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "netvsc_fixture.h"
#include "vf_bond_fixture.h"

static const u8 second_addr[ETH_ALEN] = { 0x52, 0x54, 0x00, 0x00, 0x00, 0x01 };

struct second {
	struct fake_master *m;
	struct fake_vf *vf;
};

static void second_start(struct kunit *test, struct second *second)
{
	second->m = fake_master_create(test, second_addr);
	fake_master_open(test, second->m);
	vf_bond_set_association(second->m->bond, true, 1);
	second->vf = fake_vf_create(test, second_addr);
	fake_settle(second->m);
}

/* Frames handed to the stack leave by the VF, or by the driver itself. */
static void second_send(struct kunit *test, struct second *second, u32 n)
{
	u32 seq;

	for (seq = 0; seq < n; seq++)
		e2e_send(test, second->m->dev, second->m->dev, seq, 100);
}

static void expect_second_by_vf(struct kunit *test, struct second *second)
{
	int before = skb_queue_len(&second->vf->sent);

	KUNIT_EXPECT_EQ(test, vf_bond_path(second->m->bond), VF_BOND_VF);
	second_send(test, second, 10);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&second->vf->sent), before + 10);
}

static void both_have_their_own_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct second second;

	e2e_start(test);
	second_start(test, &second);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(second.m), second.vf->dev);
	expect_second_by_vf(test, &second);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_SYNTHETIC);

	e2e_plug_and_switch(test);
	e2e_expect_vf(test);
	expect_second_by_vf(test, &second);
}

static void one_loses_its_vf_and_the_other_does_not(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct second second;

	e2e_start(test);
	e2e_plug_and_switch(test);
	second_start(test, &second);

	KUNIT_ASSERT_EQ(test, e2e_pull(e, false), 0);
	AWAIT(test, e2e_path(e) == VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);
	expect_second_by_vf(test, &second);

	e2e_plug_and_switch(test);
	fake_vf_destroy(second.vf);
	fake_settle(second.m);
	second_send(test, &second, 10);
	KUNIT_EXPECT_EQ(test, second.m->frames, 10);
	e2e_expect_vf(test);
}

static void one_driver_leaves_and_the_other_stays(struct kunit *test)
{
	struct second second;

	e2e_start(test);
	e2e_plug_and_switch(test);
	second_start(test, &second);
	fake_master_destroy(second.m);
	KUNIT_EXPECT_FALSE(test, second.vf->dev->flags & IFF_SLAVE);
	e2e_expect_vf(test);
}

static void refusals_are_each_driver_s_own(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct second second;

	second.m = fake_master_create(test, second_addr);
	second.m->answer[true] = -EIO;
	fake_master_open(test, second.m);
	vf_bond_set_association(second.m->bond, true, 1);
	second.vf = fake_vf_create(test, second_addr);
	fake_settle(second.m);

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_expect_vf(test);
	vf_bond_get_switches(second.m->bond, &switches);
	KUNIT_EXPECT_GE(test, switches.failed, 1);
	KUNIT_EXPECT_EQ(test, switches.to_vf, 0);
}

static struct kunit_case second_cases[] = {
	KUNIT_CASE(both_have_their_own_vf),
	KUNIT_CASE(one_loses_its_vf_and_the_other_does_not),
	KUNIT_CASE(one_driver_leaves_and_the_other_stays),
	KUNIT_CASE(refusals_are_each_driver_s_own),
	{}
};

static struct kunit_suite second_suite = {
	.name = "vf_bond_second",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = second_cases,
};

kunit_test_suite(second_suite);

MODULE_DESCRIPTION("Two master drivers of vf_bond at once");
MODULE_LICENSE("GPL");
