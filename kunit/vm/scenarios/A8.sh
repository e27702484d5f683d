#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A8: eight NICs, each with its own VF, none crossed.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

NICS='0 1 2 3 4 5 6 7'

all_up()
{
	local n

	for n in $NICS; do
		nic_up "$n" channels=2 || { say "nic $n"; return 1; }
	done
}

# The VFs come in the opposite order of the NICs.
all_plugged()
{
	local n

	for n in $(echo "$NICS" | tr ' ' '\n' | sort -r); do
		plug "$n" || { say "nic $n"; return 1; }
	done
}

none_crossed()
{
	local n

	for n in $NICS; do
		vf_joined "$n" || { say "nic $n: VF $(vf_netdev "$n")"; return 1; }
		equal "$(cat "/sys/class/net/$(netdev "$n")/address")" \
			"$(cat "/sys/class/net/$(vf_netdev "$n")/address")" ||
			return 1
	done
}

# What the VFs have sent, in the order of their NICs.
packets()
{
	local n files=

	for n in $NICS; do
		files="$files /sys/class/net/$(vf_netdev "$n")/statistics/tx_packets"
	done
	cat $files | xargs
}

# only_grew NIC BEFORE NOW ROUND: its VF sent 20 frames or more, no other did;
# but for those that went ROUND it, as on a busy machine a VF that sends nothing
# for 10 ms is passed by
only_grew()
{
	echo "$2 $3" | awk -v nic="$1" -v nics=8 -v round="$4" '{
		for (n = 0; n < nics; n++) {
			grew = $(n + 1 + nics) - $(n + 1)
			if (n == nic ? grew < 1 || grew + round < 20 : grew >= 20)
				exit 1
		}
	}'
}

own_vf_carries()
{
	local n before now round

	for n in $NICS; do
		before=$(packets) round=$(counter "$n" syn_frames_tx)
		ping -q -c 20 -i 0.01 "10.$n.0.2" || return 1
		now=$(packets) round=$(($(counter "$n" syn_frames_tx) - round))
		say "nic $n: $before -> $now, $round went round it"
		only_grew "$n" "$before" "$now" "$round" || return 1
	done
}

plan 6
need "eight NICs come up" all_up
need "eight VFs take over their data paths" all_plugged
check "each is the lower device of its own NIC" none_crossed
check "each NIC's traffic is carried by its own VF" own_vf_carries
check "lspci shows eight VFs" equal 8 "$(lspci -d 15b3:1004 | wc -l)"
check "nothing breaks the host's rules" equal 0 "$(violations)"
finish
