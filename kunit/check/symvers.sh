#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Compare the checksums of hvsim's exports with those of the distribution's
# hv_vmbus, on both kernels: only with equal ones do its drivers load on hvsim.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_packages
failed=0
for KERNEL in 6.12 6.1; do
	export KERNEL
	need_copy make_copy
	"$CHECK_DIR/../hvsim/check-symvers.sh" "$BUILD/Module.symvers" \
		"$KDIR/Module.symvers" || failed=1
done
[ "$failed" = 0 ]
