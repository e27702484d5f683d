// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/device.h>
#include <kunit/resource.h>
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>
#include <net/xdp.h>

#include "vf_bond_fixture.h"

#define FAKE_QUEUES	4

const u8 fake_addr[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x01 };

/* ---- master ---- */

struct fake_master_priv {
	struct fake_master *m;
};

static struct fake_master *fake_master(struct net_device *dev)
{
	struct fake_master_priv *priv = netdev_priv(dev);

	return priv->m;
}

static int fake_switch_path(struct net_device *dev, bool vf)
{
	struct fake_master *m = fake_master(dev);

	ASSERT_RTNL();
	m->asked[vf]++;
	if (rcu_access_pointer(m->bond->tx_vf))
		m->tx_when_asked++;
	if (m->leaves_when_asked[vf]) {
		vf_bond_host_switched(m->bond, false);
		m->drained_for_host = m->priv->draining;
	}

	return m->answer[vf];
}

static void fake_host_switch_obeyed(struct net_device *dev, bool vf)
{
	fake_master(dev)->obeyed[vf]++;
}

static void fake_link_changed(struct net_device *dev, enum vf_bond_path path)
{
	struct fake_master *m = fake_master(dev);

	ASSERT_RTNL();
	m->link_changes++;
	m->last_path = path;
}

static const struct vf_bond_ops fake_bond_ops = {
	.switch_path = fake_switch_path,
	.host_switch_obeyed = fake_host_switch_obeyed,
	.link_changed = fake_link_changed,
};

static int fake_master_ndo_open(struct net_device *dev)
{
	vf_bond_master_open(fake_master(dev)->bond);
	return 0;
}

static int fake_master_ndo_stop(struct net_device *dev)
{
	vf_bond_master_close(fake_master(dev)->bond);
	return 0;
}

/* What it sends by itself goes nowhere. */
static netdev_tx_t fake_master_xmit(struct sk_buff *skb,
				    struct net_device *dev)
{
	struct fake_master *m = fake_master(dev);
	struct net_device *vf = vf_bond_tx_dev(m->bond);
	netdev_tx_t ret = NETDEV_TX_OK;
	struct sk_buff *rest = skb;

	if (vf)
		ret = vf_bond_xmit(m->bond, vf, skb, &rest);
	skb_list_walk_safe(rest, rest, skb) {
		m->frames++;
		dev_kfree_skb_any(rest);
	}

	return ret;
}

static u16 fake_master_select_queue(struct net_device *dev, struct sk_buff *skb,
				    struct net_device *sb_dev)
{
	struct fake_master *m = fake_master(dev);
	struct net_device *vf;
	u16 queue = 0;

	rcu_read_lock();
	vf = vf_bond_tx_dev(m->bond);
	if (vf)
		queue = vf_bond_select_queue(m->bond, vf, skb);
	rcu_read_unlock();

	return queue;
}

static void fake_master_set_rx_mode(struct net_device *dev)
{
	if (fake_master(dev)->bond)
		vf_bond_set_rx_mode(fake_master(dev)->bond);
}

static void fake_master_change_rx_flags(struct net_device *dev, int change)
{
	vf_bond_change_rx_flags(fake_master(dev)->bond, change);
}

static int fake_master_change_mtu(struct net_device *dev, int mtu)
{
	int err = vf_bond_set_mtu(fake_master(dev)->bond, mtu);

	if (!err)
		dev->mtu = mtu;
	return err;
}

static int fake_master_set_mac(struct net_device *dev, void *addr)
{
	int err = vf_bond_set_mac(fake_master(dev)->bond, addr, NULL);

	return err ?: eth_mac_addr(dev, addr);
}

static int fake_master_set_features(struct net_device *dev,
				    netdev_features_t features)
{
	if (fake_master(dev)->bond)
		vf_bond_set_features(fake_master(dev)->bond, features);
	return 0;
}

static const struct net_device_ops fake_master_ops = {
	.ndo_open = fake_master_ndo_open,
	.ndo_stop = fake_master_ndo_stop,
	.ndo_start_xmit = fake_master_xmit,
	.ndo_select_queue = fake_master_select_queue,
	.ndo_set_rx_mode = fake_master_set_rx_mode,
	.ndo_change_rx_flags = fake_master_change_rx_flags,
	.ndo_change_mtu = fake_master_change_mtu,
	.ndo_set_mac_address = fake_master_set_mac,
	.ndo_set_features = fake_master_set_features,
};

