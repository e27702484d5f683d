// SPDX-License-Identifier: GPL-2.0-only
/*
 * Send descriptors, taken apart from a copy.  A control segment is followed, in
 * a large send, by the headers, then by segments that are data or name it.
 */
#include <linux/bitfield.h>
#include <linux/if_vlan.h>

#include "wqe.h"

/* Bytes that are copied together: all headers that an offload looks at. */
#define WQE_LINEAR	256

/* A piece of the frame; @data is the guest's, or in the descriptor. */
struct wqe_seg {
	const void *data;
	u32 len;
};

static enum cx3_syndrome wqe_next_inline(const u8 *wqe, u32 size, u32 *pos,
					 u32 len, struct wqe_seg *seg)
{
	u32 start = *pos + sizeof(__be32);

	if (!len || len > size - start)
		return CX3_SYN_QP_OP;
	seg->data = wqe + start;
	seg->len = len;
	*pos = ALIGN(start + len, CX3_UNIT);

	return CX3_SYN_NONE;
}

/* @pos is moved to the next segment; @size and @pos are multiples of 16. */
static enum cx3_syndrome wqe_next(struct cx3 *cx3, const u8 *wqe, u32 size,
				  u32 *pos, struct wqe_seg *seg)
{
	const struct cx3_wqe_data *data = (const void *)(wqe + *pos);
	u32 len = be32_to_cpu(data->len);

	if (len & CX3_SEG_INLINE)
		return wqe_next_inline(wqe, size, pos, len & CX3_SEG_LEN, seg);
	if (!len || len > CX3_LSO_MAX)
		return CX3_SYN_LENGTH;
	seg->data = cx3_dma(cx3, be64_to_cpu(data->addr), len);
	seg->len = len;
	*pos += sizeof(*data);

	return seg->data ? CX3_SYN_NONE : CX3_SYN_PROT;
}

static enum cx3_syndrome wqe_check_lso(const u8 *wqe, u32 size,
				       struct cx3_frame *frame)
{
	const struct cx3_wqe_lso *lso = (const void *)(wqe + CX3_UNIT);
	u32 mss_header;

	if (size < 2 * CX3_UNIT)
		return CX3_SYN_QP_OP;
	mss_header = be32_to_cpu(lso->mss_header);
	frame->mss = FIELD_GET(CX3_LSO_MSS, mss_header);
	frame->header_len = FIELD_GET(CX3_LSO_HEADER, mss_header);
	if (!frame->mss || frame->header_len < ETH_HLEN ||
	    frame->header_len > size - CX3_UNIT - sizeof(*lso))
		return CX3_SYN_QP_OP;
	frame->segs = CX3_UNIT +
		      ALIGN(sizeof(*lso) + frame->header_len, CX3_UNIT);
	frame->len = frame->header_len;

	return CX3_SYN_NONE;
}

static void wqe_read_ctrl(const struct cx3_wqe_ctrl *ctrl,
			  struct cx3_frame *frame)
{
	u32 flags = be32_to_cpu(ctrl->flags);

	memset(frame, 0, sizeof(*frame));
	frame->segs = sizeof(*ctrl);
	frame->csum = flags & CX3_WQE_L4_CSUM;
	frame->ip_csum = flags & CX3_WQE_IP_CSUM;
	if (ctrl->insert & CX3_WQE_CVLAN)
		frame->vlan_proto = htons(ETH_P_8021Q);
	else if (ctrl->insert & CX3_WQE_SVLAN)
		frame->vlan_proto = htons(ETH_P_8021AD);
	frame->vlan_tci = be16_to_cpu(ctrl->vlan_tci);
}

static bool wqe_len_ok(const struct cx3_frame *frame)
{
	if (frame->mss && frame->len > frame->mss * CX3_LSO_SEGS)
		return false;
	return frame->len >= ETH_HLEN;
}

/**
 * cx3_wqe_check() - understand a send descriptor
 * @cx3: the function
 * @wqe: a copy of the descriptor
 * @size: its length, a multiple of CX3_UNIT, at most CX3_WQE_MAX
 * @frame: filled in
 *
 * Return: CX3_SYN_NONE, or what the guest is told.
 */
enum cx3_syndrome cx3_wqe_check(struct cx3 *cx3, const u8 *wqe, u32 size,
				struct cx3_frame *frame)
{
	const struct cx3_wqe_ctrl *ctrl = (const void *)wqe;
	enum cx3_syndrome syndrome = CX3_SYN_NONE;
	struct wqe_seg seg;
	u32 pos, max;

	if (size < sizeof(*ctrl))
		return CX3_SYN_QP_OP;
	wqe_read_ctrl(ctrl, frame);
	if (FIELD_GET(CX3_WQE_OPCODE, be32_to_cpu(ctrl->owner_opcode)) ==
	    CX3_WQE_LSO)
		syndrome = wqe_check_lso(wqe, size, frame);

	max = frame->mss ? CX3_LSO_MAX : CX3_FRAME_MAX;
	for (pos = frame->segs; !syndrome && pos < size;) {
		syndrome = wqe_next(cx3, wqe, size, &pos, &seg);
		if (syndrome)
			break;
		frame->len += seg.len;
		if (frame->len > max)
			syndrome = CX3_SYN_LENGTH;
	}
	if (!syndrome && !wqe_len_ok(frame))
		syndrome = CX3_SYN_LENGTH;

	return syndrome;
}

static bool wqe_copy(struct cx3 *cx3, const u8 *wqe, u32 size,
		     const struct cx3_frame *frame, struct sk_buff *skb)
{
	const struct cx3_wqe_lso *lso = (const void *)(wqe + CX3_UNIT);
	u32 offset = frame->header_len;
	u32 pos = frame->segs;
	struct wqe_seg seg;

	if (offset && skb_store_bits(skb, 0, lso->header, offset))
		return false;
	for (; pos < size; offset += seg.len)
		if (wqe_next(cx3, wqe, size, &pos, &seg) ||
		    skb_store_bits(skb, offset, seg.data, seg.len))
			return false;

	return true;
}

static struct sk_buff *wqe_alloc(u32 linear, u32 paged)
{
	int err;

	return alloc_skb_with_frags(linear + NET_IP_ALIGN + VLAN_HLEN, paged,
				    PAGE_ALLOC_COSTLY_ORDER, &err,
				    GFP_KERNEL | __GFP_NOWARN);
}

/**
 * cx3_wqe_fetch() - make a frame of a send descriptor
 * @cx3: the function
 * @wqe: the copy that cx3_wqe_check() looked at
 * @size: its length
 * @frame: what it found
 *
 * Context: process.
 * Return: the frame, from its Ethernet header on, or NULL: no memory.
 */
struct sk_buff *cx3_wqe_fetch(struct cx3 *cx3, const u8 *wqe, u32 size,
			      const struct cx3_frame *frame)
{
	u32 linear = max(frame->header_len, min_t(u32, frame->len, WQE_LINEAR));
	struct sk_buff *skb;

	skb = wqe_alloc(linear, frame->len - linear);
	if (!skb) {
		/* More pages than a frame may have; they can be together. */
		linear = frame->len;
		skb = wqe_alloc(linear, 0);
	}
	if (!skb)
		return NULL;

	skb_reserve(skb, NET_IP_ALIGN + VLAN_HLEN);
	skb_put(skb, linear);
	skb->data_len = frame->len - linear;
	skb->len += skb->data_len;
	if (!wqe_copy(cx3, wqe, size, frame, skb)) {
		kfree_skb(skb);
		return NULL;
	}
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;

	return skb;
}
