// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames at the moment when the VF gets or loses the data path, on the simulated
 * host: too large for the host, held back by a full VF, stuck with the host.
 */
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>
#include <net/tcp.h>

#include "netvsc_tx_fixture.h"

/* ---- frames that only the VF can cut ---- */

#define SEGMENTS	30
#define SEGMENT		1000

static struct sk_buff *large_frame(struct kunit *test)
{
	const u32 headers = sizeof(struct iphdr) + sizeof(struct tcphdr);
	const u32 len = SEGMENTS * SEGMENT;
	struct e2e *e = test->priv;
	struct sk_buff *skb = alloc_skb(ETH_HLEN + headers + len, GFP_KERNEL);
	struct tcphdr *th;
	struct ethhdr *eh;
	struct iphdr *ih;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eh = skb_put_zero(skb, sizeof(*eh));
	ether_addr_copy(eh->h_dest, e->wire->dev_addr);
	ether_addr_copy(eh->h_source, e->ndev->dev_addr);
	eh->h_proto = htons(ETH_P_IP);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, skb->len);
	ih = skb_put_zero(skb, sizeof(*ih));
	ih->version = 4;
	ih->ihl = sizeof(*ih) / 4;
	ih->protocol = IPPROTO_TCP;
	ih->tot_len = htons(headers + len);
	skb_set_transport_header(skb, skb->len);
	th = skb_put_zero(skb, sizeof(*th));
	th->doff = sizeof(*th) / 4;
	th->check = ~tcp_v4_check(sizeof(*th) + len, 0, 0, 0);
	skb_put_zero(skb, len);

	skb->dev = e->ndev;
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = SEGMENT;
	skb_shinfo(skb)->gso_segs = SEGMENTS;
	return skb;
}

/* The host cuts no frame that is as large. */
static void start_with_small_sends(struct kunit *test)
{
	struct e2e *e = test->priv;

	e->cfg.lso4 = SEGMENTS * SEGMENT / 2;
	e->cfg.lso6 = e->cfg.lso4;
	e2e_start(test);
}

/* The stack let it through when the VF carried the data. */
static void frame_too_large_for_the_host_is_cut(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netdev_queue *txq;
	struct sk_buff *skb;
	netdev_tx_t ret;
	s64 sent, cut;

	start_with_small_sends(test);
	skb = large_frame(test);
	sent = e2e_count(e, HVSIM_SYN_FRAMES_TX);
	cut = e2e_count(e, HVSIM_LSO_DONE);
	txq = netdev_get_tx_queue(e->ndev, 0);
	local_bh_disable();
	__netif_tx_lock(txq, smp_processor_id());
	ret = netdev_start_xmit(skb, e->ndev, txq, false);
	__netif_tx_unlock(txq);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, ret, NETDEV_TX_OK);
	AWAIT(test, e2e_count(e, HVSIM_SYN_FRAMES_TX) - sent >= SEGMENTS);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_LSO_DONE), cut);
}

#define QUEUED		4

static struct net_device *vf_of(const struct e2e *e)
{
	return e2e_find_vf(e->cfg.mac);
}

static void close_vf(struct e2e *e)
{
	rtnl_lock();
	dev_close(vf_of(e));
	rtnl_unlock();
}

static int open_vf(struct e2e *e)
{
	int err;

	rtnl_lock();
	err = dev_open(vf_of(e), NULL);
	rtnl_unlock();
	return err;
}

/* The VF has no room, so they wait in the qdisc; then it is set down. */
static void queued_frames_are_cut_when_the_vf_goes(struct kunit *test)
{
	struct e2e *e = test->priv;
	s64 sent, by_vf, cut;
	int i;

	start_with_small_sends(test);
	e2e_plug_and_switch(test);
	KUNIT_ASSERT_GT(test, e->ndev->tso_max_size, SEGMENTS * SEGMENT);
	sent = e2e_count(e, HVSIM_SYN_FRAMES_TX);
	by_vf = e2e_count(e, HVSIM_VF_FRAMES_TX);
	cut = e2e_count(e, HVSIM_LSO_DONE);
	netif_tx_stop_all_queues(vf_of(e));
	for (i = 0; i < QUEUED; i++)
		KUNIT_EXPECT_EQ(test, dev_queue_xmit(large_frame(test)),
				NET_XMIT_SUCCESS);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_SYN_FRAMES_TX), sent);
	close_vf(e);
	AWAIT(test, e2e_count(e, HVSIM_SYN_FRAMES_TX) - sent >=
		    QUEUED * SEGMENTS);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_SYN_FRAMES_TX) - sent,
			QUEUED * SEGMENTS);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_VF_FRAMES_TX), by_vf);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_LSO_DONE), cut);
}

