// SPDX-License-Identifier: GPL-2.0-only
/* Counters of the VF's traffic. */
#include <linux/export.h>
#include <linux/percpu.h>

#include "bond.h"

/**
 * vf_bond_get_cpu_stats() - what one CPU has counted
 * @pub: the bond
 * @cpu: a possible CPU
 * @stats: where to put the counters
 *
 * Context: any.
 */
void vf_bond_get_cpu_stats(const struct vf_bond *pub, int cpu,
			   struct vf_bond_stats *stats)
{
	const struct vf_bond_pcpu *pcpu;
	unsigned int start;

	pcpu = per_cpu_ptr(vf_bond_priv(pub)->stats, cpu);
	do {
		start = u64_stats_fetch_begin(&pcpu->syncp);
		stats->rx_packets = u64_stats_read(&pcpu->rx_packets);
		stats->rx_bytes = u64_stats_read(&pcpu->rx_bytes);
		stats->tx_packets = u64_stats_read(&pcpu->tx_packets);
		stats->tx_bytes = u64_stats_read(&pcpu->tx_bytes);
		stats->tx_dropped = u64_stats_read(&pcpu->tx_dropped);
	} while (u64_stats_fetch_retry(&pcpu->syncp, start));
}
EXPORT_SYMBOL_GPL(vf_bond_get_cpu_stats);

/**
 * vf_bond_get_stats() - what all CPUs have counted
 * @pub: the bond
 * @stats: where to put the sums
 *
 * Context: any.
 */
void vf_bond_get_stats(const struct vf_bond *pub, struct vf_bond_stats *stats)
{
	struct vf_bond_stats one;
	int cpu;

	memset(stats, 0, sizeof(*stats));
	for_each_possible_cpu(cpu) {
		vf_bond_get_cpu_stats(pub, cpu, &one);
		stats->rx_packets += one.rx_packets;
		stats->rx_bytes += one.rx_bytes;
		stats->tx_packets += one.tx_packets;
		stats->tx_bytes += one.tx_bytes;
		stats->tx_dropped += one.tx_dropped;
	}
}
EXPORT_SYMBOL_GPL(vf_bond_get_stats);
