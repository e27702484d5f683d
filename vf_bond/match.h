/* SPDX-License-Identifier: GPL-2.0-only */
/* Which net_device is the VF of which master: a decision without side effects. */
#ifndef _VF_BOND_MATCH_H
#define _VF_BOND_MATCH_H

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/types.h>

/**
 * struct vf_bond_candidate - what is known of a net_device that may be a VF
 * @type: ARPHRD_*
 * @addr_len: bytes of its addresses
 * @hardware: it sits on a device, and no link type of rtnetlink made it
 * @is_vlan: it is a VLAN of another device
 * @is_macvlan: it is a macvlan of another device
 * @is_master: it is a bond, team, bridge or other device with lower devices
 * @is_bonded: it is itself a master here, or of the driver of one
 * @has_master: it already has a master
 * @has_serial: its PCI slot is named by a decimal number
 * @serial: that number
 * @perm_addr: its permanent address, all zero if it has none
 */
struct vf_bond_candidate {
	unsigned short type;
	unsigned char addr_len;
	bool hardware;
	bool is_vlan;
	bool is_macvlan;
	bool is_master;
	bool is_bonded;
	bool has_master;
	bool has_serial;
	u32 serial;
	u8 perm_addr[ETH_ALEN];
};

/**
 * struct vf_bond_expected - what a master knows of the VF that it should have
 * @has_serial: the host has associated a VF
 * @serial: serial number of that VF
 * @perm_addr: permanent address of the master, and so of its VF
 */
struct vf_bond_expected {
	bool has_serial;
	u32 serial;
	u8 perm_addr[ETH_ALEN];
};

/**
 * enum vf_bond_verdict - whether a candidate is the VF of a master
 * @VF_BOND_MATCH_SERIAL: it is, by serial number and address
 * @VF_BOND_MATCH_ADDR: it is, by address; a side has no serial number
 * @VF_BOND_NOT_ETHERNET: another type, or addresses of another length
 * @VF_BOND_NOT_HARDWARE: a software device
 * @VF_BOND_IS_VLAN: see &struct vf_bond_candidate
 * @VF_BOND_IS_MACVLAN: likewise
 * @VF_BOND_IS_MASTER: likewise
 * @VF_BOND_IS_BONDED: likewise
 * @VF_BOND_HAS_MASTER: likewise
 * @VF_BOND_NO_ADDR: it has no usable permanent address
 * @VF_BOND_OTHER_ADDR: its permanent address is not that of the master
 * @VF_BOND_OTHER_SERIAL: its serial number is not the one associated
 */
enum vf_bond_verdict {
	VF_BOND_MATCH_SERIAL,
	VF_BOND_MATCH_ADDR,
	VF_BOND_NOT_ETHERNET,
	VF_BOND_NOT_HARDWARE,
	VF_BOND_IS_VLAN,
	VF_BOND_IS_MACVLAN,
	VF_BOND_IS_MASTER,
	VF_BOND_IS_BONDED,
	VF_BOND_HAS_MASTER,
	VF_BOND_NO_ADDR,
	VF_BOND_OTHER_ADDR,
	VF_BOND_OTHER_SERIAL,
};

static inline bool vf_bond_verdict_ok(enum vf_bond_verdict verdict)
{
	return verdict <= VF_BOND_MATCH_ADDR;
}

enum vf_bond_verdict vf_bond_match(const struct vf_bond_candidate *vf,
				   const struct vf_bond_expected *master);
bool vf_bond_parse_serial(const char *slot_name, u32 *serial);
void vf_bond_read_candidate(struct net_device *dev,
			    struct vf_bond_candidate *vf);

#endif /* _VF_BOND_MATCH_H */
