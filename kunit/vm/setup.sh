#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetch what the guests need: Debian packages, a kernel, its headers.

set -eu -o pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

usage()
{
	cat <<'END'
setup.sh [--kdir|--kroot] [6.12|6.1]
    Install missing Debian packages and unpack the newest cloud kernel of that
    series, with its headers, in the cache (default: KERNEL, or 6.12).
    --kdir     print the folder to build modules against (KDIR)
    --kroot    print the folder in which the kernel's packages are unpacked
END
}

show=
for arg in "$@"; do
	case $arg in
	--kdir | --kroot) show=$arg ;;
	-h | --help)
		usage
		exit 0
		;;
	-*) die "$arg: unknown option (see setup.sh --help)" ;;
	*) KERNEL=$arg ;;
	esac
done
check_settings
need_packages
need_kernel
case $show in
--kdir) echo "$KDIR" ;;
--kroot) echo "$KROOT" ;;
*) say "setup: ready: $RELEASE in $KROOT" ;;
esac
