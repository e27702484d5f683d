// SPDX-License-Identifier: GPL-2.0-only
/*
 * XDP.  Received frames are copied out of the host's reach in any case; with
 * a program they go to a page of the channel's pool, whole, with their VLAN
 * tag in them.  Frames to send are copied into the send buffer: they are small
 * enough, and their memory is free again at once.
 */
#include "xdp.h"

#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "netvsc.h"
#include "tx.h"
#include "vf_bond.h"

/* Pages that a channel keeps at hand; as many as a poll takes frames. */
#define NETVSC_XDP_POOL		256

/**
 * netvsc_xdp_init() - the memory of received frames
 * @ch: the channel
 *
 * Context: process.
 * Return: 0 or an errno; netvsc_xdp_free() is due in both cases.
 */
int netvsc_xdp_init(struct netvsc_channel *ch)
{
	const struct page_pool_params params = {
		.pool_size = NETVSC_XDP_POOL,
		.nid = cpu_to_node(ch->vmbus->target_cpu),
		compat_pool_owner(ch->nvdev->nv->ndev)
	};
	struct netvsc_rx *rx = &ch->rx;
	struct page_pool *pool;
	int err;

	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	rx->pool = pool;

	err = xdp_rxq_info_reg(&rx->xdp_rxq, ch->nvdev->nv->ndev, ch->index, 0);
	if (err)
		return err;
	return xdp_rxq_info_reg_mem_model(&rx->xdp_rxq, MEM_TYPE_PAGE_POOL,
					  pool);
}

/**
 * netvsc_xdp_free() - give the memory of received frames back
 * @ch: the channel; its NAPI does not run any more, or never did
 *
 * Pages that are on their way through the stack find the pool until the last
 * of them is back.
 */
void netvsc_xdp_free(struct netvsc_channel *ch)
{
	struct netvsc_rx *rx = &ch->rx;

	if (xdp_rxq_info_is_reg(&rx->xdp_rxq))
		xdp_rxq_info_unreg(&rx->xdp_rxq);
	if (rx->pool)
		page_pool_destroy(rx->pool);
	rx->pool = NULL;
}

/* ---- received frames ---- */

static struct sk_buff *netvsc_xdp_pass(struct netvsc_channel *ch,
				       const struct xdp_buff *xdp)
{
	u32 metasize = xdp->data - xdp->data_meta;
	struct sk_buff *skb;

	skb = napi_build_skb(xdp->data_hard_start, PAGE_SIZE);
	if (unlikely(!skb))
		return NULL;

	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	skb_put(skb, xdp->data_end - xdp->data);
	if (metasize)
		skb_metadata_set(skb, metasize);
	skb_mark_for_recycle(skb);

	return skb;
}

/* Back to where it came from, by the queue of the same number. */
static bool netvsc_xdp_tx(struct netvsc_channel *ch, const struct xdp_buff *xdp)
{
	struct netvsc_device *nvdev = ch->nvdev;
	struct netvsc_channel *out = nvdev->channels[ch->index];
	struct netdev_queue *txq;
	int err;

	/* pairs with the release in netvsc_channels_start_tx() */
	if (!smp_load_acquire(&out->tx_ready))
		return false;

	txq = netdev_get_tx_queue(nvdev->nv->ndev, out->index);
	__netif_tx_lock(txq, smp_processor_id());
	if (unlikely(READ_ONCE(nvdev->leaving)))
		err = -ENETDOWN;
	else
		err = netvsc_tx_send_data(out, txq, xdp->data,
					  xdp->data_end - xdp->data);
	__netif_tx_unlock(txq);
	if (err)
		return false;

	ch->rx.xdp_flush_tx = true;
	return true;
}

static u32 netvsc_xdp_act(struct netvsc_channel *ch, struct bpf_prog *prog,
			  struct xdp_buff *xdp)
{
	struct net_device *ndev = ch->nvdev->nv->ndev;
	u32 act = bpf_prog_run_xdp(prog, xdp);

	switch (act) {
	case XDP_PASS:
	case XDP_DROP:
		return act;
	case XDP_TX:
		if (netvsc_xdp_tx(ch, xdp))
			return act;
		break;
	case XDP_REDIRECT:
		if (!xdp_do_redirect(ndev, xdp, prog)) {
			ch->rx.xdp_flush = true;
			return act;
		}
		break;
	case XDP_ABORTED:
		break;
	default:
		bpf_warn_invalid_xdp_action(ndev, prog, act);
		break;
	}

	trace_xdp_exception(ndev, prog, act);
	return XDP_ABORTED;
}

/**
 * netvsc_xdp_run() - let the program have a frame
 * @ch: the channel
 * @prog: the program
 * @page: of the channel's pool, the frame behind XDP_PACKET_HEADROOM; not the
 *	caller's any more
 * @len: bytes of the frame, at most NETVSC_XDP_FRAME_MAX
 *
 * Context: the channel's NAPI.
 * Return: the frame for the stack; NULL if the program wanted something else
 * done with it; -ENOMEM.
 */
struct sk_buff *netvsc_xdp_run(struct netvsc_channel *ch,
			       struct bpf_prog *prog, struct page *page,
			       u32 len)
{
	struct netvsc_rx *rx = &ch->rx;
	struct sk_buff *skb;
	struct xdp_buff xdp;
	u32 act;

	xdp_init_buff(&xdp, PAGE_SIZE, &rx->xdp_rxq);
	xdp_prepare_buff(&xdp, page_address(page), XDP_PACKET_HEADROOM, len,
			 true);

	act = netvsc_xdp_act(ch, prog, &xdp);
	if (act == XDP_PASS) {
		skb = netvsc_xdp_pass(ch, &xdp);
		if (likely(skb))
			return skb;
		page_pool_recycle_direct(rx->pool, page);
		return ERR_PTR(-ENOMEM);
	}

	/* one that is redirected is another's */
	if (act != XDP_REDIRECT)
		page_pool_recycle_direct(rx->pool, page);
	netvsc_stats_add_xdp(&ch->stats->rx, act, len);
	return NULL;
}

