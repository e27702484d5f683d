// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <linux/bpf.h>
#include <linux/cpumask.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>

#include "netvsc.h"
#include "vf_bond.h"

struct netvsc_stat {
	char name[ETH_GSTRING_LEN];
	size_t offset;
};

#define GLOBAL(field)	\
	{ #field, offsetof(struct netvsc_global_stats, field) }
#define OF_QUEUES	SIZE_MAX	/* the sum of what queues have counted */
#define QUEUES(field)	{ #field, OF_QUEUES }
#define VF(field)	\
	{ "vf_" #field, offsetof(struct vf_bond_stats, field) }

/* Names and order are what tools know from the in-tree driver. */
static const struct netvsc_stat global_stats[] = {
	GLOBAL(tx_scattered),
	GLOBAL(tx_no_memory),
	GLOBAL(tx_no_space),
	GLOBAL(tx_too_big),
	GLOBAL(tx_busy),
	QUEUES(tx_send_full),		/* under load, each frame may raise it */
	GLOBAL(rx_comp_busy),
	GLOBAL(rx_no_memory),
	GLOBAL(stop_queue),
	GLOBAL(wake_queue),
	GLOBAL(vlan_error),
};

static const struct netvsc_stat vf_stats[] = {
	VF(rx_packets),
	VF(rx_bytes),
	VF(tx_packets),
	VF(tx_bytes),
	VF(tx_dropped),
};

static const char * const queue_stats[] = {
	"tx_queue_%d_packets",
	"tx_queue_%d_bytes",
	"tx_queue_%d_xdp_xmit",
	"rx_queue_%d_packets",
	"rx_queue_%d_bytes",
	"rx_queue_%d_xdp_drop",
	"rx_queue_%d_xdp_redirect",
	"rx_queue_%d_xdp_tx",
};

static const char * const cpu_stats[] = {
	"cpu%d_rx_packets",
	"cpu%d_rx_bytes",
	"cpu%d_tx_packets",
	"cpu%d_tx_bytes",
	"cpu%d_vf_rx_packets",
	"cpu%d_vf_rx_bytes",
	"cpu%d_vf_tx_packets",
	"cpu%d_vf_tx_bytes",
};

/* Not in the in-tree driver, so after everything that is. */
static const struct netvsc_stat host_stats[] = {
	GLOBAL(host_bad_completion),
	GLOBAL(host_bad_message),
	GLOBAL(host_bad_packet),
	GLOBAL(host_timeout),
	GLOBAL(host_tx_failed),
	GLOBAL(tx_timeout),
};

/* Of the data path; no "vf_" in the names, by which tools find the traffic. */
static const char * const path_stats[] = {
	"datapath_to_vf",
	"datapath_to_synthetic",
	"datapath_failed",
	"datapath_by_host",
	"datapath_last_ms",
};

/* One queue or one CPU, both directions. */
struct netvsc_sum {
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_multicast;
	u64 tx_packets;
	u64 tx_bytes;
	u64 xdp_drop;
	u64 xdp_redirect;
	u64 xdp_tx;
	u64 xdp_xmit;
	u64 send_full;
};

/**
 * netvsc_stats_init() - prepare the queues' counters
 * @nv: the interface, not yet registered
 */
void netvsc_stats_init(struct netvsc *nv)
{
	int i;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++) {
		u64_stats_init(&nv->queue_stats[i].tx.syncp);
		u64_stats_init(&nv->queue_stats[i].rx.syncp);
		u64_stats_init(&nv->queue_stats[i].xmit.syncp);
	}
}

/**
 * netvsc_stats_add_tx() - count frames that the host has taken
 * @stats: of the queue
 * @packets: how many
 * @bytes: their bytes
 *
 * Context: the channel's NAPI.
 */
void netvsc_stats_add_tx(struct netvsc_tx_stats *stats, u32 packets, u32 bytes)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, packets);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->syncp);
}

/**
 * netvsc_stats_add_rx() - count a frame that goes to the stack
 * @stats: of the queue
 * @bytes: its bytes, with the Ethernet header
 * @multicast: it is for more than one receiver
 *
 * Context: the channel's NAPI.
 */
void netvsc_stats_add_rx(struct netvsc_rx_stats *stats, u32 bytes,
			 bool multicast)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, bytes);
	if (multicast)
		u64_stats_inc(&stats->multicast);
	u64_stats_update_end(&stats->syncp);
}

