#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A3: frames that come by the synthetic path while the VF is active arrive, once.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

FRAMES=100

# frame STREAM NUMBER: to the NIC, from its peer's MAC address
frame()
{
	printf '%s%s88b5%02x%08x%090d\n' "$mac" "$peer_mac" "$1" "$2" 0
}

inject_both()
{
	local i=0

	while [ $i -lt $FRAMES ]; do
		host 0 inject "synthetic $(frame 1 $i)" || return 1
		host 0 inject "vf $(frame 2 $i)" || return 1
		i=$((i + 1))
	done
}

injected_arrive()
{
	traffic hear "$dev" $((2 * FRAMES)) $((20000 * ${SLOW:-1})) >/run/heard &
	hearer=$!
	until_true 5 grep -q hearing /run/heard
	inject_both
	wait $hearer
	rc=$?
	cat /run/heard
	return $rc
}

plan 8
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
mac=$(tr -d : <"/sys/class/net/$dev/address")
peer_mac=$(peer 0 cat /sys/class/net/wire0/address | tr -d :)
need "the VF takes over the data path" plug 0
check "frames injected on both paths arrive once, in order per path" \
	injected_arrive
need "half of the frames are to come by the synthetic path" host 0 steer 50
before=$(counter 0 syn_frames_rx)
counts=$(traffic_for 0 2)
check "a stream over both paths arrives, once" all_arrived "$counts"
# Half of what came from the peer, which sent half of all.
check "some of it came by the synthetic path" \
	at_least $((before + $(field sent "$counts") / 6)) \
	"$(counter 0 syn_frames_rx)"
check "the data path is the VF still" path_is 0 vf
check "nothing breaks the host's rules" equal 0 "$(violations)"
finish
