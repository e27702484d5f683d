#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L16: GRO and LRO take effect, and revert.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

feature_is()
{
	ethtool -k "$dev" | grep "^$1: $2"
}

toggle()
{
	ethtool -K "$dev" "$1" "$3" && feature_is "$2" "$3"
}

# How many frames the host coalesces while a peer sends as fast as it can.
coalesced()
{
	local before

	before=$(counter 0 rsc_done)
	iperf3 -s -1 -D >/dev/null
	usleep 300000
	peer 0 iperf3 -c 10.0.0.1 -t 1 >/dev/null
	echo $(($(counter 0 rsc_done) - before))
}

plan 10
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
check "LRO is on by default" feature_is large-receive-offload on
check "the host coalesces" at_least 1 "$(coalesced)"
check "LRO goes off" toggle lro large-receive-offload off
check "the host does not coalesce any more" equal 0 "$(coalesced)"
check "LRO goes on" toggle lro large-receive-offload on
check "the host coalesces again" at_least 1 "$(coalesced)"
check "GRO goes off" toggle gro generic-receive-offload off
check "GRO goes on" toggle gro generic-receive-offload on
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
