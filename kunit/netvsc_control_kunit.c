// SPDX-License-Identifier: GPL-2.0-only
/*
 * Around the data path: what the host says unasked, the link, queues and
 * their polling, what ethtool sets and shows.
 */
#include "netvsc_fixture.h"

#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>

#include "compat.h"
#include "link.h"
#include "nvsp.h"
#include "tx_post.h"
#include "xmit.h"

#define TEST_PROTO	0x88b5

/* ---- rows 61 and 62: the send table ---- */

struct table_case {
	const char *name;
	u32 version;
	u32 count;
	u32 offset;
	u32 at;			/* where the table really is */
	u32 entry;		/* the last one */
	u32 len;
	bool good;
};

#define TABLE_LEN	(NVSP_SEND_TABLE_ENTRIES * 4)
#define BEHIND		((u32)sizeof(union nvsp_message))

static const struct table_case table_cases[] = {
	{ "good", NVSP_VERSION_61, 16, 12, 12, 1, 12 + TABLE_LEN, true },
	{ "behind", NVSP_VERSION_61, 16, 40, 40, 1, 40 + TABLE_LEN, true },
	{ "wrong_offset_of_an_old_host", NVSP_VERSION_6, 16, 28, BEHIND, 1,
	  BEHIND + TABLE_LEN, true },
	{ "too_few", NVSP_VERSION_61, 15, 12, 12, 1, 12 + TABLE_LEN },
	{ "too_many", NVSP_VERSION_61, 17, 12, 12, 1, 12 + TABLE_LEN + 4 },
	{ "offset_inside_the_header", NVSP_VERSION_61, 16, 8, 8, 1,
	  12 + TABLE_LEN },
	{ "offset_beyond", NVSP_VERSION_61, 16, 0xfffffff0, 12, 1,
	  12 + TABLE_LEN },
	{ "cut", NVSP_VERSION_61, 16, 12, 12, 1, 12 + TABLE_LEN - 1 },
	{ "channel_that_is_not", NVSP_VERSION_61, 16, 12, 12, 2,
	  12 + TABLE_LEN },
	{ "before_its_time", NVSP_VERSION_4, 16, 12, 12, 1, 12 + TABLE_LEN },
};

static void table_desc(const struct table_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(table, table_cases, table_desc);

static void send_table_counts_if_it_makes_sense(struct kunit *test)
{
	const struct table_case *c = test->param_value;
	struct e2e *e = test->priv;
	u8 msg[BEHIND + TABLE_LEN + 8] = {};
	struct nvsp_send_table *table = (void *)msg;
	__le32 *entries = (void *)msg + c->at;
	u32 before[NVSP_SEND_TABLE_ENTRIES];
	long bad;
	int i;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 2), 0);
	/* the host's own has come by now, or comes */
	AWAIT(test, READ_ONCE(e2e_device(e)->host_spreads));
	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		e2e_priv(e)->send_table[i] = 0;
	memcpy(before, e2e_priv(e)->send_table, sizeof(before));
	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		entries[i] = cpu_to_le32(i == 15 ? c->entry : 1);
	table->hdr.type = cpu_to_le32(NVSP_MSG_SEND_INDIRECTION_TABLE);
	table->count = cpu_to_le32(c->count);
	table->offset = cpu_to_le32(c->offset);

	bad = atomic_long_read(&e2e_priv(e)->stats.host_bad_message);
	e2e_device(e)->nvsp_version = c->version;
	netvsc_nvsp_receive(e2e_device(e), msg, c->len, 0, false);
	e2e_device(e)->nvsp_version = NVSP_VERSION_61;
	if (c->good)
		KUNIT_EXPECT_EQ(test, e2e_priv(e)->send_table[15], 1);
	else
		KUNIT_EXPECT_MEMEQ(test, e2e_priv(e)->send_table, before,
				   sizeof(before));
	KUNIT_EXPECT_EQ(test, !c->good,
			atomic_long_read(&e2e_priv(e)->stats.host_bad_message) - bad);
}

