// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data from the guest.  A message holds up to eight RNDIS packets; one that
 * breaks a rule is left out and fails the message, the others still go.
 */
#include "tx.h"

#include <linux/bitfield.h>
#include <linux/if_vlan.h>

#include "msg.h"
#include "offload.h"
#include "uplink.h"

/* Most packets that INIT_C allows in a message, and their alignment. */
#define TX_MAX_PACKETS	8
#define TX_ALIGN	8

/* Bytes of per-packet info: generous, a guest of today uses up to 64. */
#define TX_MAX_PPI	512

/* Bytes that are copied together: all headers that an offload looks at. */
#define TX_LINEAR	256

/* One RNDIS packet being taken apart. */
struct tx_packet {
	struct hvsim_nic_chan *ch;
	const struct hvsim_msg *msg;
	u32 offset;		/* of the packet in the message */
	u32 len;
	u32 data;		/* of the frame in the message */
	u32 data_len;
	u32 ppi;		/* of the per-packet info in the message */
	u32 ppi_len;
	struct hvsim_tx_meta meta;
};

static bool tx_field_fits(u32 offset, u32 len, u32 msg_len)
{
	return offset >= sizeof(struct rndis_packet) - RNDIS_OFFSET_BASE &&
	       (u64)offset + len + RNDIS_OFFSET_BASE <= msg_len;
}

static const char *tx_check_header(struct tx_packet *tx,
				   const struct rndis_packet *rp)
{
	if (rp->oob_offset || rp->oob_len || rp->num_oob)
		return "RNDIS packet: out-of-band data";
	if (rp->vc_handle)
		return "RNDIS packet: VC handle is not 0";
	tx->data = tx->offset + RNDIS_OFFSET_BASE + le32_to_cpu(rp->data_offset);
	tx->data_len = le32_to_cpu(rp->data_len);
	tx->ppi = tx->offset + RNDIS_OFFSET_BASE + le32_to_cpu(rp->ppi_offset);
	tx->ppi_len = le32_to_cpu(rp->ppi_len);
	if (tx->data_len < ETH_HLEN)
		return "RNDIS packet: shorter than an Ethernet header";
	if (!tx_field_fits(le32_to_cpu(rp->data_offset), tx->data_len, tx->len))
		return "RNDIS packet: data beyond the message";
	if (tx->ppi_len &&
	    !tx_field_fits(le32_to_cpu(rp->ppi_offset), tx->ppi_len, tx->len))
		return "RNDIS packet: per-packet info beyond the message";
	if (tx->ppi_len > TX_MAX_PPI)
		return "RNDIS packet: too much per-packet info";
	return NULL;
}

/*
 * A real host maps the header once: it must not be spread over two ranges.
 * Some want it in one page as well; for what follows it that is only counted,
 * as the in-tree driver does not always keep to it.
 */
static const char *tx_check_contiguous(const struct tx_packet *tx)
{
	const struct hvsim_msg *msg = tx->msg;
	u32 len = sizeof(struct rndis_packet);

	if (msg->section_len || tx->offset)
		return NULL;
	if (!hvsim_ranges_in_page(msg->pkt, len))
		return "RNDIS packet: header crosses a page";
	if (tx->ppi_len)
		len = max(len, tx->ppi + tx->ppi_len);
	if (len > msg->first_range)
		return "RNDIS packet: header is split over ranges";
	if (!hvsim_ranges_in_page(msg->pkt, len))
		hvsim_count(tx->ch->nic, HVSIM_HDR_CROSS_PAGE);
	return NULL;
}

static void tx_take_ppi(struct hvsim_tx_meta *meta, u32 type, u32 value)
{
	switch (type) {
	case RNDIS_PPI_CSUM:
		meta->has_csum = true;
		meta->csum = value;
		break;
	case RNDIS_PPI_LSO:
		meta->has_lso = true;
		meta->lso = value;
		break;
	case RNDIS_PPI_8021Q:
		meta->has_vlan = true;
		meta->vlan_tci = FIELD_GET(RNDIS_8021Q_VID, value) |
			FIELD_GET(RNDIS_8021Q_PRI, value) << VLAN_PRIO_SHIFT |
			(value & RNDIS_8021Q_CFI ? VLAN_CFI_MASK : 0);
		break;
	}
}

static const char *tx_parse_ppi(struct tx_packet *tx)
{
	u8 buf[TX_MAX_PPI] __aligned(4);
	u32 size, offset, pos;
	struct rndis_ppi *ppi;

	if (hvsim_msg_copy(tx->msg, tx->ppi, buf, tx->ppi_len))
		return "RNDIS packet: unreadable";
	for (pos = 0; pos < tx->ppi_len; pos += size) {
		ppi = (struct rndis_ppi *)(buf + pos);
		if (tx->ppi_len - pos < sizeof(*ppi))
			return "per-packet info: cut off";
		size = le32_to_cpu(ppi->size);
		offset = le32_to_cpu(ppi->offset);
		if (size < sizeof(*ppi) || size > tx->ppi_len - pos || size % 4)
			return "per-packet info: bad size";
		if (offset < sizeof(*ppi) || offset % 4 ||
		    offset > size - sizeof(__le32))
			return "per-packet info: bad offset";
		tx_take_ppi(&tx->meta, le32_to_cpu(ppi->type),
			    le32_to_cpup((__le32 *)(buf + pos + offset)));
	}
	return NULL;
}

