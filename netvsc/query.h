/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked of the host while a device is attached. */
#ifndef _NETVSC_QUERY_H
#define _NETVSC_QUERY_H

struct netvsc_device;

int netvsc_query_device(struct netvsc_device *nvdev);
int netvsc_query_same_host(struct netvsc_device *nvdev);

#endif /* _NETVSC_QUERY_H */