static void fake_setup_common(struct net_device *dev, const u8 *addr)
{
	dev->max_mtu = 9000;
	dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO;
	dev->hw_features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	eth_hw_addr_set(dev, addr);
}

static void fake_master_action(void *m)
{
	fake_master_destroy(m);
}

/* Registered, closed, not associated. */
struct fake_master *fake_master_create(struct kunit *test, const u8 *addr)
{
	struct fake_master *m;
	int err;

	m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	m->dev = alloc_etherdev_mqs(sizeof(struct fake_master_priv),
				    FAKE_QUEUES, FAKE_QUEUES);
	KUNIT_ASSERT_NOT_NULL(test, m->dev);
	((struct fake_master_priv *)netdev_priv(m->dev))->m = m;
	m->dev->netdev_ops = &fake_master_ops;
	fake_setup_common(m->dev, addr);
	/* no frames but the test's */
	m->dev->priv_flags |= IFF_NO_ADDRCONF;
	m->dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netdev_lockdep_set_classes(m->dev);

	rtnl_lock();
	err = register_netdevice(m->dev);
	if (!err)
		m->bond = vf_bond_register(m->dev, &fake_bond_ops);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m->bond);
	m->priv = vf_bond_priv(m->bond);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   fake_master_action,
							   m));
	return m;
}

void fake_master_destroy(struct fake_master *m)
{
	if (!m->dev)
		return;

	rtnl_lock();
	vf_bond_unregister(m->bond);
	unregister_netdevice(m->dev);
	rtnl_unlock();
	vf_bond_free(m->bond);
	free_netdev(m->dev);
	m->dev = NULL;
}

void fake_master_open(struct kunit *test, struct fake_master *m)
{
	int err;

	rtnl_lock();
	err = dev_open(m->dev, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
}

void fake_master_close(struct fake_master *m)
{
	rtnl_lock();
	dev_close(m->dev);
	rtnl_unlock();
}

/* ---- VF ---- */

struct fake_vf_priv {
	struct fake_vf *vf;
};

static struct fake_vf *fake_vf(struct net_device *dev)
{
	struct fake_vf_priv *priv = netdev_priv(dev);

	return priv->vf;
}

/* An operation that newer kernels call with the device's own lock held. */
static void fake_vf_touch(struct net_device *dev)
{
	netdev_assert_locked_ops(dev);
	fake_vf(dev)->touched++;
}

static int fake_vf_ndo_open(struct net_device *dev)
{
	fake_vf_touch(dev);
	netif_tx_start_all_queues(dev);
	return fake_vf(dev)->open_err;
}

static int fake_vf_ndo_stop(struct net_device *dev)
{
	fake_vf_touch(dev);
	return 0;
}

static netdev_tx_t fake_vf_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct fake_vf *vf = fake_vf(dev);

	if (skb_queue_len(&vf->sent) >= vf->busy_after)
		return NETDEV_TX_BUSY;
	skb->mark = netdev_xmit_more();
	skb_queue_tail(&vf->sent, skb);
	if (skb_queue_len(&vf->sent) >= vf->full_after)
		netif_stop_subqueue(dev, skb_get_queue_mapping(skb));
	return NETDEV_TX_OK;
}

static int fake_vf_change_mtu(struct net_device *dev, int mtu)
{
	fake_vf_touch(dev);
	if (fake_vf(dev)->mtu_err)
		return fake_vf(dev)->mtu_err;
	dev->mtu = mtu;
	return 0;
}

static int fake_vf_set_mac(struct net_device *dev, void *addr)
{
	fake_vf_touch(dev);
	return fake_vf(dev)->mac_err ?: eth_mac_addr(dev, addr);
}

static int fake_vf_set_features(struct net_device *dev,
				netdev_features_t features)
{
	fake_vf_touch(dev);
	return 0;
}

