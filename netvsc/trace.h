/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: every message to the host and from it, by name.  The events
 * have the names that tools know from the in-tree driver.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM netvsc

#if !defined(_NETVSC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NETVSC_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "netvsc/nvsp.h"
#include "netvsc/rndis.h"

/* perf and trace-cmd read the numbers from the event's format. */
TRACE_DEFINE_ENUM(NVSP_MSG_INIT);
TRACE_DEFINE_ENUM(NVSP_MSG_INIT_COMPLETE);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_NDIS_VERSION);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_RECV_BUF);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_RECV_BUF_COMPLETE);
TRACE_DEFINE_ENUM(NVSP_MSG_REVOKE_RECV_BUF);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_SEND_BUF);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_SEND_BUF_COMPLETE);
TRACE_DEFINE_ENUM(NVSP_MSG_REVOKE_SEND_BUF);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_RNDIS_PKT);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_NDIS_CONFIG);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_VF_ASSOCIATION);
TRACE_DEFINE_ENUM(NVSP_MSG_SWITCH_DATA_PATH);
TRACE_DEFINE_ENUM(NVSP_MSG_UPLINK_CONNECT_STATE);
TRACE_DEFINE_ENUM(NVSP_MSG_OID_QUERY_EX);
TRACE_DEFINE_ENUM(NVSP_MSG_OID_QUERY_EX_COMPLETE);
TRACE_DEFINE_ENUM(NVSP_MSG_SUBCHANNEL);
TRACE_DEFINE_ENUM(NVSP_MSG_SEND_INDIRECTION_TABLE);

#define netvsc_trace_nvsp(type)						\
	__print_symbolic(type,						\
		{ 0,				     "EMPTY" },		\
		{ NVSP_MSG_INIT,		     "INIT" },		\
		{ NVSP_MSG_INIT_COMPLETE,	     "INIT_COMPLETE" },	\
		{ NVSP_MSG_SEND_NDIS_VERSION,	     "NDIS_VERSION" },	\
		{ NVSP_MSG_SEND_RECV_BUF,	     "RECV_BUF" },	\
		{ NVSP_MSG_SEND_RECV_BUF_COMPLETE,   "RECV_BUF_COMPLETE" }, \
		{ NVSP_MSG_REVOKE_RECV_BUF,	     "REVOKE_RECV_BUF" }, \
		{ NVSP_MSG_SEND_SEND_BUF,	     "SEND_BUF" },	\
		{ NVSP_MSG_SEND_SEND_BUF_COMPLETE,   "SEND_BUF_COMPLETE" }, \
		{ NVSP_MSG_REVOKE_SEND_BUF,	     "REVOKE_SEND_BUF" }, \
		{ NVSP_MSG_SEND_RNDIS_PKT,	     "RNDIS_PKT" },	\
		{ NVSP_MSG_SEND_RNDIS_PKT_COMPLETE,  "RNDIS_PKT_COMPLETE" }, \
		{ NVSP_MSG_SEND_NDIS_CONFIG,	     "NDIS_CONFIG" },	\
		{ NVSP_MSG_SEND_VF_ASSOCIATION,	     "VF_ASSOCIATION" }, \
		{ NVSP_MSG_SWITCH_DATA_PATH,	     "SWITCH_DATA_PATH" }, \
		{ NVSP_MSG_UPLINK_CONNECT_STATE,     "UPLINK_CONNECT_STATE" }, \
		{ NVSP_MSG_OID_QUERY_EX,	     "OID_QUERY_EX" },	\
		{ NVSP_MSG_OID_QUERY_EX_COMPLETE,    "OID_QUERY_EX_COMPLETE" }, \
		{ NVSP_MSG_SUBCHANNEL,		     "SUBCHANNEL" },	\
		{ NVSP_MSG_SEND_INDIRECTION_TABLE,   "INDIRECTION_TABLE" })

#define netvsc_trace_rndis(type)					\
	__print_symbolic(type,						\
		{ RNDIS_MSG_PACKET,	 "PACKET" },			\
		{ RNDIS_MSG_INDICATE,	 "INDICATE" },			\
		{ RNDIS_MSG_INIT,	 "INIT" },			\
		{ RNDIS_MSG_INIT_C,	 "INIT_C" },			\
		{ RNDIS_MSG_HALT,	 "HALT" },			\
		{ RNDIS_MSG_QUERY,	 "QUERY" },			\
		{ RNDIS_MSG_QUERY_C,	 "QUERY_C" },			\
		{ RNDIS_MSG_SET,	 "SET" },			\
		{ RNDIS_MSG_SET_C,	 "SET_C" },			\
		{ RNDIS_MSG_RESET,	 "RESET" },			\
		{ RNDIS_MSG_RESET_C,	 "RESET_C" },			\
		{ RNDIS_MSG_KEEPALIVE,	 "KEEPALIVE" },			\
		{ RNDIS_MSG_KEEPALIVE_C, "KEEPALIVE_C" })

