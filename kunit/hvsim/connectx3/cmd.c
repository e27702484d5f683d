// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands: which there are, and what all of them have in common.
 */
#include <linux/mlx4/cmd.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "cx3.h"

#define CX3_IN		BIT(0)	/* input parameter: address of a mailbox */
#define CX3_OUT		BIT(1)	/* output parameter: address of a mailbox */
#define CX3_ADDR_MASK	(~(u64)0xff)	/* low bits of an input address */

struct cx3_command {
	u16 opcode;
	u8 flags;
	const char *name;
	cx3_handler run;
};

static u8 cx3_cmd_nop(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	return CX3_OK;
}

#define CX3_COMMAND(_name, _flags, _run) \
	{ MLX4_CMD_##_name, _flags, #_name, cx3_cmd_##_run }

/* All that a guest's driver issues; a host refuses others to a function. */
static const struct cx3_command cx3_commands[] = {
	CX3_COMMAND(QUERY_DEV_CAP, CX3_OUT, query_dev_cap),
	CX3_COMMAND(QUERY_FW, CX3_OUT, query_fw),
	CX3_COMMAND(QUERY_ADAPTER, CX3_OUT, query_adapter),
	CX3_COMMAND(QUERY_HCA, CX3_OUT, query_hca),
	CX3_COMMAND(QUERY_FUNC_CAP, CX3_OUT, query_func_cap),
	CX3_COMMAND(QUERY_PORT, CX3_OUT, query_port),
	CX3_COMMAND(SET_PORT, CX3_IN, set_port),
	CX3_COMMAND(INIT_PORT, 0, init_port),
	CX3_COMMAND(CLOSE_PORT, 0, close_port),
	CX3_COMMAND(NOP, 0, nop),
	CX3_COMMAND(ALLOC_RES, 0, alloc_res),
	CX3_COMMAND(FREE_RES, 0, free_res),
	CX3_COMMAND(SW2HW_MPT, CX3_IN, sw2hw_mpt),
	CX3_COMMAND(HW2SW_MPT, 0, hw2sw_mpt),
	CX3_COMMAND(WRITE_MTT, CX3_IN, write_mtt),
	CX3_COMMAND(MAP_EQ, 0, map_eq),
	CX3_COMMAND(SW2HW_EQ, CX3_IN, sw2hw_eq),
	CX3_COMMAND(HW2SW_EQ, 0, hw2sw_eq),
	CX3_COMMAND(SW2HW_CQ, CX3_IN, sw2hw_cq),
	CX3_COMMAND(HW2SW_CQ, 0, hw2sw_cq),
	CX3_COMMAND(QUERY_CQ, CX3_OUT, query_cq),
	CX3_COMMAND(MODIFY_CQ, CX3_IN, modify_cq),
	CX3_COMMAND(RST2INIT_QP, CX3_IN, modify_qp),
	CX3_COMMAND(INIT2INIT_QP, CX3_IN, modify_qp),
	CX3_COMMAND(INIT2RTR_QP, CX3_IN, modify_qp),
	CX3_COMMAND(RTR2RTS_QP, CX3_IN, modify_qp),
	CX3_COMMAND(RTS2RTS_QP, CX3_IN, modify_qp),
	CX3_COMMAND(SQERR2RTS_QP, CX3_IN, modify_qp),
	CX3_COMMAND(2ERR_QP, 0, modify_qp),
	CX3_COMMAND(RTS2SQD_QP, 0, modify_qp),
	CX3_COMMAND(SQD2RTS_QP, CX3_IN, modify_qp),
	CX3_COMMAND(2RST_QP, 0, modify_qp),
	CX3_COMMAND(QUERY_QP, CX3_OUT, query_qp),
	CX3_COMMAND(SET_VLAN_FLTR, CX3_IN, set_vlan_fltr),
	CX3_COMMAND(SET_MCAST_FLTR, 0, set_mcast_fltr),
	CX3_COMMAND(DUMP_ETH_STATS, CX3_OUT, dump_eth_stats),
	CX3_COMMAND(QUERY_IF_STAT, CX3_OUT, query_if_stat),
	CX3_COMMAND(QP_ATTACH, CX3_IN, attach_qp),
	{ MLX4_QP_FLOW_STEERING_ATTACH, CX3_IN, "FLOW_STEERING_ATTACH",
	  cx3_cmd_attach_rule },
	{ MLX4_QP_FLOW_STEERING_DETACH, 0, "FLOW_STEERING_DETACH",
	  cx3_cmd_detach_rule },
};

struct cx3_count {
	u64 calls;
	u64 failures;
	u8 status;		/* of the last failure */
};

/**
 * struct cx3_cmds - what became of the commands of a function
 * @counts: of each command in the table
 * @unknown: commands that are not in it
 * @last_unknown: opcode of the last of these
 * @in: copy of the input mailbox
 * @out: output mailbox
 */
struct cx3_cmds {
	struct cx3_count counts[ARRAY_SIZE(cx3_commands)];
	u64 unknown;
	u16 last_unknown;
	u8 in[CX3_MAILBOX] __aligned(8);
	u8 out[CX3_MAILBOX] __aligned(8);
};

/**
 * cx3_cmds_create() - counters and mailboxes of a function
 *
 * Return: these, or NULL without memory.
 */
struct cx3_cmds *cx3_cmds_create(void)
{
	return kvzalloc(sizeof(struct cx3_cmds), GFP_KERNEL);
}

/**
 * cx3_cmds_destroy() - free them
 * @cmds: from cx3_cmds_create(), or NULL
 */
void cx3_cmds_destroy(struct cx3_cmds *cmds)
{
	kvfree(cmds);
}

static int cx3_command_find(u16 opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cx3_commands); i++) {
		if (cx3_commands[i].opcode == opcode)
			return i;
	}

	return -ENOENT;
}

