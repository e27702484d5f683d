// SPDX-License-Identifier: GPL-2.0-only
/* The model of a ConnectX-3: descriptors, filters, hash, frames received. */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "hvsim_cx3_world.h"

#define PAYLOAD		100

static const u8 peer[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x01, 0x02, 0x04 };
static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };

/* The key, and below the addresses, that Microsoft verifies a hash with. */
static const u8 key[CX3_RSS_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* ---- descriptors ---- */

static void put_ctrl(u8 *wqe, u8 opcode, u32 flags)
{
	struct cx3_wqe_ctrl *ctrl = memset(wqe, 0, CX3_WQE_MAX);

	ctrl->owner_opcode = cpu_to_be32(opcode);
	ctrl->flags = cpu_to_be32(flags);
}

static void put_data(u8 *wqe, u32 unit, u32 len, u64 addr)
{
	struct cx3_wqe_data *data = (void *)(wqe + unit * CX3_UNIT);

	data->len = cpu_to_be32(len);
	data->addr = cpu_to_be64(addr);
}

struct wqe_case {
	const char *what;
	u8 opcode;
	u32 units;		/* length of the descriptor */
	u32 mss_header;		/* of a large send */
	u32 len[3];		/* of segments from that unit on: */
	u32 first;
	bool nowhere;		/* the first one is not in RAM */
	enum cx3_syndrome syndrome;
	u32 frame;		/* its length */
};

static const struct wqe_case wqe_cases[] = {
	{ "one segment", CX3_WQE_SEND, 2, 0, { 60 }, 1, false,
	  CX3_SYN_NONE, 60 },
	{ "three segments", CX3_WQE_SEND, 4, 0, { 60, 1000, 7 }, 1, false,
	  CX3_SYN_NONE, 1067 },
	{ "inline", CX3_WQE_SEND, 4, 0, { CX3_SEG_INLINE | 44 }, 1, false,
	  CX3_SYN_NONE, 44 },
	{ "inline, to the end", CX3_WQE_SEND, 2, 0, { CX3_SEG_INLINE | 12 }, 1,
	  false, CX3_SYN_LENGTH, 0 },
	{ "inline, beyond the end", CX3_WQE_SEND, 2, 0,
	  { CX3_SEG_INLINE | 13 }, 1, false, CX3_SYN_QP_OP, 0 },
	{ "inline, far beyond", CX3_WQE_SEND, 2, 0, { U32_MAX }, 1, false,
	  CX3_SYN_QP_OP, 0 },
	{ "inline, nothing", CX3_WQE_SEND, 2, 0, { CX3_SEG_INLINE }, 1, false,
	  CX3_SYN_QP_OP, 0 },
	{ "no segment", CX3_WQE_SEND, 1, 0, { }, 1, false, CX3_SYN_LENGTH, 0 },
	{ "nothing at all", CX3_WQE_SEND, 0, 0, { }, 1, false,
	  CX3_SYN_QP_OP, 0 },
	{ "empty segment", CX3_WQE_SEND, 3, 0, { 60, 0 }, 1, false,
	  CX3_SYN_LENGTH, 0 },
	{ "huge segment", CX3_WQE_SEND, 2, 0, { 0x7fffffff }, 1, false,
	  CX3_SYN_LENGTH, 0 },
	{ "frame longer than any port's", CX3_WQE_SEND, 4, 0,
	  { 4000, 4000, 4000 }, 1, false, CX3_SYN_LENGTH, 0 },
	{ "shorter than a header", CX3_WQE_SEND, 2, 0, { 13 }, 1, false,
	  CX3_SYN_LENGTH, 0 },
	{ "memory that is not there", CX3_WQE_SEND, 2, 0, { 60 }, 1, true,
	  CX3_SYN_PROT, 0 },
	{ "large send", CX3_WQE_LSO, 8, 1448 << 16 | 66,
	  { 4000, 4000 }, 6, false, CX3_SYN_NONE, 8066 },
	{ "large send, header beyond the end", CX3_WQE_LSO, 4, 1448 << 16 | 66,
	  { }, 6, false, CX3_SYN_QP_OP, 0 },
	{ "large send, no segments' size", CX3_WQE_LSO, 8, 66, { 4000 }, 6,
	  false, CX3_SYN_QP_OP, 0 },
	{ "large send, no header", CX3_WQE_LSO, 8, 1448 << 16, { 4000 }, 6,
	  false, CX3_SYN_QP_OP, 0 },
	{ "large send, as many segments as may be", CX3_WQE_LSO, 8,
	  2 << 16 | 66, { 4000, 4000 }, 6, false, CX3_SYN_NONE, 8066 },
	{ "large send, too many segments", CX3_WQE_LSO, 8, 1 << 16 | 66,
	  { 4000, 4000 }, 6, false, CX3_SYN_LENGTH, 0 },
	{ "large send, nothing but control", CX3_WQE_LSO, 1, 0, { }, 1, false,
	  CX3_SYN_QP_OP, 0 },
};

KUNIT_ARRAY_PARAM_DESC(wqe, wqe_cases, what);

static void descriptor_is_understood_or_refused(struct kunit *test)
{
	const struct wqe_case *c = test->param_value;
	u8 *wqe = kunit_kzalloc(test, CX3_WQE_MAX, GFP_KERNEL);
	struct world *w = test->priv;
	struct cx3_frame frame = { };
	enum cx3_syndrome syndrome;
	struct sk_buff *skb;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, wqe);
	put_ctrl(wqe, c->opcode, CX3_WQE_L4_CSUM);
	for (i = 0; i < 3 && c->first + i < c->units; i++)
		put_data(wqe, c->first + i, c->len[i],
			 c->nowhere ? BIT_ULL(60) : virt_to_phys(w->buf));
	if (c->mss_header)
		*(__be32 *)(wqe + CX3_UNIT) = cpu_to_be32(c->mss_header);
	syndrome = cx3_wqe_check(w->cx3, wqe, c->units * CX3_UNIT, &frame);
	KUNIT_ASSERT_EQ(test, syndrome, c->syndrome);
	if (syndrome)
		return;
	KUNIT_EXPECT_EQ(test, frame.len, c->frame);
	KUNIT_EXPECT_TRUE(test, frame.csum);
	KUNIT_EXPECT_FALSE(test, frame.ip_csum);
	skb = cx3_wqe_fetch(w->cx3, wqe, c->units * CX3_UNIT, &frame);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, c->frame);
	kfree_skb(skb);
}

