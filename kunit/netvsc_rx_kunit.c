// SPDX-License-Identifier: GPL-2.0-only
/*
 * Received packets as a host might make them: what makes no sense is
 * acknowledged as failed, counted, and seen by nobody.
 */
#include "netvsc_rx_fixture.h"

#include <linux/rtnetlink.h>

#include "rx.h"

/* Range @i holds @len bytes of a frame; flags of a piece, or -1 if whole. */
static void put_piece(struct e2e *e, struct xfer *x, u32 i, const void *data,
		      u32 len, int flags)
{
	const struct rndis_pkt_id id = {
		.version = RNDIS_PKT_ID_VERSION,
		.flags = RNDIS_PKT_ID_SUBALLOC | flags,
	};
	const struct xfer_ppi ppi = {
		.type = RNDIS_PPI_PKT_ID | RNDIS_PPI_INTERNAL,
		.data = &id,
		.len = 4,
	};

	xfer_put(e2e_device(e), x, i, data, len, flags < 0 ? NULL : &ppi);
}

static void expect_frame(struct kunit *test, const u8 *frame, u32 len)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;

	AWAIT(test, !skb_queue_empty_lockless(&e->at_ndev.frames));
	skb = skb_dequeue(&e->at_ndev.frames);
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_EQ(test, skb->len, len - ETH_HLEN);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, frame + ETH_HLEN,
				     min(skb->len, len - ETH_HLEN)), 0);
	kfree_skb(skb);
}

static long bad_packets(struct e2e *e)
{
	struct netvsc *nv = netdev_priv(e->ndev);

	return atomic_long_read(&nv->stats.host_bad_packet);
}

/* ---- packets that make no sense ---- */

struct bad_case {
	const char *name;
	void (*spoil)(struct netvsc_device *nvdev, struct xfer *x);
};

static void move_range(struct xfer *x, u32 offset, u32 len)
{
	xfer_range(x, 0)->byte_offset = offset;
	xfer_range(x, 0)->byte_count = len;
}

#define SPOIL(_name, _what)						\
static void spoil_##_name(struct netvsc_device *nvdev, struct xfer *x)	\
{									\
	struct rndis_packet *msg = xfer_buf(nvdev, x, 0);		\
	struct nvsp_rndis_pkt *nvsp = (void *)x->raw + 32;		\
									\
	(void)msg;							\
	(void)nvsp;							\
	_what;								\
}

SPOIL(no_nvsp_message, x->hdr.d.len8 = x->hdr.d.offset8)
SPOIL(header_cut, x->hdr.d.len8 = 2)
SPOIL(payload_before_header, x->hdr.d.offset8 = 2)
SPOIL(payload_after_end, x->hdr.d.offset8 = x->hdr.d.len8 + 1)
SPOIL(wrong_nvsp_type, nvsp->hdr.type = cpu_to_le32(NVSP_MSG_INIT))
SPOIL(wrong_buffer, x->hdr.xfer_pageset_id = 0xbead)
SPOIL(no_ranges, x->hdr.range_cnt = 0)
SPOIL(more_ranges_than_sent, x->hdr.range_cnt = 2)
SPOIL(ranges_overflow, x->hdr.range_cnt = 0x20000001)
SPOIL(too_many_ranges, x->hdr.range_cnt = NETVSC_RX_MAX_RANGES + 1)
SPOIL(range_beyond_buffer, xfer_range(x, 0)->byte_offset = nvdev->recv.size + 1)
SPOIL(range_ends_beyond_buffer, move_range(x, nvdev->recv.size - 60, 100))
SPOIL(range_wraps, xfer_range(x, 0)->byte_count = U32_MAX)
SPOIL(range_above_section, move_range(x, 0, nvdev->recv.section_size + 1))
SPOIL(range_without_header, xfer_range(x, 0)->byte_count = 7)
SPOIL(message_cut, xfer_range(x, 0)->byte_count = sizeof(*msg) - 1)
SPOIL(message_longer_than_range, msg->hdr.len = cpu_to_le32(145))
SPOIL(data_beyond_message, msg->data_offset = cpu_to_le32(0x7fffffff))
SPOIL(data_too_long, msg->data_len = cpu_to_le32(101))
SPOIL(data_len_wraps, msg->data_len = cpu_to_le32(U32_MAX))
SPOIL(data_without_ethernet_header, msg->data_len = cpu_to_le32(13))

