// SPDX-License-Identifier: GPL-2.0-only
/* The master's XDP program on VFs of every kind, and frames of programs. */
#include <linux/bpf.h>
#include <linux/rtnetlink.h>
#include <net/xdp.h>

#include "vf_bond_fixture.h"

static void join(struct kunit *test, struct fake_master *m, struct fake_vf *vf)
{
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_ASSERT_PTR_EQ(test, fake_joined(m), vf->dev);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* ---- programs ---- */

static void expect_refs(struct kunit *test, const struct bpf_prog *prog, int n)
{
	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), n);
}

static void program_comes_and_goes_with_the_vf(struct kunit *test)
{
	struct bpf_prog *prog = fake_prog(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	expect_refs(test, prog, 1);
	join(test, m, vf);
	KUNIT_EXPECT_PTR_EQ(test, vf->prog, prog);
	expect_refs(test, prog, 2);
	fake_master_destroy(m);
	KUNIT_EXPECT_NULL(test, vf->prog);
	expect_refs(test, prog, 1);
}

static void vf_without_programs_is_used_all_the_same(struct kunit *test)
{
	struct bpf_prog *prog = fake_prog(test);
	struct fake_master *m = fake_master_create(test, fake_addr);

	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	join(test, m, fake_vf_alloc(test, fake_addr));
	expect_refs(test, prog, 1);
	/* be it there before the program or after */
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	expect_refs(test, prog, 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
}

static void vf_that_refuses_when_it_joins_is_used(struct kunit *test)
{
	struct bpf_prog *prog = fake_prog(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, prog), 0);
	vf->prog_err = -EOPNOTSUPP;
	join(test, m, vf);
	KUNIT_EXPECT_NULL(test, vf->prog);
	expect_refs(test, prog, 1);
	fake_vf_destroy(vf);
	fake_settle(m);
	expect_refs(test, prog, 1);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
}

static void program_that_the_vf_refuses_is_refused(struct kunit *test)
{
	struct bpf_prog *one = fake_prog(test);
	struct bpf_prog *two = fake_prog(test);
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	join(test, m, vf);
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, one), 0);
	vf->prog_err = -ENOMEM;
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, two), -ENOMEM);
	KUNIT_EXPECT_PTR_EQ(test, vf->prog, one);
	KUNIT_EXPECT_PTR_EQ(test, m->priv->xdp, one);
	expect_refs(test, one, 2);
	expect_refs(test, two, 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	vf->prog_err = 0;
	KUNIT_EXPECT_EQ(test, fake_set_xdp(m, NULL), 0);
	expect_refs(test, one, 1);
}

/* ---- frames ---- */

#define FRAMES		4
#define FRAME_LEN	100

/* How many the VF took. */
static int xmit(struct fake_master *m)
{
	struct xdp_frame frames[FRAMES] = {};
	struct xdp_frame *list[FRAMES];
	int i, taken;

	for (i = 0; i < FRAMES; i++) {
		frames[i].len = FRAME_LEN + i;
		list[i] = &frames[i];
	}
	rcu_read_lock_bh();
	taken = vf_bond_xdp_xmit(m->bond, FRAMES, list, XDP_XMIT_FLUSH);
	rcu_read_unlock_bh();
	return taken;
}

struct xmit_case {
	const char *name;
	int answer;
	int taken;
	int bytes;
};

static const struct xmit_case xmit_cases[] = {
	{ "all", FRAMES, FRAMES, 406 },
	{ "some", 2, 2, 201 },
	{ "none", 0, 0, 0 },
	{ "down", -ENETDOWN, 0, 0 },
	{ "without_queues", -ENXIO, 0, 0 },
};

static void xmit_desc(const struct xmit_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(xmit, xmit_cases, xmit_desc);

static void frames_that_the_vf_takes_are_counted(struct kunit *test)
{
	const struct xmit_case *c = test->param_value;
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);
	struct vf_bond_stats stats;

	vf->xdp_answer = c->answer;
	join(test, m, vf);
	KUNIT_EXPECT_EQ(test, xmit(m), c->taken);
	KUNIT_EXPECT_EQ(test, vf->xdp_asked, 1);
	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.tx_packets, c->taken);
	KUNIT_EXPECT_EQ(test, stats.tx_bytes, c->bytes);
	KUNIT_EXPECT_EQ(test, stats.tx_dropped, 0);
}

static void vf_that_is_of_no_use_is_not_asked(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	join(test, m, vf);
	vf->xdp_answer = FRAMES;
	/* no event has been worked through yet */
	rtnl_lock();
	netif_carrier_off(vf->dev);
	KUNIT_EXPECT_EQ(test, xmit(m), 0);
	netif_carrier_on(vf->dev);
	netif_device_detach(vf->dev);
	KUNIT_EXPECT_EQ(test, xmit(m), 0);
	netif_device_attach(vf->dev);
	KUNIT_EXPECT_EQ(test, vf->xdp_asked, 0);
	KUNIT_EXPECT_EQ(test, xmit(m), FRAMES);
	rtnl_unlock();

	fake_vf_close(vf);
	KUNIT_EXPECT_EQ(test, xmit(m), 0);
	KUNIT_EXPECT_EQ(test, vf->xdp_asked, 1);
}

static void vf_that_cannot_redirect_is_not_asked(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc_xdp(test, fake_addr);

	/* as a driver does for want of queues */
	xdp_set_features_flag(vf->dev, NETDEV_XDP_ACT_BASIC);
	join(test, m, vf);
	KUNIT_EXPECT_EQ(test, xmit(m), 0);
	KUNIT_EXPECT_EQ(test, vf->xdp_asked, 0);
}

static struct kunit_case xdp_test_cases[] = {
	KUNIT_CASE(program_comes_and_goes_with_the_vf),
	KUNIT_CASE(vf_without_programs_is_used_all_the_same),
	KUNIT_CASE(vf_that_refuses_when_it_joins_is_used),
	KUNIT_CASE(program_that_the_vf_refuses_is_refused),
	KUNIT_CASE_PARAM(frames_that_the_vf_takes_are_counted,
			 xmit_gen_params),
	KUNIT_CASE(vf_that_is_of_no_use_is_not_asked),
	KUNIT_CASE(vf_that_cannot_redirect_is_not_asked),
	{}
};

static struct kunit_suite xdp_suite = {
	.name = "vf_bond_xdp",
	.test_cases = xdp_test_cases,
};

kunit_test_suite(xdp_suite);

MODULE_DESCRIPTION("XDP programs and VFs");
MODULE_LICENSE("GPL");
