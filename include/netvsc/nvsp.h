/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network Virtual Service Protocol: the messages that the guest's synthetic
 * NIC and the host's virtual switch exchange over VMBus.
 *
 * Every structure is what is on the wire: little endian, packed, its size
 * pinned.  The comment of each one names the message number, who sends it and
 * what answers it.  The facts come from the in-tree driver of Linux 6.12, the
 * netvsp device of OpenVMM and FreeBSD's hn.
 */
#ifndef _NETVSC_NVSP_H
#define _NETVSC_NVSP_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/* Protocol versions, newest last; there is no version 3. */
#define NVSP_VERSION_1		0x00002u
#define NVSP_VERSION_2		0x30002u
#define NVSP_VERSION_4		0x40000u
#define NVSP_VERSION_5		0x50000u
#define NVSP_VERSION_6		0x60000u
#define NVSP_VERSION_61		0x60001u

/* Bytes of a message on the wire: up to version 6, and from 6.1 on. */
#define NVSP_MSG_SIZE		28
#define NVSP_MSG_SIZE_61	40

enum nvsp_msg_type {
	NVSP_MSG_INIT				= 1,
	NVSP_MSG_INIT_COMPLETE			= 2,

	NVSP_MSG_SEND_NDIS_VERSION		= 100,
	NVSP_MSG_SEND_RECV_BUF			= 101,
	NVSP_MSG_SEND_RECV_BUF_COMPLETE		= 102,
	NVSP_MSG_REVOKE_RECV_BUF		= 103,
	NVSP_MSG_SEND_SEND_BUF			= 104,
	NVSP_MSG_SEND_SEND_BUF_COMPLETE		= 105,
	NVSP_MSG_REVOKE_SEND_BUF		= 106,
	NVSP_MSG_SEND_RNDIS_PKT			= 107,
	NVSP_MSG_SEND_RNDIS_PKT_COMPLETE	= 108,

	NVSP_MSG_SEND_NDIS_CONFIG		= 125,
	NVSP_MSG_SEND_VF_ASSOCIATION		= 128,
	NVSP_MSG_SWITCH_DATA_PATH		= 129,
	NVSP_MSG_UPLINK_CONNECT_STATE		= 130,
	NVSP_MSG_OID_QUERY_EX			= 131,
	NVSP_MSG_OID_QUERY_EX_COMPLETE		= 132,
	NVSP_MSG_SUBCHANNEL			= 133,
	NVSP_MSG_SEND_INDIRECTION_TABLE		= 134,
};

enum nvsp_status {
	NVSP_STATUS_NONE		= 0,
	NVSP_STATUS_SUCCESS		= 1,
	NVSP_STATUS_FAIL		= 2,
	NVSP_STATUS_PROTOCOL_TOO_NEW	= 3,
	NVSP_STATUS_PROTOCOL_TOO_OLD	= 4,
	NVSP_STATUS_INVALID_RNDIS_PKT	= 5,
	NVSP_STATUS_BUSY		= 6,
	NVSP_STATUS_PROTOCOL_UNSUPPORTED = 7,
};

/* The start of every message. */
struct nvsp_hdr {
	__le32 type;			/* enum nvsp_msg_type */
} __packed;
static_assert(sizeof(struct nvsp_hdr) == 4);

/*
 * 1, guest to host, answered by 2.  One version is offered per try: min and
 * max are equal.  The only message that is legal before a version is agreed.
 */
struct nvsp_init {
	struct nvsp_hdr hdr;
	__le32 min_version;
	__le32 max_version;
} __packed;
static_assert(sizeof(struct nvsp_init) == 12);

/*
 * 2, host to guest, completes 1.  Only @status decides: a host answers a
 * version that it does not know with a status other than SUCCESS.
 */
struct nvsp_init_complete {
	struct nvsp_hdr hdr;
	__le32 version;			/* deprecated: 2 or 0xffffffff */
	__le32 max_mdl_chain_len;
	__le32 status;			/* enum nvsp_status */
} __packed;
static_assert(sizeof(struct nvsp_init_complete) == 16);

/* 100, guest to host, no reply. */
struct nvsp_ndis_version {
	struct nvsp_hdr hdr;
	__le32 major;
	__le32 minor;
} __packed;
static_assert(sizeof(struct nvsp_ndis_version) == 12);

/* NDIS version that goes with NVSP up to 4, and from 5 on. */
#define NVSP_NDIS_MAJOR		6
#define NVSP_NDIS_MINOR_1	1
#define NVSP_NDIS_MINOR_30	30

#define NVSP_RECV_BUF_ID	0xcafe
#define NVSP_SEND_BUF_ID	0

/* 101, guest to host, answered by 102; 104, answered by 105. */
struct nvsp_buf {
	struct nvsp_hdr hdr;
	__le32 gpadl;
	__le16 id;
	__le16 reserved;
} __packed;
static_assert(sizeof(struct nvsp_buf) == 12);

/* One run of equal sub-allocations of the receive buffer. */
struct nvsp_recv_section {
	__le32 offset;			/* must be 0 */
	__le32 sub_alloc_size;
	__le32 num_sub_allocs;
	__le32 end_offset;
} __packed;
static_assert(sizeof(struct nvsp_recv_section) == 16);

/* 102, host to guest, completes 101. */
struct nvsp_recv_buf_complete {
	struct nvsp_hdr hdr;
	__le32 status;			/* enum nvsp_status */
	__le32 num_sections;		/* must be 1 */
	struct nvsp_recv_section section;
} __packed;
static_assert(sizeof(struct nvsp_recv_buf_complete) == 28);

