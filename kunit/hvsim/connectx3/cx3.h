/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A ConnectX-3 virtual function in software, as the mlx4 driver sees it.
 *
 * Layers, top to bottom; a file calls only files below its own:
 *	form		life of a function: made, plugged, torn, shown
 *	thread		the one thread in which a function lives
 *	comm		communication channel, reset, the way of a command
 *	cmd		table of the commands
 *	caps, alloc, port	commands: what the function is and has
 *	data		life of the data half, debugfs of it
 *	qp		queue pairs
 *	tx, rx		frames, out and in
 *	wqe, steering, rss	descriptors; which queue a frame goes to
 *	cq, eq		completions, events
 *	mtt, stats	translation tables; counters
 *	res		numbers of the resources, given and taken back
 *	msix, dma	the way out: interrupts, guest memory
 *	bar		BAR memory, borrowed from another device
 *
 * All that the device has in memory, registers too, is big-endian.  Everything
 * of a function happens in its own thread, or with @lock held, but for what is
 * named otherwise.  What the guest wrote is copied once, then checked.
 */
#ifndef _HVSIM_CX3_H
#define _HVSIM_CX3_H

#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "../vf.h"

struct cx3;
struct cx3_cmds;
struct cx3_data;
struct cx3_res;
struct seq_file;

/*
 * Numbers of queues are indices below these; arrays may have them as lengths.
 * The first ones of each kind are never given to a guest.
 */
#define CX3_QPS		1024
#define CX3_CQS		512
#define CX3_EQS		128
#define CX3_MTTS	65536
#define CX3_MPTS	256
#define CX3_QP_FIRST	64
#define CX3_CQ_FIRST	64
/* An EQ's doorbell is in page eqn / 4; the ones below are other registers'. */
#define CX3_EQ_FIRST	16

#define CX3_MAILBOX	4096	/* bytes of a command's mailbox */
#define CX3_BAR_SIZE	(1024 * 1024)
#define CX3_UAR_SIZE	4096
/* Frames from the wire that wait: when it stops, goes on, and the end. */
#define CX3_RXQ_STOP	1024
#define CX3_RXQ_WAKE	512
#define CX3_RXQ_MAX	4096
#define CX3_MAX_MTU	9600	/* of the port, without the Ethernet header */

/* Status byte of a command, ConnectX-3 PRM 13.1. */
enum cx3_status {
	CX3_OK			= 0x00,
	CX3_INTERNAL_ERR	= 0x01,
	CX3_BAD_OP		= 0x02,	/* no such command */
	CX3_BAD_PARAM		= 0x03,
	CX3_BAD_SYS_STATE	= 0x04,
	CX3_BAD_RESOURCE	= 0x05,	/* reserved, or somebody else's */
	CX3_RESOURCE_BUSY	= 0x06,
	CX3_EXCEED_LIM		= 0x08,	/* none left */
	CX3_BAD_RES_STATE	= 0x09,
	CX3_BAD_INDEX		= 0x0a,
	CX3_BAD_QP_STATE	= 0x10,
	CX3_BAD_SIZE		= 0x40,
};

/**
 * struct cx3_cmd - a command while it is carried out
 * @opcode: what to do
 * @opmod: variant of it
 * @event: the guest is told by an event
 * @token: what that event must carry
 * @in_mod: input modifier: an index, or other details
 * @in_param: immediate input, or the address of the mailbox behind @in
 * @out_param: immediate output; not used by a command with @out
 * @in: copy of the input mailbox, CX3_MAILBOX bytes; NULL if it has none
 * @out: zeroed, CX3_MAILBOX bytes; the guest gets them if the status is CX3_OK;
 *	NULL if it has none
 */
struct cx3_cmd {
	u16 opcode;
	u8 opmod;
	bool event;
	u16 token;
	u32 in_mod;
	u64 in_param;
	u64 out_param;
	const void *in;
	void *out;
};

/* Carries a command out; returns enum cx3_status; no effect unless CX3_OK. */
typedef u8 (*cx3_handler)(struct cx3 *cx3, struct cx3_cmd *cmd);

/* A slice of memory behind a BAR. */
struct cx3_bar {
	void __iomem *base;	/* NULL: none, registers read as zero */
	phys_addr_t phys;
	int slot;
};

/* The communication channel, and the page of the command registers (VHCR). */
struct cx3_comm {
	u64 vhcr;		/* DMA address */
	u8 vhcr_parts;		/* of the four that make it, those that came */
	bool toggle;
	bool enabled;		/* reset done, VHCR enabled */
	bool error;		/* internal error, until the guest resets */
	bool mute;		/* about to be torn out */
	u16 token;		/* of the next command event */
	unsigned long last;	/* jiffies of the last word */
	u64 resets;
	u64 errors;
	u64 bad;		/* words that make no sense */
};

struct cx3_msix {
	unsigned int vectors;
	unsigned long *pending;	/* bits: to be sent when unmasked */
	u64 sent;
	u64 deferred;
};

