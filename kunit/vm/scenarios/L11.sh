#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L11: parallel streams keep more than one processor busy for the VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

PORTS='5201 5202 5203 5204'
STREAMS=$((2 * $(nproc)))	# to each: enough to meet every queue

# What the VF has received, processor by processor.
by_processor()
{
	ethtool -S "$dev" | awk '$1 ~ /^cpu[0-9]+_vf_rx_packets:$/ { print $2 }'
}

# used BEFORE: how many processors took 100 packets or more since; fewer count on
# a slow kernel
used()
{
	by_processor >/run/now
	echo "$1" | paste - /run/now |
		awk -v least=$((100 / (SLOW * SLOW))) '$2 - $1 >= least { n++ }
		END { print n + 0 }'
}

# Interrupts of the VF's function or interface, by processor; nothing if its
# driver has none.
interrupts()
{
	awk -v cpus="$(nproc)" -v pci="$(vf_pci 0)" -v dev="$(vf_netdev 0)" '
		index($0, pci) || index($0, dev "-") {
			for (n = 1; n <= cpus; n++)
				sum[n] += $(n + 1)
			seen = 1
		}
		END {
			for (n = 1; seen && n <= cpus; n++)
				print sum[n]
		}' /proc/interrupts
}

# spread BEFORE NOW: more than one processor was interrupted, if there are more;
# none can be
spread()
{
	local least=2

	[ "$(nproc)" -gt 1 ] || least=1
	[ -n "$2" ] || { say "the VF's driver has no interrupts"; return 0; }
	echo "$2" >/run/now
	at_least $least "$(echo "$1" | paste - /run/now |
		awk '$2 - $1 >= 20 { n++ } END { print n + 0 }')"
}

# Programs of their own: iperf3 sends all its streams from one processor.
streams_from_peer()
{
	local port pid pids='' rc=0

	for port in $PORTS; do
		peer 0 iperf3 -s -D -p "$port" || return 1
	done
	for port in $PORTS; do
		until_true 5 iperf3 -c 10.0.0.2 -p "$port" -P $STREAMS \
			-t $((2 * SLOW)) -l 8K -R &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || rc=1
	done
	return $rc
}

plan 6
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "the VF takes over the data path" plug 0
before=$(by_processor) irqs=$(interrupts)
check "parallel streams from the peer" \
	streams_from_peer
check "each processor received of the VF" \
	equal "$(nproc)" "$(used "$before")"
check "each processor has a counter" \
	equal "$(nproc)" "$(by_processor | wc -l)"
check "the VF's interrupts are spread" spread "$irqs" "$(interrupts)"
finish
