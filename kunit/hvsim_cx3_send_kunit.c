// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a ConnectX-3: send rings, up to the frames on the wire, and what
 * becomes of frames that go nowhere.
 */
#include <linux/if_vlan.h>
#include <linux/tcp.h>

#include "hvsim/offload.h"
#include "hvsim/vf.h"
#include "hvsim_cx3_port.h"

#define RING		BIT(LOG_WQES)
#define CQ		BIT(LOG_CQES)
#define PAYLOAD		100
#define TCI		0x2064

/* What is sent arrives before the sender goes on: there is no more than that. */
static void expect_no_more(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&port_of(test)->frames));
}

/* ---- a guest's driver ---- */

static struct cx3_qp *make_sender(struct kunit *test)
{
	struct world *w = test->priv;

	make_queues(test);
	qp_context(test)->sq_size_stride = LOG_WQES << 3 | 2;
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, RST2INIT, w->qpn));
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, INIT2RTR, w->qpn));
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, RTR2RTS, w->qpn));
	return w->cx3->data->qps[w->qpn];
}

static struct cx3_wqe_ctrl *ctrl_at(struct world *w, u32 index)
{
	return (void *)(w->ring + index % RING * CX3_BLOCK);
}

static void put_data(u8 *wqe, u32 unit, u32 len, const void *data)
{
	struct cx3_wqe_data *seg = (void *)(wqe + unit * CX3_UNIT);

	seg->len = cpu_to_be32(len);
	seg->addr = cpu_to_be64(virt_to_phys((void *)data));
}

/* The word that makes block @index one to be sent. */
static void ring_up(struct world *w, u32 index, u8 opcode)
{
	u32 owner = index & RING ? CX3_WQE_OWNER : 0;

	WRITE_ONCE(ctrl_at(w, index)->owner_opcode,
		   cpu_to_be32(owner | opcode));
}

/* A frame of one segment. */
static void post(struct world *w, u32 index, u32 flags, const void *frame,
		 u32 len)
{
	struct cx3_wqe_ctrl *ctrl = ctrl_at(w, index);

	ctrl->fence_size = 2;
	ctrl->flags = cpu_to_be32(flags);
	put_data((u8 *)ctrl, 1, len, frame);
	ring_up(w, index, CX3_WQE_SEND);
}

/* A large send of the packet in w->buf: headers, then all of its payload. */
static void post_lso(struct world *w, u32 head, u32 len, u16 mss)
{
	struct cx3_wqe_ctrl *ctrl = ctrl_at(w, 0);
	u32 units = 1 + DIV_ROUND_UP(sizeof(__be32) + head, CX3_UNIT);
	struct cx3_wqe_lso *lso = (void *)(ctrl + 1);

	ctrl->fence_size = units + 1;
	ctrl->flags = cpu_to_be32(CX3_WQE_L4_CSUM | CX3_WQE_IP_CSUM);
	lso->mss_header = cpu_to_be32(mss << 16 | head);
	memcpy(lso->header, w->buf, head);
	put_data((u8 *)ctrl, units, len - head, w->buf + head);
	ring_up(w, 0, CX3_WQE_LSO);
}

static bool poll(struct world *w)
{
	bool work;

	mutex_lock(&w->cx3->lock);
	work = cx3_tx_poll(w->cx3);
	mutex_unlock(&w->cx3->lock);

	return work;
}

/* Completions so far were seen. */
static void take_completions(struct world *w, u32 number)
{
	w->db[0] = cpu_to_be32(number);
}

/* ---- the ring ---- */

static void ring_goes_round(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);
	struct sk_buff *skb;
	struct cx3_qp *qp;
	u32 i;

	qp = make_sender(test);
	KUNIT_EXPECT_FALSE(test, poll(w));
	for (i = 0; i < 3 * RING; i++) {
		w->buf[len - 1] = i;
		post(w, i, 0, w->buf, len);
		KUNIT_EXPECT_FALSE(test, cx3_data_idle(w->cx3, true));
		KUNIT_EXPECT_TRUE(test, poll(w));
		KUNIT_EXPECT_FALSE(test, poll(w));
		KUNIT_EXPECT_TRUE(test, cx3_data_idle(w->cx3, true));
		KUNIT_EXPECT_EQ(test, be16_to_cpu(w->cqes[i % CQ].wqe_index),
				i);
		KUNIT_EXPECT_EQ(test, w->cqes[i % CQ].owner,
				CX3_CQE_SEND | CX3_WQE_SEND |
				(i & CQ ? CX3_OWNER : 0));
		take_completions(w, i + 1);
		skb = port_arrived(test);
		KUNIT_ASSERT_EQ(test, skb->len, len);
		KUNIT_EXPECT_MEMEQ(test, skb->data, w->buf, len);
		kfree_skb(skb);
	}
	expect_no_more(test);
	KUNIT_EXPECT_EQ(test, qp->frames, 3 * RING);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_FRAMES_TX), 3 * RING);
}

