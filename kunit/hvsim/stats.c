// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a NIC, and the log of what guests did wrong.  Everybody calls
 * this, and this calls nobody.
 */
#define pr_fmt(fmt) "hvsim: " fmt

#include "stats.h"

#include <linux/ratelimit.h>

#include "bus.h"
#include "nic.h"

static const char * const count_names[HVSIM_NUM_COUNTS] = {
	[HVSIM_SWITCHES_TO_VF]		= "switches_to_vf",
	[HVSIM_SWITCHES_TO_SYNTHETIC]	= "switches_to_synthetic",
	[HVSIM_SWITCH_HOST]		= "switch_host",
	[HVSIM_SWITCH_HOST_ANSWERED]	= "switch_host_answered",
	[HVSIM_VF_FRAMES_TX]		= "vf_frames_tx",
	[HVSIM_VF_FRAMES_RX]		= "vf_frames_rx",
	[HVSIM_VF_DROPPED_INACTIVE]	= "vf_dropped_inactive",
	[HVSIM_VF_DROPPED]		= "vf_dropped",
	[HVSIM_SYN_FRAMES_TX]		= "syn_frames_tx",
	[HVSIM_SYN_FRAMES_RX]		= "syn_frames_rx",
	[HVSIM_SYN_BYTES_TX]		= "syn_bytes_tx",
	[HVSIM_SYN_BYTES_RX]		= "syn_bytes_rx",
	[HVSIM_CSUM_DONE]		= "csum_done",
	[HVSIM_LSO_DONE]		= "lso_done",
	[HVSIM_RSC_DONE]		= "rsc_done",
	[HVSIM_HDR_CROSS_PAGE]		= "hdr_cross_page",
	[HVSIM_DROPS_FILTER]		= "drops_filter",
	[HVSIM_DROPS_LINK]		= "drops_link",
	[HVSIM_DROPS_NOBUF]		= "drops_nobuf",
	[HVSIM_DROPS_WIRE]		= "drops_wire",
	[HVSIM_WIRE_TX]			= "wire_tx",
	[HVSIM_WIRE_RX]			= "wire_rx",
	[HVSIM_VIOLATIONS]		= "violations",
	[HVSIM_LOST_IN_VF]		= "lost_in_vf",
};

#define VIOLATIONS_KEPT	64
#define VIOLATION_LEN	160

/* The last violations of all NICs; outlives them. */
static struct {
	spinlock_t lock;	/* total, line */
	u64 total;
	char line[VIOLATIONS_KEPT][VIOLATION_LEN];
} violations = {
	.lock = __SPIN_LOCK_UNLOCKED(violations.lock),
};

/**
 * hvsim_stats_init - counters of a new NIC
 * @stats: zeroed
 */
void hvsim_stats_init(struct hvsim_stats *stats)
{
	spin_lock_init(&stats->lock);
}

/**
 * hvsim_stats_msg - an NVSP message was received
 * @stats: of the NIC
 * @type: its number
 */
void hvsim_stats_msg(struct hvsim_stats *stats, u32 type)
{
	if (type <= HVSIM_MAX_NVSP_TYPE)
		atomic_inc(&stats->msg[type]);
}

/**
 * hvsim_stats_oid - an OID was queried or set
 * @stats: of the NIC
 * @oid: which one; those beyond the first HVSIM_MAX_OIDS are not counted
 */
void hvsim_stats_oid(struct hvsim_stats *stats, u32 oid)
{
	int i;

	spin_lock_bh(&stats->lock);
	for (i = 0; i < HVSIM_MAX_OIDS; i++) {
		if (!stats->oids[i].count)
			stats->oids[i].oid = oid;
		if (stats->oids[i].oid == oid) {
			stats->oids[i].count++;
			break;
		}
	}
	spin_unlock_bh(&stats->lock);
}

/**
 * hvsim_stats_show - the counters as "name value" lines
 * @stats: of the NIC
 * @m: where to
 */