/* 103 and 106, guest to host, no reply: the host forgets the buffer. */
struct nvsp_revoke_buf {
	struct nvsp_hdr hdr;
	__le16 id;
} __packed;
static_assert(sizeof(struct nvsp_revoke_buf) == 6);

/* 105, host to guest, completes 104. */
struct nvsp_send_buf_complete {
	struct nvsp_hdr hdr;
	__le32 status;			/* enum nvsp_status */
	__le32 section_size;
} __packed;
static_assert(sizeof(struct nvsp_send_buf_complete) == 12);

#define NVSP_CHANNEL_DATA	0
#define NVSP_CHANNEL_CONTROL	1
#define NVSP_NO_SEND_SECTION	0xffffffffu

/*
 * 107, either direction, answered by 108.  Guest to host the RNDIS message is
 * in the named send section, in the ranges of the VMBus packet, or in both,
 * section first; host to guest it is in the ranges of the receive buffer.
 */
struct nvsp_rndis_pkt {
	struct nvsp_hdr hdr;
	__le32 channel_type;		/* NVSP_CHANNEL_* */
	__le32 send_section_index;
	__le32 send_section_size;	/* bytes used, all messages together */
} __packed;
static_assert(sizeof(struct nvsp_rndis_pkt) == 16);

/* 108, either direction, completes 107. */
struct nvsp_rndis_pkt_complete {
	struct nvsp_hdr hdr;
	__le32 status;			/* enum nvsp_status */
} __packed;
static_assert(sizeof(struct nvsp_rndis_pkt_complete) == 8);

#define NVSP_CAP_VMQ		BIT_ULL(0)
#define NVSP_CAP_CHIMNEY	BIT_ULL(1)
#define NVSP_CAP_SRIOV		BIT_ULL(2)
#define NVSP_CAP_8021Q		BIT_ULL(3)
#define NVSP_CAP_CORRELATION_ID	BIT_ULL(4)
#define NVSP_CAP_TEAMING	BIT_ULL(5)	/* link speed updates need it */
#define NVSP_CAP_VSUBNETID	BIT_ULL(6)
#define NVSP_CAP_RSC		BIT_ULL(7)

/* 125, guest to host, version 2 on, no reply. */
struct nvsp_ndis_config {
	struct nvsp_hdr hdr;
	__le32 mtu;			/* with the Ethernet header: MTU + 14 */
	__le32 reserved;
	__le64 capabilities;		/* NVSP_CAP_* */
} __packed;
static_assert(sizeof(struct nvsp_ndis_config) == 20);

/* 128, host to guest, version 4 on; some hosts ask for a completion. */
struct nvsp_vf_association {
	struct nvsp_hdr hdr;
	__le32 allocated;		/* 0 or 1 */
	__le32 serial;			/* of the VF's PCI slot, if allocated */
} __packed;
static_assert(sizeof(struct nvsp_vf_association) == 12);

#define NVSP_DATAPATH_SYNTHETIC	0
#define NVSP_DATAPATH_VF	1

/*
 * 129, guest to host, version 4 on, completed by an empty completion; and
 * host to guest when the host moves the data path by itself.
 */
struct nvsp_switch_data_path {
	struct nvsp_hdr hdr;
	__le32 active;			/* NVSP_DATAPATH_* */
} __packed;
static_assert(sizeof(struct nvsp_switch_data_path) == 8);

#define NVSP_SUBCHANNEL_ALLOCATE	1

/* 133, guest to host, version 5 on, answered by 133 in a completion. */
struct nvsp_subchannel {
	struct nvsp_hdr hdr;
	__le32 op;			/* NVSP_SUBCHANNEL_ALLOCATE */
	__le32 num_subchannels;
} __packed;
static_assert(sizeof(struct nvsp_subchannel) == 12);

/* 133, host to guest, completes 133. */
struct nvsp_subchannel_complete {
	struct nvsp_hdr hdr;
	__le32 status;			/* enum nvsp_status */
	__le32 num_subchannels;		/* granted, at most those asked for */
} __packed;
static_assert(sizeof(struct nvsp_subchannel_complete) == 12);

#define NVSP_SEND_TABLE_ENTRIES	16

/*
 * 134, host to guest, version 5 on, no reply: the channel to send on for each
 * value of the hash modulo 16.  @offset counts from the start of the message.
 */
struct nvsp_send_table {
	struct nvsp_hdr hdr;
	__le32 count;			/* must be NVSP_SEND_TABLE_ENTRIES */
	__le32 offset;
} __packed;
static_assert(sizeof(struct nvsp_send_table) == 12);

/* A buffer for any message that has a fixed size. */
union nvsp_message {
	struct nvsp_hdr hdr;
	struct nvsp_init init;
	struct nvsp_init_complete init_complete;
	struct nvsp_ndis_version ndis_version;
	struct nvsp_buf buf;
	struct nvsp_recv_buf_complete recv_buf_complete;
	struct nvsp_revoke_buf revoke_buf;
	struct nvsp_send_buf_complete send_buf_complete;
	struct nvsp_rndis_pkt rndis_pkt;
	struct nvsp_rndis_pkt_complete rndis_pkt_complete;
	struct nvsp_ndis_config ndis_config;
	struct nvsp_vf_association vf_association;
	struct nvsp_switch_data_path switch_data_path;
	struct nvsp_subchannel subchannel;
	struct nvsp_subchannel_complete subchannel_complete;
	struct nvsp_send_table send_table;
	u8 raw[NVSP_MSG_SIZE_61];
} __packed;
static_assert(sizeof(union nvsp_message) == NVSP_MSG_SIZE_61);

#endif /* _NETVSC_NVSP_H */