/* ---- rows 65 and 76: queues that exist ---- */

static void frame_goes_to_a_queue_that_exists(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;
	u16 queue;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 3), 0);
	skb = alloc_skb(100, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->dev = e->ndev;
	for (queue = 0; queue < NETVSC_MAX_CHANNELS; queue++) {
		skb_record_rx_queue(skb, queue);
		KUNIT_EXPECT_LT(test, netvsc_select_queue(e->ndev, skb, NULL),
				3);
	}
	kfree_skb(skb);
}

static int set_rss(struct e2e *e, u32 *indir, u8 *key)
{
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key };
	int err;

	rtnl_lock();
	err = e->ndev->ethtool_ops->set_rxfh(e->ndev, &rxfh, NULL);
	rtnl_unlock();
	return err;
}

static void key_without_a_table_is_refused(struct kunit *test)
{
	struct e2e *e = test->priv;
	u8 key[NDIS_RSS_KEY_SIZE] = { 1 };

	e->cfg.version = NVSP_VERSION_4;
	e2e_start(test);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->rss_entries, 0);
	KUNIT_EXPECT_EQ(test, set_rss(e, NULL, key), -EOPNOTSUPP);
	KUNIT_EXPECT_NE(test, e2e_priv(e)->rss.key[0], 1);
}

static void table_names_queues_that_exist(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 indir[NDIS_RSS_TABLE_MAX] = {};

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 2), 0);
	indir[5] = 2;
	KUNIT_EXPECT_EQ(test, set_rss(e, indir, NULL), -EINVAL);
	KUNIT_EXPECT_NE(test, e2e_priv(e)->rss.table[5], 2);
	indir[5] = 1;
	KUNIT_EXPECT_EQ(test, set_rss(e, indir, NULL), 0);
	KUNIT_EXPECT_EQ(test, e2e_priv(e)->rss.table[5], 1);
}

/* ---- rows 69 and 70: sub-channels ---- */

static void host_with_fewer_channels_gives_fewer_queues(struct kunit *test)
{
	struct e2e *e = test->priv;

	e->cfg.channels = 3;
	e2e_start(test);
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 8), 0);
	KUNIT_EXPECT_EQ(test, e2e_device(e)->num_channels, 3);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues, 3);
	e2e_frames_both_ways(test);
}

/* It offers the channels, but does not say how many. */
static void grant_that_never_comes_is_not_needed(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "drop what=nvsp:133 count=1");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	KUNIT_EXPECT_EQ(test, e->ndev->real_num_tx_queues,
			e2e_device(e)->num_channels);
	e2e_frames_both_ways(test);
}

static void sub_channels_that_come_late_disturb_nobody(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_add_fault(test, "delay what=nvsp:133 count=1 ms=6000");
	KUNIT_EXPECT_EQ(test, e2e_set_channels(e, 4), 0);
	schedule_timeout_uninterruptible(3 * HZ);
	e2e_frames_both_ways(test);
}

/* ---- row 78: names and values ---- */

static void names_and_values_are_as_many(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct ethtool_stats stats = {};
	int count, i, named = 0;
	u64 *values;
	u8 *names;

	e2e_start(test);
	KUNIT_ASSERT_EQ(test, e2e_set_channels(e, 3), 0);
	rtnl_lock();
	count = e->ndev->ethtool_ops->get_sset_count(e->ndev, ETH_SS_STATS);
	names = kunit_kzalloc(test, count * ETH_GSTRING_LEN + 1, GFP_KERNEL);
	values = kunit_kcalloc(test, count + 1, sizeof(*values), GFP_KERNEL);
	if (names && values) {
		stats.n_stats = count;
		values[count] = 0x5a;
		e->ndev->ethtool_ops->get_strings(e->ndev, ETH_SS_STATS, names);
		e->ndev->ethtool_ops->get_ethtool_stats(e->ndev, &stats,
							values);
	}
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, names);
	KUNIT_ASSERT_NOT_NULL(test, values);
	for (i = 0; i < count; i++)
		named += !!names[i * ETH_GSTRING_LEN];
	KUNIT_EXPECT_EQ(test, named, count);
	KUNIT_EXPECT_EQ(test, names[count * ETH_GSTRING_LEN], 0);
	KUNIT_EXPECT_EQ(test, values[count], 0x5a);
}

