// SPDX-License-Identifier: GPL-2.0-only
/*
 * net_failover on top of a NIC, as a driver makes it whose device offers to be
 * the standby of a VF.  With it net_failover can be compared with other ways
 * of bonding on the same NIC and the same VF.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/net_failover.h>

static char ifname[IFNAMSIZ];
module_param_string(ifname, ifname, sizeof(ifname), 0444);
MODULE_PARM_DESC(ifname, "the standby interface, in the initial namespace");

static struct failover *hvsim_standby;

static int __init hvsim_standby_init(void)
{
	struct net_device *ndev = dev_get_by_name(&init_net, ifname);

	if (!ndev)
		return -ENODEV;

	/* Finds the interface itself, and a VF that is there, and joins them */
	hvsim_standby = net_failover_create(ndev);
	dev_put(ndev);

	return PTR_ERR_OR_ZERO(hvsim_standby);
}
module_init(hvsim_standby_init);

static void __exit hvsim_standby_exit(void)
{
	net_failover_destroy(hvsim_standby);
}
module_exit(hvsim_standby_exit);

MODULE_DESCRIPTION("net_failover on top of a given interface");
MODULE_LICENSE("GPL");
