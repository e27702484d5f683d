/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vSwitch's way up: frames from the guest, by either path, to the wire.
 */
#ifndef _HVSIM_UPLINK_H
#define _HVSIM_UPLINK_H

#include "nic.h"

void hvsim_uplink_from_guest(struct hvsim_nic *nic, struct sk_buff *skb);

#endif /* _HVSIM_UPLINK_H */
