/* SPDX-License-Identifier: GPL-2.0-only */
/* Sub-channels of a device. */
#ifndef _NETVSC_SUBS_H
#define _NETVSC_SUBS_H

#include <linux/types.h>

struct netvsc_device;

/* RTNL; bounded. */
u16 netvsc_subs_open(struct netvsc_device *nvdev, u16 wanted);

#endif /* _NETVSC_SUBS_H */