/**
 * netvsc_xdp_poll_end() - send on its way what the program sent
 * @ch: the channel
 *
 * Context: the channel's NAPI, once at the end of each poll.
 */
void netvsc_xdp_poll_end(struct netvsc_channel *ch)
{
	struct netvsc_rx *rx = &ch->rx;

	if (rx->xdp_flush)
		xdp_do_flush();
	if (rx->xdp_flush_tx)
		netvsc_tx_flush(ch->nvdev->channels[ch->index]);
	rx->xdp_flush = false;
	rx->xdp_flush_tx = false;
}

/* ---- frames that others redirect to us ---- */

static int netvsc_xdp_xmit_queue(struct netvsc_channel *ch, int n,
				 struct xdp_frame **frames)
{
	struct net_device *ndev = ch->nvdev->nv->ndev;
	struct netdev_queue *txq;
	int i;

	txq = netdev_get_tx_queue(ndev, ch->index);
	__netif_tx_lock(txq, smp_processor_id());
	for (i = 0; i < n && !READ_ONCE(ch->nvdev->leaving); i++) {
		if (xdp_frame_has_frags(frames[i]) ||
		    netvsc_tx_send_data(ch, txq, frames[i]->data,
					frames[i]->len))
			break;
	}
	if (i)
		netvsc_stats_add_xdp_xmit(ch->stats, i);
	if (!READ_ONCE(ch->nvdev->leaving))
		netvsc_tx_flush_locked(ch, txq);
	__netif_tx_unlock(txq);
	/* the queue may have been stopped for a moment, and the stack saw it */
	if (i < n)
		netif_schedule_queue(txq);

	return i;
}

/**
 * netvsc_xdp_xmit() - ndo_xdp_xmit
 * @ndev: the interface
 * @n: how many frames
 * @frames: the frames; those that are sent are freed
 * @flags: XDP_XMIT_FLUSH; nothing waits in any case
 *
 * By the VF, if it has the data path and can; what it does not take goes to the
 * host.
 *
 * Context: softirq.
 * Return: how many frames were sent, the first ones; or -EINVAL.
 */
int netvsc_xdp_xmit(struct net_device *ndev, int n, struct xdp_frame **frames,
		    u32 flags)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct vf_bond *bond = READ_ONCE(nv->bond);
	struct netvsc_device *nvdev;
	struct netvsc_channel *ch;
	int by_vf = 0;
	int sent, i;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (bond)
		by_vf = vf_bond_xdp_xmit(bond, n, frames, flags);

	nvdev = rcu_dereference_bh(nv->nvdev);
	if (by_vf == n || unlikely(!nvdev || !netif_running(ndev)))
		return by_vf;

	ch = nvdev->channels[smp_processor_id() %
			     READ_ONCE(nvdev->num_channels)];
	sent = by_vf + netvsc_xdp_xmit_queue(ch, n - by_vf, frames + by_vf);
	for (i = by_vf; i < sent; i++)
		xdp_return_frame_rx_napi(frames[i]);

	return sent;
}

/* ---- the program ---- */

/**
 * netvsc_xdp_mtu_fits() - whether frames of an MTU can be seen by a program
 * @mtu: the MTU
 *
 * Return: true if they fit into a page.
 */
bool netvsc_xdp_mtu_fits(int mtu)
{
	return mtu + VLAN_ETH_HLEN <= NETVSC_XDP_FRAME_MAX;
}

static int netvsc_xdp_check(const struct net_device *ndev,
			    struct netlink_ext_ack *extack)
{
	const struct netvsc *nv = netdev_priv(ndev);
	const struct netvsc_device *nvdev = rtnl_dereference(nv->nvdev);

	if (!netvsc_xdp_mtu_fits(ndev->mtu)) {
		NL_SET_ERR_MSG_MOD(extack, "MTU too large for XDP");
		return -EOPNOTSUPP;
	}
	if (ndev->features & NETIF_F_LRO) {
		NL_SET_ERR_MSG_MOD(extack, "XDP needs LRO off");
		return -EOPNOTSUPP;
	}
	if (nvdev && nvdev->rsc) {
		NL_SET_ERR_MSG_MOD(extack, "host does not stop coalescing");
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * netvsc_xdp_setup() - ndo_bpf
 * @ndev: the interface
 * @bpf: what is asked
 *
 * The VF gets the program, too, if it takes any; what one of the two refuses
 * is not done at all.  Nothing is interrupted.
 *
 * Context: RTNL.
 * Return: 0 or an errno.
 */
int netvsc_xdp_setup(struct net_device *ndev, struct netdev_bpf *bpf)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct bpf_prog *old;
	int err = 0;

	ASSERT_RTNL();

	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;
	if (bpf->prog)
		err = netvsc_xdp_check(ndev, bpf->extack);
	if (!err && nv->bond)
		err = vf_bond_set_xdp(nv->bond, bpf->prog, bpf->extack);
	if (err)
		return err;

	old = rtnl_dereference(nv->xdp_prog);
	rcu_assign_pointer(nv->xdp_prog, bpf->prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}
