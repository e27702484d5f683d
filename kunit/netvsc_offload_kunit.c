// SPDX-License-Identifier: GPL-2.0-only
/* What a host says it can do, and what it is asked to do. */
#include <kunit/test.h>
#include <linux/netdevice.h>

#include "netvsc.h"
#include "offload.h"

/* As a current host answers. */
static void make_caps(struct ndis_offload *offload)
{
	*offload = (struct ndis_offload) {
		.hdr.type = NDIS_OBJECT_OFFLOAD,
		.hdr.revision = NDIS_OFFLOAD_REVISION_3,
		.hdr.size = cpu_to_le16(NDIS_OFFLOAD_SIZE_3),
		.csum.ip4_tx = cpu_to_le32(0x155),
		.csum.ip6_tx = cpu_to_le32(0x55),
		.lso.ip4_encap = cpu_to_le32(NDIS_ENCAP_8023),
		.lso.ip4_max_size = cpu_to_le32(0xf53c),
		.lso.ip4_min_segs = cpu_to_le32(2),
		.lso.ip6_encap = cpu_to_le32(NDIS_ENCAP_8023),
		.lso.ip6_max_size = cpu_to_le32(0xf53c),
		.lso.ip6_min_segs = cpu_to_le32(2),
		.lso.ip6_options = cpu_to_le32(5),
		.rsc_ip4 = 1,
		.rsc_ip6 = 1,
	};
}

static void everything_a_host_offers_is_used(struct kunit *test)
{
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	KUNIT_ASSERT_EQ(test, 0,
			netvsc_offload_parse(&offload, sizeof(offload),
					     NVSP_VERSION_61, &caps));
	KUNIT_EXPECT_TRUE(test, caps.tx_csum_tcp4 && caps.tx_csum_udp4);
	KUNIT_EXPECT_TRUE(test, caps.tx_csum_tcp6 && caps.tx_csum_udp6);
	KUNIT_EXPECT_EQ(test, caps.lso4_max, 0xf53c);
	KUNIT_EXPECT_EQ(test, caps.lso6_max, 0xf53c);
	KUNIT_EXPECT_TRUE(test, caps.rsc);
	KUNIT_EXPECT_EQ(test, netvsc_offload_tso_max(&caps), 0xf53c);
	KUNIT_EXPECT_EQ(test, netvsc_offload_features(&caps),
			NETIF_F_SG | NETIF_F_RXCSUM | NETIF_F_RXHASH |
			NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_TSO |
			NETIF_F_TSO6 | NETIF_F_LRO);
}

static void old_protocol_has_neither_udp_nor_coalescing(struct kunit *test)
{
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	KUNIT_ASSERT_EQ(test, 0,
			netvsc_offload_parse(&offload, sizeof(offload),
					     NVSP_VERSION_4, &caps));
	KUNIT_EXPECT_TRUE(test, caps.tx_csum_tcp4);
	KUNIT_EXPECT_FALSE(test, caps.tx_csum_udp4);
	KUNIT_EXPECT_FALSE(test, caps.tx_csum_udp6);
	KUNIT_EXPECT_FALSE(test, caps.rsc);
}

static void old_answer_is_shorter(struct kunit *test)
{
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	offload.hdr.revision = NDIS_OFFLOAD_REVISION_1;
	offload.hdr.size = cpu_to_le16(NDIS_OFFLOAD_SIZE_1);
	KUNIT_ASSERT_EQ(test, 0,
			netvsc_offload_parse(&offload, NDIS_OFFLOAD_SIZE_1,
					     NVSP_VERSION_61, &caps));
	KUNIT_EXPECT_EQ(test, caps.lso4_max, 0xf53c);
	KUNIT_EXPECT_FALSE(test, caps.rsc);
}

struct bad_case {
	const char *name;
	u8 type;
	u8 revision;
	u16 size;
	u32 len;
};

static const struct bad_case bad_cases[] = {
	{ "empty", 0xa7, 3, 156, 0 },
	{ "header_cut", 0xa7, 3, 156, 3 },
	{ "wrong_type", 0x80, 3, 156, 156 },
	{ "revision_0", 0xa7, 0, 156, 156 },
	{ "size_too_small", 0xa7, 1, 111, 156 },
	{ "size_beyond_answer", 0xa7, 3, 156, 155 },
};

static void bad_case_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad, bad_cases, bad_case_desc);

