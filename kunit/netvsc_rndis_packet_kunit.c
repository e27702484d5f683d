// SPDX-License-Identifier: GPL-2.0-only
/* RNDIS data packets: what the driver writes, and what it takes from a host. */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/if_vlan.h>
#include <linux/unaligned.h>

#include "rndis_packet.h"

#define STR_LEN(_bytes)	(sizeof(_bytes) - 1)

/* ---- writing ---- */

struct build_case {
	const char *name;
	struct netvsc_packet_tx tx;
	const char *bytes;
	u32 len;
};

#define BUILD(_name, _tx, ...)						\
	{ .name = _name, .tx = _tx, .bytes = __VA_ARGS__, .len = STR_LEN(__VA_ARGS__) }
#define TX(...)	{ __VA_ARGS__ }

/* The header up to the fields that are always 0. */
#define HEADER(_len, _data_offset, _data_len, _ppi_len)			\
	"\x01\x00\x00\x00" _len _data_offset _data_len			\
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"		\
	"\x24\x00\x00\x00" _ppi_len					\
	"\x00\x00\x00\x00\x00\x00\x00\x00"

static const struct build_case build_cases[] = {
	BUILD("a_bare_frame", TX(.data_len = 60),
	      HEADER("\x68\x00\x00\x00", "\x24\x00\x00\x00",
		     "\x3c\x00\x00\x00", "\x00\x00\x00\x00")),
	BUILD("hash", TX(.data_len = 60, .has_hash = true, .hash = 0x11223344),
	      HEADER("\x78\x00\x00\x00", "\x34\x00\x00\x00",
		     "\x3c\x00\x00\x00", "\x10\x00\x00\x00")
	      "\x10\x00\x00\x00\x08\x00\x00\x00\x0c\x00\x00\x00"
	      "\x44\x33\x22\x11"),
	BUILD("vlan", TX(.data_len = 60, .has_vlan = true, .vlan = 0x123d),
	      HEADER("\x78\x00\x00\x00", "\x34\x00\x00\x00",
		     "\x3c\x00\x00\x00", "\x10\x00\x00\x00")
	      "\x10\x00\x00\x00\x06\x00\x00\x00\x0c\x00\x00\x00"
	      "\x3d\x12\x00\x00"),
	BUILD("vlan_0", TX(.data_len = 60, .has_vlan = true),
	      HEADER("\x78\x00\x00\x00", "\x34\x00\x00\x00",
		     "\x3c\x00\x00\x00", "\x10\x00\x00\x00")
	      "\x10\x00\x00\x00\x06\x00\x00\x00\x0c\x00\x00\x00"
	      "\x00\x00\x00\x00"),
	BUILD("csum", TX(.data_len = 1514, .csum = 0x00220005),
	      HEADER("\x26\x06\x00\x00", "\x34\x00\x00\x00",
		     "\xea\x05\x00\x00", "\x10\x00\x00\x00")
	      "\x10\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00"
	      "\x05\x00\x22\x00"),
	BUILD("large_send_instead_of_csum",
	      TX(.data_len = 62000, .csum = 0x00220005, .lso = 0x422005b4),
	      HEADER("\x6c\xf2\x00\x00", "\x34\x00\x00\x00",
		     "\x30\xf2\x00\x00", "\x10\x00\x00\x00")
	      "\x10\x00\x00\x00\x02\x00\x00\x00\x0c\x00\x00\x00"
	      "\xb4\x05\x20\x42"),
	BUILD("everything",
	      TX(.data_len = 100, .has_hash = true, .hash = 0xa1a2a3a4,
		 .has_vlan = true, .vlan = 0x0010, .csum = 0x00360006),
	      HEADER("\xc0\x00\x00\x00", "\x54\x00\x00\x00",
		     "\x64\x00\x00\x00", "\x30\x00\x00\x00")
	      "\x10\x00\x00\x00\x08\x00\x00\x00\x0c\x00\x00\x00"
	      "\xa4\xa3\xa2\xa1"
	      "\x10\x00\x00\x00\x06\x00\x00\x00\x0c\x00\x00\x00"
	      "\x10\x00\x00\x00"
	      "\x10\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00"
	      "\x06\x00\x36\x00"),
};

