// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive: from the wire's queue through filters and hash to a ring.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <net/ip.h>

#include "../offload.h"
#include "data.h"

/* Frames before the send rings have their turn. */
#define RX_BUDGET	64

/*
 * An empty ring holds up the queue, and that the wire, as flow control on the
 * link holds up the sender: for so long, then the frames for it are dropped.
 * Longer than the guest's CPU may be without the emulator's.
 */
#define RX_STALL_MAX	(10 * HZ)

static struct cx3_qp *rx_find(struct cx3 *cx3, u32 qpn)
{
	struct cx3_qp *qp = qpn < CX3_QPS ? cx3->data->qps[qpn] : NULL;

	if (!qp || (qp->state != CX3_QP_RTR && qp->state != CX3_QP_RTS))
		return NULL;
	return qp;
}

/* ---- status ---- */

static u16 rx_status4(const struct sk_buff *skb)
{
	const struct iphdr *ip;
	struct iphdr buf;
	u16 status = CX3_CQE_IPV4;

	ip = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);
	if (!ip)
		return 0;
	if (ip_is_fragment(ip))
		status |= CX3_CQE_FRAGMENT;
	if (ip->ihl > 5)
		status |= CX3_CQE_IPV4_OPTIONS;

	return status;
}

/* What hardware says of the headers and their checksums. */
static void rx_checksum(const struct sk_buff *skb, struct cx3_cqe *cqe)
{
	static const struct hvsim_offloads all = {
		.rx_tcp4 = true,
		.rx_tcp6 = true,
		.rx_udp4 = true,
		.rx_udp6 = true,
	};
	u32 csum = hvsim_offload_rx_csum(skb, &all);
	u16 status = 0;

	if (skb->protocol == htons(ETH_P_IP))
		status = rx_status4(skb);
	else if (skb->protocol == htons(ETH_P_IPV6))
		status = CX3_CQE_IPV6 | CX3_CQE_IP_OK;
	if (csum & RNDIS_CSUM_RX_IP_OK)
		status |= CX3_CQE_IP_OK;
	if (csum & (RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_TCP_FAILED))
		status |= CX3_CQE_TCP;
	if (csum & (RNDIS_CSUM_RX_UDP_OK | RNDIS_CSUM_RX_UDP_FAILED))
		status |= CX3_CQE_UDP;
	if (csum & (RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_UDP_OK))
		cqe->checksum = cpu_to_be16(CX3_CQE_CSUM_OK);
	cqe->status = cpu_to_be16(status);
}

/* ---- ring ---- */

static bool rx_is_empty(struct cx3 *cx3, const struct cx3_qp *qp)
{
	const __be32 *db = cx3_dma(cx3, qp->db, sizeof(*db));
	u16 producer;

	if (!db)
		return true;
	producer = be32_to_cpu(READ_ONCE(*db));
	/* Pairs with the guest's barrier before it writes that record. */
	dma_rmb();

	return producer == (u16)qp->rq.consumer ||
	       !cx3_cq_has_room(cx3, qp->recv_cq);
}

/* Spread a frame over the segments of a descriptor. */
static enum cx3_syndrome rx_scatter(struct cx3 *cx3, const struct cx3_qp *qp,
				    const struct sk_buff *skb)
{
	u32 offset = qp->rq.offset +
		     (qp->rq.consumer & (qp->rq.size - 1)) * qp->rq.stride;
	u32 num = qp->rq.stride / sizeof(struct cx3_wqe_data);
	const struct cx3_wqe_data *data;
	u32 i, len, pos = 0;
	void *to;

	data = cx3_buf_at(cx3, &qp->buf, offset, qp->rq.stride);
	if (!data)
		return CX3_SYN_PROT;
	for (i = 0; i < num && pos < skb->len; i++, data++, pos += len) {
		len = min(be32_to_cpu(READ_ONCE(data->len)) & CX3_SEG_LEN,
			  skb->len - pos);
		if (!len)
			break;
		to = cx3_dma(cx3, be64_to_cpu(READ_ONCE(data->addr)), len);
		if (!to)
			return CX3_SYN_PROT;
		skb_copy_bits(skb, pos, to, len);
	}

	return pos == skb->len ? CX3_SYN_NONE : CX3_SYN_LENGTH;
}

static void rx_fail(struct cx3 *cx3, struct cx3_qp *qp,
		    enum cx3_syndrome syndrome)
{
	cx3_cq_post_error(cx3, qp->recv_cq, qp->qpn, qp->rq.consumer++, 0,
			  syndrome);
	qp->errors++;
	if (syndrome != CX3_SYN_LENGTH)
		qp->state = CX3_QP_ERR;
}

static void rx_count(struct cx3 *cx3, const struct sk_buff *skb)
{
	struct cx3_way *way = &cx3->data->stats.rx;
	const u8 *dest = skb->data;

	way->frames++;
	way->bytes += skb->len;
	if (is_broadcast_ether_addr(dest))
		way->broadcast++;
	else if (is_multicast_ether_addr(dest))
		way->multicast++;
}

