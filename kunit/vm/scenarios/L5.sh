#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L5: the guest removes the VF's PCI device, and finds it again.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

remove()
{
	echo 1 >"/sys/bus/pci/devices/$(vf_pci 0)/remove" && vf_inactive 0 &&
		vf_gone 0
}

rescan()
{
	echo 1 >/sys/bus/pci/rescan && not vf_gone 0 && vf_active 0
}

plan 12
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
need "traffic starts" traffic_start 0
for round in first second; do
	usleep 300000
	check "all traffic arrives by the VF" all_arrived "$(traffic_mark 0)"
	need "the $round time: the device is removed" remove
	usleep 300000
	check "nothing is lost" all_arrived "$(traffic_mark 0)"
	need "it is found again, and takes over" rescan
done
check "all traffic arrives" all_arrived "$(traffic_stop 0)"
finish
