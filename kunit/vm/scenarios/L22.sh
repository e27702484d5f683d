#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L22: the interface is set down and up in a loop, without and with a VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

ROUNDS=5

# down_up PATH: after it, the peer answers and the data path is PATH
down_up()
{
	ip link set "$dev" down && not reaches_peer 0 &&
		ip link set "$dev" up && until_true 5 reaches_peer 0 &&
		until_true $PATH_WAIT path_is 0 "$1"
}

plan $((4 + 2 * ROUNDS))
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
for round in $(seq $ROUNDS); do
	check "round $round, without a VF" down_up synthetic
done
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "the VF takes over the data path" plug 0
for round in $(seq $ROUNDS); do
	check "round $round, with a VF" down_up vf
done
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
