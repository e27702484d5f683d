// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a ConnectX-3: its communication channel, with registers.  These
 * are memory that user-mode Linux lets a driver map.
 */
#include <linux/delay.h>
#include <linux/logic_iomem.h>
#include <linux/mlx4/cmd.h>
#include <linux/sizes.h>

#include "hvsim/connectx3/regs.h"
#include "hvsim_cx3_world.h"

/* Words of the channel. */
#define RESET		0
#define VHCR0		1
#define VHCR2		3
#define VHCR_EN		4
#define VHCR_POST	5

/* Fields of the command registers. */
#define VHCR_IN_PARAM	0
#define VHCR_IN_MOD	8
#define VHCR_OUT_PARAM	16
#define VHCR_STATUS	28
#define VHCR_FLAGS	29
#define VHCR_OPCODE	30
#define BY_EVENT	BIT(6)

#ifdef CONFIG_INDIRECT_IOMEM
static u8 registers[SZ_64K] __aligned(8);

static unsigned long registers_read(void *priv, unsigned int offset, int size)
{
	unsigned long val = ~0UL;

	if (offset + size <= sizeof(registers))
		memcpy(&val, registers + offset, size);

	return val;
}

static void registers_write(void *priv, unsigned int offset, int size,
			    unsigned long val)
{
	if (offset + size <= sizeof(registers))
		memcpy(registers + offset, &val, size);
}

static const struct logic_iomem_ops registers_ops = {
	.read	= registers_read,
	.write	= registers_write,
};

static long registers_map(unsigned long offset, size_t size,
			  const struct logic_iomem_ops **ops, void **priv)
{
	*ops = &registers_ops;

	return 0;
}

static const struct logic_iomem_region_ops region_ops = {
	.map	= registers_map,
};

/* For good: there is no way to take it back. */
static struct resource region = {
	.name	= "hvsim_cx3_comm",
	.start	= 0xe0000000,
	.end	= 0xe0000000 + SZ_1M - 1,
	.flags	= IORESOURCE_MEM,
};

static void __iomem *map_registers(void)
{
	if (!region.parent && logic_iomem_add_region(&region, &region_ops))
		return NULL;
	memset(registers, 0, sizeof(registers));

	return ioremap(region.start, CX3_BAR_SIZE);
}
#else
static void __iomem *map_registers(void)
{
	return NULL;
}
#endif

static int comm_init(struct kunit *test)
{
	void __iomem *base = map_registers();
	struct world *w;
	int err;

	if (!base)
		kunit_skip(test, "no registers on this architecture");
	err = world_init(test);
	if (err)
		return err;
	w = test->priv;
	w->cx3->bar.base = base;
	cx3_comm_reset(w->cx3);

	return 0;
}

/* Say a word, as a driver does, and return the answer. */
static u32 say(struct kunit *test, u8 word, u16 param)
{
	struct world *w = test->priv;
	struct cx3 *cx3 = w->cx3;
	u32 toggle = ~cx3_bar_read(cx3, CX3_REG_COMM_WRITE) & CX3_COMM_TOGGLE;

	cx3_bar_write(cx3, CX3_REG_COMM_WRITE, toggle | word << 16 | param);
	mutex_lock(&cx3->lock);
	KUNIT_EXPECT_TRUE(test, cx3_comm_poll(cx3));
	KUNIT_EXPECT_FALSE(test, cx3_comm_poll(cx3));
	mutex_unlock(&cx3->lock);
	KUNIT_EXPECT_EQ(test, toggle, cx3_bar_read(cx3, CX3_REG_COMM_READ) &
			CX3_COMM_TOGGLE);

	return cx3_bar_read(cx3, CX3_REG_COMM_READ) & ~CX3_COMM_TOGGLE;
}

static u32 say_address(struct kunit *test, u64 addr)
{
	u32 answer = 0;
	u8 part;

	for (part = 0; part < 4; part++)
		answer |= say(test, VHCR0 + part, addr >> (48 - 16 * part));

	return answer;
}

/* A driver that is ready to issue commands; its registers are in the box. */
static void open_channel(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_ASSERT_EQ(test, CX3_COMM_VERSION, say(test, RESET, 0));
	KUNIT_ASSERT_EQ(test, 0, say_address(test, virt_to_phys(w->db)));
}

/* Issue a command; its status. */
static u8 post(struct kunit *test, u16 opcode, u64 in_param, u32 in_mod,
	       u8 flags)
{
	struct world *w = test->priv;
	u8 *vhcr = memset(w->db, 0, 32);

	*(__be64 *)(vhcr + VHCR_IN_PARAM) = cpu_to_be64(in_param);
	*(__be32 *)(vhcr + VHCR_IN_MOD) = cpu_to_be32(in_mod);
	*(__be64 *)(vhcr + VHCR_OUT_PARAM) = cpu_to_be64(virt_to_phys(w->box));
	*(__be16 *)(vhcr + VHCR_OPCODE) = cpu_to_be16(opcode);
	vhcr[VHCR_FLAGS] = flags;
	vhcr[VHCR_STATUS] = 0xff;
	KUNIT_EXPECT_EQ(test, 0, say(test, VHCR_POST, 0));

	return vhcr[VHCR_STATUS];
}

