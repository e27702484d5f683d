// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data to the guest.  A plain frame takes one receive section; a coalesced
 * one is laid out in as many as it needs and goes out as one VMBus packet.
 */
#include "rx.h"

#include <linux/bitfield.h>
#include <linux/if_vlan.h>

#include "offload.h"
#include "outq.h"
#include "vswitch.h"

/* Room that is kept in a section for the RNDIS header and all its info. */
#define RX_HEADROOM	112

struct rx_packet {
	struct rndis_packet rp;
	u8 ppi[RX_HEADROOM - sizeof(struct rndis_packet)];
	u32 ppi_len;
};

static void rx_add_ppi(struct rx_packet *p, u32 type, const void *value)
{
	struct rndis_ppi ppi = {
		.size = cpu_to_le32(sizeof(ppi) + sizeof(__le32)),
		.type = cpu_to_le32(type),
		.offset = cpu_to_le32(sizeof(ppi)),
	};

	memcpy(p->ppi + p->ppi_len, &ppi, sizeof(ppi));
	memcpy(p->ppi + p->ppi_len + sizeof(ppi), value, sizeof(__le32));
	p->ppi_len += sizeof(ppi) + sizeof(__le32);
}

static void rx_add_ppi32(struct rx_packet *p, u32 type, u32 value)
{
	__le32 wire = cpu_to_le32(value);

	rx_add_ppi(p, type, &wire);
}

/* What describes the frame: checksums, hash, tag. */
static void rx_describe(struct rx_packet *p, struct sk_buff *skb, u32 csum)
{
	u16 tci;

	if (csum)
		rx_add_ppi32(p, RNDIS_PPI_CSUM, csum);
	if (hvsim_rx_cb(skb)->has_hash)
		rx_add_ppi32(p, RNDIS_PPI_HASH, hvsim_rx_cb(skb)->hash);
	if (!skb_vlan_tag_present(skb))
		return;
	tci = skb_vlan_tag_get(skb);
	rx_add_ppi32(p, RNDIS_PPI_8021Q,
		     FIELD_PREP(RNDIS_8021Q_VID, tci & VLAN_VID_MASK) |
		     FIELD_PREP(RNDIS_8021Q_PRI, tci >> VLAN_PRIO_SHIFT) |
		     (tci & VLAN_CFI_MASK ? RNDIS_8021Q_CFI : 0));
}

/* Write one RNDIS packet with @len bytes of @skb from @offset on. */
static void rx_fill(struct hvsim_rxbuf *rb, u32 section, struct rx_packet *p,
		    const struct sk_buff *skb, u32 offset, u32 len)
{
	u32 ppi_offset = sizeof(p->rp) - RNDIS_OFFSET_BASE;
	u32 hdr_len = sizeof(p->rp) + p->ppi_len;
	u8 *to = hvsim_rxbuf_addr(rb, section);

	p->rp = (struct rndis_packet) {
		.hdr.type = cpu_to_le32(RNDIS_MSG_PACKET),
		.hdr.len = cpu_to_le32(hdr_len + len),
		.data_offset = cpu_to_le32(hdr_len - RNDIS_OFFSET_BASE),
		.data_len = cpu_to_le32(len),
		.ppi_offset = cpu_to_le32(p->ppi_len ? ppi_offset : 0),
		.ppi_len = cpu_to_le32(p->ppi_len),
	};
	memcpy(to, &p->rp, sizeof(p->rp));
	memcpy(to + sizeof(p->rp), p->ppi, p->ppi_len);
	skb_copy_bits(skb, offset, to + hdr_len, len);
	rb->sections[section].len = hdr_len + len;
}

static void rx_fill_plain(struct hvsim_nic *nic, u32 section,
			  struct sk_buff *skb)
{
	struct rx_packet p = { };

	rx_describe(&p, skb, hvsim_offload_rx_csum(skb,
						   &nic->rndis.offloads));
	rx_fill(&nic->rxbuf, section, &p, skb, 0, skb->len);
}

/*
 * As real hosts do it: the checksums of the pieces were right, those in the
 * headers of the whole are not valid; the guest renews the IP header's.
 */