/* As the driver lays it out: the first inline segment ends with the block. */
static void inline_segments_are_joined(struct kunit *test)
{
	u8 *wqe = kunit_kzalloc(test, CX3_WQE_MAX, GFP_KERNEL);
	struct world *w = test->priv;
	struct cx3_frame frame;
	struct sk_buff *skb;
	u8 data[80];
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, wqe);
	put_ctrl(wqe, CX3_WQE_SEND, 0);
	*(__be32 *)(wqe + 16) = cpu_to_be32(CX3_SEG_INLINE | 44);
	*(__be32 *)(wqe + 64) = cpu_to_be32(CX3_SEG_INLINE | 36);
	for (i = 0; i < sizeof(data); i++)
		wqe[i < 44 ? 20 + i : 68 + i - 44] = i;
	KUNIT_ASSERT_EQ(test, CX3_SYN_NONE,
			cx3_wqe_check(w->cx3, wqe, 112, &frame));
	skb = cx3_wqe_fetch(w->cx3, wqe, 112, &frame);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb->len, sizeof(data));
	skb_copy_bits(skb, 0, data, sizeof(data));
	for (i = 0; i < sizeof(data); i++)
		KUNIT_EXPECT_EQ(test, data[i], i);
	kfree_skb(skb);
}

/* More pages than a frame can point to, should they lie apart. */
static void longest_large_send_is_fetched(struct kunit *test)
{
	u8 *wqe = kunit_kzalloc(test, CX3_WQE_MAX, GFP_KERNEL);
	u8 *data = kunit_kmalloc(test, CX3_LSO_MAX, GFP_KERNEL);
	struct world *w = test->priv;
	struct cx3_frame frame;
	struct sk_buff *skb;
	u8 last;

	KUNIT_ASSERT_NOT_NULL(test, wqe);
	KUNIT_ASSERT_NOT_NULL(test, data);
	memset(data, 0x11, CX3_LSO_MAX);
	data[CX3_LSO_MAX - 66 - 1] = 0x22;
	put_ctrl(wqe, CX3_WQE_LSO, 0);
	*(__be32 *)(wqe + CX3_UNIT) = cpu_to_be32(1448 << 16 | 66);
	put_data(wqe, 6, CX3_LSO_MAX - 66, virt_to_phys(data));
	KUNIT_ASSERT_EQ(test, CX3_SYN_NONE,
			cx3_wqe_check(w->cx3, wqe, 7 * CX3_UNIT, &frame));
	skb = cx3_wqe_fetch(w->cx3, wqe, 7 * CX3_UNIT, &frame);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, CX3_LSO_MAX);
	skb_copy_bits(skb, CX3_LSO_MAX - 1, &last, 1);
	KUNIT_EXPECT_EQ(test, last, 0x22);
	kfree_skb(skb);
}

