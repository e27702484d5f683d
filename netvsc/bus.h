/* SPDX-License-Identifier: GPL-2.0-only */
/* The only files that call VMBus are bus.c and channel.c. */
#ifndef _NETVSC_BUS_H
#define _NETVSC_BUS_H

#include <linux/hyperv.h>

/* Largest packet of a host: 562 ranges, their header and an NVSP message. */
#define NETVSC_MAX_PKT_SIZE	4624

int netvsc_bus_register(struct hv_driver *drv);
void netvsc_bus_unregister(struct hv_driver *drv);

/*
 * The send functions return 0; -EAGAIN when the ring is full; -ENODEV when the
 * channel is rescinded or closed; -EIO when the ring's indexes make no sense.
 */
int netvsc_bus_send(struct vmbus_channel *vmbus, const void *msg, u32 len,
		    u64 trans_id, bool want_completion);
int netvsc_bus_send_pages(struct vmbus_channel *vmbus,
			  struct vmbus_packet_mpb_array *desc, u32 desc_size,
			  const void *msg, u32 len, u64 trans_id);
int netvsc_bus_complete(struct vmbus_channel *vmbus, const void *msg, u32 len,
			u64 trans_id);
int netvsc_bus_send_wait(struct vmbus_channel *vmbus, const void *msg, u32 len,
			 u64 trans_id, bool want_completion);
int netvsc_bus_send_page_wait(struct vmbus_channel *vmbus, void *buf,
			      u32 buf_len, const void *msg, u32 len,
			      u64 trans_id);
u32 netvsc_bus_avail_percent(const struct vmbus_channel *vmbus);

int netvsc_bus_share(struct vmbus_channel *vmbus, void *buf, u32 size,
		     struct vmbus_gpadl *gpadl);
int netvsc_bus_unshare(struct vmbus_channel *vmbus, struct vmbus_gpadl *gpadl);
bool netvsc_bus_unshare_before_close(void);

#endif /* _NETVSC_BUS_H */
