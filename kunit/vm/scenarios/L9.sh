#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L9: the VF's driver is unloaded and loaded again, under traffic.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

unload_driver()
{
	local module

	for module in $(with_holders "$driver"); do
		rmmod "$module" || return 1
	done
	vf_inactive 0 && not vf_netdev 0
}

load_driver()
{
	modprobe "$(cat "/sys/bus/pci/devices/$(vf_pci 0)/modalias")" &&
		vf_active 0
}

vf_packets()
{
	echo "$(ethstat "$dev" vf_tx_packets) $(ethstat "$dev" vf_rx_packets)"
}

plan 17
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "the VF takes over the data path" plug 0
need "traffic starts" traffic_start 0
driver=$(vf_driver 0)
for round in first second; do
	check "all traffic arrives" all_arrived "$(traffic_mark 0)"
	need "the $round time: $driver is unloaded" unload_driver
	before=$(vf_packets)
	usleep 300000
	check "nothing is lost" all_arrived "$(traffic_mark 0)"
	check "it is by the synthetic path" equal "$before" "$(vf_packets)"
	need "the driver is loaded; the VF takes over" load_driver
	usleep 300000
	check "it is by the VF" not equal "$before" "$(vf_packets)"
done
check "all traffic arrives" all_arrived "$(traffic_mark 0)"
check "the connection ends in order" all_arrived "$(traffic_stop 0)"
finish
