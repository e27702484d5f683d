#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L2: 200 MB each way; the VF's counters grow by that much.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

MB=200
BYTES=$((MB * 1024 * 1024))

plan 7
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
peer 0 iperf3 -s -D
dev=$(netdev 0)
tx=$(ethstat "$dev" vf_tx_bytes)
check "$MB MB to the peer" iperf3 -c 10.0.0.2 -n ${MB}M
check "vf_tx_bytes grew by that much" \
	at_least $((tx + BYTES)) "$(ethstat "$dev" vf_tx_bytes)"
rx=$(ethstat "$dev" vf_rx_bytes)
check "$MB MB from the peer" iperf3 -c 10.0.0.2 -n ${MB}M -R
check "vf_rx_bytes grew by that much" \
	at_least $((rx + BYTES)) "$(ethstat "$dev" vf_rx_bytes)"
check "the data path is the VF still" path_is 0 vf
finish
