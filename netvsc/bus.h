/* SPDX-License-Identifier: GPL-2.0-only */
/* The only files that call VMBus are bus.c and channel.c. */
#ifndef _NETVSC_BUS_H
#define _NETVSC_BUS_H

#include <linux/hyperv.h>

/*
 * All return 0; -EAGAIN when the ring is full; -ENODEV when the channel is
 * rescinded or closed; -EIO when the ring's indexes make no sense.
 */
int netvsc_bus_send(struct vmbus_channel *vmbus, const void *msg, u32 len,
		    u64 trans_id, bool want_completion);
int netvsc_bus_send_pages(struct vmbus_channel *vmbus,
			  struct vmbus_packet_mpb_array *desc, u32 desc_size,
			  const void *msg, u32 len, u64 trans_id);
int netvsc_bus_complete(struct vmbus_channel *vmbus, const void *msg, u32 len,
			u64 trans_id);

#endif /* _NETVSC_BUS_H */
