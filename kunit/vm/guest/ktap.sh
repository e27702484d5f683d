# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The claims of a scenario, as KTAP.

ktap_planned=0 ktap_done=0 ktap_failed=0

# plan COUNT: how many claims there will be
plan()
{
	ktap_planned=$1
	echo "KTAP version 1"
	echo "1..$1"
}

# check DESCRIPTION COMMAND...: a claim that the command succeeds
check()
{
	local what=$1

	shift
	ktap_done=$((ktap_done + 1))
	if "$@" >/run/check 2>&1; then
		echo "ok $ktap_done $what"
		return 0
	fi
	sed 's/^\(# \)*/# /' /run/check
	echo "not ok $ktap_done $what"
	ktap_failed=$((ktap_failed + 1))
	return 1
}

# need DESCRIPTION COMMAND...: a claim without which the rest means nothing
need()
{
	check "$@" && return 0
	say "the rest cannot be tried"
	exit 1
}

# For a scenario that is about the model: without it there is nothing to claim.
need_connectx3()
{
	[ "${VF:-}" != connectx3 ] || return 0
	echo "1..0 # SKIP VF is $VF"
	exit 0
}

# equal WANTED GOT
equal()
{
	say "wanted: $1"
	say "got: $2"
	[ "$1" = "$2" ]
}

# at_least WANTED GOT
at_least()
{
	say "wanted: $1 or more, got: $2"
	[ "${2:-0}" -ge "$1" ]
}

# at_most WANTED GOT
at_most()
{
	say "wanted: $1 or less, got: $2"
	[ -n "$2" ] && [ "$2" -le "$1" ]
}

finish()
{
	[ $ktap_done = "$ktap_planned" ] ||
		say "$ktap_done claims were made, $ktap_planned planned"
	[ $ktap_failed = 0 ] && [ $ktap_done = "$ktap_planned" ]
	exit
}
