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

/**
 * struct netvsc_ring_state - one direction of a channel, as its memory says
 * @size: bytes of the ring
 * @used: bytes in it; of what the host writes, as any of this, to be doubted
 * @write: index of the writer
 * @read: index of the reader
 * @mask: the reader wants no interrupts
 */
struct netvsc_ring_state {
	u32 size;
	u32 used;
	u32 write;
	u32 read;
	u32 mask;
};

void netvsc_bus_ring_state(const struct vmbus_channel *vmbus,
			   struct netvsc_ring_state *out,
			   struct netvsc_ring_state *in);
void netvsc_bus_on_subchannel(struct vmbus_channel *vmbus,
			      void (*offered)(struct vmbus_channel *sub));

/**
 * struct netvsc_bus_buf - memory to be shared with the host
 * @addr: where it is; page aligned, zeroed
 * @size: bytes, a multiple of the page size
 * @chunks: what it has been put together of, the bus's own
 * @num_chunks: how many
 */
struct netvsc_bus_buf {
	void *addr;
	u32 size;
	struct page **chunks;
	u32 num_chunks;
};

int netvsc_bus_alloc(struct vmbus_channel *vmbus, u32 size,
		     struct netvsc_bus_buf *buf);
void netvsc_bus_free(struct netvsc_bus_buf *buf);
int netvsc_bus_share(struct vmbus_channel *vmbus,
		     const struct netvsc_bus_buf *buf,
		     struct vmbus_gpadl *gpadl);
int netvsc_bus_unshare(struct vmbus_channel *vmbus, struct vmbus_gpadl *gpadl);
bool netvsc_bus_unshare_before_close(void);

#endif /* _NETVSC_BUS_H */
