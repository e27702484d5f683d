/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_RSS_H
#define _NETVSC_RSS_H

#include <linux/types.h>

struct netvsc;
struct netvsc_device;

void netvsc_rss_init(struct netvsc *nv);
/* Spread the table over @channels unless the user set it. */
void netvsc_rss_spread(struct netvsc *nv, u16 channels, u16 entries);
/* RTNL: tell the host key and table of nv->rss. */
int netvsc_rss_apply(struct netvsc_device *nvdev);

#endif /* _NETVSC_RSS_H */
