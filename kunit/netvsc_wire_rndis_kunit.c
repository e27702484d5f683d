// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitfield.h>

#include "netvsc/ndis.h"
#include "netvsc/rndis.h"
#include "netvsc_wire_kunit.h"

static const struct wire_field rndis_hdr_fields[] = {
	FIELD("\x01\x00\x00\x00", RNDIS_MSG_PACKET, rndis_hdr, type),
	FIELD("\x04\x03\x02\x01", 0x01020304, rndis_hdr, len),
};

static const struct wire_field rndis_req_hdr_fields[] = {
	FIELD("\x08\x00\x00\x80", RNDIS_MSG_KEEPALIVE_C, rndis_req_hdr, hdr.type),
	FIELD("\x10\x00\x00\x00", 16, rndis_req_hdr, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_req_hdr, req_id),
};

static const struct wire_field rndis_init_fields[] = {
	FIELD("\x02\x00\x00\x00", RNDIS_MSG_INIT, rndis_init, hdr.type),
	FIELD("\x18\x00\x00\x00", 24, rndis_init, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_init, req_id),
	FIELD("\x01\x00\x00\x00", RNDIS_MAJOR_VERSION, rndis_init, major),
	FIELD("\x00\x00\x00\x00", RNDIS_MINOR_VERSION, rndis_init, minor),
	FIELD("\x00\x40\x00\x00", RNDIS_MAX_XFER_SIZE, rndis_init, max_xfer_size),
};

static const struct wire_field rndis_init_complete_fields[] = {
	FIELD("\x02\x00\x00\x80", RNDIS_MSG_INIT_C, rndis_init_complete, hdr.type),
	FIELD("\x34\x00\x00\x00", 52, rndis_init_complete, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_init_complete, req_id),
	FIELD("\x00\x00\x00\x00", RNDIS_STATUS_SUCCESS, rndis_init_complete, status),
	FIELD("\x01\x00\x00\x00", 1, rndis_init_complete, major),
	FIELD("\x00\x00\x00\x00", 0, rndis_init_complete, minor),
	FIELD("\x01\x00\x00\x00", 1, rndis_init_complete, dev_flags),
	FIELD("\x02\x00\x00\x00", 2, rndis_init_complete, medium),
	FIELD("\x08\x00\x00\x00", 8, rndis_init_complete, max_pkt_per_msg),
	FIELD("\xff\xff\xff\xef", 0xefffffff, rndis_init_complete, max_xfer_size),
	FIELD("\x03\x00\x00\x00", 3, rndis_init_complete, pkt_alignment_factor),
	FIELD("\x05\x00\x00\x00", 5, rndis_init_complete, af_list_offset),
	FIELD("\x06\x00\x00\x00", 6, rndis_init_complete, af_list_size),
};

static const struct wire_field rndis_halt_fields[] = {
	FIELD("\x03\x00\x00\x00", RNDIS_MSG_HALT, rndis_halt, hdr.type),
	FIELD("\x0c\x00\x00\x00", 12, rndis_halt, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_halt, req_id),
};

static const struct wire_field rndis_oid_req_query_fields[] = {
	FIELD("\x04\x00\x00\x00", RNDIS_MSG_QUERY, rndis_oid_req, hdr.type),
	FIELD("\x1c\x00\x00\x00", 28, rndis_oid_req, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_oid_req, req_id),
	FIELD("\x07\x01\x01\x00", RNDIS_OID_GEN_LINK_SPEED, rndis_oid_req, oid),
	FIELD("\x55\x00\x00\x00", 0x55, rndis_oid_req, info_len),
	FIELD("\x14\x00\x00\x00", 20, rndis_oid_req, info_offset),
	FIELD("\x00\x00\x00\x00", 0, rndis_oid_req, vc_handle),
};

static const struct wire_field rndis_oid_req_set_fields[] = {
	FIELD("\x05\x00\x00\x00", RNDIS_MSG_SET, rndis_oid_req, hdr.type),
	FIELD("\x20\x00\x00\x00", 32, rndis_oid_req, hdr.len),
	FIELD("\x45\x33\x22\x11", 0x11223345, rndis_oid_req, req_id),
	FIELD("\x0e\x01\x01\x00", RNDIS_OID_GEN_CURRENT_PACKET_FILTER,
	      rndis_oid_req, oid),
	FIELD("\x04\x00\x00\x00", 4, rndis_oid_req, info_len),
	FIELD("\x14\x00\x00\x00", 20, rndis_oid_req, info_offset),
	FIELD("\x00\x00\x00\x00", 0, rndis_oid_req, vc_handle),
};

