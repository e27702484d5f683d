/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data half of a function: its queues, tables and filters.  All of it
 * belongs to whoever holds cx3->lock.
 */
#ifndef _HVSIM_CX3_DATA_H
#define _HVSIM_CX3_DATA_H

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/list.h>

#include "cx3.h"
#include "hw.h"

/*
 * Largest queues: what QUERY_DEV_CAP names, and for EQs what a page of
 * translation entries can hold.  More is refused.
 */
#define CX3_LOG_EQES	16
#define CX3_LOG_CQES	16
#define CX3_LOG_WQES	14

#define CX3_EVENTS	64	/* types that MAP_EQ knows */
#define CX3_GROUPS	256	/* of the multicast filter */
#define CX3_RULES	256
#define CX3_LSO_MAX	BIT(17)
#define CX3_LSO_SEGS	4096	/* of 32 bytes each: less than TCP ever sends */
#define CX3_FRAME_MAX	(CX3_MAX_MTU + VLAN_ETH_HLEN)

/**
 * struct cx3_buf - a piece of guest memory behind translation entries
 * @mtt: the first of them
 * @pages: how many
 * @shift: log2 of what each stands for
 */
struct cx3_buf {
	u32 mtt;
	u32 pages;
	u8 shift;
};

/**
 * struct cx3_eq - an event queue in hardware's hands
 * @list: among the others
 * @buf: its entries
 * @eqn: number
 * @size: entries, a power of two
 * @producer: events written, ever
 * @vector: interrupt
 * @full: events that had to wait, or were lost, as the guest is behind
 */
struct cx3_eq {
	struct list_head list;
	struct cx3_buf buf;
	u32 eqn;
	u32 size;
	u32 producer;
	u8 vector;
	u64 full;
};

/**
 * struct cx3_cq - a completion queue in hardware's hands
 * @list: among the others
 * @buf: its entries
 * @db: DMA address of its doorbell record
 * @cqn: number
 * @size: entries, a power of two
 * @producer: completions written, ever
 * @eqn: where its events go
 * @sn: of the request that was answered last
 * @max_count: moderation asked for; not carried out
 * @period: of it
 * @users: queue pairs that complete here
 * @events: sent
 */
struct cx3_cq {
	struct list_head list;
	struct cx3_buf buf;
	u64 db;
	u32 cqn;
	u32 size;
	u32 producer;
	u32 eqn;
	u8 sn;
	u16 max_count;
	u16 period;
	u32 users;
	u64 events;
};

enum cx3_qp_state {
	CX3_QP_RST	= 0,
	CX3_QP_INIT	= 1,
	CX3_QP_RTR	= 2,
	CX3_QP_RTS	= 3,
	CX3_QP_SQER	= 4,
	CX3_QP_SQD	= 5,
	CX3_QP_ERR	= 6,
	CX3_QP_STATES,
};

/* One of the two rings of a queue pair; @size is 0 for a ring it has not. */
struct cx3_wq {
	u32 offset;	/* in the pair's memory */
	u32 size;	/* descriptors (send: blocks), a power of two */
	u32 stride;	/* bytes of one */
	u32 consumer;	/* descriptors (blocks) done, ever */
};

/**
 * struct cx3_qp - a queue pair out of reset
 * @list: among the others
 * @buf: its rings
 * @sq: send ring
 * @rq: receive ring
 * @qpn: number
 * @state: what it may do
 * @db: DMA address of its doorbell record
 * @send_cq: completions of @sq
 * @recv_cq: of @rq
 * @rss: spreads over others, has no rings itself
 * @stalled: @rq was empty when there was a frame for it, since @stall (jiffies)
 * @stall: then
 * @counted: @sq up to here was counted as lost
 * @rq_counted: completions of @rq that were
 * @frames: sent or received
 * @errors: descriptors that made no sense
 * @context: as the guest gave it
 */
struct cx3_qp {
	struct list_head list;
	struct cx3_buf buf;
	struct cx3_wq sq;
	struct cx3_wq rq;
	u32 qpn;
	enum cx3_qp_state state;
	u64 db;
	struct cx3_cq *send_cq;
	struct cx3_cq *recv_cq;
	bool rss;
	bool stalled;
	unsigned long stall;
	u32 counted;
	u32 rq_counted;
	u64 frames;
	u64 errors;
	struct cx3_qp_context context;
};

/* A flow steering rule; what a mask leaves out matches all. */
struct cx3_rule {
	struct list_head list;	/* best first */
	u64 id;
	u32 qpn;
	u16 prio;
	u8 type;
	struct cx3_spec_eth eth;
	struct cx3_spec_ipv4 ipv4;
	struct cx3_spec_l4 l4;
};

