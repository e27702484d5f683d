/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to the bonds, and why. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vf_bond

#if !defined(_VF_BOND_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VF_BOND_TRACE_H

#include <linux/if.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "bond.h"
#include "match.h"

/* For those who read the format of an event. */
TRACE_DEFINE_ENUM(VF_BOND_SYNTHETIC);
TRACE_DEFINE_ENUM(VF_BOND_TO_VF);
TRACE_DEFINE_ENUM(VF_BOND_VF);
TRACE_DEFINE_ENUM(VF_BOND_TO_SYNTHETIC);
TRACE_DEFINE_ENUM(VF_BOND_BY_ASSOCIATION);
TRACE_DEFINE_ENUM(VF_BOND_BY_HOST);
TRACE_DEFINE_ENUM(VF_BOND_BY_HOST_LOST);
TRACE_DEFINE_ENUM(VF_BOND_BY_ANSWER);
TRACE_DEFINE_ENUM(VF_BOND_BY_REFUSAL);
TRACE_DEFINE_ENUM(VF_BOND_BY_SILENCE);
TRACE_DEFINE_ENUM(VF_BOND_BY_VF_JOINED);
TRACE_DEFINE_ENUM(VF_BOND_BY_VF_UP);
TRACE_DEFINE_ENUM(VF_BOND_BY_VF_DOWN);
TRACE_DEFINE_ENUM(VF_BOND_BY_VF_CHANGE);
TRACE_DEFINE_ENUM(VF_BOND_BY_VF_GONE);
TRACE_DEFINE_ENUM(VF_BOND_BY_SETTINGS);
TRACE_DEFINE_ENUM(VF_BOND_BY_MASTER_OPEN);
TRACE_DEFINE_ENUM(VF_BOND_BY_MASTER_CLOSE);
TRACE_DEFINE_ENUM(VF_BOND_BY_MASTER_MOVED);
TRACE_DEFINE_ENUM(VF_BOND_BY_MASTER_GONE);
TRACE_DEFINE_ENUM(VF_BOND_MATCH_SERIAL);
TRACE_DEFINE_ENUM(VF_BOND_MATCH_ADDR);
TRACE_DEFINE_ENUM(VF_BOND_NOT_ETHERNET);
TRACE_DEFINE_ENUM(VF_BOND_NOT_HARDWARE);
TRACE_DEFINE_ENUM(VF_BOND_IS_VLAN);
TRACE_DEFINE_ENUM(VF_BOND_IS_MACVLAN);
TRACE_DEFINE_ENUM(VF_BOND_IS_MASTER);
TRACE_DEFINE_ENUM(VF_BOND_IS_BONDED);
TRACE_DEFINE_ENUM(VF_BOND_HAS_MASTER);
TRACE_DEFINE_ENUM(VF_BOND_NO_ADDR);
TRACE_DEFINE_ENUM(VF_BOND_OTHER_ADDR);
TRACE_DEFINE_ENUM(VF_BOND_OTHER_SERIAL);
TRACE_DEFINE_ENUM(NETDEV_UP);
TRACE_DEFINE_ENUM(NETDEV_DOWN);
TRACE_DEFINE_ENUM(NETDEV_CHANGE);
TRACE_DEFINE_ENUM(NETDEV_UNREGISTER);
TRACE_DEFINE_ENUM(NETDEV_CHANGEMTU);
TRACE_DEFINE_ENUM(NETDEV_CHANGEADDR);
TRACE_DEFINE_ENUM(NETDEV_GOING_DOWN);

#define vf_bond_show_path(path)					\
	__print_symbolic(path,					\
		{ VF_BOND_SYNTHETIC, "synthetic" },		\
		{ VF_BOND_TO_VF, "to_vf" },			\
		{ VF_BOND_VF, "vf" },				\
		{ VF_BOND_TO_SYNTHETIC, "to_synthetic" })

#define vf_bond_show_cause(cause)				\
	__print_symbolic(cause,					\
		{ VF_BOND_BY_ASSOCIATION, "association" },	\
		{ VF_BOND_BY_HOST, "host" },			\
		{ VF_BOND_BY_HOST_LOST, "host_lost" },		\
		{ VF_BOND_BY_ANSWER, "answer" },		\
		{ VF_BOND_BY_REFUSAL, "refusal" },		\
		{ VF_BOND_BY_SILENCE, "silence" },		\
		{ VF_BOND_BY_VF_JOINED, "vf_joined" },		\
		{ VF_BOND_BY_VF_UP, "vf_up" },			\
		{ VF_BOND_BY_VF_DOWN, "vf_down" },		\
		{ VF_BOND_BY_VF_CHANGE, "vf_change" },		\
		{ VF_BOND_BY_VF_GONE, "vf_gone" },		\
		{ VF_BOND_BY_SETTINGS, "settings" },		\
		{ VF_BOND_BY_MASTER_OPEN, "master_open" },	\
		{ VF_BOND_BY_MASTER_CLOSE, "master_close" },	\
		{ VF_BOND_BY_MASTER_MOVED, "master_moved" },	\
		{ VF_BOND_BY_MASTER_GONE, "master_gone" })

