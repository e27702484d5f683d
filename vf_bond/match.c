// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pairing.  A VF and its master have the same permanent address, and the PCI
 * slot of the VF is named by the serial number that the host associates with
 * the master.  Neither is enough alone: addresses are copied to VLANs, bonds
 * and bridges, and serial numbers are reused.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_macvlan.h>
#include <linux/if_vlan.h>
#include <linux/kstrtox.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>

#include "match.h"

/* What can never be a VF, whatever its address. */
static enum vf_bond_verdict
vf_bond_match_kind(const struct vf_bond_candidate *vf)
{
	if (vf->type != ARPHRD_ETHER || vf->addr_len != ETH_ALEN)
		return VF_BOND_NOT_ETHERNET;
	if (vf->is_vlan)
		return VF_BOND_IS_VLAN;
	if (vf->is_macvlan)
		return VF_BOND_IS_MACVLAN;
	if (vf->is_master)
		return VF_BOND_IS_MASTER;
	if (vf->is_bonded)
		return VF_BOND_IS_BONDED;
	if (!vf->hardware)
		return VF_BOND_NOT_HARDWARE;
	if (vf->has_master)
		return VF_BOND_HAS_MASTER;

	return VF_BOND_MATCH_ADDR;
}

/**
 * vf_bond_match() - decide whether a device is the VF of a master
 * @vf: the device
 * @master: the master
 *
 * Context: any.
 * Return: see &enum vf_bond_verdict
 */
enum vf_bond_verdict vf_bond_match(const struct vf_bond_candidate *vf,
				   const struct vf_bond_expected *master)
{
	enum vf_bond_verdict verdict = vf_bond_match_kind(vf);

	if (!vf_bond_verdict_ok(verdict))
		return verdict;
	if (!is_valid_ether_addr(vf->perm_addr))
		return VF_BOND_NO_ADDR;
	if (!ether_addr_equal_unaligned(vf->perm_addr, master->perm_addr))
		return VF_BOND_OTHER_ADDR;
	if (!vf->has_serial || !master->has_serial)
		return VF_BOND_MATCH_ADDR;
	if (vf->serial != master->serial)
		return VF_BOND_OTHER_SERIAL;

	return VF_BOND_MATCH_SERIAL;
}

/**
 * vf_bond_parse_serial() - read the serial number in a slot's name
 * @slot_name: name of the PCI slot
 * @serial: where to put it
 *
 * The kernel makes a slot's name unique by adding "-1": such a name, like
 * one that is signed, hexadecimal or too big, holds no serial number.
 *
 * Context: any.
 * Return: whether there is one
 */
bool vf_bond_parse_serial(const char *slot_name, u32 *serial)
{
	/* kstrtou32() would take a sign and a newline, too */
	if (!slot_name || strspn(slot_name, "0123456789") != strlen(slot_name))
		return false;

	return !kstrtou32(slot_name, 10, serial);
}

static bool vf_bond_read_serial(const struct net_device *dev, u32 *serial)
{
	struct device *parent = dev->dev.parent;
	struct pci_dev *pdev;

	if (!parent || !dev_is_pci(parent))
		return false;

	pdev = to_pci_dev(parent);
	return pdev->slot &&
	       vf_bond_parse_serial(pci_slot_name(pdev->slot), serial);
}

/*
 * The core fills in perm_addr late in registration, after NETDEV_POST_INIT;
 * until then a permanent address stands in dev_addr.
 */
static const u8 *vf_bond_perm_addr(const struct net_device *dev)
{
	if (dev->reg_state == NETREG_UNINITIALIZED &&
	    dev->addr_assign_type == NET_ADDR_PERM)
		return dev->dev_addr;

	return dev->perm_addr;
}

static bool vf_bond_is_master_kind(const struct net_device *dev)
{
	return dev->flags & IFF_MASTER || netif_is_lag_master(dev) ||
	       netif_is_bridge_master(dev) || netif_is_ovs_master(dev) ||
	       netif_is_l3_master(dev) || netif_is_failover(dev);
}

/**
 * vf_bond_read_candidate() - gather what vf_bond_match() wants to know
 * @dev: the device
 * @vf: where to put it; is_bonded is left false, as only the list of bonds
 *	can tell
 *
 * Context: RTNL held.
 */
void vf_bond_read_candidate(struct net_device *dev,
			    struct vf_bond_candidate *vf)
{
	ASSERT_RTNL();

	*vf = (struct vf_bond_candidate) {
		.type = dev->type,
		.addr_len = dev->addr_len,
		.hardware = dev->dev.parent && !dev->rtnl_link_ops,
		.is_vlan = is_vlan_dev(dev),
		.is_macvlan = netif_is_macvlan(dev),
		.is_master = vf_bond_is_master_kind(dev),
		.has_master = netdev_master_upper_dev_get(dev),
	};
	vf->has_serial = vf_bond_read_serial(dev, &vf->serial);
	if (dev->addr_len == ETH_ALEN)
		ether_addr_copy(vf->perm_addr, vf_bond_perm_addr(dev));
}
