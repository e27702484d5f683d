/* SPDX-License-Identifier: GPL-2.0-only */
/* Changes of configuration while the interface is in use. */
#ifndef _NETVSC_RECONFIG_H
#define _NETVSC_RECONFIG_H

#include <linux/types.h>

struct netvsc;
struct netvsc_config;

/* RTNL; all bounded. */
int netvsc_reconfig(struct netvsc *nv, const struct netvsc_config *config,
		    u32 mtu);
int netvsc_reconfig_reset(struct netvsc *nv);

#endif /* _NETVSC_RECONFIG_H */
