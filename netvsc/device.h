/* SPDX-License-Identifier: GPL-2.0-only */
/* The device: attached to the host, detached; open and closed. */
#ifndef _NETVSC_DEVICE_H
#define _NETVSC_DEVICE_H

#include <linux/types.h>

struct netvsc;
struct netvsc_config;
struct netvsc_device;

void netvsc_device_init(struct netvsc *nv);
/* RTNL; all bounded. */
struct netvsc_device *netvsc_device_alloc(struct netvsc *nv,
					  const struct netvsc_config *config,
					  u32 mtu,
					  const struct netvsc_device *from);
void netvsc_device_expect(struct netvsc_device *nvdev,
			  const struct netvsc_device *from);
void netvsc_device_free(struct netvsc_device *nvdev);
int netvsc_device_attach(struct netvsc_device *nvdev);
struct netvsc_device *netvsc_device_detach(struct netvsc *nv);
int netvsc_device_resume(struct netvsc_device *nvdev);
void netvsc_device_report_link(struct netvsc *nv);
int netvsc_device_open(struct netvsc *nv);
void netvsc_device_close(struct netvsc *nv);
/* Any context: the filter follows soon, if the interface is open. */
void netvsc_device_update_filter(struct netvsc *nv);

#endif /* _NETVSC_DEVICE_H */
