/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames given to the driver as the stack gives them, one by one or in bursts.
 * There is one CPU: while BH are off and nothing sleeps, neither NAPI nor the
 * host run.
 */
#ifndef _NETVSC_TX_FIXTURE_H
#define _NETVSC_TX_FIXTURE_H

#include "netvsc_fixture.h"

/* Bytes of a frame if nothing else is said. */
#define E2E_LEN		100

static inline struct netvsc_channel *e2e_channel(const struct e2e *e)
{
	return e2e_device(e)->channels[0];
}

static inline long stat(const atomic_long_t *counter)
{
	return atomic_long_read(counter);
}

/*
 * As if the host had read nothing for long; the host itself must not run until
 * e2e_unfill_ring() is given what this returned.
 */
static inline u32 e2e_fill_ring(const struct e2e *e)
{
	struct hv_ring_buffer_info *info = &e2e_channel(e)->vmbus->outbound;
	struct hv_ring_buffer *ring = info->ring_buffer;
	u32 old = ring->read_index;

	ring->read_index = (ring->write_index + 8) % info->ring_datasize;
	return old;
}

static inline void e2e_unfill_ring(const struct e2e *e, u32 read_index)
{
	e2e_channel(e)->vmbus->outbound.ring_buffer->read_index = read_index;
}

/* The bytes of frame number @seq. */
u8 e2e_byte(u32 seq, u32 i);
void e2e_fill(struct e2e *e, u8 *p, u32 seq, u32 len);
struct sk_buff *e2e_make_skb(struct kunit *test, u32 seq, u32 len);

/* As the stack does it, for one frame of a burst; BH are off. */
netdev_tx_t e2e_xmit(struct kunit *test, struct sk_buff *skb, bool more);
void e2e_xmit_frame(struct kunit *test, u32 seq, bool more);

/* Frames 0 to @n - 1 have arrived, in order, and nothing else. */
void e2e_expect_at_wire(struct kunit *test, u32 n, u32 len);
/* Whatever happened: the host has nothing, and BQL knows. */
void e2e_expect_settled(struct kunit *test);

#endif /* _NETVSC_TX_FIXTURE_H */
