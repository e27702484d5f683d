#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L21: the driver is removed and loaded in a loop, under traffic.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

ROUNDS=3

# The interface is back with its address, and reaches its peer.
back()
{
	until_true $NIC_WAIT netdev 0 || return 1
	equal "$mac" "$(cat "/sys/class/net/$(netdev 0)/address")" &&
		address_up 0 && until_true 5 reaches_peer 0
}

reload()
{
	ping -q -f -w 2 10.0.0.2 >/dev/null 2>&1 &
	traffic run --ns peer0 --local 10.0.0.1 --peer 10.0.0.2 \
		--tcp-rate 0 --socket /run/traffic0 2>/dev/null &
	usleep 200000
	rmmod hv_netvsc && not netdev 0 && modprobe hv_netvsc && back
	rc=$?
	killall -q -9 traffic
	return $rc
}

plan $((2 + 2 * ROUNDS + 3))
need "the NIC comes up" nic_up 0
mac=$(cat "/sys/class/net/$(netdev 0)/address")
for round in $(seq $ROUNDS); do
	need "round $round, without a VF" reload
done
need "the VF takes over the data path" plug 0
for round in $(seq $ROUNDS); do
	need "round $round, with a VF" reload
	vf_active 0 || say "the data path has not come back to the VF"
done
check "the data path is back on the VF" vf_active 0
check "the VF is the lower device of the NIC's interface" vf_joined 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
