/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scripted misbehaviour of the host: answers that come late or never, and
 * rescinds at a chosen moment.
 */
#ifndef _HVSIM_FAULTS_H
#define _HVSIM_FAULTS_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* What a fault waits for. */
enum hvsim_fault_on {
	HVSIM_FAULT_NVSP,	/* an NVSP message, by number */
	HVSIM_FAULT_RNDIS,	/* an RNDIS message, by type */
	HVSIM_FAULT_OID,	/* a query or set of an OID */
	HVSIM_FAULT_COMPLETION,	/* completion of a data packet */
	HVSIM_FAULT_OPEN,	/* opening of a channel, by index */
	HVSIM_FAULT_OFFER,	/* the offers of granted sub-channels */
	HVSIM_FAULT_AT_ONCE,
};

/**
 * struct hvsim_verdict - what becomes of an answer
 * @drop: it is never sent
 * @delay_ms: it is sent so much later
 * @rescind: the device is rescinded instead
 */
struct hvsim_verdict {
	bool drop;
	bool rescind;
	u32 delay_ms;
};

/* The faults set on one NIC. */
struct hvsim_faults {
	spinlock_t lock;	/* list, and what is in it */
	struct list_head list;
};

void hvsim_faults_init(struct hvsim_faults *faults);
void hvsim_faults_clear(struct hvsim_faults *faults);
int hvsim_faults_add(struct hvsim_faults *faults, char *spec, bool *at_once);
void hvsim_faults_check(struct hvsim_faults *faults, enum hvsim_fault_on on,
			u32 value, struct hvsim_verdict *verdict);

#endif /* _HVSIM_FAULTS_H */
