/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the host, which knows when there is a VF, and vf_bond. */
#ifndef _NETVSC_VF_H
#define _NETVSC_VF_H

#include <linux/types.h>

struct netvsc;
struct netvsc_device;

void netvsc_vf_init(struct netvsc *nv);
int netvsc_vf_register(struct netvsc *nv);
void netvsc_vf_unregister(struct netvsc *nv);
/* NAPI; upcalls of the protocol layers. */
void netvsc_vf_association(struct netvsc_device *nvdev, bool allocated,
			   u32 serial);
bool netvsc_vf_path_switched(struct netvsc_device *nvdev, bool vf,
			     u64 trans_id, bool want_answer);

#endif /* _NETVSC_VF_H */
