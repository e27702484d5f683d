/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hv_netvsc: structures shared by the files of the driver.
 *
 * Layers, top to bottom; a file calls its own layer and those below it, never
 * up (upcalls go through struct netvsc_upcalls, off the hot path):
 *
 *	main
 *	netdev, ethtool
 *	vf, link
 *	device
 *	channel
 *	tx, rx
 *	rss
 *	rndis
 *	nvsp, buffers
 *	request, offload, stats
 *	bus, rndis_packet
 */
#ifndef _NETVSC_NETVSC_H
#define _NETVSC_NETVSC_H

#include <linux/hyperv.h>
#include <linux/netdevice.h>

#include "compat.h"
#include "netvsc/ndis.h"
#include "netvsc/nvsp.h"
#include "netvsc/rndis.h"

#include "request.h"
#include "rx.h"
#include "stats.h"
#include "tx.h"

struct vf_bond;

#define NETVSC_MAX_CHANNELS	64

/* What to ask the host for; outlives every change of configuration. */
struct netvsc_config {
	u32 channels;
	u32 recv_sections;
	u32 recv_section_size;
	u32 send_sections;
	u32 send_section_size;
};

/* What the host says it can do, from NDIS_OID_OFFLOAD_HW_CAPS; checked. */
struct netvsc_caps {
	bool tx_csum_tcp4;
	bool tx_csum_udp4;
	bool tx_csum_tcp6;
	bool tx_csum_udp6;
	u32 lso4_max;			/* bytes, 0: no large send */
	u32 lso6_max;
	bool rsc;			/* IPv4 and IPv6 both */
};

/* Receive side scaling as the user wants it; kept over every change. */
struct netvsc_rss {
	u8 key[NDIS_RSS_KEY_SIZE];
	u16 table_entries;
	bool table_set;			/* by the user: do not spread anew */
	u16 table[NDIS_RSS_TABLE_MAX];
};

struct netvsc_recv_buf {
	void *buf;
	u32 size;
	struct vmbus_gpadl gpadl;
	u32 section_size;
	u32 section_count;
};

struct netvsc_send_buf {
	void *buf;
	u32 size;
	struct vmbus_gpadl gpadl;
	u32 section_size;
	u32 section_count;
};

/* One VMBus channel; its index is that of its queues. */
struct netvsc_channel {
	struct netvsc_device *nvdev;
	struct vmbus_channel *vmbus;
	u16 index;
	bool open;
	struct napi_struct napi;
	struct netvsc_tx tx;
	struct netvsc_rx rx;
	struct netvsc_queue_stats *stats;	/* live in struct netvsc */
} ____cacheline_aligned_in_smp;

/*
 * Calls from the protocol files up to those that act on them.  All may come
 * from NAPI context and must not sleep.
 */
struct netvsc_upcalls {
	void (*link_status)(struct netvsc_device *nvdev, u32 status,
			    u32 value);
	void (*vf_association)(struct netvsc_device *nvdev, bool allocated,
			       u32 serial);
	void (*path_switched)(struct netvsc_device *nvdev, bool vf,
			      u64 trans_id, bool answer);
	void (*send_table)(struct netvsc_device *nvdev, const u32 *table);
};

/* The device as it is attached to the host now: one opening of its channels. */
struct netvsc_device {
	struct netvsc *nv;
	const struct netvsc_upcalls *upcalls;

	u32 nvsp_version;
	struct netvsc_requests requests;
	struct netvsc_recv_buf recv;
	struct netvsc_send_buf send;

	/* from RNDIS INIT, checked */
	u32 max_pkt_per_msg;
	u32 pkt_align;			/* bytes, a power of two */
	u32 filter;			/* last packet filter set on the host */

	struct netvsc_caps caps;
	u32 max_channels;		/* that the host can have */
	u16 rss_entries;		/* of the host's indirection table */

	u16 num_channels;
	struct netvsc_channel *channels[NETVSC_MAX_CHANNELS];

	struct rcu_head rcu;
};

/* The interface: netdev_priv() of eth0. */
struct netvsc {
	struct net_device *ndev;
	struct hv_device *hdev;
	struct netvsc_device __rcu *nvdev;	/* NULL while detached; RTNL */
	struct vf_bond *bond;

	u32 msg_enable;
	struct netvsc_config config;
	struct netvsc_rss rss;
	u32 send_table[NVSP_SEND_TABLE_ENTRIES];
	u32 l4_hash;			/* which flows hash with their ports */

	u32 speed;			/* Mbit/s, or SPEED_UNKNOWN */
	struct netvsc_global_stats stats;
	struct netvsc_queue_stats queue_stats[NETVSC_MAX_CHANNELS];
};

#endif /* _NETVSC_NETVSC_H */
