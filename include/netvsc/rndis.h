/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Remote NDIS messages as a Hyper-V guest and its host exchange them inside
 * NVSP message 107.  Little endian, packed, sizes pinned.
 *
 * Offsets inside RNDIS messages count from the byte after the common header
 * (the request id of a request, the data offset of a packet), that is from
 * byte 8 of the message.
 */
#ifndef _NETVSC_RNDIS_H
#define _NETVSC_RNDIS_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/*
 * linux/rndis.h has the numbers that are not Hyper-V's own: RNDIS_MSG_*,
 * RNDIS_STATUS_*, RNDIS_OID_* and RNDIS_PACKET_TYPE_*.  It has no guard of
 * its own, so it is included here and nowhere else.
 */
#include <linux/rndis.h>

#define RNDIS_STATUS_TASK_OFFLOAD_CONFIG	0x40020006u	/* to be ignored */

/* The start of every message; @len counts the whole message. */
struct rndis_hdr {
	__le32 type;
	__le32 len;
} __packed;
static_assert(sizeof(struct rndis_hdr) == 8);

#define RNDIS_OFFSET_BASE	sizeof(struct rndis_hdr)

/* Requests and completions, RESET's excepted, begin like this. */
struct rndis_req_hdr {
	struct rndis_hdr hdr;
	__le32 req_id;
} __packed;
static_assert(sizeof(struct rndis_req_hdr) == 12);

#define RNDIS_MAX_XFER_SIZE	0x4000

/* 2, guest to host, answered by 0x80000002. */
struct rndis_init {
	struct rndis_hdr hdr;
	__le32 req_id;
	__le32 major;
	__le32 minor;
	__le32 max_xfer_size;
} __packed;
static_assert(sizeof(struct rndis_init) == 24);

/* 0x80000002, host to guest. */
struct rndis_init_complete {
	struct rndis_hdr hdr;
	__le32 req_id;
	__le32 status;
	__le32 major;
	__le32 minor;
	__le32 dev_flags;
	__le32 medium;
	__le32 max_pkt_per_msg;
	__le32 max_xfer_size;
	__le32 pkt_alignment_factor;	/* log2 of the alignment in bytes */
	__le32 af_list_offset;
	__le32 af_list_size;
} __packed;
static_assert(sizeof(struct rndis_init_complete) == 52);

/* 3, guest to host, no reply. */
struct rndis_halt {
	struct rndis_hdr hdr;
	__le32 req_id;
} __packed;
static_assert(sizeof(struct rndis_halt) == 12);

/* 4, answered by 0x80000004; 5, answered by 0x80000005; guest to host. */
struct rndis_oid_req {
	struct rndis_hdr hdr;
	__le32 req_id;
	__le32 oid;
	__le32 info_len;
	__le32 info_offset;
	__le32 vc_handle;		/* 0 */
} __packed;
static_assert(sizeof(struct rndis_oid_req) == 28);

/* 0x80000004, host to guest. */
struct rndis_query_complete {
	struct rndis_hdr hdr;
	__le32 req_id;
	__le32 status;
	__le32 info_len;
	__le32 info_offset;
} __packed;
static_assert(sizeof(struct rndis_query_complete) == 24);

/* 0x80000005 and 0x80000008 (keepalive), host to guest. */
struct rndis_set_complete {
	struct rndis_hdr hdr;
	__le32 req_id;
	__le32 status;
} __packed;
static_assert(sizeof(struct rndis_set_complete) == 16);

/* 6, guest to host, answered by 0x80000006. */
struct rndis_reset {
	struct rndis_hdr hdr;
	__le32 reserved;
} __packed;
static_assert(sizeof(struct rndis_reset) == 12);

/* 0x80000006, host to guest: the one completion without a request id. */
struct rndis_reset_complete {
	struct rndis_hdr hdr;
	__le32 status;
	__le32 addressing_reset;
} __packed;
static_assert(sizeof(struct rndis_reset_complete) == 16);

/*
 * 7, host to guest, no reply.  Old hosts leave the status buffer out of
 * hdr.len: check it against the bytes received.
 */