/* ---- frames ---- */

static struct sk_buff *tcp_frame(struct kunit *test, const u8 *dest, u16 port)
{
	u32 len = sizeof(struct tcphdr) + PAYLOAD;
	struct sk_buff *skb = alloc_skb(512, GFP_KERNEL);
	struct ethhdr *eth;
	struct tcphdr *th;
	struct iphdr *ip;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, VLAN_HLEN);
	eth = skb_put_zero(skb, sizeof(*eth));
	ip = skb_put_zero(skb, sizeof(*ip));
	th = skb_put_zero(skb, sizeof(*th));
	memset(skb_put(skb, PAYLOAD), 0x5a, PAYLOAD);
	ether_addr_copy(eth->h_dest, dest);
	ether_addr_copy(eth->h_source, peer);
	eth->h_proto = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(sizeof(*ip) + len);
	ip->saddr = htonl(66 << 24 | 9 << 16 | 149 << 8 | 187);
	ip->daddr = htonl(161U << 24 | 142 << 16 | 100 << 8 | 80);
	ip_send_check(ip);
	th->source = htons(port);
	th->dest = htons(1766);
	th->doff = 5;
	th->check = tcp_v4_check(len, ip->saddr, ip->daddr,
				 csum_partial(th, len, 0));
	skb_reset_mac_header(skb);
	skb->protocol = eth->h_proto;
	return skb;
}

static u32 steer(struct kunit *test, const u8 *dest, u16 vlan)
{
	struct sk_buff *skb = tcp_frame(test, dest, 2794);
	struct world *w = test->priv;
	u32 qpn;

	if (vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vlan);
	qpn = cx3_steer(w->cx3, skb);
	kfree_skb(skb);
	return qpn;
}

/* ---- filters ---- */

