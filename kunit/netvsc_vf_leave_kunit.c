// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every way in which a VF leaves and comes back, under traffic, and settings
 * that one side refuses, on the simulated host.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/kthread.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/unaligned.h>

#include "netvsc_tx_fixture.h"

#include "hvsim/path.h"

#define ROUNDS		3
#define STREAM_MAX	20000	/* frames each way */
#define STREAM_LEN	100
#define STREAM_BURST	8	/* a jiffy is long here */

/* ---- traffic ---- */

/* Numbered frames from one device to the other. */
struct stream {
	struct net_device *from;
	struct net_device *to;
	struct tap *tap;
	u32 sent;
};

struct traffic {
	struct task_struct *task;
	struct stream streams[2];
};

static void send_number(struct stream *stream)
{
	struct net_device *dev = stream->from;
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + STREAM_LEN, GFP_KERNEL);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	put_unaligned_be32(stream->sent, skb_put_zero(skb, STREAM_LEN -
							   ETH_HLEN));
	skb->dev = dev;
	skb->protocol = htons(E2E_PROTO);
	dev_hard_header(skb, dev, E2E_PROTO, stream->to->dev_addr,
			dev->dev_addr, skb->len);
	/* one that has gone has no queues to choose from */
	rcu_read_lock_bh();
	if (!netif_running(dev))
		kfree_skb(skb);
	else if (dev_queue_xmit(skb) == NET_XMIT_SUCCESS)
		stream->sent++;
	rcu_read_unlock_bh();
}

static int traffic_thread(void *data)
{
	struct traffic *t = data;
	int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < 2 * STREAM_BURST; i++)
			if (t->streams[i % 2].sent < STREAM_MAX)
				send_number(&t->streams[i % 2]);
		schedule_timeout_uninterruptible(1);
	}
	return 0;
}

static void traffic_start(struct kunit *test, struct traffic *t)
{
	struct e2e *e = test->priv;

	t->streams[0] = (struct stream) { e->ndev, e->wire, &e->at_wire };
	t->streams[1] = (struct stream) { e->wire, e->ndev, &e->at_ndev };
	t->task = kthread_run(traffic_thread, t, "kunit_traffic");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->task);
}

/* Each number that was sent arrived once.  Returns how many did not at all. */
static u32 stream_check(struct kunit *test, struct stream *stream)
{
	unsigned long *seen = kunit_kcalloc(test, BITS_TO_LONGS(STREAM_MAX),
					    sizeof(long), GFP_KERNEL);
	struct sk_buff *skb;
	u32 number, arrived = 0;
	int dup = 0, odd = 0;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	while ((skb = skb_dequeue(&stream->tap->frames))) {
		number = skb_linearize(skb) ? STREAM_MAX :
			 get_unaligned_be32(skb->data);
		if (number >= stream->sent)
			odd++;
		else if (test_and_set_bit(number, seen))
			dup++;
		else
			arrived++;
		kfree_skb(skb);
	}
	KUNIT_EXPECT_GT(test, stream->sent, 100);
	KUNIT_EXPECT_EQ(test, dup, 0);
	KUNIT_EXPECT_EQ(test, odd, 0);
	return stream->sent - arrived;
}

static u32 traffic_stop(struct kunit *test, struct traffic *t)
{
	kthread_stop(t->task);
	/* what is on its way */
	schedule_timeout_uninterruptible(HZ / 2);
	return stream_check(test, &t->streams[0]) +
	       stream_check(test, &t->streams[1]);
}

/* ---- every way ---- */

static struct net_device *vf_of(struct e2e *e)
{
	return e2e_find_vf(e->cfg.mac);
}

static int go_pulled(struct e2e *e)
{
	return e2e_pull(e, false);
}

static int go_torn_out(struct e2e *e)
{
	return e2e_pull(e, true);
}

static int back_plugged(struct e2e *e)
{
	return e2e_plug(e);
}

static int go_disassociated(struct e2e *e)
{
	return e2e_associate(e, false, e->cfg.serial);
}