static void build_case_desc(const struct build_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(build, build_cases, build_case_desc);

static void header_has_the_golden_bytes(struct kunit *test)
{
	const struct build_case *c = test->param_value;
	void *buf = kunit_kmalloc(test, c->len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, netvsc_packet_header_len(&c->tx), c->len);
	KUNIT_ASSERT_EQ(test, netvsc_packet_build(buf, c->len, &c->tx), c->len);
	KUNIT_EXPECT_MEMEQ(test, buf, c->bytes, c->len);
}

static void header_without_room_is_not_written(struct kunit *test)
{
	const struct build_case *c = test->param_value;
	u8 *buf = kunit_kzalloc(test, c->len - 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, netvsc_packet_build(buf, c->len - 1, &c->tx), 0);
	KUNIT_EXPECT_EQ(test, buf[0], 0);
}

static void header_written_is_read_back(struct kunit *test)
{
	const struct build_case *c = test->param_value;
	u32 len = c->len + c->tx.data_len;
	void *msg = kunit_kzalloc(test, len, GFP_KERNEL);
	struct netvsc_packet_rx rx;

	KUNIT_ASSERT_NOT_NULL(test, msg);
	memcpy(msg, c->bytes, c->len);
	KUNIT_ASSERT_EQ(test, netvsc_packet_parse(msg, len, &rx), 0);
	KUNIT_EXPECT_EQ(test, rx.data_offset, c->len);
	KUNIT_EXPECT_EQ(test, rx.data_len, c->tx.data_len);
	KUNIT_EXPECT_EQ(test, rx.has_hash, c->tx.has_hash);
	KUNIT_EXPECT_EQ(test, rx.hash, c->tx.hash);
	KUNIT_EXPECT_EQ(test, rx.has_vlan, c->tx.has_vlan);
	KUNIT_EXPECT_EQ(test, rx.vlan, c->tx.vlan);
	KUNIT_EXPECT_EQ(test, rx.csum, c->tx.lso ? 0 : c->tx.csum);
	KUNIT_EXPECT_FALSE(test, rx.has_pkt_id);
}

static void vlan_tags_keep_all_their_bits(struct kunit *test)
{
	u32 tci;

	KUNIT_EXPECT_EQ(test, netvsc_packet_vlan(0xb123), 0x123du);
	for (tci = 0; tci <= U16_MAX; tci++)
		KUNIT_ASSERT_EQ(test, tci,
				netvsc_packet_vlan_tci(netvsc_packet_vlan(tci)));
}

/* ---- reading ---- */

/* A good message of the host: checksum info, a frame of 64 bytes. */
#define OFF_LEN		4
#define OFF_DATA_OFFSET	8
#define OFF_DATA_LEN	12
#define OFF_PPI_OFFSET	28
#define OFF_PPI_LEN	32
#define OFF_PPI		44
#define OFF_PPI_TYPE	48
#define OFF_PPI_START	52
#define OFF_PPI_VALUE	56
#define GOOD_LEN	124

static const char good[60] =
	HEADER("\x7c\x00\x00\x00", "\x34\x00\x00\x00",
	       "\x40\x00\x00\x00", "\x10\x00\x00\x00")
	"\x10\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00"
	"\x38\x00\x00\x00";

struct patch {
	u32 offset;
	u32 value;
};

/* The good message with some words changed, cut or stretched to @len. */
struct parse_case {
	const char *name;
	u32 len;
	struct patch patches[6];	/* up to an @offset of 0 */
	int err;
};

static const struct parse_case bad_cases[] = {
	/* sizes of per-packet info */
	{ "ppi_of_size_0", GOOD_LEN, { { OFF_PPI, 0 } }, -EBADMSG },
	{ "ppi_smaller_than_its_header", GOOD_LEN, { { OFF_PPI, 8 } },
	  -EBADMSG },
	{ "ppi_one_byte_past_the_info", GOOD_LEN, { { OFF_PPI, 17 } },
	  -EBADMSG },
	{ "ppi_of_huge_size", GOOD_LEN, { { OFF_PPI, U32_MAX } }, -EBADMSG },
	{ "ppi_with_no_content", GOOD_LEN,
	  { { OFF_PPI, 12 }, { OFF_PPI_LEN, 12 } }, -EBADMSG },
	{ "ppi_content_at_its_end", GOOD_LEN, { { OFF_PPI_START, 16 } },
	  -EBADMSG },
	{ "ppi_content_past_its_end", GOOD_LEN, { { OFF_PPI_START, 17 } },
	  -EBADMSG },
	{ "ppi_content_at_huge_offset", GOOD_LEN,
	  { { OFF_PPI_START, 0xfffffff4 } }, -EBADMSG },
	{ "ppi_content_in_its_header", GOOD_LEN, { { OFF_PPI_START, 8 } },
	  -EBADMSG },
	{ "ppi_content_too_short", GOOD_LEN, { { OFF_PPI_START, 13 } },
	  -EBADMSG },
	{ "ppi_second_header_is_cut", GOOD_LEN, { { OFF_PPI_LEN, 24 } },
	  -EBADMSG },
	{ "ppi_second_has_size_0", 256,
	  { { OFF_LEN, 256 }, { OFF_PPI_LEN, 32 }, { 60, 0 } }, -EBADMSG },
	{ "ppi_info_in_the_header", GOOD_LEN, { { OFF_PPI_OFFSET, 0x20 } },
	  -EBADMSG },
	{ "ppi_info_at_offset_0", GOOD_LEN, { { OFF_PPI_OFFSET, 0 } },
	  -EBADMSG },
	{ "ppi_info_past_the_message", GOOD_LEN,
	  { { OFF_PPI_OFFSET, GOOD_LEN - 8 } }, -EBADMSG },
	{ "ppi_info_offset_overflows", GOOD_LEN,
	  { { OFF_PPI_OFFSET, 0xfffffff8 } }, -EBADMSG },
	{ "ppi_info_len_past_the_message", GOOD_LEN,
	  { { OFF_PPI_LEN, GOOD_LEN - 43 } }, -EBADMSG },
	{ "ppi_info_len_overflows", GOOD_LEN, { { OFF_PPI_LEN, U32_MAX } },
	  -EBADMSG },
	{ "ppi_info_of_more_than_the_bound", 1000,
	  { { OFF_LEN, 1000 }, { OFF_PPI_LEN, NETVSC_PACKET_PPI_MAX + 4 } },
	  -EMSGSIZE },
	/* lengths of message and frame */
	{ "empty", 0, {}, -EBADMSG },
	{ "type_and_length_only", 8, {}, -EBADMSG },
	{ "one_byte_short_of_a_header", 43, { { OFF_LEN, 43 } }, -EBADMSG },
	{ "cut_short", GOOD_LEN - 1, {}, -EBADMSG },
	{ "length_lies_beyond_the_range", GOOD_LEN,
	  { { OFF_LEN, GOOD_LEN + 1 } }, -EBADMSG },
	{ "length_is_huge", GOOD_LEN, { { OFF_LEN, U32_MAX } }, -EBADMSG },
	{ "length_below_a_header", GOOD_LEN, { { OFF_LEN, 43 } }, -EBADMSG },
	{ "length_0", GOOD_LEN, { { OFF_LEN, 0 } }, -EBADMSG },
	{ "frame_past_the_message", GOOD_LEN, { { OFF_DATA_LEN, 65 } },
	  -EBADMSG },
	{ "frame_length_overflows", GOOD_LEN, { { OFF_DATA_LEN, 0xffffffd0 } },
	  -EBADMSG },
	{ "frame_offset_overflows", GOOD_LEN,
	  { { OFF_DATA_OFFSET, 0xfffffff8 } }, -EBADMSG },
	{ "frame_in_the_header", GOOD_LEN, { { OFF_DATA_OFFSET, 0x20 } },
	  -EBADMSG },
	{ "frame_at_the_end", GOOD_LEN, { { OFF_DATA_OFFSET, GOOD_LEN - 8 } },
	  -EBADMSG },
	{ "frame_of_13_bytes", GOOD_LEN, { { OFF_DATA_LEN, 13 } }, -EBADMSG },
	{ "frame_of_0_bytes", GOOD_LEN, { { OFF_DATA_LEN, 0 } }, -EBADMSG },
	/* pieces of a coalesced frame */
	{ "first_piece_of_13_bytes", GOOD_LEN,
	  { { OFF_DATA_LEN, 13 }, { OFF_PPI_TYPE, 0x80000001 },
	    { OFF_PPI_VALUE, 0x00010301 } }, -EBADMSG },
	{ "piece_of_0_bytes", GOOD_LEN,
	  { { OFF_DATA_LEN, 0 }, { OFF_PPI_TYPE, 0x80000001 },
	    { OFF_PPI_VALUE, 0x00010501 } }, -EBADMSG },
};

static void parse_case_desc(const struct parse_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

/* A message exactly as long as the case says, for KASAN to see its end. */
static void *parse_case_message(struct kunit *test, const struct parse_case *c)
{
	u8 *msg = kunit_kzalloc(test, c->len, GFP_KERNEL);
	const struct patch *p;

	KUNIT_ASSERT_NOT_NULL(test, msg);
	memcpy(msg, good, min_t(u32, c->len, sizeof(good)));
	for (p = c->patches; p->offset; p++)
		if (p->offset + 4 <= c->len)
			put_unaligned_le32(p->value, msg + p->offset);
	return msg;
}

KUNIT_ARRAY_PARAM(bad, bad_cases, parse_case_desc);

static void malformed_message_is_refused(struct kunit *test)
{
	const struct parse_case *c = test->param_value;
	struct netvsc_packet_rx rx;
	void *msg;

	msg = parse_case_message(test, c);
	KUNIT_EXPECT_EQ(test, netvsc_packet_parse(msg, c->len, &rx), c->err);
}

static void message_of_another_type_is_refused(struct kunit *test)
{
	static const u32 types[] = { 0, 2, 7, 0x80000001, U32_MAX };
	u8 msg[GOOD_LEN] = {};
	struct netvsc_packet_rx rx;
	int i;

	memcpy(msg, good, sizeof(good));
	KUNIT_ASSERT_EQ(test, netvsc_packet_parse(msg, sizeof(msg), &rx), 0);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		put_unaligned_le32(types[i], msg);
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				netvsc_packet_parse(msg, sizeof(msg), &rx));
	}
}

