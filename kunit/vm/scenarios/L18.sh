#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L18: flows are told apart with their ports, or without.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# with_ports FLOW: what ethtool says of it
with_ports()
{
	ethtool -n "$dev" rx-flow-hash "$1" | grep -q 'L4 bytes 0'
}

plan 10
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
for flow in tcp4 udp4 tcp6 udp6; do
	check "$flow without ports" eval "ethtool -N $dev rx-flow-hash $flow sd &&
		not with_ports $flow"
	check "$flow with ports" eval "ethtool -N $dev rx-flow-hash $flow sdfn &&
		with_ports $flow"
done
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