static int back_associated(struct e2e *e)
{
	return e2e_associate(e, true, e->cfg.serial);
}

static int go_switched_by_host(struct e2e *e)
{
	int err;

	mutex_lock(&e->nic->ctl);
	err = hvsim_path_set(e->nic, HVSIM_PATH_SYNTHETIC);
	mutex_unlock(&e->nic->ctl);
	return err;
}

static int go_down(struct e2e *e)
{
	rtnl_lock();
	dev_close(vf_of(e));
	rtnl_unlock();
	return 0;
}

static int back_up(struct e2e *e)
{
	int err;

	rtnl_lock();
	err = dev_open(vf_of(e), NULL);
	rtnl_unlock();
	return err;
}

static struct device *unbound;

static int go_unbound(struct e2e *e)
{
	unbound = get_device(vf_of(e)->dev.parent);
	device_release_driver(unbound);
	return 0;
}

static int back_bound(struct e2e *e)
{
	int ret = device_attach(unbound);

	put_device(unbound);
	return ret == 1 ? 0 : -ENODEV;
}

static struct pci_bus *rescanned;

static int go_removed(struct e2e *e)
{
	struct pci_dev *pdev = to_pci_dev(vf_of(e)->dev.parent);

	rescanned = pdev->bus;
	pci_stop_and_remove_bus_device_locked(pdev);
	return 0;
}

static int back_rescanned(struct e2e *e)
{
	pci_lock_rescan_remove();
	pci_rescan_bus(rescanned);
	pci_unlock_rescan_remove();
	return 0;
}

static int set_link(struct e2e *e, bool up)
{
	mutex_lock(&e->nic->ctl);
	hvsim_vf_set_link(e->nic, up);
	mutex_unlock(&e->nic->ctl);
	return 0;
}

static int go_without_carrier(struct e2e *e)
{
	return set_link(e, false);
}

static int back_with_carrier(struct e2e *e)
{
	return set_link(e, true);
}

/* A driver that resets its device says so when it has, and not before. */
static int go_reset(struct e2e *e)
{
	rtnl_lock();
	netif_device_detach(vf_of(e));
	rtnl_unlock();
	return go_switched_by_host(e);
}

static int back_reset(struct e2e *e)
{
	rtnl_lock();
	netif_device_attach(vf_of(e));
	netdev_state_change(vf_of(e));
	rtnl_unlock();
	return 0;
}

/* The host hears of it from the guest only. */
static int go_reset_alone(struct e2e *e)
{
	rtnl_lock();
	netif_device_detach(vf_of(e));
	netdev_state_change(vf_of(e));
	rtnl_unlock();
	return 0;
}

struct way {
	const char *name;
	int (*go)(struct e2e *e);
	int (*back)(struct e2e *e);
	bool lossy;		/* but for what was inside the VF nothing is */
};

static const struct way ways[] = {
	{ "pulled", go_pulled, back_plugged },
	{ "torn_out", go_torn_out, back_plugged, true },
	{ "disassociated", go_disassociated, back_associated },
	{ "switched_by_host", go_switched_by_host, back_associated },
	{ "set_down", go_down, back_up },
	{ "unbound", go_unbound, back_bound },
	{ "removed_and_rescanned", go_removed, back_rescanned },
	{ "carrier_lost", go_without_carrier, back_with_carrier, true },
	{ "reset", go_reset, back_reset, true },
	{ "reset_alone", go_reset_alone, back_reset },
};

static void way_desc(const struct way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_desc);

