// SPDX-License-Identifier: GPL-2.0-only
/* The model of a ConnectX-3: its control half, without registers and driver. */
#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/mlx4/cmd.h>
#include <linux/pci.h>
#include <linux/prandom.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>

#include "hvsim/connectx3/cx3.h"

static const u8 mac[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x01, 0x02, 0x03 };

/* Types of ALLOC_RES and FREE_RES; its two steps. */
#define TYPE_QP		0
#define TYPE_CQ		1
#define TYPE_MPT	4
#define TYPE_MTT	5
#define TYPE_MAC	6
#define TYPE_VLAN	7
#define TYPE_COUNTER	9
#define OP_RESERVE	0
#define OP_BOTH		1
#define OP_MAP		2
#define ON_PORT(port)	((port) << 8)

static int cx3_test_init(struct kunit *test)
{
	struct cx3 *cx3 = cx3_create(NULL, mac, false);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, cx3);
	test->priv = cx3;

	return 0;
}

static void cx3_test_exit(struct kunit *test)
{
	if (test->priv)
		cx3_destroy(test->priv);
}

static u8 run(struct kunit *test, struct cx3_cmd *cmd)
{
	struct cx3 *cx3 = test->priv;
	u8 status;

	mutex_lock(&cx3->lock);
	status = cx3_cmd_run(cx3, cmd);
	mutex_unlock(&cx3->lock);

	return status;
}

static u8 alloc(struct kunit *test, u32 type, u8 op, u64 param, u32 *number)
{
	struct cx3_cmd cmd = {
		.opcode = MLX4_CMD_ALLOC_RES,
		.opmod = op,
		.in_mod = type,
		.in_param = param,
	};
	u8 status = run(test, &cmd);

	if (number)
		*number = cmd.out_param;

	return status;
}

static u8 give_back(struct kunit *test, u32 type, u8 op, u64 param)
{
	struct cx3_cmd cmd = {
		.opcode = MLX4_CMD_FREE_RES,
		.opmod = op,
		.in_mod = type,
		.in_param = param,
	};

	return run(test, &cmd);
}

static u64 pair(u32 low, u32 high)
{
	return (u64)high << 32 | low;
}

static unsigned int used(struct kunit *test)
{
	struct cx3 *cx3 = test->priv;
	unsigned int kind, sum = 0;

	for (kind = 0; kind < CX3_RES_KINDS; kind++)
		sum += cx3_res_used(cx3->res, kind);
	for (kind = 0; kind < CX3_TABLE_KINDS; kind++)
		sum += cx3_table_used(cx3->res, kind);

	return sum;
}

/* A mailbox, zeroed, and its bus address. */
static void *mailbox(struct kunit *test, u64 *addr)
{
	void *box = kunit_kzalloc(test, CX3_MAILBOX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, box);
	*addr = virt_to_phys(box);

	return box;
}

/* ---- resources ---- */

static void ranges_are_aligned(struct kunit *test)
{
	u32 one, eight;

	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_QP, OP_RESERVE, pair(1, 1), &one));
	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_QP, OP_RESERVE, pair(8, 8), &eight));
	KUNIT_EXPECT_GE(test, one, CX3_QP_FIRST);
	KUNIT_EXPECT_EQ(test, eight % 8, 0);
	KUNIT_EXPECT_TRUE(test, one < eight || one >= eight + 8);
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_QP, OP_RESERVE, pair(eight, 8)));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_QP, OP_RESERVE, pair(one, 1)));
	KUNIT_EXPECT_EQ(test, used(test), 0);
}

static void what_is_taken_runs_out(struct kunit *test)
{
	unsigned int got = 0;
	u32 number;

	while (alloc(test, TYPE_CQ, OP_BOTH, 0, &number) == CX3_OK)
		got++;
	KUNIT_EXPECT_EQ(test, got, CX3_CQS - CX3_CQ_FIRST);
	KUNIT_EXPECT_EQ(test, CX3_EXCEED_LIM,
			alloc(test, TYPE_CQ, OP_BOTH, 0, NULL));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_CQ, OP_BOTH, CX3_CQ_FIRST));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			alloc(test, TYPE_CQ, OP_BOTH, 0, &number));
	KUNIT_EXPECT_EQ(test, number, CX3_CQ_FIRST);
}

struct refusal {
	const char *what;
	u32 type;
	u8 op;
	u64 param;
	u8 alloc;
	u8 free;
};

