// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus: drivers register here, devices are matched by class GUID.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/device.h>
#include <linux/platform_device.h>
#include <linux/interrupt.h>
#include <linux/sysctl.h>
#include <linux/slab.h>
#include <linux/acpi.h>
#include <linux/completion.h>
#include <linux/hyperv.h>
#include <linux/kernel_stat.h>
#include <linux/of_address.h>
#include <linux/clockchips.h>
#include <linux/cpu.h>
#include <linux/sched/isolation.h>
#include <linux/sched/task_stack.h>
#include <linux/delay.h>
#include <linux/panic_notifier.h>
#include <linux/ptrace.h>
#include <linux/screen_info.h>
#include <linux/efi.h>
#include <linux/random.h>
#include <linux/kernel.h>
#include <linux/syscore_ops.h>
#include <linux/dma-map-ops.h>
#include <linux/pci.h>
#include <linux/list.h>
#include <linux/bitops.h>
#include <linux/atomic.h>
#include <linux/tracepoint.h>

#include "arch.h"
#include "bus.h"
#include "compat.h"

/* What the newest host and guest agree on. */
u32 vmbus_proto_version = VERSION_WIN10_V5_3;
EXPORT_SYMBOL_GPL(vmbus_proto_version);

/* As the ACPI device of that name in a guest: tools look for it in paths. */
static struct device *hvsim_root;

static const struct hv_vmbus_device_id *
hvsim_bus_id(const struct hv_driver *drv, const struct hv_device *hv)
{
	const struct hv_vmbus_device_id *id = drv->id_table;

	for (; id && !guid_is_null(&id->guid); id++)
		if (guid_equal(&id->guid, &hv->dev_type))
			return id;

	return NULL;
}

static int hvsim_bus_match(struct device *device,
			   compat_match_const struct device_driver *driver)
{
	const struct hv_driver *drv;

	drv = container_of(driver, struct hv_driver, driver);

	return !!hvsim_bus_id(drv, device_to_hv_device(device));
}

static int hvsim_bus_uevent(compat_uevent_const struct device *device,
			    struct kobj_uevent_env *env)
{
	const struct hv_device *hv = device_to_hv_device(device);

	return add_uevent_var(env, "MODALIAS=vmbus:%*phN", UUID_SIZE,
			      &hv->dev_type);
}

static int hvsim_bus_probe(struct device *device)
{
	struct hv_driver *drv = drv_to_hv_drv(device->driver);
	struct hv_device *hv = device_to_hv_device(device);

	return drv->probe ? drv->probe(hv, hvsim_bus_id(drv, hv)) : -ENODEV;
}

static void hvsim_bus_drv_remove(struct device *device)
{
	struct hv_driver *drv = drv_to_hv_drv(device->driver);

	if (drv->remove)
		drv->remove(device_to_hv_device(device));
}

static void hvsim_bus_shutdown(struct device *device)
{
	struct hv_driver *drv;

	if (!device->driver)
		return;

	drv = drv_to_hv_drv(device->driver);
	if (drv->shutdown)
		drv->shutdown(device_to_hv_device(device));
}

static compat_bus_type hvsim_bus = {
	.name		= "vmbus",
	.match		= hvsim_bus_match,
	.uevent		= hvsim_bus_uevent,
	.probe		= hvsim_bus_probe,
	.remove		= hvsim_bus_drv_remove,
	.shutdown	= hvsim_bus_shutdown,
	.dev_groups	= hvsim_bus_dev_groups,
};

int __vmbus_driver_register(struct hv_driver *hv_driver, struct module *owner,
			    const char *mod_name)
{
	spin_lock_init(&hv_driver->dynids.lock);
	INIT_LIST_HEAD(&hv_driver->dynids.list);
	hv_driver->driver.name = hv_driver->name;
	hv_driver->driver.owner = owner;
	hv_driver->driver.mod_name = mod_name;
	hv_driver->driver.bus = &hvsim_bus;

	return driver_register(&hv_driver->driver);
}
EXPORT_SYMBOL_GPL(__vmbus_driver_register);

void vmbus_driver_unregister(struct hv_driver *hv_driver)
{
	driver_unregister(&hv_driver->driver);
}
EXPORT_SYMBOL_GPL(vmbus_driver_unregister);

/**
 * hvsim_bus_add() - put a device on the bus, which probes its driver
 * @hv: device, initialized and named
 *
 * Context: process.
 * Return: 0 or an error; the reference stays the caller's.
 */
int hvsim_bus_add(struct hv_device *hv)
{
	struct device *device = &hv->device;

	device->bus = &hvsim_bus;
	device->parent = hvsim_root;
	device->dma_parms = &hv->dma_parms;
	device->dma_mask = &hv->dma_mask;
	hv->dma_mask = DMA_BIT_MASK(64);
	device->coherent_dma_mask = DMA_BIT_MASK(64);

	return device_add(device);
}

/**
 * hvsim_bus_remove() - take a device off the bus, which removes its driver
 * @hv: device that hvsim_bus_add() added
 *
 * Context: process.
 */
void hvsim_bus_remove(struct hv_device *hv)
{
	device_del(&hv->device);
}

/**
 * hvsim_bus_init() - register the bus
 *
 * Context: process.
 * Return: 0 or an error; -EEXIST where the real bus is.
 */
int hvsim_bus_init(void)
{
	int err;

	hvsim_root = root_device_register("VMBUS:00");
	if (IS_ERR(hvsim_root))
		return PTR_ERR(hvsim_root);

	err = bus_register(&hvsim_bus);
	if (err)
		root_device_unregister(hvsim_root);

	return err;
}

/**
 * hvsim_bus_exit() - unregister the bus
 *
 * Context: process.  There are no drivers (they use this module) and no
 * devices any more.
 */
void hvsim_bus_exit(void)
{
	bus_unregister(&hvsim_bus);
	root_device_unregister(hvsim_root);
}
