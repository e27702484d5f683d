// SPDX-License-Identifier: GPL-2.0-only
#include <linux/limits.h>

#include "netvsc/nvsp.h"
#include "netvsc_wire_kunit.h"

static const struct wire_field nvsp_hdr_fields[] = {
	FIELD("\x82\x00\x00\x00", NVSP_MSG_UPLINK_CONNECT_STATE, nvsp_hdr, type),
};

static const struct wire_field nvsp_init_fields[] = {
	FIELD("\x01\x00\x00\x00", NVSP_MSG_INIT, nvsp_init, hdr.type),
	FIELD("\x01\x00\x06\x00", NVSP_VERSION_61, nvsp_init, min_version),
	FIELD("\x01\x00\x06\x00", NVSP_VERSION_61, nvsp_init, max_version),
};

static const struct wire_field nvsp_init_complete_fields[] = {
	FIELD("\x02\x00\x00\x00", NVSP_MSG_INIT_COMPLETE, nvsp_init_complete, hdr.type),
	FIELD("\xff\xff\xff\xff", U32_MAX, nvsp_init_complete, version),
	FIELD("\x22\x00\x00\x00", 34, nvsp_init_complete, max_mdl_chain_len),
	FIELD("\x01\x00\x00\x00", NVSP_STATUS_SUCCESS, nvsp_init_complete, status),
};

static const struct wire_field nvsp_ndis_version_fields[] = {
	FIELD("\x64\x00\x00\x00", NVSP_MSG_SEND_NDIS_VERSION,
	      nvsp_ndis_version, hdr.type),
	FIELD("\x06\x00\x00\x00", NVSP_NDIS_MAJOR, nvsp_ndis_version, major),
	FIELD("\x1e\x00\x00\x00", NVSP_NDIS_MINOR_30, nvsp_ndis_version, minor),
};

static const struct wire_field nvsp_buf_recv_fields[] = {
	FIELD("\x65\x00\x00\x00", NVSP_MSG_SEND_RECV_BUF, nvsp_buf, hdr.type),
	FIELD("\x10\x1e\x0e\x00", 0x000e1e10, nvsp_buf, gpadl),
	FIELD("\xfe\xca", NVSP_RECV_BUF_ID, nvsp_buf, id),
	FIELD("\x00\x00", 0, nvsp_buf, reserved),
};

static const struct wire_field nvsp_buf_send_fields[] = {
	FIELD("\x68\x00\x00\x00", NVSP_MSG_SEND_SEND_BUF, nvsp_buf, hdr.type),
	FIELD("\x11\x1e\x0e\x00", 0x000e1e11, nvsp_buf, gpadl),
	FIELD("\x00\x00", NVSP_SEND_BUF_ID, nvsp_buf, id),
	FIELD("\x00\x00", 0, nvsp_buf, reserved),
};

static const struct wire_field nvsp_recv_section_fields[] = {
	FIELD("\x00\x00\x00\x00", 0, nvsp_recv_section, offset),
	FIELD("\xc0\x06\x00\x00", 1728, nvsp_recv_section, sub_alloc_size),
	FIELD("\xed\x25\x00\x00", 9709, nvsp_recv_section, num_sub_allocs),
	FIELD("\xc0\xff\xff\x00", 16777152, nvsp_recv_section, end_offset),
};

static const struct wire_field nvsp_recv_buf_complete_fields[] = {
	FIELD("\x66\x00\x00\x00", NVSP_MSG_SEND_RECV_BUF_COMPLETE,
	      nvsp_recv_buf_complete, hdr.type),
	FIELD("\x01\x00\x00\x00", NVSP_STATUS_SUCCESS, nvsp_recv_buf_complete, status),
	FIELD("\x01\x00\x00\x00", 1, nvsp_recv_buf_complete, num_sections),
	FIELD("\x00\x00\x00\x00", 0, nvsp_recv_buf_complete, section.offset),
	FIELD("\xc0\x06\x00\x00", 1728, nvsp_recv_buf_complete, section.sub_alloc_size),
	FIELD("\xed\x25\x00\x00", 9709, nvsp_recv_buf_complete, section.num_sub_allocs),
	FIELD("\xc0\xff\xff\x00", 16777152, nvsp_recv_buf_complete, section.end_offset),
};

