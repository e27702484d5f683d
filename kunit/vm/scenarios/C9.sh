#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C9: without memory for its BAR there is no ConnectX-3; the stand-in needs none.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

# The kernel's own RAM is nothing to put behind a BAR.
RAM=0x1000000:0x1000000
# Up to the IO-APIC, and on.
OTHERS=0xfe900000:4M

complaint()
{
	dmesg | grep -F "no memory for BARs" | tail -n 1
}

# Where the memory of the VGA is that the guest does not draw in.
vga()
{
	local device start end

	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/device")" = 0x1111 ] || continue
		read -r start end _ <"$device/resource"
		echo $((start + (end + 1 - start) / 2))
	done
}

# vfs_in MEMORY: how many there is room for, of two
vfs_in()
{
	local nic vfs=0

	modprobe hvsim cx3_memory="$1" || return 1
	for nic in 0 1; do
		control "add nic=$nic"
		host $nic vf plug 2>/dev/null && vfs=$((vfs + 1))
	done
	control reset
	hotplug_ends
	until_true 20 unload
	rm -f /run/no-hotplug
	echo $vfs
}

plan 11
vga=$(vga)
check "two MB of the VGA are two BARs" equal 2 "$(vfs_in $vga:2M)"
check "a page further on there is one in them" \
	equal 1 "$(vfs_in $((vga + 4096)):2M)"
check "what is in part somebody else's is none" \
	equal 0 "$(vfs_in $OTHERS)"
need "the host is there, with RAM for BARs" modprobe hvsim cx3_memory=$RAM
need "the NIC comes up" nic_up 0
check "there is no VF of that form" not host 0 vf plug
check "no function either" vf_gone 0
check "the host says why" not equal "" "$(complaint)"
check "and what would help" equal "form=standin needs none" \
	"$(complaint | sed 's/.*; //')"
check "that does" plug 0 form=standin
check "packets go through" until_true 5 reaches_peer 0
finish
