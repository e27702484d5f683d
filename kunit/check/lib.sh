# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Common part of the check scripts: copies of our tree to build in.  Sourced,
# with `set -eu -o pipefail`.
#
# Beside what vm/lib.sh and vm/source.sh have in the cache:
#	kunit/<version>/			a user-mode kernel

CHECK_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../vm/lib.sh
. "$CHECK_DIR/../vm/lib.sh"
# shellcheck source=../vm/source.sh
. "$CHECK_DIR/../vm/source.sh"
# shellcheck source=prepared.sh
. "$CHECK_DIR/prepared.sh"

# What is needed of Debian: package, a file or command of it, the reason.
PACKAGES='
gcc-12		x86_64-linux-gnu-gcc-12	compiles the modules
gcc		gcc			compiles the user-mode kernel
libc6-dev	/usr/include/stdio.h	compiles the user-mode kernel
make		make			builds
flex		flex			builds the user-mode kernel
bison		bison			builds the user-mode kernel
bc		bc			builds the user-mode kernel
xz-utils	xz			unpacks the kernel sources
kmod		depmod			indexes the modules
rsync		rsync			copies our tree to where it is built
perl		perl			runs checkpatch and kernel-doc
python3		python3			runs kunit.py
sparse		sparse			checks types
shellcheck	shellcheck		checks scripts
'

# Built for, not booted.
MORE_KERNELS=7.3
check_settings

make_copy()
{
	kbuild_modules "$@" modules
}

# A warning is printed only when its file is compiled: compile them all.
make_fresh_copy()
{
	rm -rf "$BUILD"
	kbuild_modules "$@" modules
	cp "$BUILD.log" "$BUILD.fresh.log"
}

# need_copy make_copy|make_fresh_copy [ARGUMENT...]: build all modules for
# $KERNEL at W=1 in the copy of the tree that the guests get theirs from, BUILD.
# What the build said is in $BUILD.log.  The arguments go to make.
need_copy()
{
	if [ "$KERNEL" = 7.3 ]; then
		need_prepared_kernel
	else
		need_kernel
	fi
	BUILD=$CACHE/build/$RELEASE
	locked "build-$RELEASE" "$@"
}
