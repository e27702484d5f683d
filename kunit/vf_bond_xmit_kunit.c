// SPDX-License-Identifier: GPL-2.0-only
/* Frames through a VF, both ways. */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <net/sch_generic.h>
#include <net/tcp.h>

#include "vf_bond_fixture.h"

#define SEGMENT		1000
#define HEADERS		(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr))

/* ---- transmit ---- */

/* A TCP frame of several segments, as the stack gives it to a TSO device. */
static struct sk_buff *big_frame(struct kunit *test, struct fake_master *m,
				 unsigned int segments)
{
	unsigned int len = segments * SEGMENT;
	struct sk_buff *skb = alloc_skb(HEADERS + len, GFP_KERNEL);
	struct tcphdr *th;
	struct ethhdr *eh;
	struct iphdr *ih;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eh = skb_put_zero(skb, sizeof(*eh));
	eh->h_proto = htons(ETH_P_IP);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, skb->len);
	ih = skb_put_zero(skb, sizeof(*ih));
	ih->version = 4;
	ih->ihl = 5;
	ih->protocol = IPPROTO_TCP;
	ih->tot_len = htons(HEADERS - ETH_HLEN + len);
	skb_set_transport_header(skb, skb->len);
	th = skb_put_zero(skb, sizeof(*th));
	th->doff = 5;
	th->check = ~tcp_v4_check(sizeof(*th) + len, 0, 0, 0);
	skb_put_zero(skb, len);

	skb->dev = m->dev;
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = SEGMENT;
	skb_shinfo(skb)->gso_segs = segments;
	skb_set_queue_mapping(skb, 1);
	qdisc_skb_cb(skb)->slave_dev_queue_mapping = 0;
	return skb;
}

static void frame_goes_to_the_queue_chosen(struct kunit *test)
{
	struct vf_bond_stats stats;
	struct fake_master *m;
	struct fake_vf *vf;
	struct sk_buff *skb;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_NULL(test, fake_give(m, fake_frame(test, m, 2)));
	skb = skb_peek(&vf->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_PTR_EQ(test, skb->dev, vf->dev);
	KUNIT_EXPECT_EQ(test, skb_get_queue_mapping(skb), 2);

	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, stats.tx_bytes, 100);
	KUNIT_EXPECT_EQ(test, stats.tx_dropped, 0);
}

static void queue_that_nobody_chose_is_in_range(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	struct sk_buff *skb;

	fake_pair_create(test, &m, &vf);
	skb = fake_frame(test, m, 2);
	qdisc_skb_cb(skb)->slave_dev_queue_mapping = 0xffff;
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	skb = skb_peek(&vf->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_LT(test, skb_get_queue_mapping(skb),
			vf->dev->real_num_tx_queues);
}

static void queue_is_the_one_that_the_vf_selects(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	struct sk_buff *skb;

	fake_pair_create(test, &m, &vf);
	vf->queue = 3;
	skb = fake_frame(test, m, 2);
	rcu_read_lock_bh();
	KUNIT_EXPECT_EQ(test, vf_bond_select_queue(m->bond, vf->dev, skb), 3);
	rcu_read_unlock_bh();
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	KUNIT_EXPECT_EQ(test, skb_get_queue_mapping(skb), 3);
}

/* The stack does not ask a master for one queue of one. */
static void queue_is_selected_for_a_master_with_one(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	struct sk_buff *skb;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, netif_set_real_num_tx_queues(m->dev, 1), 0);
	rtnl_unlock();
	vf->queue = 3;
	skb = fake_frame(test, m, 2);
	KUNIT_EXPECT_NULL(test, fake_give(m, skb));
	KUNIT_EXPECT_EQ(test, skb_get_queue_mapping(skb), 3);
}

static void selected_queue_is_one_of_the_master(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;
	struct sk_buff *skb;
	int i;
	u16 q;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, netif_set_real_num_tx_queues(m->dev, 2), 0);
	rtnl_unlock();
	for (i = 0; i < 64; i++) {
		skb = fake_frame(test, m, 2);
		vf->queue = i;
		rcu_read_lock_bh();
		q = vf_bond_select_queue(m->bond, vf->dev, skb);
		rcu_read_unlock_bh();
		KUNIT_EXPECT_LT(test, q, 2);
		KUNIT_EXPECT_LT(test, qdisc_skb_cb(skb)->slave_dev_queue_mapping,
				vf->dev->real_num_tx_queues);
		kfree_skb(skb);
	}
}