static u32 rx_coalesced_csum(const struct sk_buff *skb)
{
	u32 csum = RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_TCP_INVALID;

	if (skb->protocol == htons(ETH_P_IP))
		csum |= RNDIS_CSUM_RX_IP_OK | RNDIS_CSUM_RX_IP_INVALID;
	return csum;
}

static void rx_fill_coalesced(struct hvsim_nic *nic, u32 head,
			      struct sk_buff *skb)
{
	struct hvsim_rxbuf *rb = &nic->rxbuf;
	u32 room = rb->section_size - RX_HEADROOM;
	struct rndis_pkt_id id = {
		.version = RNDIS_PKT_ID_VERSION,
		.flags = RNDIS_PKT_ID_SUBALLOC | RNDIS_PKT_ID_FIRST,
		.id = cpu_to_le16(head),
	};
	u32 offset = 0;
	u32 i, len;

	for (i = head; i != HVSIM_RXBUF_END; i = rb->sections[i].next) {
		struct rx_packet p = { };

		len = min(room, skb->len - offset);
		if (rb->sections[i].next == HVSIM_RXBUF_END)
			id.flags |= RNDIS_PKT_ID_LAST;
		rx_add_ppi(&p, RNDIS_PPI_PKT_ID | RNDIS_PPI_INTERNAL, &id);
		if (i == head)
			rx_describe(&p, skb, rx_coalesced_csum(skb));
		rx_fill(rb, i, &p, skb, offset, len);
		offset += len;
		id.flags &= ~RNDIS_PKT_ID_FIRST;
	}
}

/* Sections that a frame needs; 0: it does not fit into any number of them. */
static u32 rx_sections(const struct hvsim_rxbuf *rb, const struct sk_buff *skb)
{
	u32 room = rb->section_size - RX_HEADROOM;
	u32 n = DIV_ROUND_UP(skb->len, room);

	if (!skb_is_gso(skb))
		return n == 1 ? 1 : 0;
	return n <= HVSIM_RXBUF_CHAIN_MAX ? n : 0;
}

/* 0: done with it, sent or dropped; -EAGAIN: the ring is full. */
static int rx_one(struct hvsim_nic_chan *ch, struct sk_buff *skb)
{
	struct hvsim_nic *nic = ch->nic;
	struct hvsim_rxbuf *rb = &nic->rxbuf;
	u32 head = HVSIM_RXBUF_END;
	u32 n;
	int err;

	n = rb->base ? rx_sections(rb, skb) : 0;
	if (n)
		head = hvsim_rxbuf_get(rb, ch->index, n, false);
	if (head == HVSIM_RXBUF_END) {
		hvsim_count(nic, HVSIM_DROPS_NOBUF);
		return 0;
	}
	if (skb_is_gso(skb))
		rx_fill_coalesced(nic, head, skb);
	else
		rx_fill_plain(nic, head, skb);

	err = hvsim_out_xfer(ch, head, false);
	if (err) {
		hvsim_rxbuf_put(rb, head);
		return err;
	}
	if (skb_is_gso(skb))
		hvsim_count(nic, HVSIM_RSC_DONE);
	hvsim_count(nic, HVSIM_SYN_FRAMES_RX);
	hvsim_count_add(nic, HVSIM_SYN_BYTES_RX, skb->len);
	return 0;
}

/**
 * hvsim_rx_deliver - hand frames that wait for a channel to the guest
 * @ch: the channel
 * @budget: how many at most
 *
 * Context: ->work of the channel, hvsim_nic.state held for reading.
 * Return: how many left the queue.
 */
int hvsim_rx_deliver(struct hvsim_nic_chan *ch, int budget)
{
	struct sk_buff *skb;
	int done;

	for (done = 0; done < budget; done++) {
		skb = skb_dequeue(&ch->rxq);
		if (!skb)
			break;
		if (rx_one(ch, skb)) {
			skb_queue_head(&ch->rxq, skb);
			break;
		}
		consume_skb(skb);
	}
	if (done)
		hvsim_vswitch_room(ch);
	return done;
}
