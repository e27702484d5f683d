/* SPDX-License-Identifier: GPL-2.0-only */
/* RNDIS control: requests by OID, their replies, indications. */
#ifndef _NETVSC_RNDIS_CTRL_H
#define _NETVSC_RNDIS_CTRL_H

#include <linux/types.h>

struct netvsc_device;

/* NAPI: a control message from the receive buffer; @data is host memory. */
void netvsc_rndis_receive(struct netvsc_device *nvdev, const void *data,
			  u32 len);

/* Process context, bounded: 0, -ETIMEDOUT, -ENODEV, -EIO, or of the status. */
int netvsc_rndis_query(struct netvsc_device *nvdev, u32 oid, const void *in,
		       u32 in_len, void *out, u32 *out_len);
int netvsc_rndis_set(struct netvsc_device *nvdev, u32 oid, const void *info,
		     u32 len);
int netvsc_rndis_set_filter(struct netvsc_device *nvdev, u32 filter);
int netvsc_rndis_set_mac(struct netvsc_device *nvdev, const u8 *addr);
int netvsc_rndis_set_offloads(struct netvsc_device *nvdev, bool rsc);

#endif /* _NETVSC_RNDIS_CTRL_H */