/* Two blocks, the second of which is the first of the ring. */
static void descriptor_goes_on_at_the_start(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_qp *qp = make_sender(test);
	u32 last = RING - 1, len = 44 + 60, i;
	struct sk_buff *skb;
	u8 frame[44 + 60];

	for (i = 0; i < len; i++)
		frame[i] = i * 3;
	qp->sq.consumer = last;
	ctrl_at(w, last)->fence_size = 2 * CX3_BLOCK / CX3_UNIT;
	*(__be32 *)(ctrl_at(w, last) + 1) = cpu_to_be32(CX3_SEG_INLINE | 44);
	memcpy((u8 *)ctrl_at(w, last) + 20, frame, 44);
	*(__be32 *)ctrl_at(w, 0) = cpu_to_be32(CX3_SEG_INLINE | 60);
	memcpy((u8 *)ctrl_at(w, 0) + 4, frame + 44, 60);
	ring_up(w, last, CX3_WQE_SEND);
	KUNIT_EXPECT_TRUE(test, poll(w));
	skb = port_arrived(test);
	KUNIT_ASSERT_EQ(test, skb->len, len);
	KUNIT_EXPECT_MEMEQ(test, skb->data, frame, len);
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, qp->sq.consumer, last + 2);
}

static void bad_descriptor_ends_in_an_error(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);
	struct cx3_err_cqe *err = (void *)w->cqes;
	struct cx3_qp *qp = make_sender(test);

	post(w, 0, 0, w->buf, len);
	((struct cx3_wqe_data *)(ctrl_at(w, 0) + 1))->addr =
		cpu_to_be64(BIT_ULL(60));
	post(w, 1, 0, w->buf, len);
	poll(w);
	poll(w);
	KUNIT_EXPECT_EQ(test, err[0].owner, CX3_CQE_SEND | CX3_CQE_ERROR);
	KUNIT_EXPECT_EQ(test, err[0].syndrome, CX3_SYN_PROT);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(err[0].qpn), qp->qpn);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(err[0].wqe_index), 0);
	KUNIT_EXPECT_EQ(test, w->cqes[1].owner, CX3_OWNER);
	KUNIT_EXPECT_EQ(test, qp->state, CX3_QP_ERR);
	KUNIT_EXPECT_EQ(test, w->cx3->data->stats.tx_bad, 1);
	expect_no_more(test);
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, TO_RST, qp->qpn));
}

/* Nothing was done then, but something waits. */
static void ring_waits_for_room_for_completions(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);
	u32 i;

	make_sender(test);
	for (i = 0; i < CQ + 1; i++)
		post(w, i, 0, w->buf, len);
	KUNIT_EXPECT_TRUE(test, poll(w));
	KUNIT_EXPECT_FALSE(test, poll(w));
	KUNIT_EXPECT_TRUE(test, cx3_data_waits(w->cx3));
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_WIRE_TX), CQ);
	take_completions(w, 1);
	KUNIT_EXPECT_TRUE(test, poll(w));
	KUNIT_EXPECT_FALSE(test, cx3_data_waits(w->cx3));
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_WIRE_TX), CQ + 1);
}

/* Hardware would have been faster; what finds no room is dropped, and counted. */
static void reset_sends_what_is_left(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);
	u32 i;

	make_sender(test);
	for (i = 0; i < CQ + 2; i++)
		post(w, i, 0, w->buf, len);
	KUNIT_EXPECT_EQ(test, CX3_OK, move_qp(w, TO_RST, w->qpn));
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_WIRE_TX), CQ);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED), 2);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_LOST_IN_VF), 0);
}

/* ---- frames ---- */