/*
 * @told: the link as the guest heard last.  @up: the guest has it initialised.
 * @mtu: longest frame, with its checksum.
 */
struct cx3_port {
	bool link;
	bool told;
	bool up;
	u16 mtu;
	u8 mac[ETH_ALEN];
};

/**
 * struct cx3 - one function
 * @vf: what the vswitch knows it by
 * @lock: everything, but for @rxq and @gone; the thread holds it while it polls
 * @gone: torn out; nothing gets in or out any more
 * @bar: registers
 * @comm: communication channel
 * @msix: interrupts
 * @port: the port
 * @cmds: counters of the commands
 * @lost_later: after it was torn out: counts what the guest still gave to it
 * @res: which numbers the guest has
 * @mpt_hw: of these, memory regions in hardware's hands
 * @data: of the data half
 * @rxq: frames from the wire, at most CX3_RXQ_MAX; filled in BH context, has a
 *	lock of its own
 * @held: the wire is stopped
 * @rx_overflow: frames for which @rxq had no room, or the port was closed
 * @task: the thread
 * @kick: wakes it
 * @kicked: there was a reason to
 * @polls: rounds of the thread
 * @sleeps: of these, those that ended in sleep
 */
struct cx3 {
	struct hvsim_vf *vf;
	struct mutex lock;	/* see above */
	bool gone;
	struct cx3_bar bar;
	struct cx3_comm comm;
	struct cx3_msix msix;
	struct cx3_port port;
	struct cx3_cmds *cmds;
	struct notifier_block lost_later;
	struct cx3_res *res;
	DECLARE_BITMAP(mpt_hw, CX3_MPTS);
	struct cx3_data *data;
	struct sk_buff_head rxq;
	bool held;
	atomic64_t rx_overflow;
	struct task_struct *task;
	wait_queue_head_t kick;
	bool kicked;
	u64 polls;
	u64 sleeps;
};

/* ---- bar ---- */

int cx3_bar_get(struct cx3_bar *bar);
void cx3_bar_put(struct cx3_bar *bar);
u32 cx3_bar_read(const struct cx3 *cx3, u32 offset);
void cx3_bar_write(const struct cx3 *cx3, u32 offset, u32 val);

/* ---- msix ---- */

int cx3_msix_init(struct cx3 *cx3, unsigned int vectors);
void cx3_msix_exit(struct cx3 *cx3);
void cx3_msix_fire(struct cx3 *cx3, unsigned int vector);
bool cx3_msix_retry(struct cx3 *cx3);
void cx3_msix_reset(struct cx3 *cx3);

/* ---- res ---- */

enum cx3_res_kind {
	CX3_RES_QP,
	CX3_RES_CQ,
	CX3_RES_MPT,
	CX3_RES_MTT,
	CX3_RES_COUNTER,
	CX3_RES_KINDS,
};

/* Values that the port's tables hold, each at an index, counted. */
enum cx3_table_kind {
	CX3_TABLE_MAC,
	CX3_TABLE_VLAN,
	CX3_TABLE_KINDS,
};

struct cx3_res *cx3_res_create(void);
void cx3_res_destroy(struct cx3_res *res);
void cx3_res_reset(struct cx3_res *res);
int cx3_res_alloc(struct cx3_res *res, enum cx3_res_kind kind, u32 count,
		  u32 align);
bool cx3_res_free(struct cx3_res *res, enum cx3_res_kind kind, u32 first,
		  u32 count);
/* The guest has all of these: what a handler asks before it uses a number. */
bool cx3_res_has(const struct cx3_res *res, enum cx3_res_kind kind, u32 first,
		 u32 count);
bool cx3_res_map(struct cx3_res *res, enum cx3_res_kind kind, u32 index);
bool cx3_res_unmap(struct cx3_res *res, enum cx3_res_kind kind, u32 index);
bool cx3_res_mapped(const struct cx3_res *res, enum cx3_res_kind kind,
		    u32 index);
unsigned int cx3_res_used(const struct cx3_res *res, enum cx3_res_kind kind);
int cx3_table_add(struct cx3_res *res, enum cx3_table_kind kind, u64 value);
bool cx3_table_del(struct cx3_res *res, enum cx3_table_kind kind, u64 value);
unsigned int cx3_table_used(const struct cx3_res *res,
			    enum cx3_table_kind kind);

/* ---- dma ---- */

/* Guest memory at a bus address; NULL unless all @len bytes are RAM. */
void *cx3_dma(struct cx3 *cx3, u64 addr, size_t len);

/* ---- eq ---- */

#define CX3_EVENT_COMP		0x00
#define CX3_EVENT_PORT_CHANGE	0x09
#define CX3_EVENT_CMD		0x0a
#define CX3_PORT_DOWN		1	/* subtypes of CX3_EVENT_PORT_CHANGE */
#define CX3_PORT_UP		4