static const struct refusal refusals[] = {
	{ "no QPs", TYPE_QP, OP_RESERVE, 0, CX3_BAD_PARAM, CX3_BAD_INDEX },
	{ "too many QPs", TYPE_QP, OP_RESERVE, 0x0000000100ffffff,
	  CX3_EXCEED_LIM, CX3_BAD_INDEX },
	{ "alignment too large", TYPE_QP, OP_RESERVE, 0xffffffff00000001,
	  CX3_EXCEED_LIM, CX3_BAD_INDEX },
	{ "QP in one step", TYPE_QP, OP_BOTH, 0x0000000100000001,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
	{ "mapping a QP of nobody", TYPE_QP, OP_MAP, 100,
	  CX3_BAD_INDEX, CX3_BAD_INDEX },
	{ "mapping a QP out of range", TYPE_QP, OP_MAP, 0xffffffff,
	  CX3_BAD_INDEX, CX3_BAD_INDEX },
	{ "CQ in two steps", TYPE_CQ, OP_RESERVE, 0,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
	{ "MTTs beyond the table", TYPE_MTT, OP_BOTH, 0x00000011000000ff,
	  CX3_EXCEED_LIM, CX3_BAD_PARAM },
	{ "MAC on no port", TYPE_MAC | ON_PORT(2), OP_BOTH, 1,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
	{ "VLAN on no port", TYPE_VLAN, OP_BOTH, 1,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
	{ "a type that is not there", 3, OP_RESERVE, 1,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
	{ "a step that is not there", TYPE_MPT, 7, 1,
	  CX3_BAD_PARAM, CX3_BAD_PARAM },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, what);

static void nonsense_is_refused(struct kunit *test)
{
	const struct refusal *r = test->param_value;

	KUNIT_EXPECT_EQ(test, r->alloc,
			alloc(test, r->type, r->op, r->param, NULL));
	KUNIT_EXPECT_EQ(test, r->free,
			give_back(test, r->type, r->op, r->param));
	KUNIT_EXPECT_EQ(test, used(test), 0);
}

static void nothing_is_freed_twice(struct kunit *test)
{
	u32 number;

	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_MTT, OP_BOTH, 4, &number));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			give_back(test, TYPE_MTT, OP_BOTH, pair(number, 5)));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_MTT, OP_BOTH, pair(number, 4)));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			give_back(test, TYPE_MTT, OP_BOTH, pair(number, 4)));
}

static u8 mpt(struct kunit *test, u16 opcode, u32 index)
{
	struct cx3_cmd cmd = { .opcode = opcode, .in_mod = index };

	mailbox(test, &cmd.in_param);

	return run(test, &cmd);
}

static void a_region_goes_through_its_states(struct kunit *test)
{
	u32 index;

	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_MPT, OP_RESERVE, 0, &index));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			mpt(test, MLX4_CMD_SW2HW_MPT, index));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			alloc(test, TYPE_MPT, OP_MAP, index, NULL));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			alloc(test, TYPE_MPT, OP_MAP, index, NULL));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			mpt(test, MLX4_CMD_HW2SW_MPT, index));
	KUNIT_EXPECT_EQ(test, CX3_OK, mpt(test, MLX4_CMD_SW2HW_MPT, index));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			mpt(test, MLX4_CMD_SW2HW_MPT, index));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, TYPE_MPT, OP_MAP, index));
	KUNIT_EXPECT_EQ(test, CX3_OK, mpt(test, MLX4_CMD_HW2SW_MPT, index));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RES_STATE,
			give_back(test, TYPE_MPT, OP_RESERVE, index));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_MPT, OP_MAP, index));
	KUNIT_EXPECT_EQ(test, CX3_OK,
			give_back(test, TYPE_MPT, OP_RESERVE, index));
	KUNIT_EXPECT_EQ(test, used(test), 0);
}

static void addresses_are_counted(struct kunit *test)
{
	u32 first, again, other;

	KUNIT_ASSERT_EQ(test, CX3_OK, alloc(test, TYPE_MAC | ON_PORT(1),
					    OP_BOTH, 0x155d000001, &first));
	KUNIT_ASSERT_EQ(test, CX3_OK, alloc(test, TYPE_MAC | ON_PORT(1),
					    OP_BOTH, 0x155d000002, &other));
	KUNIT_ASSERT_EQ(test, CX3_OK, alloc(test, TYPE_MAC | ON_PORT(1),
					    OP_BOTH, 0x155d000001, &again));
	KUNIT_EXPECT_EQ(test, first, again);
	KUNIT_EXPECT_NE(test, first, other);
	KUNIT_EXPECT_EQ(test, used(test), 2);
	KUNIT_EXPECT_EQ(test, CX3_OK, give_back(test, TYPE_MAC | ON_PORT(1),
						OP_BOTH, 0x155d000001));
	KUNIT_EXPECT_EQ(test, used(test), 2);
	KUNIT_EXPECT_EQ(test, CX3_OK, give_back(test, TYPE_MAC | ON_PORT(1),
						OP_BOTH, 0x155d000001));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			give_back(test, TYPE_MAC | ON_PORT(1), OP_BOTH,
				  0x155d000001));
	KUNIT_EXPECT_EQ(test, used(test), 1);
}

