// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host says of a frame, what becomes of it when there is no memory,
 * and acknowledgments when there is no room for them.
 */
#include "netvsc_rx_fixture.h"

#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>

#include "netvsc_tx_fixture.h"
#include "rx.h"

static void set_feature(struct e2e *e, netdev_features_t feature, bool on)
{
	rtnl_lock();
	if (on)
		e->ndev->wanted_features |= feature;
	else
		e->ndev->wanted_features &= ~feature;
	netdev_update_features(e->ndev);
	rtnl_unlock();
}

/* A frame with one piece of info, as the stack gets it; NULL without one. */
static struct sk_buff *receive_with(struct kunit *test, u32 type, u32 value)
{
	const __le32 wire = cpu_to_le32(value);
	const struct xfer_ppi ppi = { type, &wire, sizeof(wire) };
	struct e2e *e = test->priv;
	u8 frame[100];
	struct xfer x;

	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, 1);
	xfer_put(e2e_device(e), &x, 0, frame, sizeof(frame), &ppi);
	KUNIT_EXPECT_EQ(test, xfer_receive(test, &x, NVSP_STATUS_SUCCESS), 1);
	AWAIT(test, !skb_queue_empty_lockless(&e->at_ndev.frames));

	return skb_dequeue(&e->at_ndev.frames);
}

/* ---- row 57: checksums ---- */

struct csum_case {
	const char *name;
	u32 csum;
	bool off;
	u8 summed;
};

static const struct csum_case csum_cases[] = {
	{ "tcp_good", RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_IP_OK, false,
	  CHECKSUM_UNNECESSARY },
	{ "udp_good", RNDIS_CSUM_RX_UDP_OK, false, CHECKSUM_UNNECESSARY },
	{ "nothing_said", 0, false, CHECKSUM_NONE },
	{ "tcp_bad", RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_IP_OK, false,
	  CHECKSUM_NONE },
	{ "udp_bad", RNDIS_CSUM_RX_UDP_FAILED | RNDIS_CSUM_RX_IP_OK, false,
	  CHECKSUM_NONE },
	{ "ip_bad", RNDIS_CSUM_RX_IP_FAILED, false, CHECKSUM_NONE },
	{ "only_ip_good", RNDIS_CSUM_RX_IP_OK, false, CHECKSUM_NONE },
	{ "tcp_not_filled_in", RNDIS_CSUM_RX_TCP_INVALID, false,
	  CHECKSUM_NONE },
	{ "from_this_machine", RNDIS_CSUM_RX_LOOPBACK, false, CHECKSUM_NONE },
	{ "good_but_switched_off", RNDIS_CSUM_RX_TCP_OK, true, CHECKSUM_NONE },
};

