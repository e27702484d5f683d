/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a ConnectX-3 keeps in memory: contexts, descriptors, completions, rules.
 * Layouts are facts of the hardware, seen in what the mlx4 driver writes and
 * reads; only the fields that the model uses have names.
 */
#ifndef _HVSIM_CX3_HW_H
#define _HVSIM_CX3_HW_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/if_ether.h>
#include <linux/types.h>

/* Of a queue whose place is given by translation entries. */
#define CX3_PAGE_SHIFT_MIN	12	/* log_page_size counts from here */
#define CX3_LOG_PAGE		0x3f	/* of a log_page_size */
#define CX3_MTT_SIZE		8	/* bytes of an entry */
#define CX3_MTT_PRESENT		BIT(0)
#define CX3_MTT_ADDR		GENMASK_ULL(63, 3)

/* Bit 7 of the last byte of an event or a completion: changes each round. */
#define CX3_OWNER		0x80

/* ---- event queue ---- */

struct cx3_eq_context {
	__be32 flags;
	u8 reserved1[8];
	u8 log_size;
	u8 reserved2[10];
	u8 vector;
	u8 log_page_size;
	u8 reserved3[2];
	u8 mtt_high;
	__be32 mtt_low;
	u8 reserved4[32];
};

static_assert(sizeof(struct cx3_eq_context) == 64);

/* ---- completion queue ---- */

#define CX3_CQ_LOG_SIZE		GENMASK(31, 24)	/* of log_size_uar */

struct cx3_cq_context {
	__be32 flags;
	u8 reserved1[8];
	__be32 log_size_uar;
	__be16 period;		/* us */
	__be16 max_count;
	u8 reserved2[3];
	u8 eqn;
	u8 log_page_size;
	u8 reserved3[2];
	u8 mtt_high;
	__be32 mtt_low;
	__be32 notified_index;
	__be32 solicit_index;
	__be32 consumer;
	__be32 producer;
	u8 reserved4[8];
	__be64 db_rec_addr;
};

static_assert(sizeof(struct cx3_cq_context) == 64);

/* Doorbell record of a completion queue. */
struct cx3_cq_db {
	__be32 consumer;	/* 24 bits */
	__be32 arm;
};

#define CX3_ARM_SN		GENMASK(29, 28)	/* counts the requests */
#define CX3_ARM_CMD		GENMASK(25, 24)	/* 0: none */
#define CX3_INDEX		GENMASK(23, 0)	/* of a queue, or number of one */

struct cx3_cqe {
	__be32 vlan_qpn;
	__be32 hash;
	__be32 reserved1;
	__be16 vlan_tci;
	__be16 reserved2;
	__be16 status;
	u8 ext_mask;
	u8 bad_fcs;
	__be32 len;
	__be16 wqe_index;
	__be16 checksum;
	u8 reserved3[3];
	u8 owner;		/* with the opcode, and whose side it is */
};

static_assert(sizeof(struct cx3_cqe) == 32);

#define CX3_CQE_CVLAN		BIT(29)	/* of vlan_qpn */
#define CX3_CQE_SEND		0x40	/* of owner */
#define CX3_CQE_OPCODE		0x1f
#define CX3_CQE_ERROR		0x1e

#define CX3_CQE_IPV4		BIT(6)	/* of status */
#define CX3_CQE_FRAGMENT	BIT(7)
#define CX3_CQE_IPV6		BIT(8)
#define CX3_CQE_IPV4_OPTIONS	BIT(9)
#define CX3_CQE_TCP		BIT(10)
#define CX3_CQE_UDP		BIT(11)
#define CX3_CQE_IP_OK		BIT(12)
#define CX3_CQE_CSUM_OK		0xffff	/* checksum, with TCP or UDP */

/* The same place, when something went wrong. */
struct cx3_err_cqe {
	__be32 qpn;
	u8 reserved1[20];
	__be16 wqe_index;
	u8 vendor;
	u8 syndrome;
	u8 reserved2[3];
	u8 owner;
};

static_assert(sizeof(struct cx3_err_cqe) == 32);

enum cx3_syndrome {
	CX3_SYN_NONE	= 0x00,
	CX3_SYN_LENGTH	= 0x01,
	CX3_SYN_QP_OP	= 0x02,	/* a descriptor that makes no sense */
	CX3_SYN_PROT	= 0x04,	/* memory that is not there */
};

/* ---- queue pair ---- */

