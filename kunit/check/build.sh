#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Build every module for $KERNEL at W=1, and fail on any warning.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_packages
need_kernel
# A warning is printed only when its file is compiled: compile them all.
rm -rf "$CACHE/check/$RELEASE"
build_copy W=1
if grep -E 'warning:|WARNING:' "$TREE.log" >&2; then
	die "warnings at W=1 on $RELEASE"
fi
echo "build: $(find "$TREE" -name '*.ko' | wc -l) modules for $RELEASE, W=1, no warning"