static void frame_for_a_busy_driver_comes_back(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *back;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	vf->busy_after = 0;
	back = fake_give(m, fake_frame(test, m, 2));
	fake_expect_given_back(test, m, back);
	kfree_skb(back);
}

static void frame_for_a_vf_without_carrier_comes_back(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *back;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	/* the event has not been worked through yet */
	rtnl_lock();
	netif_carrier_off(vf->dev);
	KUNIT_EXPECT_PTR_EQ(test, fake_tx_vf(m), vf->dev);
	back = fake_give(m, fake_frame(test, m, 2));
	rtnl_unlock();
	fake_expect_given_back(test, m, back);
	kfree_skb(back);
}

static void frame_of_netpoll_comes_back(struct kunit *test)
{
	struct fake_master *m;
	struct sk_buff *skb, *back;
	struct fake_vf *vf;
	netdev_tx_t ret;

	if (!IS_ENABLED(CONFIG_NETPOLL))
		kunit_skip(test, "needs CONFIG_NETPOLL");

	fake_pair_create(test, &m, &vf);
	skb = fake_frame(test, m, 2);
	local_irq_disable();
	ret = vf_bond_xmit(m->bond, vf->dev, skb, &back);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, ret, NETDEV_TX_OK);
	fake_expect_given_back(test, m, back);
	kfree_skb(back);
}

static void big_frame_goes_whole_if_the_vf_can_cut_it(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	KUNIT_EXPECT_NULL(test, fake_give(m, big_frame(test, m, 3)));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 1);
}

static void without_tso(struct fake_vf *vf)
{
	rtnl_lock();
	vf->dev->hw_features &= ~NETIF_F_TSO;
	vf->dev->features &= ~NETIF_F_TSO;
	rtnl_unlock();
}

static void big_frame_is_cut_for_a_vf_that_cannot(struct kunit *test)
{
	struct vf_bond_stats stats;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	without_tso(vf);
	KUNIT_EXPECT_NULL(test, fake_give(m, big_frame(test, m, 3)));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 3);
	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.tx_packets, 3);
	KUNIT_EXPECT_EQ(test, stats.tx_bytes, 3 * (HEADERS + SEGMENT));
}

static void segments_that_do_not_fit_come_back(struct kunit *test)
{
	struct sk_buff *back, *next;
	struct fake_master *m;
	struct fake_vf *vf;
	int n = 0;

	fake_pair_create(test, &m, &vf);
	without_tso(vf);
	vf->busy_after = 1;
	back = fake_give(m, big_frame(test, m, 3));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&vf->sent), 1);
	for (; back; back = next, n++) {
		next = back->next;
		fake_expect_given_back(test, m, back);
		skb_mark_not_on_list(back);
		kfree_skb(back);
	}
	KUNIT_EXPECT_EQ(test, n, 2);
}

/* ---- receive ---- */

static struct sk_buff *tapped;
static struct net_device *received_on;
static u16 received_queue;

static int receive(struct sk_buff *skb, struct net_device *dev,
		   struct packet_type *pt, struct net_device *orig)
{
	received_on = skb->dev;
	received_queue = skb_get_rx_queue(skb);
	kfree_skb(skb);
	return 0;
}

static int tap(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *pt, struct net_device *orig)
{
	tapped = skb;
	return 0;
}

