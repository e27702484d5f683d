/* SPDX-License-Identifier: GPL-2.0-only */
/* NVSP: version, buffers, sub-channels, data path; the host's own messages. */
#ifndef _NETVSC_NVSP_CTRL_H
#define _NETVSC_NVSP_CTRL_H

#include <linux/types.h>

struct netvsc_device;
struct netvsc_channel;

/* Process context, bounded. */
int netvsc_nvsp_negotiate(struct netvsc_device *nvdev);
int netvsc_nvsp_send_recv_buf(struct netvsc_device *nvdev);
int netvsc_nvsp_send_send_buf(struct netvsc_device *nvdev);
int netvsc_nvsp_revoke_recv_buf(struct netvsc_device *nvdev);
int netvsc_nvsp_revoke_send_buf(struct netvsc_device *nvdev);
int netvsc_nvsp_ask_subchannels(struct netvsc_device *nvdev, u32 wanted,
				u32 *granted);
int netvsc_nvsp_switch_path(struct netvsc_device *nvdev, bool vf);
void netvsc_nvsp_tell_path(struct netvsc_device *nvdev, bool vf);

/* NAPI.  A message of the host; true if it owes an empty completion now. */
bool netvsc_nvsp_receive(struct netvsc_device *nvdev, const void *msg, u32 len,
			 u64 trans_id, bool want_completion);
/* NAPI.  A completion of one of the requests above. */
bool netvsc_nvsp_complete(struct netvsc_device *nvdev, u64 trans_id,
			  const void *msg, u32 len);

#endif /* _NETVSC_NVSP_CTRL_H */