static void command_is_answered_in_memory(struct kunit *test)
{
	struct world *w = test->priv;

	open_channel(test);
	KUNIT_EXPECT_EQ(test, cx3_bar_read(w->cx3, CX3_REG_COMM_CAPS),
			CX3_CAPS_RESET);
	KUNIT_EXPECT_EQ(test, CX3_OK, post(test, MLX4_CMD_NOP, 0, 0, 0));
	memset(w->box, 0, CX3_MAILBOX);
	KUNIT_EXPECT_EQ(test, CX3_OK,
			post(test, MLX4_CMD_QUERY_PORT, 0, 1, 0));
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(w->box, 0, CX3_MAILBOX));
	/* One that cannot be is refused, and that is all. */
	KUNIT_EXPECT_EQ(test, CX3_BAD_OP, post(test, 0xabc, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, CX3_OK, post(test, MLX4_CMD_NOP, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, w->cx3->comm.bad, 0);
}

static void command_is_answered_by_event(struct kunit *test)
{
	struct world *w = test->priv;
	int first, i;

	open_channel(test);
	first = cx3_res_alloc(w->cx3->res, CX3_RES_MTT, MTTS, MTTS);
	KUNIT_ASSERT_GE(test, first, 0);
	w->mtt = first;
	KUNIT_ASSERT_EQ(test, CX3_OK, make_eq(test, EQN, LOG_EQES, 0));
	/* No interrupts: there is no function that could send them. */
	w->cx3->msix.vectors = 0;
	KUNIT_ASSERT_EQ(test, CX3_OK, post(test, MLX4_CMD_MAP_EQ,
					   BIT(CX3_EVENT_CMD), EQN, 0));
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, CX3_OK,
				post(test, MLX4_CMD_NOP, 0, 0, BY_EVENT));
		KUNIT_EXPECT_EQ(test, w->eqes[i].owner, 0);
		KUNIT_EXPECT_EQ(test, w->eqes[i].type, CX3_EVENT_CMD);
		KUNIT_EXPECT_EQ(test, i + 1,
				be16_to_cpu(w->eqes[i].event.cmd.token));
	}
}

struct bad_case {
	const char *what;
	bool opened;		/* with the address told before */
	u8 word;
	u64 addr;		/* told instead of a word */
};

static const struct bad_case bad_cases[] = {
	{ "a command before the address", false, VHCR_POST, 0 },
	{ "the address from its middle on", false, VHCR2, 0 },
	{ "the end of an address", false, VHCR_EN, 0 },
	{ "the address once more", true, VHCR0, 0 },
	{ "a word that there is not", true, VHCR_POST + 1, 0 },
	{ "the last word", true, 0xff, 0 },
	{ "an address that is not RAM", false, 0, BIT_ULL(60) },
	{ "the last address", false, 0, U64_MAX },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad_cases, what);

static void who_breaks_the_protocol_has_to_reset(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct world *w = test->priv;
	u32 answer;

	say(test, RESET, 0);
	if (c->opened)
		say_address(test, virt_to_phys(w->db));
	answer = c->addr ? say_address(test, c->addr) : say(test, c->word, 0);
	KUNIT_EXPECT_EQ(test, CX3_COMM_ERROR, answer);
	KUNIT_EXPECT_EQ(test, w->cx3->comm.bad, 1);
	KUNIT_EXPECT_FALSE(test, w->cx3->comm.enabled);

	/* It is said again, until the driver has asked for the reset. */
	answer = say(test, RESET, 0);
	KUNIT_EXPECT_EQ(test, CX3_COMM_ERROR | CX3_COMM_VERSION, answer);
	cx3_bar_write(w->cx3, CX3_REG_COMM_FLAGS, CX3_FLAGS_RESET);
	mutex_lock(&w->cx3->lock);
	KUNIT_EXPECT_TRUE(test, cx3_comm_poll(w->cx3));
	mutex_unlock(&w->cx3->lock);
	KUNIT_EXPECT_EQ(test, cx3_bar_read(w->cx3, CX3_REG_COMM_FLAGS), 0);
	/* What was said before is answered: the toggles agree, no error. */
	KUNIT_EXPECT_EQ(test, cx3_bar_read(w->cx3, CX3_REG_COMM_READ),
			cx3_bar_read(w->cx3, CX3_REG_COMM_WRITE) &
			CX3_COMM_TOGGLE);
	open_channel(test);
}

