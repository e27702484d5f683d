/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_DEVICE_H
#define _NETVSC_DEVICE_H

#include <linux/netdevice.h>
#include "netvsc.h"

/* RTNL; all bounded. */
int netvsc_device_attach(struct netvsc *nv);
void netvsc_device_detach(struct netvsc *nv);
/*
 * Go over to another configuration (and MTU); if the host refuses, the old
 * one is brought back.  Keeps RSS, filter, features and the VF.
 */
int netvsc_device_reconfigure(struct netvsc *nv,
			      const struct netvsc_config *config, int mtu);
int netvsc_device_open(struct netvsc *nv);
void netvsc_device_close(struct netvsc *nv);
/* The receive filter that the interface's flags ask for, to the host. */
void netvsc_device_update_filter(struct netvsc *nv);

#endif /* _NETVSC_DEVICE_H */
