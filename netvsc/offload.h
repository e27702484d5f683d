/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host can do with frames, and what it is asked to do; pure. */
#ifndef _NETVSC_OFFLOAD_H
#define _NETVSC_OFFLOAD_H

#include <linux/netdev_features.h>
#include <linux/types.h>

#include "netvsc/ndis.h"

struct net_device;
struct netvsc_caps;

/* What netvsc_offload_features() may give. */
#define NETVSC_HW_FEATURES	(NETIF_F_SG | NETIF_F_RXCSUM | NETIF_F_RXHASH | \
				 NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
				 NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_LRO)

int netvsc_offload_parse(const void *buf, u32 len, u32 nvsp_version,
			 struct netvsc_caps *caps);
void netvsc_offload_params(const struct netvsc_caps *caps, u32 nvsp_version,
			   bool rsc, struct ndis_offload_params *params);

/* As Linux sees them. */
netdev_features_t netvsc_offload_features(const struct netvsc_caps *caps);
u32 netvsc_offload_tso_max(const struct netvsc_caps *caps);
bool netvsc_offload_take_caps(struct net_device *ndev,
			      const struct netvsc_caps *caps);

#endif /* _NETVSC_OFFLOAD_H */
