// SPDX-License-Identifier: GPL-2.0-only
/* What vf_bond tells: the log, trace events, user space. */
#include <linux/console.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "vf_bond_fixture.h"

#include "../vf_bond/trace.h"

/* ---- the log ---- */

static const char *log_text;
static int log_lines;

static void log_write(struct console *con, const char *s, unsigned int len)
{
	if (strnstr(s, log_text, len))
		log_lines++;
}

static struct console log_console = {
	.name = "kunit_log",
	.write = log_write,
	.index = -1,
};

static void log_end(void *unused)
{
	unregister_console(&log_console);
}

/* Lines with @text are counted from now on. */
static void log_begin(struct kunit *test, const char *text)
{
	log_text = text;
	log_lines = 0;
	/* taking it away has cleared this */
	log_console.flags = CON_ENABLED;
	register_console(&log_console);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, log_end, NULL));
}

static void vf_too_small_is_told_once(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	log_begin(test, "cannot carry 4000: data path stays synthetic");
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	rtnl_unlock();
	fake_master_open(test, m);
	vf_bond_set_association(m->bond, true, 2);
	vf->dev->max_mtu = 2000;
	fake_vf_register(test, vf);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, log_lines, 1);
	fake_vf_poke(vf);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	KUNIT_EXPECT_EQ(test, log_lines, 1);

	/* it fitted meanwhile */
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 2000), 0);
	KUNIT_EXPECT_EQ(test, dev_set_mtu(vf->dev, 1000), 0);
	KUNIT_EXPECT_EQ(test, dev_set_mtu(m->dev, 4000), 0);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_SYNTHETIC);
}

static void failed_switch_is_told_once_until_one_succeeds(struct kunit *test)
{
	struct fake_master *m = fake_master_create(test, fake_addr);
	struct fake_vf *vf;
	int i;

	log_begin(test, "data path not switched to VF: error -5");
	m->answer[true] = -EIO;
	fake_master_open(test, m);
	vf = fake_vf_create(test, fake_addr);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	for (i = 0; i < 5; i++)
		fake_vf_poke(vf);
	KUNIT_EXPECT_GE(test, m->asked[true], 6);
	KUNIT_EXPECT_EQ(test, log_lines, 1);

	m->answer[true] = 0;
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, vf_bond_path(m->bond), VF_BOND_VF);
	fake_vf_close(vf);
	m->answer[true] = -EIO;
	fake_vf_open(test, vf);
	fake_vf_poke(vf);
	KUNIT_EXPECT_EQ(test, log_lines, 2);
}

/* ---- trace events ---- */

struct move {
	enum vf_bond_path from;
	enum vf_bond_path to;
	enum vf_bond_cause cause;
};

static struct move moves[16];
static unsigned int num_moves;

static void note_move(void *unused, const struct net_device *master,
		      enum vf_bond_path from, enum vf_bond_path to,
		      enum vf_bond_cause cause)
{
	if (num_moves < ARRAY_SIZE(moves))
		moves[num_moves++] = (struct move) { from, to, cause };
}

static void trace_end(void *unused)
{
	unregister_trace_vf_bond_path(note_move, NULL);
	tracepoint_synchronize_unregister();
}

static void trace_begin(struct kunit *test)
{
	num_moves = 0;
	KUNIT_ASSERT_EQ(test, register_trace_vf_bond_path(note_move, NULL), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, trace_end,
							   NULL));
}

static void expect_move(struct kunit *test, unsigned int i,
			enum vf_bond_path from, enum vf_bond_path to,
			enum vf_bond_cause cause)
{
	KUNIT_ASSERT_LT(test, i, num_moves);
	KUNIT_EXPECT_EQ(test, moves[i].from, from);
	KUNIT_EXPECT_EQ(test, moves[i].to, to);
	KUNIT_EXPECT_EQ(test, moves[i].cause, cause);
}

struct answer_case {
	const char *name;
	int answer;
	enum vf_bond_cause cause;
};

static const struct answer_case answer_cases[] = {
	{ "answer", 0, VF_BOND_BY_ANSWER },
	{ "refusal", -EIO, VF_BOND_BY_REFUSAL },
	{ "silence", -ETIMEDOUT, VF_BOND_BY_SILENCE },
	{ "no_host", -ENODEV, VF_BOND_BY_HOST_LOST },
};