static void vf_leaves_under_traffic_and_comes_back(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct traffic *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct e2e *e = test->priv;
	u32 lost;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	e2e_start(test);
	e2e_plug_and_switch(test);
	traffic_start(test, t);
	for (i = 0; i < ROUNDS; i++) {
		msleep(50);
		KUNIT_EXPECT_EQ(test, way->go(e), 0);
		KUNIT_EXPECT_TRUE(test, e2e_await_path(e, VF_BOND_SYNTHETIC));
		msleep(50);
		KUNIT_EXPECT_EQ(test, way->back(e), 0);
		KUNIT_EXPECT_TRUE(test, e2e_await_path(e, VF_BOND_VF));
	}
	msleep(50);
	lost = traffic_stop(test, t);

	KUNIT_EXPECT_LE(test, lost, e2e_count(e, HVSIM_LOST_IN_VF) +
				    e2e_count(e, HVSIM_VF_DROPPED));
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_VF_DROPPED_INACTIVE), 0);
	if (!way->lossy)
		KUNIT_EXPECT_EQ(test, lost, 0);
	e2e_expect_vf(test);
}

/* Its driver says nothing until it is back. */
static void vf_that_resets_without_a_word_loses_nothing(struct kunit *test)
{
	struct traffic *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct e2e *e = test->priv;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	e2e_start(test);
	e2e_plug_and_switch(test);
	traffic_start(test, t);
	for (i = 0; i < ROUNDS; i++) {
		msleep(50);
		rtnl_lock();
		netif_device_detach(vf_of(e));
		rtnl_unlock();
		msleep(50);
		back_reset(e);
		KUNIT_EXPECT_TRUE(test, e2e_await_path(e, VF_BOND_VF));
	}
	KUNIT_EXPECT_EQ(test, traffic_stop(test, t), 0);
	e2e_expect_vf(test);
}

/* ---- the driver leaves ---- */

static void driver_may_leave_its_vf_behind(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct net_device *vf;
	struct device *dev;

	e2e_start(test);
	e2e_plug_and_switch(test);
	vf = vf_of(e);
	dev = get_device(e->ndev->dev.parent);
	e2e_release_devices(e);
	device_release_driver(dev);

	rtnl_lock();
	KUNIT_EXPECT_FALSE(test, vf->flags & IFF_SLAVE);
	KUNIT_EXPECT_NULL(test, netdev_master_upper_dev_get(vf));
	KUNIT_EXPECT_FALSE(test, netdev_is_rx_handler_busy(vf));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, e->nic->sw.path, HVSIM_PATH_SYNTHETIC);

	KUNIT_EXPECT_EQ(test, device_attach(dev), 1);
	put_device(dev);
	e2e_hold_devices(test);
	e2e_bring_up(test, e->wire);
	e2e_bring_up(test, e->ndev);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);
}

static void nic_may_go_with_its_vf(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_release_devices(e);
	hvsim_nic_destroy(e->nic);
	e->nic = NULL;
	KUNIT_EXPECT_NULL(test, vf_of(e));
	KUNIT_EXPECT_NULL(test, e2e_find_interface(e->cfg.mac));
}

struct departure {
	struct traffic t;
	struct work_struct work;
	struct kunit *test;
	u32 lost;		/* of what was sent to the wire */
	u64 dropped;		/* that the interface knows of */
};

/* Lets go of the interface, which cannot be freed before. */
static void departure_work(struct work_struct *work)
{
	struct departure *d = container_of(work, struct departure, work);
	struct e2e *e = d->test->priv;
	unsigned long until = jiffies + PATIENCE;
	struct rtnl_link_stats64 stats;

	while (READ_ONCE(e->ndev->reg_state) == NETREG_REGISTERED &&
	       time_before(jiffies, until))
		schedule_timeout_uninterruptible(1);
	kthread_stop(d->t.task);
	d->lost = stream_check(d->test, &d->t.streams[0]);
	d->dropped = dev_get_stats(e->ndev, &stats)->tx_dropped;
	e2e_release_devices(e);
}

static void depart_with_the_nic(struct e2e *e)
{
	hvsim_nic_destroy(e->nic);
	e->nic = NULL;
}

/* As when the module is unloaded; the VF stays. */
static void depart_with_the_driver(struct e2e *e)
{
	struct device *dev = get_device(e->ndev->dev.parent);

	device_release_driver(dev);
	put_device(dev);
}