static int tx_copy_frame(const struct tx_packet *tx, struct sk_buff *skb)
{
	u32 offset = tx->data + skb_headlen(skb);
	const skb_frag_t *frag;
	int i, err;

	err = hvsim_msg_copy(tx->msg, tx->data, skb->data, skb_headlen(skb));
	for (i = 0; !err && i < skb_shinfo(skb)->nr_frags; i++) {
		frag = &skb_shinfo(skb)->frags[i];
		err = hvsim_msg_copy(tx->msg, offset, skb_frag_address(frag),
				     skb_frag_size(frag));
		offset += skb_frag_size(frag);
	}
	return err;
}

static struct sk_buff *tx_build_frame(const struct tx_packet *tx)
{
	u32 linear = min_t(u32, tx->data_len, TX_LINEAR);
	struct sk_buff *skb;
	int err;

	skb = alloc_skb_with_frags(linear + NET_IP_ALIGN + VLAN_HLEN,
				   tx->data_len - linear,
				   PAGE_ALLOC_COSTLY_ORDER, &err, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN + VLAN_HLEN);
	skb_put(skb, linear);
	skb->data_len = tx->data_len - linear;
	skb->len += skb->data_len;
	if (tx_copy_frame(tx, skb)) {
		kfree_skb(skb);
		return NULL;
	}
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	return skb;
}

/* The largest frame that any request can make right. */
static u32 tx_max_frame(const struct hvsim_nic *nic)
{
	return max3(nic->cfg.lso4, nic->cfg.lso6,
		    nic->nvsp.frame_max + VLAN_HLEN);
}

static const char *tx_forward(struct tx_packet *tx)
{
	struct hvsim_nic *nic = tx->ch->nic;
	struct sk_buff *skb;
	const char *rule;

	if (tx->data_len > tx_max_frame(nic))
		return "frame is longer than the MTU";
	skb = tx_build_frame(tx);
	if (!skb)
		return NULL;	/* no memory here: not the guest's fault */
	rule = hvsim_offload_request(skb, &tx->meta, nic);
	if (rule) {
		kfree_skb(skb);
		return rule;
	}
	if (tx->meta.has_vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       tx->meta.vlan_tci);
	hvsim_uplink_from_guest(nic, skb);
	return NULL;
}

static const char *tx_one(struct tx_packet *tx, const struct rndis_packet *rp)
{
	const char *rule;

	rule = tx_check_header(tx, rp);
	if (!rule)
		rule = tx_check_contiguous(tx);
	if (!rule)
		rule = tx_parse_ppi(tx);
	if (!rule)
		rule = tx_forward(tx);
	return rule;
}

/* The header of the packet at @tx->offset; sets @tx->len. */
static const char *tx_read_header(struct tx_packet *tx,
				  struct rndis_packet *rp)
{
	if (tx->offset % TX_ALIGN)
		return "RNDIS packet: not aligned in its message";
	if (hvsim_msg_copy(tx->msg, tx->offset, rp, sizeof(*rp)))
		return "RNDIS packet: shorter than its header";
	if (rp->hdr.type != cpu_to_le32(RNDIS_MSG_PACKET))
		return "RNDIS packet: another type on the data channel";
	tx->len = le32_to_cpu(rp->hdr.len);
	if (tx->len < sizeof(*rp) || tx->len > tx->msg->len - tx->offset)
		return "RNDIS packet: bad message length";
	return NULL;
}

static bool tx_violation(struct hvsim_nic_chan *ch, const char *rule)
{
	if (rule)
		hvsim_violation(hvsim_chan_dev(ch->chan), "channel %u: %s",
				ch->index, rule);
	return rule;
}

/**
 * hvsim_tx_data - take the packets of a data message apart and forward them
 * @ch: the channel
 * @pkt: the message 107, at least struct nvsp_rndis_pkt long
 *
 * Context: ->work of the channel, hvsim_nic.state held for reading.
 * Return: the status to complete the message with.
 */
enum nvsp_status hvsim_tx_data(struct hvsim_nic_chan *ch,
			       const struct hvsim_pkt *pkt)
{
	enum nvsp_status status = NVSP_STATUS_SUCCESS;
	struct rndis_packet rp;
	struct hvsim_msg msg;
	u32 offset = 0;
	u32 count = 0;

	if (tx_violation(ch, hvsim_msg_open(&msg, ch->nic, pkt)))
		return NVSP_STATUS_INVALID_RNDIS_PKT;

	while (offset < msg.len) {
		struct tx_packet tx = {
			.ch = ch,
			.msg = &msg,
			.offset = offset,
		};

		if (tx_violation(ch, count++ < TX_MAX_PACKETS ? NULL :
				 "107: too many packets in a message") ||
		    tx_violation(ch, tx_read_header(&tx, &rp)))
			return NVSP_STATUS_INVALID_RNDIS_PKT;
		if (tx_violation(ch, tx_one(&tx, &rp)))
			status = NVSP_STATUS_INVALID_RNDIS_PKT;
		offset += tx.len;
	}
	return status;
}
