#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The demonstration: boots Debian's own cloud kernel on the simulated host and
# moves real traffic over the VF and back.  KERNEL=, DRIVER=, VF=, SMP=: see
# lib.sh.

set -eu -o pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=initramfs.sh
. "$here/initramfs.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

# The guest ends after 40 s or so; emulated on a busy machine, after twice that.
GUEST_SECONDS=180

[ $# = 0 ] || die "demo.sh takes no arguments, but KERNEL=, DRIVER=, VF= and SMP= from the environment"
check_settings
begin_run
prepare_guest
rc=0
run_guest $GUEST_SECONDS demo.sh || rc=$?
if [ $rc = 123 ]; then
	echo "once more:"
	rc=0
	run_guest $GUEST_SECONDS demo.sh || rc=$?
fi
if [ $rc != 0 ]; then
	echo "demo: FAILED"
	exit 1
fi
echo "demo: OK"