/* Every way to shorten a message leads to a refusal, not to a read beyond. */
static void message_cut_anywhere_is_refused(struct kunit *test)
{
	struct netvsc_packet_rx rx;
	u32 len;

	for (len = 0; len < GOOD_LEN; len++) {
		struct parse_case c = { .len = len };
		void *msg = parse_case_message(test, &c);

		KUNIT_EXPECT_EQ(test, -EBADMSG,
				netvsc_packet_parse(msg, len, &rx));
		kunit_kfree(test, msg);
	}
}

/* What a good message says: the frame's place, then the info. */
struct good_case {
	struct parse_case msg;
	struct netvsc_packet_rx rx;
};

static const struct good_case good_cases[] = {
	{ { "with_a_checksum", GOOD_LEN },
	  { .data_offset = 60, .data_len = 64, .csum = 0x38 } },
	{ { "with_bytes_after_it", GOOD_LEN + 100 },
	  { .data_offset = 60, .data_len = 64, .csum = 0x38 } },
	{ { "without_info", GOOD_LEN,
	    { { OFF_PPI_LEN, 0 }, { OFF_DATA_OFFSET, 36 } } },
	  { .data_offset = 44, .data_len = 64 } },
	{ { "without_info_but_its_offset_wild", GOOD_LEN,
	    { { OFF_PPI_LEN, 0 }, { OFF_PPI_OFFSET, U32_MAX } } },
	  { .data_offset = 60, .data_len = 64 } },
	{ { "with_a_hash", GOOD_LEN,
	    { { OFF_PPI_TYPE, 8 }, { OFF_PPI_VALUE, 0xdeadbeef } } },
	  { .data_offset = 60, .data_len = 64, .has_hash = true,
	    .hash = 0xdeadbeef } },
	{ { "with_a_vlan_tag", GOOD_LEN,
	    { { OFF_PPI_TYPE, 6 }, { OFF_PPI_VALUE, 0x123d } } },
	  { .data_offset = 60, .data_len = 64, .has_vlan = true,
	    .vlan = 0x123d } },
	{ { "with_unknown_info", GOOD_LEN,
	    { { OFF_PPI_TYPE, 9 }, { OFF_PPI_VALUE, 0x123d } } },
	  { .data_offset = 60, .data_len = 64 } },
	{ { "with_internal_info_of_a_known_number", GOOD_LEN,
	    { { OFF_PPI_TYPE, 0x80000008 }, { OFF_PPI_VALUE, 1 } } },
	  { .data_offset = 60, .data_len = 64 } },
	{ { "with_unknown_info_without_a_whole_word", GOOD_LEN,
	    { { OFF_PPI_TYPE, 9 }, { OFF_PPI_START, 15 } } },
	  { .data_offset = 60, .data_len = 64 } },
	{ { "frame_of_14_bytes", GOOD_LEN, { { OFF_DATA_LEN, 14 } } },
	  { .data_offset = 60, .data_len = 14, .csum = 0x38 } },
	{ { "first_piece", GOOD_LEN,
	    { { OFF_PPI_TYPE, 0x80000001 }, { OFF_PPI_VALUE, 0x00010301 } } },
	  { .data_offset = 60, .data_len = 64, .has_pkt_id = true,
	    .pkt_id_flags = 3 } },
	{ { "last_piece_of_one_byte", GOOD_LEN,
	    { { OFF_DATA_LEN, 1 }, { OFF_PPI_TYPE, 0x80000001 },
	      { OFF_PPI_VALUE, 0x00010501 } } },
	  { .data_offset = 60, .data_len = 1, .has_pkt_id = true,
	    .pkt_id_flags = 5 } },
	{ { "info_of_exactly_the_bound", 44 + NETVSC_PACKET_PPI_MAX + 64,
	    { { OFF_LEN, 44 + NETVSC_PACKET_PPI_MAX + 64 },
	      { OFF_PPI_LEN, NETVSC_PACKET_PPI_MAX },
	      { OFF_PPI, NETVSC_PACKET_PPI_MAX },
	      { OFF_DATA_OFFSET, 36 + NETVSC_PACKET_PPI_MAX } } },
	  { .data_offset = 44 + NETVSC_PACKET_PPI_MAX, .data_len = 64,
	    .csum = 0x38 } },
};

