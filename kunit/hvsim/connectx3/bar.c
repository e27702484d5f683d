// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory behind the functions' BARs.  It must be memory that the kernel does
 * not use as such, or a driver could not map it as registers: it is borrowed
 * from a device of the emulator that is memory and nothing else, and cut into
 * slices of one BAR each.
 */
#define pr_fmt(fmt) "hvsim: connectx3: " fmt

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "cx3.h"

#define CX3_SLICES	64

static char *cx3_memory;
module_param(cx3_memory, charp, 0444);
MODULE_PARM_DESC(cx3_memory, "Memory for BARs of VFs, ADDRESS:SIZE (default: the emulator's VGA or ivshmem)");

/* Under the mutex: who lends, what, and which slices are in use. */
static DEFINE_MUTEX(cx3_donor_mutex);
static struct pci_dev *cx3_donor_dev;
static phys_addr_t cx3_donor_start;
static unsigned int cx3_donor_slices;
static DECLARE_BITMAP(cx3_donor_used, CX3_SLICES);

/* A range is fit if it holds a slice and nobody else uses any of it as his own. */
static bool cx3_donor_fit(u64 start, u64 size)
{
	u64 first = ALIGN(start, CX3_BAR_SIZE);
	u64 slices;

	if (start + size < start || first < start || first - start > size)
		return false;
	slices = min_t(u64, (size - (first - start)) / CX3_BAR_SIZE,
		       CX3_SLICES);
	if (!slices ||
	    !request_mem_region(first, slices * CX3_BAR_SIZE, "hvsim"))
		return false;
	release_mem_region(first, slices * CX3_BAR_SIZE);

	cx3_donor_start = first;
	cx3_donor_slices = slices;

	return true;
}

static bool cx3_donor_by_hand(void)
{
	char *end;
	u64 start, size;

	start = memparse(cx3_memory, &end);
	if (*end != ':')
		return false;
	size = memparse(end + 1, &end);

	return !*end && cx3_donor_fit(start, size);
}

/**
 * struct cx3_donor - a device whose memory may be borrowed
 * @vendor: PCI vendor
 * @device: PCI device
 * @bar: where the memory is
 * @upper: only the upper half: a console may draw in the lower one
 */
struct cx3_donor {
	u16 vendor;
	u16 device;
	u8 bar;
	bool upper;
};

static const struct cx3_donor cx3_donors[] = {
	{ 0x1af4, 0x1110, 2, false },	/* ivshmem-plain */
	{ 0x1234, 0x1111, 0, true },	/* the standard VGA of QEMU */
};

static bool cx3_donor_by_device(const struct cx3_donor *donor)
{
	struct pci_dev *dev = NULL;
	u64 start, size;

	while ((dev = pci_get_device(donor->vendor, donor->device, dev))) {
		start = pci_resource_start(dev, donor->bar);
		size = pci_resource_len(dev, donor->bar);
		if (donor->upper) {
			size /= 2;
			start += size;
		}
		if (pci_dev_driver(dev) || !cx3_donor_fit(start, size))
			continue;
		if (!pci_enable_device_mem(dev)) {
			cx3_donor_dev = dev;
			return true;
		}
		cx3_donor_slices = 0;
	}

	return false;
}

static bool cx3_donor_find(void)
{
	unsigned int i;
	bool found;

	if (cx3_donor_slices)
		return true;

	found = cx3_memory && cx3_donor_by_hand();
	for (i = 0; i < ARRAY_SIZE(cx3_donors) && !found && !cx3_memory; i++)
		found = cx3_donor_by_device(&cx3_donors[i]);
	if (!found) {
		pr_err("no memory for BARs: give the machine a standard VGA or ivshmem-plain, or the module cx3_memory=; form=standin needs none\n");
		return false;
	}

	pr_info("%u BARs of %u KiB at %pa, memory of %s\n", cx3_donor_slices,
		CX3_BAR_SIZE / 1024, &cx3_donor_start,
		cx3_donor_dev ? pci_name(cx3_donor_dev) : "nobody");

	return true;
}

static int cx3_bar_map(struct cx3_bar *bar, unsigned int slot)
{
	phys_addr_t phys = cx3_donor_start + (u64)slot * CX3_BAR_SIZE;
	void __iomem *base;

	/* As registers, like the driver: the kernel allows only one way. */
	base = ioremap(phys, CX3_BAR_SIZE);
	if (!base)
		return -ENOMEM;

	memset_io(base, 0, CX3_BAR_SIZE);
	__set_bit(slot, cx3_donor_used);
	bar->base = base;
	bar->phys = phys;
	bar->slot = slot;

	return 0;
}

/**
 * cx3_bar_get() - memory for the BAR of a function, zeroed
 * @bar: filled in
 *
 * Context: process.
 * Return: 0, -ENXIO when the machine has nothing to lend, -ENOSPC when all of
 * it is lent, or -ENOMEM.
 */
int cx3_bar_get(struct cx3_bar *bar)
{
	unsigned int slot;
	int err;

	mutex_lock(&cx3_donor_mutex);
	if (!cx3_donor_find()) {
		err = -ENXIO;
		goto out;
	}

	slot = find_first_zero_bit(cx3_donor_used, cx3_donor_slices);
	if (slot < cx3_donor_slices) {
		err = cx3_bar_map(bar, slot);
	} else {
		pr_err("all %u BARs are in use\n", cx3_donor_slices);
		err = -ENOSPC;
	}
out:
	mutex_unlock(&cx3_donor_mutex);
	return err;
}

/**
 * cx3_bar_put() - give the memory back
 * @bar: from cx3_bar_get(), or zeroed
 *
 * Context: process.  Nobody has it mapped any more.
 */
void cx3_bar_put(struct cx3_bar *bar)
{
	if (!bar->base)
		return;

	iounmap(bar->base);
	bar->base = NULL;
	mutex_lock(&cx3_donor_mutex);
	__clear_bit(bar->slot, cx3_donor_used);
	if (bitmap_empty(cx3_donor_used, CX3_SLICES)) {
		if (cx3_donor_dev)
			pci_disable_device(cx3_donor_dev);
		pci_dev_put(cx3_donor_dev);
		cx3_donor_dev = NULL;
		cx3_donor_slices = 0;
	}
	mutex_unlock(&cx3_donor_mutex);
}

/**
 * cx3_bar_read() - read a register
 * @cx3: the function
 * @offset: in BAR 2, a multiple of 4 below CX3_BAR_SIZE
 *
 * Context: any.
 * Return: the value, 0 of a function without memory.
 */
u32 cx3_bar_read(const struct cx3 *cx3, u32 offset)
{
	return cx3->bar.base ? ioread32be(cx3->bar.base + offset) : 0;
}

/**
 * cx3_bar_write() - write a register
 * @cx3: the function
 * @offset: in BAR 2, a multiple of 4 below CX3_BAR_SIZE
 * @val: the value
 *
 * Context: any.
 */
void cx3_bar_write(const struct cx3 *cx3, u32 offset, u32 val)
{
	if (cx3->bar.base)
		iowrite32be(val, cx3->bar.base + offset);
}
