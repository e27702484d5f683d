/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done when the host fails the interface. */
#ifndef _NETVSC_RECOVER_H
#define _NETVSC_RECOVER_H

struct net_device;
struct netvsc;

void netvsc_recover_init(struct netvsc *nv);
/* Any context: attach again, soon, what is detached. */
void netvsc_recover_soon(struct netvsc *nv);
/* Process context, without RTNL. */
void netvsc_recover_stop(struct netvsc *nv);
void netvsc_recover_restart(struct netvsc *nv);

void netvsc_tx_timeout(struct net_device *ndev, unsigned int queue);

#endif /* _NETVSC_RECOVER_H */