static const struct wire_field nvsp_revoke_buf_recv_fields[] = {
	FIELD("\x67\x00\x00\x00", NVSP_MSG_REVOKE_RECV_BUF, nvsp_revoke_buf, hdr.type),
	FIELD("\xfe\xca", NVSP_RECV_BUF_ID, nvsp_revoke_buf, id),
};

static const struct wire_field nvsp_revoke_buf_send_fields[] = {
	FIELD("\x6a\x00\x00\x00", NVSP_MSG_REVOKE_SEND_BUF, nvsp_revoke_buf, hdr.type),
	FIELD("\x00\x00", NVSP_SEND_BUF_ID, nvsp_revoke_buf, id),
};

static const struct wire_field nvsp_send_buf_complete_fields[] = {
	FIELD("\x69\x00\x00\x00", NVSP_MSG_SEND_SEND_BUF_COMPLETE,
	      nvsp_send_buf_complete, hdr.type),
	FIELD("\x02\x00\x00\x00", NVSP_STATUS_FAIL, nvsp_send_buf_complete, status),
	FIELD("\x00\x18\x00\x00", 6144, nvsp_send_buf_complete, section_size),
};

static const struct wire_field nvsp_rndis_pkt_fields[] = {
	FIELD("\x6b\x00\x00\x00", NVSP_MSG_SEND_RNDIS_PKT, nvsp_rndis_pkt, hdr.type),
	FIELD("\x01\x00\x00\x00", NVSP_CHANNEL_CONTROL, nvsp_rndis_pkt, channel_type),
	FIELD("\xff\xff\xff\xff", NVSP_NO_SEND_SECTION,
	      nvsp_rndis_pkt, send_section_index),
	FIELD("\x34\x12\x00\x00", 0x1234, nvsp_rndis_pkt, send_section_size),
};

static const struct wire_field nvsp_rndis_pkt_complete_fields[] = {
	FIELD("\x6c\x00\x00\x00", NVSP_MSG_SEND_RNDIS_PKT_COMPLETE,
	      nvsp_rndis_pkt_complete, hdr.type),
	FIELD("\x05\x00\x00\x00", NVSP_STATUS_INVALID_RNDIS_PKT,
	      nvsp_rndis_pkt_complete, status),
};

static const struct wire_field nvsp_ndis_config_fields[] = {
	FIELD("\x7d\x00\x00\x00", NVSP_MSG_SEND_NDIS_CONFIG, nvsp_ndis_config, hdr.type),
	FIELD("\xea\x05\x00\x00", 1514, nvsp_ndis_config, mtu),
	FIELD("\x00\x00\x00\x00", 0, nvsp_ndis_config, reserved),
	FIELD("\xac\x00\x00\x00\x00\x00\x00\x00", NVSP_CAP_SRIOV | NVSP_CAP_8021Q |
	      NVSP_CAP_TEAMING | NVSP_CAP_RSC,
	      nvsp_ndis_config, capabilities),
};

static const struct wire_field nvsp_vf_association_fields[] = {
	FIELD("\x80\x00\x00\x00", NVSP_MSG_SEND_VF_ASSOCIATION,
	      nvsp_vf_association, hdr.type),
	FIELD("\x01\x00\x00\x00", 1, nvsp_vf_association, allocated),
	FIELD("\x04\x03\x02\x01", 0x01020304, nvsp_vf_association, serial),
};

static const struct wire_field nvsp_switch_data_path_fields[] = {
	FIELD("\x81\x00\x00\x00", NVSP_MSG_SWITCH_DATA_PATH,
	      nvsp_switch_data_path, hdr.type),
	FIELD("\x01\x00\x00\x00", NVSP_DATAPATH_VF, nvsp_switch_data_path, active),
};

static const struct wire_field nvsp_subchannel_fields[] = {
	FIELD("\x85\x00\x00\x00", NVSP_MSG_SUBCHANNEL, nvsp_subchannel, hdr.type),
	FIELD("\x01\x00\x00\x00", NVSP_SUBCHANNEL_ALLOCATE, nvsp_subchannel, op),
	FIELD("\x3f\x00\x00\x00", 63, nvsp_subchannel, num_subchannels),
};

