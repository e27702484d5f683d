/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host can do with frames, and what it is asked to do; pure. */
#ifndef _NETVSC_OFFLOAD_H
#define _NETVSC_OFFLOAD_H

#include <linux/netdev_features.h>
#include <linux/types.h>

#include "netvsc/ndis.h"

struct netvsc_caps;

int netvsc_offload_parse(const void *buf, u32 len, u32 nvsp_version,
			 struct netvsc_caps *caps);
void netvsc_offload_params(const struct netvsc_caps *caps, u32 nvsp_version,
			   bool rsc, struct ndis_offload_params *params);

/* As Linux sees them. */
netdev_features_t netvsc_offload_features(const struct netvsc_caps *caps);
u32 netvsc_offload_tso_max(const struct netvsc_caps *caps);

#endif /* _NETVSC_OFFLOAD_H */