#define BAD(_name)	{ #_name, spoil_##_name }
static const struct bad_case bad_cases[] = {
	BAD(no_nvsp_message),
	BAD(header_cut),
	BAD(payload_before_header),
	BAD(payload_after_end),
	BAD(wrong_nvsp_type),
	BAD(wrong_buffer),
	BAD(no_ranges),
	BAD(more_ranges_than_sent),
	BAD(ranges_overflow),
	BAD(too_many_ranges),
	BAD(range_beyond_buffer),
	BAD(range_ends_beyond_buffer),
	BAD(range_wraps),
	BAD(range_above_section),
	BAD(range_without_header),
	BAD(message_cut),
	BAD(message_longer_than_range),
	BAD(data_beyond_message),
	BAD(data_too_long),
	BAD(data_len_wraps),
	BAD(data_without_ethernet_header),
};

static void bad_case_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad, bad_cases, bad_case_desc);

static void bad_packet_fails_and_is_counted(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct e2e *e = test->priv;
	struct xfer x;
	u8 frame[100];

	e2e_start(test);
	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, 1);
	put_piece(e, &x, 0, frame, sizeof(frame), -1);
	c->spoil(e2e_device(e), &x);
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, NVSP_STATUS_FAIL), 0);
	KUNIT_EXPECT_EQ(test, bad_packets(e), 1);

	/* and the next one is as good as ever */
	xfer_make(e2e_device(e), &x, 1);
	put_piece(e, &x, 0, frame, sizeof(frame), -1);
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, NVSP_STATUS_SUCCESS), 1);
	expect_frame(test, frame, sizeof(frame));
	KUNIT_EXPECT_EQ(test, bad_packets(e), 1);
}

static void bad_range_does_not_keep_the_others(struct kunit *test)
{
	struct e2e *e = test->priv;
	u8 frame[100];
	struct xfer x;
	int i;

	e2e_start(test);
	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, 3);
	for (i = 0; i < 3; i++)
		put_piece(e, &x, i, frame, sizeof(frame), -1);
	xfer_range(&x, 1)->byte_count = 20;
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, NVSP_STATUS_FAIL), 2);
	expect_frame(test, frame, sizeof(frame));
	expect_frame(test, frame, sizeof(frame));
}

static void frame_for_a_closed_interface_fails(struct kunit *test)
{
	struct e2e *e = test->priv;
	u8 frame[100];
	struct xfer x;

	e2e_start(test);
	rtnl_lock();
	dev_close(e->ndev);
	rtnl_unlock();
	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, 1);
	put_piece(e, &x, 0, frame, sizeof(frame), -1);
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, NVSP_STATUS_FAIL), 0);
	KUNIT_EXPECT_EQ(test, bad_packets(e), 0);
}

/* ---- coalesced frames ---- */

#define FIRST	RNDIS_PKT_ID_FIRST
#define LAST	RNDIS_PKT_ID_LAST

static void pieces_become_one_frame(struct kunit *test)
{
	u32 len = E2E_MAX_PIECES * 1400, i;
	struct e2e *e = test->priv;
	struct xfer *x;
	u8 *frame;

	e2e_start(test);
	frame = kunit_kzalloc(test, len, GFP_KERNEL);
	x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	KUNIT_ASSERT_NOT_NULL(test, x);

	xfer_frame(e, frame, len);
	xfer_make(e2e_device(e), x, E2E_MAX_PIECES);
	for (i = 0; i < E2E_MAX_PIECES; i++)
		put_piece(e, x, i, frame + i * 1400, 1400,
			  (i ? 0 : FIRST) | (i == E2E_MAX_PIECES - 1 ? LAST : 0));
	KUNIT_EXPECT_EQ(test, xfer_receive(test, x, NVSP_STATUS_SUCCESS), 1);
	expect_frame(test, frame, len);
}

struct pieces_case {
	const char *name;
	int flags[4];		/* -1: a whole frame; -2: no more */
	int frames;		/* that get through */
};

