// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vSwitch: which way a frame goes from the wire to the guest.
 *
 * Unicast for the guest goes to the path that the host has active, less the
 * share that is steered; broadcast and multicast always take the synthetic
 * path, as on Azure.
 */
#include "vswitch.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include "offload.h"
#include "wire.h"

/*
 * Frames that wait for a channel: where the wire's queue stops, where it goes
 * on, and where frames are dropped (one large send adds up to 45 at once).
 */
#define RXQ_STOP	512
#define RXQ_WAKE	128
#define RXQ_MAX		2048

enum way {
	WAY_SYNTHETIC,
	WAY_VF,
	WAY_DROP_FILTER,
	WAY_DROP_LINK,
};

/**
 * hvsim_vswitch_init - a new NIC: link up, nobody listens
 * @nic: the NIC
 */
void hvsim_vswitch_init(struct hvsim_nic *nic)
{
	spin_lock_init(&nic->sw.lock);
	nic->sw.link = true;
	hvsim_vswitch_reset(nic);
}

/**
 * hvsim_vswitch_reset - the guest is gone: forget what it asked for
 * @nic: the NIC
 */
void hvsim_vswitch_reset(struct hvsim_nic *nic)
{
	struct hvsim_vswitch *sw = &nic->sw;

	spin_lock_bh(&sw->lock);
	ether_addr_copy(sw->mac, nic->cfg.mac);
	sw->filter = 0;
	sw->frame_max = ETH_FRAME_LEN;
	sw->path = HVSIM_PATH_SYNTHETIC;
	sw->rsc4 = false;
	sw->rsc6 = false;
	sw->rss.enabled = false;
	spin_unlock_bh(&sw->lock);
}

/* Every 100 frames exactly @steer of them; sw->lock is held. */
static bool vswitch_steered(struct hvsim_vswitch *sw)
{
	sw->steer_acc += sw->steer;
	if (sw->steer_acc < 100)
		return false;
	sw->steer_acc -= 100;
	return true;
}

static enum way vswitch_way_unicast(struct hvsim_vswitch *sw, const u8 *dest)
{
	bool mine = ether_addr_equal(dest, sw->mac);

	if (mine && sw->path == HVSIM_PATH_VF && !vswitch_steered(sw))
		return WAY_VF;
	if (mine && sw->filter & RNDIS_PACKET_TYPE_DIRECTED)
		return WAY_SYNTHETIC;
	if (sw->filter & RNDIS_PACKET_TYPE_PROMISCUOUS)
		return WAY_SYNTHETIC;
	return WAY_DROP_FILTER;
}

static enum way vswitch_way(struct hvsim_vswitch *sw, const struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	u32 wants = RNDIS_PACKET_TYPE_PROMISCUOUS;

	if (!sw->link)
		return WAY_DROP_LINK;
	if (!skb_is_gso(skb) && skb->len > sw->frame_max)
		return WAY_DROP_FILTER;
	if (!is_multicast_ether_addr(dest))
		return vswitch_way_unicast(sw, dest);
	wants |= is_broadcast_ether_addr(dest) ?
		 RNDIS_PACKET_TYPE_BROADCAST :
		 RNDIS_PACKET_TYPE_ALL_MULTICAST | RNDIS_PACKET_TYPE_MULTICAST;
	return sw->filter & wants ? WAY_SYNTHETIC : WAY_DROP_FILTER;
}

/* Queue a frame for a channel; false: dropped. */
static bool vswitch_enqueue(struct hvsim_nic_chan *ch, struct sk_buff *skb)
{
	bool ok;

	spin_lock_bh(&ch->lock);
	ok = ch->open && skb_queue_len(&ch->rxq) < RXQ_MAX;
	if (ok) {
		skb_queue_tail(&ch->rxq, skb);
		hvsim_chan_kick(ch->chan, 0);
	}
	spin_unlock_bh(&ch->lock);
	if (!ok)
		kfree_skb(skb);
	return ok;
}

/* One frame, plain or to be coalesced, to the synthetic path. */
static struct hvsim_nic_chan *vswitch_synthetic(struct hvsim_nic *nic,
						struct sk_buff *skb)
{
	struct hvsim_rx_cb *cb = hvsim_rx_cb(skb);
	struct hvsim_vswitch *sw = &nic->sw;
	struct hvsim_nic_chan *ch;
	u16 index = 0;

	spin_lock_bh(&sw->lock);
	cb->has_hash = hvsim_rss_hash(&sw->rss, skb, &cb->hash);
	if (cb->has_hash)
		index = hvsim_rss_channel(&sw->rss, cb->hash);
	spin_unlock_bh(&sw->lock);

	ch = &nic->chans[index < nic->cfg.channels ? index : 0];
	if (!READ_ONCE(ch->open))
		ch = hvsim_nic_primary(nic);
	if (!vswitch_enqueue(ch, skb))
		hvsim_count(nic, HVSIM_DROPS_NOBUF);
	return ch;
}

