// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest memory that a packet names with GPA ranges: each is a length, an
 * offset into its first page, and the numbers of all its pages.
 */
#include <linux/highmem.h>
#include <linux/mm.h>

#include "bus.h"
#include "chan.h"
#include "isolation.h"

/* As many as a guest may use: MAX_PAGE_BUFFER_COUNT. */
#define HVSIM_MAX_RANGES	32

/* One range, taken off the front; false: none, or not all there. */
static bool hvsim_range_next(const void **at, u32 *left, u32 *offset, u32 *len,
			     const u64 **pfns)
{
	const struct gpa_range *range = *at;
	u32 size;

	if (*left < sizeof(*range))
		return false;

	*offset = range->byte_offset;
	*len = range->byte_count;
	if (*offset >= PAGE_SIZE || *len > SZ_16M)
		return false;

	size = struct_size(range, pfn_array, PFN_UP(*offset + *len));
	if (size > *left)
		return false;

	*pfns = range->pfn_array;
	*at += size;
	*left -= size;

	return true;
}

int hvsim_ranges_len(const struct hvsim_pkt *pkt, u32 *len)
{
	u32 i, offset, bytes, left = pkt->ranges_len;
	const void *at = pkt->ranges;
	const u64 *pfns;

	*len = 0;
	if (pkt->num_ranges > HVSIM_MAX_RANGES)
		return -EFAULT;

	for (i = 0; i < pkt->num_ranges; i++) {
		if (!hvsim_range_next(&at, &left, &offset, &bytes, &pfns))
			return -EFAULT;
		*len += bytes;
	}

	return 0;
}

/* From guest memory that begins at @offset in page @pfns[0]. */
static int hvsim_pages_copy(const u64 *pfns, u32 offset, void *to, u32 len)
{
	u32 part;

	for (pfns += offset / PAGE_SIZE, offset %= PAGE_SIZE; len; pfns++) {
		const void *page;

		part = min_t(u32, len, PAGE_SIZE - offset);
		if (!pfn_valid(*pfns))
			return -EFAULT;
		page = kmap_local_page(pfn_to_page(*pfns));
		memcpy(to, page + offset, part);
		kunmap_local(page);

		to += part;
		len -= part;
		offset = 0;
	}

	return 0;
}

int hvsim_ranges_copy(const struct hvsim_pkt *pkt, u32 offset, void *to, u32 len)
{
	u32 start, bytes, part, left = pkt->ranges_len;
	const void *at = pkt->ranges;
	const u64 *pfns;
	u32 i;

	for (i = 0; len && i < pkt->num_ranges; i++) {
		if (!hvsim_range_next(&at, &left, &start, &bytes, &pfns))
			return -EFAULT;
		if (offset >= bytes) {
			offset -= bytes;
			continue;
		}

		part = min(len, bytes - offset);
		if (hvsim_pages_copy(pfns, start + offset, to, part))
			return -EFAULT;
		to += part;
		len -= part;
		offset = 0;
	}

	return len ? -EFAULT : 0;
}

bool hvsim_ranges_in_page(const struct hvsim_pkt *pkt, u32 len)
{
	const void *at = pkt->ranges;
	u32 left = pkt->ranges_len;
	u32 offset, bytes;
	const u64 *pfns;

	return pkt->num_ranges &&
	       hvsim_range_next(&at, &left, &offset, &bytes, &pfns) &&
	       bytes >= len && offset + len <= PAGE_SIZE;
}

bool hvsim_ranges_visible(struct hvsim_dev *dev, const struct hvsim_pkt *pkt)
{
	u32 i, j, offset, bytes, left = pkt->ranges_len;
	const void *at = pkt->ranges;
	const u64 *pfns;

	if (!hvsim_isolation_on())
		return true;

	for (i = 0; i < pkt->num_ranges; i++) {
		if (!hvsim_range_next(&at, &left, &offset, &bytes, &pfns))
			return false;
		for (j = 0; j < PFN_UP(offset + bytes); j++)
			if (!hvsim_gpadl_has_page(dev, pfns[j]))
				return false;
	}

	return true;
}
