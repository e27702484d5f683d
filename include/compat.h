/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes older kernels look like the newest one.  The only file that may look
 * at LINUX_VERSION_CODE.
 */
#ifndef _NETVSC_COMPAT_H
#define _NETVSC_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "the oldest kernel supported is 6.1"
#endif

/* For those who include <linux/hyperv.h> before this. */
#ifdef _HYPERV_H

/* Kernels that cannot run on Hyper-V (user-mode Linux) have no such header. */
#if IS_ENABLED(CONFIG_HYPERV)
#include <asm/mshyperv.h>
#else
bool hv_is_isolation_supported(void);	/* by who stands in for the bus */
#endif

/* Memory shared with the host had to be seen through a second mapping. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define compat_shares_memory()	false
#else
#define compat_shares_memory()	true
#endif

/* struct hv_driver's remove returned an int. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define COMPAT_HV_REMOVE(fn)					\
static int fn##_compat(struct hv_device *hdev)			\
{								\
	fn(hdev);						\
	return 0;						\
}

#define compat_hv_remove(fn)	fn##_compat
#else
#define COMPAT_HV_REMOVE(fn)
#define compat_hv_remove(fn)	fn
#endif

/* Memory for the host was allocated as any other, and made shared later. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 3, 0)
/* Macros: a header that is included here changes hvsim's checksums. */
#define vmbus_alloc_buffer(channel, size, chunks, num_chunks)	\
	((void)(channel), *(chunks) = NULL, *(num_chunks) = 0,	\
	 vzalloc(PAGE_ALIGN(size)))
#define vmbus_free_buffer(buf, chunks, num_chunks)		\
	((void)(chunks), (void)(num_chunks), vfree(buf))
#define vmbus_establish_gpadl_caller_decrypted	vmbus_establish_gpadl
#endif

#endif /* _HYPERV_H */

/* struct bus_type's callbacks took what they must not change. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define compat_uevent_const
#else
#define compat_uevent_const	const
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define compat_bus_type		struct bus_type	/* const is too new */
#else
#define compat_bus_type		const struct bus_type
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define compat_match_const
#else
#define compat_match_const	const
#endif

/*
 * Until 6.2 IPv6 leaves a device with IFF_SLAVE alone, without another flag,
 * and a running device can be renamed only if it has a flag for that.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define IFF_NO_ADDRCONF		0
#else
#define IFF_LIVE_RENAME_OK	0
#endif

/* net/netdev_queues.h could not wake a queue and tell BQL in one go. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define __netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs, \
				   down_cond)				   \
({									   \
	int _res = -1;							   \
									   \
	netdev_tx_completed_queue(txq, pkts, bytes);			   \
	/* pairs with the one in netif_txq_try_stop() */		   \
	smp_mb();							   \
	if ((pkts) && (get_desc) >= (start_thrs)) {			   \
		_res = 1;						   \
		if (netif_tx_queue_stopped(txq) && !(down_cond)) {	   \
			netif_tx_wake_queue(txq);			   \
			_res = 0;					   \
		}							   \
	}								   \
	_res;								   \
})
#endif

/* Hexadecimal digits had their declarations in linux/kernel.h. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/hex.h>
#endif

/* Strings were printed even where there is nothing to format. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define ethtool_puts(data, str)	ethtool_sprintf(data, "%s", str)
#endif

/*
 * Table and key of receive side scaling were arguments of their own.
 * COMPAT_RXFH() makes the callbacks of today into such ones.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};

#define COMPAT_RXFH(get, set)						\
static int get##_compat(struct net_device *ndev, u32 *indir, u8 *key,	\
			u8 *hfunc)					\
{									\
	struct ethtool_rxfh_param rxfh = {				\
		.indir = indir,						\
		.key = key,						\
	};								\
	int ret = get(ndev, &rxfh);					\
									\
	if (!ret && hfunc)						\
		*hfunc = rxfh.hfunc;					\
	return ret;							\
}									\
									\
static int set##_compat(struct net_device *ndev, const u32 *indir,	\
			const u8 *key, const u8 hfunc)			\
{									\
	struct ethtool_rxfh_param rxfh = {				\
		.hfunc = hfunc,						\
		.indir = (u32 *)indir,					\
		.key = (u8 *)key,					\
	};								\
									\
	return set(ndev, &rxfh, NULL);					\
}

#define compat_rxfh(fn)	fn##_compat
#else
#define COMPAT_RXFH(get, set)
#define compat_rxfh(fn)	fn
#endif

/*
 * The fields that a hash covers and the number of rings were asked for with a
 * structure that had to do for much else.  COMPAT_RXNFC() makes the callbacks
 * of today into the former ones, compat_rxnfc() names those that there are.  Some
 * older kernels got the newer structure later.
 */