/* While the VF carries the traffic, a stuck channel must not stop the wire. */
static void vswitch_maybe_stop(struct hvsim_nic *nic, struct hvsim_nic_chan *ch)
{
	if (skb_queue_len_lockless(&ch->rxq) < RXQ_STOP ||
	    READ_ONCE(nic->sw.path) == HVSIM_PATH_VF)
		return;
	hvsim_wire_stop(nic->wire, ch->index);
	if (skb_queue_len_lockless(&ch->rxq) < RXQ_WAKE)
		hvsim_wire_wake(nic->wire, ch->index);
}

/* A plain frame to the VF; a VF that is just gone leaves it to the other path */
static void vswitch_vf(struct hvsim_nic *nic, struct sk_buff *skb)
{
	if (hvsim_vf_receive(nic, skb))
		hvsim_count(nic, HVSIM_VF_FRAMES_RX);
	else
		vswitch_synthetic(nic, skb);
}

static bool vswitch_coalesced(const struct hvsim_nic *nic,
			      const struct sk_buff *skb)
{
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4)
		return READ_ONCE(nic->sw.rsc4);
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6)
		return READ_ONCE(nic->sw.rsc6);
	return false;
}

static void vswitch_deliver(struct hvsim_nic *nic, struct sk_buff *skb,
			    bool vf)
{
	struct hvsim_nic_chan *ch = NULL;
	struct sk_buff *next;

	if (!vf && skb_is_gso(skb) && vswitch_coalesced(nic, skb)) {
		ch = vswitch_synthetic(nic, skb);
		vswitch_maybe_stop(nic, ch);
		return;
	}
	skb = hvsim_offload_carry_out(skb);
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		skb_reset_mac_header(skb);
		if (vf)
			vswitch_vf(nic, skb);
		else
			ch = vswitch_synthetic(nic, skb);
	}
	if (ch)
		vswitch_maybe_stop(nic, ch);
}

/* A tag inside the frame becomes one beside it, as the host strips them. */
static struct sk_buff *vswitch_strip_tag(struct sk_buff *skb)
{
	u16 tci;

	if (skb->len < ETH_HLEN || !pskb_may_pull(skb, ETH_HLEN))
		goto err_free;
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	if (skb_vlan_tag_present(skb) || skb->protocol != htons(ETH_P_8021Q))
		return skb;
	if (skb->len < VLAN_ETH_HLEN || __skb_vlan_pop(skb, &tci))
		goto err_free;
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);
	skb->protocol = eth_hdr(skb)->h_proto;
	return skb;

err_free:
	kfree_skb(skb);
	return NULL;
}

/**
 * hvsim_vswitch_from_wire - a frame for the guest
 * @priv: the NIC
 * @skb: the frame, from its Ethernet header on; checksum or segmentation may
 *	be due; eaten
 *
 * Context: BH.
 */
void hvsim_vswitch_from_wire(void *priv, struct sk_buff *skb)
{
	struct hvsim_nic *nic = priv;
	enum way way;

	hvsim_count(nic, HVSIM_WIRE_RX);
	skb = vswitch_strip_tag(skb);
	if (!skb)
		return;
	spin_lock_bh(&nic->sw.lock);
	way = vswitch_way(&nic->sw, skb);
	spin_unlock_bh(&nic->sw.lock);

	switch (way) {
	case WAY_SYNTHETIC:
	case WAY_VF:
		vswitch_deliver(nic, skb, way == WAY_VF);
		return;
	case WAY_DROP_LINK:
		hvsim_count(nic, HVSIM_DROPS_LINK);
		break;
	case WAY_DROP_FILTER:
		hvsim_count(nic, HVSIM_DROPS_FILTER);
		break;
	}
	kfree_skb(skb);
}

/**
 * hvsim_vswitch_inject - a frame for the guest on a path of the caller's choice
 * @nic: the NIC
 * @vf: to the VF, not to the synthetic path
 * @skb: the frame, from its Ethernet header on; eaten
 *
 * Context: process.
 * Return: 0, -EINVAL (no Ethernet frame), -ENODEV (nobody there).
 */
int hvsim_vswitch_inject(struct hvsim_nic *nic, bool vf, struct sk_buff *skb)
{
	int err = 0;

	skb = vswitch_strip_tag(skb);
	if (!skb)
		return -EINVAL;
	local_bh_disable();
	if (!vf) {
		if (READ_ONCE(hvsim_nic_primary(nic)->open))
			vswitch_synthetic(nic, skb);
		else
			err = -ENODEV;
	} else if (hvsim_vf_receive(nic, skb)) {
		hvsim_count(nic, HVSIM_VF_FRAMES_RX);
	} else {
		err = -ENODEV;
	}
	local_bh_enable();
	if (err)
		kfree_skb(skb);
	return err;
}

/**
 * hvsim_vswitch_room - a channel took frames off its queue
 * @ch: the channel
 *
 * Context: process or BH.
 */
void hvsim_vswitch_room(struct hvsim_nic_chan *ch)
{
	if (skb_queue_len_lockless(&ch->rxq) < RXQ_WAKE)
		hvsim_wire_wake(ch->nic->wire, ch->index);
}

/**
 * hvsim_vswitch_purge - drop what waits for a channel
 * @ch: the channel
 *
 * Context: process.
 */
void hvsim_vswitch_purge(struct hvsim_nic_chan *ch)
{
	skb_queue_purge(&ch->rxq);
	hvsim_vswitch_room(ch);
}
