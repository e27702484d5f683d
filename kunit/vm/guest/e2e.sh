#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# Run the scenarios named (A1,L2,...), one after the other, each on a host of
# its own.
# Ends early when the kernel is no longer fit for the next one.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR source=splat.sh
. /vm/splat.sh

# Seconds for a scenario; the longest takes 40, some as long as they are told.
BOUND=$((300 + ${FLAPS:-0} * 3 + ${ROUNDS:-0} * 40))
END_BOUND=60		# to take down what it leaves

# bounded SECONDS COMMAND...: even if the command cannot be killed; 124 then
bounded()
{
	local seconds=$1 POLL_US=250000

	shift
	rm -f /run/status
	# shellcheck disable=SC2016 # expanded by the shell that it starts
	setsid dash -c '"$@"; echo $? >/run/status.new
		mv /run/status.new /run/status' bounded "$@" &
	if until_true "$seconds" [ -e /run/status ]; then
		return "$(cat /run/status)"
	fi
	kill -9 -$! 2>/dev/null
	return 124
}

indent()
{
	local line

	while IFS= read -r line; do
		printf '    %s\n' "$line"
	done
}

# take_down: everything that a scenario leaves; what is wrong with it
take_down()
{
	. /vm/lib.sh
	[ ! -d "$HV" ] || control reset
	if [ "$(violations)" != 0 ]; then
		say "the host's rules were broken:"
		sed 's/^/# /' "$HV/violations"
		end_world
		return 1
	fi
	end_world || return 2
	world >/run/after
	diff /run/before /run/after || return 2
}

# scenario ID: its claims, then what it must not leave behind
scenario()
{
	local rc=0

	dmesg -c >/dev/null
	rm -f /run/no-hotplug
	echo "scenario $1" >/dev/kmsg
	bounded $BOUND "/vm/scenarios/$1.sh" || rc=$?
	[ $rc != 124 ] || say "not done within $BOUND s"
	[ $rc = 0 ] || dmesg | tail -n 25 | sed 's/^/# /'
	bounded $END_BOUND /vm/e2e.sh --take-down
	case $? in
	0) ;;
	1) rc=1 ;;
	*)
		say "cannot be taken down, or leaves something behind"
		dmesg | tail -n 25 | sed 's/^/# /'
		rc=125
		;;
	esac
	if dmesg | grep -E "$SPLAT"; then
		say "the kernel complained"
		rc=125
	fi
	return $rc
}

# What nothing points to any more; an object is told after its second scan, and
# not before it is 5 s old.
kmemleak()
{
	local file=/sys/kernel/debug/kmemleak

	sleep 6
	echo scan >$file
	echo scan >$file
	cat $file >/run/kmemleak
	grep -c '^unreferenced' /run/kmemleak | sed 's/^/# kmemleak: objects: /'
	head -n 100 /run/kmemleak | sed 's/^/# /'
	[ ! -s /run/kmemleak ]
}

if [ "$1" = --take-down ]; then
	take_down
	exit
fi

IDS=$(echo "$1" | tr , ' ')
# shellcheck disable=SC2086 # these are words
set -- $IDS

leaks=0
[ ! -e /sys/kernel/debug/kmemleak ] || leaks=1
world >/run/before
echo "KTAP version 1"
echo "1..$(($# + leaks))"
number=0
for id in "$@"; do
	number=$((number + 1))
	{
		echo "# Subtest: $id"
		read_uptime
		began=$uptime
		scenario "$id" 2>&1
		echo $? >/run/rc
		read_uptime
		say "took $((uptime - began)) s"
	} | indent
	rc=$(cat /run/rc)
	if [ "$rc" = 0 ]; then
		echo "ok $number $id"
	else
		echo "not ok $number $id"
	fi
	[ "$rc" != 125 ] || exit 0
done
[ $leaks = 1 ] || exit 0
if kmemleak; then
	echo "ok $((number + 1)) kmemleak"
else
	echo "not ok $((number + 1)) kmemleak"
fi
