/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vSwitch: which way a frame goes from the wire to the guest.
 */
#ifndef _HVSIM_VSWITCH_H
#define _HVSIM_VSWITCH_H

#include "nic.h"

/* Per-frame notes, in skb->cb of a frame that waits in a channel's queue. */
struct hvsim_rx_cb {
	bool has_hash;
	u32 hash;
};

static inline struct hvsim_rx_cb *hvsim_rx_cb(struct sk_buff *skb)
{
	return (struct hvsim_rx_cb *)skb->cb;
}

void hvsim_vswitch_init(struct hvsim_nic *nic);
void hvsim_vswitch_reset(struct hvsim_nic *nic);
void hvsim_vswitch_from_wire(void *priv, struct sk_buff *skb);
int hvsim_vswitch_inject(struct hvsim_nic *nic, bool vf, struct sk_buff *skb);
void hvsim_vswitch_room(struct hvsim_nic_chan *ch);
void hvsim_vswitch_purge(struct hvsim_nic_chan *ch);

#endif /* _HVSIM_VSWITCH_H */