static void rules_decide_by_priority(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cmd detach = { };
	u64 id;

	KUNIT_EXPECT_EQ(test, CX3_NO_QPN, steer(test, world_mac, 0));
	KUNIT_ASSERT_EQ(test, CX3_OK, add_rule(w, CX3_RULE_ALL, 1, NULL,
					       w->qpn + 3, NULL));
	KUNIT_ASSERT_EQ(test, CX3_OK, add_rule(w, CX3_RULE_MULTICAST, 1, NULL,
					       w->qpn + 2, NULL));
	KUNIT_ASSERT_EQ(test, CX3_OK, add_rule(w, CX3_RULE_REGULAR, 0x5000,
					       world_mac, w->qpn, NULL));
	KUNIT_ASSERT_EQ(test, CX3_OK, add_rule(w, CX3_RULE_REGULAR, 0x2000,
					       world_mac, w->qpn + 1, &id));
	KUNIT_EXPECT_EQ(test, w->qpn + 1, steer(test, world_mac, 0));
	KUNIT_EXPECT_EQ(test, w->qpn + 2, steer(test, group, 0));
	KUNIT_EXPECT_EQ(test, w->qpn + 3, steer(test, peer, 0));
	detach.in_param = id;
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_detach_rule(w->cx3, &detach));
	KUNIT_EXPECT_EQ(test, CX3_BAD_INDEX,
			cx3_cmd_detach_rule(w->cx3, &detach));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 0));
}

static void rules_that_make_no_sense_are_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_rule_ctrl *ctrl = (void *)w->box;
	struct cx3_spec *spec = (void *)(ctrl + 1);
	struct cx3_cmd cmd = { .in = w->box };

	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM,
			add_rule(w, 7, 0, NULL, w->qpn, NULL));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RESOURCE,
			add_rule(w, 0, 0, NULL, w->qpn + 4, NULL));
	KUNIT_EXPECT_EQ(test, CX3_BAD_RESOURCE,
			add_rule(w, 0, 0, NULL, 0xffffff, NULL));
	KUNIT_ASSERT_EQ(test, CX3_OK,
			add_rule(w, 0, 0, world_mac, w->qpn, NULL));
	cmd.in_mod = 3;
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, cx3_cmd_attach_rule(w->cx3, &cmd));
	cmd.in_mod = U32_MAX;
	KUNIT_EXPECT_EQ(test, CX3_BAD_SIZE, cx3_cmd_attach_rule(w->cx3, &cmd));
	cmd.in_mod = 10;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM,
			cx3_cmd_attach_rule(w->cx3, &cmd));
	cmd.in_mod = 16;
	spec->size = 0;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM,
			cx3_cmd_attach_rule(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, 1, w->cx3->data->filters.num_rules);
}

static void multicast_filter_is_obeyed(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cmd cmd = { .opmod = CX3_MCAST_ENABLE };
	u32 i;

	add_rule(w, CX3_RULE_MULTICAST, 0, NULL, w->qpn, NULL);
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, group, 0));
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_set_mcast_fltr(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, CX3_NO_QPN, steer(test, group, 0));
	cmd.opmod = CX3_MCAST_ADD;
	cmd.in_param = ether_addr_to_u64(group);
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_set_mcast_fltr(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, group, 0));
	cmd.in_param = CX3_MCAST_MAC | CX3_MCAST_CLEAR;
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_set_mcast_fltr(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, CX3_NO_QPN, steer(test, group, 0));
	/* more than it can hold: all pass */
	for (i = 0; i < CX3_GROUPS; i++) {
		cmd.in_param = 0x010000000000 + i;
		cx3_cmd_set_mcast_fltr(w->cx3, &cmd);
	}
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, group, 0));
	cmd.opmod = 9;
	KUNIT_EXPECT_EQ(test, CX3_BAD_PARAM,
			cx3_cmd_set_mcast_fltr(w->cx3, &cmd));
}

static void vlan_filter_is_obeyed(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_cmd cmd = { .in = w->box };
	__be32 *words = (void *)w->box;

	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, w->qpn, NULL);
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 100));
	memset(w->box, 0, CX3_MAILBOX);
	words[CX3_VLAN_WORDS - 1] = cpu_to_be32(1);
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_set_vlan_fltr(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 100));
	words[CX3_VLAN_WORDS - 1 - 100 / 32] = cpu_to_be32(BIT(100 % 32));
	KUNIT_EXPECT_EQ(test, CX3_OK, cx3_cmd_set_vlan_fltr(w->cx3, &cmd));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 100));
	KUNIT_EXPECT_EQ(test, CX3_NO_QPN, steer(test, world_mac, 101));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 0));
	KUNIT_EXPECT_EQ(test, w->qpn, steer(test, world_mac, 0xe000));
	add_rule(w, CX3_RULE_ALL, 0, NULL, w->qpn + 1, NULL);
	KUNIT_EXPECT_EQ(test, w->qpn + 1, steer(test, world_mac, 101));
}

