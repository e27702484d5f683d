#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A2: the five vf_ statistics, which grow with traffic on the VF, and only then.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

NAMES='vf_rx_bytes vf_rx_packets vf_tx_bytes vf_tx_dropped vf_tx_packets'

names()
{
	ethtool -S "$dev" | sed -n 's/^ *\(vf_[a-z_]*\):.*/\1/p' | sort | xargs
}

values()
{
	ethtool -S "$dev" | sed -n 's/^ *\(vf_.*\)/\1/p'
}

# A second's worth, in both directions alike.
some_traffic()
{
	counts=$(traffic_for 0 1)
	all_arrived "$counts" && at_least $((500 / (SLOW * SLOW))) "$(field sent "$counts")"
}

# A VF that sends nothing for 10 ms, as on a busy machine, is passed by; frames
# that go two ways may overtake each other.
in_order_if_one_way()
{
	[ "$(counter 0 syn_frames_tx)" != "$1" ] ||
		equal 0 "$(field reordered "$counts")"
}

# value TEXT NAME: of ethtool's lines
value()
{
	echo "$1" | awk -F': *' -v name="$2" '$1 == name { print $2 }'
}

# grew NAME BEFORE
grew()
{
	echo $(($(ethstat "$dev" "$1") - $(value "$2" "$1")))
}

# grew_by_traffic BEFORE TO_HOST: each direction, and nearly by what was sent in
# both, but for what went round the VF; on a busy machine one sender gets less
# done than the other
grew_by_traffic()
{
	local name sent round

	sent=$(field sent "$counts")
	round=$(($(counter 0 syn_frames_tx) - $2))
	for name in vf_rx_packets vf_rx_bytes vf_tx_packets vf_tx_bytes; do
		at_least $((sent / 10)) "$(grew $name "$1")" || return 1
	done
	at_least $((sent * 4 / 5)) $(($(grew vf_rx_packets "$1") +
		$(grew vf_tx_packets "$1") + round))
}

plan 13
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
check "the names are there before the first VF" equal "$NAMES" "$(names)"
before=$(values)
check "traffic without a VF" some_traffic
check "does not count" equal "$before" "$(values)"
need "the VF takes over the data path" plug 0
until_true 5 reaches_peer 0
from_host=$(counter 0 syn_frames_rx) to_host=$(counter 0 syn_frames_tx)
check "traffic with the VF" some_traffic
# But for multicast, which always comes by the synthetic path.
check "comes by no other way" \
	at_most $((from_host + 20)) "$(counter 0 syn_frames_rx)"
check "in order" in_order_if_one_way "$to_host"
check "counts, each way" grew_by_traffic "$before" "$to_host"
need "the VF goes" pull 0
before=$(values)
check "traffic after the VF" some_traffic
check "does not count, and nothing is forgotten" equal "$before" "$(values)"
check "nothing was dropped" equal 0 "$(ethstat "$dev" vf_tx_dropped)"
finish
