// SPDX-License-Identifier: GPL-2.0-only
/*
 * The communication channel: two words with a toggle bit, by which the guest
 * says where its command registers (VHCR) are, and that there is a command in
 * them; reset; and the internal error that makes the guest reset.
 */
#include <linux/bitfield.h>
#include <linux/jiffies.h>
#include <linux/mlx4/cmd.h>

#include "cx3.h"
#include "regs.h"

/* After so long a guest that waited for an answer has come to run. */
#define CX3_COMM_SEEN_MS	100

/* Commands of the channel, bits 23:16 of the guest's word. */
enum {
	CX3_COMM_RESET		= 0,
	CX3_COMM_VHCR0		= 1,	/* address, bits 63:48 */
	CX3_COMM_VHCR1		= 2,
	CX3_COMM_VHCR2		= 3,
	CX3_COMM_VHCR_EN	= 4,	/* bits 15:0, and go */
	CX3_COMM_VHCR_POST	= 5,	/* carry out what is there */
};

#define CX3_COMM_CMD		GENMASK(23, 16)
#define CX3_COMM_PARAM		GENMASK(15, 0)

/* The command registers, in guest memory. */
struct cx3_vhcr {
	__be64 in_param;
	__be32 in_modifier;
	__be32 reserved1;
	__be64 out_param;
	__be16 token;
	__be16 reserved2;
	u8 status;
	u8 flags;
	__be16 opcode;
};

static_assert(sizeof(struct cx3_vhcr) == 32);

#define CX3_VHCR_EVENT		BIT(6)	/* of flags */
#define CX3_VHCR_OPMOD		GENMASK(15, 12)
#define CX3_VHCR_OPCODE		GENMASK(11, 0)
#define CX3_UNMAP_EQ		BIT(31)	/* of MAP_EQ's input modifier */

/* The error is said again with every answer: the guest looks rarely. */
static void cx3_comm_answer(struct cx3 *cx3, u32 answer)
{
	if (cx3->comm.toggle)
		answer |= CX3_COMM_TOGGLE;
	if (cx3->comm.error)
		answer |= CX3_COMM_ERROR;
	cx3_bar_write(cx3, CX3_REG_COMM_READ, answer);
}

/* What a reset of the function, in any way, leaves: nothing. */
static void cx3_comm_forget(struct cx3 *cx3)
{
	cx3_data_reset(cx3);
	cx3_res_reset(cx3->res);
	cx3_msix_reset(cx3);
	bitmap_zero(cx3->mpt_hw, CX3_MPTS);
	WRITE_ONCE(cx3->port.up, false);
	cx3->comm.vhcr = 0;
	cx3->comm.vhcr_parts = 0;
	cx3->comm.enabled = false;
	cx3->comm.token = 0;
	cx3->comm.resets++;
}

/* A guest that lost its way is told to start again. */
static void cx3_comm_refuse(struct cx3 *cx3)
{
	cx3->comm.bad++;
	cx3_comm_forget(cx3);
	cx3->comm.error = true;
	cx3_comm_answer(cx3, 0);
}

/* The four parts of the address come in order. */
static void cx3_comm_vhcr_part(struct cx3 *cx3, unsigned int part, u16 bits)
{
	struct cx3_comm *comm = &cx3->comm;

	if (comm->vhcr_parts != part) {
		cx3_comm_refuse(cx3);
		return;
	}

	comm->vhcr |= (u64)bits << (48 - 16 * part);
	comm->vhcr_parts++;
	if (comm->vhcr_parts == 4) {
		if (!cx3_dma(cx3, comm->vhcr, sizeof(struct cx3_vhcr))) {
			cx3_comm_refuse(cx3);
			return;
		}
		comm->enabled = true;
	}
	cx3_comm_answer(cx3, 0);
}

static void cx3_comm_event(struct cx3 *cx3, const struct cx3_cmd *cmd,
			   u8 status)
{
	struct cx3_eqe eqe = {
		.type = CX3_EVENT_CMD,
		.event.cmd = {
			.token = cpu_to_be16(cmd->token),
			.status = status,
			.out_param = cpu_to_be64(cmd->out_param),
		},
	};

	cx3_eq_event(cx3, &eqe);
}

/* The guest counts its commands anew when it chooses their event queue. */
static void cx3_comm_count_anew(struct cx3 *cx3, const struct cx3_cmd *cmd)
{
	if (cmd->opcode == MLX4_CMD_MAP_EQ && !(cmd->in_mod & CX3_UNMAP_EQ) &&
	    cmd->in_param & BIT_ULL(CX3_EVENT_CMD))
		cx3->comm.token = 0;
}

static void cx3_comm_post(struct cx3 *cx3)
{
	struct cx3_cmd cmd = {};
	struct cx3_vhcr vhcr;
	struct cx3_vhcr *at;
	u8 status;

	at = cx3_dma(cx3, cx3->comm.vhcr, sizeof(vhcr));
	if (!cx3->comm.enabled || !at) {
		cx3_comm_refuse(cx3);
		return;
	}

	vhcr = *at;
	cmd.opcode = FIELD_GET(CX3_VHCR_OPCODE, be16_to_cpu(vhcr.opcode));
	cmd.opmod = FIELD_GET(CX3_VHCR_OPMOD, be16_to_cpu(vhcr.opcode));
	cmd.event = vhcr.flags & CX3_VHCR_EVENT;
	cmd.in_mod = be32_to_cpu(vhcr.in_modifier);
	cmd.in_param = be64_to_cpu(vhcr.in_param);
	cmd.out_param = be64_to_cpu(vhcr.out_param);
	if (cmd.event)
		cmd.token = ++cx3->comm.token;

	status = cx3_cmd_run(cx3, &cmd);
	if (status == CX3_OK)
		cx3_comm_count_anew(cx3, &cmd);

	at->out_param = cpu_to_be64(cmd.out_param);
	WRITE_ONCE(at->status, status);
	/* The result, then the toggle, then the event: each tells of the last. */
	wmb();
	cx3_comm_answer(cx3, 0);
	if (cmd.event)
		cx3_comm_event(cx3, &cmd, status);
}

