/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Send descriptors.
 */
#ifndef _HVSIM_CX3_WQE_H
#define _HVSIM_CX3_WQE_H

#include "data.h"

/**
 * struct cx3_frame - what a send descriptor asks for
 * @segs: where in the descriptor the segments begin
 * @len: bytes of the frame
 * @header_len: of these, in front of the segments; 0 unless a large send
 * @mss: payload of a segment of a large send, or 0
 * @ip_csum: the IPv4 header's checksum is to be computed
 * @csum: that of TCP or UDP is
 * @vlan_proto: of a tag to insert, or 0
 * @vlan_tci: the tag
 */
struct cx3_frame {
	u32 segs;
	u32 len;
	u32 header_len;
	u32 mss;
	bool ip_csum;
	bool csum;
	__be16 vlan_proto;
	u16 vlan_tci;
};

enum cx3_syndrome cx3_wqe_check(struct cx3 *cx3, const u8 *wqe, u32 size,
				struct cx3_frame *frame);
struct sk_buff *cx3_wqe_fetch(struct cx3 *cx3, const u8 *wqe, u32 size,
			      const struct cx3_frame *frame);

#endif /* _HVSIM_CX3_WQE_H */
