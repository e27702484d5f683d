// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames from the receive buffer, and the acknowledgments that give the host
 * its sections back.
 *
 * The host can write to the receive buffer at any time.  Headers are copied
 * before they are checked, and every byte of a frame is copied once.
 */
#include "rx.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "bus.h"
#include "netvsc.h"
#include "trace.h"
#include "xdp.h"

/* Longest frame that can be coalesced: IP's limit and the Ethernet header. */
#define RX_MAX_FRAME	(65535 + VLAN_ETH_HLEN)
/* Longest frame that is copied into one piece of memory, less than a page. */
#define RX_MAX_LINEAR	(SKB_WITH_OVERHEAD(PAGE_SIZE) - NET_SKB_PAD - \
			 NET_IP_ALIGN)
/* Of longer ones: headers, which the stack wants in one piece. */
#define RX_HEADERS	256

static_assert(RX_MAX_FRAME - RX_HEADERS <= MAX_SKB_FRAGS * PAGE_SIZE);

/* ---- acknowledgments ---- */

/**
 * netvsc_rx_init() - make a channel ready to receive
 * @ch: the channel
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int netvsc_rx_init(struct netvsc_channel *ch)
{
	struct netvsc_rx *rx = &ch->rx;

	memset(rx, 0, sizeof(*rx));
	rx->acks = kvcalloc(NETVSC_RX_MAX_ACKS, sizeof(*rx->acks), GFP_KERNEL);
	rx->frame.pieces = kvcalloc(NETVSC_RX_MAX_RANGES,
				    sizeof(*rx->frame.pieces), GFP_KERNEL);
	if (rx->acks && rx->frame.pieces && !netvsc_xdp_init(ch))
		return 0;

	netvsc_rx_free(ch);

	return -ENOMEM;
}

/**
 * netvsc_rx_free() - free a channel's receive side
 * @ch: the channel; its NAPI does not run any more, or never did
 */
void netvsc_rx_free(struct netvsc_channel *ch)
{
	netvsc_xdp_free(ch);
	kvfree(ch->rx.frame.pieces);
	kvfree(ch->rx.acks);
	ch->rx.frame.pieces = NULL;
	ch->rx.acks = NULL;
}

/**
 * netvsc_rx_full() - whether there is no room to owe another acknowledgment
 * @ch: the channel
 *
 * Context: the channel's NAPI.
 * Return: true if no packet may be taken from the ring now.
 */
bool netvsc_rx_full(struct netvsc_channel *ch)
{
	return ch->rx.num_acks == NETVSC_RX_MAX_ACKS;
}

static void owe_ack(struct netvsc_rx *rx, u64 trans_id, u32 status)
{
	u32 index = (rx->first_ack + rx->num_acks) % NETVSC_RX_MAX_ACKS;

	rx->acks[index].trans_id = trans_id;
	rx->acks[index].status = status;
	WRITE_ONCE(rx->num_acks, rx->num_acks + 1);
}

/**
 * netvsc_rx_ack() - send the acknowledgments that are owed
 * @ch: the channel
 *
 * Context: the channel's NAPI.
 * Return: true if none is owed any more; false if the ring is full, and the
 * caller has to come back.
 */
bool netvsc_rx_ack(struct netvsc_channel *ch)
{
	struct nvsp_rndis_pkt_complete msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE),
	};
	struct netvsc_rx *rx = &ch->rx;

	while (rx->num_acks) {
		const struct netvsc_rx_ack *ack =
			&rx->acks[rx->first_ack % NETVSC_RX_MAX_ACKS];
		int ret;

		msg.status = cpu_to_le32(ack->status);
		ret = netvsc_bus_complete(ch->vmbus, &msg, sizeof(msg),
					  ack->trans_id);
		if (ret == -EAGAIN) {
			atomic_long_inc(&ch->nvdev->nv->stats.rx_comp_busy);
			return false;
		}

		/* Any other error: there is no host to owe anything. */
		rx->first_ack++;
		WRITE_ONCE(rx->num_acks, rx->num_acks - 1);
	}

	return true;
}

/**
 * netvsc_rx_idle() - whether the host has all its sections back
 * @ch: the channel
 *
 * Context: any.
 * Return: true if no acknowledgment is owed.
 */
bool netvsc_rx_idle(struct netvsc_channel *ch)
{
	return !READ_ONCE(ch->rx.num_acks);
}

/* ---- frames ---- */

/* Where copying has got to in the pieces of a frame. */
struct rx_cursor {
	const struct netvsc_rx_piece *piece;
	u32 offset;
};