static struct departure *depart_under_traffic(struct kunit *test,
					      void (*depart)(struct e2e *e))
{
	struct departure *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);
	struct e2e *e = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, d);
	e2e_start(test);
	e2e_plug_and_switch(test);
	d->test = test;
	INIT_WORK(&d->work, departure_work);
	traffic_start(test, &d->t);
	msleep(500);
	schedule_work(&d->work);
	depart(e);
	flush_work(&d->work);
	KUNIT_EXPECT_NULL(test, e2e_find_interface(e->cfg.mac));
	return d;
}

/* A host that takes the NIC away has not read what was sent last. */
static void nic_may_go_with_its_vf_under_traffic(struct kunit *test)
{
	struct departure *d = depart_under_traffic(test, depart_with_the_nic);

	KUNIT_EXPECT_LE(test, d->lost, d->dropped);
	KUNIT_EXPECT_NULL(test, vf_of(test->priv));
}

/* What the interface has taken arrives, though it goes. */
static void driver_may_go_under_traffic(struct kunit *test)
{
	struct departure *d = depart_under_traffic(test,
						   depart_with_the_driver);

	KUNIT_EXPECT_EQ(test, d->lost, 0);
	KUNIT_EXPECT_FALSE(test, vf_of(test->priv)->flags & IFF_SLAVE);
}

/* ---- what the host refuses is undone on the VF ---- */

static void address_that_the_host_refuses_is_undone(struct kunit *test)
{
	struct sockaddr_storage ss = { .ss_family = ARPHRD_ETHER };
	struct e2e *e = test->priv;
	u8 old[ETH_ALEN];
	int err;

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_add_fault(test, "drop what=oid:0001021b");
	ether_addr_copy(old, e->ndev->dev_addr);
	ether_addr_copy(ss.__data, old);
	ss.__data[ETH_ALEN - 1] ^= 0x40;
	rtnl_lock();
	dev_close(e->ndev);
	err = dev_set_mac_address(e->ndev, &ss, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_LT(test, err, 0);
	KUNIT_EXPECT_MEMEQ(test, e->ndev->dev_addr, old, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, vf_of(e)->dev_addr, old, ETH_ALEN);

	e2e_bring_up(test, e->ndev);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	e2e_expect_vf(test);
}

static void mtu_that_the_host_refuses_is_undone(struct kunit *test)
{
	struct e2e *e = test->priv;
	int err;

	e2e_start(test);
	e2e_plug_and_switch(test);
	e2e_add_fault(test, "drop what=nvsp:1");
	rtnl_lock();
	err = dev_set_mtu(e->ndev, 4000);
	rtnl_unlock();
	KUNIT_EXPECT_LT(test, err, 0);
	KUNIT_EXPECT_EQ(test, e->ndev->mtu, 1500);
	KUNIT_EXPECT_EQ(test, vf_of(e)->mtu, 1500);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
	AWAIT(test, e2e_ready(e->ndev));
	e2e_expect_vf(test);
}

static struct kunit_case leave_cases[] = {
	KUNIT_CASE_PARAM(vf_leaves_under_traffic_and_comes_back,
			 way_gen_params),
	KUNIT_CASE(vf_that_resets_without_a_word_loses_nothing),
	KUNIT_CASE(driver_may_leave_its_vf_behind),
	KUNIT_CASE(nic_may_go_with_its_vf),
	KUNIT_CASE(nic_may_go_with_its_vf_under_traffic),
	KUNIT_CASE(driver_may_go_under_traffic),
	KUNIT_CASE(address_that_the_host_refuses_is_undone),
	KUNIT_CASE(mtu_that_the_host_refuses_is_undone),
	{}
};

static struct kunit_suite leave_suite = {
	.name = "netvsc_vf_leave",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = leave_cases,
};

kunit_test_suite(leave_suite);

MODULE_DESCRIPTION("Tests of VFs that leave hv_netvsc and come back");
MODULE_LICENSE("GPL");
