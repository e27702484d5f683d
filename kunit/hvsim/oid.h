/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The OIDs that the host answers.
 */
#ifndef _HVSIM_OID_H
#define _HVSIM_OID_H

#include "nic.h"

/* Longest information that a query returns: the friendly name. */
#define HVSIM_OID_MAX_INFO	512

u32 hvsim_oid_query(struct hvsim_nic *nic, u32 oid, const void *in, u32 in_len,
		    void *out, u32 *out_len);
u32 hvsim_oid_set(struct hvsim_nic *nic, u32 oid, const void *in, u32 in_len);
void hvsim_oid_offload_config(const struct hvsim_nic *nic,
			      struct ndis_offload *config);

#endif /* _HVSIM_OID_H */
