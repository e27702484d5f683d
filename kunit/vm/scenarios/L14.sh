#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L14: the number of channels changes under traffic, up and down, while others
# read what there is to read of them.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# The last number that ethtool -l gives: what is, not what could be.
combined()
{
	ethtool -l "$dev" | awk '$1 == "Combined:" { n = $2 } END { print n }'
}

use()
{
	ethtool -L "$dev" combined "$1" && equal "$1" "$(combined)" &&
		until_true 5 reaches_peer 0
}

queues_listed()
{
	equal "$1" "$(find "/sys/class/net/$dev/queues" -name 'tx-*' | wc -l)" &&
		equal "$1" "$(ethtool -S "$dev" |
			grep -c 'tx_queue_[0-9]*_packets')"
}

# Everybody who looks at a NIC, again and again.
readers()
{
	while :; do
		ethtool -S "$dev"
		ip -s link show dev "$dev"
		ethtool -l "$dev"
		ethtool -x "$dev"
		ethtool -g "$dev"
		traffic queues "$dev"
		usleep 50000
	done >/dev/null 2>&1
}

plan 12
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
max=$(ethtool -l "$dev" | awk '$1 == "Combined:" { print $2; exit }')
check "there can be two or more" at_least 2 "$max"
need "traffic starts" traffic_start 0
readers &
readers=$!
for n in 1 2 "$max" 1 2; do
	check "$n channels" use "$n"
done
check "each has its queue and its counters" queues_listed 2
check "more than there can be are refused" \
	not ethtool -L "$dev" combined $((max + 1))
check "the readers still read" kill $readers
check "nothing came twice or wrong, the connection lives" \
	survived "$(traffic_stop 0)"
finish
