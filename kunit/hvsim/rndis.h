/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RNDIS, host side: control messages.
 */
#ifndef _HVSIM_RNDIS_H
#define _HVSIM_RNDIS_H

#include "nic.h"

enum nvsp_status hvsim_rndis_control(struct hvsim_nic_chan *ch,
				     const struct hvsim_pkt *pkt);
void hvsim_rndis_indicate(struct hvsim_nic *nic, u32 status, const void *buf,
			  u32 len);

#endif /* _HVSIM_RNDIS_H */