/* ---- hash ---- */

static void hash_chooses_the_ring(struct kunit *test)
{
	struct cx3_qp qp = { .rss = true };
	struct sk_buff *skb = tcp_frame(test, world_mac, 2794);
	u32 hash, ring;
	bool hashed;

	qp.context.rss_base = cpu_to_be32(2 << 24 | 100);
	qp.context.rss_default = cpu_to_be32(7);
	qp.context.rss_function = CX3_RSS_TOEPLITZ;
	qp.context.rss_flags = CX3_RSS_IPV4 | CX3_RSS_TCP_IPV4;
	memcpy(qp.context.rss_key, key, sizeof(key));
	ring = cx3_rss_ring(&qp, skb, &hash, &hashed);
	KUNIT_EXPECT_TRUE(test, hashed);
	KUNIT_EXPECT_EQ(test, hash, 0x51ccc178);
	KUNIT_EXPECT_EQ(test, ring, 100 + (0x51ccc178 & 3));
	qp.context.rss_flags = CX3_RSS_IPV4;
	cx3_rss_ring(&qp, skb, &hash, &hashed);
	KUNIT_EXPECT_EQ(test, hash, 0x323e8fc2);
	qp.context.rss_flags = CX3_RSS_TCP_IPV6;
	ring = cx3_rss_ring(&qp, skb, &hash, &hashed);
	KUNIT_EXPECT_FALSE(test, hashed);
	KUNIT_EXPECT_EQ(test, ring, 7);
	skb->protocol = htons(ETH_P_ARP);
	qp.context.rss_flags = 0xff;
	KUNIT_EXPECT_EQ(test, cx3_rss_ring(&qp, skb, &hash, &hashed), 7);
	kfree_skb(skb);
}

struct hash6_case {
	const char *what;
	u8 proto;
	u8 flags;
	u32 hash;		/* 0: none */
};

static const struct hash6_case hash6_cases[] = {
	{ "TCP, with its ports", IPPROTO_TCP, CX3_RSS_IPV6 | CX3_RSS_TCP_IPV6,
	  0x40207d3d },
	{ "UDP, with its ports", IPPROTO_UDP, CX3_RSS_IPV6 | CX3_RSS_UDP_IPV6,
	  0x40207d3d },
	{ "UDP, ports of TCP only", IPPROTO_UDP,
	  CX3_RSS_IPV6 | CX3_RSS_TCP_IPV6, 0x2cc18cd5 },
	{ "addresses only", IPPROTO_TCP, CX3_RSS_IPV6, 0x2cc18cd5 },
	{ "IPv4 only", IPPROTO_TCP, CX3_RSS_IPV4 | CX3_RSS_TCP_IPV4, 0 },
};

KUNIT_ARRAY_PARAM_DESC(hash6, hash6_cases, what);

static void ipv6_is_hashed_as_published(struct kunit *test)
{
	const struct hash6_case *c = test->param_value;
	struct sk_buff *skb = alloc_skb(512, GFP_KERNEL);
	struct cx3_qp qp = { .rss = true };
	bool hashed;
	u32 hash;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, world_packet(skb->data, true, c->proto, PAYLOAD));
	skb->protocol = htons(ETH_P_IPV6);
	qp.context.rss_function = CX3_RSS_TOEPLITZ;
	qp.context.rss_flags = c->flags;
	memcpy(qp.context.rss_key, key, sizeof(key));
	cx3_rss_ring(&qp, skb, &hash, &hashed);
	KUNIT_EXPECT_EQ(test, hash, c->hash);
	KUNIT_EXPECT_EQ(test, hashed, !!c->hash);
	kfree_skb(skb);
}

