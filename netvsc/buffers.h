/* SPDX-License-Identifier: GPL-2.0-only */
/* The receive and the send buffer, which the host shares. */
#ifndef _NETVSC_BUFFERS_H
#define _NETVSC_BUFFERS_H

struct netvsc_device;

int netvsc_buffers_alloc(struct netvsc_device *nvdev,
			 const struct netvsc_device *from);
int netvsc_buffers_attach(struct netvsc_device *nvdev);
void netvsc_buffers_revoke(struct netvsc_device *nvdev);
void netvsc_buffers_free(struct netvsc_device *nvdev);

#endif /* _NETVSC_BUFFERS_H */
