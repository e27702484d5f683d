// SPDX-License-Identifier: GPL-2.0-only
/* The path of a bond: its states, and how events move it. */
#include <linux/rtnetlink.h>

#include "vf_bond_fixture.h"

/* ---- every pair of states ---- */

struct pair_case {
	enum vf_bond_path from;
	enum vf_bond_path to;
	bool legal;
};

static const struct pair_case pair_cases[] = {
	{ VF_BOND_SYNTHETIC, VF_BOND_SYNTHETIC, false },
	{ VF_BOND_SYNTHETIC, VF_BOND_TO_VF, true },
	{ VF_BOND_SYNTHETIC, VF_BOND_VF, false },
	{ VF_BOND_SYNTHETIC, VF_BOND_TO_SYNTHETIC, true },
	{ VF_BOND_TO_VF, VF_BOND_SYNTHETIC, true },
	{ VF_BOND_TO_VF, VF_BOND_TO_VF, false },
	{ VF_BOND_TO_VF, VF_BOND_VF, true },
	{ VF_BOND_TO_VF, VF_BOND_TO_SYNTHETIC, false },
	{ VF_BOND_VF, VF_BOND_SYNTHETIC, true },
	{ VF_BOND_VF, VF_BOND_TO_VF, false },
	{ VF_BOND_VF, VF_BOND_VF, false },
	{ VF_BOND_VF, VF_BOND_TO_SYNTHETIC, true },
	{ VF_BOND_TO_SYNTHETIC, VF_BOND_SYNTHETIC, true },
	{ VF_BOND_TO_SYNTHETIC, VF_BOND_TO_VF, false },
	{ VF_BOND_TO_SYNTHETIC, VF_BOND_VF, false },
	{ VF_BOND_TO_SYNTHETIC, VF_BOND_TO_SYNTHETIC, false },
};

static const char * const path_names[] = {
	[VF_BOND_SYNTHETIC] = "SYNTHETIC",
	[VF_BOND_TO_VF] = "TO_VF",
	[VF_BOND_VF] = "VF",
	[VF_BOND_TO_SYNTHETIC] = "TO_SYNTHETIC",
};

static void pair_desc(const struct pair_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s to %s", path_names[c->from],
		 path_names[c->to]);
}

KUNIT_ARRAY_PARAM(pair, pair_cases, pair_desc);

/* A bond in state @from, without going there. */
static void put_in_state(struct vf_bond_priv *bond, enum vf_bond_path from)
{
	bond->path = from;
	RCU_INIT_POINTER(bond->pub.tx_vf,
			 from == VF_BOND_VF ? bond->vf : NULL);
}

static void only_legal_moves_happen(struct kunit *test)
{
	const struct pair_case *c = test->param_value;
	enum vf_bond_path before, after;
	struct net_device *tx_vf;
	struct fake_master *m;
	struct fake_vf *vf;
	bool moved;

	fake_pair_create(test, &m, &vf);

	rtnl_lock();
	spin_lock_irq(&m->priv->lock);
	before = m->priv->path;
	put_in_state(m->priv, c->from);
	moved = vf_bond_path_enter(m->priv, c->to, VF_BOND_BY_ANSWER);
	after = m->priv->path;
	tx_vf = rcu_access_pointer(m->bond->tx_vf);
	put_in_state(m->priv, before);
	spin_unlock_irq(&m->priv->lock);
	rtnl_unlock();

	KUNIT_EXPECT_EQ(test, vf_bond_path_legal[c->from][c->to], c->legal);
	KUNIT_EXPECT_EQ(test, moved, c->legal);
	KUNIT_EXPECT_EQ(test, after, c->legal ? c->to : c->from);
	KUNIT_EXPECT_PTR_EQ(test, tx_vf,
			    after == VF_BOND_VF ? vf->dev : NULL);
}

/* ---- to the VF ---- */

/* What has to happen before a VF is used, in every order. */
enum step { ASSOCIATE, REGISTER, OPEN, CARRIER, NUM_STEPS };

#define NUM_ORDERS	24

static void nth_order(unsigned int n, enum step order[NUM_STEPS])
{
	enum step left[NUM_STEPS] = { ASSOCIATE, REGISTER, OPEN, CARRIER };
	unsigned int i, pick, num;

	for (i = 0, num = NUM_STEPS; num; i++, num--) {
		pick = n % num;
		n /= num;
		order[i] = left[pick];
		left[pick] = left[num - 1];
	}
}

static void do_step(struct kunit *test, enum step step, struct fake_master *m,
		    struct fake_vf *vf)
{
	switch (step) {
	case ASSOCIATE:
		vf_bond_set_association(m->bond, true, 2);
		break;
	case REGISTER:
		fake_vf_register(test, vf);
		break;
	case OPEN:
		fake_master_open(test, m);
		break;
	case CARRIER:
		if (vf->dev->reg_state == NETREG_REGISTERED)
			fake_vf_carrier(vf, true);
		else
			netif_carrier_on(vf->dev);
		break;
	default:
		break;
	}
	fake_settle(m);
}

