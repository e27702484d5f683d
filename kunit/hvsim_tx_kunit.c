// SPDX-License-Identifier: GPL-2.0-only
/* The simulated host takes good packets of a guest, and names what is bad. */
#include "hvsim_guest.h"

#include <linux/bitfield.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "hvsim/offload.h"

#define PAYLOAD		100

/* One RNDIS packet with room for two pieces of info, and a TCP frame. */
struct tx_bytes {
	struct rndis_packet rp;
	struct rndis_ppi csum;
	__le32 csum_value;
	struct rndis_ppi lso;
	__le32 lso_value;
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	u8 payload[PAYLOAD];
	u8 pad[2];
} __packed;
static_assert(sizeof(struct tx_bytes) % 8 == 0);

#define FRAME_LEN	(sizeof(struct ethhdr) + sizeof(struct iphdr) + \
			 sizeof(struct tcphdr) + PAYLOAD)
#define L4_OFFSET	(sizeof(struct ethhdr) + sizeof(struct iphdr))

static void tx_fill_frame(struct tx_bytes *b)
{
	b->eth.h_proto = htons(ETH_P_IP);
	eth_broadcast_addr(b->eth.h_dest);
	b->ip = (struct iphdr) {
		.version = 4,
		.ihl = 5,
		.protocol = IPPROTO_TCP,
		.tot_len = htons(FRAME_LEN - ETH_HLEN),
		.ttl = 64,
		.saddr = htonl(0x0a000001),
		.daddr = htonl(0x0a000002),
	};
	ip_send_check(&b->ip);
	b->tcp.doff = sizeof(b->tcp) / 4;
	b->tcp.check = ~csum_tcpudp_magic(b->ip.saddr, b->ip.daddr,
					  sizeof(b->tcp) + PAYLOAD,
					  IPPROTO_TCP, 0);
	memset(b->payload, 0x5a, PAYLOAD);
}

/* A packet that asks for a TCP checksum. */
static void tx_fill(struct tx_bytes *b)
{
	memset(b, 0, sizeof(*b));
	b->rp = (struct rndis_packet) {
		.hdr.type = cpu_to_le32(RNDIS_MSG_PACKET),
		.hdr.len = cpu_to_le32(sizeof(*b)),
		.data_offset = cpu_to_le32(offsetof(struct tx_bytes, eth) -
					   RNDIS_OFFSET_BASE),
		.data_len = cpu_to_le32(FRAME_LEN),
		.ppi_offset = cpu_to_le32(offsetof(struct tx_bytes, csum) -
					  RNDIS_OFFSET_BASE),
		.ppi_len = cpu_to_le32(16),
	};
	b->csum.size = cpu_to_le32(16);
	b->csum.type = cpu_to_le32(RNDIS_PPI_CSUM);
	b->csum.offset = cpu_to_le32(12);
	b->csum_value = cpu_to_le32(RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_TCP |
				    FIELD_PREP(RNDIS_CSUM_TX_L4_OFFSET,
					       L4_OFFSET));
	b->lso.size = cpu_to_le32(16);
	b->lso.type = cpu_to_le32(RNDIS_PPI_LSO);
	b->lso.offset = cpu_to_le32(12);
	tx_fill_frame(b);
}

/* The same that asks for a large send, MSS 40: three segments. */
static void tx_fill_lso(struct tx_bytes *b)
{
	tx_fill(b);
	b->rp.ppi_offset = cpu_to_le32(offsetof(struct tx_bytes, lso) -
				       RNDIS_OFFSET_BASE);
	b->lso_value = cpu_to_le32(RNDIS_LSO_V2 |
				   FIELD_PREP(RNDIS_LSO_MSS, 40) |
				   FIELD_PREP(RNDIS_LSO_TCP_OFFSET, L4_OFFSET));
	b->ip.tot_len = 0;
	b->ip.check = 0;
	b->tcp.check = ~csum_tcpudp_magic(b->ip.saddr, b->ip.daddr, 0,
					  IPPROTO_TCP, 0);
}

