// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts.  The kernel writes messages for its local APICs into the MSI-X
 * table, which is memory here; what a bus would carry to an APIC is sent as an
 * inter-processor interrupt of the same vector.  It comes by the real gate, on
 * the processor that the kernel chose.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/pci.h>
#include <linux/slab.h>
#ifdef CONFIG_X86_LOCAL_APIC
#include <asm/apic.h>
#include <asm/irq_vectors.h>
#endif

#include "cx3.h"
#include "regs.h"

/* A vector's message; little-endian as PCI has it, unlike the rest. */
struct cx3_msix_entry {
	u32 addr;
	u32 data;
	bool masked;
};

#ifdef CONFIG_X86_LOCAL_APIC
#define CX3_MSI_DEST(addr)	(((addr) >> 12) & 0xff)
#define CX3_MSI_VECTOR(data)	((data) & 0xff)

/*
 * The inverse of how the kernel chose the destination.  A message is as a rule
 * for one processor; if that one is not there any more, for none.
 */
static void cx3_msix_message(u32 addr, u32 data)
{
	unsigned int vector = CX3_MSI_VECTOR(data);
	int cpu;

	/* Below are the processor's exceptions, above what the kernel keeps. */
	if (vector < FIRST_EXTERNAL_VECTOR || vector >= FIRST_SYSTEM_VECTOR)
		return;

	preempt_disable();
	for_each_online_cpu(cpu) {
		if (apic->calc_dest_apicid(cpu) == CX3_MSI_DEST(addr)) {
			apic->send_IPI(cpu, vector);
			break;
		}
	}
	preempt_enable();
}
#else
static void cx3_msix_message(u32 addr, u32 data)
{
}
#endif

static u32 cx3_msix_word(const struct cx3 *cx3, unsigned int vector, u32 offset)
{
	return readl(cx3->bar.base + CX3_REG_MSIX_TABLE +
		     vector * PCI_MSIX_ENTRY_SIZE + offset);
}

static void cx3_msix_read(const struct cx3 *cx3, unsigned int vector,
			  struct cx3_msix_entry *entry)
{
	entry->addr = cx3_msix_word(cx3, vector, PCI_MSIX_ENTRY_LOWER_ADDR);
	entry->data = cx3_msix_word(cx3, vector, PCI_MSIX_ENTRY_DATA);
	entry->masked = cx3_msix_word(cx3, vector, PCI_MSIX_ENTRY_VECTOR_CTRL) &
			PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

/* The pending bit array, as the guest may read it. */
static void cx3_msix_set_pending(struct cx3 *cx3, unsigned int vector, bool on)
{
	void __iomem *at = cx3->bar.base + CX3_REG_MSIX_PBA + vector / 32 * 4;
	u32 bit = BIT(vector % 32);

	__assign_bit(vector, cx3->msix.pending, on);
	writel(on ? readl(at) | bit : readl(at) & ~bit, at);
}

/*
 * The kernel masks a vector while it changes its message.  A message that is
 * the same, unmasked, in two looks is a whole one.
 */
static bool cx3_msix_stable(const struct cx3 *cx3, unsigned int vector,
			    struct cx3_msix_entry *entry)
{
	struct cx3_msix_entry before;

	cx3_msix_read(cx3, vector, &before);
	cx3_msix_read(cx3, vector, entry);

	return !before.masked && !entry->masked && before.addr == entry->addr &&
	       before.data == entry->data;
}

/*
 * A message that was changed while it was on its way may have reached a vector
 * that is no longer the guest's: it counts as not sent.  One too many does no
 * harm.
 */
static bool cx3_msix_send(struct cx3 *cx3, unsigned int vector)
{
	struct cx3_msix_entry entry, after;

	if (!hvsim_vf_msix_enabled(cx3->vf) ||
	    !cx3_msix_stable(cx3, vector, &entry))
		return false;

	cx3_msix_message(entry.addr, entry.data);
	cx3->msix.sent++;

	return cx3_msix_stable(cx3, vector, &after) &&
	       after.addr == entry.addr && after.data == entry.data;
}

/**
 * cx3_msix_fire() - interrupt the guest
 * @cx3: the function
 * @vector: index into the MSI-X table; one that is not there is ignored
 *
 * While the vector is masked, or MSI-X off, it is remembered.
 *
 * Context: process; cx3.lock held.
 */
void cx3_msix_fire(struct cx3 *cx3, unsigned int vector)
{
	if (!cx3->bar.base || vector >= cx3->msix.vectors)
		return;

	if (!cx3_msix_send(cx3, vector)) {
		cx3->msix.deferred++;
		cx3_msix_set_pending(cx3, vector, true);
	}
}

/**
 * cx3_msix_retry() - send what could not be sent
 * @cx3: the function
 *
 * Context: process; cx3.lock held.
 * Return: something was sent.
 */
bool cx3_msix_retry(struct cx3 *cx3)
{
	bool sent = false;
	unsigned int i;

	for_each_set_bit(i, cx3->msix.pending, cx3->msix.vectors) {
		if (cx3_msix_send(cx3, i)) {
			cx3_msix_set_pending(cx3, i, false);
			sent = true;
		}
	}

	return sent;
}

/**
 * cx3_msix_reset() - forget what was to be sent
 * @cx3: the function
 *
 * Context: process; cx3.lock held.
 */
void cx3_msix_reset(struct cx3 *cx3)
{
	unsigned int i;

	for_each_set_bit(i, cx3->msix.pending, cx3->msix.vectors)
		cx3_msix_set_pending(cx3, i, false);
}

/**
 * cx3_msix_init() - prepare the vectors, masked as after a reset
 * @cx3: the function; it has its BAR, or none
 * @vectors: how many
 *
 * Return: 0 or -ENOMEM.
 */
int cx3_msix_init(struct cx3 *cx3, unsigned int vectors)
{
	unsigned int i;

	cx3->msix.pending = bitmap_zalloc(vectors, GFP_KERNEL);
	if (!cx3->msix.pending)
		return -ENOMEM;

	cx3->msix.vectors = vectors;
	for (i = 0; i < vectors && cx3->bar.base; i++)
		writel(PCI_MSIX_ENTRY_CTRL_MASKBIT,
		       cx3->bar.base + CX3_REG_MSIX_TABLE +
		       i * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL);

	return 0;
}

/**
 * cx3_msix_exit() - free what cx3_msix_init() took
 * @cx3: the function
 */
void cx3_msix_exit(struct cx3 *cx3)
{
	bitmap_free(cx3->msix.pending);
	cx3->msix.pending = NULL;
}
