// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory translation table: where the pages of a queue are.
 */
#include <linux/log2.h>

#include "data.h"

/* WRITE_MTT: the first entry's number, a reserved word, then the entries. */
#define MTT_WRITE_HEAD	2
#define MTT_WRITE_MAX	(CX3_MAILBOX / CX3_MTT_SIZE - MTT_WRITE_HEAD)

/* Of one entry: what a page of host memory cannot exceed. */
#define MTT_SHIFT_MAX	31

/**
 * cx3_cmd_write_mtt() - WRITE_MTT
 * @cx3: the function
 * @cmd: input modifier: number of entries
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_write_mtt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	const __be64 *in = cmd->in;
	u64 first = be64_to_cpu(in[0]);
	u32 count = cmd->in_mod;
	u32 i;

	if (!count || count > MTT_WRITE_MAX)
		return CX3_BAD_SIZE;
	if (first >= CX3_MTTS || count > CX3_MTTS - first ||
	    !cx3_res_has(cx3->res, CX3_RES_MTT, first, count))
		return CX3_BAD_INDEX;

	for (i = 0; i < count; i++)
		cx3->data->mtt[first + i] = be64_to_cpu(in[MTT_WRITE_HEAD + i]);

	return CX3_OK;
}

/**
 * cx3_buf_init() - take over the place of a queue from its context
 * @cx3: the function
 * @buf: set if it makes sense
 * @log_page_size: of the context
 * @mtt_high: of the context
 * @mtt_low: of the context; with @mtt_high, offset of the first entry in bytes
 * @len: of the queue, bytes
 *
 * Return: true if the guest has these entries, and every page is there.
 */
bool cx3_buf_init(struct cx3 *cx3, struct cx3_buf *buf, u8 log_page_size,
		  u8 mtt_high, __be32 mtt_low, u64 len)
{
	u64 at = (u64)mtt_high << 32 | be32_to_cpu(mtt_low);
	u32 i;

	buf->shift = CX3_PAGE_SHIFT_MIN + (log_page_size & CX3_LOG_PAGE);
	if (at % CX3_MTT_SIZE || buf->shift > MTT_SHIFT_MAX || !len ||
	    len > U32_MAX)
		return false;

	at /= CX3_MTT_SIZE;
	buf->pages = ((len - 1) >> buf->shift) + 1;
	if (at >= CX3_MTTS || buf->pages > CX3_MTTS - at ||
	    !cx3_res_has(cx3->res, CX3_RES_MTT, at, buf->pages))
		return false;

	buf->mtt = at;
	for (i = 0; i < buf->pages; i++)
		if (!cx3_buf_at(cx3, buf, i << buf->shift, CX3_UNIT))
			return false;

	return true;
}

/**
 * cx3_buf_at() - a piece of a queue
 * @cx3: the function
 * @buf: the queue
 * @offset: bytes from its start
 * @len: bytes; does not cross a multiple of CX3_PAGE_SHIFT_MIN's page
 *
 * The guest may have written other entries since the queue was made.
 *
 * Return: guest memory, or NULL.
 */
void *cx3_buf_at(struct cx3 *cx3, const struct cx3_buf *buf, u32 offset,
		 u32 len)
{
	u32 index = offset >> buf->shift;
	u64 entry;

	if (index >= buf->pages)
		return NULL;
	entry = cx3->data->mtt[buf->mtt + index];
	if (!(entry & CX3_MTT_PRESENT))
		return NULL;

	return cx3_dma(cx3, (entry & CX3_MTT_ADDR) +
			    (offset & (BIT_ULL(buf->shift) - 1)), len);
}

/**
 * cx3_buf_set_owner() - make all entries of a queue hardware's
 * @cx3: the function
 * @buf: the queue
 * @size: entries of 32 bytes, the last byte of which tells the owner
 *
 * The guest hands the memory over zeroed, and zero is "valid" in the first
 * round.
 *
 * Return: 0, or -EFAULT.
 */
int cx3_buf_set_owner(struct cx3 *cx3, const struct cx3_buf *buf, u32 size)
{
	u32 i;
	u8 *entry;

	for (i = 0; i < size; i++) {
		entry = cx3_buf_at(cx3, buf, i * sizeof(struct cx3_cqe),
				   sizeof(struct cx3_cqe));
		if (!entry)
			return -EFAULT;
		entry[offsetof(struct cx3_cqe, owner)] = CX3_OWNER;
	}

	return 0;
}

/**
 * cx3_buf_has() - is a translation entry a queue's?
 * @buf: the queue
 * @index: of the entry
 *
 * Return: true if it is.
 */
bool cx3_buf_has(const struct cx3_buf *buf, u32 index)
{
	return index >= buf->mtt && index - buf->mtt < buf->pages;
}
