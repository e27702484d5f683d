/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_XMIT_H
#define _NETVSC_XMIT_H

#include <linux/netdevice.h>

/* netvsc.l4_hash: flows whose ports count when a queue is chosen. */
#define NETVSC_L4_TCP4	BIT(0)
#define NETVSC_L4_TCP6	BIT(1)
#define NETVSC_L4_UDP4	BIT(2)
#define NETVSC_L4_UDP6	BIT(3)
#define NETVSC_L4_ALL	GENMASK(3, 0)

netdev_tx_t netvsc_start_xmit(struct sk_buff *skb, struct net_device *ndev);
u16 netvsc_select_queue(struct net_device *ndev, struct sk_buff *skb,
			struct net_device *sb_dev);
netdev_features_t netvsc_features_check(struct sk_buff *skb,
					struct net_device *ndev,
					netdev_features_t features);

#endif /* _NETVSC_XMIT_H */