static void frame_of_an_inactive_vf_is_dropped(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);

	make_sender(test);
	port_of(test)->nic->sw.vf_tx = false;
	post(w, 0, 0, w->buf, len);
	KUNIT_EXPECT_TRUE(test, poll(w));
	KUNIT_EXPECT_EQ(test, w->cqes[0].owner, CX3_CQE_SEND | CX3_WQE_SEND);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED_INACTIVE), 1);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_FRAMES_TX), 0);
	expect_no_more(test);
	port_of(test)->nic->sw.vf_tx = true;
	post(w, 1, 0, w->buf, len);
	KUNIT_EXPECT_TRUE(test, poll(w));
	kfree_skb(port_arrived(test));
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED_INACTIVE), 1);
}

struct packet_case {
	const char *what;
	bool ip6;
	u8 proto;
	u32 good;		/* what a receiver finds */
};

static const struct packet_case packet_cases[] = {
	{ "TCP over IPv4", false, IPPROTO_TCP, RNDIS_CSUM_RX_TCP_OK },
	{ "UDP over IPv4", false, IPPROTO_UDP, RNDIS_CSUM_RX_UDP_OK },
	{ "TCP over IPv6", true, IPPROTO_TCP, RNDIS_CSUM_RX_TCP_OK },
	{ "UDP over IPv6", true, IPPROTO_UDP, RNDIS_CSUM_RX_UDP_OK },
};

KUNIT_ARRAY_PARAM_DESC(packet, packet_cases, what);

static u32 receiver_finds(const struct sk_buff *skb)
{
	static const struct hvsim_offloads all = {
		.rx_tcp4 = true,
		.rx_tcp6 = true,
		.rx_udp4 = true,
		.rx_udp6 = true,
	};

	return hvsim_offload_rx_csum(skb, &all) &
	       (RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_UDP_OK);
}

static void checksum_is_computed_when_asked_for(struct kunit *test)
{
	const struct packet_case *c = test->param_value;
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, c->ip6, c->proto, PAYLOAD);
	struct sk_buff *skb;
	u32 i;

	make_sender(test);
	for (i = 0; i < 2; i++) {
		post(w, i, i ? CX3_WQE_L4_CSUM : 0, w->buf, len);
		KUNIT_EXPECT_TRUE(test, poll(w));
		skb = port_arrived(test);
		KUNIT_EXPECT_EQ(test, skb->len, len);
		KUNIT_EXPECT_EQ(test, receiver_finds(skb), i ? c->good : 0);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_CSUM_DONE), 1);
}

static void large_send_is_cut(struct kunit *test)
{
	const struct packet_case *c = test->param_value;
	u32 head = world_packet_head(c->ip6, c->proto), mss = 1000, i, len;
	struct world *w = test->priv;
	const struct tcphdr *th;
	struct sk_buff *skb;

	len = world_packet(w->buf, c->ip6, c->proto, 2 * mss + 1);
	make_sender(test);
	post_lso(w, head, len, mss);
	KUNIT_EXPECT_TRUE(test, poll(w));
	if (c->proto != IPPROTO_TCP) {
		/* There is no way to, so it does not leave. */
		expect_no_more(test);
		KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED), 1);
		KUNIT_EXPECT_EQ(test, w->cx3->data->stats.tx_bad, 1);
		return;
	}
	for (i = 0; i < 3; i++) {
		skb = port_arrived(test);
		KUNIT_EXPECT_EQ(test, skb->len, head + (i < 2 ? mss : 1));
		KUNIT_EXPECT_EQ(test, receiver_finds(skb), c->good);
		th = (void *)(skb->data + head - sizeof(*th));
		KUNIT_EXPECT_EQ(test, be32_to_cpu(th->seq), i * mss);
		kfree_skb(skb);
	}
	expect_no_more(test);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_LSO_DONE), 1);
	KUNIT_EXPECT_EQ(test, w->cx3->data->stats.tx.frames, 3);
}

