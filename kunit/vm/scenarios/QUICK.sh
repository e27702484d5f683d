#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# QUICK: how soon the data path follows when the VF may be used, or is torn out.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

TRACE=/sys/kernel/tracing
ROUNDS=3
LIMIT=10000		# microseconds

watch()
{
	mount -t tracefs tracefs $TRACE 2>/dev/null
	echo 1 >$TRACE/events/vf_bond/enable
}

# quickest FROM TO: microseconds from an event to the first of another kind that
# follows; each way the best, as an emulated processor may be away for long.
quickest()
{
	grep -E "$1|$2" $TRACE/trace | awk -v from="$1" -v to="$2" '
		match($0, / [0-9]+\.[0-9]+: /) {
			now = substr($0, RSTART, RLENGTH) * 1000000
		}
		$0 ~ from && !began { began = now }
		$0 ~ to && began {
			if (best == "" || now - began < best)
				best = now - began
			began = 0
		}
		END { if (best != "") printf "%d", best }'
}

# rounds COMMAND...: what it does is traced, several times
rounds()
{
	local i=0

	echo >$TRACE/trace
	while [ $i -lt $ROUNDS ]; do
		i=$((i + 1))
		"$@" || return 1
		usleep 100000
	done
}

down_and_up()
{
	ip link set "$vf" down && vf_inactive 0 && ip link set "$vf" up &&
		vf_active 0
}

associated_anew()
{
	host 0 assoc 0 && vf_inactive 0 && host 0 assoc 1 && vf_active 0
}

# What is sent to the host is of interest, but there is much of it.
torn_out()
{
	local rc

	echo 1 >$TRACE/events/netvsc/nvsp_send_pkt/enable
	host 0 vf pull surprise && vf_inactive 0
	rc=$?
	echo 0 >$TRACE/events/netvsc/nvsp_send_pkt/enable
	[ $rc = 0 ] && until_true 5 vf_gone 0 && plug 0 "form=$1"
}

plan 12
need "the NIC comes up" nic_up 0
need "the events are watched" watch
need "the VF takes over the data path" plug 0 form=standin
vf=$(vf_netdev 0)
need "traffic starts" traffic_start 0 --ways 1 --rate 1000 --tcp-rate 0
need "the VF is set down and up" rounds down_and_up
check "it carries the data within 10 ms of being up" at_most $((LIMIT * SLOW)) \
	"$(quickest 'vf_bond_vf_event: .* event=up' ': vf_bond_path: .* to=vf ')"
need "its association goes and comes" rounds associated_anew
check "it carries the data within 10 ms of that" at_most $((LIMIT * SLOW)) \
	"$(quickest ': vf_bond_association: .* allocated=1' \
		': vf_bond_path: .* to=vf ')"
for form in standin "$VF"; do
	need "a VF is torn out: $form" rounds torn_out "$form"
	check "a frame goes to the host within 10 ms of the first event" \
		at_most $((LIMIT * SLOW)) \
		"$(quickest ': vf_bond_vf_event: .* event=going_down' \
			': nvsp_send_pkt: ')"
done
echo 0 >$TRACE/events/enable
finish