/**
 * struct cx3_filters - which frames get in, and where to
 * @rules: flow steering
 * @num_rules: of them
 * @next_id: of a rule
 * @mcast_on: the multicast filter is in force
 * @mcast_all: it has overflown: all pass
 * @num_groups: addresses in it
 * @groups: these
 * @vlan_on: the VLAN filter is in force
 * @vlans: ids that pass
 */
struct cx3_filters {
	struct list_head rules;
	u32 num_rules;
	u64 next_id;
	bool mcast_on;
	bool mcast_all;
	u32 num_groups;
	u64 groups[CX3_GROUPS];
	bool vlan_on;
	DECLARE_BITMAP(vlans, VLAN_N_VID);
};

/* Frames and bytes one way; @kinds in what the frames were sent to. */
struct cx3_way {
	u64 frames;
	u64 bytes;
	u64 broadcast;
	u64 multicast;
};

struct cx3_stats {
	struct cx3_way rx;
	struct cx3_way tx;
	struct cx3_way rx_read;	/* when QUERY_IF_STAT last cleared them */
	struct cx3_way tx_read;
	u64 rx_filtered;	/* nobody asked for them */
	u64 rx_no_queue;	/* steered to where nothing can receive */
	u64 rx_no_buffer;	/* ring empty for too long */
	u64 rx_too_long;
	u64 tx_bad;		/* descriptors */
};

struct cx3_data {
	u64 *mtt;
	struct list_head eq_list;
	struct list_head cq_list;
	struct list_head qp_list;
	struct cx3_eq *eqs[CX3_EQS];
	struct cx3_cq *cqs[CX3_CQS];
	struct cx3_qp *qps[CX3_QPS];
	u16 event_eqn[CX3_EVENTS];	/* by type; 0: none */
	struct cx3_filters filters;
	struct cx3_stats stats;
	u8 wqe[CX3_WQE_MAX];		/* the descriptor being looked at */
};

/* ---- mtt ---- */

bool cx3_buf_init(struct cx3 *cx3, struct cx3_buf *buf, u8 log_page_size,
		  u8 mtt_high, __be32 mtt_low, u64 len);
void *cx3_buf_at(struct cx3 *cx3, const struct cx3_buf *buf, u32 offset,
		 u32 len);
int cx3_buf_set_owner(struct cx3 *cx3, const struct cx3_buf *buf, u32 size);
bool cx3_buf_has(const struct cx3_buf *buf, u32 index);

/* ---- eq ---- */

bool cx3_eq_post(struct cx3 *cx3, struct cx3_eq *eq,
		 const struct cx3_eqe *eqe);
void cx3_eq_destroy(struct cx3 *cx3, struct cx3_eq *eq);

/* ---- cq ---- */

bool cx3_cq_wants_event(struct cx3_cq *cq, u32 arm, u8 *sn);
bool cx3_cq_poll(struct cx3 *cx3);
bool cx3_cq_has_room(struct cx3 *cx3, const struct cx3_cq *cq);
u32 cx3_cq_unread(struct cx3 *cx3, const struct cx3_cq *cq);
void cx3_cq_post(struct cx3 *cx3, struct cx3_cq *cq, const struct cx3_cqe *cqe);
void cx3_cq_post_error(struct cx3 *cx3, struct cx3_cq *cq, u32 qpn, u16 index,
		       u8 owner, enum cx3_syndrome syndrome);
void cx3_cq_destroy(struct cx3 *cx3, struct cx3_cq *cq);

/* ---- qp ---- */

void cx3_qp_destroy(struct cx3 *cx3, struct cx3_qp *qp);

/* ---- rss ---- */

u32 cx3_rss_ring(const struct cx3_qp *qp, const struct sk_buff *skb, u32 *hash,
		 bool *hashed);

/* ---- steering ---- */

#define CX3_NO_QPN	U32_MAX

u32 cx3_steer(struct cx3 *cx3, const struct sk_buff *skb);
void cx3_steering_init(struct cx3 *cx3);
void cx3_steering_reset(struct cx3 *cx3);

/* ---- tx, rx ---- */

bool cx3_tx_poll(struct cx3 *cx3);
bool cx3_tx_idle(struct cx3 *cx3, const struct cx3_qp *qp);
void cx3_tx_drain(struct cx3 *cx3, struct cx3_qp *qp);
unsigned int cx3_tx_inside(struct cx3 *cx3, struct cx3_qp *qp);

/* What became of a frame from the wire. */
enum cx3_rx {
	CX3_RX_DONE,
	CX3_RX_WAIT,		/* no descriptor: the frame is still the caller's */
	CX3_RX_FILTERED,
	CX3_RX_LOST,
};

enum cx3_rx cx3_rx_one(struct cx3 *cx3, struct sk_buff *skb);
bool cx3_rx_poll(struct cx3 *cx3);

#endif /* _HVSIM_CX3_DATA_H */