static u8 cx3_command_run(struct cx3 *cx3, const struct cx3_command *command,
			  struct cx3_cmd *cmd)
{
	struct cx3_cmds *cmds = cx3->cmds;
	void *in, *out = NULL;
	u8 status;

	if (command->flags & CX3_IN) {
		in = cx3_dma(cx3, cmd->in_param & CX3_ADDR_MASK, CX3_MAILBOX);
		if (!in)
			return CX3_BAD_PARAM;
		memcpy(cmds->in, in, CX3_MAILBOX);
		cmd->in = cmds->in;
	}
	if (command->flags & CX3_OUT) {
		out = cx3_dma(cx3, cmd->out_param, CX3_MAILBOX);
		if (!out)
			return CX3_BAD_PARAM;
		memset(cmds->out, 0, CX3_MAILBOX);
		cmd->out = cmds->out;
	}

	status = command->run(cx3, cmd);
	if (out && status == CX3_OK)
		memcpy(out, cmds->out, CX3_MAILBOX);

	return status;
}

/**
 * cx3_cmd_run() - carry a command out
 * @cx3: the function
 * @cmd: opcode, modifiers and parameters, as the guest gave them
 *
 * Context: process; cx3.lock held.
 * Return: the status; immediate output is in @cmd.
 */
u8 cx3_cmd_run(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_cmds *cmds = cx3->cmds;
	int i = cx3_command_find(cmd->opcode);
	u8 status;

	cmd->in = NULL;
	cmd->out = NULL;
	if (i < 0) {
		cmds->unknown++;
		cmds->last_unknown = cmd->opcode;
		return CX3_BAD_OP;
	}

	status = cx3_command_run(cx3, &cx3_commands[i], cmd);
	cmds->counts[i].calls++;
	if (status != CX3_OK) {
		cmds->counts[i].failures++;
		cmds->counts[i].status = status;
	}

	return status;
}

/**
 * cx3_cmds_show() - the counters, those that are not zero
 * @cx3: the function
 * @m: where to
 *
 * Context: process; cx3.lock held.
 */
void cx3_cmds_show(const struct cx3 *cx3, struct seq_file *m)
{
	const struct cx3_cmds *cmds = cx3->cmds;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cx3_commands); i++) {
		const struct cx3_count *count = &cmds->counts[i];

		if (!count->calls)
			continue;
		seq_printf(m, "cmd %03x %s calls=%llu failed=%llu",
			   cx3_commands[i].opcode, cx3_commands[i].name,
			   count->calls, count->failures);
		if (count->failures)
			seq_printf(m, " status=%#x", count->status);
		seq_puts(m, "\n");
	}
	seq_printf(m, "cmd unknown calls=%llu", cmds->unknown);
	if (cmds->unknown)
		seq_printf(m, " last=%03x", cmds->last_unknown);
	seq_puts(m, "\n");
}