/**
 * netvsc_stats_add_xdp() - count a frame that a program kept from the stack
 * @stats: of the queue
 * @act: what the program wanted
 * @bytes: of the frame
 *
 * Context: the channel's NAPI.
 */
void netvsc_stats_add_xdp(struct netvsc_rx_stats *stats, u32 act, u32 bytes)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, bytes);
	if (act == XDP_TX)
		u64_stats_inc(&stats->xdp_tx);
	else if (act == XDP_REDIRECT)
		u64_stats_inc(&stats->xdp_redirect);
	else
		u64_stats_inc(&stats->xdp_drop);
	u64_stats_update_end(&stats->syncp);
}

/**
 * netvsc_stats_add_xdp_xmit() - count frames that others redirected to us
 * @stats: of the queue
 * @frames: how many
 *
 * Context: the queue's lock held.
 */
void netvsc_stats_add_xdp_xmit(struct netvsc_queue_stats *stats, u32 frames)
{
	u64_stats_update_begin(&stats->xmit.syncp);
	u64_stats_add(&stats->xmit.xdp_xmit, frames);
	u64_stats_update_end(&stats->xmit.syncp);
}

/**
 * netvsc_stats_add_send_full() - count a frame that could not be copied
 * @stats: of the queue
 *
 * Context: the queue's lock held.
 */
void netvsc_stats_add_send_full(struct netvsc_queue_stats *stats)
{
	u64_stats_update_begin(&stats->xmit.syncp);
	u64_stats_inc(&stats->xmit.send_full);
	u64_stats_update_end(&stats->xmit.syncp);
}

static void read_queue(const struct netvsc_queue_stats *queue,
		       struct netvsc_sum *sum)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&queue->tx.syncp);
		sum->tx_packets = u64_stats_read(&queue->tx.packets);
		sum->tx_bytes = u64_stats_read(&queue->tx.bytes);
	} while (u64_stats_fetch_retry(&queue->tx.syncp, start));

	do {
		start = u64_stats_fetch_begin(&queue->rx.syncp);
		sum->rx_packets = u64_stats_read(&queue->rx.packets);
		sum->rx_bytes = u64_stats_read(&queue->rx.bytes);
		sum->rx_multicast = u64_stats_read(&queue->rx.multicast);
		sum->xdp_drop = u64_stats_read(&queue->rx.xdp_drop);
		sum->xdp_redirect = u64_stats_read(&queue->rx.xdp_redirect);
		sum->xdp_tx = u64_stats_read(&queue->rx.xdp_tx);
	} while (u64_stats_fetch_retry(&queue->rx.syncp, start));

	do {
		start = u64_stats_fetch_begin(&queue->xmit.syncp);
		sum->xdp_xmit = u64_stats_read(&queue->xmit.xdp_xmit);
		sum->send_full = u64_stats_read(&queue->xmit.send_full);
	} while (u64_stats_fetch_retry(&queue->xmit.syncp, start));
}

/**
 * netvsc_stats_send_full() - small frames sent from where they were
 * @nv: the interface
 *
 * Context: any.
 * Return: how many, by all queues, for want of a section of the send buffer.
 */
u64 netvsc_stats_send_full(const struct netvsc *nv)
{
	struct netvsc_sum sum;
	u64 total = 0;
	int i;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++) {
		read_queue(&nv->queue_stats[i], &sum);
		total += sum.send_full;
	}

	return total;
}

static u64 read_global(const struct netvsc *nv, size_t offset)
{
	if (offset == OF_QUEUES)
		return netvsc_stats_send_full(nv);

	return atomic_long_read((const void *)&nv->stats + offset);
}

/* There is no bond for a moment after registration and before removal. */
static void read_vf(const struct netvsc *nv, struct vf_bond_stats *stats)
{
	const struct vf_bond *bond = READ_ONCE(nv->bond);

	memset(stats, 0, sizeof(*stats));
	if (bond)
		vf_bond_get_stats(bond, stats);
}

static void read_vf_cpu(const struct netvsc *nv, int cpu,
			struct vf_bond_stats *stats)
{
	const struct vf_bond *bond = READ_ONCE(nv->bond);

	memset(stats, 0, sizeof(*stats));
	if (bond)
		vf_bond_get_cpu_stats(bond, cpu, stats);
}