/* A device that can filter VLANs has to be told of them. */
static int fake_vf_vlan(struct net_device *dev, __be16 proto, u16 vid)
{
	return 0;
}

static u16 fake_vf_select_queue(struct net_device *dev, struct sk_buff *skb,
				struct net_device *sb_dev)
{
	return fake_vf(dev)->queue;
}

static const struct net_device_ops fake_vf_ops = {
	.ndo_open = fake_vf_ndo_open,
	.ndo_stop = fake_vf_ndo_stop,
	.ndo_start_xmit = fake_vf_xmit,
	.ndo_change_mtu = fake_vf_change_mtu,
	.ndo_set_mac_address = fake_vf_set_mac,
	.ndo_set_features = fake_vf_set_features,
	.ndo_select_queue = fake_vf_select_queue,
	.ndo_vlan_rx_add_vid = fake_vf_vlan,
	.ndo_vlan_rx_kill_vid = fake_vf_vlan,
};

static int fake_vf_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	struct fake_vf *vf = fake_vf(dev);

	fake_vf_touch(dev);
	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;
	if (vf->prog_err)
		return vf->prog_err;
	if (vf->prog)
		bpf_prog_put(vf->prog);
	vf->prog = bpf->prog;
	return 0;
}

/* Nothing becomes of the frames: they are the test's. */
static int fake_vf_xdp_xmit(struct net_device *dev, int n,
			    struct xdp_frame **frames, u32 flags)
{
	fake_vf(dev)->xdp_asked++;
	return fake_vf(dev)->xdp_answer;
}

static const struct net_device_ops fake_vf_xdp_ops = {
	.ndo_open = fake_vf_ndo_open,
	.ndo_stop = fake_vf_ndo_stop,
	.ndo_start_xmit = fake_vf_xmit,
	.ndo_change_mtu = fake_vf_change_mtu,
	.ndo_set_mac_address = fake_vf_set_mac,
	.ndo_set_features = fake_vf_set_features,
	.ndo_bpf = fake_vf_bpf,
	.ndo_xdp_xmit = fake_vf_xdp_xmit,
};

void fake_vf_lock_ops(struct fake_vf *vf)
{
	compat_request_ops_lock(vf->dev);
	/* of several, too: the kernel holds those of all that go at once */
	netdev_lockdep_set_classes(vf->dev);
}

static void fake_vf_action(void *data)
{
	struct fake_vf *vf = data;

	fake_vf_destroy(vf);
	if (vf->dev)
		free_netdev(vf->dev);
}

struct fake_vf *fake_vf_alloc(struct kunit *test, const u8 *addr)
{
	static unsigned int serial;
	struct device *parent;
	struct fake_vf *vf;
	char name[20];

	snprintf(name, sizeof(name), "fake_vf%u", serial++);
	parent = kunit_device_register(test, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, parent);
	vf = kunit_kzalloc(test, sizeof(*vf), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	vf->busy_after = UINT_MAX;
	vf->full_after = UINT_MAX;
	skb_queue_head_init(&vf->sent);

	vf->dev = alloc_etherdev_mqs(sizeof(struct fake_vf_priv), FAKE_QUEUES,
				     FAKE_QUEUES);
	KUNIT_ASSERT_NOT_NULL(test, vf->dev);
	((struct fake_vf_priv *)netdev_priv(vf->dev))->vf = vf;
	vf->dev->netdev_ops = &fake_vf_ops;
	SET_NETDEV_DEV(vf->dev, parent);
	fake_setup_common(vf->dev, addr);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   fake_vf_action,
							   vf));
	return vf;
}

struct fake_vf *fake_vf_alloc_xdp(struct kunit *test, const u8 *addr)
{
	struct fake_vf *vf = fake_vf_alloc(test, addr);

	vf->dev->netdev_ops = &fake_vf_xdp_ops;
	xdp_set_features_flag(vf->dev, NETDEV_XDP_ACT_BASIC |
				       NETDEV_XDP_ACT_NDO_XMIT);
	return vf;
}

void fake_vf_register(struct kunit *test, struct fake_vf *vf)
{
	KUNIT_ASSERT_EQ(test, register_netdev(vf->dev), 0);
}

