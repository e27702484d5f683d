// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA.  A function on a bus without parent is mapped directly: a bus address is
 * a physical one.
 */
#include <linux/io.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>

#include "cx3.h"

/* Reserved pages are the kernel's image, firmware's, or holes. */
static bool cx3_is_ram(u64 pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && !PageReserved(page);
}

/**
 * cx3_dma() - guest memory at a bus address
 * @cx3: the function
 * @addr: bus address
 * @len: bytes, not 0
 *
 * Return: the memory; NULL unless all of it is RAM that drivers can have.
 */
void *cx3_dma(struct cx3 *cx3, u64 addr, size_t len)
{
	u64 end = addr + len - 1;
	u64 pfn;

	if (!len || end < addr)
		return NULL;
	for (pfn = PHYS_PFN(addr); pfn <= PHYS_PFN(end); pfn++)
		if (!cx3_is_ram(pfn))
			return NULL;

	return phys_to_virt(addr);
}
