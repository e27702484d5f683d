/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of a NIC, and the log of what guests did wrong.
 */
#ifndef _HVSIM_STATS_H
#define _HVSIM_STATS_H

#include <linux/atomic.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Names as in nic<N>/counters, lower case; stats.c has the list of strings. */
enum hvsim_count {
	HVSIM_SWITCHES_TO_VF,
	HVSIM_SWITCHES_TO_SYNTHETIC,
	HVSIM_SWITCH_HOST,
	HVSIM_SWITCH_HOST_ANSWERED,
	HVSIM_VF_FRAMES_TX,
	HVSIM_VF_FRAMES_RX,
	HVSIM_VF_DROPPED_INACTIVE,
	HVSIM_VF_DROPPED,
	HVSIM_SYN_FRAMES_TX,
	HVSIM_SYN_FRAMES_RX,
	HVSIM_SYN_BYTES_TX,
	HVSIM_SYN_BYTES_RX,
	HVSIM_CSUM_DONE,
	HVSIM_LSO_DONE,
	HVSIM_RSC_DONE,
	HVSIM_HDR_CROSS_PAGE,
	HVSIM_DROPS_FILTER,
	HVSIM_DROPS_LINK,
	HVSIM_DROPS_NOBUF,
	HVSIM_DROPS_WIRE,
	HVSIM_WIRE_TX,
	HVSIM_WIRE_RX,
	HVSIM_VIOLATIONS,
	HVSIM_LOST_IN_VF,
	HVSIM_NUM_COUNTS,
};

#define HVSIM_MAX_NVSP_TYPE	136
#define HVSIM_MAX_OIDS		32

struct hvsim_oid_count {
	u32 oid;
	u32 count;
};

/**
 * struct hvsim_stats - counters of one NIC
 * @count: by enum hvsim_count
 * @msg: NVSP messages received, by number
 * @lock: @oids
 * @oids: RNDIS queries and sets received, by OID
 */
struct hvsim_stats {
	atomic64_t count[HVSIM_NUM_COUNTS];
	atomic_t msg[HVSIM_MAX_NVSP_TYPE + 1];
	spinlock_t lock;	/* oids */
	struct hvsim_oid_count oids[HVSIM_MAX_OIDS];
};

void hvsim_stats_init(struct hvsim_stats *stats);
void hvsim_stats_msg(struct hvsim_stats *stats, u32 type);
void hvsim_stats_oid(struct hvsim_stats *stats, u32 oid);
void hvsim_stats_show(struct hvsim_stats *stats, struct seq_file *m);
void hvsim_violations_show(struct seq_file *m);
void hvsim_violations_clear(void);
u64 hvsim_violations_total(void);

#endif /* _HVSIM_STATS_H */
