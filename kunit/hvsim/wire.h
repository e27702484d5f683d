/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wire of a NIC: an ordinary netdev whose other end is the vSwitch.
 */
#ifndef _HVSIM_WIRE_H
#define _HVSIM_WIRE_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct hvsim_wire;

/* In place of a channel's index: the VF. */
#define HVSIM_WIRE_VF	0xfffe

/* A frame from the wire; owns it.  BH. */
typedef void (*hvsim_wire_rx_t)(void *priv, struct sk_buff *skb);

struct hvsim_wire *hvsim_wire_create(u16 id, u32 max_mtu, hvsim_wire_rx_t rx,
				     void *priv);
void hvsim_wire_destroy(struct hvsim_wire *wire);

bool hvsim_wire_send(struct hvsim_wire *wire, struct sk_buff *skb);
void hvsim_wire_kick(struct hvsim_wire *wire);
bool hvsim_wire_busy(const struct hvsim_wire *wire);
void hvsim_wire_stop(struct hvsim_wire *wire, u16 chan);
void hvsim_wire_wake(struct hvsim_wire *wire, u16 chan);

#endif /* _HVSIM_WIRE_H */
