// SPDX-License-Identifier: GPL-2.0-only
/* The simulated host keeps the rules of a real one, whatever a guest does. */
#include "hvsim_guest.h"

#include "hvsim/path.h"
#include "hvsim/vswitch.h"

/* ---- negotiation ---- */

static void unknown_version_is_answered_with_none(struct kunit *test)
{
	guest_open(test);
	KUNIT_EXPECT_EQ(test, guest_hello(test, 0x70000), NVSP_STATUS_NONE);
	KUNIT_EXPECT_EQ(test, guest_hello(test, 0x30000), NVSP_STATUS_NONE);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 0);
}

static void version_above_the_hosts_is_answered_with_none(struct kunit *test)
{
	struct guest *g = test->priv;

	g->cfg.version = NVSP_VERSION_4;
	guest_open(test);
	KUNIT_EXPECT_EQ(test, guest_hello(test, NVSP_VERSION_5),
			NVSP_STATUS_NONE);
	KUNIT_EXPECT_EQ(test, guest_hello(test, NVSP_VERSION_4),
			NVSP_STATUS_SUCCESS);
}

static void second_agreement_is_refused(struct kunit *test)
{
	guest_open(test);
	KUNIT_EXPECT_EQ(test, guest_hello(test, NVSP_VERSION_61),
			NVSP_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, guest_hello(test, NVSP_VERSION_5),
			NVSP_STATUS_NONE);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 1);
}

static void nothing_but_init_is_legal_before_a_version(struct kunit *test)
{
	union nvsp_message msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_VERSION),
	};

	guest_open(test);
	guest_post(test, &msg, sizeof(msg));
	guest_fence(test);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 1);
}

static void message_has_the_size_of_its_version(struct kunit *test)
{
	union nvsp_message msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_VERSION),
	};
	struct guest *g = test->priv;
	u32 unused;

	g->cfg.version = NVSP_VERSION_6;
	guest_open(test);
	guest_hello(test, NVSP_VERSION_6);
	KUNIT_EXPECT_EQ(test, 0, guest_ask(test, &msg, NVSP_MSG_SIZE, &unused,
					   sizeof(unused)));
	guest_post(test, &msg, NVSP_MSG_SIZE - 4);
	guest_fence(test);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
}

static void short_message_is_not_one_of_the_newest_version(struct kunit *test)
{
	union nvsp_message msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_VERSION),
	};

	guest_open(test);
	guest_hello(test, NVSP_VERSION_61);
	guest_post(test, &msg, NVSP_MSG_SIZE);
	guest_fence(test);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 1);
}

static void buffer_before_ndis_config_is_refused(struct kunit *test)
{
	guest_open(test);
	guest_hello(test, NVSP_VERSION_61);
	KUNIT_EXPECT_EQ(test, guest_recv_buf(test), NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 1);
}

static void buffers_and_config_are_given_once(struct kunit *test)
{
	guest_connect(test);
	KUNIT_EXPECT_EQ(test, guest_recv_buf(test), NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, guest_send_buf(test), NVSP_STATUS_FAIL);
	guest_ndis_config(test, ETH_FRAME_LEN, 0);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 3);
}

static void mtu_out_of_range_becomes_1500(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_open(test);
	guest_hello(test, NVSP_VERSION_61);
	guest_ndis_config(test, 20000, 0);
	KUNIT_EXPECT_EQ(test, g->nic->nvsp.frame_max, ETH_FRAME_LEN);
	KUNIT_EXPECT_EQ(test, guest_recv_buf(test), NVSP_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, g->nic->rxbuf.section_size, 1728);
}

static void nothing_is_processed_after_a_revoke(struct kunit *test)
{
	union nvsp_message msg = {
		.revoke_buf.hdr.type = cpu_to_le32(NVSP_MSG_REVOKE_RECV_BUF),
		.revoke_buf.id = cpu_to_le16(NVSP_RECV_BUF_ID),
	};
	struct guest *g = test->priv;
	u32 unused;

	guest_connect(test);
	KUNIT_EXPECT_EQ(test, 0, guest_ask(test, &msg, sizeof(msg), &unused,
					   sizeof(unused)));
	KUNIT_EXPECT_TRUE(test, g->nic->nvsp.revoked);
	KUNIT_EXPECT_EQ(test, -1, guest_ask(test, &msg, sizeof(msg), &unused,
					    sizeof(unused)));
	KUNIT_EXPECT_EQ(test, guest_violations(g), 0);
}

static void reopened_channel_starts_from_nothing(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test);
	guest_close(g);
	KUNIT_EXPECT_EQ(test, g->nic->nvsp.version, 0);
	KUNIT_EXPECT_NULL(test, g->nic->rxbuf.base);
	guest_connect(test);
}

/* ---- channels ---- */

static void as_many_subchannels_as_channels_are_refused(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test);
	KUNIT_EXPECT_EQ(test, guest_subchannels(test, g->cfg.channels),
			NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, guest_subchannels(test, 0), NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 2);
}