static void answer_desc(const struct answer_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(answer, answer_cases, answer_desc);

static void cause_of_a_move_is_the_host_s(struct kunit *test)
{
	const struct answer_case *c = test->param_value;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	fake_vf_close(vf);
	trace_begin(test);
	m->answer[true] = c->answer;
	fake_vf_open(test, vf);
	expect_move(test, 0, VF_BOND_SYNTHETIC, VF_BOND_TO_VF,
		    VF_BOND_BY_VF_UP);
	expect_move(test, 1, VF_BOND_TO_VF,
		    c->answer ? VF_BOND_SYNTHETIC : VF_BOND_VF, c->cause);
	KUNIT_EXPECT_EQ(test, num_moves, 2);
}

static void cause_of_a_move_by_the_host_is_itself(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	trace_begin(test);
	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	expect_move(test, 0, VF_BOND_VF, VF_BOND_SYNTHETIC, VF_BOND_BY_HOST);
	KUNIT_EXPECT_EQ(test, num_moves, 1);
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	expect_move(test, 1, VF_BOND_SYNTHETIC, VF_BOND_TO_VF,
		    VF_BOND_BY_ASSOCIATION);
}

/* ---- user space ---- */

static unsigned int uevents;
static unsigned int uevent_flags[8];	/* of the interface, when it was sent */

static int note_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	const struct net_device *ndev = to_net_dev(dev);

	if (uevents < ARRAY_SIZE(uevent_flags))
		uevent_flags[uevents] = ndev->flags;
	uevents++;
	return 0;
}

static const struct device_type uevent_type = {
	.name = "kunit",
	.uevent = note_uevent,
};

static struct fake_vf *watched_vf(struct kunit *test)
{
	struct fake_vf *vf = fake_vf_alloc(test, fake_addr);

	uevents = 0;
	SET_NETDEV_DEVTYPE(vf->dev, &uevent_type);
	fake_vf_register(test, vf);
	return vf;
}

static void vf_is_marked_in_its_first_uevent(struct kunit *test)
{
	fake_master_create(test, fake_addr);
	watched_vf(test);
	KUNIT_ASSERT_GE(test, uevents, 1);
	KUNIT_EXPECT_TRUE(test, uevent_flags[0] & IFF_SLAVE);
}

/* The last one was sent after the mark had gone. */
static void expect_ordinary(struct kunit *test, struct fake_vf *vf,
			    unsigned int before)
{
	KUNIT_EXPECT_FALSE(test, vf->dev->flags & IFF_SLAVE);
	KUNIT_EXPECT_FALSE(test, vf->dev->priv_flags & IFF_NO_ADDRCONF);
	KUNIT_ASSERT_EQ(test, uevents, before + 1);
	KUNIT_ASSERT_LT(test, before, ARRAY_SIZE(uevent_flags));
	KUNIT_EXPECT_FALSE(test, uevent_flags[before] & IFF_SLAVE);
}

static void second_vf_is_let_go_with_the_master(struct kunit *test)
{
	struct fake_vf *first, *second;
	struct fake_master *m;
	unsigned int before;

	fake_pair_create(test, &m, &first);
	second = watched_vf(test);
	fake_settle(m);
	KUNIT_EXPECT_TRUE(test, second->dev->flags & IFF_SLAVE);
	before = uevents;
	fake_master_destroy(m);
	expect_ordinary(test, second, before);
}

/* A PCI function in the slot of that name, as far as pairing looks. */
static struct device *slot_device(struct kunit *test, const char *name)
{
	struct pci_dev *pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);
	struct pci_slot *slot = kunit_kzalloc(test, sizeof(*slot), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_NOT_NULL(test, slot);
	slot->kobj.name = name;
	pdev->slot = slot;
	pdev->dev.bus = &pci_bus_type;
	return &pdev->dev;
}

/* Its address made it a candidate until the host said which one it is. */
static void second_vf_is_let_go_when_it_is_not_the_one(struct kunit *test)
{
	struct device *slot = slot_device(test, "3");
	struct fake_vf *first, *second;
	struct fake_master *m;
	struct device *parent;
	unsigned int before;

	fake_pair_create(test, &m, &first);
	second = watched_vf(test);
	fake_settle(m);
	KUNIT_EXPECT_TRUE(test, second->dev->flags & IFF_SLAVE);
	before = uevents;
	parent = second->dev->dev.parent;
	second->dev->dev.parent = slot;
	vf_bond_set_association(m->bond, true, 2);
	fake_settle(m);
	second->dev->dev.parent = parent;
	KUNIT_EXPECT_PTR_EQ(test, fake_joined(m), first->dev);
	KUNIT_EXPECT_TRUE(test, first->dev->flags & IFF_SLAVE);
	expect_ordinary(test, second, before);
}

static struct kunit_case told_test_cases[] = {
	KUNIT_CASE(vf_too_small_is_told_once),
	KUNIT_CASE(failed_switch_is_told_once_until_one_succeeds),
	KUNIT_CASE_PARAM(cause_of_a_move_is_the_host_s, answer_gen_params),
	KUNIT_CASE(cause_of_a_move_by_the_host_is_itself),
	KUNIT_CASE(vf_is_marked_in_its_first_uevent),
	KUNIT_CASE(second_vf_is_let_go_with_the_master),
	KUNIT_CASE(second_vf_is_let_go_when_it_is_not_the_one),
	{}
};

static struct kunit_suite told_suite = {
	.name = "vf_bond_told",
	.test_cases = told_test_cases,
};

kunit_test_suite(told_suite);

MODULE_DESCRIPTION("What vf_bond tells of itself");
MODULE_LICENSE("GPL");