static const struct wire_field rndis_query_complete_fields[] = {
	FIELD("\x04\x00\x00\x80", RNDIS_MSG_QUERY_C, rndis_query_complete, hdr.type),
	FIELD("\x1e\x00\x00\x00", 30, rndis_query_complete, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_query_complete, req_id),
	FIELD("\xbb\x00\x00\xc0", RNDIS_STATUS_NOT_SUPPORTED,
	      rndis_query_complete, status),
	FIELD("\x06\x00\x00\x00", 6, rndis_query_complete, info_len),
	FIELD("\x10\x00\x00\x00", 16, rndis_query_complete, info_offset),
};

static const struct wire_field rndis_set_complete_fields[] = {
	FIELD("\x05\x00\x00\x80", RNDIS_MSG_SET_C, rndis_set_complete, hdr.type),
	FIELD("\x10\x00\x00\x00", 16, rndis_set_complete, hdr.len),
	FIELD("\x44\x33\x22\x11", 0x11223344, rndis_set_complete, req_id),
	FIELD("\x15\x00\x01\xc0", RNDIS_STATUS_INVALID_DATA, rndis_set_complete, status),
};

static const struct wire_field rndis_reset_fields[] = {
	FIELD("\x06\x00\x00\x00", RNDIS_MSG_RESET, rndis_reset, hdr.type),
	FIELD("\x0c\x00\x00\x00", 12, rndis_reset, hdr.len),
	FIELD("\x00\x00\x00\x00", 0, rndis_reset, reserved),
};

static const struct wire_field rndis_reset_complete_fields[] = {
	FIELD("\x06\x00\x00\x80", RNDIS_MSG_RESET_C, rndis_reset_complete, hdr.type),
	FIELD("\x10\x00\x00\x00", 16, rndis_reset_complete, hdr.len),
	FIELD("\x01\x00\x00\xc0", RNDIS_STATUS_FAILURE, rndis_reset_complete, status),
	FIELD("\x01\x00\x00\x00", 1, rndis_reset_complete, addressing_reset),
};

static const struct wire_field rndis_indicate_fields[] = {
	FIELD("\x07\x00\x00\x00", RNDIS_MSG_INDICATE, rndis_indicate, hdr.type),
	FIELD("\x18\x00\x00\x00", 24, rndis_indicate, hdr.len),
	FIELD("\x0c\x00\x01\x40", RNDIS_STATUS_MEDIA_DISCONNECT, rndis_indicate, status),
	FIELD("\x04\x00\x00\x00", 4, rndis_indicate, buf_len),
	FIELD("\x0c\x00\x00\x00", 12, rndis_indicate, buf_offset),
};

static const struct wire_field rndis_packet_fields[] = {
	FIELD("\x01\x00\x00\x00", RNDIS_MSG_PACKET, rndis_packet, hdr.type),
	FIELD("\xf0\x05\x00\x00", 1520, rndis_packet, hdr.len),
	FIELD("\x34\x00\x00\x00", 0x34, rndis_packet, data_offset),
	FIELD("\xea\x05\x00\x00", 0x5ea, rndis_packet, data_len),
	FIELD("\x01\x00\x00\x00", 1, rndis_packet, oob_offset),
	FIELD("\x02\x00\x00\x00", 2, rndis_packet, oob_len),
	FIELD("\x03\x00\x00\x00", 3, rndis_packet, num_oob),
	FIELD("\x24\x00\x00\x00", 0x24, rndis_packet, ppi_offset),
	FIELD("\x10\x00\x00\x00", 0x10, rndis_packet, ppi_len),
	FIELD("\x04\x00\x00\x00", 4, rndis_packet, vc_handle),
	FIELD("\x05\x00\x00\x00", 5, rndis_packet, reserved),
};