static void bad_answer_offers_nothing(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct netvsc_caps caps, none = {};
	struct ndis_offload offload;

	make_caps(&offload);
	offload.hdr.type = c->type;
	offload.hdr.revision = c->revision;
	offload.hdr.size = cpu_to_le16(c->size);
	memset(&caps, 0xff, sizeof(caps));
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			netvsc_offload_parse(&offload, c->len, NVSP_VERSION_61,
					     &caps));
	KUNIT_EXPECT_EQ(test, netvsc_offload_features(&caps),
			netvsc_offload_features(&none));
}

static void tiny_large_send_is_not_used(struct kunit *test)
{
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	offload.lso.ip4_max_size = cpu_to_le32(100);
	offload.lso.ip6_max_size = cpu_to_le32(U32_MAX);
	KUNIT_ASSERT_EQ(test, 0,
			netvsc_offload_parse(&offload, sizeof(offload),
					     NVSP_VERSION_61, &caps));
	KUNIT_EXPECT_EQ(test, caps.lso4_max, 0);
	KUNIT_EXPECT_EQ(test, caps.lso6_max, GSO_LEGACY_MAX_SIZE);
	KUNIT_EXPECT_EQ(test, netvsc_offload_tso_max(&caps),
			GSO_LEGACY_MAX_SIZE);
}

static void large_send_needs_checksums(struct kunit *test)
{
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	offload.csum.ip4_tx = cpu_to_le32(NDIS_CSUM4_TCP);
	offload.csum.ip6_tx = 0;
	KUNIT_ASSERT_EQ(test, 0,
			netvsc_offload_parse(&offload, sizeof(offload),
					     NVSP_VERSION_61, &caps));
	KUNIT_EXPECT_EQ(test, caps.lso4_max, 0);
	KUNIT_EXPECT_EQ(test, caps.lso6_max, 0);
	KUNIT_EXPECT_FALSE(test, caps.tx_csum_udp4);
}

static void request_matches_what_is_offered(struct kunit *test)
{
	static const u8 wanted[] = {
		0x80, 3, 28, 0,		/* header */
		1, 4, 4, 4, 4,		/* ip4 off; tcp4 udp4 tcp6 udp6 both */
		0, 0, 2, 2, 0, 0, 0,	/* large send, version 2, on */
		0, 0, 0, 0, 0, 0,
		2, 2, 0, 0, 0, 0,	/* coalescing on */
	};
	struct ndis_offload_params params;
	struct ndis_offload offload;
	struct netvsc_caps caps;

	make_caps(&offload);
	netvsc_offload_parse(&offload, sizeof(offload), NVSP_VERSION_61, &caps);
	netvsc_offload_params(&caps, NVSP_VERSION_61, true, &params);
	static_assert(sizeof(wanted) == sizeof(params));
	KUNIT_EXPECT_MEMEQ(test, &params, wanted, sizeof(wanted));

	netvsc_offload_params(&caps, NVSP_VERSION_61, false, &params);
	KUNIT_EXPECT_EQ(test, params.rsc_ip4, NDIS_OFFLOAD_OFF);
	KUNIT_EXPECT_EQ(test, params.rsc_ip6, NDIS_OFFLOAD_OFF);
}

static void request_to_an_old_host_is_shorter(struct kunit *test)
{
	struct netvsc_caps caps = { .tx_csum_tcp4 = true, .rsc = true,
				    .tx_csum_udp4 = true };
	struct ndis_offload_params params;

	netvsc_offload_params(&caps, NVSP_VERSION_4, true, &params);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(params.hdr.size), 22);
	KUNIT_EXPECT_EQ(test, params.tcp4_csum, NDIS_OFFLOAD_CSUM_BOTH);
	KUNIT_EXPECT_EQ(test, params.udp4_csum, 0);
	KUNIT_EXPECT_EQ(test, params.tcp6_csum, 0);
	KUNIT_EXPECT_EQ(test, params.rsc_ip4, 0);
}

static struct kunit_case offload_cases[] = {
	KUNIT_CASE(everything_a_host_offers_is_used),
	KUNIT_CASE(old_protocol_has_neither_udp_nor_coalescing),
	KUNIT_CASE(old_answer_is_shorter),
	KUNIT_CASE_PARAM(bad_answer_offers_nothing, bad_gen_params),
	KUNIT_CASE(tiny_large_send_is_not_used),
	KUNIT_CASE(large_send_needs_checksums),
	KUNIT_CASE(request_matches_what_is_offered),
	KUNIT_CASE(request_to_an_old_host_is_shorter),
	{}
};

static struct kunit_suite offload_suite = {
	.name = "netvsc_offload",
	.test_cases = offload_cases,
};

kunit_test_suite(offload_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc's offloads");
MODULE_LICENSE("GPL");