/* A tag goes into the completion, or back into the frame. */
static struct sk_buff *rx_tag(const struct cx3_qp *qp, struct sk_buff *skb,
			      struct cx3_cqe *cqe)
{
	if (!skb_vlan_tag_present(skb))
		return skb;
	cqe->vlan_qpn |= cpu_to_be32(CX3_CQE_CVLAN);
	cqe->vlan_tci = cpu_to_be16(skb_vlan_tag_get(skb));
	if (be32_to_cpu(qp->context.param3) & CX3_QP_KEEP_VLAN)
		skb = __vlan_hwaccel_push_inside(skb);

	return skb;
}

static enum cx3_rx rx_to_ring(struct cx3 *cx3, struct cx3_qp *qp,
			      struct sk_buff *skb, struct cx3_cqe *cqe)
{
	enum cx3_syndrome syndrome;

	rx_checksum(skb, cqe);
	skb = rx_tag(qp, skb, cqe);
	if (!skb)
		return CX3_RX_LOST;
	syndrome = rx_scatter(cx3, qp, skb);
	if (syndrome) {
		rx_fail(cx3, qp, syndrome);
		kfree_skb(skb);
		return CX3_RX_LOST;
	}

	cqe->len = cpu_to_be32(skb->len);
	cqe->wqe_index = cpu_to_be16(qp->rq.consumer++);
	cx3_cq_post(cx3, qp->recv_cq, cqe);
	qp->frames++;
	rx_count(cx3, skb);
	consume_skb(skb);

	return CX3_RX_DONE;
}

/* The ring is empty: its frames wait, but not for ever. */
static enum cx3_rx rx_stall(struct cx3 *cx3, struct cx3_qp *qp,
			    struct sk_buff *skb)
{
	if (!qp->stalled) {
		qp->stalled = true;
		qp->stall = jiffies;
	}
	if (time_before(jiffies, qp->stall + RX_STALL_MAX))
		return CX3_RX_WAIT;

	cx3->data->stats.rx_no_buffer++;
	kfree_skb(skb);

	return CX3_RX_LOST;
}

/**
 * cx3_rx_one() - take a frame from the wire
 * @cx3: the function
 * @skb: the frame, from its Ethernet header on, its tag beside it; eaten
 *	unless it has to wait
 *
 * Context: process, cx3->lock held.
 * Return: what became of it.
 */
enum cx3_rx cx3_rx_one(struct cx3 *cx3, struct sk_buff *skb)
{
	u32 qpn = cx3_steer(cx3, skb);
	struct cx3_cqe cqe = { };
	struct cx3_qp *qp;
	bool hashed;
	u32 hash;

	if (qpn == CX3_NO_QPN) {
		kfree_skb(skb);
		return CX3_RX_FILTERED;
	}
	qp = rx_find(cx3, qpn);
	if (qp && qp->rss) {
		qp = rx_find(cx3, cx3_rss_ring(qp, skb, &hash, &hashed));
		if (hashed)
			cqe.hash = cpu_to_be32(hash);
	}
	if (!qp || !qp->rq.size) {
		cx3->data->stats.rx_no_queue++;
		kfree_skb(skb);
		return CX3_RX_LOST;
	}
	if (rx_is_empty(cx3, qp))
		return rx_stall(cx3, qp, skb);
	qp->stalled = false;
	cqe.vlan_qpn = cpu_to_be32(qp->qpn);

	return rx_to_ring(cx3, qp, skb, &cqe);
}

/* ---- queue ---- */

static bool rx_too_long(const struct cx3 *cx3, const struct sk_buff *skb)
{
	return skb->len > (cx3->port.mtu ?: CX3_MAX_MTU) + ETH_HLEN;
}

/* As hardware sees a frame: alone, with a tag, at least so long. */
static struct sk_buff *rx_prepare(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;

	return skb_put_padto(skb, ETH_ZLEN) ? NULL : skb;
}

/* False: the frame, and all behind it, has to wait. */
static bool rx_next(struct cx3 *cx3, struct sk_buff *skb)
{
	struct cx3_data *data = cx3->data;

	if (rx_too_long(cx3, skb)) {
		data->stats.rx_too_long++;
		hvsim_vf_lost(cx3->vf, 1);
		kfree_skb(skb);
		return true;
	}
	skb = rx_prepare(skb);
	if (!skb)
		return true;

	switch (cx3_rx_one(cx3, skb)) {
	case CX3_RX_WAIT:
		skb_queue_head(&cx3->rxq, skb);
		return false;
	case CX3_RX_FILTERED:
		data->stats.rx_filtered++;
		break;
	case CX3_RX_LOST:
		hvsim_vf_lost(cx3->vf, 1);
		break;
	case CX3_RX_DONE:
		break;
	}

	return true;
}

/**
 * cx3_rx_poll() - hand frames from the wire to the guest
 * @cx3: the function
 *
 * Context: process, cx3->lock held.
 * Return: true if some left the queue, in whatever way.
 */
bool cx3_rx_poll(struct cx3 *cx3)
{
	struct sk_buff *skb;
	u32 done;

	for (done = 0; done < RX_BUDGET; done++) {
		skb = skb_dequeue(&cx3->rxq);
		if (!skb || !rx_next(cx3, skb))
			break;
	}

	return done;
}
