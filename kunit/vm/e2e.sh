#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run the scenarios on our driver and on the distribution's, on each kernel.

set -eu -o pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=initramfs.sh
. "$here/initramfs.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

# All scenarios in one boot take 200 or so, some as long as they are told.
GUEST_SECONDS=$((1500 + ${FLAPS:-0} * 3 + ${ROUNDS:-0} * 80))

usage()
{
	cat <<'END'
e2e.sh [SCENARIO...]
    Run the scenarios (default: all of scenarios/), print KTAP, then a table.
    KERNEL=6.12|6.1 and DRIVER=ours|intree choose one each (default: both).
    VF=connectx3|standin: what the VF is (default: connectx3).
    SCOPE=check runs the core scenarios on everything chosen, only a few of them
    with the distribution's driver on 6.1; and the others only with our driver
    on 6.12, in one boot each, without the long ones.
    Status 0 if our driver passes everything that was run.
END
}

# Those that say whether the pair works at all.
CORE='A1 A2 A3 A4 A8 L1 L2 L4 L6 L7 L12 L21 L22'
# And whether the simulated host is true.
FEW='A1 A3 A4 L4 L6'

# in_scope ID: is it to run on $KERNEL with $DRIVER?
in_scope()
{
	[ "${SCOPE:-}" = check ] || return 0
	case "$KERNEL $DRIVER" in
	'6.12 ours') ! grep -q '^# scope: long$' "$VM_DIR/scenarios/$1.sh" ;;
	'6.1 intree') [[ " $FEW " = *" $1 "* ]] ;;
	*) [[ " $CORE " = *" $1 "* ]] ;;
	esac
}

all_scenarios()
{
	local file

	for file in "$VM_DIR"/scenarios/*.sh; do
		basename "$file" .sh
	done | sort -V
}

# results[SCENARIO DRIVER]: pass, or fail on any kernel
declare -A results

# record SCENARIO pass|fail
record()
{
	local key="$1 $DRIVER"

	if [ "${results[$key]:-pass}" = pass ]; then
		results[$key]=$2
	fi
	[ "$2" = pass ] || failures+=("$1 on $KERNEL with DRIVER=$DRIVER")
}

# run_scenarios ID...: boot as often as it takes
run_scenarios()
{
	local left=("$@") word id rc ran

	while [ ${#left[@]} != 0 ]; do
		rc=0 ran=0
		# One word: the kernel refuses more than 32.
		run_guest $GUEST_SECONDS e2e.sh "$(IFS=, && echo "${left[*]}")" ||
			rc=$?
		while read -r word _ id; do
			if [ "$word" = ok ]; then
				record "$id" pass
			else
				record "${id#* }" fail
			fi
			ran=$((ran + 1))
		done < <(grep -E '^(ok|not ok) ' "$RUN/report" || :)
		case $rc in
		0 | 126) ;;
		123) # Again, with what was running, but not for ever.
			[ $((++emulator_failures)) -lt 5 ] ||
				die "the emulator fails again and again"
			left=("${left[@]:$ran}")
			continue
			;;
		*)
			# The one that was running brought the guest down.
			[ $ran = ${#left[@]} ] || record "${left[$ran]}" fail
			ran=$((ran + 1))
			;;
		esac
		left=("${left[@]:$ran}")
		[ $ran != 0 ] || die "the guest runs no scenario"
	done
}

# own_boots ID: the settings of the boots that it wants for itself, one a line
own_boots()
{
	sed -n 's/^# guest: //p' "$VM_DIR/scenarios/$1.sh" |
		if [ "${SCOPE:-}" = check ]; then head -n 1; else cat; fi
}

# run_alone ID SETTING=VALUE...: in a boot with these settings
run_alone()
{
	local id=$1 setting

	shift
	for setting in "$@"; do
		case $setting in
		SMP=[1-9]* | HOTPLUG=1) local "${setting?}" ;;
		*) die "$id: unknown setting of a guest: $setting" ;;
		esac
	done
	echo "# $id with $*"
	run_scenarios "$id"
}

# Those that share a boot first.
run_all()
{
	local id settings together=() own

	for id in "$@"; do
		in_scope "$id" || continue
		[ -n "$(own_boots "$id")" ] || together+=("$id")
	done
	[ ${#together[@]} = 0 ] || run_scenarios "${together[@]}"
	for id in "$@"; do
		in_scope "$id" || continue
		mapfile -t own < <(own_boots "$id")
		for settings in "${own[@]}"; do
			# shellcheck disable=SC2086 # these are words
			run_alone "$id" $settings
		done
	done
}

table()
{
	local id

	echo
	for id in "${scenarios[@]}"; do
		echo "scenario $id ours=${results[$id ours]:-skip}" \
			"intree=${results[$id intree]:-skip}"
	done
}

case ${SCOPE:-} in
'' | check) ;;
*) die "SCOPE=$SCOPE: unknown (there is: check)" ;;
esac
scenarios=()
for arg in "$@"; do
	case $arg in
	-h | --help)
		usage
		exit 0
		;;
	esac
	[ -e "$VM_DIR/scenarios/$arg.sh" ] ||
		die "$arg: no such scenario (there are: $(all_scenarios | xargs))"
	scenarios+=("$arg")
done
[ ${#scenarios[@]} != 0 ] || mapfile -t scenarios < <(all_scenarios)
kernels=${KERNEL:-6.12 6.1}
drivers=${DRIVER:-ours intree}
for KERNEL in $kernels; do
	for DRIVER in $drivers; do
		check_settings
	done
done

failures=()
emulator_failures=0
begin_run
for KERNEL in $kernels; do
	for DRIVER in $drivers; do
		prepare_guest
		echo "# $RELEASE, DRIVER=$DRIVER"
		run_all "${scenarios[@]}"
	done
done
table
rc=0
for failure in "${failures[@]}"; do
	say "failed: $failure"
	[[ $failure != *DRIVER=ours ]] || rc=1
done
exit $rc
