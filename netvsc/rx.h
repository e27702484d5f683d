/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_RX_H
#define _NETVSC_RX_H

#include <linux/types.h>

struct netvsc_channel;
struct vmpacket_descriptor;

/* Receive side of a channel. */
struct netvsc_rx {
	u32 num_acks;
};

int netvsc_rx_init(struct netvsc_channel *ch);
void netvsc_rx_free(struct netvsc_channel *ch);

/*
 * NAPI: one packet with ranges of the receive buffer.  Owes the host one
 * acknowledgement whatever is in it.  Returns the frames it held.
 */
int netvsc_rx_packet(struct netvsc_channel *ch,
		     const struct vmpacket_descriptor *desc);
/* NAPI: send the acknowledgements owed; false if some had to wait. */
bool netvsc_rx_ack(struct netvsc_channel *ch);
/* No acknowledgement is owed. */
bool netvsc_rx_idle(struct netvsc_channel *ch);

#endif /* _NETVSC_RX_H */