static const void *order_gen_params(struct kunit *test, const void *prev,
				    char *desc)
{
	unsigned long n = (unsigned long)prev + 1;
	static const char letters[] = "ARUC";
	enum step order[NUM_STEPS];
	int i;

	if (n > NUM_ORDERS)
		return NULL;
	nth_order(n - 1, order);
	for (i = 0; i < NUM_STEPS; i++)
		desc[i] = letters[order[i]];
	desc[i] = '\0';
	return (const void *)n;
}

static void any_order_of_events_ends_on_the_vf(struct kunit *test)
{
	unsigned long n = (unsigned long)test->param_value;
	struct fake_master *m;
	enum step order[NUM_STEPS];
	struct fake_vf *vf;
	int i;

	m = fake_master_create(test, fake_addr);
	vf = fake_vf_alloc(test, fake_addr);
	netif_carrier_off(vf->dev);

	nth_order(n - 1, order);
	for (i = 0; i < NUM_STEPS; i++) {
		KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond),
				VF_BOND_SYNTHETIC);
		do_step(test, order[i], m, vf);
	}

	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_PTR_EQ(test, fake_tx_vf(m), vf->dev);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);
	KUNIT_EXPECT_EQ(test, m->last_path, VF_BOND_VF);
}

static void vf_before_its_master_is_used(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	vf = fake_vf_create(test, fake_addr);
	fake_vf_open(test, vf);
	m = fake_master_create(test, fake_addr);
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), vf->dev);

	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
}

static void tx_starts_after_the_answer(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_PTR_EQ(test, fake_tx_vf(m), vf->dev);
	KUNIT_EXPECT_EQ(test, m->tx_when_asked, 0);
}

static void without_association_nothing_is_asked(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;

	fake_master_open(test, m);
	vf = fake_vf_create(test, fake_addr);
	fake_settle(m);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);

	vf_bond_set_association(m->bond, false, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_EQ(test, m->asked[true] + m->asked[false], 0);
}

static void repeated_events_do_nothing(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	int i;

	fake_pair_create(test, &m, &vf);
	for (i = 0; i < 10; i++) {
		fake_vf_poke(vf);
		vf_bond_set_association(m->bond, true, 2);
		fake_settle(m);
	}
	fake_vf_close(vf);
	for (i = 0; i < 10; i++) {
		fake_vf_poke(vf);
		vf_bond_set_association(m->bond, true, 2);
		fake_settle(m);
	}

	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
}

static void association_follows_the_last_message(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf_bond_set_association(m->bond, false, 2);
	vf_bond_set_association(m->bond, true, 2);
	vf_bond_set_association(m->bond, false, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);

	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
}

/* ---- switches that fail ---- */

static void refused_switch_is_tried_at_the_next_event(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct fake_master *m;
	struct fake_vf *vf;

	m = fake_master_create(test, fake_addr);
	m->answer[true] = -EIO;
	fake_master_open(test, m);
	vf = fake_vf_create(test, fake_addr);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);

	KUNIT_EXPECT_GE(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_NULL(test, fake_tx_vf(m));
	vf_bond_get_switches(m->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.failed, m->asked[true]);
	KUNIT_EXPECT_EQ(test, switches.to_vf, 0);
	/* it did not move, so it need not move back */
	KUNIT_EXPECT_EQ(test, m->asked[false], 0);

	m->answer[true] = 0;
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	vf_bond_get_switches(m->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.to_vf, 1);
}

static void unanswered_switch_is_asked_back(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	m = fake_master_create(test, fake_addr);
	m->answer[true] = -ETIMEDOUT;
	fake_master_open(test, m);
	vf = fake_vf_create(test, fake_addr);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);

	/* the host may be on a VF that will not work from now on */
	fake_vf_close(vf);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
}

static void failed_switch_back_ends_synthetic(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	m->answer[false] = -ETIMEDOUT;
	fake_vf_carrier(vf, false);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	KUNIT_EXPECT_NULL(test, fake_tx_vf(m));
	vf_bond_get_switches(m->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.failed, 1);

	m->answer[false] = 0;
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, m->asked[false], 2);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, m->asked[false], 2);
}

