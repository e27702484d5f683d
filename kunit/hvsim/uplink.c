// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vSwitch's way up: frames from the guest, by either path, to the wire; and
 * what a VF has to do with the wire else.
 */
#include "uplink.h"

#include "offload.h"
#include "wire.h"

/* Plain frames to the wire; checksum and segmentation that is due is done. */
static void uplink_send(struct hvsim_nic *nic, struct sk_buff *skb)
{
	struct sk_buff *next;

	if (!READ_ONCE(nic->sw.link)) {
		hvsim_count(nic, HVSIM_DROPS_LINK);
		kfree_skb(skb);
		return;
	}
	if (skb_is_gso(skb))
		hvsim_count(nic, HVSIM_LSO_DONE);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		hvsim_count(nic, HVSIM_CSUM_DONE);

	for (skb = hvsim_offload_carry_out(skb); skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		if (hvsim_wire_send(nic->wire, skb))
			hvsim_count(nic, HVSIM_WIRE_TX);
		else
			hvsim_count(nic, HVSIM_DROPS_WIRE);
	}
}

/**
 * hvsim_uplink_from_guest - a frame from the synthetic path for the wire
 * @nic: the NIC
 * @skb: the frame, from its Ethernet header on; eaten
 *
 * The caller calls hvsim_wire_kick() after the last of a batch.
 *
 * Context: ->work.
 */
void hvsim_uplink_from_guest(struct hvsim_nic *nic, struct sk_buff *skb)
{
	hvsim_count(nic, HVSIM_SYN_FRAMES_TX);
	hvsim_count_add(nic, HVSIM_SYN_BYTES_TX, skb->len);
	uplink_send(nic, skb);
}

/**
 * hvsim_nic_vf_transmit - a frame from the VF for the wire
 * @nic: the NIC
 * @skb: the frame, from its Ethernet header on; eaten
 *
 * Context: any but hard interrupts; no locks that the wire's receiver takes.
 */
void hvsim_nic_vf_transmit(struct hvsim_nic *nic, struct sk_buff *skb)
{
	if (!READ_ONCE(nic->sw.vf_tx)) {
		hvsim_count(nic, HVSIM_VF_DROPPED_INACTIVE);
		kfree_skb(skb);
		return;
	}
	hvsim_count(nic, HVSIM_VF_FRAMES_TX);
	uplink_send(nic, skb);
	hvsim_wire_kick(nic->wire);
}
EXPORT_SYMBOL_GPL(hvsim_nic_vf_transmit);

/**
 * hvsim_nic_vf_busy - would the VF better send later?
 * @nic: the NIC
 *
 * Return: true when many frames wait for the wire's receiver.
 */
bool hvsim_nic_vf_busy(const struct hvsim_nic *nic)
{
	return hvsim_wire_busy(nic->wire);
}

/**
 * hvsim_nic_vf_hold - a VF has enough frames for now
 * @nic: the NIC
 *
 * Context: inside the VF's ->receive.
 */
void hvsim_nic_vf_hold(struct hvsim_nic *nic)
{
	hvsim_wire_stop(nic->wire, HVSIM_WIRE_VF);
}

/**
 * hvsim_nic_vf_release - a VF has room again
 * @nic: the NIC
 *
 * Context: process or BH.
 */
void hvsim_nic_vf_release(struct hvsim_nic *nic)
{
	hvsim_wire_wake(nic->wire, HVSIM_WIRE_VF);
}
