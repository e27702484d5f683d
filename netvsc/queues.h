/* SPDX-License-Identifier: GPL-2.0-only */
/* Queues of a device: how many, and how frames are spread over them. */
#ifndef _NETVSC_QUEUES_H
#define _NETVSC_QUEUES_H

#include <linux/types.h>

struct netvsc;
struct netvsc_device;

/* RTNL; all bounded but the first, which does not sleep. */
u16 netvsc_queues_wanted(const struct netvsc_device *nvdev);
int netvsc_queues_start(struct netvsc_device *nvdev);
void netvsc_queues_gather_tx(struct netvsc *nv, u16 queues);
int netvsc_queues_use(struct netvsc_device *nvdev, u16 channels);

#endif /* _NETVSC_QUEUES_H */
