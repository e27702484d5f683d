/* SPDX-License-Identifier: GPL-2.0-only */
/* RNDIS control: requests by OID, their replies, indications. */
#ifndef _NETVSC_RNDIS_CTRL_H
#define _NETVSC_RNDIS_CTRL_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct netvsc_device;

/* Control messages that the host has not completed yet. */
#define NETVSC_RNDIS_SLOTS	8

enum netvsc_rndis_slot_state {
	NETVSC_RNDIS_FREE,
	NETVSC_RNDIS_OURS,		/* being filled in */
	NETVSC_RNDIS_HOSTS,		/* the host may read it */
};

/* One message; a page of its own, so that it never crosses one. */
struct netvsc_rndis_slot {
	void *page;
	enum netvsc_rndis_slot_state state;
	u64 id;				/* of the VMBus packet */
};

struct netvsc_rndis {
	spinlock_t lock;		/* protects the rest */
	u32 generation;
	struct netvsc_rndis_slot slots[NETVSC_RNDIS_SLOTS];
};

void netvsc_rndis_setup(struct netvsc_device *nvdev);
void netvsc_rndis_free(struct netvsc_device *nvdev);
bool netvsc_rndis_idle(const struct netvsc_device *nvdev);

/* NAPI: a control message from the receive buffer; @data is host memory. */
void netvsc_rndis_receive(struct netvsc_device *nvdev, const void *data,
			  u32 len);
/* NAPI: the host completed the packet that carried a control message. */
bool netvsc_rndis_sent(struct netvsc_device *nvdev, u64 id, const void *msg,
		       u32 len);

/* Process context, bounded: 0, -ETIMEDOUT, -ENODEV, -EIO, or of the status. */
int netvsc_rndis_start(struct netvsc_device *nvdev);
void netvsc_rndis_halt(struct netvsc_device *nvdev);
int netvsc_rndis_query(struct netvsc_device *nvdev, u32 oid, const void *in,
		       u32 in_len, void *out, u32 *out_len);
int netvsc_rndis_set(struct netvsc_device *nvdev, u32 oid, const void *info,
		     u32 len);

/* oid.c, likewise. */
int netvsc_rndis_query_u32(struct netvsc_device *nvdev, u32 oid, u32 *value);
int netvsc_rndis_set_filter(struct netvsc_device *nvdev, u32 filter);
int netvsc_rndis_set_mac(struct netvsc_device *nvdev, const u8 *addr);
int netvsc_rndis_set_offloads(struct netvsc_device *nvdev, bool rsc);

#endif /* _NETVSC_RNDIS_CTRL_H */