static void tx_enable_offloads(struct kunit *test)
{
	struct ndis_offload_params p = {
		.hdr.type = NDIS_OBJECT_DEFAULT,
		.hdr.size = cpu_to_le16(sizeof(p)),
		.tcp4_csum = NDIS_OFFLOAD_CSUM_BOTH,
		.lso_v2_ip4 = NDIS_OFFLOAD_ON,
	};

	KUNIT_ASSERT_EQ(test, 0, guest_set(test, NDIS_OID_OFFLOAD_PARAMS, &p,
					   sizeof(p)));
}

static s64 tx_count(const struct guest *g, enum hvsim_count what)
{
	return atomic64_read(&g->nic->stats.count[what]);
}

/* ---- one change to a good packet ---- */

struct tx_case {
	const char *what;
	bool lso;
	u16 offset;	/* of the 32 bits that are changed */
	u32 value;
};

#define RP(_field)	offsetof(struct tx_bytes, rp._field)
#define AT(_field)	offsetof(struct tx_bytes, _field)

static const struct tx_case tx_cases[] = {
	{ "type", false, RP(hdr.type), 9 },
	{ "length 0", false, RP(hdr.len), 0 },
	{ "length beyond", false, RP(hdr.len), sizeof(struct tx_bytes) + 8 },
	{ "length huge", false, RP(hdr.len), 0xfffffff8 },
	{ "data offset in header", false, RP(data_offset), 8 },
	{ "data offset huge", false, RP(data_offset), 0xfffffff0 },
	{ "data beyond", false, RP(data_len), 1000 },
	{ "data too short", false, RP(data_len), ETH_HLEN - 1 },
	{ "no data", false, RP(data_len), 0 },
	{ "oob offset", false, RP(oob_offset), 1 },
	{ "oob length", false, RP(oob_len), 1 },
	{ "oob count", false, RP(num_oob), 1 },
	{ "vc", false, RP(vc_handle), 1 },
	{ "ppi offset in header", false, RP(ppi_offset), 4 },
	{ "ppi beyond", false, RP(ppi_offset), 0x7fffffff },
	{ "ppi too long", false, RP(ppi_len), 1000 },
	{ "ppi cut off", false, RP(ppi_len), 10 },
	{ "ppi size 0", false, AT(csum.size), 0 },
	{ "ppi size beyond", false, AT(csum.size), 20 },
	{ "ppi size odd", false, AT(csum.size), 15 },
	{ "ppi payload in header", false, AT(csum.offset), 8 },
	{ "ppi payload beyond", false, AT(csum.offset), 16 },
	{ "csum without family", false, AT(csum_value), RNDIS_CSUM_TX_TCP },
	{ "csum of IPv6", false, AT(csum_value),
	  RNDIS_CSUM_TX_IPV6 | RNDIS_CSUM_TX_TCP | L4_OFFSET << 16 },
	{ "csum of both", false, AT(csum_value),
	  RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_UDP |
	  L4_OFFSET << 16 },
	{ "csum of UDP", false, AT(csum_value),
	  RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_UDP | L4_OFFSET << 16 },
	{ "csum offset", false, AT(csum_value),
	  RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_TCP | (L4_OFFSET + 4) << 16 },
	{ "lso version 1", true, AT(lso_value), 40 | L4_OFFSET << 20 },
	{ "lso of IPv6", true, AT(lso_value),
	  RNDIS_LSO_V2 | RNDIS_LSO_IPV6 | 40 | L4_OFFSET << 20 },
	{ "lso mss 0", true, AT(lso_value), RNDIS_LSO_V2 | L4_OFFSET << 20 },
	{ "lso mss beyond the MTU", true, AT(lso_value),
	  RNDIS_LSO_V2 | 2000 | L4_OFFSET << 20 },
	{ "lso offset", true, AT(lso_value),
	  RNDIS_LSO_V2 | 40 | (L4_OFFSET + 4) << 20 },
	{ "lso with lengths", true, AT(ip.tot_len) - 2, 0x05000045 },
	{ "lso pseudo header", true, AT(tcp.check), 0x1234 },
};

KUNIT_ARRAY_PARAM_DESC(tx, tx_cases, what);

static void bad_packet_is_refused(struct kunit *test)
{
	const struct tx_case *c = test->param_value;
	__le32 value = cpu_to_le32(c->value);
	struct guest *g = test->priv;
	struct tx_bytes b;

	guest_connect(test);
	tx_enable_offloads(test);
	if (c->lso)
		tx_fill_lso(&b);
	else
		tx_fill(&b);
	memcpy((u8 *)&b + c->offset, &value, sizeof(value));
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, &b,
					  sizeof(b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 0);
}

