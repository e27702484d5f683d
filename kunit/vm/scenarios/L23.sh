#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L23: parallel streams for long, on the synthetic path and on the VF.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

SECONDS_EACH=4

streams()
{
	iperf3 -s -1 -D >/dev/null
	usleep 300000
	peer 0 iperf3 -c 10.0.0.1 -t $SECONDS_EACH -P 4 --bidir >/dev/null
}

plan 6
need "the NIC comes up" nic_up 0
check "four streams each way, synthetic" streams
need "the VF takes over the data path" plug 0
check "four streams each way, VF" streams
check "nothing of the host is kept" \
	at_least "$(counter 0 recv_sections)" "$(counter 0 recv_sections_free)"
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