static const struct wire_field rndis_ppi_fields[] = {
	FIELD("\x10\x00\x00\x00", 16, rndis_ppi, size),
	FIELD("\x01\x00\x00\x80", RNDIS_PPI_INTERNAL | RNDIS_PPI_PKT_ID, rndis_ppi, type),
	FIELD("\x0c\x00\x00\x00", 12, rndis_ppi, offset),
};

static const struct wire_field rndis_pkt_id_fields[] = {
	FIELD("\x01", RNDIS_PKT_ID_VERSION, rndis_pkt_id, version),
	FIELD("\x05", RNDIS_PKT_ID_SUBALLOC | RNDIS_PKT_ID_LAST, rndis_pkt_id, flags),
	FIELD("\x02\x01", 0x0102, rndis_pkt_id, id),
};

static const struct wire_field ndis_object_hdr_fields[] = {
	FIELD("\x80", NDIS_OBJECT_DEFAULT, ndis_object_hdr, type),
	FIELD("\x03", 3, ndis_object_hdr, revision),
	FIELD("\x02\x01", 0x0102, ndis_object_hdr, size),
};

static const struct wire_field ndis_rss_caps_fields[] = {
	FIELD("\x88", NDIS_OBJECT_RSS_CAPS, ndis_rss_caps, hdr.type),
	FIELD("\x02", NDIS_RSS_CAPS_REVISION, ndis_rss_caps, hdr.revision),
	FIELD("\x12\x00", 18, ndis_rss_caps, hdr.size),
	FIELD("\x04\x03\x02\x01", 0x01020304, ndis_rss_caps, flags),
	FIELD("\x05\x00\x00\x00", 5, ndis_rss_caps, num_int_msg),
	FIELD("\x40\x00\x00\x00", 64, ndis_rss_caps, num_recv_queues),
	FIELD("\x80\x00", NDIS_RSS_TABLE_DEFAULT, ndis_rss_caps, num_indirect_entries),
};

static const struct wire_field ndis_rss_params_fields[] = {
	FIELD("\x89", NDIS_OBJECT_RSS_PARAMS, ndis_rss_params, hdr.type),
	FIELD("\x02", NDIS_RSS_PARAMS_REVISION, ndis_rss_params, hdr.revision),
	FIELD("\x28\x00", 40, ndis_rss_params, hdr.size),
	FIELD("\x10\x00", NDIS_RSS_PARAM_DISABLE, ndis_rss_params, flags),
	FIELD("\x03\x00", 3, ndis_rss_params, base_cpu),
	FIELD("\x01\x17\x00\x00", NDIS_HASH_FUNC_TOEPLITZ | NDIS_HASH_IPV4 |
	      NDIS_HASH_TCP_IPV4 | NDIS_HASH_IPV6 |
	      NDIS_HASH_TCP_IPV6,
	      ndis_rss_params, hash_info),
	FIELD("\x00\x02", 512, ndis_rss_params, table_size),
	FIELD("\x00\x00", 0, ndis_rss_params, pad1),
	FIELD("\x28\x00\x00\x00", 40, ndis_rss_params, table_offset),
	FIELD("\x28\x00", NDIS_RSS_KEY_SIZE, ndis_rss_params, key_size),
	FIELD("\x00\x00", 0, ndis_rss_params, pad2),
	FIELD("\x28\x02\x00\x00", 552, ndis_rss_params, key_offset),
	FIELD("\x06\x00\x00\x00", 6, ndis_rss_params, cpu_masks_offset),
	FIELD("\x07\x00\x00\x00", 7, ndis_rss_params, num_cpu_masks),
	FIELD("\x08\x00\x00\x00", 8, ndis_rss_params, cpu_mask_size),
};

