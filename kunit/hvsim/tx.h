/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data from the guest: RNDIS packets in, frames out.
 */
#ifndef _HVSIM_TX_H
#define _HVSIM_TX_H

#include "nic.h"

enum nvsp_status hvsim_tx_data(struct hvsim_nic_chan *ch,
			       const struct hvsim_pkt *pkt);

#endif /* _HVSIM_TX_H */