static void no_host_on_the_way_back_is_no_failure(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	m->answer[false] = -ENODEV;
	fake_vf_close(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
	KUNIT_EXPECT_FALSE(test, m->priv->fail_logged);
}

/* ---- back ---- */

/* All ways to lose a VF; each is one switch, begun after the last frame. */
static void way_vf_down(struct fake_master *m, struct fake_vf *vf)
{
	fake_vf_close(vf);
}

static void way_no_carrier(struct fake_master *m, struct fake_vf *vf)
{
	fake_vf_carrier(vf, false);
}

static void way_removed(struct fake_master *m, struct fake_vf *vf)
{
	fake_vf_destroy(vf);
}

static void way_disassociated(struct fake_master *m, struct fake_vf *vf)
{
	vf_bond_set_association(m->bond, false, 2);
}

static void way_other_serial(struct fake_master *m, struct fake_vf *vf)
{
	rtnl_lock();
	m->priv->vf_has_serial = true;
	m->priv->vf_serial = 2;
	/* without a PCI slot, it would be joined again by its address */
	vf->dev->perm_addr[ETH_ALEN - 1] ^= 1;
	rtnl_unlock();
	vf_bond_set_association(m->bond, true, 3);
}

static void way_master_closed(struct fake_master *m, struct fake_vf *vf)
{
	fake_master_close(m);
}

static void way_master_removed(struct fake_master *m, struct fake_vf *vf)
{
	fake_master_destroy(m);
}

static void way_small_mtu(struct fake_master *m, struct fake_vf *vf)
{
	rtnl_lock();
	dev_set_mtu(vf->dev, 1000);
	rtnl_unlock();
}

struct way_case {
	const char *name;
	void (*go)(struct fake_master *m, struct fake_vf *vf);
};

static const struct way_case way_cases[] = {
	{ "VF set down", way_vf_down },
	{ "VF lost its carrier", way_no_carrier },
	{ "VF removed", way_removed },
	{ "host disassociated", way_disassociated },
	{ "host associated another VF", way_other_serial },
	{ "master closed", way_master_closed },
	{ "master removed", way_master_removed },
	{ "VF given a small MTU", way_small_mtu },
};

static void way_desc(const struct way_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, way_cases, way_desc);

static void every_way_back_is_one_switch(struct kunit *test)
{
	const struct way_case *c = test->param_value;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	c->go(m, vf);
	if (m->dev) {
		fake_settle(m);
		KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond),
				VF_BOND_SYNTHETIC);
		KUNIT_EXPECT_NULL(test, fake_tx_vf(m));
	}
	KUNIT_EXPECT_EQ(test, m->asked[true], 1);
	KUNIT_EXPECT_EQ(test, m->asked[false], 1);
	KUNIT_EXPECT_EQ(test, m->tx_when_asked, 0);
	KUNIT_EXPECT_EQ(test, m->last_path, VF_BOND_SYNTHETIC);
}

static void vf_that_comes_back_is_used_again(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	fake_vf_close(vf);
	fake_vf_open(test, vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);

	fake_vf_carrier(vf, false);
	fake_vf_carrier(vf, true);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);

	fake_master_close(m);
	KUNIT_EXPECT_FALSE(test, netif_running(vf->dev));
	fake_master_open(test, m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);

	fake_vf_destroy(vf);
	fake_vf_create(test, fake_addr);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, m->asked[true], 5);
	KUNIT_EXPECT_EQ(test, m->asked[false], 4);
}

/* ---- the end ---- */

static void dead_bond_does_nothing(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	int asked;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	/* its work waits for RTNL, and comes too late */
	vf_bond_set_association(m->bond, false, 2);
	vf_bond_host_switched(m->bond, false);
	vf_bond_unregister(m->bond);
	rtnl_unlock();
	asked = m->asked[true] + m->asked[false];
	m->obeyed[false] = 0;

	vf_bond_set_association(m->bond, true, 2);
	vf_bond_host_switched(m->bond, false);
	vf_bond_host_switched(m->bond, true);
	fake_settle(m);
	rtnl_lock();
	vf_bond_master_close(m->bond);
	vf_bond_master_open(m->bond);
	KUNIT_EXPECT_EQ(test, vf_bond_set_mtu(m->bond, 2000), 0);
	vf_bond_host_lost(m->bond);
	unregister_netdevice(m->dev);
	rtnl_unlock();

	KUNIT_EXPECT_EQ(test, m->asked[true] + m->asked[false], asked);
	KUNIT_EXPECT_EQ(test, m->obeyed[false] + m->obeyed[true], 0);
	KUNIT_EXPECT_NULL(test, fake_tx_vf(m));
	vf_bond_free(m->bond);
	free_netdev(m->dev);
	m->dev = NULL;
}

COMPAT_GEN_PARAMS(order_gen_params)

static struct kunit_case path_test_cases[] = {
	KUNIT_CASE_PARAM(only_legal_moves_happen, pair_gen_params),
	KUNIT_CASE_PARAM(any_order_of_events_ends_on_the_vf,
			 compat_gen_params(order_gen_params)),
	KUNIT_CASE(vf_before_its_master_is_used),
	KUNIT_CASE(tx_starts_after_the_answer),
	KUNIT_CASE(without_association_nothing_is_asked),
	KUNIT_CASE(repeated_events_do_nothing),
	KUNIT_CASE(association_follows_the_last_message),
	KUNIT_CASE(refused_switch_is_tried_at_the_next_event),
	KUNIT_CASE(unanswered_switch_is_asked_back),
	KUNIT_CASE(failed_switch_back_ends_synthetic),
	KUNIT_CASE(no_host_on_the_way_back_is_no_failure),
	KUNIT_CASE_PARAM(every_way_back_is_one_switch, way_gen_params),
	KUNIT_CASE(vf_that_comes_back_is_used_again),
	KUNIT_CASE(dead_bond_does_nothing),
	{}
};

static struct kunit_suite path_suite = {
	.name = "vf_bond_path",
	.test_cases = path_test_cases,
};

kunit_test_suite(path_suite);

MODULE_DESCRIPTION("State machine of vf_bond's data path");
MODULE_LICENSE("GPL");