/* What an interface takes when it is set up, and gives when it is set down. */
static void rounds_exhaust_nothing(struct kunit *test)
{
	u32 qp, cq, mtt, counter, index, round;

	for (round = 0; round < 1000; round++) {
		KUNIT_ASSERT_EQ(test, CX3_OK,
				alloc(test, TYPE_QP, OP_RESERVE, pair(8, 8),
				      &qp));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				alloc(test, TYPE_QP, OP_MAP, qp, NULL));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				alloc(test, TYPE_CQ, OP_BOTH, 0, &cq));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				alloc(test, TYPE_MTT, OP_BOTH, 9, &mtt));
		KUNIT_ASSERT_EQ(test, CX3_OK, alloc(test, TYPE_COUNTER,
						    OP_RESERVE, 0, &counter));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				alloc(test, TYPE_VLAN | ON_PORT(1), OP_BOTH,
				      round % VLAN_N_VID, &index));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				give_back(test, TYPE_QP, OP_MAP, qp));
		KUNIT_ASSERT_EQ(test, CX3_OK, give_back(test, TYPE_QP,
							OP_RESERVE,
							pair(qp, 8)));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				give_back(test, TYPE_CQ, OP_BOTH, cq));
		KUNIT_ASSERT_EQ(test, CX3_OK, give_back(test, TYPE_MTT, OP_BOTH,
							pair(mtt, 9)));
		KUNIT_ASSERT_EQ(test, CX3_OK, give_back(test, TYPE_COUNTER,
							OP_RESERVE, counter));
		KUNIT_ASSERT_EQ(test, CX3_OK,
				give_back(test, TYPE_VLAN | ON_PORT(1), OP_BOTH,
					  round % VLAN_N_VID));
	}
	KUNIT_EXPECT_EQ(test, used(test), 0);
}

/* ---- commands ---- */

static void a_reset_takes_all_back(struct kunit *test)
{
	struct cx3_cmd cmd = { .opcode = MLX4_CMD_INIT_PORT, .in_mod = 1 };
	struct cx3 *cx3 = test->priv;
	u32 number;

	KUNIT_ASSERT_EQ(test, CX3_OK, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, cx3->port.up);
	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_MPT, OP_RESERVE, 0, &number));
	KUNIT_ASSERT_EQ(test, CX3_OK,
			alloc(test, TYPE_MPT, OP_MAP, number, NULL));
	KUNIT_ASSERT_EQ(test, CX3_OK, mpt(test, MLX4_CMD_SW2HW_MPT, number));

	mutex_lock(&cx3->lock);
	cx3_comm_reset(cx3);
	mutex_unlock(&cx3->lock);
	KUNIT_EXPECT_EQ(test, used(test), 0);
	KUNIT_EXPECT_FALSE(test, cx3->port.up);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(cx3->mpt_hw, CX3_MPTS));
}

static void the_port_has_the_address(struct kunit *test)
{
	struct cx3_cmd cmd = { .opcode = MLX4_CMD_QUERY_PORT, .in_mod = 1 };
	struct cx3 *cx3 = test->priv;
	u8 *out = mailbox(test, &cmd.out_param);

	cx3->port.link = true;
	KUNIT_ASSERT_EQ(test, CX3_OK, run(test, &cmd));
	KUNIT_EXPECT_MEMEQ(test, out + 0x12, mac, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, out[0], 0x82);

	cx3->port.link = false;
	KUNIT_ASSERT_EQ(test, CX3_OK, run(test, &cmd));
	KUNIT_EXPECT_EQ(test, out[0], 0x02);

	cmd.in_mod = 2;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, run(test, &cmd));
}

static void the_function_tells_its_vectors(struct kunit *test)
{
	struct cx3_cmd cmd = { .opcode = MLX4_CMD_QUERY_FUNC_CAP };
	struct cx3 *cx3 = test->priv;
	u8 *out = mailbox(test, &cmd.out_param);

	KUNIT_ASSERT_EQ(test, CX3_OK, run(test, &cmd));
	KUNIT_EXPECT_EQ(test, be32_to_cpup((__be32 *)(out + 0x2c)),
			CX3_EQ_FIRST + cx3->msix.vectors);
	KUNIT_EXPECT_EQ(test, be32_to_cpup((__be32 *)(out + 0x30)),
			CX3_EQ_FIRST);
	KUNIT_EXPECT_GT(test, cx3->msix.vectors, num_possible_cpus());
}

