#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every check there is, or the steps named as arguments.  A line for each step,
# what it said if it failed, and as the last line `N passed, N failed`: test
# cases one by one, each other step as one.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS=$CACHE/check-logs
STEPS='build-6.12 build-6.1 sizes deps symvers lint kunit e2e-6.12 e2e-6.1'
passed=0 failed=0

# Of a step's output two numbers, passed and failed: its "N passed, N failed",
# or what the table of scenarios says of our driver.  Nothing if it has neither.
counts()
{
	awk '/[0-9]+ passed, [0-9]+ failed$/ { good = $(NF - 3); bad = $(NF - 1) }
	     /^scenario .* ours=pass/ { good++ }
	     /^scenario .* ours=fail/ { bad++ }
	     END { if (good != "" || bad != "") print good + 0, bad + 0 }' "$1"
}

run_step()
{
	case $1 in
	build-*)
		KERNEL=${1#*-} "$CHECK_DIR/build.sh" &&
			SPARSE_DONE="$SPARSE_DONE ${1#*-}"
		;;
	e2e-*) KERNEL=${1#*-} SCOPE=check "$CHECK_DIR/../vm/e2e.sh" ;;
	sizes) python3 "$CHECK_DIR/sizes.py" ;;
	deps | symvers | lint | kunit) "$CHECK_DIR/$1.sh" ;;
	esac >"$LOGS/$1.log" 2>&1 </dev/null
}

# step NAME: run it, count it, go on whatever comes out
step()
{
	local start=$SECONDS status=0

	printf 'check: %-12s running\n' "$1"
	if [ "$1" = kunit ]; then
		start=$kunit_start
		wait "$kunit" || status=$?
	else
		run_step "$1" || status=$?
	fi
	judge "$1" "$status" $((SECONDS - start))
}

# judge NAME STATUS SECONDS: a step has ended
judge()
{
	local name=$1 status=$2 seconds=$3 log=$LOGS/$1.log good bad

	read -r good bad < <(counts "$log") || good='' bad=''
	if [ -z "$good" ]; then
		good=1 bad=0
		[ "$status" = 0 ] || good=0 bad=1
	elif [ "$status" != 0 ] && [ "$bad" = 0 ]; then
		bad=1
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	if [ "$bad" = 0 ]; then
		printf 'check: %-12s ok, %s passed (%s s)\n' "$name" "$good" \
			"$seconds"
	else
		tail -n 40 "$log" | sed 's/^/    /'
		printf 'check: %-12s FAILED, %s passed, %s failed (%s s), all of it in %s\n' \
			"$name" "$good" "$bad" "$seconds" "$log"
	fi
}

steps=${*:-$STEPS}
for name in $steps; do
	[[ " $STEPS " = *" $name "* ]] ||
		die "$name: no such step (there are: $STEPS)"
done
rm -rf "$LOGS"
mkdir -p "$LOGS"
export SPARSE_DONE=''
say "check: packages"
need_packages
# The user-mode kernel takes longest to build: start with it, meanwhile fetch
# and compile what the others need.
if [[ " $steps " = *" kunit "* ]]; then
	kunit_start=$SECONDS
	run_step kunit &
	kunit=$!
	trap 'kill "$kunit" 2>/dev/null || true' EXIT
fi
for name in $steps; do
	step "$name"
done
trap - EXIT
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
