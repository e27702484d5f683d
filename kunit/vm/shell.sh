#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A prompt in the guest of the demonstration, with one NIC up.

set -eu -o pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=initramfs.sh
. "$here/initramfs.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

[ $# = 0 ] || die "shell.sh takes no arguments, but KERNEL=, DRIVER=, VF= and SMP= from the environment"
check_settings
begin_run
prepare_guest
qemu_args "$RUN/initramfs" "quiet -- /vm/shell"
"${QEMU[@]}" -serial mon:stdio