static void internal_error_stands_until_the_reset(struct kunit *test)
{
	struct world *w = test->priv;

	open_channel(test);
	cx3_comm_fail(w->cx3);
	KUNIT_EXPECT_TRUE(test, cx3_bar_read(w->cx3, CX3_REG_COMM_READ) &
			  CX3_COMM_ERROR);
	KUNIT_EXPECT_EQ(test, CX3_COMM_ERROR, say(test, VHCR_POST, 0));
	cx3_comm_reset(w->cx3);
	open_channel(test);
}

static void quiet_is_what_waits_for_nothing(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3 *cx3 = w->cx3;
	u32 word;

	open_channel(test);
	KUNIT_EXPECT_FALSE_MSG(test, cx3_comm_quiet(cx3), "just answered");
	msleep(100);
	KUNIT_EXPECT_TRUE(test, cx3_comm_quiet(cx3));

	word = cx3_bar_read(cx3, CX3_REG_COMM_WRITE) ^ CX3_COMM_TOGGLE;
	cx3_bar_write(cx3, CX3_REG_COMM_WRITE, word);
	KUNIT_EXPECT_FALSE_MSG(test, cx3_comm_quiet(cx3), "not answered");
}

/* A word that comes between the last look and the end is not answered. */
static void mute_channel_answers_nothing(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3 *cx3 = w->cx3;
	u32 before, word;

	open_channel(test);
	cx3_comm_mute(cx3);
	before = cx3_bar_read(cx3, CX3_REG_COMM_READ);
	word = cx3_bar_read(cx3, CX3_REG_COMM_WRITE) ^ CX3_COMM_TOGGLE;
	cx3_bar_write(cx3, CX3_REG_COMM_WRITE, word);
	KUNIT_EXPECT_FALSE(test, cx3_comm_poll(cx3));
	cx3_bar_write(cx3, CX3_REG_COMM_FLAGS, CX3_FLAGS_RESET);
	KUNIT_EXPECT_FALSE(test, cx3_comm_poll(cx3));
	KUNIT_EXPECT_EQ(test, cx3_bar_read(cx3, CX3_REG_COMM_READ), before);
	KUNIT_EXPECT_TRUE(test, cx3->comm.enabled);
}

/* Where the doorbells of queues would be that there are not, of any kind. */
static void doorbells_of_no_queue_are_nobodys(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3 *cx3 = w->cx3;
	u32 offset;

	open_channel(test);
	KUNIT_ASSERT_EQ(test, CX3_OK, post(test, MLX4_CMD_NOP, 0, 0, 0));
	for (offset = CX3_REG_MSIX_PBA + 0x1000; offset < CX3_BAR_SIZE;
	     offset += 4)
		cx3_bar_write(cx3, offset, U32_MAX);
	mutex_lock(&cx3->lock);
	KUNIT_EXPECT_FALSE(test, cx3_comm_poll(cx3));
	KUNIT_EXPECT_FALSE(test, cx3_data_poll(cx3));
	mutex_unlock(&cx3->lock);
	KUNIT_EXPECT_EQ(test, cx3->comm.bad, 0);
	KUNIT_EXPECT_EQ(test, CX3_OK, post(test, MLX4_CMD_NOP, 0, 0, 0));
}

static void what_is_torn_out_reads_as_ones(struct kunit *test)
{
	struct world *w = test->priv;
	u32 offset;

	open_channel(test);
	cx3_comm_gone(w->cx3);
	for (offset = 0; offset < CX3_REG_MSIX_TABLE; offset += 4)
		KUNIT_ASSERT_EQ(test, cx3_bar_read(w->cx3, offset), U32_MAX);
	KUNIT_EXPECT_EQ(test, cx3_bar_read(w->cx3, CX3_REG_MSIX_TABLE), 0);
}

static struct kunit_case comm_cases[] = {
	KUNIT_CASE(command_is_answered_in_memory),
	KUNIT_CASE(command_is_answered_by_event),
	KUNIT_CASE_PARAM(who_breaks_the_protocol_has_to_reset, bad_gen_params),
	KUNIT_CASE(internal_error_stands_until_the_reset),
	KUNIT_CASE(quiet_is_what_waits_for_nothing),
	KUNIT_CASE(mute_channel_answers_nothing),
	KUNIT_CASE(doorbells_of_no_queue_are_nobodys),
	KUNIT_CASE(what_is_torn_out_reads_as_ones),
	{ }
};

static struct kunit_suite comm_suite = {
	.name = "hvsim_cx3_comm",
	.init = comm_init,
	.exit = world_exit,
	.test_cases = comm_cases,
};

kunit_test_suite(comm_suite);
