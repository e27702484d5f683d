/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_RSS_H
#define _NETVSC_RSS_H

#include <linux/types.h>

struct netvsc;
struct netvsc_device;
struct netvsc_rss;

void netvsc_rss_init(struct netvsc *nv);
/* Spread the table over @channels unless the user set it. */
void netvsc_rss_spread(struct netvsc *nv, u16 channels, u16 entries);
/* RTNL: tell the host key and table of nv->rss. */
int netvsc_rss_apply(struct netvsc_device *nvdev);
/* The same for others; back to those of nv->rss if the host refuses. */
int netvsc_rss_change(struct netvsc_device *nvdev, const struct netvsc_rss *rss);

#endif /* _NETVSC_RSS_H */
