// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCI function on a root bus in a domain of its own, one bus per arrival, as
 * Hyper-V's PCI pass-through presents a VF.  Config space is here; the memory
 * behind a BAR, and what is in it, is the form's.
 */
#include <linux/pci.h>
#include <linux/slab.h>

#include "vf.h"

#define HVSIM_PCI_DEVFN		PCI_DEVFN(2, 0)
#define HVSIM_PCI_CONFIG	256
#define HVSIM_PCI_VF_ID		0x1004	/* ConnectX-3 virtual function */
#define HVSIM_PCI_SUBSYSTEM	0x61b0
#define HVSIM_PCI_BAR		2
#define HVSIM_PCI_MSIX		0x40	/* the only capability */
#define HVSIM_PCI_MSIX_BITS	(PCI_MSIX_FLAGS_ENABLE | \
				 PCI_MSIX_FLAGS_MASKALL)
/* Command bits that a guest may set: memory, bus master, no INTx. */
#define HVSIM_PCI_COMMAND	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | \
				 PCI_COMMAND_INTX_DISABLE)

#ifndef CONFIG_X86
/* Where the architecture has nothing to find through sysdata. */
struct pci_sysdata {
	int domain;
	int node;
};
#endif

/**
 * struct hvsim_pci - a function and the bus it sits on
 * @sysdata: the bus's; tells x86 the domain
 * @busn: numbers that the bus may use
 * @mem: addresses behind the bus: the BAR's, exactly
 * @bus: the root bus
 * @fn: the function
 * @slot: named after the serial number; how a guest pairs VF and NIC
 * @gone: torn out
 * @config: configuration space
 * @writable: bits of it that the guest may change
 */
struct hvsim_pci {
	struct pci_sysdata sysdata;
	struct resource busn;
	struct resource mem;
	struct pci_bus *bus;
	struct pci_dev *fn;
	struct pci_slot *slot;
	bool gone;
	u8 config[HVSIM_PCI_CONFIG] __aligned(4);
	u8 writable[HVSIM_PCI_CONFIG] __aligned(4);
};

static struct hvsim_pci *hvsim_pci_of(struct pci_bus *bus)
{
	struct pci_sysdata *sysdata = bus->sysdata;

	return container_of(sysdata, struct hvsim_pci, sysdata);
}

static bool hvsim_pci_present(struct hvsim_pci *pci, struct pci_bus *bus,
			      unsigned int devfn, int where, int size)
{
	return !READ_ONCE(pci->gone) && bus->number == pci->busn.start &&
	       devfn == HVSIM_PCI_DEVFN && where >= 0 &&
	       where + size <= HVSIM_PCI_CONFIG;
}

static int hvsim_pci_read(struct pci_bus *bus, unsigned int devfn, int where,
			  int size, u32 *val)
{
	struct hvsim_pci *pci = hvsim_pci_of(bus);
	const void *at = pci->config + where;

	*val = ~0;
	if (!hvsim_pci_present(pci, bus, devfn, where, size))
		return PCIBIOS_DEVICE_NOT_FOUND;

	if (size == 1)
		*val = *(const u8 *)at;
	else if (size == 2)
		*val = le16_to_cpup(at);
	else
		*val = le32_to_cpup(at);

	return PCIBIOS_SUCCESSFUL;
}

