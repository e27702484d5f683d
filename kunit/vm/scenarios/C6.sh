#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C6: through mlx4 TCP has half the rate of the stand-in; an idle VF costs nothing.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

# In turns, and the best of each: what else the machine does falls on all.
ROUNDS=${ROUNDS:-4}
QUIET_SECONDS=11	# without a frame, until a VF is idle
IDLE_SECONDS=9

# rate N [OPTIONS...]: of TCP through NIC N, as its receiver saw it, Mbit/s
rate()
{
	local nic=$1

	shift
	iperf3 -c "10.$nic.0.2" -t 1 -f m "$@" |
		awk '/receiver/ { printf "%d", $7 }'
}

# better NAME VALUE: keep the greatest in the variable NAME
better()
{
	local old

	eval "old=\${$1:-0}"
	[ "${2:-0}" -le "$old" ] || old=$2
	eval "$1=$old"
}

measure()
{
	local round

	for round in $(seq "$ROUNDS"); do
		say "round $round"
		better connectx3_tx "$(rate 0)" && better standin_tx "$(rate 1)"
		better connectx3_rx "$(rate 0 -R)"
		better standin_rx "$(rate 1 -R)"
	done
	[ "${standin_tx:-0}" -gt 0 ] && [ "${standin_rx:-0}" -gt 0 ]
}

# The thread of the VF's model: its processor time so far, us.
thread_us()
{
	local comm

	for comm in /proc/[0-9]*/comm; do
		grep -q '^hvsim_cx3' "$comm" 2>/dev/null || continue
		awk '{ printf "%d", $1 / 1000 }' "${comm%comm}schedstat"
		return
	done
}

looks()
{
	model 0 polls
}

# What all processors have done so far, but for waiting, us.
busy_us()
{
	awk '$1 == "cpu" { print ($2 + $3 + $4 + $7 + $8) * 10000 }' /proc/stat
}

median()
{
	sort -n | sed -n "$(((IDLE_SECONDS + 1) / 2))p"
}

# each_second COMMAND: how far its number goes in a second, in the median one
each_second()
{
	local before

	for _ in $(seq $IDLE_SECONDS); do
		before=$("$1")
		usleep 1000000
		echo $(($("$1") - before))
	done | median
}

plan 9
need "the NIC comes up" nic_up 0
need "and another" nic_up 1
need "one has a ConnectX-3" plug 0
need "one has a stand-in" plug 1 form=standin
peer 0 iperf3 -s -D
peer 1 iperf3 -s -D
usleep 500000
need "both carry traffic" measure
say "to the peer: stand-in $standin_tx, ConnectX-3 $connectx3_tx Mbit/s"
say "from the peer: stand-in $standin_rx, ConnectX-3 $connectx3_rx Mbit/s"
check "half the rate to the peer" at_least $((standin_tx / 2)) "$connectx3_tx"
check "half the rate from it" at_least $((standin_rx / 2)) "$connectx3_rx"
pull 1
usleep ${QUIET_SECONDS}000000
idle=$(each_second thread_us)
looks=$(each_second looks)
with=$(each_second busy_us)
pull 0
usleep 3000000
without=$(each_second busy_us)
say "the model of an idle VF takes $idle us of a second, $looks looks"
say "the guest takes $with us of it, without a VF $without us"
check "the thread was there to look at" at_least 1 "$idle"
check "an idle VF takes less than 2 % of a processor" at_most 20000 "$idle"
finish
