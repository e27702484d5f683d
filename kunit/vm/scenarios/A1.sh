#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A1: lspci shows the VF, in a domain of its own, and only while it is there.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

LINE='0001:00:02.0 Ethernet controller: Mellanox Technologies MT27500/MT27520 Family [ConnectX-3/ConnectX-3 Pro Virtual Function]'

vf_line()
{
	lspci -D -d 15b3:1004
}

plan 8
need "the NIC comes up" nic_up 0
check "no VF before" equal "" "$(vf_line)"
need "the VF takes over the data path" plug 0 serial=7
check "lspci shows the VF" equal "$LINE" "$(vf_line)"
check "its slot is named by its serial number" \
	equal "0001:00:02" "$(cat /sys/bus/pci/slots/7/address)"
check "it is a lower device of the NIC's interface" vf_joined 0
check "the VF goes" pull 0
check "no VF after" equal "" "$(vf_line)"
finish
