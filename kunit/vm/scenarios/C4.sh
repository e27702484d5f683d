#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C4: the VF is removed under flood, in order and torn out (ROUNDS=N of each).
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

[ "${SCOPE:-}" != check ] || ROUNDS=${ROUNDS:-1}
ROUNDS=${ROUNDS:-2}
BOUND=20		# seconds; a driver that waits for a command takes 60
FLOOD=500		# frames each way: it is under way

flooded()
{
	model_has 0 tx_frames $FLOOD && model_has 0 rx_frames $FLOOD
}

flood()
{
	peer 0 iperf3 -s -1 >/dev/null 2>&1 &
	until_true 5 iperf3 -c 10.0.0.2 -P 2 --bidir -t 60 &
	until_true 15 flooded
}

# remove_flooded [surprise]: inside the bound
remove_flooded()
{
	local began

	plug 0 && flood || return 1
	read_uptime
	began=$uptime
	pull 0 "$@" || return 1
	read_uptime
	killall -q -9 iperf3
	say "$((uptime - began)) s"
	[ $((uptime - began)) -le $BOUND ]
}

# removed [surprise]: ROUNDS times
removed()
{
	local round

	for round in $(seq "$ROUNDS"); do
		say "round $round"
		remove_flooded "$@" || return 1
	done
}

plan 6
need "the NIC comes up" nic_up 0
check "$ROUNDS times in order" removed
check "$ROUNDS times torn out" removed surprise
check "the synthetic NIC works" until_true 10 reaches_peer 0
check "the VF comes back" plug 0
check "and works" until_true 5 reaches_peer 0
finish