struct rndis_indicate {
	struct rndis_hdr hdr;
	__le32 status;			/* RNDIS_STATUS_* */
	__le32 buf_len;
	__le32 buf_offset;		/* 0 if there is no buffer */
} __packed;
static_assert(sizeof(struct rndis_indicate) == 20);

/* 1, either direction; per-packet info, then the frame, follow. */
struct rndis_packet {
	struct rndis_hdr hdr;
	__le32 data_offset;
	__le32 data_len;
	__le32 oob_offset;		/* the oob fields and vc_handle are 0 */
	__le32 oob_len;
	__le32 num_oob;
	__le32 ppi_offset;
	__le32 ppi_len;
	__le32 vc_handle;
	__le32 reserved;
} __packed;
static_assert(sizeof(struct rndis_packet) == 44);

/* Per-packet info: packed back to back, @size counts header and padding. */
struct rndis_ppi {
	__le32 size;
	__le32 type;			/* bit 31: RNDIS_PPI_INTERNAL */
	__le32 offset;			/* of the payload, from this header */
} __packed;
static_assert(sizeof(struct rndis_ppi) == 12);

#define RNDIS_PPI_INTERNAL	BIT(31)

enum rndis_ppi_type {
	RNDIS_PPI_CSUM		= 0,
	RNDIS_PPI_LSO		= 2,
	RNDIS_PPI_8021Q		= 6,
	RNDIS_PPI_HASH		= 8,
	/* the internal one */
	RNDIS_PPI_PKT_ID	= 1,
};

/* RNDIS_PPI_CSUM, guest to host. */
#define RNDIS_CSUM_TX_IPV4	BIT(0)
#define RNDIS_CSUM_TX_IPV6	BIT(1)
#define RNDIS_CSUM_TX_TCP	BIT(2)
#define RNDIS_CSUM_TX_UDP	BIT(3)
#define RNDIS_CSUM_TX_IP_HDR	BIT(4)
#define RNDIS_CSUM_TX_L4_OFFSET	GENMASK(25, 16)

/* RNDIS_PPI_CSUM, host to guest. */
#define RNDIS_CSUM_RX_TCP_FAILED	BIT(0)
#define RNDIS_CSUM_RX_UDP_FAILED	BIT(1)
#define RNDIS_CSUM_RX_IP_FAILED		BIT(2)
#define RNDIS_CSUM_RX_TCP_OK		BIT(3)
#define RNDIS_CSUM_RX_UDP_OK		BIT(4)
#define RNDIS_CSUM_RX_IP_OK		BIT(5)
#define RNDIS_CSUM_RX_LOOPBACK		BIT(6)
#define RNDIS_CSUM_RX_TCP_INVALID	BIT(7)
#define RNDIS_CSUM_RX_IP_INVALID	BIT(8)	/* recompute the IP header's */

/* RNDIS_PPI_LSO, version 2, guest to host. */
#define RNDIS_LSO_MSS		GENMASK(19, 0)
#define RNDIS_LSO_TCP_OFFSET	GENMASK(29, 20)
#define RNDIS_LSO_V2		BIT(30)
#define RNDIS_LSO_IPV6		BIT(31)

/* RNDIS_PPI_8021Q, either direction. */
#define RNDIS_8021Q_PRI		GENMASK(2, 0)
#define RNDIS_8021Q_CFI		BIT(3)
#define RNDIS_8021Q_VID		GENMASK(15, 4)

/* RNDIS_PPI_PKT_ID, internal, host to guest: one piece of a coalesced one. */
struct rndis_pkt_id {
	u8 version;			/* 1 */
	u8 flags;			/* RNDIS_PKT_ID_* */
	__le16 id;
} __packed;
static_assert(sizeof(struct rndis_pkt_id) == 4);

#define RNDIS_PKT_ID_VERSION	1
#define RNDIS_PKT_ID_SUBALLOC	BIT(0)
#define RNDIS_PKT_ID_FIRST	BIT(1)
#define RNDIS_PKT_ID_LAST	BIT(2)

#endif /* _NETVSC_RNDIS_H */