#ifdef _LINUX_ETHTOOL_H
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
struct compat_rxfh_fields {
	u32 data;
	u32 flow_type;
};

#define ethtool_rxfh_fields	compat_rxfh_fields
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define COMPAT_RXNFC(get, set, rings)					\
static int get##_compat(struct net_device *ndev,			\
			struct ethtool_rxnfc *info, u32 *rules)		\
{									\
	struct ethtool_rxfh_fields fields = {				\
		.flow_type = info->flow_type,				\
	};								\
	int ret = -EOPNOTSUPP;						\
									\
	if (info->cmd == ETHTOOL_GRXRINGS) {				\
		info->data = rings(ndev);				\
		return 0;						\
	}								\
	if (info->cmd == ETHTOOL_GRXFH)					\
		ret = get(ndev, &fields);				\
	if (!ret)							\
		info->data = fields.data;				\
	return ret;							\
}									\
									\
static int __maybe_unused						\
set##_compat(struct net_device *ndev, struct ethtool_rxnfc *info)	\
{									\
	struct ethtool_rxfh_fields fields = {				\
		.data = info->data,					\
		.flow_type = info->flow_type,				\
	};								\
									\
	if (info->cmd != ETHTOOL_SRXFH)					\
		return -EOPNOTSUPP;					\
	return set(ndev, &fields, NULL);				\
}
#else
#define COMPAT_RXNFC(get, set, rings)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define compat_rxnfc(get, set, rings)					\
	.get_rxnfc = get##_compat,					\
	.set_rxnfc = set##_compat
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define compat_rxnfc(get, set, rings)					\
	.get_rxnfc = get##_compat,					\
	.get_rxfh_fields = get,						\
	.set_rxfh_fields = set
#else
#define compat_rxnfc(get, set, rings)					\
	.get_rx_ring_count = rings,					\
	.get_rxfh_fields = get,						\
	.set_rxfh_fields = set
#endif
#endif

/* Segmentation had its declarations in linux/netdevice.h. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0) && defined(_LINUX_SKBUFF_H)
#include <net/gso.h>
#endif

/* A timer's function was set apart from the rest. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define hrtimer_setup(timer, fn, clock, mode)				\
do {									\
	hrtimer_init(timer, clock, mode);				\
	(timer)->function = fn;						\
} while (0)
#endif

/* IPv4 and IPv6 shared one limit for the frames that are to be cut. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define compat_gso_ipv4_max_size(dev)	(&(dev)->gso_max_size)
#else
#define compat_gso_ipv4_max_size(dev)	(&(dev)->gso_ipv4_max_size)
#endif

/* Drivers could not ask for a lock of each device around their operations. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define netdev_lock_ops(dev)	((void)(dev))
#define netdev_unlock_ops(dev)	((void)(dev))
#define netdev_assert_locked_ops(dev)	((void)(dev))
#define netif_open(dev, extack)	dev_open(dev, extack)
#define netif_close(dev)	dev_close(dev)
#define netif_set_mtu(dev, mtu)	dev_set_mtu(dev, mtu)
#define netif_state_change(dev)	netdev_state_change(dev)
#define compat_request_ops_lock(dev)	((void)(dev))
#else
#define compat_request_ops_lock(dev)	((dev)->request_ops_lock = true)
#ifdef _LINUX_NETDEVICE_H
#include <net/netdev_lock.h>
#endif
#endif

/* Interrupts were deferred for all queues of a device alike. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define compat_defer_hard_irqs(napi)	(&(napi)->dev->napi_defer_hard_irqs)
#define compat_gro_flush_timeout(napi)	(&(napi)->dev->gro_flush_timeout)
#else
#define compat_defer_hard_irqs(napi)	(&(napi)->defer_hard_irqs)
#define compat_gro_flush_timeout(napi)	(&(napi)->gro_flush_timeout)
#endif

/* An address was passed in a structure too short for some. */
#ifdef _LINUX_NETDEVICE_H
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define dev_set_mac_address(dev, ss, extack) \
	dev_set_mac_address(dev, (struct sockaddr *)(ss), extack)