static void subchannels_are_granted_once(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test);
	KUNIT_EXPECT_EQ(test, guest_subchannels(test, 2), NVSP_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, g->nic->nvsp.granted, 2);
	KUNIT_EXPECT_EQ(test, guest_subchannels(test, 1), NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, g->nic->nvsp.granted, 2);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 1);
}

/* ---- OIDs ---- */

static void unknown_oid_is_not_supported(struct kunit *test)
{
	__le32 info = 0;

	guest_connect(test);
	KUNIT_EXPECT_EQ(test, guest_query(test, 0x00aa0001, &info, 4),
			RNDIS_STATUS_NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, guest_set(test, 0x00aa0001, &info, 4),
			RNDIS_STATUS_NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, guest_violations(test->priv), 0);
}

static void filter_of_zero_stops_reception(struct kunit *test)
{
	__le32 all = cpu_to_le32(RNDIS_PACKET_TYPE_PROMISCUOUS);
	struct guest *g = test->priv;
	struct sk_buff *skb;
	__le32 none = 0;
	int i;

	guest_connect(test);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, 0,
				guest_set(test,
					  RNDIS_OID_GEN_CURRENT_PACKET_FILTER,
					  i == 1 ? &all : &none, 4));
		skb = alloc_skb(ETH_ZLEN, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_put_zero(skb, ETH_ZLEN);
		local_bh_disable();
		hvsim_vswitch_from_wire(g->nic, skb);
		local_bh_enable();
		guest_fence(test);
		guest_fence(test);
		KUNIT_EXPECT_EQ(test, g->frames, i ? 1 : 0);
	}
}

struct rss_case {
	const char *what;
	u16 table_size;
	u16 key_size;
	u32 entry;
	u32 status;
};

static const struct rss_case rss_cases[] = {
	{ "right", 8, 40, 2, RNDIS_STATUS_SUCCESS },
	{ "no table", 0, 40, 2, RNDIS_STATUS_INVALID_DATA },
	{ "odd table", 6, 40, 2, RNDIS_STATUS_INVALID_DATA },
	{ "table too long", 2048, 40, 2, RNDIS_STATUS_INVALID_DATA },
	{ "no such channel", 8, 40, 3, RNDIS_STATUS_INVALID_DATA },
	{ "huge channel", 8, 40, 0xffffffff, RNDIS_STATUS_INVALID_DATA },
	{ "short key", 8, 39, 2, RNDIS_STATUS_INVALID_DATA },
};

KUNIT_ARRAY_PARAM_DESC(rss, rss_cases, what);

static void rss_parameters_are_checked(struct kunit *test)
{
	const struct rss_case *c = test->param_value;
	struct {
		struct ndis_rss_params p;
		__le32 table[2];
		u8 key[NDIS_RSS_KEY_SIZE];
	} msg = {
		.p = {
			.hdr.type = NDIS_OBJECT_RSS_PARAMS,
			.hash_info = cpu_to_le32(NDIS_HASH_FUNC_TOEPLITZ |
						 NDIS_HASH_IPV4),
			.table_size = cpu_to_le16(c->table_size),
			.table_offset = cpu_to_le32(sizeof(msg.p)),
			.key_size = cpu_to_le16(c->key_size),
			.key_offset = cpu_to_le32(sizeof(msg.p) +
						  sizeof(msg.table)),
		},
		.table[1] = cpu_to_le32(c->entry),
	};
	bool good = c->status == RNDIS_STATUS_SUCCESS;
	struct guest *g = test->priv;

	guest_connect(test);
	guest_subchannels(test, 2);
	KUNIT_EXPECT_EQ(test, guest_set(test, NDIS_OID_RSS_PARAMS, &msg,
					sizeof(msg)), c->status);
	KUNIT_EXPECT_EQ(test, g->nic->sw.rss.enabled, good);
	KUNIT_EXPECT_EQ(test, guest_violations(g), good ? 0 : 1);
}

static void offloads_are_masked_to_what_the_nic_has(struct kunit *test)
{
	struct ndis_offload_params p = {
		.hdr.type = NDIS_OBJECT_DEFAULT,
		.hdr.size = cpu_to_le16(sizeof(p)),
		.tcp4_csum = NDIS_OFFLOAD_CSUM_BOTH,
		.tcp6_csum = NDIS_OFFLOAD_CSUM_BOTH,
		.lso_v2_ip4 = NDIS_OFFLOAD_ON,
		.lso_v2_ip6 = NDIS_OFFLOAD_ON,
	};
	struct guest *g = test->priv;
	u32 before;

	g->cfg.csum6 = false;
	g->cfg.lso6 = 0;
	guest_connect(test);
	before = g->indications;
	KUNIT_EXPECT_EQ(test, 0, guest_set(test, NDIS_OID_OFFLOAD_PARAMS, &p,
					   sizeof(p)));
	KUNIT_EXPECT_TRUE(test, g->nic->rndis.offloads.tcp4);
	KUNIT_EXPECT_FALSE(test, g->nic->rndis.offloads.tcp6);
	KUNIT_EXPECT_TRUE(test, g->nic->rndis.offloads.lso4);
	KUNIT_EXPECT_FALSE(test, g->nic->rndis.offloads.lso6);
	KUNIT_EXPECT_EQ(test, g->indications, before + 1);
	p.lso_v1 = NDIS_OFFLOAD_ON;
	KUNIT_EXPECT_EQ(test, guest_set(test, NDIS_OID_OFFLOAD_PARAMS, &p,
					sizeof(p)), RNDIS_STATUS_NOT_SUPPORTED);
}

