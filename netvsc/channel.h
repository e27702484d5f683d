/* SPDX-License-Identifier: GPL-2.0-only */
/* Channels: opening and closing, interrupts, polling. */
#ifndef _NETVSC_CHANNEL_H
#define _NETVSC_CHANNEL_H

#include <linux/types.h>

struct netvsc_device;
struct vmbus_channel;

/* Module parameter: pages of a ring, each direction. */
#define NETVSC_RING_PAGES_DEFAULT	128
#define NETVSC_RING_PAGES_MIN		64
/* Both rings of a channel are one block of the page allocator. */
#define NETVSC_RING_PAGES_MAX		512

void netvsc_channels_set_ring_pages(unsigned int pages);

/* RTNL; process context. */
int netvsc_channels_alloc(struct netvsc_device *nvdev);
int netvsc_channels_open(struct netvsc_device *nvdev);
int netvsc_channels_start_rx(struct netvsc_device *nvdev);
int netvsc_channel_add_sub(struct netvsc_device *nvdev,
			   struct vmbus_channel *vmbus, u16 index);
u16 netvsc_channels_count(struct netvsc_device *nvdev);
int netvsc_channels_start_tx(struct netvsc_device *nvdev, u16 channels);
void netvsc_channels_use(struct netvsc_device *nvdev, u16 channels);
bool netvsc_channels_sent(const struct netvsc_device *nvdev);
bool netvsc_channels_idle(const struct netvsc_device *nvdev);
void netvsc_channels_close(struct netvsc_device *nvdev);
void netvsc_channels_free(struct netvsc_device *nvdev);
int netvsc_channel_answer(struct netvsc_device *nvdev, u64 trans_id);

#endif /* _NETVSC_CHANNEL_H */
