/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NDIS objects: what RNDIS queries and sets carry as their information
 * buffer.  Little endian, packed, sizes pinned.
 */
#ifndef _NETVSC_NDIS_H
#define _NETVSC_NDIS_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* OIDs that linux/rndis.h does not have. */
#define NDIS_OID_RSS_CAPS		0x00010203u	/* query ndis_rss_caps */
#define NDIS_OID_RSS_PARAMS		0x00010204u	/* set ndis_rss_params */
#define NDIS_OID_OFFLOAD_CONFIG		0xfc01020bu	/* query ndis_offload */
#define NDIS_OID_OFFLOAD_PARAMS		0xfc01020cu	/* set ndis_offload_params */
#define NDIS_OID_OFFLOAD_HW_CAPS	0xfc01020du	/* query ndis_offload */

#define NDIS_OBJECT_DEFAULT	0x80
#define NDIS_OBJECT_RSS_CAPS	0x88
#define NDIS_OBJECT_RSS_PARAMS	0x89
#define NDIS_OBJECT_OFFLOAD	0xa7

struct ndis_object_hdr {
	u8 type;			/* NDIS_OBJECT_* */
	u8 revision;
	__le16 size;
} __packed;
static_assert(sizeof(struct ndis_object_hdr) == 4);

#define NDIS_RSS_CAPS_REVISION	2
#define NDIS_RSS_PARAMS_REVISION 2

struct ndis_rss_caps {
	struct ndis_object_hdr hdr;
	__le32 flags;
	__le32 num_int_msg;
	__le32 num_recv_queues;
	__le16 num_indirect_entries;	/* 0: the host does not say */
} __packed;
static_assert(sizeof(struct ndis_rss_caps) == 18);

#define NDIS_RSS_PARAM_BASE_CPU_UNCHANGED	BIT(0)
#define NDIS_RSS_PARAM_HASH_INFO_UNCHANGED	BIT(1)
#define NDIS_RSS_PARAM_TABLE_UNCHANGED		BIT(2)
#define NDIS_RSS_PARAM_KEY_UNCHANGED		BIT(3)
#define NDIS_RSS_PARAM_DISABLE			BIT(4)

#define NDIS_HASH_FUNC_TOEPLITZ	BIT(0)
#define NDIS_HASH_IPV4		BIT(8)
#define NDIS_HASH_TCP_IPV4	BIT(9)
#define NDIS_HASH_IPV6		BIT(10)
#define NDIS_HASH_IPV6_EX	BIT(11)
#define NDIS_HASH_TCP_IPV6	BIT(12)
#define NDIS_HASH_TCP_IPV6_EX	BIT(13)

#define NDIS_RSS_KEY_SIZE	40
#define NDIS_RSS_TABLE_DEFAULT	128
#define NDIS_RSS_TABLE_MAX	256

/* Followed by the table of __le32 channel numbers, then by the key. */
struct ndis_rss_params {
	struct ndis_object_hdr hdr;
	__le16 flags;			/* NDIS_RSS_PARAM_* */
	__le16 base_cpu;
	__le32 hash_info;		/* NDIS_HASH_* */
	__le16 table_size;		/* bytes */
	__le16 pad1;
	__le32 table_offset;		/* from the start of this structure */
	__le16 key_size;		/* bytes */
	__le16 pad2;
	__le32 key_offset;
	__le32 cpu_masks_offset;
	__le32 num_cpu_masks;
	__le32 cpu_mask_size;
} __packed;
static_assert(sizeof(struct ndis_rss_params) == 40);

#define NDIS_ENCAP_8023		BIT(1)

#define NDIS_CSUM4_IP_OPT	BIT(0)
#define NDIS_CSUM4_TCP_OPT	BIT(2)
#define NDIS_CSUM4_TCP		BIT(4)
#define NDIS_CSUM4_UDP		BIT(6)
#define NDIS_CSUM4_IP		BIT(8)
#define NDIS_CSUM6_IP_EXT	BIT(0)
#define NDIS_CSUM6_TCP_OPT	BIT(2)
#define NDIS_CSUM6_TCP		BIT(4)
#define NDIS_CSUM6_UDP		BIT(6)