/* ---- receive ---- */

/* Descriptor @index of @stride units: our buffer, in pieces of @len bytes. */
static void post_buffer(struct kunit *test, u32 index, u32 stride, u32 len)
{
	struct world *w = test->priv;
	u8 *wqe = w->ring + CX3_BLOCK + index * stride * CX3_UNIT;
	u32 i;

	for (i = 0; i < stride; i++)
		put_data(wqe, i, len, virt_to_phys(w->buf) + i * len);
	w->db[2] = cpu_to_be32(index + 1);
}

static void frame_is_received(struct kunit *test)
{
	struct sk_buff *skb = tcp_frame(test, world_mac, 2794);
	u32 len = ETH_HLEN + 40 + PAYLOAD;
	struct world *w = test->priv;
	struct cx3_qp *qp;
	u8 copy[512];

	qp = make_receiver(test, 0, LOG_WQES << 3 | 2);
	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, qp->qpn, NULL);
	KUNIT_EXPECT_EQ(test, qp->rq.offset, CX3_BLOCK);
	KUNIT_EXPECT_EQ(test, CX3_RX_WAIT, cx3_rx_one(w->cx3, skb));
	post_buffer(test, 0, 4, 50);
	skb_copy_bits(skb, 0, copy, len);
	KUNIT_ASSERT_EQ(test, CX3_RX_DONE, cx3_rx_one(w->cx3, skb));

	KUNIT_EXPECT_MEMEQ(test, w->buf, copy, len);
	KUNIT_EXPECT_EQ(test, w->cqes[0].owner, 0);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[0].len), len);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[0].vlan_qpn), qp->qpn);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(w->cqes[0].status),
			CX3_CQE_IPV4 | CX3_CQE_TCP | CX3_CQE_IP_OK);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(w->cqes[0].checksum),
			CX3_CQE_CSUM_OK);
	KUNIT_EXPECT_EQ(test, w->cx3->data->stats.rx.bytes, len);
}

/* To a pair that spreads: the ring that the hash says, which is told as well. */
static void hash_is_told(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_qp_context *context;
	u32 spread = w->qpn + 3;

	make_receiver(test, 0, LOG_WQES << 3 | 2);
	post_buffer(test, 0, 4, 512);
	context = qp_context(test);
	context->flags = cpu_to_be32(CX3_QP_RSS);
	context->rss_base = cpu_to_be32(w->qpn);
	context->rss_function = CX3_RSS_TOEPLITZ;
	context->rss_flags = CX3_RSS_IPV4 | CX3_RSS_TCP_IPV4;
	memcpy(context->rss_key, key, sizeof(key));
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, RST2INIT, spread));
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, INIT2RTR, spread));
	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, spread, NULL);
	KUNIT_ASSERT_EQ(test, CX3_RX_DONE,
			cx3_rx_one(w->cx3, tcp_frame(test, world_mac, 2794)));
	KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[0].hash), 0x51ccc178);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[0].vlan_qpn), w->qpn);
}

static void bad_checksum_is_not_hidden(struct kunit *test)
{
	struct sk_buff *skb = tcp_frame(test, world_mac, 2794);
	struct world *w = test->priv;
	struct cx3_qp *qp;

	qp = make_receiver(test, 0, LOG_WQES << 3 | 2);
	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, qp->qpn, NULL);
	post_buffer(test, 0, 4, 512);
	skb->data[skb->len - 1] ^= 1;
	KUNIT_ASSERT_EQ(test, CX3_RX_DONE, cx3_rx_one(w->cx3, skb));
	KUNIT_EXPECT_NE(test, be16_to_cpu(w->cqes[0].checksum),
			CX3_CQE_CSUM_OK);
}