/* ---- whole messages ---- */

static void good_packets_are_forwarded(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes b[2];

	guest_connect(test);
	tx_enable_offloads(test);
	tx_fill(&b[0]);
	tx_fill_lso(&b[1]);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, b,
					  sizeof(b)), NVSP_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 2);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_CSUM_DONE), 1);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_LSO_DONE), 1);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 0);
}

static void one_bad_packet_does_not_take_the_others_along(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes b[3];
	int i;

	guest_connect(test);
	tx_enable_offloads(test);
	for (i = 0; i < 3; i++)
		tx_fill(&b[i]);
	b[1].rp.num_oob = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, b,
					  sizeof(b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 2);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
}

static void message_has_eight_packets_at_most(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes *b;
	int i;

	b = kunit_kcalloc(test, 9, sizeof(*b), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, b);
	guest_connect(test);
	tx_enable_offloads(test);
	for (i = 0; i < 9; i++)
		tx_fill(&b[i]);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, b,
					  9 * sizeof(*b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 8);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
}

static void offload_has_to_be_enabled(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes b;

	guest_connect(test);
	tx_fill(&b);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, &b,
					  sizeof(b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	tx_fill_lso(&b);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, &b,
					  sizeof(b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 2);
}

static void section_has_to_be_in_the_buffer(struct kunit *test)
{
	struct nvsp_rndis_pkt_complete done;
	struct guest *g = test->priv;
	union nvsp_message msg = {
		.rndis_pkt = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
		},
	};
	const struct {
		u32 index;
		u32 size;
	} bad[] = {
		{ GUEST_SEND_SIZE / 6144, 100 },
		{ 0xfffffffe, 100 },
		{ 0, 6145 },
		{ 0, 0 },
		{ NVSP_NO_SEND_SECTION, 100 },
		{ NVSP_NO_SEND_SECTION, 0 },
	};
	int i;

	guest_connect(test);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		msg.rndis_pkt.send_section_index = cpu_to_le32(bad[i].index);
		msg.rndis_pkt.send_section_size = cpu_to_le32(bad[i].size);
		guest_ask(test, &msg, sizeof(msg), &done, sizeof(done));
		KUNIT_EXPECT_EQ(test, le32_to_cpu(done.status),
				NVSP_STATUS_INVALID_RNDIS_PKT);
		KUNIT_EXPECT_EQ(test, guest_violations(g), i + 1);
	}
}

static void data_before_rndis_is_refused(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes b;

	guest_open(test);
	guest_hello(test, NVSP_VERSION_61);
	guest_ndis_config(test, ETH_FRAME_LEN, 0);
	guest_recv_buf(test);
	guest_send_buf(test);
	tx_fill(&b);
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_DATA, &b,
					  sizeof(b)),
			NVSP_STATUS_INVALID_RNDIS_PKT);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
}

/* A message whose bytes are @len bytes at @at, in two ranges. */
static u64 tx_post_ranges(struct kunit *test, u8 *at, u32 first, u32 len)
{
	struct {
		struct vmbus_packet_mpb_array hdr;
		u64 pfn;
		struct hv_mpb_array second;
		u64 second_pfn;
	} __packed desc = {
		.hdr.rangecount = 2,
		.hdr.range.len = first,
		.hdr.range.offset = offset_in_page(at),
		.pfn = virt_to_phys(at) >> PAGE_SHIFT,
		.second.len = len - first,
		.second.offset = offset_in_page(at + first),
		.second_pfn = virt_to_phys(at + first) >> PAGE_SHIFT,
	};
	union nvsp_message msg = {
		.rndis_pkt = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
			.send_section_index = cpu_to_le32(NVSP_NO_SEND_SECTION),
		},
	};
	struct guest *g = test->priv;
	u64 id = g->next_id++;

	KUNIT_ASSERT_EQ(test, 0,
			vmbus_sendpacket_mpb_desc(g->channel, &desc.hdr,
						  sizeof(desc), &msg,
						  sizeof(msg), id));
	guest_fence(test);
	return id;
}