static void cx3_comm_word(struct cx3 *cx3, u32 word)
{
	u16 param = FIELD_GET(CX3_COMM_PARAM, word);
	u8 cmd = FIELD_GET(CX3_COMM_CMD, word);

	switch (cmd) {
	case CX3_COMM_RESET:
		cx3_comm_forget(cx3);
		cx3_comm_answer(cx3, CX3_COMM_VERSION);
		break;
	case CX3_COMM_VHCR0:
	case CX3_COMM_VHCR1:
	case CX3_COMM_VHCR2:
	case CX3_COMM_VHCR_EN:
		cx3_comm_vhcr_part(cx3, cmd - CX3_COMM_VHCR0, param);
		break;
	case CX3_COMM_VHCR_POST:
		cx3_comm_post(cx3);
		break;
	default:
		cx3_comm_refuse(cx3);
	}
}

/**
 * cx3_comm_reset() - the state after power-on, but for what the guest wrote
 * @cx3: the function
 *
 * Its last word counts as answered: mlx4 may be about to look for the toggle
 * of a command before the reset, and does so for 70 seconds.
 *
 * Context: process; cx3.lock held, or nobody else has @cx3 yet.
 */
void cx3_comm_reset(struct cx3 *cx3)
{
	u32 word = cx3_bar_read(cx3, CX3_REG_COMM_WRITE);

	cx3_comm_forget(cx3);
	cx3->comm.error = false;
	cx3->comm.toggle = word & CX3_COMM_TOGGLE;
	cx3->comm.last = jiffies;
	cx3_comm_answer(cx3, 0);
	cx3_bar_write(cx3, CX3_REG_COMM_CAPS, CX3_CAPS_RESET);
	cx3_bar_write(cx3, CX3_REG_COMM_FLAGS, 0);
}

/**
 * cx3_comm_poll() - look for a word of the guest
 * @cx3: the function
 *
 * Context: process; cx3.lock held.
 * Return: there was one, and it was answered.
 */
bool cx3_comm_poll(struct cx3 *cx3)
{
	u32 word;

	if (cx3->comm.mute)
		return false;

	/*
	 * The guest asks for a reset, and waits for the answer bit to equal
	 * its own: all flags zero is one of the answers, and the next request
	 * looks like this one.
	 */
	if (cx3_bar_read(cx3, CX3_REG_COMM_FLAGS) & CX3_FLAGS_RESET) {
		cx3_comm_reset(cx3);
		return true;
	}

	word = cx3_bar_read(cx3, CX3_REG_COMM_WRITE);
	if (!!(word & CX3_COMM_TOGGLE) == cx3->comm.toggle)
		return false;
	cx3->comm.toggle = !cx3->comm.toggle;
	cx3_comm_word(cx3, word);
	cx3->comm.last = jiffies;

	return true;
}

/**
 * cx3_comm_fail() - raise an internal error
 * @cx3: the function
 *
 * The guest finds it within five seconds, resets the function and starts
 * again.
 *
 * Context: process; cx3.lock held.
 */
void cx3_comm_fail(struct cx3 *cx3)
{
	cx3->comm.errors++;
	cx3->comm.error = true;
	cx3_bar_write(cx3, CX3_REG_COMM_READ,
		      cx3_bar_read(cx3, CX3_REG_COMM_READ) | CX3_COMM_ERROR);
}

/**
 * cx3_comm_quiet() - has the guest seen all answers?
 * @cx3: the function
 *
 * Registers that read as ones have the toggle of no answer, and mlx4 would
 * look for it for 70 seconds.
 *
 * Context: process; cx3.lock held.
 * Return: false while a word waits, and for CX3_COMM_SEEN_MS after the last.
 */
bool cx3_comm_quiet(const struct cx3 *cx3)
{
	u32 word = cx3_bar_read(cx3, CX3_REG_COMM_WRITE);

	return !!(word & CX3_COMM_TOGGLE) == cx3->comm.toggle &&
	       time_after(jiffies, cx3->comm.last +
				   msecs_to_jiffies(CX3_COMM_SEEN_MS));
}

/**
 * cx3_comm_mute() - answer nothing any more
 * @cx3: the function
 *
 * What is quiet stays so until the registers are gone: a word that comes now
 * finds nobody, which mlx4 can stand.
 *
 * Context: process; cx3.lock held since cx3_comm_quiet() said so.
 */
void cx3_comm_mute(struct cx3 *cx3)
{
	cx3->comm.mute = true;
}

/**
 * cx3_comm_gone() - the registers of a function that is not there
 * @cx3: the function
 *
 * Context: process; cx3.lock held.
 */
void cx3_comm_gone(struct cx3 *cx3)
{
	u32 offset;

	/* Up to the interrupt table, which is in use as long as the vectors. */
	for (offset = 0; offset < CX3_REG_MSIX_TABLE; offset += 4)
		cx3_bar_write(cx3, offset, ~0);
}