#define CX3_QP_STATE		GENMASK(31, 28)	/* of flags */
#define CX3_QP_SERVICE		GENMASK(23, 16)
#define CX3_QP_RSS		BIT(13)
#define CX3_QP_KEEP_VLAN	BIT(30)	/* of param3 */
#define CX3_QP_LOG_SIZE		GENMASK(6, 3)	/* of a size_stride */
#define CX3_QP_LOG_STRIDE	GENMASK(2, 0)	/* from 16 bytes on */

#define CX3_RSS_LOG_RINGS	GENMASK(31, 24)	/* of base_qpn */
#define CX3_RSS_KEY		40

/* Of rss_flags: what is hashed. */
#define CX3_RSS_UDP_IPV6	BIT(0)
#define CX3_RSS_UDP_IPV4	BIT(1)
#define CX3_RSS_TCP_IPV6	BIT(2)
#define CX3_RSS_IPV6		BIT(3)
#define CX3_RSS_TCP_IPV4	BIT(4)
#define CX3_RSS_IPV4		BIT(5)
#define CX3_RSS_XOR		0	/* rss_function */
#define CX3_RSS_TOEPLITZ	1

struct cx3_qp_context {
	__be32 flags;
	__be32 pd;
	u8 mtu_msgmax;
	u8 rq_size_stride;
	u8 sq_size_stride;
	u8 reserved1;
	__be32 usr_page;
	__be32 local_qpn;
	__be32 remote_qpn;
	u8 path[36];
	/* Of a QP with CX3_QP_RSS these lie over the paths. */
	__be32 rss_base;
	__be32 rss_default;
	u8 reserved2[2];
	u8 rss_function;
	u8 rss_flags;
	u8 rss_key[CX3_RSS_KEY];
	__be32 rss_base_udp;
	u8 reserved3[8];
	__be32 cqn_send;
	u8 reserved4[28];
	__be32 cqn_recv;
	__be64 db_rec_addr;
	u8 reserved5[24];
	__be32 param3;
	__be32 reserved6;
	u8 log_page_size;
	u8 reserved7[2];
	u8 mtt_high;
	__be32 mtt_low;
	u8 reserved8[40];
};

static_assert(offsetof(struct cx3_qp_context, rss_base) == 60);
static_assert(offsetof(struct cx3_qp_context, cqn_send) == 124);
static_assert(offsetof(struct cx3_qp_context, cqn_recv) == 156);
static_assert(offsetof(struct cx3_qp_context, param3) == 192);
static_assert(sizeof(struct cx3_qp_context) == 248);

/* Where the context is in a command's mailbox; before it, what may change. */
#define CX3_QP_CONTEXT_OFFSET	8

/* ---- send descriptors: blocks of 64 bytes ---- */

#define CX3_BLOCK		64
#define CX3_UNIT		16

#define CX3_WQE_OWNER		BIT(31)	/* of owner_opcode */
#define CX3_WQE_OPCODE		GENMASK(4, 0)
#define CX3_WQE_SEND		0x0a
#define CX3_WQE_LSO		0x0e
#define CX3_WQE_CVLAN		BIT(6)	/* of insert */
#define CX3_WQE_SVLAN		BIT(7)
#define CX3_WQE_SIZE		GENMASK(5, 0)	/* of fence_size, in units */
#define CX3_WQE_MAX		(CX3_WQE_SIZE * CX3_UNIT)
#define CX3_WQE_IP_CSUM		BIT(4)	/* of flags */
#define CX3_WQE_L4_CSUM		BIT(5)

struct cx3_wqe_ctrl {
	__be32 owner_opcode;
	__be16 vlan_tci;
	u8 insert;
	u8 fence_size;
	__be32 flags;
	__be32 imm;
};

static_assert(sizeof(struct cx3_wqe_ctrl) == CX3_UNIT);

#define CX3_LSO_HEADER		GENMASK(15, 0)	/* of mss_header */
#define CX3_LSO_MSS		GENMASK(31, 16)

/* Follows the control segment of a large send. */
struct cx3_wqe_lso {
	__be32 mss_header;
	u8 header[];
};

#define CX3_SEG_INLINE		BIT(31)	/* of len: the data follows it */
#define CX3_SEG_LEN		GENMASK(30, 0)

/* Of send and receive descriptors. */
struct cx3_wqe_data {
	__be32 len;
	__be32 lkey;
	__be64 addr;
};

static_assert(sizeof(struct cx3_wqe_data) == CX3_UNIT);

/* ---- flow steering ---- */

enum cx3_rule_type {
	CX3_RULE_REGULAR	= 0,
	CX3_RULE_ALL		= 1,	/* frames that no other rule takes */
	CX3_RULE_MULTICAST	= 3,	/* of these, those to groups */
};