/**
 * netvsc_stats_get64() - everything that went through the interface
 * @nv: the interface
 * @stats: what is added to; the core adds its own drop counters
 *
 * Queues that are not in use now keep counting as what they were.
 *
 * Context: any.
 */
void netvsc_stats_get64(struct netvsc *nv, struct rtnl_link_stats64 *stats)
{
	struct netvsc_sum sum;
	struct vf_bond_stats vf;
	int i;

	read_vf(nv, &vf);
	stats->rx_packets += vf.rx_packets;
	stats->rx_bytes += vf.rx_bytes;
	stats->tx_packets += vf.tx_packets;
	stats->tx_bytes += vf.tx_bytes;
	stats->tx_dropped += vf.tx_dropped;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++) {
		read_queue(&nv->queue_stats[i], &sum);
		stats->rx_packets += sum.rx_packets;
		stats->rx_bytes += sum.rx_bytes;
		stats->multicast += sum.rx_multicast;
		stats->tx_packets += sum.tx_packets;
		stats->tx_bytes += sum.tx_bytes;
	}

	stats->rx_errors += atomic_long_read(&nv->stats.host_bad_packet);
	stats->tx_errors += atomic_long_read(&nv->stats.host_tx_failed);
}

static void get_queue_stats_rx(struct net_device *ndev, int queue,
			       struct netdev_queue_stats_rx *stats)
{
	const struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_sum sum;

	read_queue(&nv->queue_stats[queue], &sum);
	stats->packets = sum.rx_packets;
	stats->bytes = sum.rx_bytes;
}

static void get_queue_stats_tx(struct net_device *ndev, int queue,
			       struct netdev_queue_stats_tx *stats)
{
	const struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_sum sum;

	read_queue(&nv->queue_stats[queue], &sum);
	stats->packets = sum.tx_packets;
	stats->bytes = sum.tx_bytes;
}

/* Queues that are not in use now, and the VF. */
static void get_base_stats(struct net_device *ndev,
			   struct netdev_queue_stats_rx *rx,
			   struct netdev_queue_stats_tx *tx)
{
	const struct netvsc *nv = netdev_priv(ndev);
	struct vf_bond_stats vf;
	struct netvsc_sum sum;
	unsigned int i;

	read_vf(nv, &vf);
	rx->packets = vf.rx_packets;
	rx->bytes = vf.rx_bytes;
	tx->packets = vf.tx_packets;
	tx->bytes = vf.tx_bytes;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++) {
		read_queue(&nv->queue_stats[i], &sum);
		if (i >= ndev->real_num_rx_queues) {
			rx->packets += sum.rx_packets;
			rx->bytes += sum.rx_bytes;
		}
		if (i >= ndev->real_num_tx_queues) {
			tx->packets += sum.tx_packets;
			tx->bytes += sum.tx_bytes;
		}
	}
}

const struct netdev_stat_ops netvsc_stat_ops = {
	.get_queue_stats_rx	= get_queue_stats_rx,
	.get_queue_stats_tx	= get_queue_stats_tx,
	.get_base_stats		= get_base_stats,
};

/**
 * netvsc_stats_count() - how many values there are for ethtool
 * @nvdev: the attached device
 *
 * Return: the count; strings and values agree with it.
 */
int netvsc_stats_count(const struct netvsc_device *nvdev)
{
	return ARRAY_SIZE(global_stats) + ARRAY_SIZE(vf_stats) +
	       nvdev->num_channels * ARRAY_SIZE(queue_stats) +
	       num_present_cpus() * ARRAY_SIZE(cpu_stats) +
	       ARRAY_SIZE(host_stats) + ARRAY_SIZE(path_stats);
}

static void put_names(u8 **data, const struct netvsc_stat *stats, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		ethtool_puts(data, stats[i].name);
}

static void put_numbered(u8 **data, const char * const *formats, size_t n,
			 int number)
{
	size_t i;

	for (i = 0; i < n; i++)
		ethtool_sprintf(data, formats[i], number);
}

/**
 * netvsc_stats_strings() - names of the values for ethtool
 * @nvdev: the attached device
 * @data: room for netvsc_stats_count() names
 */