/* ---- rows 81 and 82: polling ---- */

/* @n messages are completed in the ring, and nobody has looked. */
static struct netvsc_channel *complete_unseen(struct kunit *test, u32 n)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch;
	u32 seq;

	e2e_start(test);
	/* BQL lets only one frame through before it has seen a completion */
	e2e_frames_to_wire(test, 20, 60);
	ch = e2e_device(e)->channels[0];
	napi_disable(&ch->napi);
	for (seq = 0; seq < n; seq++)
		e2e_send(test, e->ndev, e->wire, seq, 60);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= n);
	schedule_timeout_uninterruptible(HZ / 10);
	/* the stack may have sent one of its own */
	KUNIT_EXPECT_GE(test, netvsc_tx_in_flight(&ch->tx), n);

	return ch;
}

static void poll_again(struct kunit *test, struct netvsc_channel *ch)
{
	struct e2e *e = test->priv;

	napi_enable(&ch->napi);
	local_bh_disable();
	napi_schedule(&ch->napi);
	local_bh_enable();
	AWAIT(test, !netvsc_tx_in_flight(&ch->tx));
	skb_queue_purge(&e->at_wire.frames);
	e2e_frames_both_ways(test);
}

static void poll_without_budget_completes_what_was_sent(struct kunit *test)
{
	struct netvsc_channel *ch = complete_unseen(test, 20);

	local_bh_disable();
	KUNIT_EXPECT_EQ(test, ch->napi.poll(&ch->napi, 0), 0);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(&ch->tx), 0);
	poll_again(test, ch);
}

static void poll_of_completions_only_ends_too(struct kunit *test)
{
	struct netvsc_channel *ch = complete_unseen(test, 400);

	local_bh_disable();
	KUNIT_EXPECT_EQ(test, ch->napi.poll(&ch->napi, 64), 64);
	local_bh_enable();
	KUNIT_EXPECT_GT(test, netvsc_tx_in_flight(&ch->tx), 0);
	KUNIT_EXPECT_LT(test, netvsc_tx_in_flight(&ch->tx), 400);
	poll_again(test, ch);
}

/* ---- rows 83 and 84: the link ---- */

static void link_storm_ends_as_the_host_said_last(struct kunit *test)
{
	struct e2e *e = test->priv;
	int i;

	e2e_start(test);
	for (i = 0; i < 1000; i++)
		netvsc_link_status(e2e_device(e), i % 2 ?
				   RNDIS_STATUS_MEDIA_CONNECT :
				   RNDIS_STATUS_MEDIA_DISCONNECT, 0);
	netvsc_link_status(e2e_device(e), RNDIS_STATUS_MEDIA_DISCONNECT, 0);
	AWAIT(test, !netif_carrier_ok(e->ndev));
	schedule_timeout_uninterruptible(5 * HZ);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(e->ndev));
	netvsc_link_status(e2e_device(e), RNDIS_STATUS_MEDIA_CONNECT, 0);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

static void changed_network_takes_the_link_down_and_up(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	netvsc_link_status(e2e_device(e), RNDIS_STATUS_NETWORK_CHANGE, 0);
	AWAIT(test, !netif_carrier_ok(e->ndev));
	AWAIT(test, e2e_ready(e->ndev));
	e2e_frames_both_ways(test);
}

