#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# KEXEC: a fresh driver on a host that holds what a crashed kernel left.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# The guest's kernel is gone: the host was told nothing, has the data path on
# the VF, and closes the channels only.  In the next kernel nobody drives
# anything yet; the VF's function is there.
crash()
{
	touch /run/no-hotplug
	host 0 power crash && equal vf "$(host 0 path)" && not netdev 0
}

# The modules of both drivers, as if they had never been.
forget()
{
	local module

	for module in hv_netvsc $driver; do
		until_true 5 rmmod "$module" || rmmod "$module" || return 1
	done
	! grep -q '^vf_bond ' /proc/modules || rmmod vf_bond
}

# The NIC's driver comes first, as it does where it is in the initramfs.
fresh()
{
	host 0 power boot && modprobe hv_netvsc &&
		until_true $NIC_WAIT netdev 0 && address_up 0
}

# Then that of the VF.
vf_driven()
{
	rm -f /run/no-hotplug
	modprobe "$(cat "/sys/bus/pci/devices/$(vf_pci 0)/modalias")" &&
		vf_active 0
}

# The other way round: the VF is driven when the NIC is found.
fresh_with_vf()
{
	rm -f /run/no-hotplug
	host 0 power boot && until_true $NIC_WAIT netdev 0 && address_up 0
}

crash_of_the_nic()
{
	host 0 power crash && path_is 0 vf && not netdev 0
}

plan 16
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
driver=$(with_holders "$(vf_driver 0)")
halts=$(counter 0 msg_103)
need "the kernel crashes, the host believes in the VF" crash
need "no driver is left" forget
check "the host was told nothing" equal "$halts" "$(counter 0 msg_103)"
need "a fresh driver comes" fresh
check "the data path is where the driver is" path_is 0 synthetic
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
check "the VF takes over again when it is driven" vf_driven
check "the VF is the lower device of the NIC's interface" vf_joined 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "once more, with the VF's driver in place" crash_of_the_nic
need "a fresh driver comes" fresh_with_vf
check "the VF takes over again" vf_active 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
check "the VF goes" pull 0
finish