/* A mailbox that is nowhere, or only half in memory. */
static void mailboxes_must_be_memory(struct kunit *test)
{
	u64 nowhere[] = { 0xfffffffffffff000, BIT_ULL(63), BIT_ULL(52) };
	struct cx3_cmd cmd = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		cmd.opcode = MLX4_CMD_QUERY_PORT;
		cmd.in_mod = 1;
		cmd.out_param = nowhere[i];
		KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, run(test, &cmd));
		cmd.opcode = MLX4_CMD_SET_PORT;
		cmd.opmod = 1;
		cmd.in_param = nowhere[i];
		KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, run(test, &cmd));
	}
}

/* Does debugfs show that line of a command? */
static bool counted(struct kunit *test, const char *line)
{
	struct seq_file m = { .size = PAGE_SIZE };
	const struct cx3 *cx3 = test->priv;

	m.buf = kunit_kzalloc(test, m.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	cx3_cmds_show(cx3, &m);
	m.buf[m.size - 1] = '\0';

	return strstr(m.buf, line);
}

static void unknown_commands_are_refused(struct kunit *test)
{
	struct cx3_cmd cmd = { .opcode = 0xabc };

	KUNIT_EXPECT_TRUE(test, counted(test, "unknown calls=0\n"));
	KUNIT_EXPECT_EQ(test, CX3_BAD_OP, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, counted(test, "unknown calls=1 last=abc\n"));
	cmd.opcode = MLX4_CMD_INIT_HCA;
	KUNIT_EXPECT_EQ(test, CX3_BAD_OP, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, counted(test, "unknown calls=2 last=007\n"));
	/* one that moves a queue pair, but is no guest's */
	cmd.opcode = MLX4_CMD_SQD2SQD_QP;
	KUNIT_EXPECT_EQ(test, CX3_BAD_OP, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, counted(test, "unknown calls=3 last=038\n"));
	KUNIT_EXPECT_EQ(test, used(test), 0);
}

static void failures_are_counted(struct kunit *test)
{
	struct cx3_cmd cmd = { .opcode = MLX4_CMD_INIT_PORT, .in_mod = 1 };

	KUNIT_EXPECT_EQ(test, CX3_OK, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, counted(test, "INIT_PORT calls=1 failed=0\n"));
	cmd.in_mod = 2;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM, run(test, &cmd));
	KUNIT_EXPECT_TRUE(test, counted(test, "INIT_PORT calls=2 failed=1 status=0x3\n"));
}

struct noise {
	const char *what;
	u8 fill;		/* of the mailbox; 1: random */
	u32 mod_mask;		/* of the input modifier */
};

static const struct noise noises[] = {
	{ "zeros", 0x00, 0xffff },
	{ "ones", 0xff, 0xffffffff },
	{ "random", 1, 0xff },
	{ "random, far away", 1, 0xffffffff },
};

KUNIT_ARRAY_PARAM_DESC(noise, noises, what);

/*
 * Whatever a guest issues, some status comes back, the function lives, and a
 * reset leaves nothing.  What may not happen is found by KASAN.
 */
static void noise_does_no_harm(struct kunit *test)
{
	const struct noise *noise = test->param_value;
	u32 opcode, far = noise->mod_mask > 0xffff;
	struct rnd_state rnd;
	struct cx3_cmd cmd;
	u64 in, out;
	u8 *box;

	prandom_seed_state(&rnd, 3);
	box = mailbox(test, &in);
	mailbox(test, &out);
	for (opcode = 0; opcode < 8 * 0x1000; opcode++) {
		memset(box, noise->fill, CX3_MAILBOX);
		if (noise->fill == 1)
			prandom_bytes_state(&rnd, box, CX3_MAILBOX);
		cmd = (struct cx3_cmd) {
			.opcode = opcode & 0xfff,
			.opmod = prandom_u32_state(&rnd) % 4,
			.in_mod = prandom_u32_state(&rnd) & noise->mod_mask,
			.in_param = in,
			.out_param = out,
		};
		KUNIT_EXPECT_LE(test, run(test, &cmd), CX3_BAD_SIZE);
		/* As an address not one of somebody else's memory. */
		cmd.in_param = pair(prandom_u32_state(&rnd) & noise->mod_mask,
				    prandom_u32_state(&rnd) % 3 + far);
		KUNIT_EXPECT_LE(test, run(test, &cmd), CX3_BAD_SIZE);
	}
	a_reset_takes_all_back(test);
	the_port_has_the_address(test);
}