static void copy_out(struct rx_cursor *from, void *to, u32 len)
{
	while (len) {
		u32 n = min(len, from->piece->len - from->offset);

		memcpy(to, from->piece->data + from->offset, n);
		to += n;
		len -= n;
		from->offset += n;
		if (from->offset == from->piece->len) {
			from->piece++;
			from->offset = 0;
		}
	}
}

static int copy_to_pages(struct netvsc_channel *ch, struct sk_buff *skb,
			 struct rx_cursor *from, u32 len)
{
	int i;

	if (!len)
		return 0;

	skb_mark_for_recycle(skb);
	for (i = 0; len; i++) {
		u32 n = min_t(u32, len, PAGE_SIZE);
		struct page *page = page_pool_dev_alloc_pages(ch->rx.pool);

		if (!page)
			return -ENOMEM;

		copy_out(from, page_address(page), n);
		skb_add_rx_frag(skb, i, page, 0, n, PAGE_SIZE);
		len -= n;
	}

	return 0;
}

/* Short frames in one piece; of long ones all but the headers in pages. */
static struct sk_buff *copy_frame(struct netvsc_channel *ch)
{
	const struct netvsc_rx_frame *frame = &ch->rx.frame;
	struct rx_cursor from = { .piece = frame->pieces };
	u32 linear = frame->len;
	struct sk_buff *skb;

	if (linear > RX_MAX_LINEAR)
		linear = RX_HEADERS;

	skb = napi_alloc_skb(&ch->napi, linear);
	if (!skb)
		return ERR_PTR(-ENOMEM);

	copy_out(&from, skb_put(skb, linear), linear);
	if (copy_to_pages(ch, skb, &from, frame->len - linear)) {
		dev_kfree_skb_any(skb);
		return ERR_PTR(-ENOMEM);
	}

	return skb;
}

/* The frame as it is on a wire: the program is not told of a tag apart. */
static u32 copy_with_tag(struct netvsc_channel *ch, void *to)
{
	struct netvsc_rx_frame *frame = &ch->rx.frame;
	struct rx_cursor from = { .piece = frame->pieces };
	struct vlan_ethhdr *eth = to;
	u32 done = 0;

	if (frame->info.has_vlan) {
		copy_out(&from, to, 2 * ETH_ALEN);
		eth->h_vlan_proto = htons(ETH_P_8021Q);
		eth->h_vlan_TCI =
			htons(netvsc_packet_vlan_tci(frame->info.vlan));
		done = 2 * ETH_ALEN;
		to += done + VLAN_HLEN;
	}
	copy_out(&from, to, frame->len - done);
	if (!frame->info.has_vlan)
		return frame->len;

	frame->info.has_vlan = false;
	return frame->len + VLAN_HLEN;
}

/* What the program leaves of the frame; NULL if nothing. */
static struct sk_buff *frame_by_xdp(struct netvsc_channel *ch,
				    struct bpf_prog *prog)
{
	struct page *page;
	u32 len;

	/* the host may have been told of a larger MTU once: not its mistake */
	if (ch->rx.frame.len + VLAN_HLEN > NETVSC_XDP_FRAME_MAX)
		return ERR_PTR(-EFBIG);

	page = page_pool_dev_alloc_pages(ch->rx.pool);
	if (unlikely(!page))
		return ERR_PTR(-ENOMEM);

	len = copy_with_tag(ch, page_address(page) + XDP_PACKET_HEADROOM);
	return netvsc_xdp_run(ch, prog, page, len);
}

/*
 * The host leaves out the IP header's sum of what it coalesced, though it has
 * checked those of the pieces; the stack always wants it.
 */
static void fix_ip_csum(struct sk_buff *skb)
{
	struct iphdr *iph = (struct iphdr *)skb->data;
	u32 len;

	if (skb->protocol != htons(ETH_P_IP) ||
	    skb_headlen(skb) < sizeof(*iph))
		return;

	len = iph->ihl * 4;
	if (len < sizeof(*iph) || len > skb_headlen(skb))
		return;

	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/* Length of IP and TCP header if @skb is a TCP segment, else 0. */
static u32 tcp_headers_len(const struct sk_buff *skb)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	const struct tcphdr *th;
	u32 len = 0;

	if (skb_headlen(skb) < sizeof(*ip6h))
		return 0;

	if (skb->protocol == htons(ETH_P_IP) && iph->protocol == IPPROTO_TCP &&
	    !ip_is_fragment(iph))
		len = iph->ihl * 4;
	else if (skb->protocol == htons(ETH_P_IPV6) &&
		 ip6h->nexthdr == IPPROTO_TCP)
		len = sizeof(*ip6h);
	if (len < sizeof(*iph) || skb_headlen(skb) < len + sizeof(*th))
		return 0;

	th = (const struct tcphdr *)(skb->data + len);

	return len + th->doff * 4;
}