struct ndis_csum_offload {
	__le32 ip4_tx_encap;
	__le32 ip4_tx;			/* NDIS_CSUM4_* */
	__le32 ip4_rx_encap;
	__le32 ip4_rx;
	__le32 ip6_tx_encap;
	__le32 ip6_tx;			/* NDIS_CSUM6_* */
	__le32 ip6_rx_encap;
	__le32 ip6_rx;
} __packed;
static_assert(sizeof(struct ndis_csum_offload) == 32);

#define NDIS_LSO6_EXT		BIT(0)
#define NDIS_LSO6_TCP_OPT	BIT(2)

struct ndis_lso_offload {
	__le32 ip4_encap;
	__le32 ip4_max_size;
	__le32 ip4_min_segs;
	__le32 ip6_encap;
	__le32 ip6_max_size;
	__le32 ip6_min_segs;
	__le32 ip6_options;		/* NDIS_LSO6_* */
} __packed;
static_assert(sizeof(struct ndis_lso_offload) == 28);

struct ndis_offload {
	struct ndis_object_hdr hdr;
	struct ndis_csum_offload csum;
	__le32 lso_v1[4];
	__le32 ipsec_v1[7];
	struct ndis_lso_offload lso;
	__le32 flags;
	/* NDIS 6.1 */
	__le32 ipsec_v2[8];
	/* NDIS 6.30 */
	u8 rsc_ip4;
	u8 rsc_ip6;
	__le16 pad;
	__le32 gre_flags;
	__le32 gre_max_hdr;
} __packed;
static_assert(sizeof(struct ndis_offload) == 156);

/* hdr.revision and hdr.size for NDIS 6.0, 6.1 and 6.30. */
#define NDIS_OFFLOAD_REVISION_1	1
#define NDIS_OFFLOAD_REVISION_2	2
#define NDIS_OFFLOAD_REVISION_3	3
#define NDIS_OFFLOAD_SIZE_1	112
#define NDIS_OFFLOAD_SIZE_2	144
#define NDIS_OFFLOAD_SIZE_3	156
static_assert(offsetof(struct ndis_offload, ipsec_v2) == NDIS_OFFLOAD_SIZE_1);
static_assert(offsetof(struct ndis_offload, rsc_ip4) == NDIS_OFFLOAD_SIZE_2);

/* Values of the checksum fields below. */
#define NDIS_OFFLOAD_NO_CHANGE		0
#define NDIS_OFFLOAD_CSUM_OFF		1
#define NDIS_OFFLOAD_CSUM_TX		2
#define NDIS_OFFLOAD_CSUM_RX		3
#define NDIS_OFFLOAD_CSUM_BOTH		4
/* Values of the large send and coalescing fields. */
#define NDIS_OFFLOAD_OFF		1
#define NDIS_OFFLOAD_ON			2

struct ndis_offload_params {
	struct ndis_object_hdr hdr;
	u8 ip4_csum;
	u8 tcp4_csum;
	u8 udp4_csum;
	u8 tcp6_csum;
	u8 udp6_csum;
	u8 lso_v1;
	u8 ipsec_v1;
	u8 lso_v2_ip4;
	u8 lso_v2_ip6;
	u8 tcp_conn_ip4;
	u8 tcp_conn_ip6;
	u8 pad;
	__le32 flags;
	u8 ipsec_v2;
	u8 ipsec_v2_ip4;
	/* NVSP 5 on */
	u8 rsc_ip4;
	u8 rsc_ip6;
	u8 encap;
	u8 encap_types;
	__le16 pad2;
} __packed;
static_assert(sizeof(struct ndis_offload_params) == 28);

#define NDIS_OFFLOAD_PARAMS_REVISION	3
#define NDIS_OFFLOAD_PARAMS_SIZE_4	22	/* with NVSP up to 4 */
static_assert(offsetof(struct ndis_offload_params, rsc_ip4) == 22);

#define NDIS_CONFIG_PARAM_INTEGER	0
#define NDIS_CONFIG_PARAM_STRING	2

/* For RNDIS_OID_GEN_RNDIS_CONFIG_PARAMETER; strings are UTF-16, no NUL. */
struct ndis_config_param {
	__le32 name_offset;
	__le32 name_len;		/* bytes */
	__le32 type;			/* NDIS_CONFIG_PARAM_* */
	__le32 value_offset;
	__le32 value_len;		/* bytes */
} __packed;
static_assert(sizeof(struct ndis_config_param) == 20);

#endif /* _NETVSC_NDIS_H */
