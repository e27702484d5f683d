/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's receive buffer as the host sees it: equal sections, handed to
 * the guest in chains, one chain a packet, until the guest acknowledges it.
 */
#ifndef _HVSIM_RXBUF_H
#define _HVSIM_RXBUF_H

#include <linux/spinlock.h>
#include <linux/types.h>

/* Kept free of data, so that a guest short of buffers can be talked to. */
#define HVSIM_RXBUF_RESERVE	16
/* Sections of one packet. */
#define HVSIM_RXBUF_CHAIN_MAX	64
#define HVSIM_RXBUF_END		0xffffffffu

struct hvsim_rxbuf_section {
	u32 next;	/* in the free list or in its chain */
	u32 len;	/* bytes used */
	u16 chan;
	bool head;	/* of a chain that the guest has */
};

/**
 * struct hvsim_rxbuf - the receive buffer
 * @lock: @free, @num_free and the sections
 * @base: guest memory; NULL while there is none
 * @section_size: bytes
 * @num_sections: how many
 * @free: first free section
 * @num_free: how many
 * @sections: state of each
 */
struct hvsim_rxbuf {
	spinlock_t lock;	/* free, num_free, sections */
	u8 *base;
	u32 section_size;
	u32 num_sections;
	u32 free;
	u32 num_free;
	struct hvsim_rxbuf_section *sections;
};

int hvsim_rxbuf_init(struct hvsim_rxbuf *rb, void *base, u32 size,
		     u32 section_size);
void hvsim_rxbuf_exit(struct hvsim_rxbuf *rb);
u32 hvsim_rxbuf_get(struct hvsim_rxbuf *rb, u16 chan, u32 count, bool control);
void hvsim_rxbuf_put(struct hvsim_rxbuf *rb, u32 head);
bool hvsim_rxbuf_ack(struct hvsim_rxbuf *rb, u16 chan, u64 trans_id);
void hvsim_rxbuf_drop_chan(struct hvsim_rxbuf *rb, u16 chan);

static inline void *hvsim_rxbuf_addr(const struct hvsim_rxbuf *rb, u32 section)
{
	return rb->base + (size_t)section * rb->section_size;
}

static inline u64 hvsim_rxbuf_trans_id(u32 head)
{
	return (u64)head + 1;
}

#endif /* _HVSIM_RXBUF_H */
