/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_STATS_H
#define _NETVSC_STATS_H

#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct netvsc;
struct rtnl_link_stats64;

/* One direction of a queue; written by that direction's only context. */
struct netvsc_tx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync syncp;
};

struct netvsc_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t multicast;
	struct u64_stats_sync syncp;
};

struct netvsc_queue_stats {
	struct netvsc_tx_stats tx ____cacheline_aligned_in_smp;
	struct netvsc_rx_stats rx ____cacheline_aligned_in_smp;
};

/* Rare events; any context. */
struct netvsc_global_stats {
	atomic_long_t tx_scattered;
	atomic_long_t tx_no_memory;
	atomic_long_t tx_no_space;
	atomic_long_t tx_too_big;
	atomic_long_t tx_busy;
	atomic_long_t tx_send_full;
	atomic_long_t rx_comp_busy;
	atomic_long_t rx_no_memory;
	atomic_long_t stop_queue;
	atomic_long_t wake_queue;
	atomic_long_t vlan_error;

	/* what the host did wrong */
	atomic_long_t host_bad_completion;
	atomic_long_t host_bad_message;
	atomic_long_t host_bad_packet;
	atomic_long_t host_timeout;
};

#endif /* _NETVSC_STATS_H */