static void csum_desc(const struct csum_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(csum, csum_cases, csum_desc);

static void only_a_good_checksum_need_not_be_checked(struct kunit *test)
{
	const struct csum_case *c = test->param_value;
	struct e2e *e = test->priv;
	struct sk_buff *skb;

	e2e_start(test);
	if (c->off)
		set_feature(e, NETIF_F_RXCSUM, false);
	skb = receive_with(test, RNDIS_PPI_CSUM, c->csum);
	KUNIT_EXPECT_EQ(test, (u8)skb->ip_summed, c->summed);
	kfree_skb(skb);
}

/* ---- row 57: an IP header's sum that the host leaves to us ---- */

static struct {
	struct packet_type type;
	u8 data[64];
	u32 len;
} heard;

static int hear(struct sk_buff *skb, struct net_device *dev,
		struct packet_type *type, struct net_device *orig)
{
	u32 len = min_t(u32, skb->len, sizeof(heard.data));

	skb_copy_bits(skb, 0, heard.data, len);
	WRITE_ONCE(heard.len, len);
	kfree_skb(skb);
	return NET_RX_SUCCESS;
}

struct header_case {
	const char *name;
	u8 ihl;
	u8 len;			/* of what comes after the Ethernet header */
	bool rebuilt;
};

static const struct header_case header_cases[] = {
	{ "whole", 5, 40, true },
	{ "with_options", 6, 40, true },
	{ "cut", 5, 19, false },
	{ "one_byte", 5, 1, false },
	{ "shorter_than_any", 4, 40, false },
	{ "longer_than_the_frame", 15, 40, false },
};

static void header_desc(const struct header_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(header, header_cases, header_desc);

static void sum_of_a_whole_header_only_is_rebuilt(struct kunit *test)
{
	const __le32 csum = cpu_to_le32(RNDIS_CSUM_RX_IP_OK |
					RNDIS_CSUM_RX_IP_INVALID);
	const struct xfer_ppi ppi = { RNDIS_PPI_CSUM, &csum, sizeof(csum) };
	const struct header_case *c = test->param_value;
	struct e2e *e = test->priv;
	u8 frame[64] = {};
	struct xfer x;
	struct iphdr *iph = (void *)frame + ETH_HLEN;

	e2e_start(test);
	xfer_frame(e, frame, ETH_HLEN + c->len);
	((struct ethhdr *)frame)->h_proto = htons(ETH_P_IP);
	iph->version = 4;
	iph->ihl = c->ihl;
	xfer_make(e2e_device(e), &x, 1);
	xfer_put(e2e_device(e), &x, 0, frame, ETH_HLEN + c->len, &ppi);

	heard.len = 0;
	heard.type.type = htons(ETH_P_IP);
	heard.type.dev = e->ndev;
	heard.type.func = hear;
	dev_add_pack(&heard.type);
	xfer_receive(test, &x, NVSP_STATUS_SUCCESS);
	schedule_timeout_uninterruptible(HZ / 10);
	dev_remove_pack(&heard.type);

	KUNIT_EXPECT_EQ(test, heard.len, c->len);
	if (!c->rebuilt) {
		KUNIT_EXPECT_MEMEQ(test, heard.data, frame + ETH_HLEN, c->len);
		return;
	}
	KUNIT_EXPECT_TRUE(test, !ip_fast_csum(heard.data, c->ihl));
	iph->check = ((struct iphdr *)heard.data)->check;
	KUNIT_EXPECT_MEMEQ(test, heard.data, frame + ETH_HLEN, c->len);
}

/* ---- row 63: the hash ---- */

#define TEST_HASH	0x12345678

static void hash_is_taken_only_if_it_is_wanted(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;

	e2e_start(test);
	skb = receive_with(test, RNDIS_PPI_HASH, TEST_HASH);
	KUNIT_EXPECT_EQ(test, skb_get_hash_raw(skb), TEST_HASH);
	KUNIT_EXPECT_TRUE(test, skb->l4_hash);
	kfree_skb(skb);

	set_feature(e, NETIF_F_RXHASH, false);
	skb = receive_with(test, RNDIS_PPI_HASH, TEST_HASH);
	KUNIT_EXPECT_EQ(test, skb_get_hash_raw(skb), 0);
	KUNIT_EXPECT_FALSE(test, skb->l4_hash);
	kfree_skb(skb);
}

/* ---- no memory ---- */

/* More than the kernel keeps at hand. */
#define MANY_FRAMES	200

static void frame_without_memory_fails_and_is_counted(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	u32 tries, status = 0;
	u8 frame[100];
	struct xfer x;

	e2e_start(test);
	ch = e2e_device(e)->channels[0];
	xfer_frame(e, frame, sizeof(frame));
	xfer_make(e2e_device(e), &x, 1);
	xfer_put(e2e_device(e), &x, 0, frame, sizeof(frame), NULL);

	local_bh_disable();
	current->fail_nth = 1;	/* the next time that memory is asked for */
	for (tries = 0; tries < MANY_FRAMES && current->fail_nth; tries++) {
		netvsc_rx_packet(ch, &x.hdr.d);
		status = ch->rx.acks[ch->rx.first_ack %
				     NETVSC_RX_MAX_ACKS].status;
		ch->rx.num_acks = 0;
	}
	current->fail_nth = 0;
	napi_schedule(&ch->napi);
	local_bh_enable();

	KUNIT_EXPECT_EQ(test, status, NVSP_STATUS_FAIL);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.rx_no_memory), 1);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.host_bad_packet), 0);
	/* those before it have come, and the next ones do */
	AWAIT(test, skb_queue_len_lockless(&e->at_ndev.frames) == tries - 1);
	skb_queue_purge(&e->at_ndev.frames);
	e2e_frames_both_ways(test);
}

/* ---- row 60: acknowledgments that wait ---- */

#define UNSEEN	20

