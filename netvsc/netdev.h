/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_NETDEV_H
#define _NETVSC_NETDEV_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>

struct netvsc;
struct netvsc_config;
struct netvsc_device;

extern const struct net_device_ops netvsc_netdev_ops;
extern const struct ethtool_ops netvsc_ethtool_ops;

/* Before registration: features and limits. */
void netvsc_netdev_setup(struct netvsc *nv, const struct netvsc_device *nvdev);
/* RTNL: as netvsc_reconfig(), and what depends on the result. */
int netvsc_netdev_reconfigure(struct netvsc *nv,
			      const struct netvsc_config *config, int mtu);

#endif /* _NETVSC_NETDEV_H */
