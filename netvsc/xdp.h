/* SPDX-License-Identifier: GPL-2.0-only */
/* XDP: a program that sees each received frame first. */
#ifndef _NETVSC_XDP_H
#define _NETVSC_XDP_H

#include <linux/bpf.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

struct net_device;
struct netlink_ext_ack;
struct netvsc;
struct netvsc_channel;

/* A frame is in one page, with room before it and for what follows it. */
#define NETVSC_XDP_FRAME_MAX	((u32)SKB_WITH_OVERHEAD(PAGE_SIZE) - \
				 XDP_PACKET_HEADROOM)

int netvsc_xdp_init(struct netvsc_channel *ch);
void netvsc_xdp_free(struct netvsc_channel *ch);

/* NAPI. */
struct sk_buff *netvsc_xdp_run(struct netvsc_channel *ch,
			       struct bpf_prog *prog, struct page *page,
			       u32 len);
void netvsc_xdp_poll_end(struct netvsc_channel *ch);

/* Operations of the interface. */
bool netvsc_xdp_mtu_fits(int mtu);
int netvsc_xdp_setup(struct net_device *ndev, struct netdev_bpf *bpf);
int netvsc_xdp_xmit(struct net_device *ndev, int n, struct xdp_frame **frames,
		    u32 flags);

#endif /* _NETVSC_XDP_H */