static void header_is_in_one_range_and_page(struct kunit *test)
{
	struct guest *g = test->priv;
	struct tx_bytes *b;
	u8 *pages;

	pages = (u8 *)__get_free_pages(GFP_KERNEL, 1);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	guest_connect(test);
	tx_enable_offloads(test);
	b = (struct tx_bytes *)pages;
	tx_fill(b);
	tx_post_ranges(test, (u8 *)b, AT(eth), sizeof(*b));
	KUNIT_EXPECT_EQ(test, guest_violations(g), 0);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 1);

	tx_post_ranges(test, (u8 *)b, sizeof(b->rp), sizeof(*b));
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);

	b = (struct tx_bytes *)(pages + PAGE_SIZE - 32);
	tx_fill(b);
	tx_post_ranges(test, (u8 *)b, 32, sizeof(*b));
	KUNIT_EXPECT_EQ(test, guest_violations(g), 2);
	KUNIT_EXPECT_EQ(test, tx_count(g, HVSIM_SYN_FRAMES_TX), 1);
	free_pages((unsigned long)pages, 1);
}

/* ---- what leaves ---- */

static void tx_expect_segment(struct kunit *test, struct sk_buff *skb, u32 i,
			      u32 payload)
{
	struct iphdr *ip = (struct iphdr *)(skb->data + ETH_HLEN);
	struct tcphdr *th = (struct tcphdr *)(skb->data + L4_OFFSET);
	u32 len = sizeof(*th) + payload;

	KUNIT_ASSERT_EQ(test, skb->len, L4_OFFSET + len);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_NONE);
	KUNIT_EXPECT_EQ(test, ntohs(ip->tot_len), sizeof(*ip) + len);
	KUNIT_EXPECT_EQ(test, ntohs(ip->id), i);
	KUNIT_EXPECT_EQ(test, ntohl(th->seq), i * 40);
	KUNIT_EXPECT_EQ(test, 0, (__force u16)ip_fast_csum(ip, ip->ihl));
	KUNIT_EXPECT_EQ(test, 0,
			(__force u16)csum_tcpudp_magic(ip->saddr, ip->daddr,
						       len, IPPROTO_TCP,
						       csum_partial(th, len, 0)));
}

static void large_send_is_cut_into_right_segments(struct kunit *test)
{
	struct hvsim_tx_meta meta = { .has_lso = true };
	struct guest *g = test->priv;
	struct sk_buff *skb, *next;
	struct tx_bytes b;
	u32 i = 0;

	guest_connect(test);
	tx_enable_offloads(test);
	tx_fill_lso(&b);
	meta.lso = le32_to_cpu(b.lso_value);
	skb = alloc_skb(FRAME_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, (u8 *)&b + offsetof(struct tx_bytes, eth), FRAME_LEN);
	skb->protocol = htons(ETH_P_IP);
	KUNIT_ASSERT_NULL(test, hvsim_offload_request(skb, &meta, g->nic));
	for (skb = hvsim_offload_carry_out(skb); skb; skb = next) {
		next = skb->next;
		tx_expect_segment(test, skb, i, i < 2 ? 40 : PAYLOAD - 80);
		kfree_skb(skb);
		i++;
	}
	KUNIT_EXPECT_EQ(test, i, 3);
}

static struct kunit_case tx_kunit_cases[] = {
	KUNIT_CASE_PARAM(bad_packet_is_refused, tx_gen_params),
	KUNIT_CASE(good_packets_are_forwarded),
	KUNIT_CASE(one_bad_packet_does_not_take_the_others_along),
	KUNIT_CASE(message_has_eight_packets_at_most),
	KUNIT_CASE(offload_has_to_be_enabled),
	KUNIT_CASE(section_has_to_be_in_the_buffer),
	KUNIT_CASE(data_before_rndis_is_refused),
	KUNIT_CASE(header_is_in_one_range_and_page),
	KUNIT_CASE(large_send_is_cut_into_right_segments),
	{ }
};

static struct kunit_suite tx_suite = {
	.name = "hvsim_tx",
	.init = guest_init,
	.exit = guest_exit,
	.test_cases = tx_kunit_cases,
};

kunit_test_suite(tx_suite);