void hvsim_stats_show(struct hvsim_stats *stats, struct seq_file *m)
{
	int i;

	for (i = 0; i < HVSIM_NUM_COUNTS; i++)
		seq_printf(m, "%s %lld\n", count_names[i],
			   atomic64_read(&stats->count[i]));
	for (i = 0; i <= HVSIM_MAX_NVSP_TYPE; i++)
		if (atomic_read(&stats->msg[i]))
			seq_printf(m, "msg_%d %d\n", i,
				   atomic_read(&stats->msg[i]));
	spin_lock_bh(&stats->lock);
	for (i = 0; i < HVSIM_MAX_OIDS && stats->oids[i].count; i++)
		seq_printf(m, "oid_%08x %u\n", stats->oids[i].oid,
			   stats->oids[i].count);
	spin_unlock_bh(&stats->lock);
}

/**
 * hvsim_violation - the guest broke a rule: log it and count it
 * @dev: the device it did it on; its private data is the NIC
 * @fmt: the rule
 *
 * Context: any.
 */
void hvsim_violation(struct hvsim_dev *dev, const char *fmt, ...)
{
	struct hvsim_nic *nic = dev->priv;
	char line[VIOLATION_LEN];
	unsigned long flags;
	va_list args;
	int len;

	len = scnprintf(line, sizeof(line), "nic%u: ", nic->cfg.id);
	va_start(args, fmt);
	vscnprintf(line + len, sizeof(line) - len, fmt, args);
	va_end(args);

	hvsim_count(nic, HVSIM_VIOLATIONS);
	spin_lock_irqsave(&violations.lock, flags);
	strscpy(violations.line[violations.total % VIOLATIONS_KEPT], line,
		VIOLATION_LEN);
	violations.total++;
	spin_unlock_irqrestore(&violations.lock, flags);
	pr_warn_ratelimited("violation: %s\n", line);
}

/**
 * hvsim_violations_show - the total, then the last ones, oldest first
 * @m: where to
 */
void hvsim_violations_show(struct seq_file *m)
{
	u64 i;

	spin_lock_irq(&violations.lock);
	seq_printf(m, "%llu\n", violations.total);
	i = violations.total > VIOLATIONS_KEPT ?
		violations.total - VIOLATIONS_KEPT : 0;
	for (; i < violations.total; i++)
		seq_printf(m, "%s\n", violations.line[i % VIOLATIONS_KEPT]);
	spin_unlock_irq(&violations.lock);
}

/**
 * hvsim_violations_clear - start from zero again
 */
void hvsim_violations_clear(void)
{
	spin_lock_irq(&violations.lock);
	violations.total = 0;
	spin_unlock_irq(&violations.lock);
}

/**
 * hvsim_violations_total - how many there were since the last clear
 *
 * Return: the number, all NICs together.
 */
u64 hvsim_violations_total(void)
{
	u64 total;

	spin_lock_irq(&violations.lock);
	total = violations.total;
	spin_unlock_irq(&violations.lock);
	return total;
}

/**
 * hvsim_nic_vf_lost - frames went into the VF and go nowhere
 * @nic: the NIC
 * @frames: how many
 * @torn: it was torn out with them; else it dropped them
 *
 * Context: any.
 */
void hvsim_nic_vf_lost(struct hvsim_nic *nic, unsigned int frames, bool torn)
{
	hvsim_count_add(nic, torn ? HVSIM_LOST_IN_VF : HVSIM_VF_DROPPED,
			frames);
}
EXPORT_SYMBOL_GPL(hvsim_nic_vf_lost);

/**
 * hvsim_nic_index - N of nic<N>
 * @nic: the NIC
 *
 * Return: 0 to 63.
 */
unsigned int hvsim_nic_index(const struct hvsim_nic *nic)
{
	return nic->cfg.id;
}
EXPORT_SYMBOL_GPL(hvsim_nic_index);
