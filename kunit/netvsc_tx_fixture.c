// SPDX-License-Identifier: GPL-2.0-only
#include "netvsc_tx_fixture.h"

#include <linux/netdevice.h>

#include "tx.h"
#include "tx_post.h"

u8 e2e_byte(u32 seq, u32 i)
{
	return seq * 3 + i;
}

void e2e_fill(struct e2e *e, u8 *p, u32 seq, u32 len)
{
	struct ethhdr *eth = (struct ethhdr *)p;
	u32 i;

	for (i = ETH_HLEN; i < len; i++)
		p[i] = e2e_byte(seq, i);
	ether_addr_copy(eth->h_dest, e->wire->dev_addr);
	ether_addr_copy(eth->h_source, e->ndev->dev_addr);
	eth->h_proto = htons(E2E_PROTO);
}

struct sk_buff *e2e_make_skb(struct kunit *test, u32 seq, u32 len)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb = alloc_skb(len, GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	if (len >= ETH_HLEN)
		e2e_fill(e, skb_put(skb, len), seq, len);
	else
		skb_put_zero(skb, len);
	skb->dev = e->ndev;
	skb->protocol = htons(E2E_PROTO);
	skb_reset_network_header(skb);

	return skb;
}

netdev_tx_t e2e_xmit(struct kunit *test, struct sk_buff *skb, bool more)
{
	struct e2e *e = test->priv;
	struct netdev_queue *txq = netdev_get_tx_queue(e->ndev, 0);
	netdev_tx_t ret;

	__netif_tx_lock(txq, smp_processor_id());
	ret = netdev_start_xmit(skb, e->ndev, txq, more);
	__netif_tx_unlock(txq);

	return ret;
}

void e2e_xmit_frame(struct kunit *test, u32 seq, bool more)
{
	struct sk_buff *skb = e2e_make_skb(test, seq, E2E_LEN);

	KUNIT_EXPECT_EQ(test, e2e_xmit(test, skb, more), NETDEV_TX_OK);
}

void e2e_expect_at_wire(struct kunit *test, u32 n, u32 len)
{
	struct e2e *e = test->priv;
	struct sk_buff *skb;
	u32 seq, i, bad;

	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= n);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_wire.frames), n);
	for (seq = 0; seq < n; seq++) {
		skb = skb_dequeue(&e->at_wire.frames);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
		KUNIT_ASSERT_EQ(test, skb->len, len - ETH_HLEN);
		for (i = 0, bad = 0; i < skb->len; i++)
			bad += skb->data[i] != e2e_byte(seq, i + ETH_HLEN);
		KUNIT_EXPECT_EQ_MSG(test, bad, 0, "frame %u", seq);
		kfree_skb(skb);
	}
}

void e2e_expect_settled(struct kunit *test)
{
	struct e2e *e = test->priv;
	const struct dql *dql = &netdev_get_tx_queue(e->ndev, 0)->dql;
	struct netvsc_tx *tx = &e2e_channel(e)->tx;

	AWAIT(test, netvsc_tx_idle(e2e_channel(e)));
	AWAIT(test, READ_ONCE(dql->num_queued) == READ_ONCE(dql->num_completed));
	KUNIT_EXPECT_EQ(test, netvsc_free_list_avail(&tx->free_slots),
			NETVSC_TX_SLOTS);
	KUNIT_EXPECT_GE(test, netvsc_free_list_avail(&tx->free_sections) + 1,
			tx->free_sections.count);
	KUNIT_EXPECT_FALSE(test, netif_xmit_stopped(netdev_get_tx_queue(e->ndev,
									0)));
}
