#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Check who calls whom between our files, on a build for the newest kernel.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_packages
export KERNEL=6.12
need_copy make_copy
python3 "$CHECK_DIR/deps.py" "$BUILD"