/* One in the descriptor, then one in the frame: both leave the same way. */
static void tag_is_inserted(struct kunit *test)
{
	struct world *w = test->priv;
	u32 len = world_packet(w->buf, false, IPPROTO_UDP, PAYLOAD);
	struct sk_buff *skb;
	u16 tci;
	u32 i;

	make_sender(test);
	for (i = 0; i < 2; i++) {
		if (i) {
			memmove(w->buf + VLAN_ETH_HLEN, w->buf + ETH_HLEN,
				len - ETH_HLEN);
			*(__be16 *)(w->buf + 12) = htons(ETH_P_8021Q);
			*(__be16 *)(w->buf + 14) = htons(TCI);
			*(__be16 *)(w->buf + 16) = htons(ETH_P_IP);
		} else {
			ctrl_at(w, i)->insert = CX3_WQE_CVLAN;
			ctrl_at(w, i)->vlan_tci = cpu_to_be16(TCI);
		}
		post(w, i, 0, w->buf, len + i * VLAN_HLEN);
		KUNIT_EXPECT_TRUE(test, poll(w));
		skb = port_arrived(test);
		KUNIT_EXPECT_EQ(test, skb->len, len);
		KUNIT_EXPECT_EQ(test, __vlan_hwaccel_get_tag(skb, &tci), 0);
		KUNIT_EXPECT_EQ(test, tci, TCI);
		kfree_skb(skb);
	}
}

/* ---- frames that go nowhere ---- */

static void lost_and_dropped_frames_are_told_apart(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(CX3_FRAME_MAX + 100, GFP_KERNEL);
	struct world *w = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, CX3_FRAME_MAX + 100);
	skb_queue_tail(&w->cx3->rxq, skb);
	mutex_lock(&w->cx3->lock);
	KUNIT_EXPECT_TRUE(test, cx3_rx_poll(w->cx3));
	mutex_unlock(&w->cx3->lock);
	KUNIT_EXPECT_EQ(test, w->cx3->data->stats.rx_too_long, 1);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED), 1);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_LOST_IN_VF), 0);

	w->cx3->vf = NULL;
	port_pull(port_of(test), true);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED), 1);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_LOST_IN_VF), 2);
}

/* KASAN finds who frees it before. */
static void function_may_be_asked_about_to_the_end(struct kunit *test)
{
	struct world *w = test->priv;

	w->cx3->vf = NULL;
	KUNIT_EXPECT_TRUE(test, port_pull(port_of(test), false));
}

static void frame_waits_for_a_buffer_without_work(struct kunit *test)
{
	struct world *w = test->priv;
	struct sk_buff *skb = alloc_skb(2048, GFP_KERNEL);
	struct cx3_qp *qp;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, world_packet(skb->data, false, IPPROTO_UDP, PAYLOAD));
	qp = make_receiver(test, 0, LOG_WQES << 3);
	add_rule(w, CX3_RULE_ALL, 0, NULL, qp->qpn, NULL);
	skb_queue_tail(&w->cx3->rxq, skb);
	mutex_lock(&w->cx3->lock);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_FALSE(test, cx3_rx_poll(w->cx3));
		KUNIT_EXPECT_TRUE(test, cx3_data_waits(w->cx3));
	}
	/* as if it had been so for long */
	qp->stall = jiffies - 60 * HZ;
	KUNIT_EXPECT_TRUE(test, cx3_rx_poll(w->cx3));
	KUNIT_EXPECT_FALSE(test, cx3_data_waits(w->cx3));
	mutex_unlock(&w->cx3->lock);
	KUNIT_EXPECT_EQ(test, w->cx3->data->stats.rx_no_buffer, 1);
	KUNIT_EXPECT_EQ(test, port_count(test, HVSIM_VF_DROPPED), 1);
}

static struct kunit_case send_cases[] = {
	KUNIT_CASE(ring_goes_round),
	KUNIT_CASE(descriptor_goes_on_at_the_start),
	KUNIT_CASE(bad_descriptor_ends_in_an_error),
	KUNIT_CASE(ring_waits_for_room_for_completions),
	KUNIT_CASE(reset_sends_what_is_left),
	KUNIT_CASE(frame_of_an_inactive_vf_is_dropped),
	KUNIT_CASE_PARAM(checksum_is_computed_when_asked_for,
			 packet_gen_params),
	KUNIT_CASE_PARAM(large_send_is_cut, packet_gen_params),
	KUNIT_CASE(tag_is_inserted),
	KUNIT_CASE(lost_and_dropped_frames_are_told_apart),
	KUNIT_CASE(function_may_be_asked_about_to_the_end),
	KUNIT_CASE(frame_waits_for_a_buffer_without_work),
	{ }
};

static struct kunit_suite send_suite = {
	.name = "hvsim_cx3_send",
	.init = port_init,
	.exit = port_exit,
	.test_cases = send_cases,
};

kunit_test_suite(send_suite);
