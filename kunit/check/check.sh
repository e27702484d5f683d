#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every check there is.  A line for each step, what it said if it failed, and
# as the last line `N passed, N failed`: test cases one by one, each other
# step as one.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS=$CACHE/check-logs
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

# step NAME COMMAND...: run it, count it, go on whatever comes out
step()
{
	local name=$1 log=$LOGS/$1.log start=$SECONDS good bad status=0

	shift
	printf 'check: %-12s running\n' "$name"
	"$@" >"$log" 2>&1 </dev/null || status=$?
	judge "$name" "$status" $((SECONDS - start))
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

rm -rf "$LOGS"
mkdir -p "$LOGS"
say "check: packages"
need_packages
# The user-mode kernel takes longest to build: start with it, meanwhile fetch
# and compile what the others need.
kunit_start=$SECONDS
bash "$CHECK_DIR/kunit.sh" >"$LOGS/kunit.log" 2>&1 </dev/null &
kunit=$!
trap 'kill "$kunit" 2>/dev/null || true' EXIT

step build-6.12 env KERNEL=6.12 "$CHECK_DIR/build.sh"
step build-6.1 env KERNEL=6.1 "$CHECK_DIR/build.sh"
step sizes python3 "$CHECK_DIR/sizes.py"
step deps "$CHECK_DIR/deps.sh"
step symvers "$CHECK_DIR/symvers.sh"
step lint "$CHECK_DIR/lint.sh"
status=0
wait "$kunit" || status=$?
judge kunit "$status" $((SECONDS - kunit_start))
trap - EXIT
for version in 6.12 6.1; do
	step "e2e-$version" env KERNEL=$version "$CHECK_DIR/../vm/e2e.sh"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