static void removal_does_not_wait_for_the_link(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start = jiffies;

	e2e_start(test);
	netvsc_link_status(e2e_device(e), RNDIS_STATUS_NETWORK_CHANGE, 0);
	netvsc_link_status(e2e_device(e), RNDIS_STATUS_MEDIA_DISCONNECT, 0);
	e2e_stop(e);
	KUNIT_EXPECT_LT(test, jiffies - start, 10 * HZ);
}

/* ---- rows 85 and 86: filter and features ---- */

static void filter_that_is_set_is_not_sent_again(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	/* what the host would not answer is not asked */
	e2e_add_fault(test, "drop what=oid:0001010e count=0");
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, netvsc_rndis_set_filter(e2e_device(e),
							 e2e_device(e)->filter));
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			netvsc_rndis_set_filter(e2e_device(e), 0));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, 1,
			atomic_long_read(&e2e_priv(e)->stats.host_timeout));
	hvsim_faults_clear(&e->nic->faults);
	KUNIT_EXPECT_NE(test, e2e_device(e)->filter, 0);
}

static void features_that_the_host_refuses_stay(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	rtnl_lock();
	e->ndev->wanted_features &= ~NETIF_F_LRO;
	netdev_update_features(e->ndev);
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);

	e2e_add_fault(test, "drop what=oid:fc01020c count=1");
	e->ndev->wanted_features |= NETIF_F_LRO;
	netdev_update_features(e->ndev);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);
	KUNIT_EXPECT_FALSE(test, e2e_device(e)->rsc);
	e2e_frames_both_ways(test);
}

/* ---- rows 49, 51 and 55: frames ---- */

static netdev_tx_t xmit(struct e2e *e, struct sk_buff *skb, bool more)
{
	struct netdev_queue *txq = netdev_get_tx_queue(e->ndev, 0);
	netdev_tx_t ret;

	local_bh_disable();
	__netif_tx_lock(txq, smp_processor_id());
	ret = netdev_start_xmit(skb, e->ndev, txq, more);
	__netif_tx_unlock(txq);
	local_bh_enable();
	return ret;
}

static struct sk_buff *make_tagged(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct vlan_ethhdr *eth;
	struct sk_buff *skb;

	skb = alloc_skb(200, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	eth = skb_put_zero(skb, VLAN_ETH_HLEN + 100);
	ether_addr_copy(eth->h_dest, e->wire->dev_addr);
	ether_addr_copy(eth->h_source, e->ndev->dev_addr);
	eth->h_vlan_proto = htons(ETH_P_8021Q);
	eth->h_vlan_TCI = htons(5);
	eth->h_vlan_encapsulated_proto = htons(TEST_PROTO);
	skb->protocol = htons(ETH_P_8021Q);
	skb->dev = e->ndev;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, VLAN_ETH_HLEN);
	return skb;
}

static void tag_in_the_data_is_told_apart(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;

	e2e_start(test);
	KUNIT_EXPECT_EQ(test, xmit(e, make_tagged(test), false), NETDEV_TX_OK);
	AWAIT(test, !skb_queue_empty_lockless(&e->at_wire.frames));
	skb = skb_dequeue(&e->at_wire.frames);
	/* the wire's stack has taken the tag off, and found what is in it */
	KUNIT_EXPECT_EQ(test, skb->len, 100);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), TEST_PROTO);
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&e2e_priv(e)->stats.vlan_error), 0);
}

static void control_message_leaves_parked_frames_alone(struct kunit *test)
{
	u32 filter = RNDIS_PACKET_TYPE_PROMISCUOUS;
	struct e2e *e = test->priv;
	struct netvsc_tx *tx;

	e2e_start(test);
	tx = &e2e_device(e)->channels[0]->tx;
	KUNIT_EXPECT_EQ(test, xmit(e, make_tagged(test), true), NETDEV_TX_OK);
	KUNIT_ASSERT_EQ(test, tx->parked.packets, 1);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, netvsc_rndis_set_filter(e2e_device(e), filter), 0);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, tx->parked.packets, 1);
	netvsc_tx_flush(e2e_device(e)->channels[0]);
	AWAIT(test, !skb_queue_empty_lockless(&e->at_wire.frames));
	AWAIT(test, netvsc_tx_idle(e2e_device(e)->channels[0]));
}

