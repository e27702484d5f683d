// SPDX-License-Identifier: GPL-2.0-only
/*
 * hvsim: a simulated Hyper-V host with network devices.
 */
#include <linux/hyperv.h>
#include <linux/module.h>

#include "bus.h"
#include "hvsim.h"
#include "vf.h"

/* Drivers read it at any time: to be set when no NIC is there. */
module_param_named(vmbus_version, vmbus_proto_version, uint, 0644);
MODULE_PARM_DESC(vmbus_version, "version of VMBus that host and guest agreed on");

static int __init hvsim_init(void)
{
	int err;

	hvsim_vf_init();
	err = hvsim_host_ring_init();
	if (err)
		return err;

	err = hvsim_mgmt_init();
	if (err)
		goto err_host_ring;

	err = hvsim_bus_init();
	if (err)
		goto err_mgmt;

	err = hvsim_host_init();
	if (err)
		goto err_bus;

	return 0;

err_bus:
	hvsim_bus_exit();
err_mgmt:
	hvsim_mgmt_exit();
err_host_ring:
	hvsim_host_ring_exit();
	return err;
}

static void __exit hvsim_exit(void)
{
	hvsim_host_exit();
	hvsim_mgmt_exit();
	hvsim_bus_exit();
	hvsim_host_ring_exit();
}

module_init(hvsim_init);
module_exit(hvsim_exit);

MODULE_DESCRIPTION("Simulated Hyper-V host");
MODULE_LICENSE("GPL");