/* The host's device stays, so its limits are nothing new. */
static void limit_of_the_vf_survives_another_mtu(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned int of_host, of_vf;
	int err;

	start_with_small_sends(test);
	of_host = e->ndev->tso_max_size;
	e2e_plug_and_switch(test);
	of_vf = e->ndev->tso_max_size;
	KUNIT_ASSERT_GT(test, of_vf, of_host);

	rtnl_lock();
	err = dev_set_mtu(e->ndev, e->ndev->mtu - 100);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, e->ndev->tso_max_size, of_vf);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_VF);
	close_vf(e);
	KUNIT_EXPECT_EQ(test, e->ndev->tso_max_size, of_host);
}

/* ---- a queue that the host does not empty ---- */

/* Enough that BQL stops the queue when nothing is completed. */
#define STUCK_FRAMES	150

/* The synthetic path stopped it, and frames for the VF wait in it, too. */
static void stuck_queue_begins_anew_while_the_vf_has_the_data(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct netvsc_device *first;
	u32 seq;

	e2e_start(test);
	first = e2e_device(e);
	e2e_add_fault(test, "drop what=completion count=0");
	for (seq = 0; seq < STUCK_FRAMES; seq++)
		e2e_send(test, e->ndev, e->wire, seq, 1500);
	e2e_plug_and_switch(test);
	AWAIT(test, atomic_long_read(&e2e_priv(e)->stats.tx_timeout) >= 2);
	hvsim_faults_clear(&e->nic->faults);
	AWAIT(test, e2e_device(e) && e2e_device(e) != first);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= STUCK_FRAMES);
	skb_queue_purge(&e->at_wire.frames);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_expect_vf(test);
}

/* ---- a ring without room when the path is to move ---- */

struct full_ring {
	struct delayed_work unfill;
	struct e2e *e;
	u32 read_index;
};

static void unfill_work(struct work_struct *work)
{
	struct full_ring *full = container_of(to_delayed_work(work),
					      struct full_ring, unfill);

	e2e_unfill_ring(full->e, full->read_index);
}

/* Set the VF up; the host reads again only after so long. */
static int up_into_full_ring(struct e2e *e, unsigned int ms)
{
	struct full_ring full = { .e = e };
	int err;

	INIT_DELAYED_WORK_ONSTACK(&full.unfill, unfill_work);
	full.read_index = e2e_fill_ring(e);
	schedule_delayed_work(&full.unfill, msecs_to_jiffies(ms));
	err = open_vf(e);
	flush_delayed_work(&full.unfill);
	destroy_delayed_work_on_stack(&full.unfill);
	return err;
}

static void switch_waits_for_room_in_the_ring(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	close_vf(e);
	KUNIT_ASSERT_TRUE(test, e2e_await_path(e, VF_BOND_SYNTHETIC));
	KUNIT_EXPECT_EQ(test, up_into_full_ring(e, 50), 0);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_VF);
	vf_bond_get_switches(e2e_priv(e)->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.failed, 0);
	e2e_expect_vf(test);
}

/* Longer than the driver waits for room. */
static void switch_that_a_full_ring_prevented_is_tried_again(struct kunit *test)
{
	struct vf_bond_switches switches;
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	close_vf(e);
	KUNIT_ASSERT_TRUE(test, e2e_await_path(e, VF_BOND_SYNTHETIC));
	KUNIT_EXPECT_EQ(test, up_into_full_ring(e, 3000), 0);
	vf_bond_get_switches(e2e_priv(e)->bond, &switches);
	KUNIT_EXPECT_EQ(test, switches.failed, 1);

	close_vf(e);
	KUNIT_EXPECT_EQ(test, open_vf(e), 0);
	KUNIT_EXPECT_TRUE(test, e2e_await_path(e, VF_BOND_VF));
	e2e_expect_vf(test);
}

static struct kunit_case data_cases[] = {
	KUNIT_CASE(frame_too_large_for_the_host_is_cut),
	KUNIT_CASE(queued_frames_are_cut_when_the_vf_goes),
	KUNIT_CASE(limit_of_the_vf_survives_another_mtu),
	KUNIT_CASE(stuck_queue_begins_anew_while_the_vf_has_the_data),
	KUNIT_CASE(switch_waits_for_room_in_the_ring),
	KUNIT_CASE(switch_that_a_full_ring_prevented_is_tried_again),
	{}
};

static struct kunit_suite data_suite = {
	.name = "netvsc_vf_data",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = data_cases,
};

kunit_test_suite(data_suite);

MODULE_DESCRIPTION("Tests of frames when hv_netvsc's data path moves");
MODULE_LICENSE("GPL");
