#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C6: through mlx4 TCP has half the rate of the stand-in; an idle VF costs nothing.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

SECONDS_EACH=3
IDLE_SECONDS=5
TICKS=100		# in a second, of /proc/PID/stat

# rate [OPTIONS...]: of TCP, as its receiver saw it, Mbit/s
rate()
{
	iperf3 -c 10.0.0.2 -t $SECONDS_EACH -f m "$@" |
		awk '/receiver/ { printf "%d", $7 }'
}

# measure NAME FORM: the rates of both directions in NAME_tx and NAME_rx
measure()
{
	plug 0 form="$2" && until_true 5 reaches_peer 0 || return 1
	eval "$1_tx=$(rate)" && eval "$1_rx=$(rate -R)"
}

# The thread of the VF's model: processor time so far.
ticks()
{
	local comm

	for comm in /proc/[0-9]*/comm; do
		grep -q '^hvsim_cx3' "$comm" 2>/dev/null || continue
		awk '{ print $14 + $15 }' "${comm%comm}stat"
		return
	done
}

plan 7
need "the NIC comes up" nic_up 0
peer 0 iperf3 -s -D
need "the stand-in carries traffic" measure standin standin
need "it goes" pull 0
need "the ConnectX-3 carries traffic" measure connectx3 connectx3
# shellcheck disable=SC2154 # set by measure
say "to the peer: stand-in $standin_tx, ConnectX-3 $connectx3_tx Mbit/s"
# shellcheck disable=SC2154
say "from the peer: stand-in $standin_rx, ConnectX-3 $connectx3_rx Mbit/s"
check "half the rate to the peer" at_least $((standin_tx / 2)) "$connectx3_tx"
check "half the rate from it" at_least $((standin_rx / 2)) "$connectx3_rx"
usleep 2000000
before=$(ticks)
usleep $((IDLE_SECONDS * 1000000))
check "an idle VF takes less than 2 % of a processor" \
	at_most $((IDLE_SECONDS * TICKS * 2 / 100)) $(($(ticks) - before))
finish
