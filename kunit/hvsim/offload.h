/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offloads, carried out on ordinary skbs.
 */
#ifndef _HVSIM_OFFLOAD_H
#define _HVSIM_OFFLOAD_H

#include "nic.h"

/**
 * struct hvsim_tx_meta - what the guest asked for beside the frame
 * @has_csum: @csum is there
 * @has_lso: @lso is there
 * @has_vlan: @vlan_tci is there
 * @csum: RNDIS_CSUM_TX_*
 * @lso: RNDIS_LSO_*
 * @vlan_tci: tag, as the kernel has it
 */
struct hvsim_tx_meta {
	bool has_csum;
	bool has_lso;
	bool has_vlan;
	u32 csum;
	u32 lso;
	u16 vlan_tci;
};

const char *hvsim_offload_request(struct sk_buff *skb,
				  const struct hvsim_tx_meta *meta,
				  const struct hvsim_nic *nic);
bool hvsim_offload_by_headers(struct sk_buff *skb, u32 mss, bool l4);
struct sk_buff *hvsim_offload_carry_out(struct sk_buff *skb);
u32 hvsim_offload_rx_csum(const struct sk_buff *skb,
			  const struct hvsim_offloads *on);

#endif /* _HVSIM_OFFLOAD_H */
