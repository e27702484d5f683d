/* SPDX-License-Identifier: GPL-2.0-only */
/* Receive side of a channel. */
#ifndef _NETVSC_RX_H
#define _NETVSC_RX_H

#include <linux/types.h>
#include <net/xdp.h>

#include "rndis_packet.h"

struct netvsc_channel;
struct page_pool;
struct vmpacket_descriptor;

/* Acknowledgments that may wait for room in the ring. */
#define NETVSC_RX_MAX_ACKS	1024

/* Ranges of one VMBus packet: as many as hosts send when they coalesce. */
#define NETVSC_RX_MAX_RANGES	562

/**
 * struct netvsc_rx_ack - that the host is owed for one packet
 * @trans_id: of the packet
 * @status: enum nvsp_status
 */
struct netvsc_rx_ack {
	u64 trans_id;
	u32 status;
};

/**
 * struct netvsc_rx_piece - of a frame, where the host left it
 * @data: in the receive buffer
 * @len: bytes of it
 */
struct netvsc_rx_piece {
	const void *data;
	u32 len;
};

/**
 * struct netvsc_rx_frame - the frame that is being put together
 * @info: of its first piece
 * @len: bytes of all the pieces so far
 * @count: pieces so far; 0 if there is no frame
 * @pieces: NETVSC_RX_MAX_RANGES of them
 */
struct netvsc_rx_frame {
	struct netvsc_packet_rx info;
	u32 len;
	u32 count;
	struct netvsc_rx_piece *pieces;
};

/**
 * struct netvsc_rx - receive side of a channel; NAPI only
 * @frame: the frame that is being put together
 * @acks: ring of those owed
 * @first_ack: the oldest one, counting on and on
 * @num_acks: how many there are; read by others to see when it is 0
 * @frames: given to the stack from the current VMBus packet
 * @pool: pages of frames that are not copied into one small piece
 * @xdp_rxq: the same for XDP
 * @xdp_flush: a program has redirected frames in this poll
 * @xdp_flush_tx: a program has sent frames back in this poll
 */
struct netvsc_rx {
	struct netvsc_rx_frame frame;
	struct netvsc_rx_ack *acks;
	u32 first_ack;
	u32 num_acks;
	u32 frames;
	struct page_pool *pool;
	struct xdp_rxq_info xdp_rxq;
	bool xdp_flush;
	bool xdp_flush_tx;
};

int netvsc_rx_init(struct netvsc_channel *ch);
void netvsc_rx_free(struct netvsc_channel *ch);

/*
 * NAPI: one packet with ranges of the receive buffer.  Owes the host one
 * acknowledgment whatever is in it.  Returns the frames it held.
 */
int netvsc_rx_packet(struct netvsc_channel *ch,
		     const struct vmpacket_descriptor *desc);
/* NAPI: no acknowledgment more can be owed; take no packet from the ring. */
bool netvsc_rx_full(struct netvsc_channel *ch);
/* NAPI: send the acknowledgments owed; false if some had to wait. */
bool netvsc_rx_ack(struct netvsc_channel *ch);
/* No acknowledgment is owed. */
bool netvsc_rx_idle(struct netvsc_channel *ch);

#endif /* _NETVSC_RX_H */
