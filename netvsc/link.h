/* SPDX-License-Identifier: GPL-2.0-only */
/* Link state, as the host indicates it. */
#ifndef _NETVSC_LINK_H
#define _NETVSC_LINK_H

#include <linux/types.h>

struct netvsc;
struct netvsc_device;

void netvsc_link_init(struct netvsc *nv);
void netvsc_link_stop(struct netvsc *nv);
void netvsc_link_restart(struct netvsc *nv);
/* Any context; an upcall of the protocol layers. */
void netvsc_link_status(struct netvsc_device *nvdev, u32 status, u32 value);

#endif /* _NETVSC_LINK_H */