#endif
#endif

/* Who generates the parameters of a test was not told of the test. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define COMPAT_GEN_PARAMS(fn)						\
static const void *fn##_compat(const void *prev, char *desc)		\
{									\
	return fn(NULL, prev, desc);					\
}

#define compat_gen_params(fn)	fn##_compat
#else
#define COMPAT_GEN_PARAMS(fn)
#define compat_gen_params(fn)	fn
#endif

/* Nobody could ask which queue is polled by whom. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define netif_queue_set_napi(dev, index, type, napi) \
	do { (void)(dev); (void)(index); (void)(napi); } while (0)
#endif

/* Frames could be dropped in any context, but not with a reason. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define dev_kfree_skb_any_reason(skb, reason) \
	((void)(reason), dev_kfree_skb_any(skb))
#endif

/* Nobody could ask for the counters of a queue. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
struct netdev_queue_stats_rx {
	u64 bytes;
	u64 packets;
};

struct netdev_queue_stats_tx {
	u64 bytes;
	u64 packets;
};

struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_rx *stats);
	void (*get_queue_stats_tx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_tx *stats);
	void (*get_base_stats)(struct net_device *dev,
			       struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx);
};

#define compat_set_stat_ops(dev, ops)	((void)(dev), (void)(ops))
#else
#define compat_set_stat_ops(dev, ops)	((dev)->stat_ops = (ops))
#endif

/* The page pool had one header. */
#ifdef _LINUX_NETDEVICE_H
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#include <net/page_pool.h>
#else
#include <net/page_pool/helpers.h>
#endif
#endif

/* Nobody could ask whose a page pool is. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define compat_pool_owner(dev)
#else
#define compat_pool_owner(dev)	.netdev = (dev),
#endif

/* What a frame's memory is stood in a structure. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define compat_frame_mem_type(frame)	((frame)->mem.type)
#else
#define compat_frame_mem_type(frame)	((frame)->mem_type)
#endif

/* A lower device was given its XDP program by its own operation. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define dev_xdp_propagate(dev, bpf) \
	((dev)->netdev_ops->ndo_bpf(dev, bpf))
#endif

/* The frame could not be replaced by another one. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define compat_do_xdp_generic(prog, pskb)	do_xdp_generic(prog, *(pskb))
#else
#define compat_do_xdp_generic(prog, pskb)	do_xdp_generic(prog, pskb)
#endif

/* Nobody said what XDP an interface can do: those that cannot refused it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define NETDEV_XDP_ACT_BASIC	0
#define NETDEV_XDP_ACT_REDIRECT	0
#define NETDEV_XDP_ACT_NDO_XMIT	0
#define xdp_set_features_flag(dev, val)	((void)(dev))
#define compat_xdp_can_xmit(dev)	true
#else
#define compat_xdp_can_xmit(dev) \
	((dev)->xdp_features & NETDEV_XDP_ACT_NDO_XMIT)
#endif

#endif /* _NETVSC_COMPAT_H */