static void receive_on(struct kunit *test, struct fake_vf *vf)
{
	struct sk_buff *skb = alloc_skb(200, GFP_KERNEL);
	struct ethhdr *eh;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eh = skb_put_zero(skb, 100);
	ether_addr_copy(eh->h_dest, vf->dev->dev_addr);
	eh->h_proto = htons(ETH_P_802_EX1);
	skb->protocol = eth_type_trans(skb, vf->dev);
	skb_record_rx_queue(skb, vf->queue);
	received_on = NULL;
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

static struct packet_type receiver = {
	.type = htons(ETH_P_802_EX1),
	.func = receive,
};

static void frame_is_received_in_every_state(struct kunit *test)
{
	struct vf_bond_stats stats;
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	dev_add_pack(&receiver);
	receive_on(test, vf);
	KUNIT_EXPECT_PTR_EQ(test, received_on, m->dev);

	vf_bond_host_switched(m->bond, false);
	fake_settle(m);
	receive_on(test, vf);
	KUNIT_EXPECT_PTR_EQ(test, received_on, m->dev);
	dev_remove_pack(&receiver);

	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.rx_packets, 2);
	KUNIT_EXPECT_EQ(test, stats.rx_bytes, 2 * (100 - ETH_HLEN));
}

/* What a VF's driver can say of a frame. */
#define HASH		0x12345678
#define TAG		0x0abc
#define HWTSTAMP	1234567890
#define TSTAMP		987654321
#define SEGS		3

static struct {
	struct net_device *dev;
	ktime_t hwtstamp;
	ktime_t tstamp;
	u32 hash;
	bool l4_hash;
	bool tagged;
	u16 tag;
	u8 ip_summed;
	u16 gso_size;
	u16 gso_segs;
	unsigned int len;
} said;

static int note_said(struct sk_buff *skb, struct net_device *dev,
		     struct packet_type *pt, struct net_device *orig)
{
	said.dev = skb->dev;
	said.hwtstamp = skb_hwtstamps(skb)->hwtstamp;
	said.tstamp = skb->tstamp;
	said.hash = skb->hash;
	said.l4_hash = skb->l4_hash;
	said.tagged = skb_vlan_tag_present(skb);
	said.tag = skb_vlan_tag_get(skb);
	said.ip_summed = skb->ip_summed;
	said.gso_size = skb_shinfo(skb)->gso_size;
	said.gso_segs = skb_shinfo(skb)->gso_segs;
	said.len = skb->len;
	kfree_skb(skb);
	return 0;
}

static struct sk_buff *told_frame(struct kunit *test, struct fake_vf *vf)
{
	struct sk_buff *skb = alloc_skb(ETH_HLEN + SEGS * SEGMENT, GFP_KERNEL);
	struct ethhdr *eh;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eh = skb_put_zero(skb, ETH_HLEN + SEGS * SEGMENT);
	ether_addr_copy(eh->h_dest, vf->dev->dev_addr);
	eh->h_proto = htons(ETH_P_802_EX1);
	skb->protocol = eth_type_trans(skb, vf->dev);
	skb_set_hash(skb, HASH, PKT_HASH_TYPE_L4);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), TAG);
	skb_hwtstamps(skb)->hwtstamp = HWTSTAMP;
	skb->tstamp = TSTAMP;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	/* as GRO leaves it */
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = SEGMENT;
	skb_shinfo(skb)->gso_segs = SEGS;
	return skb;
}

static void frame_keeps_what_the_vf_said_of_it(struct kunit *test)
{
	struct packet_type pt = {
		.type = htons(ETH_P_ALL),
		.func = note_said,
	};
	struct fake_master *m;
	struct sk_buff *skb;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	skb = told_frame(test, vf);
	pt.dev = m->dev;
	memset(&said, 0, sizeof(said));
	dev_add_pack(&pt);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	dev_remove_pack(&pt);

	KUNIT_EXPECT_PTR_EQ(test, said.dev, m->dev);
	KUNIT_EXPECT_EQ(test, said.hwtstamp, HWTSTAMP);
	KUNIT_EXPECT_EQ(test, said.tstamp, TSTAMP);
	KUNIT_EXPECT_EQ(test, said.hash, HASH);
	KUNIT_EXPECT_TRUE(test, said.l4_hash);
	KUNIT_EXPECT_TRUE(test, said.tagged);
	KUNIT_EXPECT_EQ(test, said.tag, TAG);
	KUNIT_EXPECT_EQ(test, said.ip_summed, CHECKSUM_UNNECESSARY);
	KUNIT_EXPECT_EQ(test, said.gso_size, SEGMENT);
	KUNIT_EXPECT_EQ(test, said.gso_segs, SEGS);
	KUNIT_EXPECT_EQ(test, said.len, SEGS * SEGMENT);
}

