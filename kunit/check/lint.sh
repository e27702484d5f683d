#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# checkpatch --strict, kernel-doc, sparse (C sources) and shellcheck (scripts) on
# every file of ours.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Our files that match the patterns, committed or not.
our_files()
{
	git -C "$SRC_DIR" ls-files --cached --others --exclude-standard -- "$@" |
		sort -u | while read -r file; do
		[ ! -e "$SRC_DIR/$file" ] || echo "$file"
	done
}

verdict()
{
	local name=$1 files=$2 log=$CACHE/lint-$1.log

	if [ -s "$log" ]; then
		cat "$log"
		echo "lint: $name: $files: $(grep -c . "$log") lines of complaint"
		failed=1
	else
		echo "lint: $name: $files: silent"
	fi
}

# checkpatch IGNORED FILE...
checkpatch()
{
	local ignored=$1

	shift
	(cd "$SRC_DIR" && perl "$LINUX/scripts/checkpatch.pl" --no-tree \
		--strict --terse --no-summary --show-types \
		--ignore "$ignored" -f "$@") 2>&1 || true
}

# What compat.h is for is what checkpatch has against it; trace events are laid
# out in a way of their own; a Kconfig file names others of that name.
lint_checkpatch()
{
	local files traces kconfigs

	mapfile -t files < <(our_files '*.[chS]' |
		grep -v -x -e include/compat.h -e '.*/trace\.h')
	mapfile -t traces < <(our_files '*/trace.h')
	mapfile -t kconfigs < <(our_files '*Kconfig')
	{
		checkpatch NONE "${files[@]}"
		checkpatch LINUX_VERSION_CODE,CONSTANT_COMPARISON,CONST_STRUCT,MACRO_ARG_UNUSED,MACRO_ARG_REUSE,PREFER_ETHTOOL_PUTS \
			include/compat.h
		checkpatch OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT "${traces[@]}"
		checkpatch EMBEDDED_FILENAME "${kconfigs[@]}"
	} >"$CACHE/lint-checkpatch.log"
	verdict checkpatch \
		"$((${#files[@]} + 1 + ${#traces[@]} + ${#kconfigs[@]})) files, --strict"
}

lint_kernel_doc()
{
	local files

	mapfile -t files < <(our_files '*.[ch]')
	(cd "$SRC_DIR" && "$LINUX/scripts/kernel-doc" -none -Wall \
		"${files[@]}") >"$CACHE/lint-kernel-doc.log" 2>&1 || true
	verdict kernel-doc "${#files[@]} files, -Wall"
}

# C=2 runs sparse on every file, compiled anew or not.  SPARSE_DONE names the
# kernels for which build.sh has just done so.
lint_sparse()
{
	local files log

	export KERNEL=$1
	if [[ " ${SPARSE_DONE:-} " = *" $1 "* ]]; then
		need_kernel
		log=$CACHE/build/$RELEASE.fresh.log
	else
		need_copy make_copy C=2
		log=$BUILD.log
	fi
	files=$(grep -c '^  CHECK ' "$log") || true
	[ "$files" != 0 ] || die "sparse: checked nothing, see $log"
	grep -E '(warning|error):' "$log" >"$CACHE/lint-sparse-$1.log" || true
	verdict "sparse-$1" "$files files, headers $RELEASE"
}

# The suites are built into the user-mode kernel only.
lint_suites()
{
	local log=$CACHE/lint-suites.log files

	"$CHECK_DIR/kunit.sh" --lint >"$log" || failed=1
	files=$(tail -n 1 "$log")
	sed -i '$d' "$log"
	verdict suites "$files files, sparse and W=1, user-mode Linux"
}

lint_shellcheck()
{
	local files

	mapfile -t files < <(our_files '*.sh' .ci/run kunit/vm/guest | while
		read -r file; do
		[[ $file != *.conf ]] &&
			head -n 1 "$SRC_DIR/$file" | grep -q -E 'sh$|SPDX' &&
			echo "$file"
	done)
	(cd "$SRC_DIR" && shellcheck -x -P SCRIPTDIR -f gcc "${files[@]}") \
		>"$CACHE/lint-shellcheck.log" 2>&1 || true
	verdict shellcheck "${#files[@]} files"
}

# Every counter has its place in the documentation.
lint_counters()
{
	local log=$CACHE/lint-counters.log count

	count=$("$CHECK_DIR/counters.py" "$SRC_DIR" | tee "$log" |
		tail -n 1) || true
	sed -i '$d' "$log"
	verdict counters "${count#counters: }"
}

need_packages
need_source
failed=0
lint_checkpatch
lint_kernel_doc
lint_shellcheck
lint_counters
lint_sparse 6.12
lint_sparse 6.1
lint_suites
[ "$failed" = 0 ]
