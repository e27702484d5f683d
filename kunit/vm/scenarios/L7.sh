#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L7: seven NICs with VFs are hot-added to a running guest.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

add_with_vf()
{
	nic_up "$1" channels=2 && plug "$1" && vf_joined "$1" &&
		reaches_peer "$1"
}

plan 12
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
need "traffic starts" traffic_start 0 --rate 500 \
	--tcp-rate $((65536 / SLOW))
for n in 1 2 3 4 5 6 7; do
	check "NIC $n is added, with its VF, and reaches its peer" add_with_vf $n
done
check "nothing of the first NIC's traffic is lost" \
	all_arrived "$(traffic_stop 0)"
check "lspci shows eight VFs" equal 8 "$(lspci -d 15b3:1004 | wc -l)"
finish