/*
 * The host does not say how long the segments were that it coalesced.  The
 * stack has to know; without, TCP takes the frame for one segment, and its
 * idea of what the peer sends is wrong.  Assume a peer that fills the MTU.
 */
static void set_gso(struct sk_buff *skb)
{
	u32 mtu = READ_ONCE(skb->dev->mtu);
	u32 headers, payload, mss;

	if (skb->len <= mtu)
		return;

	headers = tcp_headers_len(skb);
	if (!headers || headers >= mtu)
		return;

	mss = mtu - headers;
	payload = skb->len - headers;
	skb_shinfo(skb)->gso_size = mss;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(payload, mss);
	/* nobody but the host has checked these headers */
	skb_shinfo(skb)->gso_type = SKB_GSO_DODGY |
		(skb->protocol == htons(ETH_P_IP) ? SKB_GSO_TCPV4 :
						    SKB_GSO_TCPV6);
}

/* What the host says of the frame; @skb is past eth_type_trans(). */
static void set_metadata(struct sk_buff *skb,
			 const struct netvsc_packet_rx *info)
{
	const u32 rebuilt = RNDIS_CSUM_RX_IP_INVALID | RNDIS_CSUM_RX_IP_OK;
	const struct net_device *ndev = skb->dev;

	if ((info->csum & rebuilt) == rebuilt)
		fix_ip_csum(skb);

	if (netvsc_packet_is_piece(info))
		set_gso(skb);

	if (info->csum & (RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_UDP_OK) &&
	    ndev->features & NETIF_F_RXCSUM)
		skb->ip_summed = CHECKSUM_UNNECESSARY;

	if (info->has_hash && ndev->features & NETIF_F_RXHASH)
		skb_set_hash(skb, info->hash, PKT_HASH_TYPE_L4);

	if (info->has_vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       netvsc_packet_vlan_tci(info->vlan));
}

/* The frame is complete: give it to the stack. */
static int deliver(struct netvsc_channel *ch)
{
	struct netvsc *nv = ch->nvdev->nv;
	struct netvsc_rx_frame *frame = &ch->rx.frame;
	struct net_device *ndev = nv->ndev;
	u32 len = frame->len;
	struct bpf_prog *prog;
	struct sk_buff *skb;

	/* the host may be early, or late */
	if (ndev->reg_state != NETREG_REGISTERED || !netif_running(ndev))
		return -ENETDOWN;

	prog = rcu_dereference_bh(nv->xdp_prog);
	skb = prog ? frame_by_xdp(ch, prog) : copy_frame(ch);
	if (IS_ERR(skb)) {
		if (PTR_ERR(skb) == -ENOMEM)
			atomic_long_inc(&nv->stats.rx_no_memory);
		dev_core_stats_rx_dropped_inc(ndev);
		return PTR_ERR(skb) == -EFBIG ? 0 : PTR_ERR(skb);
	}
	ch->rx.frames++;
	if (!skb)
		return 0;

	skb->protocol = eth_type_trans(skb, ndev);
	set_metadata(skb, &frame->info);
	/* a channel may be open that is not in use as a queue */
	if (ch->index < READ_ONCE(ndev->real_num_rx_queues))
		skb_record_rx_queue(skb, ch->index);

	netvsc_stats_add_rx(&ch->stats->rx, len,
			    skb->pkt_type == PACKET_MULTICAST ||
			    skb->pkt_type == PACKET_BROADCAST);
	napi_gro_receive(&ch->napi, skb);

	return 0;
}

/* The next piece begins another frame. */
static void drop_frame(struct netvsc_rx_frame *frame)
{
	frame->count = 0;
	frame->len = 0;
}

/*
 * Add what a message holds to the frame being put together.  The pieces of a
 * coalesced frame follow one another in one VMBus packet, from FIRST to LAST.
 */
static int add_piece(struct netvsc_channel *ch, const void *data,
		     const struct netvsc_packet_rx *info)
{
	struct netvsc_rx_frame *frame = &ch->rx.frame;
	bool piece = netvsc_packet_is_piece(info);
	bool first = !piece || info->pkt_id_flags & RNDIS_PKT_ID_FIRST;
	bool last = !piece || info->pkt_id_flags & RNDIS_PKT_ID_LAST;
	int ret;

	/* a frame that ends before its last piece, or begins after its first */
	if (first == !!frame->count)
		return -EBADMSG;
	if (frame->count >= NETVSC_RX_MAX_RANGES ||
	    info->data_len > RX_MAX_FRAME - frame->len)
		return -EMSGSIZE;

	if (first)
		frame->info = *info;
	frame->pieces[frame->count].data = data;
	frame->pieces[frame->count].len = info->data_len;
	frame->count++;
	frame->len += info->data_len;
	if (!last)
		return 0;

	ret = deliver(ch);
	drop_frame(frame);

	return ret;
}

