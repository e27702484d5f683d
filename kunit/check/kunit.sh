#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the KUnit suites on user-mode Linux with kunit.py of linux-source-6.12,
# or with KERNEL=7.3 of linux-source-7.3.  SUITE=GLOB runs only the suites (or
# suite.case) of that name.
#
# usage: kunit.sh [--lint]
#	--lint	do not run: compile the suites at W=1 and under sparse, print
#		what these say, and last how many files they looked at

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# What the kernel prints when it finds a mistake that no test looked for.
COMPLAINTS='^[^#]*(BUG:|WARNING:|KASAN:|INFO: task|kernel BUG|Kernel panic|suspicious RCU|UBSAN:|refcount_t:)'

kunit_py()
{
	local command=$1

	shift
	python3 "$LINUX/tools/testing/kunit/kunit.py" "$command" --arch um \
		--build_dir "$OUT" \
		--kunitconfig "$LINUX/drivers/net/hv_netvsc/kunit" "$@"
}

build_kernel()
{
	copy_tree "$LINUX/drivers/net/hv_netvsc"
	say "kunit: building the user-mode kernel (4 min the first time)"
	(cd "$LINUX" && kunit_py config &&
		kunit_py build --make_options W=1 --jobs "$(nproc)") \
		>"$OUT/build.log" 2>&1 || {
		grep -E 'error|Error|undefined|Missing' "$OUT/build.log" |
			head -n 20 >&2
		die "the user-mode kernel does not build: see $OUT/build.log"
	}
}

# Their tables override the defaults of their rows: sparse is not asked.
lint_suites()
{
	local log=$OUT/lint.log folder=drivers/net/hv_netvsc/kunit

	rm -f "$OUT/$folder"/*.o
	make -C "$LINUX" ARCH=um O="$OUT" W=1 C=1 CF=-Wno-override-init \
		-j"$(nproc)" "$folder/" >"$log" 2>&1 ||
		die "the suites do not build: see $log"
	grep -A 20 -E '(warning|error):' "$log" || true
	grep -c '^  CHECK ' "$log"
}

run_suites()
{
	# Time jumps when every task waits: a timeout costs nothing.
	(cd "$LINUX" && kunit_py exec --timeout 300 \
		--kernel_args=time-travel ${SUITE:+"$SUITE"}) |
		tee "$OUT/run.log" || status=1
	if grep -aE "$COMPLAINTS" "$OUT/test.log" >"$OUT/complaints.log"; then
		say "kunit: the kernel complained, see $OUT/test.log:"
		head -n 20 "$OUT/complaints.log" >&2
		complained=1
	fi
}

# Of kunit.py's "Ran 12 tests: passed: 11, failed: 1, errors: 0".
tests_with()
{
	sed -n "s/.*Ran [0-9]* tests:.*$1: \([0-9]*\).*/\1/p" "$OUT/run.log" |
		tail -n 1
}

need_packages
need_source
OUT=$CACHE/kunit/$SOURCE_VERSION
mkdir -p "$OUT"
status=0 complained=0
# One at a time: the tree and the kernel are shared.
exec 8>"$CACHE/lock-kunit-$SERIES"
flock 8
build_kernel
if [ "${1:-}" = --lint ]; then
	lint_suites
	exit
fi
run_suites
passed=$(tests_with passed) failed=$(tests_with failed)
crashed=$(tests_with crashed) errors=$(tests_with errors)
failed=$((${failed:-0} + ${crashed:-0} + ${errors:-0} + complained))
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
[ "${passed:-0}" != 0 ] || [ "$failed" != 0 ] || failed=1
echo "kunit: ${passed:-0} passed, $failed failed"
[ "$failed" = 0 ]