/* So many frames are in the ring, and nobody has looked. */
static struct netvsc_channel *frames_unseen(struct kunit *test, u32 *sections)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	s64 before;
	u32 seq;

	e2e_start(test);
	ch = e2e_channel(e);
	AWAIT(test, netvsc_rx_idle(ch));
	schedule_timeout_uninterruptible(HZ / 10);
	*sections = READ_ONCE(e->nic->rxbuf.num_free);

	napi_disable(&ch->napi);
	before = e2e_count(e, HVSIM_SYN_FRAMES_RX);
	for (seq = 0; seq < UNSEEN; seq++)
		e2e_send(test, e->wire, e->ndev, seq, 100);
	AWAIT(test, e2e_count(e, HVSIM_SYN_FRAMES_RX) == before + UNSEEN);
	schedule_timeout_uninterruptible(HZ / 10);
	KUNIT_EXPECT_EQ(test, READ_ONCE(e->nic->rxbuf.num_free),
			*sections - UNSEEN);

	return ch;
}

/* As the core polls; returns what the poll says. */
static int poll(struct netvsc_channel *ch)
{
	return ch->napi.poll(&ch->napi, NAPI_POLL_WEIGHT);
}

static void expect_all_came(struct kunit *test, struct netvsc_channel *ch,
			    u32 sections)
{
	struct e2e *e = test->priv;

	napi_enable(&ch->napi);
	local_bh_disable();
	napi_schedule(&ch->napi);
	local_bh_enable();
	AWAIT(test, skb_queue_len_lockless(&e->at_ndev.frames) >= UNSEEN);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames),
			UNSEEN);
	skb_queue_purge(&e->at_ndev.frames);
	/* the host has every section back */
	AWAIT(test, READ_ONCE(e->nic->rxbuf.num_free) == sections);
	e2e_frames_both_ways(test);
}

static void acks_wait_for_room_and_none_is_lost(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	u32 index, sections;

	ch = frames_unseen(test, &sections);
	local_bh_disable();
	index = e2e_fill_ring(e);
	/* the core is to poll again, though there is nothing more to read */
	KUNIT_EXPECT_EQ(test, poll(ch), NAPI_POLL_WEIGHT);
	KUNIT_EXPECT_EQ(test, ch->rx.num_acks, UNSEEN);
	KUNIT_EXPECT_EQ(test, poll(ch), NAPI_POLL_WEIGHT);
	KUNIT_EXPECT_EQ(test, ch->rx.num_acks, UNSEEN);
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.rx_comp_busy), 2);
	KUNIT_EXPECT_FALSE(test, netvsc_rx_idle(ch));
	e2e_unfill_ring(e, index);
	KUNIT_EXPECT_EQ(test, poll(ch), 0);
	KUNIT_EXPECT_EQ(test, ch->rx.num_acks, 0);
	local_bh_enable();
	expect_all_came(test, ch, sections);
}

static void packet_that_cannot_be_acknowledged_stays(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	u32 index, sections, unread;

	ch = frames_unseen(test, &sections);
	local_bh_disable();
	index = e2e_fill_ring(e);
	unread = hv_get_bytes_to_read(&ch->vmbus->inbound);
	ch->rx.num_acks = NETVSC_RX_MAX_ACKS;
	KUNIT_EXPECT_EQ(test, poll(ch), NAPI_POLL_WEIGHT);
	KUNIT_EXPECT_EQ(test, ch->rx.num_acks, NETVSC_RX_MAX_ACKS);
	KUNIT_EXPECT_EQ(test, hv_get_bytes_to_read(&ch->vmbus->inbound),
			unread);
	ch->rx.num_acks = 0;
	e2e_unfill_ring(e, index);
	local_bh_enable();
	expect_all_came(test, ch, sections);
}

static struct kunit_case meta_cases[] = {
	KUNIT_CASE_PARAM(only_a_good_checksum_need_not_be_checked,
			 csum_gen_params),
	KUNIT_CASE_PARAM(sum_of_a_whole_header_only_is_rebuilt,
			 header_gen_params),
	KUNIT_CASE(hash_is_taken_only_if_it_is_wanted),
	KUNIT_CASE(frame_without_memory_fails_and_is_counted),
	KUNIT_CASE(acks_wait_for_room_and_none_is_lost),
	KUNIT_CASE(packet_that_cannot_be_acknowledged_stays),
	{}
};

static struct kunit_suite meta_suite = {
	.name = "netvsc_rx_meta",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = meta_cases,
};

kunit_test_suite(meta_suite);

MODULE_DESCRIPTION("Tests of what hv_netvsc makes of received frames");
MODULE_LICENSE("GPL");
