/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bytes that an NVSP message 107 of the guest names: a part of the send
 * buffer, ranges of guest memory, or the one followed by the other.
 */
#ifndef _HVSIM_MSG_H
#define _HVSIM_MSG_H

#include "nic.h"

/**
 * struct hvsim_msg - the bytes of one message
 * @pkt: packet with the ranges
 * @section: start in the send buffer
 * @section_len: bytes there
 * @first_range: bytes of the first range; 0 when there is none
 * @len: bytes, all together
 */
struct hvsim_msg {
	const struct hvsim_pkt *pkt;
	const u8 *section;
	u32 section_len;
	u32 first_range;
	u32 len;
};

const char *hvsim_msg_open(struct hvsim_msg *msg, const struct hvsim_nic *nic,
			   const struct hvsim_pkt *pkt);
int hvsim_msg_copy(const struct hvsim_msg *msg, u32 offset, void *to, u32 len);

#endif /* _HVSIM_MSG_H */