struct fake_vf *fake_vf_create(struct kunit *test, const u8 *addr)
{
	struct fake_vf *vf = fake_vf_alloc(test, addr);

	fake_vf_register(test, vf);
	return vf;
}

void fake_vf_destroy(struct fake_vf *vf)
{
	skb_queue_purge(&vf->sent);
	if (!vf->dev || vf->dev->reg_state != NETREG_REGISTERED)
		return;

	unregister_netdev(vf->dev);
	free_netdev(vf->dev);
	vf->dev = NULL;
}

void fake_vf_open(struct kunit *test, struct fake_vf *vf)
{
	int err;

	rtnl_lock();
	err = dev_open(vf->dev, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
}

void fake_vf_close(struct fake_vf *vf)
{
	rtnl_lock();
	dev_close(vf->dev);
	rtnl_unlock();
}

void fake_vf_carrier(struct fake_vf *vf, bool on)
{
	rtnl_lock();
	if (on)
		netif_carrier_on(vf->dev);
	else
		netif_carrier_off(vf->dev);
	/* linkwatch would do this after a while */
	netdev_state_change(vf->dev);
	rtnl_unlock();
}

void fake_vf_poke(struct fake_vf *vf)
{
	rtnl_lock();
	netdev_state_change(vf->dev);
	rtnl_unlock();
}

/* ---- both ---- */

void fake_settle(struct fake_master *m)
{
	flush_work(&m->priv->work);
	flush_work(&m->priv->obey_work);
}

struct net_device *fake_joined(struct fake_master *m)
{
	struct net_device *vf;

	rtnl_lock();
	vf = vf_bond_vf(m->bond);
	rtnl_unlock();

	return vf;
}

struct net_device *fake_tx_vf(struct fake_master *m)
{
	return rcu_access_pointer(m->bond->tx_vf);
}

void fake_pair_create(struct kunit *test, struct fake_master **m,
		      struct fake_vf **vf)
{
	*m = fake_master_create(test, fake_addr);
	fake_master_open(test, *m);
	vf_bond_set_association((*m)->bond, true, 2);
	*vf = fake_vf_create(test, fake_addr);
	fake_settle(*m);
	KUNIT_ASSERT_PTR_EQ(test, fake_joined(*m), (*vf)->dev);
	KUNIT_ASSERT_EQ(test, vf_bond_path((*m)->bond), VF_BOND_VF);
}

/* ---- frames ---- */

struct sk_buff *fake_frame(struct kunit *test, struct fake_master *m,
			   u16 vf_queue)
{
	struct sk_buff *skb = alloc_skb(200, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->dev = m->dev;
	skb->protocol = htons(ETH_P_IP);
	skb_put_zero(skb, 100);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_queue_mapping(skb, 1);
	qdisc_skb_cb(skb)->slave_dev_queue_mapping = vf_queue;
	return skb;
}

/* As the master's transmit function is called, with its queue locked. */
netdev_tx_t fake_give_more(struct fake_master *m, struct sk_buff *skb,
			   bool more, struct sk_buff **rest)
{
	struct netdev_queue *txq = netdev_get_tx_queue(m->dev, 1);
	netdev_tx_t ret = NETDEV_TX_OK;
	struct net_device *vf;

	rcu_read_lock_bh();
	HARD_TX_LOCK(m->dev, txq, smp_processor_id());
	vf = vf_bond_tx_dev(m->bond);
	*rest = skb;
	__this_cpu_write(softnet_data.xmit.more, more);
	if (vf)
		ret = vf_bond_xmit(m->bond, vf, skb, rest);
	__this_cpu_write(softnet_data.xmit.more, false);
	HARD_TX_UNLOCK(m->dev, txq);
	rcu_read_unlock_bh();

	return ret;
}

struct sk_buff *fake_give(struct fake_master *m, struct sk_buff *skb)
{
	struct sk_buff *rest;

	return fake_give_more(m, skb, false, &rest) == NETDEV_TX_OK ? rest : skb;
}

void fake_expect_given_back(struct kunit *test, struct fake_master *m,
			    struct sk_buff *skb)
{
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_PTR_EQ(test, skb->dev, m->dev);
	KUNIT_EXPECT_EQ(test, skb_get_queue_mapping(skb), 1);
}
