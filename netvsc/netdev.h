/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_NETDEV_H
#define _NETVSC_NETDEV_H

#include <linux/netdevice.h>

struct netvsc;
struct netvsc_device;

extern const struct net_device_ops netvsc_netdev_ops;
extern const struct ethtool_ops netvsc_ethtool_ops;

/* Before registration: feature flags, TSO and MTU limits from nvdev->caps. */
void netvsc_netdev_setup(struct netvsc *nv, struct netvsc_device *nvdev);

#endif /* _NETVSC_NETDEV_H */
