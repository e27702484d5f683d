// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/module.h>

#include "bond.h"

static int __init vf_bond_init(void)
{
	int err;

	err = vf_bond_work_init();
	if (err)
		return err;

	err = vf_bond_events_init();
	if (err)
		goto err_work;
	return 0;

err_work:
	vf_bond_work_exit();
	return err;
}
module_init(vf_bond_init);

/* The bonds are gone: the drivers of their masters use symbols of ours. */
static void __exit vf_bond_exit(void)
{
	vf_bond_events_exit();
	vf_bond_work_exit();
}
module_exit(vf_bond_exit);

MODULE_DESCRIPTION("Transparent bonding of virtual functions");
MODULE_LICENSE("GPL");
#ifdef HV_NETVSC_VERSION
MODULE_VERSION(__stringify(HV_NETVSC_VERSION));
#endif
