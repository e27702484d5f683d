#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L14: the number of channels changes under traffic, up and down.
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

plan 11
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
max=$(ethtool -l "$dev" | awk '$1 == "Combined:" { print $2; exit }')
check "there can be two or more" at_least 2 "$max"
need "traffic starts" traffic_start 0
for n in 1 2 "$max" 1 2; do
	check "$n channels" use "$n"
done
check "each has its queue and its counters" queues_listed 2
check "more than there can be are refused" \
	not ethtool -L "$dev" combined $((max + 1))
check "nothing came twice or wrong, the connection lives" \
	survived "$(traffic_stop 0)"
finish
