// SPDX-License-Identifier: GPL-2.0-only
#include <linux/rtnetlink.h>

#include "hvsim/vf.h"
#include "hvsim/wire.h"
#include "hvsim_cx3_port.h"

#define NIC_ID		58
#define SERIAL		4712

/* Of the form below; one at a time. */
static struct hvsim_vf *vf_made;
static bool vf_asked;

static int form_create(struct hvsim_vf *vf, struct hvsim_pci_layout *layout)
{
	vf_made = vf;
	return 0;
}

/* As a thread may that has not been stopped yet. */
static void form_destroy(struct hvsim_vf *vf)
{
	vf_asked = !hvsim_vf_masters(vf) && !hvsim_vf_msix_enabled(vf);
	hvsim_vf_lost(vf, 2);
}

static const struct hvsim_vf_form form = {
	.name		= "send",
	.create		= form_create,
	.destroy	= form_destroy,
};

static int tap_receive(struct sk_buff *skb, struct net_device *dev,
		       struct packet_type *type, struct net_device *orig)
{
	struct port *port = container_of(type, struct port, tap);
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy && skb->pkt_type != PACKET_OUTGOING)
		skb_queue_tail(&port->frames, copy);
	else
		kfree_skb(copy);
	kfree_skb(skb);
	return NET_RX_SUCCESS;
}

static void nothing_from_wire(void *priv, struct sk_buff *skb)
{
	kfree_skb(skb);
}

/* The wire: frames arrive one by one, as they were sent. */
static void make_wire(struct kunit *test, struct port *port)
{
	struct hvsim_wire *wire;
	char name[IFNAMSIZ];
	int err;

	wire = hvsim_wire_create(NIC_ID, ETH_DATA_LEN, nothing_from_wire, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(wire));
	port->nic->wire = wire;
	snprintf(name, sizeof(name), "wire%u", NIC_ID);
	rtnl_lock();
	port->dev = __dev_get_by_name(&init_net, name);
	port->dev->priv_flags |= IFF_NO_ADDRCONF;
	port->dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(port->dev);
	err = dev_open(port->dev, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);

	skb_queue_head_init(&port->frames);
	port->tap.type = htons(ETH_P_ALL);
	port->tap.dev = port->dev;
	port->tap.func = tap_receive;
	dev_add_pack(&port->tap);
}

int port_init(struct kunit *test)
{
	struct port *port;
	struct world *w;
	int err = world_init(test);

	if (err)
		return err;
	w = test->priv;
	port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, port);
	port->nic = kunit_kzalloc(test, sizeof(*port->nic), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, port->nic);
	w->more = port;
	port->nic->cfg.id = NIC_ID;
	port->nic->sw.link = true;
	port->nic->sw.vf_tx = true;
	hvsim_stats_init(&port->nic->stats);
	make_wire(test, port);
	err = hvsim_vf_plug(port->nic, &form, SERIAL, world_mac);
	if (err == -EOPNOTSUPP)
		kunit_skip(test, "no PCI on this architecture");
	KUNIT_ASSERT_EQ(test, err, 0);
	port->plugged = true;
	w->cx3->vf = vf_made;
	w->cx3->port.up = true;

	return 0;
}

bool port_pull(struct port *port, bool surprise)
{
	vf_asked = false;
	hvsim_vf_pull(port->nic, surprise);
	port->plugged = false;

	return vf_asked;
}

void port_exit(struct kunit *test)
{
	struct world *w = test->priv;
	struct port *port = w ? w->more : NULL;

	if (!port)
		goto out;
	if (port->plugged)
		port_pull(port, false);
	if (port->dev) {
		dev_remove_pack(&port->tap);
		skb_queue_purge(&port->frames);
	}
	if (port->nic->wire)
		hvsim_wire_destroy(port->nic->wire);
out:
	world_exit(test);
}

struct sk_buff *port_arrived(struct kunit *test)
{
	struct port *port = port_of(test);
	unsigned long until = jiffies + 10 * HZ;
	struct sk_buff *skb;

	while (skb_queue_empty(&port->frames) && time_before(jiffies, until))
		schedule_timeout_uninterruptible(1);
	skb = skb_dequeue(&port->frames);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_push(skb, ETH_HLEN);

	return skb;
}