/* ---- acknowledgments, path ---- */

static void section_is_the_guests_until_acknowledged(struct kunit *test)
{
	__le32 all = cpu_to_le32(RNDIS_PACKET_TYPE_PROMISCUOUS);
	struct guest *g = test->priv;
	u32 sections;

	guest_connect(test);
	sections = g->nic->rxbuf.num_sections;
	g->keep = true;
	guest_set(test, RNDIS_OID_GEN_CURRENT_PACKET_FILTER, &all, 4);
	KUNIT_EXPECT_EQ(test, g->nic->rxbuf.num_free, sections - 1);
	guest_ack(test, g->last_xfer);
	guest_fence(test);
	KUNIT_EXPECT_EQ(test, g->nic->rxbuf.num_free, sections);
	guest_ack(test, g->last_xfer);
	guest_ack(test, 0);
	guest_ack(test, 123456);
	guest_fence(test);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 3);
	KUNIT_EXPECT_EQ(test, g->nic->rxbuf.num_free, sections);
}

static void switch_without_association_has_no_effect(struct kunit *test)
{
	union nvsp_message msg = {
		.switch_data_path = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SWITCH_DATA_PATH),
			.active = cpu_to_le32(NVSP_DATAPATH_VF),
		},
	};
	struct guest *g = test->priv;
	u32 unused;

	guest_connect(test);
	KUNIT_EXPECT_EQ(test, 0, guest_ask(test, &msg, sizeof(msg), &unused,
					   sizeof(unused)));
	KUNIT_EXPECT_EQ(test, g->nic->sw.path, HVSIM_PATH_SYNTHETIC);
	KUNIT_EXPECT_FALSE(test, g->nic->sw.vf_tx);
	KUNIT_EXPECT_EQ(test, guest_violations(g), 0);
}

/* The path is back at once; the VF's frames go on until the host moves it. */
static void closed_channel_leaves_the_vf_its_way_out(struct kunit *test)
{
	struct guest *g = test->priv;
	struct hvsim_vswitch *sw;

	guest_connect(test);
	sw = &g->nic->sw;
	KUNIT_ASSERT_EQ(test, 0, hvsim_path_plug_foreign(g->nic, 4711));
	KUNIT_ASSERT_EQ(test, 0, hvsim_path_set(g->nic, HVSIM_PATH_VF));
	KUNIT_EXPECT_EQ(test, sw->path, HVSIM_PATH_VF);
	guest_close(g);
	KUNIT_EXPECT_EQ(test, sw->path, HVSIM_PATH_SYNTHETIC);
	KUNIT_EXPECT_TRUE(test, sw->vf_tx);
	KUNIT_EXPECT_FALSE(test, g->nic->vf.advertised);
	KUNIT_EXPECT_EQ(test, 0, hvsim_path_set(g->nic, HVSIM_PATH_SYNTHETIC));
	KUNIT_EXPECT_FALSE(test, sw->vf_tx);
	KUNIT_EXPECT_EQ(test, 0, hvsim_path_pull(g->nic, false));
}

static struct kunit_case host_cases[] = {
	KUNIT_CASE(unknown_version_is_answered_with_none),
	KUNIT_CASE(version_above_the_hosts_is_answered_with_none),
	KUNIT_CASE(second_agreement_is_refused),
	KUNIT_CASE(nothing_but_init_is_legal_before_a_version),
	KUNIT_CASE(message_has_the_size_of_its_version),
	KUNIT_CASE(short_message_is_not_one_of_the_newest_version),
	KUNIT_CASE(buffer_before_ndis_config_is_refused),
	KUNIT_CASE(buffers_and_config_are_given_once),
	KUNIT_CASE(mtu_out_of_range_becomes_1500),
	KUNIT_CASE(nothing_is_processed_after_a_revoke),
	KUNIT_CASE(reopened_channel_starts_from_nothing),
	KUNIT_CASE(as_many_subchannels_as_channels_are_refused),
	KUNIT_CASE(subchannels_are_granted_once),
	KUNIT_CASE(unknown_oid_is_not_supported),
	KUNIT_CASE(filter_of_zero_stops_reception),
	KUNIT_CASE_PARAM(rss_parameters_are_checked, rss_gen_params),
	KUNIT_CASE(offloads_are_masked_to_what_the_nic_has),
	KUNIT_CASE(section_is_the_guests_until_acknowledged),
	KUNIT_CASE(switch_without_association_has_no_effect),
	KUNIT_CASE(closed_channel_leaves_the_vf_its_way_out),
	{ }
};

static struct kunit_suite host_suite = {
	.name = "hvsim_host",
	.init = guest_init,
	.exit = guest_exit,
	.test_cases = host_cases,
};

kunit_test_suite(host_suite);
