#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# CPUS: a processor goes offline and online with a channel and a VF on it.
# A boot of its own, as it leaves all interrupts of later VFs to the processor
# that came last, which has none.
# guest: SMP=2
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

cpu()
{
	echo "$1" >/sys/devices/system/cpu/cpu1/online
}

# The second processor is there, online or not: it has its counters.
counters_listed()
{
	ethtool -S "$dev" | grep -q 'cpu1_vf_rx_packets:'
}

plan 12
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "it has two channels" ethtool -L "$dev" combined 2
need "traffic starts" traffic_start 0 --rate 1000
need "a processor goes offline" cpu 0
check "all traffic arrives" all_arrived "$(traffic_mark 0)"
check "its counters are still listed" counters_listed
check "channels can be changed" ethtool -L "$dev" combined 1
check "and changed back" ethtool -L "$dev" combined 2
check "the processor comes back" cpu 1
check "all traffic arrives" survived "$(traffic_stop 0)"
need "the VF takes over the data path" plug 0
check "all traffic arrives while it goes and comes" \
	all_arrived "$({ cpu 0; sleep 1; cpu 1; } & traffic_for 0 2)"
finish
