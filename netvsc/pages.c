// SPDX-License-Identifier: GPL-2.0-only
#include "pages.h"

#include <linux/io.h>
#include <linux/skbuff.h>

#include "compat.h"

static u32 count_pages(unsigned long offset, u32 len)
{
	return HVPFN_UP(offset_in_hvpage(offset) + len);
}

/**
 * netvsc_pages_count() - pages that a frame takes to be named to the host
 * @skb: the frame
 *
 * Return: pages of 4 KiB, with one for the header.
 */
u32 netvsc_pages_count(const struct sk_buff *skb)
{
	u32 pages = 1 + count_pages((unsigned long)skb->data, skb_headlen(skb));
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		pages += count_pages(skb_frag_off(frag), skb_frag_size(frag));
	}

	return pages;
}

/* Add a physically contiguous run of bytes; returns where the next goes. */
static struct hv_mpb_array *put_range(struct vmbus_packet_mpb_array *desc,
				      struct hv_mpb_array *range, u64 pfn,
				      unsigned long offset, u32 len)
{
	u32 pages = count_pages(offset, len);
	u32 i;

	if (!len)
		return range;

	range->len = len;
	range->offset = offset_in_hvpage(offset);
	for (i = 0; i < pages; i++)
		range->pfn_array[i] = pfn + i;
	desc->rangecount++;

	return (struct hv_mpb_array *)&range->pfn_array[pages];
}

/**
 * netvsc_pages_describe() - name a header and a frame to the host
 * @desc: where to; NETVSC_PAGES_DESC_SIZE bytes
 * @header: RNDIS header, in one page
 * @header_pfn: that page
 * @header_len: bytes of the header; 0 if it is elsewhere
 * @skb: the frame; netvsc_pages_count() is not above NETVSC_PAGES_MAX
 *
 * Every physically contiguous run of bytes becomes one range.
 *
 * Return: bytes of @desc in use.
 */
u32 netvsc_pages_describe(struct vmbus_packet_mpb_array *desc,
			  const void *header, u64 header_pfn, u32 header_len,
			  const struct sk_buff *skb)
{
	struct hv_mpb_array *range = &desc->range;
	int i;

	desc->rangecount = 0;
	range = put_range(desc, range, header_pfn, (unsigned long)header,
			  header_len);
	range = put_range(desc, range,
			  virt_to_phys(skb->data) >> HV_HYP_PAGE_SHIFT,
			  (unsigned long)skb->data, skb_headlen(skb));

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];
		u32 offset = skb_frag_off(frag);
		u64 pfn = page_to_hvpfn(skb_frag_page(frag)) +
			  (offset >> HV_HYP_PAGE_SHIFT);

		range = put_range(desc, range, pfn, offset,
				  skb_frag_size(frag));
	}

	return (void *)range - (void *)desc;
}
