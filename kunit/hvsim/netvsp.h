/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NVSP, host side.
 */
#ifndef _HVSIM_NETVSP_H
#define _HVSIM_NETVSP_H

#include "nic.h"

void hvsim_netvsp_opened(struct hvsim_nic_chan *ch);
void hvsim_netvsp_closed(struct hvsim_nic_chan *ch);
void hvsim_netvsp_packet(struct hvsim_nic_chan *ch,
			 const struct hvsim_pkt *pkt);

#endif /* _HVSIM_NETVSP_H */
