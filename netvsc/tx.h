/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_TX_H
#define _NETVSC_TX_H

#include <linux/netdevice.h>
#include <linux/types.h>

struct netvsc_channel;
struct vmpacket_descriptor;

/* Transmit side of a channel. */
struct netvsc_tx {
	u32 num_slots;
};

int netvsc_tx_init(struct netvsc_channel *ch);
void netvsc_tx_free(struct netvsc_channel *ch);

/* NAPI: the host completed the data packet that carried @trans_id. */
void netvsc_tx_complete(struct netvsc_channel *ch, u64 trans_id,
			const void *msg, u32 len, int budget);
/* NAPI, once per poll: wake the queue, report to BQL. */
void netvsc_tx_poll_end(struct netvsc_channel *ch);

/* No packet is with the host and none is parked for aggregation. */
bool netvsc_tx_idle(struct netvsc_channel *ch);
/* Channel closed: free what the host never completed. */
void netvsc_tx_purge(struct netvsc_channel *ch);

netdev_tx_t netvsc_start_xmit(struct sk_buff *skb, struct net_device *ndev);
u16 netvsc_select_queue(struct net_device *ndev, struct sk_buff *skb,
			struct net_device *sb_dev);

#endif /* _NETVSC_TX_H */
