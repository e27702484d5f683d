// SPDX-License-Identifier: GPL-2.0-only
/*
 * Send rings.
 *
 * A descriptor is new when its opcode is one to send and its owner bit is that
 * of the round: free blocks hold stamps with another opcode.  The word with
 * both is written last, so that no doorbell is needed to find it.
 */
#include <linux/bitfield.h>
#include <linux/if_vlan.h>

#include "../offload.h"
#include "wqe.h"

/* Descriptors of a ring before the next ring has its turn. */
#define TX_BUDGET	64

/* Least frame on the wire, without the checksum. */
#define TX_MIN_FRAME	ETH_ZLEN

static const u8 *tx_block(struct cx3 *cx3, const struct cx3_qp *qp, u32 index)
{
	return cx3_buf_at(cx3, &qp->buf, qp->sq.offset +
			  (index & (qp->sq.size - 1)) * CX3_BLOCK, CX3_BLOCK);
}

static bool tx_is_new(const struct cx3_qp *qp, u32 index, u32 owner_opcode)
{
	u32 opcode = FIELD_GET(CX3_WQE_OPCODE, owner_opcode);

	return (opcode == CX3_WQE_SEND || opcode == CX3_WQE_LSO) &&
	       !(owner_opcode & CX3_WQE_OWNER) == !(index & qp->sq.size);
}

/* Bytes of the descriptor at @index, or 0 if there is none. */
static u32 tx_peek(struct cx3 *cx3, const struct cx3_qp *qp, u32 index)
{
	const struct cx3_wqe_ctrl *ctrl = (const void *)tx_block(cx3, qp, index);

	if (!ctrl || !tx_is_new(qp, index,
				be32_to_cpu(READ_ONCE(ctrl->owner_opcode))))
		return 0;
	/* Pairs with the guest's barrier before it writes that word. */
	dma_rmb();

	return max_t(u32, 1, FIELD_GET(CX3_WQE_SIZE, READ_ONCE(ctrl->fence_size))) *
	       CX3_UNIT;
}

/* Copy a descriptor, which may go on at the start of the ring. */
static bool tx_copy(struct cx3 *cx3, const struct cx3_qp *qp, u32 size)
{
	u32 index = qp->sq.consumer;
	const u8 *block;
	u32 pos;

	for (pos = 0; pos < size; pos += CX3_BLOCK) {
		block = tx_block(cx3, qp, index++);
		if (!block)
			return false;
		memcpy(cx3->data->wqe + pos, block,
		       min_t(u32, size - pos, CX3_BLOCK));
	}

	return true;
}

static void tx_complete(struct cx3 *cx3, struct cx3_qp *qp)
{
	const struct cx3_wqe_ctrl *ctrl = (const void *)cx3->data->wqe;
	struct cx3_cqe cqe = {
		.vlan_qpn = cpu_to_be32(qp->qpn),
		.wqe_index = cpu_to_be16(qp->sq.consumer),
		.owner = CX3_CQE_SEND |
			 FIELD_GET(CX3_WQE_OPCODE,
				   be32_to_cpu(ctrl->owner_opcode)),
	};

	cx3_cq_post(cx3, qp->send_cq, &cqe);
}

static void tx_fail(struct cx3 *cx3, struct cx3_qp *qp,
		    enum cx3_syndrome syndrome)
{
	cx3_cq_post_error(cx3, qp->send_cq, qp->qpn, qp->sq.consumer,
			  CX3_CQE_SEND, syndrome);
	qp->state = CX3_QP_ERR;
	qp->errors++;
	cx3->data->stats.tx_bad++;
}

/* A tag inside the frame becomes one beside it, as offloads want it. */
static bool tx_take_tag(struct sk_buff *skb)
{
	u16 tci;

	if (skb->protocol != htons(ETH_P_8021Q))
		return true;
	if (skb->len < VLAN_ETH_HLEN || __skb_vlan_pop(skb, &tci))
		return false;
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);
	skb->protocol = eth_hdr(skb)->h_proto;

	return true;
}

static void tx_count(struct cx3 *cx3, const struct sk_buff *skb)
{
	struct cx3_way *way = &cx3->data->stats.tx;
	const u8 *dest = eth_hdr(skb)->h_dest;
	u32 frames = max_t(u32, skb_shinfo(skb)->gso_segs, 1);

	way->frames += frames;
	way->bytes += skb->len;
	if (is_broadcast_ether_addr(dest))
		way->broadcast += frames;
	else if (is_multicast_ether_addr(dest))
		way->multicast += frames;
}

/*
 * A frame that has no such checksum leaves as it is; one that is to be cut, and
 * cannot be, leaves not at all.
 */
