// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the port, and of the function's own traffic.
 */
#include "data.h"

#define IF_STAT_RESET	BIT(31)	/* of the input modifier */
#define IF_STAT_INDEX	GENMASK(15, 0)

static void stats_put_rx(struct cx3_eth_stats_rx *to, const struct cx3_way *way)
{
	u32 row = CX3_STATS_NO_PRIO;

	to->frames[row][0] = cpu_to_be64(way->frames);
	to->bytes[row][2] = cpu_to_be64(way->bytes);
	to->broadcast[row] = cpu_to_be64(way->broadcast);
	to->multicast[row] = cpu_to_be64(way->multicast);
	to->unicast[row] = cpu_to_be64(way->frames - way->broadcast -
				       way->multicast);
}

static void stats_put_tx(struct cx3_eth_stats_tx *to, const struct cx3_way *way)
{
	u32 row = CX3_STATS_NO_PRIO;

	to->frames[row][0] = cpu_to_be64(way->frames);
	to->bytes[row][2] = cpu_to_be64(way->bytes);
	to->broadcast[row] = cpu_to_be64(way->broadcast);
	to->multicast[row] = cpu_to_be64(way->multicast);
	to->unicast[row] = cpu_to_be64(way->frames - way->broadcast -
				       way->multicast);
}

/**
 * cx3_cmd_dump_eth_stats() - DUMP_ETH_STATS
 * @cx3: the function
 * @cmd: no priorities, no sizes: the rows for these stay 0
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_dump_eth_stats(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	const struct cx3_stats *stats = &cx3->data->stats;
	struct cx3_eth_stats *to = cmd->out;
	u64 dropped = stats->rx_no_queue + stats->rx_no_buffer;
	u64 overflow = atomic64_read(&cx3->rx_overflow);

	stats_put_rx(&to->rx, &stats->rx);
	stats_put_tx(&to->tx, &stats->tx);
	to->rx_dropped = cpu_to_be32(dropped + overflow);
	to->rx_overflow = cpu_to_be32(overflow);
	to->rx_length = cpu_to_be32(stats->rx_too_long);
	to->good = cpu_to_be32(stats->rx.frames);
	to->tx_dropped = cpu_to_be32(stats->tx_bad);

	return CX3_OK;
}

/**
 * cx3_cmd_query_if_stat() - QUERY_IF_STAT
 * @cx3: the function
 * @cmd: input modifier: counter, and whether it starts again
 *
 * All traffic of the function is in each of its counters.
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_query_if_stat(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_stats *stats = &cx3->data->stats;
	struct cx3_if_stat *to = cmd->out;

	if (!cx3_res_has(cx3->res, CX3_RES_COUNTER, cmd->in_mod & IF_STAT_INDEX,
			 1))
		return CX3_BAD_INDEX;

	to->rx_frames = cpu_to_be64(stats->rx.frames - stats->rx_read.frames);
	to->rx_bytes = cpu_to_be64(stats->rx.bytes - stats->rx_read.bytes);
	to->tx_frames = cpu_to_be64(stats->tx.frames - stats->tx_read.frames);
	to->tx_bytes = cpu_to_be64(stats->tx.bytes - stats->tx_read.bytes);
	if (cmd->in_mod & IF_STAT_RESET) {
		stats->rx_read = stats->rx;
		stats->tx_read = stats->tx;
	}

	return CX3_OK;
}