static int hvsim_pci_write(struct pci_bus *bus, unsigned int devfn, int where,
			   int size, u32 val)
{
	struct hvsim_pci *pci = hvsim_pci_of(bus);
	int i;

	if (!hvsim_pci_present(pci, bus, devfn, where, size))
		return PCIBIOS_DEVICE_NOT_FOUND;

	for (i = where; i < where + size; i++, val >>= 8)
		pci->config[i] = (pci->config[i] & ~pci->writable[i]) |
				 (val & pci->writable[i]);

	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops hvsim_pci_ops = {
	.read	= hvsim_pci_read,
	.write	= hvsim_pci_write,
};

static void hvsim_pci_set16(u8 *space, int where, u16 val)
{
	*(__le16 *)(space + where) = cpu_to_le16(val);
}

static u16 hvsim_pci_get16(const struct hvsim_pci *pci, int where)
{
	return le16_to_cpup((const __le16 *)(pci->config + where));
}

static void hvsim_pci_set32(u8 *space, int where, u32 val)
{
	*(__le32 *)(space + where) = cpu_to_le32(val);
}

static void hvsim_pci_fill_ids(struct hvsim_pci *pci)
{
	u8 *config = pci->config;

	hvsim_pci_set16(config, PCI_VENDOR_ID, PCI_VENDOR_ID_MELLANOX);
	hvsim_pci_set16(config, PCI_DEVICE_ID, HVSIM_PCI_VF_ID);
	hvsim_pci_set16(config, PCI_CLASS_DEVICE, PCI_CLASS_NETWORK_ETHERNET);
	hvsim_pci_set16(config, PCI_SUBSYSTEM_VENDOR_ID,
			PCI_VENDOR_ID_MELLANOX);
	hvsim_pci_set16(config, PCI_SUBSYSTEM_ID, HVSIM_PCI_SUBSYSTEM);
	hvsim_pci_set16(pci->writable, PCI_COMMAND, HVSIM_PCI_COMMAND);
	pci->writable[PCI_INTERRUPT_LINE] = 0xff;
}

/* A 64-bit prefetchable BAR 2, set up as firmware would have done it. */
static void hvsim_pci_fill_bar(struct hvsim_pci *pci,
			       const struct hvsim_pci_layout *layout)
{
	u64 mask = ~(u64)(layout->bar_size - 1);

	if (!layout->bar_size)
		return;

	hvsim_pci_set32(pci->config, PCI_BASE_ADDRESS_2,
			lower_32_bits(layout->bar) |
			PCI_BASE_ADDRESS_MEM_TYPE_64 |
			PCI_BASE_ADDRESS_MEM_PREFETCH);
	hvsim_pci_set32(pci->config, PCI_BASE_ADDRESS_3,
			upper_32_bits(layout->bar));
	hvsim_pci_set32(pci->writable, PCI_BASE_ADDRESS_2,
			lower_32_bits(mask));
	hvsim_pci_set32(pci->writable, PCI_BASE_ADDRESS_3,
			upper_32_bits(mask));

	pci->mem.name = "hvsim";
	pci->mem.start = layout->bar;
	pci->mem.end = layout->bar + layout->bar_size - 1;
	pci->mem.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 |
			 IORESOURCE_PREFETCH;
}

static void hvsim_pci_fill_msix(struct hvsim_pci *pci,
				const struct hvsim_pci_layout *layout)
{
	u8 *cap = pci->config + HVSIM_PCI_MSIX;

	if (!layout->vectors)
		return;

	hvsim_pci_set16(pci->config, PCI_STATUS, PCI_STATUS_CAP_LIST);
	pci->config[PCI_CAPABILITY_LIST] = HVSIM_PCI_MSIX;
	cap[PCI_CAP_LIST_ID] = PCI_CAP_ID_MSIX;
	hvsim_pci_set16(cap, PCI_MSIX_FLAGS, layout->vectors - 1);
	hvsim_pci_set32(cap, PCI_MSIX_TABLE, layout->msix_table | HVSIM_PCI_BAR);
	hvsim_pci_set32(cap, PCI_MSIX_PBA, layout->msix_pba | HVSIM_PCI_BAR);
	hvsim_pci_set16(pci->writable + HVSIM_PCI_MSIX, PCI_MSIX_FLAGS,
			HVSIM_PCI_MSIX_BITS);
}

/* Without domains every bus needs a number of its own. */
static unsigned int hvsim_pci_busnr(unsigned int domain)
{
	return IS_ENABLED(CONFIG_PCI_DOMAINS) ? 0 : domain;
}

static int hvsim_pci_scan(struct hvsim_pci *pci)
{
	struct pci_host_bridge *bridge;
	int err;

	bridge = pci_alloc_host_bridge(0);
	if (!bridge)
		return -ENOMEM;

	bridge->sysdata = &pci->sysdata;
	bridge->ops = &hvsim_pci_ops;
	bridge->busnr = pci->busn.start;
	bridge->domain_nr = pci->sysdata.domain;
	pci_add_resource(&bridge->windows, &pci->busn);
	if (pci->mem.flags)
		pci_add_resource(&bridge->windows, &pci->mem);
	err = pci_scan_root_bus_bridge(bridge);
	if (err) {
		pci_free_host_bridge(bridge);
		return err;
	}

	pci->bus = bridge->bus;
	pci->fn = pci_get_slot(pci->bus, HVSIM_PCI_DEVFN);
	if (!pci->fn)
		return -ENODEV;

	return pci->mem.flags ? pci_claim_resource(pci->fn, HVSIM_PCI_BAR) : 0;
}

/**
 * hvsim_pci_remove() - take the function and its bus away
 * @pci: the function
 *
 * Context: process.  Its driver is removed.  What is behind the function may
 * still ask about it, until hvsim_pci_free().
 */
void hvsim_pci_remove(struct hvsim_pci *pci)
{
	struct pci_host_bridge *bridge;

	pci_dev_put(pci->fn);
	if (!pci->bus)
		return;
	bridge = to_pci_host_bridge(pci->bus->bridge);
	pci_lock_rescan_remove();
	pci_stop_root_bus(pci->bus);
	if (pci->slot)
		pci_destroy_slot(pci->slot);
	pci_remove_root_bus(pci->bus);
	pci_unlock_rescan_remove();
	pci_free_host_bridge(bridge);
	/* Whatever the driver left it with, it reaches no memory any more. */
	WRITE_ONCE(pci->gone, true);
}

/**
 * hvsim_pci_free() - free a function
 * @pci: from hvsim_pci_remove(), or NULL
 */
void hvsim_pci_free(struct hvsim_pci *pci)
{
	kfree(pci);
}

/**
 * hvsim_pci_create() - make the bus and find the function on it
 * @domain: PCI domain
 * @serial: name of the function's slot, in decimal
 * @layout: what it has besides its ids
 *
 * Context: process.
 * Return: the function, not yet shown to drivers, or an ERR_PTR.
 */
struct hvsim_pci *hvsim_pci_create(unsigned int domain, u32 serial,
				   const struct hvsim_pci_layout *layout)
{
	struct hvsim_pci *pci;
	char name[16];
	int err;

	pci = kzalloc(sizeof(*pci), GFP_KERNEL);
	if (!pci)
		return ERR_PTR(-ENOMEM);

	pci->sysdata.domain = domain;
	pci->sysdata.node = NUMA_NO_NODE;
	pci->busn.name = "hvsim";
	pci->busn.start = hvsim_pci_busnr(domain);
	pci->busn.end = pci->busn.start;
	pci->busn.flags = IORESOURCE_BUS;
	hvsim_pci_fill_ids(pci);
	hvsim_pci_fill_bar(pci, layout);
	hvsim_pci_fill_msix(pci, layout);

	pci_lock_rescan_remove();
	err = hvsim_pci_scan(pci);
	pci_unlock_rescan_remove();
	if (err)
		goto err_remove;

	snprintf(name, sizeof(name), "%u", serial);
	pci->slot = pci_create_slot(pci->bus, PCI_SLOT(HVSIM_PCI_DEVFN), name,
				    NULL);
	if (IS_ERR(pci->slot)) {
		err = PTR_ERR(pci->slot);
		pci->slot = NULL;
		goto err_remove;
	}

	return pci;

err_remove:
	hvsim_pci_remove(pci);
	hvsim_pci_free(pci);
	return ERR_PTR(err);
}

struct device *hvsim_pci_device(struct hvsim_pci *pci)
{
	return &pci->fn->dev;
}

/**
 * hvsim_pci_start() - show the function to drivers
 * @pci: the function
 *
 * Context: process.  A driver that is there is probed.
 */
void hvsim_pci_start(struct hvsim_pci *pci)
{
	pci_lock_rescan_remove();
	pci_bus_add_devices(pci->bus);
	pci_unlock_rescan_remove();
}

/**
 * hvsim_pci_masters() - may the function read and write memory?
 * @pci: the function
 *
 * Context: any.
 * Return: it is there, and may master the bus.
 */
bool hvsim_pci_masters(const struct hvsim_pci *pci)
{
	return !READ_ONCE(pci->gone) &&
	       hvsim_pci_get16(pci, PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/**
 * hvsim_pci_msix_enabled() - may the function send interrupts?
 * @pci: the function
 *
 * Context: any.
 * Return: MSI-X is on and not masked as a whole, and it may master the bus.
 */
bool hvsim_pci_msix_enabled(const struct hvsim_pci *pci)
{
	u16 flags = hvsim_pci_get16(pci, HVSIM_PCI_MSIX + PCI_MSIX_FLAGS);

	return (flags & HVSIM_PCI_MSIX_BITS) == PCI_MSIX_FLAGS_ENABLE &&
	       hvsim_pci_masters(pci);
}

void hvsim_pci_tear(struct hvsim_pci *pci)
{
	WRITE_ONCE(pci->gone, true);
}
