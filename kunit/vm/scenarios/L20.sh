#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L20: no queue starves under eight streams, and its counters say so.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

STREAMS=8

queue_counters_listed()
{
	local n name

	for n in 0 1; do
		for name in packets bytes; do
			ethtool -S "$dev" | grep -q "tx_queue_${n}_$name:" &&
				ethtool -S "$dev" |
				grep -q "rx_queue_${n}_$name:" || return 1
		done
	done
}

streams()
{
	iperf3 -s -1 -D >/dev/null
	usleep 300000
	peer 0 iperf3 -c 10.0.0.1 -t 2 -P $STREAMS --bidir >/dev/null
}

plan 8
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "it has two channels" ethtool -L "$dev" combined 2
check "the counters of each queue are listed" queue_counters_listed
need "$STREAMS streams each way end well" streams
for n in 0 1; do
	check "queue $n has sent" \
		at_least 100 "$(ethstat "$dev" "tx_queue_${n}_packets")"
	check "queue $n has received" \
		at_least 100 "$(ethstat "$dev" "rx_queue_${n}_packets")"
done
finish