/* ---- configuration space ---- */

#define TEST_DOMAIN	60
#define TEST_BAR	0x7f00000000ull

static void config_space_is_a_devices(struct kunit *test)
{
	const struct hvsim_pci_layout layout = {
		.bar = TEST_BAR,
		.bar_size = SZ_1M,
		.vectors = 5,
		.msix_table = 0x2000,
		.msix_pba = 0x3000,
	};
	struct hvsim_pci *pci;
	struct pci_dev *dev;
	u32 word;
	u16 flags;
	u8 cap;

	pci = hvsim_pci_create(TEST_DOMAIN, 4711, &layout);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pci));
	dev = to_pci_dev(hvsim_pci_device(pci));
	KUNIT_EXPECT_STREQ(test, pci_slot_name(dev->slot), "4711");
	KUNIT_EXPECT_EQ(test, pci_resource_start(dev, 2), TEST_BAR);
	KUNIT_EXPECT_EQ(test, pci_resource_len(dev, 2), SZ_1M);

	/* Sizing: what cannot be changed is below the BAR's size. */
	pci_write_config_dword(dev, PCI_BASE_ADDRESS_2, ~0);
	pci_read_config_dword(dev, PCI_BASE_ADDRESS_2, &word);
	KUNIT_EXPECT_EQ(test, word, 0xfff0000c);
	pci_write_config_dword(dev, PCI_VENDOR_ID, 0);
	pci_read_config_dword(dev, PCI_VENDOR_ID, &word);
	KUNIT_EXPECT_EQ(test, word, 0x100415b3);

	cap = pci_find_capability(dev, PCI_CAP_ID_MSIX);
	KUNIT_ASSERT_NE(test, cap, 0);
	KUNIT_EXPECT_FALSE(test, hvsim_pci_msix_enabled(pci));
	pci_write_config_word(dev, cap + PCI_MSIX_FLAGS, 0xffff);
	pci_read_config_word(dev, cap + PCI_MSIX_FLAGS, &flags);
	KUNIT_EXPECT_EQ(test, flags, 0xc004);
	KUNIT_EXPECT_FALSE(test, hvsim_pci_msix_enabled(pci));
	pci_write_config_word(dev, cap + PCI_MSIX_FLAGS, 0x8000);
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);
	KUNIT_EXPECT_TRUE(test, hvsim_pci_masters(pci));
	KUNIT_EXPECT_TRUE(test, hvsim_pci_msix_enabled(pci));
	pci_write_config_word(dev, PCI_COMMAND, 0);
	KUNIT_EXPECT_FALSE(test, hvsim_pci_masters(pci));
	KUNIT_EXPECT_FALSE(test, hvsim_pci_msix_enabled(pci));
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);

	hvsim_pci_tear(pci);
	KUNIT_EXPECT_FALSE(test, hvsim_pci_masters(pci));
	pci_read_config_dword(dev, PCI_VENDOR_ID, &word);
	KUNIT_EXPECT_EQ(test, word, ~0U);
	hvsim_pci_remove(pci);
	hvsim_pci_free(pci);
}

static struct kunit_case hvsim_cx3_cases[] = {
	KUNIT_CASE(ranges_are_aligned),
	KUNIT_CASE(what_is_taken_runs_out),
	KUNIT_CASE_PARAM(nonsense_is_refused, refusal_gen_params),
	KUNIT_CASE(nothing_is_freed_twice),
	KUNIT_CASE(a_region_goes_through_its_states),
	KUNIT_CASE(addresses_are_counted),
	KUNIT_CASE(rounds_exhaust_nothing),
	KUNIT_CASE(a_reset_takes_all_back),
	KUNIT_CASE(the_port_has_the_address),
	KUNIT_CASE(the_function_tells_its_vectors),
	KUNIT_CASE(mailboxes_must_be_memory),
	KUNIT_CASE(unknown_commands_are_refused),
	KUNIT_CASE(failures_are_counted),
	KUNIT_CASE_PARAM(noise_does_no_harm, noise_gen_params),
	KUNIT_CASE(config_space_is_a_devices),
	{ }
};

static struct kunit_suite hvsim_cx3_suite = {
	.name = "hvsim_cx3",
	.init = cx3_test_init,
	.exit = cx3_test_exit,
	.test_cases = hvsim_cx3_cases,
};

kunit_test_suite(hvsim_cx3_suite);
