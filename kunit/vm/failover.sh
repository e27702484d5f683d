#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The failover table: what an application loses when its VF comes and goes, for
# this pair and for the others there are, on the same host and the same VF.
#
# failover.sh [ours|intree|net_failover|bonding]...

set -eu -o pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=initramfs.sh
. "$here/initramfs.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

GUEST_SECONDS=1800	# takes 2 minutes or so
# What else this machine does is not to be measured.
ICOUNT=${ICOUNT-1}
EVENTS='add revoke down surprise'
WAYS='ours intree net_failover bonding'

# run_row WAY: a boot, again if the emulator fails
run_row()
{
	local way=$1 rc try

	DRIVER=intree
	[ "$way" != ours ] || DRIVER=ours
	prepare_guest
	for try in first second third; do
		rc=0
		run_guest $GUEST_SECONDS failover.sh "$way" || rc=$?
		[ $rc = 123 ] || break
		say "the emulator failed the $try time"
	done
	[ $rc = 0 ] || failures+=("$way")
	grep '^failover .*=' "$RUN/report" >>"$RUN/table" || :
}

# best EVENT FIELD: those with the smallest value
best()
{
	awk -v event="$1" -v name="$2" '$2 == event {
			for (i = 4; i <= NF; i++)
				if (split($i, part, "=") && part[1] == name)
					value[$3] = part[2]
		}
		END {
			for (way in value)
				if (least == "" || value[way] < least)
					least = value[way]
			for (way in value)
				if (value[way] == least)
					printf " %s", way
		}' "$RUN/table"
}

[ $# = 0 ] || WAYS=$*
check_settings
begin_run
failures=()
: >"$RUN/table"
for way in $WAYS; do
	run_row "$way"
done
echo
for event in $EVENTS; do
	grep "^failover $event " "$RUN/table" || :
done
for event in $EVENTS; do
	for name in lost dup outage_us; do
		echo "best $event $name:$(best "$event" $name)"
	done
done
[ ${#failures[@]} = 0 ] || die "rows that are not right: ${failures[*]}"
