/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hv_netvsc: structures shared by the files of the driver.
 *
 * Layers, top to bottom; a file calls its own layer and those below it, never
 * up (upcalls go through struct netvsc_upcalls, off the hot path):
 *
 *	main
 *	netdev, ethtool
 *	vf, link, recover
 *	reconfig
 *	device
 *	queues
 *	subs, query
 *	channel
 *	xmit
 *	rx
 *	xdp
 *	tx
 *	tx_post
 *	bounce
 *	rss
 *	oid
 *	rndis
 *	buffers
 *	nvsp
 *	request, offload, stats
 *	bus, rndis_packet, pages, trace
 */
#ifndef _NETVSC_NETVSC_H
#define _NETVSC_NETVSC_H

#include <linux/hyperv.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "bus.h"
#include "compat.h"
#include "netvsc/ndis.h"
#include "netvsc/nvsp.h"
#include "netvsc/rndis.h"

#include "request.h"
#include "rndis.h"
#include "rx.h"
#include "stats.h"
#include "tx.h"

struct bpf_prog;
struct vf_bond;

#define NETVSC_MAX_CHANNELS	64

/* What ethtool -g counts, and what the host may not go below. */
#define NETVSC_RECV_SECTION	1728
#define NETVSC_SEND_SECTION	6144
#define NETVSC_MIN_RECV_SECTION	68
#define NETVSC_MIN_SEND_SECTION	68
#define NETVSC_MIN_SECTIONS	10

#define NETVSC_RECV_BUF_DEFAULT	SZ_16M
#define NETVSC_SEND_BUF_DEFAULT	SZ_1M
#define NETVSC_RECV_BUF_MAX	(31 * SZ_1M)	/* the largest GPADL */
#define NETVSC_SEND_BUF_MAX	(15 * SZ_1M)
#define NETVSC_BUF_MAX_LEGACY	(15 * SZ_1M)	/* NVSP 1 and 2 */

/* What to ask the host for; outlives every change of configuration. */
struct netvsc_config {
	u32 channels;
	u32 recv_sections;
	u32 recv_section_size;
	u32 send_sections;
	u32 send_section_size;
	u32 rings_asked;		/* times that users asked for others */
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

/* Sub-channels that the host offers while they are asked for. */
struct netvsc_subchannels {
	struct list_head node;		/* netvsc_subs_accepting; its mutex */
	u16 wanted;			/* highest index that makes sense */
	u16 granted;
	u16 seen;			/* opened, or failed to */
	struct completion event;	/* after each of them */
};

/*
 * Memory shared with the host.  It outlives the device that it was made for,
 * if the next one can use it: sharing takes as long as all the rest of
 * attaching.  RTNL.
 */
struct netvsc_mem {
	struct netvsc_bus_buf buf;
	u32 users;			/* devices */
	bool lost;			/* the host may keep it: never free it */
	struct vmbus_gpadl gpadl;	/* handle 0: not shared now */
};

struct netvsc_recv_buf {
	struct netvsc_mem *mem;
	void *buf;			/* @mem's */
	u32 size;			/* that the host is told */
	u32 section_size;
	u32 section_count;
	bool told;			/* the host may use it */
};

struct netvsc_send_buf {
	struct netvsc_mem *mem;
	void *buf;			/* @mem's */
	u32 size;
	u32 section_size;
	u32 section_count;
	bool told;			/* the host may use it */
};

/*
 * What a confidential guest shows its host of frames that are not in the send
 * buffer, and of control messages; @buf NULL in any other guest.
 */
struct netvsc_bounce_buf {
	struct netvsc_mem *mem;
	void *buf;			/* @mem's */
};

/* Its pages, of 4 KiB: one for each control message, then the channels'. */
#define NETVSC_BOUNCE_CONTROL	NETVSC_RNDIS_SLOTS
/* Seven of the largest sends; with 64 channels, they fit in one GPADL. */
#define NETVSC_BOUNCE_CHANNEL	120

/* Inband messages of the host whose completions wait for room in the ring. */
#define NETVSC_MAX_ANSWERS	16

/* One VMBus channel; its index is that of its queues. */
struct netvsc_channel {
	struct netvsc_device *nvdev;
	struct vmbus_channel *vmbus;
	u16 index;
	bool rx_ready;			/* rx may be called from NAPI */
	bool tx_ready;			/* tx may be called from NAPI */
	u8 num_answers;			/* NAPI only, as the next one */
	u64 answers[NETVSC_MAX_ANSWERS];
	struct napi_struct napi;
	atomic_t polls_ending;		/* may look at the ring once more */
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
	/* true: nothing to do for it, the host is to be answered now */
	bool (*path_switched)(struct netvsc_device *nvdev, bool vf,
			      u64 trans_id, bool want_answer);
};

/* No host delivers all kinds of frames there could be. */
#define NETVSC_FILTER_UNKNOWN	U32_MAX

/* The device as it is attached to the host now: one opening of its channels. */
struct netvsc_device {
	struct netvsc *nv;
	const struct netvsc_upcalls *upcalls;
	struct netvsc_config config;	/* what this opening asks for */
	u32 mtu;			/* that the host was told */

