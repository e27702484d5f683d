#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A5: with the VF a round trip is faster and takes less processor time.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

ROUNDS=3
SECONDS_EACH=1

# What all processors have idled since boot, 1/100 s.
idle()
{
	awk '$1 == "cpu" { print $5 + $6 }' /proc/stat
}

# measure PATH: median time of a round trip, and processor time for one, both
# in us; the better of this round and the ones before
measure()
{
	local idle rtt cpu counts us

	path_is 0 "$1" || return 1
	idle=$(idle)
	read_uptime_us
	us=$uptime_us
	counts=$(round_trips 0 $SECONDS_EACH) || return 1
	read_uptime_us
	us=$((uptime_us - us))
	idle=$(($(idle) - idle))
	rtt=$(field rtt_us "$counts")
	cpu=$(((us * $(nproc) - idle * 10000) / $(field count "$counts")))
	say "$1: $counts cpu_us=$cpu"
	better "rtt_$1" "$rtt" && better "cpu_$1" "$cpu"
}

# better NAME VALUE: keep the smallest in the variable NAME
better()
{
	local old

	eval "old=\${$1:-$2}"
	[ "$2" -gt "$old" ] || old=$2
	eval "$1=$old"
}

read_uptime_us()
{
	read -r uptime_us _ </proc/uptime
	uptime_us=$(echo "$uptime_us" | awk '{ printf "%d", $1 * 1000000 }')
}

# Alternate, so that what else the machine does falls on both.
measure_both()
{
	local round

	for round in $(seq $ROUNDS); do
		say "round $round"
		ip link set "$vf" down && vf_inactive 0 &&
			measure synthetic || return 1
		ip link set "$vf" up && vf_active 0 && measure vf || return 1
	done >/run/measured 2>&1
	sed 's/^\(# \)*//' /run/measured >&2
}

# less NAME: by a tenth at least; with the VF than without.  Where the kernel's
# checks take most of the time, by whatever it is.
less()
{
	local with without tenths=9

	[ "${SLOW:-1}" = 1 ] || tenths=10
	eval "with=\$$1_vf without=\$$1_synthetic"
	at_most $((without * tenths / 10)) "$with"
}

plan 5
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0 form=standin
vf=$(vf_netdev 0)
need "round trips by both paths" measure_both
say "synthetic: rtt_us=$rtt_synthetic cpu_us=$cpu_synthetic"
say "vf: rtt_us=$rtt_vf cpu_us=$cpu_vf"
check "a round trip is faster with the VF" less rtt
check "it takes less processor time with the VF" less cpu
finish
