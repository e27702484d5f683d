/* SPDX-License-Identifier: GPL-2.0-only */
/* RNDIS data packets: encoding and decoding, no side effects. */
#ifndef _NETVSC_RNDIS_PACKET_H
#define _NETVSC_RNDIS_PACKET_H

#include <linux/types.h>

#include "netvsc/rndis.h"

/*
 * Room for a header with all the per-packet info that a frame can need: hash,
 * VLAN tag, and either a checksum or a large send, each a __le32.  A power of
 * two, so that headers laid out in a row never cross a page.
 */
#define NETVSC_PACKET_HEADER_MAX	128
static_assert(sizeof(struct rndis_packet) +
	      3 * (sizeof(struct rndis_ppi) + sizeof(__le32)) <=
	      NETVSC_PACKET_HEADER_MAX);

/* Per-packet info that a host may send with one frame; real ones send < 200. */
#define NETVSC_PACKET_PPI_MAX		512

/**
 * struct netvsc_packet_tx - what the host has to know of a frame to send
 * @data_len: bytes of the frame
 * @has_hash: @hash is the flow's
 * @has_vlan: the frame gets an 802.1Q tag
 * @hash: any 32 bits that are the same for all frames of a flow
 * @vlan: content of RNDIS_PPI_8021Q
 * @csum: content of RNDIS_PPI_CSUM, 0 if the frame needs none
 * @lso: content of RNDIS_PPI_LSO, 0 if the frame is not to be cut
 */
struct netvsc_packet_tx {
	u32 data_len;
	bool has_hash;
	bool has_vlan;
	u32 hash;
	u32 vlan;
	u32 csum;
	u32 lso;
};

/**
 * struct netvsc_packet_rx - a received message, checked
 * @data_offset: of the frame, from the start of the message
 * @data_len: bytes of the frame, or of this piece of it
 * @has_hash: @hash is there
 * @has_vlan: @vlan is there
 * @has_pkt_id: @pkt_id_flags are there
 * @pkt_id_flags: RNDIS_PKT_ID_*
 * @hash: computed by the host for receive side scaling
 * @vlan: content of RNDIS_PPI_8021Q
 * @csum: content of RNDIS_PPI_CSUM, 0 if the host says nothing
 */
struct netvsc_packet_rx {
	u32 data_offset;
	u32 data_len;
	bool has_hash;
	bool has_vlan;
	bool has_pkt_id;
	u8 pkt_id_flags;
	u32 hash;
	u32 vlan;
	u32 csum;
};

/* The message holds a part of a frame that the host coalesced. */
static inline bool netvsc_packet_is_piece(const struct netvsc_packet_rx *rx)
{
	return rx->has_pkt_id && rx->pkt_id_flags & RNDIS_PKT_ID_SUBALLOC;
}

u32 netvsc_packet_header_len(const struct netvsc_packet_tx *tx);
u32 netvsc_packet_build(void *buf, u32 size, const struct netvsc_packet_tx *tx);
int netvsc_packet_parse(const void *msg, u32 len, struct netvsc_packet_rx *rx);

u32 netvsc_packet_vlan(u16 tci);
u16 netvsc_packet_vlan_tci(u32 vlan);

#endif /* _NETVSC_RNDIS_PACKET_H */
