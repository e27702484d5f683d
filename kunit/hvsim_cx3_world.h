/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of a ConnectX-3 without registers, and a guest that is nothing but
 * memory: it has some numbers of each kind, and a page for each queue.
 */
#ifndef _HVSIM_CX3_WORLD_H
#define _HVSIM_CX3_WORLD_H

#include <kunit/test.h>

#include "hvsim/connectx3/wqe.h"

#define MTTS		64
#define EQN		CX3_EQ_FIRST
#define LOG_EQES	2
#define LOG_CQES	2
#define LOG_WQES	3

/* Opcodes of the commands that move a queue pair. */
#define RST2INIT	0x19
#define INIT2RTR	0x1a
#define RTR2RTS		0x1b
#define TO_RST		0x21

extern const u8 world_mac[ETH_ALEN];

/**
 * struct world - a function and what a driver would keep
 * @cx3: the function
 * @mtt: first of MTTS translation entries
 * @cqn: number of a completion queue
 * @qpn: first of four queue pairs
 * @eqes: memory of the event queue
 * @cqes: of the completion queue
 * @ring: of a queue pair
 * @db: doorbell records: of the completion queue, of the queue pair
 * @buf: a receive buffer
 * @box: a command's mailbox
 * @more: the suite's own
 */
struct world {
	struct cx3 *cx3;
	u32 mtt;
	u32 cqn;
	u32 qpn;
	struct cx3_eqe *eqes;
	struct cx3_cqe *cqes;
	u8 *ring;
	__be32 *db;
	u8 *buf;
	u8 *box;
	void *more;
};

int world_init(struct kunit *test);
void world_exit(struct kunit *test);

/* Commands; each returns its status. */
u8 write_mtt(struct world *w, u64 first, u32 count, u64 entry);
u8 make_eq(struct kunit *test, u32 eqn, u8 log_size, u8 vector);
u8 make_cq(struct kunit *test, u8 log_size);
u8 move_qp(struct world *w, u16 opcode, u32 qpn);
u8 add_rule(struct world *w, enum cx3_rule_type type, u16 prio,
	    const u8 *dest, u32 qpn, u64 *id);

/* Translation entry @index of ours stands for @page. */
void map_page(struct kunit *test, u32 index, const void *page);
/* A context in the mailbox, of a pair with no ring yet. */
struct cx3_qp_context *qp_context(struct kunit *test);
/* One event queue, one completion queue. */
void make_queues(struct kunit *test);
/* Pair @index of ours, ready to receive; @size_stride of its ring. */
struct cx3_qp *make_receiver(struct kunit *test, u32 index, u8 size_stride);

/* Bytes of a packet's headers, the Ethernet header's and the ports' among them. */
u32 world_packet_head(bool ip6, u8 proto);
/*
 * A packet of TCP or UDP between the addresses that Microsoft verifies hashes
 * with, its checksum wrong; returns its length.
 */
u32 world_packet(u8 *at, bool ip6, u8 proto, u32 payload);

#endif /* _HVSIM_CX3_WORLD_H */
