// SPDX-License-Identifier: GPL-2.0-only
/*
 * A confidential guest.  Its host says of every page that it is told of and
 * cannot see that a rule was broken, which fails the test.
 */
#include "netvsc_tx_fixture.h"

#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/vmalloc.h>

#include "hvsim/isolation.h"
#include "nvsp.h"

#include "tx_post.h"

/* Longer than a send section. */
#define LONG_FRAME	9000
#define LONG_PAGES	3

static int isolated_init(struct kunit *test)
{
	hvsim_isolation_set(HVSIM_ISOLATION_ON);
	return e2e_init(test);
}

static void isolated_exit(struct kunit *test)
{
	e2e_exit(test);
	hvsim_isolation_set(HVSIM_ISOLATION_OFF);
}

static void set_mtu(struct kunit *test, struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(dev, LONG_FRAME - ETH_HLEN);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
}

static void start_with_long_frames(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	set_mtu(test, e->wire);
	set_mtu(test, e->ndev);
	AWAIT(test, e2e_ready(e->ndev) && e2e_ready(e->wire));
}

static void short_frames_get_through(struct kunit *test)
{
	e2e_start(test);
	e2e_frames_both_ways(test);
}

static void long_frames_get_through(struct kunit *test)
{
	start_with_long_frames(test);
	e2e_frames_to_wire(test, 300, LONG_FRAME);
	e2e_frames_from_wire(test, 50, LONG_FRAME);
	e2e_expect_settled(test);
}

/* Its header goes to the section of the others, the rest to pages. */
static void long_frame_ends_a_burst(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;
	struct netvsc_tx *tx;
	u32 count;

	e2e_start(test);
	tx = &e2e_channel(e)->tx;
	local_bh_disable();
	e2e_xmit_frame(test, 0, true);
	count = tx->free_sections.count;
	tx->free_sections.count = 0;	/* as if too long to be copied */
	skb = e2e_make_skb(test, 1, E2E_LEN);
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	tx->free_sections.count = count;
	KUNIT_EXPECT_EQ(test, netvsc_tx_in_flight(tx), 1);
	local_bh_enable();
	e2e_expect_at_wire(test, 2, E2E_LEN);
	e2e_expect_settled(test);
}

/* More at once than there are pages: the queue waits for some to be back. */
static void frames_wait_for_pages(struct kunit *test)
{
	const u32 fit = NETVSC_BOUNCE_CHANNEL / LONG_PAGES;
	struct e2e *e = test->priv;
	struct netdev_queue *txq;
	struct sk_buff *skb;
	u32 i;

	start_with_long_frames(test);
	txq = netdev_get_tx_queue(e->ndev, 0);
	local_bh_disable();
	for (i = 0; i < fit; i++) {
		skb = e2e_make_skb(test, i, LONG_FRAME);
		KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
		/* BQL would have it wait earlier */
		clear_bit(__QUEUE_STATE_STACK_XOFF, &txq->state);
	}
	skb = e2e_make_skb(test, fit, LONG_FRAME);
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_BUSY);
	KUNIT_EXPECT_TRUE(test, netif_tx_queue_stopped(txq));
	local_bh_enable();

	AWAIT(test, !netif_xmit_stopped(txq));
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, false), NETDEV_TX_OK);
	local_bh_enable();
	e2e_expect_at_wire(test, fit + 1, LONG_FRAME);
	e2e_expect_settled(test);
	KUNIT_EXPECT_EQ(test, netvsc_free_list_avail(&e2e_channel(e)->tx.bounce.free_pages),
			NETVSC_BOUNCE_CHANNEL);
}

/* Let the driver go and try again, with another kind of host. */
static void probe_again(struct kunit *test, enum hvsim_isolation mode)
{
	struct e2e *e = test->priv;
	struct device *dev;

	AWAIT(test, e2e_find_interface(e->cfg.mac));
	dev = get_device(e2e_find_interface(e->cfg.mac)->dev.parent);
	device_release_driver(dev);
	hvsim_isolation_set(mode);
	KUNIT_EXPECT_GE(test, device_attach(dev), 0);
	put_device(dev);
}

static void older_protocol_is_refused(struct kunit *test)
{
	struct e2e *e = test->priv;

	hvsim_isolation_set(HVSIM_ISOLATION_OFF);
	e->cfg.version = NVSP_VERSION_6;
	e2e_offer(test);
	probe_again(test, HVSIM_ISOLATION_ON);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);

	/* it is there for any other guest */
	hvsim_isolation_set(HVSIM_ISOLATION_OFF);
}

static void vf_is_not_taken(struct kunit *test)
{
	const struct nvsp_vf_association msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_VF_ASSOCIATION),
		.allocated = cpu_to_le32(1),
		.serial = cpu_to_le32(2),
	};
	struct e2e *e = test->priv;
	long before;

	e2e_start(test);
	before = stat(&e2e_priv(e)->stats.host_bad_message);
	local_bh_disable();
	KUNIT_EXPECT_FALSE(test, netvsc_nvsp_receive(e2e_device(e), &msg,
						     sizeof(msg), 0, false));
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, stat(&e2e_priv(e)->stats.host_bad_message),
			before + 1);
	KUNIT_EXPECT_FALSE(test, e2e_priv(e)->vf.known);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_SYNTHETIC);
	e2e_expect_synthetic(test);
}

/* Freed it would be another's, for the host to read and write. */
static void memory_that_stays_shared_is_not_freed(struct kunit *test)
{
	struct e2e *e = test->priv;
	void *bufs[3];
	int i;

	e2e_start(test);
	bufs[0] = e2e_device(e)->recv.buf;
	bufs[1] = e2e_device(e)->send.buf;
	bufs[2] = e2e_device(e)->bounce.buf;
	hvsim_isolation_set(HVSIM_ISOLATION_KEEPS);
	e2e_stop(e);

	for (i = 0; i < ARRAY_SIZE(bufs); i++) {
		KUNIT_EXPECT_NOT_NULL(test, find_vm_area(bufs[i]));
		if (find_vm_area(bufs[i]))
			vfree(bufs[i]);
	}
}

static struct kunit_case isolated_cases[] = {
	KUNIT_CASE(short_frames_get_through),
	KUNIT_CASE(long_frames_get_through),
	KUNIT_CASE(long_frame_ends_a_burst),
	KUNIT_CASE(frames_wait_for_pages),
	KUNIT_CASE(older_protocol_is_refused),
	KUNIT_CASE(vf_is_not_taken),
	KUNIT_CASE(memory_that_stays_shared_is_not_freed),
	{}
};

static struct kunit_suite isolated_suite = {
	.name = "netvsc_isolated",
	.init = isolated_init,
	.exit = isolated_exit,
	.test_cases = isolated_cases,
};

kunit_test_suite(isolated_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc in a confidential guest");
MODULE_LICENSE("GPL");
