#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L2: 200 MB each way; the VF's counters grow by that much.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

MB=200
[ "${SLOW:-1}" = 1 ] || MB=10
BYTES=$((MB * 1024 * 1024))

move()
{
	iperf3 -J -c 10.0.0.2 -n ${MB}M "$@" >/run/iperf
}

# What arrived: the receiver hangs up while the last of it is under way.
received()
{
	awk -F '[:,]' '/"sum_received"/ { sum = 1 }
		sum && /"bytes"/ { printf "%d", $2; exit }' /run/iperf
}

# grew NAME BEFORE: by what arrived, which is nearly all
grew()
{
	at_least $((BYTES * 9 / 10)) "$(received)" &&
		at_least $(($2 + $(received))) "$(ethstat "$dev" "$1")"
}

plan 7
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
peer 0 iperf3 -s -D
dev=$(netdev 0)
tx=$(ethstat "$dev" vf_tx_bytes)
check "$MB MB to the peer" move
check "vf_tx_bytes grew by that much" grew vf_tx_bytes "$tx"
rx=$(ethstat "$dev" vf_rx_bytes)
check "$MB MB from the peer" move -R
check "vf_rx_bytes grew by that much" grew vf_rx_bytes "$rx"
check "the data path is the VF still" path_is 0 vf
finish
