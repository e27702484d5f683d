#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L22: the interface is set down and up in a loop under traffic, without and
# with a VF.
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

# Frames both ways, whatever the interface does.
streams_start()
{
	traffic_start 0 --tcp-rate 0 --rate 300
}

streams_stop()
{
	survived "$(traffic_stop 0)"
}

plan $((8 + 2 * ROUNDS))
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "streams start" streams_start
for round in $(seq $ROUNDS); do
	check "round $round, without a VF" down_up synthetic
done
check "nothing came twice or wrong" streams_stop
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "the VF takes over the data path" plug 0
need "streams start" streams_start
for round in $(seq $ROUNDS); do
	check "round $round, with a VF" down_up vf
done
check "nothing came twice or wrong" streams_stop
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