struct cx3_eqe {
	u8 reserved1;
	u8 type;
	u8 reserved2;
	u8 subtype;
	union {
		u8 raw[24];
		__be32 data[6];
		__be32 cqn;
		struct {
			__be16 reserved1;
			__be16 token;
			__be32 reserved2;
			u8 reserved3[3];
			u8 status;
			__be64 out_param;
		} __packed cmd;
		struct {
			__be32 reserved1[2];
			__be32 port;	/* number in bits 31:28 */
		} port_change;
	} event;
	u8 reserved3[3];
	u8 owner;		/* the queue's */
};

static_assert(sizeof(struct cx3_eqe) == 32);

/* To the queue that MAP_EQ chose for its type, and its interrupt.  False: none. */
bool cx3_eq_event(struct cx3 *cx3, const struct cx3_eqe *eqe);
bool cx3_eq_hears(struct cx3 *cx3, u8 type);

/* ---- data ---- */

int cx3_data_create(struct cx3 *cx3);
void cx3_data_destroy(struct cx3 *cx3);
/* Forget every queue, table and rule: the guest reset the function. */
void cx3_data_reset(struct cx3 *cx3);
/* Look for work in all queues; true: some was done. */
bool cx3_data_poll(struct cx3 *cx3);
/* There is work that the guest, or the wire, has to make room for first. */
bool cx3_data_waits(struct cx3 *cx3);
/*
 * A number of this kind is in hardware's hands: it may not be freed.  Such as
 * a QP out of reset, a CQ after SW2HW, an MTT under one of these.
 */
bool cx3_data_busy(struct cx3 *cx3, enum cx3_res_kind kind, u32 index);
/* Torn out: how many frames the guest had given to it and never left. */
unsigned int cx3_data_inside(struct cx3 *cx3);
bool cx3_data_idle(struct cx3 *cx3, bool tx);
/* Queue states, one a line. */
void cx3_data_show(struct cx3 *cx3, struct seq_file *m);

/* Commands of the data half. */
u8 cx3_cmd_write_mtt(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 011 */
u8 cx3_cmd_map_eq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 012 */
u8 cx3_cmd_sw2hw_eq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 013 */
u8 cx3_cmd_hw2sw_eq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 014 */
u8 cx3_cmd_sw2hw_cq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 016 */
u8 cx3_cmd_hw2sw_cq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 017 */
u8 cx3_cmd_query_cq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 018 */
u8 cx3_cmd_modify_cq(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 02c */
/* 019 to 022, 02d: every transition and the query; looks at cmd->opcode */
u8 cx3_cmd_modify_qp(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_qp(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 022 */
u8 cx3_cmd_set_vlan_fltr(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 047 */
u8 cx3_cmd_set_mcast_fltr(struct cx3 *cx3, struct cx3_cmd *cmd); /* 048 */
u8 cx3_cmd_dump_eth_stats(struct cx3 *cx3, struct cx3_cmd *cmd); /* 049 */
u8 cx3_cmd_query_if_stat(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 054 */
u8 cx3_cmd_attach_rule(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 065 */
u8 cx3_cmd_detach_rule(struct cx3 *cx3, struct cx3_cmd *cmd);	/* 066 */
u8 cx3_cmd_attach_qp(struct cx3 *cx3, struct cx3_cmd *cmd);	/* f0b */

/* ---- comm, cmd, thread: the control half ---- */

bool cx3_comm_poll(struct cx3 *cx3);
void cx3_comm_reset(struct cx3 *cx3);
void cx3_comm_fail(struct cx3 *cx3);
bool cx3_comm_quiet(const struct cx3 *cx3);
void cx3_comm_mute(struct cx3 *cx3);
void cx3_comm_gone(struct cx3 *cx3);

struct cx3_cmds *cx3_cmds_create(void);
void cx3_cmds_destroy(struct cx3_cmds *cmds);
u8 cx3_cmd_run(struct cx3 *cx3, struct cx3_cmd *cmd);
void cx3_cmds_show(const struct cx3 *cx3, struct seq_file *m);

u8 cx3_cmd_query_hca(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_dev_cap(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_fw(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_adapter(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_func_cap(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_query_port(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_alloc_res(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_free_res(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_sw2hw_mpt(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_hw2sw_mpt(struct cx3 *cx3, struct cx3_cmd *cmd);
bool cx3_port_poll(struct cx3 *cx3);
u8 cx3_cmd_set_port(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_init_port(struct cx3 *cx3, struct cx3_cmd *cmd);
u8 cx3_cmd_close_port(struct cx3 *cx3, struct cx3_cmd *cmd);

struct cx3 *cx3_create(struct hvsim_vf *vf, const u8 *mac, bool with_bar);
void cx3_destroy(struct cx3 *cx3);

void cx3_rxq_hold(struct cx3 *cx3);
void cx3_rxq_release(struct cx3 *cx3);

int cx3_thread_start(struct cx3 *cx3);
void cx3_thread_stop(struct cx3 *cx3);
void cx3_thread_kick(struct cx3 *cx3);

#endif /* _HVSIM_CX3_H */
