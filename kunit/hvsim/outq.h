/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages on their way to the guest: what does not fit into the ring yet,
 * what waits for a receive section, what a fault holds back.
 */
#ifndef _HVSIM_OUTQ_H
#define _HVSIM_OUTQ_H

#include "nic.h"

void hvsim_outq_init(struct hvsim_nic_chan *ch);
void hvsim_outq_purge(struct hvsim_nic_chan *ch);

void hvsim_out_inband(struct hvsim_nic_chan *ch, bool want_completion,
		      u64 trans_id, const void *msg, u32 len);
void hvsim_out_complete(struct hvsim_nic_chan *ch, u64 trans_id,
			const void *msg, u32 len,
			const struct hvsim_verdict *verdict);
int hvsim_out_rndis(struct hvsim_nic *nic, const void *msg, u32 len,
		    const struct hvsim_verdict *verdict);
int hvsim_out_xfer(struct hvsim_nic_chan *ch, u32 head, bool control);
int hvsim_out_flush(struct hvsim_nic_chan *ch);

#endif /* _HVSIM_OUTQ_H */
