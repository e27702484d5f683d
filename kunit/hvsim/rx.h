/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data to the guest: frames in, RNDIS packets in receive sections out.
 */
#ifndef _HVSIM_RX_H
#define _HVSIM_RX_H

#include "nic.h"

int hvsim_rx_deliver(struct hvsim_nic_chan *ch, int budget);

#endif /* _HVSIM_RX_H */
