#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Build every module for $KERNEL at W=1, and fail on any warning.  KERNEL=7.3
# builds against sources that know no exported symbols (prepared.sh).

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_packages
# What sparse says of it is for lint.sh.
need_copy make_fresh_copy C=2
if grep -E 'warning: .*\[-W|WARNING:' "$BUILD.fresh.log" |
	grep -v -E ' undefined!$|unresolved symbol warnings' >&2; then
	die "warnings at W=1 on $RELEASE"
fi
echo "build: $(grep -c '^  LD \[M\] .*\.ko$' "$BUILD.fresh.log") modules for $RELEASE, W=1, no warning"