static const struct wire_field nvsp_subchannel_complete_fields[] = {
	FIELD("\x85\x00\x00\x00", NVSP_MSG_SUBCHANNEL,
	      nvsp_subchannel_complete, hdr.type),
	FIELD("\x01\x00\x00\x00", NVSP_STATUS_SUCCESS, nvsp_subchannel_complete, status),
	FIELD("\x07\x00\x00\x00", 7, nvsp_subchannel_complete, num_subchannels),
};

static const struct wire_field nvsp_send_table_fields[] = {
	FIELD("\x86\x00\x00\x00", NVSP_MSG_SEND_INDIRECTION_TABLE,
	      nvsp_send_table, hdr.type),
	FIELD("\x10\x00\x00\x00", NVSP_SEND_TABLE_ENTRIES, nvsp_send_table, count),
	FIELD("\x0c\x00\x00\x00", 12, nvsp_send_table, offset),
};

static const struct wire_case wire_cases[] = {
	WIRE(nvsp_hdr, nvsp_hdr),
	WIRE(nvsp_init, nvsp_init),
	WIRE(nvsp_init_complete, nvsp_init_complete),
	WIRE(nvsp_ndis_version, nvsp_ndis_version),
	WIRE(nvsp_buf, nvsp_buf_recv),
	WIRE(nvsp_buf, nvsp_buf_send),
	WIRE(nvsp_recv_section, nvsp_recv_section),
	WIRE(nvsp_recv_buf_complete, nvsp_recv_buf_complete),
	WIRE(nvsp_revoke_buf, nvsp_revoke_buf_recv),
	WIRE(nvsp_revoke_buf, nvsp_revoke_buf_send),
	WIRE(nvsp_send_buf_complete, nvsp_send_buf_complete),
	WIRE(nvsp_rndis_pkt, nvsp_rndis_pkt),
	WIRE(nvsp_rndis_pkt_complete, nvsp_rndis_pkt_complete),
	WIRE(nvsp_ndis_config, nvsp_ndis_config),
	WIRE(nvsp_vf_association, nvsp_vf_association),
	WIRE(nvsp_switch_data_path, nvsp_switch_data_path),
	WIRE(nvsp_subchannel, nvsp_subchannel),
	WIRE(nvsp_subchannel_complete, nvsp_subchannel_complete),
	WIRE(nvsp_send_table, nvsp_send_table),
};

static void wire_case_desc(const struct wire_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wire, wire_cases, wire_case_desc);

static void fields_written_give_the_golden_bytes(struct kunit *test)
{
	wire_check_encode(test, test->param_value);
}

static void golden_bytes_read_give_the_fields(struct kunit *test)
{
	wire_check_decode(test, test->param_value);
}

/* Numbers that no structure above carries. */
static void versions_have_the_protocol_s_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NVSP_VERSION_1, 0x00002u);
	KUNIT_EXPECT_EQ(test, NVSP_VERSION_2, 0x30002u);
	KUNIT_EXPECT_EQ(test, NVSP_VERSION_4, 0x40000u);
	KUNIT_EXPECT_EQ(test, NVSP_VERSION_5, 0x50000u);
	KUNIT_EXPECT_EQ(test, NVSP_VERSION_6, 0x60000u);
	KUNIT_EXPECT_EQ(test, NVSP_MSG_OID_QUERY_EX, 131);
	KUNIT_EXPECT_EQ(test, NVSP_MSG_OID_QUERY_EX_COMPLETE, 132);
}

static struct kunit_case wire_test_cases[] = {
	KUNIT_CASE_PARAM(fields_written_give_the_golden_bytes, wire_gen_params),
	KUNIT_CASE_PARAM(golden_bytes_read_give_the_fields, wire_gen_params),
	KUNIT_CASE(versions_have_the_protocol_s_numbers),
	{}
};

static struct kunit_suite wire_suite = {
	.name = "netvsc_wire_nvsp",
	.test_cases = wire_test_cases,
};

kunit_test_suite(wire_suite);

MODULE_DESCRIPTION("Golden bytes of hv_netvsc's NVSP structures");
MODULE_LICENSE("GPL");
