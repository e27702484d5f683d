// SPDX-License-Identifier: GPL-2.0-only
#include "netvsc_fixture.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>

#include "netdev.h"

#include "hvsim/path.h"

/* ---- frames ---- */

static int tap_receive(struct sk_buff *skb, struct net_device *dev,
		       struct packet_type *type, struct net_device *orig)
{
	struct tap *tap = container_of(type, struct tap, type);

	skb_queue_tail(&tap->frames, skb);
	return NET_RX_SUCCESS;
}

static void tap_add(struct tap *tap, struct net_device *dev)
{
	skb_queue_head_init(&tap->frames);
	tap->type.type = htons(E2E_PROTO);
	tap->type.dev = dev;
	tap->type.func = tap_receive;
	dev_add_pack(&tap->type);
}

static void tap_remove(struct tap *tap)
{
	dev_remove_pack(&tap->type);
	skb_queue_purge(&tap->frames);
}

static u8 frame_byte(u32 seq, u32 i)
{
	return seq * 31 + i * 7;
}

void e2e_send(struct kunit *test, struct net_device *from,
	      const struct net_device *to, u32 seq, u32 len)
{
	u32 payload = len - ETH_HLEN;
	struct sk_buff *skb;
	u32 i;
	u8 *p;

	skb = alloc_skb(LL_RESERVED_SPACE(from) + len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, LL_RESERVED_SPACE(from));
	skb_reset_network_header(skb);
	p = skb_put(skb, payload);
	for (i = 0; i < payload; i++)
		p[i] = frame_byte(seq, i);
	skb->dev = from;
	skb->protocol = htons(E2E_PROTO);
	KUNIT_ASSERT_GT(test, dev_hard_header(skb, from, E2E_PROTO,
					      to->dev_addr, from->dev_addr,
					      skb->len), 0);
	KUNIT_EXPECT_EQ(test, dev_queue_xmit(skb), NET_XMIT_SUCCESS);
}

static bool frame_is(const struct sk_buff *skb, u32 seq, u32 len)
{
	u32 i;

	/* the Ethernet header has been pulled */
	if (skb->len != len - ETH_HLEN || skb_linearize((struct sk_buff *)skb))
		return false;
	for (i = 0; i < skb->len; i++)
		if (skb->data[i] != frame_byte(seq, i))
			return false;
	return true;
}

/* Frames @first and so on, @n of them: each once, in order, nothing else. */
static void expect_frames(struct kunit *test, struct tap *tap, u32 first, u32 n,
			  u32 len)
{
	struct sk_buff *skb;
	u32 seq;

	AWAIT(test, skb_queue_len_lockless(&tap->frames) >= n);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&tap->frames), n);
	for (seq = first; seq < first + n; seq++) {
		skb = skb_dequeue(&tap->frames);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_TRUE_MSG(test, frame_is(skb, seq, len),
				      "frame %u of %u bytes", seq, len);
		kfree_skb(skb);
	}
	skb_queue_purge(&tap->frames);
}

void e2e_frames_to_wire(struct kunit *test, u32 n, u32 len)
{
	struct e2e *e = test->priv;
	u32 seq;

	for (seq = 0; seq < n; seq++)
		e2e_send(test, e->ndev, e->wire, seq, len);
	expect_frames(test, &e->at_wire, 0, n, len);
}

void e2e_frames_from_wire(struct kunit *test, u32 n, u32 len)
{
	struct e2e *e = test->priv;
	u32 seq;

	for (seq = 0; seq < n; seq++)
		e2e_send(test, e->wire, e->ndev, seq, len);
	expect_frames(test, &e->at_ndev, 0, n, len);
}

void e2e_frames_both_ways(struct kunit *test)
{
	e2e_frames_to_wire(test, 50, 1000);
	e2e_frames_from_wire(test, 50, 1000);
}

/* ---- the device ---- */

struct net_device *e2e_find_interface(const u8 *mac)
{
	struct net_device *dev, *found = NULL;

	rcu_read_lock();
	for_each_netdev_rcu(&init_net, dev)
		if (dev->netdev_ops == &netvsc_netdev_ops &&
		    ether_addr_equal(dev->perm_addr, mac))
			found = dev;
	rcu_read_unlock();
	return found;
}

void e2e_hold_devices(struct kunit *test)
{
	struct e2e *e = test->priv;
	char name[IFNAMSIZ];

	AWAIT(test, e2e_find_interface(e->cfg.mac));
	e->ndev = e2e_find_interface(e->cfg.mac);
	netdev_hold(e->ndev, &e->ndev_tracker, GFP_KERNEL);
	tap_add(&e->at_ndev, e->ndev);

	snprintf(name, sizeof(name), "wire%u", e->cfg.id);
	e->wire = netdev_get_by_name(&init_net, name, &e->wire_tracker,
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, e->wire);
	/* what IPv6 sends of its own would be counted with the tests' frames */
	e->wire->priv_flags |= IFF_NO_ADDRCONF;
	tap_add(&e->at_wire, e->wire);
}

void e2e_release_devices(struct e2e *e)
{
	if (e->ndev) {
		tap_remove(&e->at_ndev);
		netdev_put(e->ndev, &e->ndev_tracker);
	}
	if (e->wire) {
		tap_remove(&e->at_wire);
		netdev_put(e->wire, &e->wire_tracker);
	}
	e->ndev = NULL;
	e->wire = NULL;
}

void e2e_offer(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct hvsim_nic *nic = hvsim_nic_create(&e->cfg);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nic);
	e->nic = nic;
}

