/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Received packets as a host might make them.  They are handed to the
 * channel's receive side directly; the frames in them are put into the receive
 * buffer where the host keeps none.
 */
#ifndef _NETVSC_RX_FIXTURE_H
#define _NETVSC_RX_FIXTURE_H

#include "netvsc_fixture.h"

#include "rndis_packet.h"

#define E2E_RX_ID	0x1234567890abcdefull
#define E2E_MAX_PIECES	40

/* A VMBus packet with ranges of the receive buffer. */
struct xfer {
	union {
		struct vmtransfer_page_packet_header hdr;
		u8 raw[24 + E2E_MAX_PIECES * 8 + sizeof(struct nvsp_rndis_pkt)];
	};
	u32 num_ranges;
};

/* One piece of per-packet info, 4 or 8 bytes of it. */
struct xfer_ppi {
	u32 type;
	const void *data;
	u32 len;
};

static inline struct vmtransfer_page_range *xfer_range(struct xfer *x, u32 i)
{
	return (void *)x->raw + 24 + i * sizeof(struct vmtransfer_page_range);
}

static inline void *xfer_buf(struct netvsc_device *nvdev, struct xfer *x, u32 i)
{
	return nvdev->recv.buf + xfer_range(x, i)->byte_offset;
}

/* @n ranges, each an RNDIS message, of which nothing is filled in. */
void xfer_make(struct netvsc_device *nvdev, struct xfer *x, u32 n);

/* Range @i holds @len bytes of a frame, and a piece of info if @ppi is there. */
void xfer_put(struct netvsc_device *nvdev, struct xfer *x, u32 i,
	      const void *data, u32 len, const struct xfer_ppi *ppi);

/* A frame of EtherType E2E_PROTO for the interface. */
void xfer_frame(struct e2e *e, u8 *frame, u32 len);

/*
 * As NAPI: hand it over, take back the acknowledgment owed for it, of that
 * status, and let the poll give the frames to the stack.  Returns the frames.
 */
int xfer_receive(struct kunit *test, struct xfer *x, u32 status);

#endif /* _NETVSC_RX_FIXTURE_H */
