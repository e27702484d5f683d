/* SPDX-License-Identifier: GPL-2.0-only */
/* The device: attached to the host, detached, reconfigured; open and closed. */
#ifndef _NETVSC_DEVICE_H
#define _NETVSC_DEVICE_H

struct netvsc;
struct netvsc_config;

void netvsc_device_init(struct netvsc *nv);
/* RTNL; all bounded. */
int netvsc_device_attach(struct netvsc *nv);
void netvsc_device_detach(struct netvsc *nv);
int netvsc_device_reconfigure(struct netvsc *nv,
			      const struct netvsc_config *config, int mtu);
void netvsc_device_report_link(struct netvsc *nv);
int netvsc_device_resume(struct netvsc *nv);
int netvsc_device_open(struct netvsc *nv);
void netvsc_device_close(struct netvsc *nv);
/* Any context: the filter follows soon, if the interface is open. */
void netvsc_device_update_filter(struct netvsc *nv);

#endif /* _NETVSC_DEVICE_H */
