# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Common part of the check scripts: copies of our tree to build in.  Sourced,
# with `set -eu -o pipefail`.
#
# Beside what vm/lib.sh and vm/source.sh have in the cache:
#	kunit/<version>/			the user-mode kernel
#	check/<release>/			our modules and their objects

CHECK_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../vm/lib.sh
. "$CHECK_DIR/../vm/lib.sh"
# shellcheck source=../vm/source.sh
. "$CHECK_DIR/../vm/source.sh"

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

check_settings

make_copy()
{
	copy_tree "$TREE"
	make -C "$KDIR" M="$TREE" -j"$(nproc)" CONFIG_VF_BOND=m \
		CONFIG_HYPERV_NETVSC=m CONFIG_HVSIM=m CONFIG_HVSIM_VF=m \
		CONFIG_HVSIM_STANDBY=m W=1 "$@" modules >"$TREE.log" 2>&1 || {
		grep -E 'error|Error|undefined' "$TREE.log" | head -n 20 >&2
		die "the modules do not build for $RELEASE: see $TREE.log"
	}
}

# A warning is printed only when its file is compiled: compile them all.
make_fresh_copy()
{
	rm -rf "$TREE"
	make_copy "$@"
	cp "$TREE.log" "$TREE.fresh.log"
}

# need_copy make_copy|make_fresh_copy [ARGUMENT...]: build all modules for
# $KERNEL at W=1 in a copy of the tree: sets TREE.  What the build said is in
# $TREE.log.  The arguments go to make.
need_copy()
{
	need_kernel
	TREE=$CACHE/check/$RELEASE
	mkdir -p "$CACHE/check"
	locked "check-$RELEASE" "$@"
}