static const struct wire_field ndis_csum_offload_fields[] = {
	FIELD("\x02\x00\x00\x00", NDIS_ENCAP_8023, ndis_csum_offload, ip4_tx_encap),
	FIELD("\x55\x01\x00\x00", NDIS_CSUM4_IP_OPT | NDIS_CSUM4_TCP_OPT |
	      NDIS_CSUM4_TCP | NDIS_CSUM4_UDP | NDIS_CSUM4_IP,
	      ndis_csum_offload, ip4_tx),
	FIELD("\x03\x00\x00\x00", 3, ndis_csum_offload, ip4_rx_encap),
	FIELD("\x04\x00\x00\x00", 4, ndis_csum_offload, ip4_rx),
	FIELD("\x05\x00\x00\x00", 5, ndis_csum_offload, ip6_tx_encap),
	FIELD("\x55\x00\x00\x00", NDIS_CSUM6_IP_EXT | NDIS_CSUM6_TCP_OPT |
	      NDIS_CSUM6_TCP | NDIS_CSUM6_UDP,
	      ndis_csum_offload, ip6_tx),
	FIELD("\x07\x00\x00\x00", 7, ndis_csum_offload, ip6_rx_encap),
	FIELD("\x08\x00\x00\x00", 8, ndis_csum_offload, ip6_rx),
};

static const struct wire_field ndis_lso_offload_fields[] = {
	FIELD("\x02\x00\x00\x00", NDIS_ENCAP_8023, ndis_lso_offload, ip4_encap),
	FIELD("\x3c\xf5\x00\x00", 0xf53c, ndis_lso_offload, ip4_max_size),
	FIELD("\x02\x00\x00\x00", 2, ndis_lso_offload, ip4_min_segs),
	FIELD("\x03\x00\x00\x00", 3, ndis_lso_offload, ip6_encap),
	FIELD("\x3d\xf5\x00\x00", 0xf53d, ndis_lso_offload, ip6_max_size),
	FIELD("\x04\x00\x00\x00", 4, ndis_lso_offload, ip6_min_segs),
	FIELD("\x05\x00\x00\x00", NDIS_LSO6_EXT | NDIS_LSO6_TCP_OPT,
	      ndis_lso_offload, ip6_options),
};

static const struct wire_field ndis_offload_fields[] = {
	FIELD("\xa7", NDIS_OBJECT_OFFLOAD, ndis_offload, hdr.type),
	FIELD("\x03", NDIS_OFFLOAD_REVISION_3, ndis_offload, hdr.revision),
	FIELD("\x9c\x00", NDIS_OFFLOAD_SIZE_3, ndis_offload, hdr.size),
	FIELD("\x10\x00\x00\x00", 0x10, ndis_offload, csum.ip4_tx_encap),
	FIELD("\x11\x00\x00\x00", 0x11, ndis_offload, csum.ip4_tx),
	FIELD("\x12\x00\x00\x00", 0x12, ndis_offload, csum.ip4_rx_encap),
	FIELD("\x13\x00\x00\x00", 0x13, ndis_offload, csum.ip4_rx),
	FIELD("\x14\x00\x00\x00", 0x14, ndis_offload, csum.ip6_tx_encap),
	FIELD("\x15\x00\x00\x00", 0x15, ndis_offload, csum.ip6_tx),
	FIELD("\x16\x00\x00\x00", 0x16, ndis_offload, csum.ip6_rx_encap),
	FIELD("\x17\x00\x00\x00", 0x17, ndis_offload, csum.ip6_rx),
	FIELD("\x18\x00\x00\x00", 0x18, ndis_offload, lso_v1[0]),
	FIELD("\x19\x00\x00\x00", 0x19, ndis_offload, lso_v1[1]),
	FIELD("\x1a\x00\x00\x00", 0x1a, ndis_offload, lso_v1[2]),
	FIELD("\x1b\x00\x00\x00", 0x1b, ndis_offload, lso_v1[3]),
	FIELD("\x1c\x00\x00\x00", 0x1c, ndis_offload, ipsec_v1[0]),
	FIELD("\x1d\x00\x00\x00", 0x1d, ndis_offload, ipsec_v1[1]),
	FIELD("\x1e\x00\x00\x00", 0x1e, ndis_offload, ipsec_v1[2]),
	FIELD("\x1f\x00\x00\x00", 0x1f, ndis_offload, ipsec_v1[3]),
	FIELD("\x20\x00\x00\x00", 0x20, ndis_offload, ipsec_v1[4]),
	FIELD("\x21\x00\x00\x00", 0x21, ndis_offload, ipsec_v1[5]),
	FIELD("\x22\x00\x00\x00", 0x22, ndis_offload, ipsec_v1[6]),
	FIELD("\x23\x00\x00\x00", 0x23, ndis_offload, lso.ip4_encap),
	FIELD("\x24\x00\x00\x00", 0x24, ndis_offload, lso.ip4_max_size),
	FIELD("\x25\x00\x00\x00", 0x25, ndis_offload, lso.ip4_min_segs),
	FIELD("\x26\x00\x00\x00", 0x26, ndis_offload, lso.ip6_encap),
	FIELD("\x27\x00\x00\x00", 0x27, ndis_offload, lso.ip6_max_size),
	FIELD("\x28\x00\x00\x00", 0x28, ndis_offload, lso.ip6_min_segs),
	FIELD("\x29\x00\x00\x00", 0x29, ndis_offload, lso.ip6_options),
	FIELD("\x2a\x00\x00\x00", 0x2a, ndis_offload, flags),
	FIELD("\x2b\x00\x00\x00", 0x2b, ndis_offload, ipsec_v2[0]),
	FIELD("\x2c\x00\x00\x00", 0x2c, ndis_offload, ipsec_v2[1]),
	FIELD("\x2d\x00\x00\x00", 0x2d, ndis_offload, ipsec_v2[2]),
	FIELD("\x2e\x00\x00\x00", 0x2e, ndis_offload, ipsec_v2[3]),
	FIELD("\x2f\x00\x00\x00", 0x2f, ndis_offload, ipsec_v2[4]),
	FIELD("\x30\x00\x00\x00", 0x30, ndis_offload, ipsec_v2[5]),
	FIELD("\x31\x00\x00\x00", 0x31, ndis_offload, ipsec_v2[6]),
	FIELD("\x32\x00\x00\x00", 0x32, ndis_offload, ipsec_v2[7]),
	FIELD("\x01", 1, ndis_offload, rsc_ip4),
	FIELD("\x02", 2, ndis_offload, rsc_ip6),
	FIELD("\x00\x00", 0, ndis_offload, pad),
	FIELD("\x33\x00\x00\x00", 0x33, ndis_offload, gre_flags),
	FIELD("\x34\x00\x00\x00", 0x34, ndis_offload, gre_max_hdr),
};