struct cx3_rule_ctrl {
	__be16 prio;
	u8 type;
	u8 flags;
	u8 reserved1[3];
	u8 port;
	__be32 qpn;
	__be32 reserved2;
};

static_assert(sizeof(struct cx3_rule_ctrl) == 16);

#define CX3_SPEC_ETH		0xe001
#define CX3_SPEC_IPV4		0xe002
#define CX3_SPEC_TCP		0xe004
#define CX3_SPEC_UDP		0xe006

/* Starts each of the specifications behind the control part. */
struct cx3_spec {
	u8 size;		/* in 4 bytes */
	u8 reserved;
	__be16 id;
};

struct cx3_spec_eth {
	struct cx3_spec spec;
	u8 reserved1[6];
	u8 dst[ETH_ALEN];
	u8 reserved2[2];
	u8 dst_mask[ETH_ALEN];
	u8 reserved3[2];
	u8 src[ETH_ALEN];
	u8 reserved4[2];
	u8 src_mask[ETH_ALEN];
	u8 reserved5;
	u8 has_type;
	__be16 type;
	__be16 vlan_mask;
	__be16 vlan;
} __packed;

static_assert(sizeof(struct cx3_spec_eth) == 48);

struct cx3_spec_ipv4 {
	struct cx3_spec spec;
	__be32 reserved;
	__be32 dst;
	__be32 dst_mask;
	__be32 src;
	__be32 src_mask;
};

static_assert(sizeof(struct cx3_spec_ipv4) == 24);

struct cx3_spec_l4 {
	struct cx3_spec spec;
	u8 reserved1[6];
	__be16 dst;
	__be16 reserved2;
	__be16 dst_mask;
	__be16 reserved3;
	__be16 src;
	__be16 reserved4;
	__be16 src_mask;
};

static_assert(sizeof(struct cx3_spec_l4) == 24);

#define CX3_VLAN_WORDS		128	/* of the filter, the last one first */

/* Multicast filter: variants of the command, and what is in its parameter. */
enum {
	CX3_MCAST_ADD		= 0,
	CX3_MCAST_DISABLE	= 1,
	CX3_MCAST_ENABLE	= 2,
};

#define CX3_MCAST_CLEAR		BIT_ULL(63)
#define CX3_MCAST_MAC		GENMASK_ULL(47, 0)

/* ---- counters ---- */

/* QUERY_IF_STAT, basic mode. */
struct cx3_if_stat {
	u8 reserved1[3];
	u8 mode;
	__be32 num_ifc;
	u8 reserved2[8];
	__be64 rx_frames;
	__be64 rx_bytes;
	__be64 tx_frames;
	__be64 tx_bytes;
};

static_assert(sizeof(struct cx3_if_stat) == 48);

/*
 * DUMP_ETH_STATS: for each priority, then for frames without one (and, when
 * sent, for frames looped back), rows of counters, then groups of three.
 */
struct cx3_eth_stats_rx {
	__be64 size[9][9];	/* by length: 64, 127, ..., MTU */
	__be64 giant[9];
	__be64 broadcast[9];
	__be64 multicast[9];
	__be64 unicast[9];
	__be64 bytes[9][3];	/* the third: of good frames */
	__be64 frames[9][3];	/* the first: all */
};

struct cx3_eth_stats_tx {
	__be64 size[9][10];
	__be64 giant[10];
	__be64 broadcast[10];
	__be64 multicast[10];
	__be64 unicast[10];
	__be64 bytes[10][3];
	__be64 frames[10][3];
};

#define CX3_STATS_NO_PRIO	8

struct cx3_eth_stats {
	struct cx3_eth_stats_rx rx;
	__be64 control[4];
	__be64 in_range_length;
	__be64 out_range_length;
	__be64 too_long;
	__be64 pcs;
	struct cx3_eth_stats_tx tx;
	__be32 jabber;
	__be32 crc;
	__be32 runt;
	__be32 short_frames;
	__be32 rx_dropped;
	__be32 rx_overflow;
	__be32 rx_length;
	__be32 good;
	__be32 tx_dropped;
	__be32 reserved;
};

static_assert(sizeof(struct cx3_eth_stats_rx) == 171 * 8);
static_assert(offsetof(struct cx3_eth_stats, tx) == 179 * 8);
static_assert(offsetof(struct cx3_eth_stats, jabber) == 369 * 8);

#endif /* _HVSIM_CX3_HW_H */
