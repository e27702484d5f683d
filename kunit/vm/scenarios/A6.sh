#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A6: the feature is off and on from boot to boot, in any order of arrival.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# off: as a stopped VM is
stopped()
{
	end_world
	touch /run/no-hotplug
	host_up && control "add nic=0" && peer_up 0 && not netdev 0
}

boot_driver()
{
	modprobe hv_netvsc && until_true "$NIC_WAIT" netdev 0 && address_up 0
}

# The VF's driver, by what the device says; not there before the device is.
# Then those for the devices that it makes: mlx4 has one for Ethernet.
boot_vf_driver()
{
	local alias device

	device=/sys/bus/pci/devices/$(vf_pci 0)
	modprobe "$(cat "$device/modalias")" || return 1
	cat "$device"/*/uevent | sed -n 's/^MODALIAS=//p' | while read -r alias; do
		modprobe -q "$alias"
	done
	until_true "$NIC_WAIT" vf_netdev 0
}

without_vf()
{
	stopped && boot_driver && path_is 0 synthetic
}

# The NIC's driver finds a VF that has an interface already.
vf_first()
{
	stopped && host 0 vf plug && boot_vf_driver && boot_driver &&
		vf_active 0
}

# The VF's driver comes last.
vf_last()
{
	stopped && host 0 vf plug && boot_driver && path_is 0 synthetic &&
		boot_vf_driver && vf_active 0
}

# The VF is not offered before the guest is up.
vf_later()
{
	stopped && boot_driver && host 0 vf plug && boot_vf_driver &&
		vf_active 0
}

# The host tells of the association when the VF has long been there.
association_last()
{
	stopped && boot_driver && host 0 vf plug assoc=no &&
		boot_vf_driver && usleep 500000 && path_is 0 synthetic &&
		host 0 assoc 1 && vf_active 0
}

plan 12
need "boot without the VF" without_vf
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "boot with the VF; its driver is loaded first" vf_first
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "boot with the VF; its driver is loaded last" vf_last
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "boot without the VF again" without_vf
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "boot without the VF, which comes later" vf_later
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "boot with the VF, of which the host tells late" association_last
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