static bool tx_offload(struct sk_buff *skb, const struct cx3_frame *frame)
{
	if (!frame->mss && !frame->csum && !frame->ip_csum)
		return true;
	return hvsim_offload_by_headers(skb, frame->mss, frame->csum) ||
	       !frame->mss;
}

/* Owns @skb; what the guest asked for is carried out by the vswitch. */
static void tx_send(struct cx3 *cx3, struct sk_buff *skb,
		    const struct cx3_frame *frame)
{
	if (frame->vlan_proto)
		__vlan_hwaccel_put_tag(skb, frame->vlan_proto,
				       frame->vlan_tci);
	else if (!tx_take_tag(skb))
		goto err_free;
	if (skb_put_padto(skb, TX_MIN_FRAME))
		return;
	if (!tx_offload(skb, frame))
		goto err_free;
	tx_count(cx3, skb);
	hvsim_vf_transmit(cx3->vf, skb);
	return;

err_free:
	cx3->data->stats.tx_bad++;
	hvsim_vf_lost(cx3->vf, 1);
	kfree_skb(skb);
}

/* The descriptor that is next; false: try again later. */
static bool tx_one(struct cx3 *cx3, struct cx3_qp *qp, u32 size)
{
	enum cx3_syndrome syndrome = CX3_SYN_PROT;
	struct cx3_frame frame;
	struct sk_buff *skb;

	if (tx_copy(cx3, qp, size))
		syndrome = cx3_wqe_check(cx3, cx3->data->wqe, size, &frame);
	if (syndrome) {
		tx_fail(cx3, qp, syndrome);
		return true;
	}
	skb = cx3_wqe_fetch(cx3, cx3->data->wqe, size, &frame);
	if (!skb)
		return false;

	tx_complete(cx3, qp);
	qp->sq.consumer += DIV_ROUND_UP(size, CX3_BLOCK);
	qp->frames++;
	tx_send(cx3, skb, &frame);

	return true;
}

/* Returns how many descriptors were done. */
static u32 tx_ring(struct cx3 *cx3, struct cx3_qp *qp, u32 budget)
{
	u32 done, size;

	for (done = 0; done < budget && qp->state == CX3_QP_RTS; done++) {
		size = tx_peek(cx3, qp, qp->sq.consumer);
		if (!size || !cx3_cq_has_room(cx3, qp->send_cq) ||
		    !tx_one(cx3, qp, size))
			break;
	}

	return done;
}

/**
 * cx3_tx_poll() - send what is in the rings
 * @cx3: the function
 *
 * While the wire is behind, descriptors stay where they are.
 *
 * Context: process, cx3->lock held; stacks at the wire run in here.
 * Return: true if something was sent.
 */
bool cx3_tx_poll(struct cx3 *cx3)
{
	struct cx3_qp *qp;
	bool work = false;

	list_for_each_entry(qp, &cx3->data->qp_list, list) {
		if (!qp->sq.size || qp->state != CX3_QP_RTS)
			continue;
		if (hvsim_vf_busy(cx3->vf))
			break;
		work |= tx_ring(cx3, qp, TX_BUDGET);
	}

	return work;
}

/**
 * cx3_tx_idle() - is there nothing to send in a ring?
 * @cx3: the function
 * @qp: the pair
 *
 * Context: cx3->lock held.
 * Return: true also if nothing would be sent anyway.
 */
bool cx3_tx_idle(struct cx3 *cx3, const struct cx3_qp *qp)
{
	return !qp->sq.size || qp->state != CX3_QP_RTS ||
	       !tx_peek(cx3, qp, qp->sq.consumer);
}

/**
 * cx3_tx_drain() - send what is left in a ring before it is reset
 * @cx3: the function
 * @qp: the pair
 *
 * The wire may drop some of it; what cannot be sent counts as lost.
 *
 * Context: process, cx3->lock held.
 */
void cx3_tx_drain(struct cx3 *cx3, struct cx3_qp *qp)
{
	if (!qp->sq.size)
		return;
	tx_ring(cx3, qp, qp->sq.size);
	hvsim_vf_lost(cx3->vf, cx3_tx_inside(cx3, qp));
}

/**
 * cx3_tx_inside() - count what is in a ring
 * @cx3: the function
 * @qp: the pair
 *
 * Return: frames that were not counted before.
 */
unsigned int cx3_tx_inside(struct cx3 *cx3, struct cx3_qp *qp)
{
	unsigned int frames = 0;
	u32 index = qp->counted;
	u32 size;

	if (!qp->sq.size)
		return 0;
	if ((s32)(index - qp->sq.consumer) < 0)
		index = qp->sq.consumer;
	while (index - qp->sq.consumer < qp->sq.size) {
		size = tx_peek(cx3, qp, index);
		if (!size)
			break;
		index += DIV_ROUND_UP(size, CX3_BLOCK);
		frames++;
	}
	qp->counted = index;

	return frames;
}
