/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NETVSC_STATS_H
#define _NETVSC_STATS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct netvsc;
struct netvsc_device;
struct netdev_stat_ops;
struct rtnl_link_stats64;

/* One direction of a queue; written by that channel's NAPI only. */
struct netvsc_tx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync syncp;
};

struct netvsc_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t multicast;		/* and broadcast */
	u64_stats_t xdp_drop;		/* dropped by the program, or aborted */
	u64_stats_t xdp_redirect;
	u64_stats_t xdp_tx;
	struct u64_stats_sync syncp;
};

/* Written with the queue's lock held. */
struct netvsc_xmit_stats {
	u64_stats_t xdp_xmit;
	u64_stats_t send_full;		/* no section of the send buffer free */
	struct u64_stats_sync syncp;
};

struct netvsc_queue_stats {
	struct netvsc_tx_stats tx ____cacheline_aligned_in_smp;
	struct netvsc_rx_stats rx ____cacheline_aligned_in_smp;
	struct netvsc_xmit_stats xmit ____cacheline_aligned_in_smp;
};

/**
 * struct netvsc_global_stats - rare events of all queues; any context
 * @tx_scattered: frames copied together because they were in too many pieces
 * @tx_no_memory: frames dropped for want of memory
 * @tx_no_space: frames dropped because the ring was full and stayed so with
 *	no completion to wait for
 * @tx_too_big: frames dropped because they were in too many pieces even when
 *	copied together
 * @tx_busy: frames given back to the stack until the queue is woken
 * @rx_comp_busy: times that acknowledgments waited for room in the ring
 * @rx_no_memory: received frames dropped for want of memory
 * @stop_queue: times that a transmit queue was stopped
 * @wake_queue: times that a transmit queue was woken
 * @vlan_error: frames dropped because their 802.1Q tag could not be moved
 * @host_bad_completion: completions that matched nothing outstanding
 * @host_bad_message: control messages that made no sense
 * @host_bad_packet: received data that made no sense
 * @host_timeout: requests that the host did not answer in time
 * @tx_timeout: times that the stack found a transmit queue stuck
 * @host_tx_failed: frames that the host says it did not send
 */
struct netvsc_global_stats {
	atomic_long_t tx_scattered;
	atomic_long_t tx_no_memory;
	atomic_long_t tx_no_space;
	atomic_long_t tx_too_big;
	atomic_long_t tx_busy;
	atomic_long_t rx_comp_busy;
	atomic_long_t rx_no_memory;
	atomic_long_t stop_queue;
	atomic_long_t wake_queue;
	atomic_long_t vlan_error;

	atomic_long_t host_bad_completion;
	atomic_long_t host_bad_message;
	atomic_long_t host_bad_packet;
	atomic_long_t host_timeout;
	atomic_long_t host_tx_failed;
	atomic_long_t tx_timeout;
};

void netvsc_stats_init(struct netvsc *nv);
void netvsc_stats_add_tx(struct netvsc_tx_stats *stats, u32 packets,
			 u32 bytes);
void netvsc_stats_add_rx(struct netvsc_rx_stats *stats, u32 bytes,
			 bool multicast);
void netvsc_stats_add_xdp(struct netvsc_rx_stats *stats, u32 act, u32 bytes);
void netvsc_stats_add_xdp_xmit(struct netvsc_queue_stats *stats, u32 frames);
void netvsc_stats_add_send_full(struct netvsc_queue_stats *stats);
u64 netvsc_stats_send_full(const struct netvsc *nv);
void netvsc_stats_get64(struct netvsc *nv, struct rtnl_link_stats64 *stats);

/* For the netdev family of netlink; RTNL. */
extern const struct netdev_stat_ops netvsc_stat_ops;

/* For ethtool; RTNL. */
int netvsc_stats_count(const struct netvsc_device *nvdev);
void netvsc_stats_strings(const struct netvsc_device *nvdev, u8 *data);
void netvsc_stats_values(const struct netvsc_device *nvdev, u64 *data, int n);

#endif /* _NETVSC_STATS_H */