static void tag_is_stripped_unless_it_is_to_stay(struct kunit *test)
{
	struct world *w = test->priv;
	struct sk_buff *skb;
	struct cx3_qp *qp;
	u32 i;

	qp = make_receiver(test, 0, LOG_WQES << 3 | 2);
	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, qp->qpn, NULL);
	for (i = 0; i < 2; i++) {
		qp->context.param3 = cpu_to_be32(i ? CX3_QP_KEEP_VLAN : 0);
		skb = tcp_frame(test, world_mac, 2794);
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0x2064);
		post_buffer(test, i, 4, 512);
		KUNIT_ASSERT_EQ(test, CX3_RX_DONE, cx3_rx_one(w->cx3, skb));
		KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[i].vlan_qpn),
				CX3_CQE_CVLAN | qp->qpn);
		KUNIT_EXPECT_EQ(test, be16_to_cpu(w->cqes[i].vlan_tci), 0x2064);
		KUNIT_EXPECT_EQ(test, be32_to_cpu(w->cqes[i].len),
				ETH_HLEN + 40 + PAYLOAD + i * VLAN_HLEN);
	}
	KUNIT_EXPECT_EQ(test, w->buf[12], 0x81);
}

static void bad_buffers_end_in_an_error(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_err_cqe *err = (void *)w->cqes;
	struct cx3_qp *qp;

	qp = make_receiver(test, 0, LOG_WQES << 3 | 2);
	add_rule(w, CX3_RULE_REGULAR, 0, world_mac, qp->qpn, NULL);
	post_buffer(test, 0, 4, 10);
	KUNIT_EXPECT_EQ(test, CX3_RX_LOST,
			cx3_rx_one(w->cx3, tcp_frame(test, world_mac, 1)));
	KUNIT_EXPECT_EQ(test, err[0].syndrome, CX3_SYN_LENGTH);
	KUNIT_EXPECT_EQ(test, err[0].owner, CX3_CQE_ERROR);
	post_buffer(test, 1, 4, 512);
	put_data(w->ring + CX3_BLOCK + 4 * CX3_UNIT, 0, 512, BIT_ULL(60));
	KUNIT_EXPECT_EQ(test, CX3_RX_LOST,
			cx3_rx_one(w->cx3, tcp_frame(test, world_mac, 1)));
	KUNIT_EXPECT_EQ(test, err[1].syndrome, CX3_SYN_PROT);
	KUNIT_EXPECT_EQ(test, qp->state, CX3_QP_ERR);
	KUNIT_EXPECT_EQ(test, CX3_RX_LOST,
			cx3_rx_one(w->cx3, tcp_frame(test, world_mac, 1)));
	KUNIT_EXPECT_EQ(test, CX3_RX_FILTERED,
			cx3_rx_one(w->cx3, tcp_frame(test, peer, 1)));
}

static struct kunit_case frame_cases[] = {
	KUNIT_CASE_PARAM(descriptor_is_understood_or_refused, wqe_gen_params),
	KUNIT_CASE(inline_segments_are_joined),
	KUNIT_CASE(longest_large_send_is_fetched),
	KUNIT_CASE(rules_decide_by_priority),
	KUNIT_CASE(rules_that_make_no_sense_are_refused),
	KUNIT_CASE(multicast_filter_is_obeyed),
	KUNIT_CASE(vlan_filter_is_obeyed),
	KUNIT_CASE(hash_chooses_the_ring),
	KUNIT_CASE_PARAM(ipv6_is_hashed_as_published, hash6_gen_params),
	KUNIT_CASE(frame_is_received),
	KUNIT_CASE(hash_is_told),
	KUNIT_CASE(bad_checksum_is_not_hidden),
	KUNIT_CASE(tag_is_stripped_unless_it_is_to_stay),
	KUNIT_CASE(bad_buffers_end_in_an_error),
	{ }
};

static struct kunit_suite frame_suite = {
	.name = "hvsim_cx3_frame",
	.init = world_init,
	.exit = world_exit,
	.test_cases = frame_cases,
};

kunit_test_suite(frame_suite);