static const struct wire_field ndis_offload_params_fields[] = {
	FIELD("\x80", NDIS_OBJECT_DEFAULT, ndis_offload_params, hdr.type),
	FIELD("\x03", NDIS_OFFLOAD_PARAMS_REVISION, ndis_offload_params, hdr.revision),
	FIELD("\x1c\x00", 28, ndis_offload_params, hdr.size),
	FIELD("\x04", NDIS_OFFLOAD_CSUM_BOTH, ndis_offload_params, ip4_csum),
	FIELD("\x03", NDIS_OFFLOAD_CSUM_RX, ndis_offload_params, tcp4_csum),
	FIELD("\x02", NDIS_OFFLOAD_CSUM_TX, ndis_offload_params, udp4_csum),
	FIELD("\x01", NDIS_OFFLOAD_CSUM_OFF, ndis_offload_params, tcp6_csum),
	FIELD("\x00", NDIS_OFFLOAD_NO_CHANGE, ndis_offload_params, udp6_csum),
	FIELD("\x01", NDIS_OFFLOAD_OFF, ndis_offload_params, lso_v1),
	FIELD("\x03", 3, ndis_offload_params, ipsec_v1),
	FIELD("\x02", NDIS_OFFLOAD_ON, ndis_offload_params, lso_v2_ip4),
	FIELD("\x04", 4, ndis_offload_params, lso_v2_ip6),
	FIELD("\x05", 5, ndis_offload_params, tcp_conn_ip4),
	FIELD("\x06", 6, ndis_offload_params, tcp_conn_ip6),
	FIELD("\x00", 0, ndis_offload_params, pad),
	FIELD("\x04\x03\x02\x01", 0x01020304, ndis_offload_params, flags),
	FIELD("\x07", 7, ndis_offload_params, ipsec_v2),
	FIELD("\x08", 8, ndis_offload_params, ipsec_v2_ip4),
	FIELD("\x09", 9, ndis_offload_params, rsc_ip4),
	FIELD("\x0a", 10, ndis_offload_params, rsc_ip6),
	FIELD("\x0b", 11, ndis_offload_params, encap),
	FIELD("\x0c", 12, ndis_offload_params, encap_types),
	FIELD("\x00\x00", 0, ndis_offload_params, pad2),
};