static void good_case_desc(const struct good_case *c, char *desc)
{
	parse_case_desc(&c->msg, desc);
}

KUNIT_ARRAY_PARAM(good, good_cases, good_case_desc);

static void good_message_is_understood(struct kunit *test)
{
	const struct good_case *c = test->param_value;
	struct netvsc_packet_rx rx;
	void *msg;

	msg = parse_case_message(test, &c->msg);
	KUNIT_ASSERT_EQ(test, netvsc_packet_parse(msg, c->msg.len, &rx), 0);
	KUNIT_EXPECT_EQ(test, rx.data_offset, c->rx.data_offset);
	KUNIT_EXPECT_EQ(test, rx.data_len, c->rx.data_len);
	KUNIT_EXPECT_EQ(test, rx.csum, c->rx.csum);
	KUNIT_EXPECT_EQ(test, rx.has_hash, c->rx.has_hash);
	KUNIT_EXPECT_EQ(test, rx.hash, c->rx.hash);
	KUNIT_EXPECT_EQ(test, rx.has_vlan, c->rx.has_vlan);
	KUNIT_EXPECT_EQ(test, rx.vlan, c->rx.vlan);
	KUNIT_EXPECT_EQ(test, rx.has_pkt_id, c->rx.has_pkt_id);
	KUNIT_EXPECT_EQ(test, rx.pkt_id_flags, c->rx.pkt_id_flags);
}

static struct kunit_case rndis_packet_cases[] = {
	KUNIT_CASE_PARAM(header_has_the_golden_bytes, build_gen_params),
	KUNIT_CASE_PARAM(header_without_room_is_not_written, build_gen_params),
	KUNIT_CASE_PARAM(header_written_is_read_back, build_gen_params),
	KUNIT_CASE(vlan_tags_keep_all_their_bits),
	KUNIT_CASE_PARAM(good_message_is_understood, good_gen_params),
	KUNIT_CASE_PARAM(malformed_message_is_refused, bad_gen_params),
	KUNIT_CASE(message_of_another_type_is_refused),
	KUNIT_CASE(message_cut_anywhere_is_refused),
	{}
};

static struct kunit_suite rndis_packet_suite = {
	.name = "netvsc_rndis_packet",
	.test_cases = rndis_packet_cases,
};

kunit_test_suite(rndis_packet_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc's RNDIS data packets");
MODULE_LICENSE("GPL");
