#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L6: the VF is set down in the guest, and up again.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

counters()
{
	echo "$(ethstat "$dev" vf_tx_packets) $(ethstat "$dev" vf_rx_packets)"
}

# Of the interface's packets, sent in any way; 1000 in half a second, or on a
# slow kernel, to which less is given, some.
tx_grows()
{
	local file=/sys/class/net/$dev/statistics/tx_packets before

	before=$(cat "$file")
	usleep 500000
	at_least $((before + 1000 / (SLOW * SLOW * SLOW))) "$(cat "$file")"
}

plan 14
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "the VF takes over the data path" plug 0
need "traffic starts" traffic_start 0
usleep 500000
check "all of it arrives" all_arrived "$(traffic_mark 0)"
vf=$(vf_netdev 0)
check "the VF is set down" ip link set "$vf" down
check "the data path is synthetic" vf_inactive 0
before=$(counters)
check "the interface goes on sending" tx_grows
check "the VF's counters stand still" equal "$before" "$(counters)"
check "nothing is lost" all_arrived "$(traffic_mark 0)"
check "the VF is set up" ip link set "$vf" up
check "the data path is the VF again" vf_active 0
usleep 500000
check "the VF carries it" not equal "$before" "$(counters)"
check "nothing is lost" all_arrived "$(traffic_mark 0)"
check "the connection ends in order" all_arrived "$(traffic_stop 0)"
finish