static void tapped_frame_is_not_changed(struct kunit *test)
{
	struct packet_type pt = {
		.type = htons(ETH_P_ALL),
		.func = tap,
	};
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	pt.dev = vf->dev;
	tapped = NULL;
	dev_add_pack(&receiver);
	dev_add_pack(&pt);
	receive_on(test, vf);
	dev_remove_pack(&pt);
	dev_remove_pack(&receiver);

	KUNIT_EXPECT_PTR_EQ(test, received_on, m->dev);
	KUNIT_ASSERT_NOT_NULL(test, tapped);
	KUNIT_EXPECT_PTR_EQ(test, tapped->dev, vf->dev);
	kfree_skb(tapped);
}

static void vf_that_left_receives_for_itself(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	fake_master_destroy(m);
	dev_add_pack(&receiver);
	receive_on(test, vf);
	dev_remove_pack(&receiver);
	KUNIT_EXPECT_PTR_EQ(test, received_on, vf->dev);
}

static void queue_of_a_frame_is_one_of_the_master(struct kunit *test)
{
	struct fake_master *m;
	struct fake_vf *vf;

	fake_pair_create(test, &m, &vf);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, netif_set_real_num_rx_queues(m->dev, 2), 0);
	rtnl_unlock();
	dev_add_pack(&receiver);
	vf->queue = 3;
	receive_on(test, vf);
	dev_remove_pack(&receiver);
	KUNIT_EXPECT_PTR_EQ(test, received_on, m->dev);
	KUNIT_EXPECT_EQ(test, received_queue, 1);
}

/* ---- counters ---- */

static void counters_outlive_the_vf(struct kunit *test)
{
	struct vf_bond_stats stats, sum = {};
	struct fake_master *m;
	struct fake_vf *vf;
	int cpu;

	fake_pair_create(test, &m, &vf);
	fake_give(m, fake_frame(test, m, 2));
	fake_vf_destroy(vf);
	fake_settle(m);
	vf_bond_get_stats(m->bond, &stats);
	KUNIT_EXPECT_EQ(test, stats.tx_packets, 1);

	for_each_possible_cpu(cpu) {
		vf_bond_get_cpu_stats(m->bond, cpu, &stats);
		sum.tx_packets += stats.tx_packets;
	}
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
}

static struct kunit_case xmit_test_cases[] = {
	KUNIT_CASE(frame_goes_to_the_queue_chosen),
	KUNIT_CASE(queue_that_nobody_chose_is_in_range),
	KUNIT_CASE(queue_is_the_one_that_the_vf_selects),
	KUNIT_CASE(queue_is_selected_for_a_master_with_one),
	KUNIT_CASE(selected_queue_is_one_of_the_master),
	KUNIT_CASE(frame_for_a_busy_driver_comes_back),
	KUNIT_CASE(frame_for_a_vf_without_carrier_comes_back),
	KUNIT_CASE(frame_of_netpoll_comes_back),
	KUNIT_CASE(big_frame_goes_whole_if_the_vf_can_cut_it),
	KUNIT_CASE(big_frame_is_cut_for_a_vf_that_cannot),
	KUNIT_CASE(segments_that_do_not_fit_come_back),
	KUNIT_CASE(frame_is_received_in_every_state),
	KUNIT_CASE(frame_keeps_what_the_vf_said_of_it),
	KUNIT_CASE(tapped_frame_is_not_changed),
	KUNIT_CASE(vf_that_left_receives_for_itself),
	KUNIT_CASE(queue_of_a_frame_is_one_of_the_master),
	KUNIT_CASE(counters_outlive_the_vf),
	{}
};

static struct kunit_suite xmit_suite = {
	.name = "vf_bond_xmit",
	.test_cases = xmit_test_cases,
};

kunit_test_suite(xmit_suite);

MODULE_DESCRIPTION("Frames through a VF");
MODULE_LICENSE("GPL");