/* ---- VMBus packets ---- */

/* One RNDIS message; @data is host memory. */
static int receive_msg(struct netvsc_channel *ch, const void *data, u32 len)
{
	struct netvsc_packet_rx info;
	__le32 type;
	int ret;

	if (len < sizeof(struct rndis_hdr))
		return -EBADMSG;

	memcpy(&type, data, sizeof(type));
	if (le32_to_cpu(type) != RNDIS_MSG_PACKET) {
		/* replies and events come on the primary channel only */
		if (ch->index)
			return -EBADMSG;
		netvsc_rndis_receive(ch->nvdev, data, len);
		return 0;
	}

	trace_rndis_recv(ch->nvdev->nv->ndev, ch->index, RNDIS_MSG_PACKET, len,
			 0);
	ret = netvsc_packet_parse(data, len, &info);
	if (ret)
		return ret;

	return add_piece(ch, data + info.data_offset, &info);
}

static int receive_range(struct netvsc_channel *ch,
			 const struct vmtransfer_page_range *range)
{
	const struct netvsc_recv_buf *recv = &ch->nvdev->recv;
	u32 offset = READ_ONCE(range->byte_offset);
	u32 len = READ_ONCE(range->byte_count);

	if (offset > recv->size || len > recv->size - offset ||
	    len > recv->section_size)
		return -EBADMSG;

	return receive_msg(ch, recv->buf + offset, len);
}

/* How many ranges there are, or an error if the packet makes no sense. */
static int count_ranges(const struct vmtransfer_page_packet_header *xfer)
{
	u32 header = offsetof(struct vmtransfer_page_packet_header, ranges);
	u32 offset = xfer->d.offset8 * 8;
	u32 size = xfer->d.len8 * 8;
	const struct nvsp_hdr *nvsp;
	u32 count;

	if (offset < header || offset > size || size - offset < sizeof(*nvsp))
		return -EBADMSG;

	nvsp = (const void *)xfer + offset;
	if (le32_to_cpu(nvsp->type) != NVSP_MSG_SEND_RNDIS_PKT ||
	    xfer->xfer_pageset_id != NVSP_RECV_BUF_ID)
		return -EBADMSG;

	count = READ_ONCE(xfer->range_cnt);
	if (!count || count > NETVSC_RX_MAX_RANGES ||
	    count > (offset - header) / sizeof(xfer->ranges[0]))
		return -EBADMSG;

	return count;
}

/* All the ranges; one that is bad does not keep the others from the stack. */
static int receive_ranges(struct netvsc_channel *ch,
			  const struct vmtransfer_page_packet_header *xfer)
{
	struct netvsc_rx_frame *frame = &ch->rx.frame;
	int count = count_ranges(xfer);
	int err = 0;
	int ret;
	int i;

	for (i = 0; i < count; i++) {
		ret = receive_range(ch, &xfer->ranges[i]);
		if (!ret)
			continue;

		drop_frame(frame);
		if (!err)
			err = ret;
	}

	/* a frame whose last piece did not come */
	if (frame->count) {
		drop_frame(frame);
		return -EBADMSG;
	}

	return count < 0 ? count : err;
}

/**
 * netvsc_rx_packet() - a VMBus packet with ranges of the receive buffer
 * @ch: the channel that it came on; not netvsc_rx_full()
 * @desc: the packet, len8 checked against what was received
 *
 * Owes the host one acknowledgment whatever the packet holds.
 *
 * Context: the channel's NAPI.
 * Return: frames given to the stack.
 */
int netvsc_rx_packet(struct netvsc_channel *ch,
		     const struct vmpacket_descriptor *desc)
{
	struct netvsc *nv = ch->nvdev->nv;
	int ret;

	ch->rx.frames = 0;
	if (desc->len8 * 8 < offsetof(struct vmtransfer_page_packet_header,
				      ranges))
		ret = -EBADMSG;
	else
		ret = receive_ranges(ch, (const void *)desc);

	if (ret == -EBADMSG || ret == -EMSGSIZE) {
		atomic_long_inc(&nv->stats.host_bad_packet);
		if (netif_msg_rx_err(nv) && net_ratelimit())
			netdev_warn(nv->ndev,
				    "queue %u: packet of the host makes no sense: %d\n",
				    ch->index, ret);
	}
	owe_ack(&ch->rx, desc->trans_id,
		ret ? NVSP_STATUS_FAIL : NVSP_STATUS_SUCCESS);

	return ch->rx.frames;
}
