/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixture: a guest that speaks NVSP by hand, to tell whether the simulated
 * host keeps its own rules.  hv_netvsc is bound to the device first, as to any
 * other, and unbound again.
 */
#ifndef _HVSIM_GUEST_H
#define _HVSIM_GUEST_H

#include <kunit/test.h>

#include "hvsim/nic.h"

#define GUEST_RECV_SIZE		(64 * 1024)
#define GUEST_SEND_SIZE		(64 * 1024)

/**
 * struct guest - the guest
 * @cfg: what the NIC is like; may be changed before guest_open()
 * @nic: the NIC
 * @channel: its primary channel
 * @recv: receive buffer
 * @send: send buffer
 * @recv_gpadl: of @recv
 * @send_gpadl: of @send
 * @next_id: transaction id of the next request
 * @keep: do not acknowledge what comes in the receive buffer
 * @last_xfer: transaction id of the last packet that came there
 * @frames: data packets that came
 * @indications: RNDIS indications that came
 * @reply: the last RNDIS reply
 * @reply_len: bytes of it
 * @last_inband: number of the last NVSP message that nobody asked for
 */
struct guest {
	struct hvsim_nic_cfg cfg;
	struct hvsim_nic *nic;
	struct vmbus_channel *channel;
	u8 *recv;
	u8 *send;
	struct vmbus_gpadl recv_gpadl;
	struct vmbus_gpadl send_gpadl;
	u64 next_id;
	bool keep;
	u64 last_xfer;
	u32 frames;
	u32 indications;
	u8 reply[2048];
	u32 reply_len;
	u32 last_inband;
};

int guest_init(struct kunit *test);
void guest_exit(struct kunit *test);

/* Offer a NIC and open its channel; the latter again after guest_close(). */
void guest_offer(struct kunit *test);
void guest_open(struct kunit *test);
void guest_close(struct guest *g);

/* A message and the answer's length; -1 when there is none. */
u64 guest_post(struct kunit *test, const void *msg, u32 len);
int guest_ask(struct kunit *test, const void *msg, u32 len, void *answer,
	      u32 size);
void guest_ack(struct kunit *test, u64 id);
/* All that was sent before was handled by the host. */
void guest_fence(struct kunit *test);
u64 guest_violations(const struct guest *g);

/* Status of the answer. */
u32 guest_hello(struct kunit *test, u32 version);
u32 guest_recv_buf(struct kunit *test);
u32 guest_send_buf(struct kunit *test);
u32 guest_subchannels(struct kunit *test, u32 num);
void guest_ndis_config(struct kunit *test, u32 frame_max, u64 caps);
/* Everything up to RNDIS INIT. */
void guest_connect(struct kunit *test);

/* Message in a send section; status of its completion. */
u32 guest_rndis(struct kunit *test, u32 channel_type, const void *msg, u32 len);
/* RNDIS status of the reply. */
u32 guest_set(struct kunit *test, u32 oid, const void *info, u32 len);
u32 guest_query(struct kunit *test, u32 oid, const void *info, u32 len);

#endif /* _HVSIM_GUEST_H */