void netvsc_stats_strings(const struct netvsc_device *nvdev, u8 *data)
{
	int i;

	put_names(&data, global_stats, ARRAY_SIZE(global_stats));
	put_names(&data, vf_stats, ARRAY_SIZE(vf_stats));
	for (i = 0; i < nvdev->num_channels; i++)
		put_numbered(&data, queue_stats, ARRAY_SIZE(queue_stats), i);
	for_each_present_cpu(i)
		put_numbered(&data, cpu_stats, ARRAY_SIZE(cpu_stats), i);
	put_names(&data, host_stats, ARRAY_SIZE(host_stats));
	for (i = 0; i < ARRAY_SIZE(path_stats); i++)
		ethtool_puts(&data, path_stats[i]);
}

static u64 *put_one_queue(u64 *data, const struct netvsc_queue_stats *queue)
{
	struct netvsc_sum sum;

	read_queue(queue, &sum);
	*data++ = sum.tx_packets;
	*data++ = sum.tx_bytes;
	*data++ = sum.xdp_xmit;
	*data++ = sum.rx_packets;
	*data++ = sum.rx_bytes;
	*data++ = sum.xdp_drop;
	*data++ = sum.xdp_redirect;
	*data++ = sum.xdp_tx;

	return data;
}

/* What the channels served by @cpu have moved, and the VF on it. */
static u64 *put_one_cpu(u64 *data, const struct netvsc_device *nvdev, int cpu)
{
	struct netvsc_sum total = {};
	struct vf_bond_stats vf;
	struct netvsc_sum sum;
	int i;

	for (i = 0; i < nvdev->num_channels; i++) {
		const struct netvsc_channel *ch = nvdev->channels[i];

		if (READ_ONCE(ch->vmbus->target_cpu) != cpu)
			continue;

		read_queue(ch->stats, &sum);
		total.rx_packets += sum.rx_packets;
		total.rx_bytes += sum.rx_bytes;
		total.tx_packets += sum.tx_packets;
		total.tx_bytes += sum.tx_bytes;
	}

	read_vf_cpu(nvdev->nv, cpu, &vf);
	*data++ = total.rx_packets + vf.rx_packets;
	*data++ = total.rx_bytes + vf.rx_bytes;
	*data++ = total.tx_packets + vf.tx_packets;
	*data++ = total.tx_bytes + vf.tx_bytes;
	*data++ = vf.rx_packets;
	*data++ = vf.rx_bytes;
	*data++ = vf.tx_packets;
	*data++ = vf.tx_bytes;

	return data;
}

/* In the order of path_stats. */
static u64 *put_path(u64 *data, const struct netvsc *nv)
{
	const struct vf_bond *bond = READ_ONCE(nv->bond);
	struct vf_bond_switches switches = {};

	if (bond)
		vf_bond_get_switches(bond, &switches);
	*data++ = switches.to_vf;
	*data++ = switches.to_synthetic;
	*data++ = switches.failed;
	*data++ = switches.by_host;
	*data++ = switches.last_ms;

	return data;
}

/**
 * netvsc_stats_values() - the values for ethtool
 * @nvdev: the attached device
 * @data: room for @n values, all of them zeroed
 * @n: netvsc_stats_count() when the room was made
 *
 * A CPU may be plugged in between; what does not fit any more is left out.
 */
void netvsc_stats_values(const struct netvsc_device *nvdev, u64 *data, int n)
{
	const struct netvsc *nv = nvdev->nv;
	const size_t rest = ARRAY_SIZE(host_stats) + ARRAY_SIZE(path_stats);
	const u64 *end = data + n;
	struct vf_bond_stats vf;
	size_t i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(global_stats); i++)
		*data++ = read_global(nv, global_stats[i].offset);

	read_vf(nv, &vf);
	for (i = 0; i < ARRAY_SIZE(vf_stats); i++)
		*data++ = *(u64 *)((void *)&vf + vf_stats[i].offset);

	for (i = 0; i < nvdev->num_channels; i++)
		data = put_one_queue(data, &nv->queue_stats[i]);

	for_each_present_cpu(cpu) {
		if (end - data < ARRAY_SIZE(cpu_stats) + rest)
			break;
		data = put_one_cpu(data, nvdev, cpu);
	}

	for (i = 0; i < ARRAY_SIZE(host_stats); i++)
		*data++ = read_global(nv, host_stats[i].offset);
	put_path(data, nv);
}