	u32 nvsp_version;
	struct netvsc_requests requests;
	struct netvsc_rndis rndis;
	struct netvsc_subchannels subs;
	struct netvsc_recv_buf recv;
	struct netvsc_send_buf send;
	struct netvsc_bounce_buf bounce;

	/* from RNDIS INIT, checked */
	u32 max_pkt_per_msg;
	u32 pkt_align;			/* bytes, a power of two */
	u32 filter;			/* that the host has, as far as known */

	struct netvsc_caps caps;
	u32 max_channels;		/* that the host can have */
	u16 rss_entries;		/* of the host's indirection table */

	/* of the device before: this one is the same host's; 0: not known */
	u32 proven_mtu;

	bool rsc;			/* coalescing is on */
	bool host_spreads;		/* the host gave a send table */

	/*
	 * Queues in use, and channels that could be.  One above may be open
	 * too, if one below it could not be opened; it then receives only.
	 */
	bool leaving;			/* none of them is, for transmission */
	u16 num_channels;
	u16 usable_channels;
	u16 tx_shares;			/* of the send buffer; 0: not known yet */
	struct netvsc_channel *channels[NETVSC_MAX_CHANNELS];
};

/* In a Mbit/s, of the units in which the host gives speeds. */
#define NETVSC_SPEED_UNITS	10000

/*
 * What the host said of the link.  Bits and not a list of events: a storm of
 * indications costs no memory and ends in the right state.
 */
struct netvsc_link {
	struct delayed_work work;
	unsigned long flags;		/* NETVSC_LINK_*, atomic bit operations */
	unsigned long next;		/* jiffies before which no event follows */
};

enum netvsc_link_flag {
	NETVSC_LINK_UP,			/* last word of the host */
	NETVSC_LINK_FLAP,		/* the network behind it has changed */
	NETVSC_LINK_PEERS,		/* said to be up, perhaps again */
	NETVSC_LINK_NEWS,		/* UP was indicated, not asked for */
	NETVSC_LINK_STOPPED,		/* work is not to be queued */
};

/* Switches of the host that wait for an answer at the same time. */
#define NETVSC_MAX_SWITCHES	4

/* Bringing back an interface whose host failed it. */
struct netvsc_recover {
	struct delayed_work work;
	unsigned long flags;		/* NETVSC_RECOVER_*, atomic operations */
	u32 tries;			/* in vain, since it was last attached */
};

enum netvsc_recover_flag {
	NETVSC_RECOVER_RESET,		/* attached, but does not work */
	NETVSC_RECOVER_STOPPED,		/* work is not to be queued */
};

/* What the host said of the VF, and what it is owed for its own switches. */
struct netvsc_vf {
	spinlock_t lock;		/* protects the rest */
	struct netvsc_device *live;	/* its primary channel is open */
	struct vf_bond *bond;		/* to be told; NULL: nobody */
	bool known;			/* @live had an association message */
	bool allocated;
	u32 serial;
	u8 num_switches;
	u64 switches[NETVSC_MAX_SWITCHES];	/* transaction ids */
};

/* The interface: netdev_priv() of eth0. */
struct netvsc {
	struct net_device *ndev;
	struct hv_device *hdev;
	struct netvsc_device __rcu *nvdev;	/* NULL while detached; RTNL */
	struct vf_bond *bond;
	const struct netvsc_upcalls *upcalls;
	struct work_struct filter_work;
	struct netvsc_link link;
	struct netvsc_recover recover;
	struct netvsc_vf vf;

	u32 msg_enable;
	u16 tx_limit;			/* queues to choose from; 0: all */
	struct netvsc_config config;
	struct netvsc_rss rss;
	u32 send_table[NVSP_SEND_TABLE_ENTRIES];
	struct bpf_prog __rcu *xdp_prog;	/* RTNL */
	u32 l4_hash;			/* which flows hash with their ports */

	u32 speed;			/* Mbit/s, or SPEED_UNKNOWN */
	/* written in rare events, apart from what each frame reads */
	struct netvsc_global_stats stats ____cacheline_aligned_in_smp;
	struct netvsc_queue_stats queue_stats[NETVSC_MAX_CHANNELS];
};

/* The channel for everything but data. */
static inline struct vmbus_channel *
netvsc_primary(const struct netvsc_device *nvdev)
{
	return nvdev->nv->hdev->channel;
}

#endif /* _NETVSC_NETVSC_H */