#define vf_bond_show_verdict(verdict)				\
	__print_symbolic(verdict,				\
		{ VF_BOND_MATCH_SERIAL, "match_serial" },	\
		{ VF_BOND_MATCH_ADDR, "match_addr" },		\
		{ VF_BOND_NOT_ETHERNET, "not_ethernet" },	\
		{ VF_BOND_NOT_HARDWARE, "not_hardware" },	\
		{ VF_BOND_IS_VLAN, "vlan" },			\
		{ VF_BOND_IS_MACVLAN, "macvlan" },		\
		{ VF_BOND_IS_MASTER, "master" },		\
		{ VF_BOND_IS_BONDED, "bonded" },		\
		{ VF_BOND_HAS_MASTER, "has_master" },		\
		{ VF_BOND_NO_ADDR, "no_addr" },			\
		{ VF_BOND_OTHER_ADDR, "other_addr" },		\
		{ VF_BOND_OTHER_SERIAL, "other_serial" })

/* Those that something follows from. */
#define vf_bond_show_event(event)				\
	__print_symbolic(event,					\
		{ NETDEV_UP, "up" },				\
		{ NETDEV_DOWN, "down" },			\
		{ NETDEV_CHANGE, "change" },			\
		{ NETDEV_UNREGISTER, "unregister" },		\
		{ NETDEV_CHANGEMTU, "change_mtu" },		\
		{ NETDEV_CHANGEADDR, "change_addr" },		\
		{ NETDEV_GOING_DOWN, "going_down" })

/* Names are copied by hand: __assign_str() took two arguments until 6.10. */

TRACE_EVENT(vf_bond_candidate,
	TP_PROTO(const struct net_device *master, const struct net_device *dev,
		 enum vf_bond_verdict verdict),
	TP_ARGS(master, dev, verdict),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, dev, IFNAMSIZ)
		__field(unsigned int, verdict)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->dev, dev->name, IFNAMSIZ);
		__entry->verdict = verdict;
	),
	TP_printk("master=%s dev=%s verdict=%s", __entry->master, __entry->dev,
		  vf_bond_show_verdict(__entry->verdict))
);

TRACE_EVENT(vf_bond_association,
	TP_PROTO(const struct net_device *master, bool allocated, u32 serial),
	TP_ARGS(master, allocated, serial),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__field(bool, allocated)
		__field(u32, serial)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		__entry->allocated = allocated;
		__entry->serial = serial;
	),
	TP_printk("master=%s allocated=%d serial=%u", __entry->master,
		  __entry->allocated, __entry->serial)
);

TRACE_EVENT(vf_bond_join,
	TP_PROTO(const struct net_device *master, const struct net_device *vf,
		 int err),
	TP_ARGS(master, vf, err),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, vf, IFNAMSIZ)
		__field(int, err)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->vf, vf->name, IFNAMSIZ);
		__entry->err = err;
	),
	TP_printk("master=%s vf=%s err=%d", __entry->master, __entry->vf,
		  __entry->err)
);

TRACE_EVENT(vf_bond_leave,
	TP_PROTO(const struct net_device *master, const struct net_device *vf,
		 enum vf_bond_cause cause),
	TP_ARGS(master, vf, cause),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, vf, IFNAMSIZ)
		__field(unsigned int, cause)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->vf, vf->name, IFNAMSIZ);
		__entry->cause = cause;
	),
	TP_printk("master=%s vf=%s cause=%s", __entry->master, __entry->vf,
		  vf_bond_show_cause(__entry->cause))
);

TRACE_EVENT(vf_bond_vf_event,
	TP_PROTO(const struct net_device *master, const struct net_device *vf,
		 unsigned long event),
	TP_ARGS(master, vf, event),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, vf, IFNAMSIZ)
		__field(unsigned long, event)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->vf, vf->name, IFNAMSIZ);
		__entry->event = event;
	),
	TP_printk("master=%s vf=%s event=%s", __entry->master, __entry->vf,
		  vf_bond_show_event(__entry->event))
);

TRACE_EVENT(vf_bond_path,
	TP_PROTO(const struct net_device *master, enum vf_bond_path from,
		 enum vf_bond_path to, enum vf_bond_cause cause),
	TP_ARGS(master, from, to, cause),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__field(unsigned int, from)
		__field(unsigned int, to)
		__field(unsigned int, cause)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		__entry->from = from;
		__entry->to = to;
		__entry->cause = cause;
	),
	TP_printk("master=%s from=%s to=%s cause=%s", __entry->master,
		  vf_bond_show_path(__entry->from),
		  vf_bond_show_path(__entry->to),
		  vf_bond_show_cause(__entry->cause))
);

#endif /* _VF_BOND_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
