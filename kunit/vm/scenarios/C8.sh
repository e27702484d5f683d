#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C8: the VF's link follows the port; its statistics follow the traffic.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

PACKETS=100

# link up|down: the port's; mlx4 has seen it
link()
{
	local wanted=0

	[ "$1" = down ] || wanted=1
	host 0 link "$1" &&
		until_true 5 grep -q $wanted "/sys/class/net/$vf/carrier"
}

pings()
{
	ping -q -c $PACKETS -i 0.01 -s 500 10.0.0.2
}

# grown COUNTER BEFORE: by what the pings are, at least
grown()
{
	[ $(($(ethstat "$vf" "$1") - $2)) -ge $PACKETS ]
}

# grew COUNTER BEFORE: so, and by little else; mlx4 asks four times a second
grew()
{
	until_true 3 grown "$@"
	at_least $PACKETS $(($(ethstat "$vf" "$1") - $2)) &&
		at_most $((PACKETS + 20)) $(($(ethstat "$vf" "$1") - $2))
}

plan 14
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
vf=$(vf_netdev 0)
until_true 5 reaches_peer 0
tx=$(ethstat "$vf" tx_packets) rx=$(ethstat "$vf" rx_packets)
bytes=$(ethstat "$vf" tx_bytes)
check "packets go through" pings
check "sent ones are counted" grew tx_packets "$tx"
check "and received ones" grew rx_packets "$rx"
check "and bytes" at_least $((bytes + PACKETS * 542)) \
	"$(ethstat "$vf" tx_bytes)"
check "the model counts as many" at_least "$(ethstat "$vf" tx_packets)" \
	"$(model 0 tx_frames)"
for round in first second; do
	check "the $round time: the link goes down" link down
	check "and comes back" link up
done
check "packets go through" until_true 10 reaches_peer 0
check "by the VF" path_is 0 vf
check "mlx4 issued no command that failed, or that there is not" \
	no_command_failed 0
finish