static const struct wire_field ndis_config_param_fields[] = {
	FIELD("\x14\x00\x00\x00", 20, ndis_config_param, name_offset),
	FIELD("\x1c\x00\x00\x00", 28, ndis_config_param, name_len),
	FIELD("\x02\x00\x00\x00", NDIS_CONFIG_PARAM_STRING, ndis_config_param, type),
	FIELD("\x30\x00\x00\x00", 48, ndis_config_param, value_offset),
	FIELD("\x18\x00\x00\x00", 24, ndis_config_param, value_len),
};

static const struct wire_case wire_cases[] = {
	WIRE(rndis_hdr, rndis_hdr),
	WIRE(rndis_req_hdr, rndis_req_hdr),
	WIRE(rndis_init, rndis_init),
	WIRE(rndis_init_complete, rndis_init_complete),
	WIRE(rndis_halt, rndis_halt),
	WIRE(rndis_oid_req, rndis_oid_req_query),
	WIRE(rndis_oid_req, rndis_oid_req_set),
	WIRE(rndis_query_complete, rndis_query_complete),
	WIRE(rndis_set_complete, rndis_set_complete),
	WIRE(rndis_reset, rndis_reset),
	WIRE(rndis_reset_complete, rndis_reset_complete),
	WIRE(rndis_indicate, rndis_indicate),
	WIRE(rndis_packet, rndis_packet),
	WIRE(rndis_ppi, rndis_ppi),
	WIRE(rndis_pkt_id, rndis_pkt_id),
	WIRE(ndis_object_hdr, ndis_object_hdr),
	WIRE(ndis_rss_caps, ndis_rss_caps),
	WIRE(ndis_rss_params, ndis_rss_params),
	WIRE(ndis_csum_offload, ndis_csum_offload),
	WIRE(ndis_lso_offload, ndis_lso_offload),
	WIRE(ndis_offload, ndis_offload),
	WIRE(ndis_offload_params, ndis_offload_params),
	WIRE(ndis_config_param, ndis_config_param),
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

/* What is packed into the bits of one 32-bit word. */
struct wire_word_case {
	const char *name;
	u32 value;
	u8 bytes[4];
};

static const struct wire_word_case wire_word_cases[] = {
	{ "tx_csum_of_tcp_over_ipv4_at_34",
	  RNDIS_CSUM_TX_IPV4 | RNDIS_CSUM_TX_TCP |
	  FIELD_PREP_CONST(RNDIS_CSUM_TX_L4_OFFSET, 34),
	  { 0x05, 0x00, 0x22, 0x00 } },
	{ "tx_csum_of_udp_over_ipv6_at_1023",
	  RNDIS_CSUM_TX_IPV6 | RNDIS_CSUM_TX_UDP |
	  FIELD_PREP_CONST(RNDIS_CSUM_TX_L4_OFFSET, 1023),
	  { 0x0a, 0x00, 0xff, 0x03 } },
	{ "tx_csum_of_the_ip_header", RNDIS_CSUM_TX_IP_HDR,
	  { 0x10, 0x00, 0x00, 0x00 } },
	{ "rx_csum_good",
	  RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_UDP_OK | RNDIS_CSUM_RX_IP_OK,
	  { 0x38, 0x00, 0x00, 0x00 } },
	{ "rx_csum_failed",
	  RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_UDP_FAILED |
	  RNDIS_CSUM_RX_IP_FAILED,
	  { 0x07, 0x00, 0x00, 0x00 } },
	{ "rx_csum_loopback_and_value_invalid",
	  RNDIS_CSUM_RX_LOOPBACK | RNDIS_CSUM_RX_TCP_INVALID |
	  RNDIS_CSUM_RX_IP_INVALID,
	  { 0xc0, 0x01, 0x00, 0x00 } },
	{ "lso_v2_ipv4_mss_1460_tcp_at_34",
	  RNDIS_LSO_V2 | FIELD_PREP_CONST(RNDIS_LSO_MSS, 1460) |
	  FIELD_PREP_CONST(RNDIS_LSO_TCP_OFFSET, 34),
	  { 0xb4, 0x05, 0x20, 0x42 } },
	{ "lso_v2_ipv6_mss_1440_tcp_at_54",
	  RNDIS_LSO_V2 | RNDIS_LSO_IPV6 | FIELD_PREP_CONST(RNDIS_LSO_MSS, 1440) |
	  FIELD_PREP_CONST(RNDIS_LSO_TCP_OFFSET, 54),
	  { 0xa0, 0x05, 0x60, 0xc3 } },
	{ "vlan_pri_5_dei_vid_0x123",
	  FIELD_PREP_CONST(RNDIS_8021Q_PRI, 5) | RNDIS_8021Q_CFI |
	  FIELD_PREP_CONST(RNDIS_8021Q_VID, 0x123),
	  { 0x3d, 0x12, 0x00, 0x00 } },
	{ "ppi_csum", RNDIS_PPI_CSUM, { 0x00, 0x00, 0x00, 0x00 } },
	{ "ppi_lso", RNDIS_PPI_LSO, { 0x02, 0x00, 0x00, 0x00 } },
	{ "ppi_8021q", RNDIS_PPI_8021Q, { 0x06, 0x00, 0x00, 0x00 } },
	{ "ppi_hash", RNDIS_PPI_HASH, { 0x08, 0x00, 0x00, 0x00 } },
	{ "pkt_id_flags",
	  RNDIS_PKT_ID_SUBALLOC | RNDIS_PKT_ID_FIRST | RNDIS_PKT_ID_LAST,
	  { 0x07, 0x00, 0x00, 0x00 } },
};

static void wire_word_desc(const struct wire_word_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wire_word, wire_word_cases, wire_word_desc);

static void bits_are_where_the_host_looks(struct kunit *test)
{
	const struct wire_word_case *c = test->param_value;
	__le32 word = cpu_to_le32(c->value);

	KUNIT_EXPECT_MEMEQ(test, &word, c->bytes, sizeof(word));
}

/* Numbers that no structure above carries. */
static void oids_have_the_protocol_s_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NDIS_OID_RSS_CAPS, 0x00010203u);
	KUNIT_EXPECT_EQ(test, NDIS_OID_RSS_PARAMS, 0x00010204u);
	KUNIT_EXPECT_EQ(test, NDIS_OID_OFFLOAD_CONFIG, 0xfc01020bu);
	KUNIT_EXPECT_EQ(test, NDIS_OID_OFFLOAD_PARAMS, 0xfc01020cu);
	KUNIT_EXPECT_EQ(test, NDIS_OID_OFFLOAD_HW_CAPS, 0xfc01020du);
	KUNIT_EXPECT_EQ(test, RNDIS_OID_GEN_MAXIMUM_FRAME_SIZE, 0x00010106);
	KUNIT_EXPECT_EQ(test, RNDIS_OID_802_3_PERMANENT_ADDRESS, 0x01010101);
	KUNIT_EXPECT_EQ(test, RNDIS_OID_GEN_RNDIS_CONFIG_PARAMETER, 0x0001021b);
	KUNIT_EXPECT_EQ(test, RNDIS_STATUS_MEDIA_CONNECT, 0x4001000b);
	KUNIT_EXPECT_EQ(test, RNDIS_STATUS_NETWORK_CHANGE, 0x40010018);
}

static struct kunit_case wire_test_cases[] = {
	KUNIT_CASE_PARAM(fields_written_give_the_golden_bytes, wire_gen_params),
	KUNIT_CASE_PARAM(golden_bytes_read_give_the_fields, wire_gen_params),
	KUNIT_CASE_PARAM(bits_are_where_the_host_looks, wire_word_gen_params),
	KUNIT_CASE(oids_have_the_protocol_s_numbers),
	{}
};

static struct kunit_suite wire_suite = {
	.name = "netvsc_wire_rndis",
	.test_cases = wire_test_cases,
};

kunit_test_suite(wire_suite);

MODULE_DESCRIPTION("Golden bytes of hv_netvsc's RNDIS and NDIS structures");
MODULE_LICENSE("GPL");