bool e2e_ready(const struct net_device *dev)
{
	return netif_carrier_ok(dev) && !qdisc_tx_is_noop(dev);
}

void e2e_bring_up(struct kunit *test, struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = dev_open(dev, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	AWAIT(test, e2e_ready(dev));
}

void e2e_start(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_offer(test);
	e2e_hold_devices(test);
	e2e_bring_up(test, e->wire);
	e2e_bring_up(test, e->ndev);
}

void e2e_stop(struct e2e *e)
{
	e2e_release_devices(e);
	if (e->nic)
		hvsim_nic_destroy(e->nic);
	e->nic = NULL;
}

struct net_device *e2e_find_vf(const u8 *mac)
{
	struct net_device *dev, *found = NULL;

	rcu_read_lock();
	for_each_netdev_rcu(&init_net, dev)
		if (dev->dev.parent && dev_is_pci(dev->dev.parent) &&
		    ether_addr_equal(dev->perm_addr, mac))
			found = dev;
	rcu_read_unlock();
	return found;
}

int e2e_plug_silently(struct e2e *e)
{
	int err;

	mutex_lock(&e->nic->ctl);
	err = hvsim_path_plug(e->nic, e->cfg.serial, HVSIM_ASSOC_NO, 0);
	mutex_unlock(&e->nic->ctl);
	return err;
}

int e2e_associate(struct e2e *e, bool on, u32 serial)
{
	int err;

	mutex_lock(&e->nic->ctl);
	err = hvsim_path_associate(e->nic, on, serial);
	mutex_unlock(&e->nic->ctl);
	return err;
}

int e2e_plug(struct e2e *e)
{
	int err;

	mutex_lock(&e->nic->ctl);
	err = hvsim_path_plug(e->nic, e->cfg.serial, HVSIM_ASSOC_FIRST, 0);
	mutex_unlock(&e->nic->ctl);
	return err;
}

int e2e_pull(struct e2e *e, bool surprise)
{
	int err;

	mutex_lock(&e->nic->ctl);
	err = hvsim_path_pull(e->nic, surprise);
	mutex_unlock(&e->nic->ctl);
	return err;
}

enum vf_bond_path e2e_path(const struct e2e *e)
{
	return vf_bond_path(((struct netvsc *)netdev_priv(e->ndev))->bond);
}

bool e2e_await_path(const struct e2e *e, enum vf_bond_path path)
{
	unsigned long until = jiffies + PATIENCE;

	while (e2e_path(e) != path && time_before(jiffies, until))
		schedule_timeout_uninterruptible(1);
	return e2e_path(e) == path;
}

void e2e_plug_and_switch(struct kunit *test)
{
	struct e2e *e = test->priv;

	KUNIT_ASSERT_EQ(test, e2e_plug(e), 0);
	AWAIT(test, e2e_path(e) == VF_BOND_VF);
}

void e2e_expect_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	s64 tx = e2e_count(e, HVSIM_VF_FRAMES_TX);
	s64 rx = e2e_count(e, HVSIM_VF_FRAMES_RX);

	e2e_frames_both_ways(test);
	KUNIT_EXPECT_GE(test, e2e_count(e, HVSIM_VF_FRAMES_TX) - tx, 50);
	KUNIT_EXPECT_GE(test, e2e_count(e, HVSIM_VF_FRAMES_RX) - rx, 50);
}

void e2e_expect_synthetic(struct kunit *test)
{
	struct e2e *e = test->priv;
	s64 tx = e2e_count(e, HVSIM_SYN_FRAMES_TX);
	s64 rx = e2e_count(e, HVSIM_SYN_FRAMES_RX);

	e2e_frames_both_ways(test);
	KUNIT_EXPECT_GE(test, e2e_count(e, HVSIM_SYN_FRAMES_TX) - tx, 50);
	KUNIT_EXPECT_GE(test, e2e_count(e, HVSIM_SYN_FRAMES_RX) - rx, 50);
}

int e2e_init(struct kunit *test)
{
	struct e2e *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, e);
	e->cfg = (struct hvsim_nic_cfg) {
		.channels = 8,
		.version = NVSP_VERSION_61,
		.serial = 2,
		.max_mtu = 9000,
		.speed = 40000,
		.lso4 = 62780,
		.lso6 = 62780,
		.recv_section = 1728,
		.send_section = 6144,
		.csum4 = true,
		.csum6 = true,
		.udp = true,
		.rsc = true,
		.mac = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x01 },
		.name = "Network Adapter",
	};
	hvsim_violations_clear();
	test->priv = e;
	return 0;
}

void e2e_exit(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_stop(e);
	KUNIT_EXPECT_EQ(test, hvsim_violations_total(), 0);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);
}

void e2e_add_fault(struct kunit *test, const char *text)
{
	struct e2e *e = test->priv;
	bool at_once = false;
	char spec[64];

	strscpy(spec, text, sizeof(spec));
	KUNIT_ASSERT_EQ(test, 0,
			hvsim_faults_add(&e->nic->faults, spec, &at_once));
}

int e2e_set_channels(struct e2e *e, u32 n)
{
	struct ethtool_channels channels = { .combined_count = n };
	int err;

	rtnl_lock();
	err = e->ndev->ethtool_ops->set_channels(e->ndev, &channels);
	rtnl_unlock();
	return err;
}

int e2e_set_mtu(struct e2e *e, int mtu)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(e->wire, max(mtu, ETH_DATA_LEN)) ?:
	      dev_set_mtu(e->ndev, mtu);
	rtnl_unlock();
	return err;
}