#define GSO_PAYLOAD	3000
#define CSUM_OF_SENDER	((__force __sum16)htons(0x1234))
#define GSO_HEADERS	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr))

static struct sk_buff *make_large(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct ethhdr *eth;
	struct sk_buff *skb;
	struct iphdr *iph;
	struct tcphdr *th;

	skb = alloc_skb(GSO_HEADERS + GSO_PAYLOAD, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	eth = skb_put_zero(skb, GSO_HEADERS + GSO_PAYLOAD);
	ether_addr_copy(eth->h_dest, e->wire->dev_addr);
	ether_addr_copy(eth->h_source, e->ndev->dev_addr);
	eth->h_proto = htons(ETH_P_IP);
	iph = (void *)(eth + 1);
	iph->version = 4;
	iph->ihl = 5;
	iph->ttl = 64;
	iph->protocol = IPPROTO_TCP;
	iph->tot_len = htons(GSO_HEADERS - ETH_HLEN + GSO_PAYLOAD);
	iph->saddr = htonl(0x0a000001);
	iph->daddr = htonl(0x0a000002);
	iph->check = CSUM_OF_SENDER;
	th = (void *)(iph + 1);
	th->doff = 5;
	skb->dev = e->ndev;
	skb->protocol = htons(ETH_P_IP);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, ETH_HLEN + sizeof(*iph));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_size = 1460;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(GSO_PAYLOAD, 1460);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	return skb;
}

/* Whoever listens with a clone sees the headers as they were. */
static void large_send_does_not_write_to_shared_headers(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb, *clone;
	s64 before;

	e2e_start(test);
	before = e2e_count(e, HVSIM_LSO_DONE);
	skb = make_large(test);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, xmit(e, skb, false), NETDEV_TX_OK);
	AWAIT(test, e2e_count(e, HVSIM_LSO_DONE) > before);
	KUNIT_EXPECT_TRUE(test, ip_hdr(clone)->check == CSUM_OF_SENDER);
	KUNIT_EXPECT_NE(test, ntohs(ip_hdr(clone)->tot_len), 0);
	kfree_skb(clone);
	AWAIT(test, netvsc_tx_idle(e2e_device(e)->channels[0]));
}

static struct kunit_case control_cases[] = {
	KUNIT_CASE_PARAM(send_table_counts_if_it_makes_sense,
			 table_gen_params),
	KUNIT_CASE(frame_goes_to_a_queue_that_exists),
	KUNIT_CASE(key_without_a_table_is_refused),
	KUNIT_CASE(table_names_queues_that_exist),
	KUNIT_CASE(host_with_fewer_channels_gives_fewer_queues),
	KUNIT_CASE(grant_that_never_comes_is_not_needed),
	KUNIT_CASE(sub_channels_that_come_late_disturb_nobody),
	KUNIT_CASE(names_and_values_are_as_many),
	KUNIT_CASE(poll_without_budget_completes_what_was_sent),
	KUNIT_CASE(poll_of_completions_only_ends_too),
	KUNIT_CASE(link_storm_ends_as_the_host_said_last),
	KUNIT_CASE(changed_network_takes_the_link_down_and_up),
	KUNIT_CASE(removal_does_not_wait_for_the_link),
	KUNIT_CASE(filter_that_is_set_is_not_sent_again),
	KUNIT_CASE(features_that_the_host_refuses_stay),
	KUNIT_CASE(tag_in_the_data_is_told_apart),
	KUNIT_CASE(control_message_leaves_parked_frames_alone),
	KUNIT_CASE(large_send_does_not_write_to_shared_headers),
	{}
};

static struct kunit_suite control_suite = {
	.name = "netvsc_control",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = control_cases,
};

kunit_test_suite(control_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc around its data path");
MODULE_LICENSE("GPL");