DECLARE_EVENT_CLASS(netvsc_nvsp,
	TP_PROTO(const struct net_device *ndev, u32 type, u32 len, u64 id),
	TP_ARGS(ndev, type, len, id),
	TP_STRUCT__entry(
		__array(char, name, IFNAMSIZ)
		__field(u32, type)
		__field(u32, len)
		__field(u64, id)
	),
	TP_fast_assign(
		memcpy(__entry->name, ndev->name, IFNAMSIZ);
		__entry->type = type;
		__entry->len = len;
		__entry->id = id;
	),
	TP_printk("dev=%s type=%s(%u) len=%u id=%#llx", __entry->name,
		  netvsc_trace_nvsp(__entry->type), __entry->type, __entry->len,
		  __entry->id)
);

/* A control message to the host. */
DEFINE_EVENT(netvsc_nvsp, nvsp_send,
	TP_PROTO(const struct net_device *ndev, u32 type, u32 len, u64 id),
	TP_ARGS(ndev, type, len, id)
);

/* A control message of the host, or its answer to one of ours. */
DEFINE_EVENT(netvsc_nvsp, nvsp_recv,
	TP_PROTO(const struct net_device *ndev, u32 type, u32 len, u64 id),
	TP_ARGS(ndev, type, len, id)
);

/* A message with frames to the host: RNDIS_PKT of the data channel. */
TRACE_EVENT(nvsp_send_pkt,
	TP_PROTO(const struct net_device *ndev, u16 queue, u32 section,
		 u32 section_len, u32 packets, u32 bytes),
	TP_ARGS(ndev, queue, section, section_len, packets, bytes),
	TP_STRUCT__entry(
		__array(char, name, IFNAMSIZ)
		__field(u16, queue)
		__field(u32, section)
		__field(u32, section_len)
		__field(u32, packets)
		__field(u32, bytes)
	),
	TP_fast_assign(
		memcpy(__entry->name, ndev->name, IFNAMSIZ);
		__entry->queue = queue;
		__entry->section = section;
		__entry->section_len = section_len;
		__entry->packets = packets;
		__entry->bytes = bytes;
	),
	TP_printk("dev=%s queue=%u section=%d section_len=%u packets=%u bytes=%u",
		  __entry->name, __entry->queue, (int)__entry->section,
		  __entry->section_len, __entry->packets, __entry->bytes)
);

DECLARE_EVENT_CLASS(netvsc_rndis,
	TP_PROTO(const struct net_device *ndev, u16 queue, u32 type, u32 len,
		 u32 what),
	TP_ARGS(ndev, queue, type, len, what),
	TP_STRUCT__entry(
		__array(char, name, IFNAMSIZ)
		__field(u16, queue)
		__field(u32, type)
		__field(u32, len)
		__field(u32, what)
	),
	TP_fast_assign(
		memcpy(__entry->name, ndev->name, IFNAMSIZ);
		__entry->queue = queue;
		__entry->type = type;
		__entry->len = len;
		__entry->what = what;
	),
	TP_printk("dev=%s queue=%u type=%s(%#x) len=%u what=%#x",
		  __entry->name, __entry->queue,
		  netvsc_trace_rndis(__entry->type), __entry->type,
		  __entry->len, __entry->what)
);

/* To the host; @what: the OID of a QUERY or SET. */
DEFINE_EVENT(netvsc_rndis, rndis_send,
	TP_PROTO(const struct net_device *ndev, u16 queue, u32 type, u32 len,
		 u32 what),
	TP_ARGS(ndev, queue, type, len, what)
);

/* From the host; @what: the request of a reply, the status of an INDICATE. */
DEFINE_EVENT(netvsc_rndis, rndis_recv,
	TP_PROTO(const struct net_device *ndev, u16 queue, u32 type, u32 len,
		 u32 what),
	TP_ARGS(ndev, queue, type, len, what)
);

#endif /* _NETVSC_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