static const struct pieces_case pieces_cases[] = {
	{ "first_and_last_in_one", { FIRST | LAST, -2 }, 1 },
	{ "no_first", { 0, LAST, -2 }, 0 },
	{ "no_last", { FIRST, 0, 0, -2 }, 0 },
	{ "last_only", { LAST, -2 }, 0 },
	{ "two_firsts", { FIRST, FIRST, LAST, -2 }, 0 },
	{ "whole_frame_between", { FIRST, -1, LAST, -2 }, 0 },
	{ "whole_frame_before", { -1, FIRST, LAST, -2 }, 2 },
	{ "good_one_after_a_bad_one", { LAST, FIRST, 0, LAST }, 1 },
};

static void pieces_case_desc(const struct pieces_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pieces, pieces_cases, pieces_case_desc);

static void only_whole_frames_get_through(struct kunit *test)
{
	const struct pieces_case *c = test->param_value;
	struct e2e *e = test->priv;
	u8 frame[100];
	struct xfer x;
	bool bad;
	u32 i, n;

	for (n = 0; n < ARRAY_SIZE(c->flags) && c->flags[n] != -2; n++)
		;
	bad = !c->frames || c->flags[0] == LAST;

	e2e_start(test);
	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, n);
	for (i = 0; i < n; i++)
		put_piece(e, &x, i, frame, sizeof(frame),
			  c->flags[i]);
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, bad ? NVSP_STATUS_FAIL :
						NVSP_STATUS_SUCCESS),
			c->frames);
	AWAIT(test, skb_queue_len_lockless(&e->at_ndev.frames) >= c->frames);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames),
			c->frames);
	KUNIT_EXPECT_EQ(test, bad_packets(e), bad);
}

static void frame_above_64_kib_is_dropped(struct kunit *test)
{
	u32 len = 1650, i, n = E2E_MAX_PIECES;
	struct e2e *e = test->priv;
	struct xfer *x;
	u8 *piece;

	e2e_start(test);
	piece = kunit_kzalloc(test, len, GFP_KERNEL);
	x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, piece);
	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_ASSERT_GT(test, len * n, 65535 + ETH_HLEN + 4);

	xfer_frame(e, piece, len);
	xfer_make(e2e_device(e), x, n);
	for (i = 0; i < n; i++)
		put_piece(e, x, i, piece, len,
			  (i ? 0 : FIRST) | (i == n - 1 ? LAST : 0));
	KUNIT_EXPECT_EQ(test, xfer_receive(test, x, NVSP_STATUS_FAIL), 0);
	KUNIT_EXPECT_EQ(test, bad_packets(e), 1);
}

/* ---- acknowledgments ---- */

static void acks_are_bounded(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	struct xfer x;
	u32 i;

	e2e_start(test);
	ch = e2e_device(e)->channels[0];
	xfer_make(e2e_device(e), &x, 1);
	x.hdr.range_cnt = 0;
	local_bh_disable();
	for (i = 0; i < NETVSC_RX_MAX_ACKS; i++) {
		KUNIT_EXPECT_FALSE(test, netvsc_rx_full(ch));
		netvsc_rx_packet(ch, &x.hdr.d);
	}
	KUNIT_EXPECT_TRUE(test, netvsc_rx_full(ch));
	ch->rx.num_acks = 0;
	local_bh_enable();
}

static struct kunit_case rx_cases[] = {
	KUNIT_CASE_PARAM(bad_packet_fails_and_is_counted, bad_gen_params),
	KUNIT_CASE(bad_range_does_not_keep_the_others),
	KUNIT_CASE(frame_for_a_closed_interface_fails),
	KUNIT_CASE(pieces_become_one_frame),
	KUNIT_CASE_PARAM(only_whole_frames_get_through, pieces_gen_params),
	KUNIT_CASE(frame_above_64_kib_is_dropped),
	KUNIT_CASE(acks_are_bounded),
	{}
};

static struct kunit_suite rx_suite = {
	.name = "netvsc_rx",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = rx_cases,
};

kunit_test_suite(rx_suite);

MODULE_DESCRIPTION("Tests of what hv_netvsc receives");
MODULE_LICENSE("GPL");
