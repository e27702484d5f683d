# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The kernel of KERNEL=debug: linux-source-6.12 with debug.config.  Sourced by
# lib.sh when it is asked for.
#
# Beside what lib.sh and source.sh have in the cache:
#	debug/<version>_<configuration>/	built, its modules in root/

# shellcheck source=source.sh
. "$VM_DIR/source.sh"

# What is needed of Debian more than for the packaged kernels.
DEBUG_PACKAGES='
flex		flex			builds the debug kernel
bison		bison			builds the debug kernel
bc		bc			builds the debug kernel
libelf-dev	/usr/include/gelf.h	builds the debug kernel
xz-utils	xz			unpacks the kernel sources
rsync		rsync			copies our tree to the kernel sources
'

build_debug_kernel()
{
	local config=$VM_DIR/debug.config

	[ ! -e "$KDIR/.complete" ] || return 0
	say "setup: building the debug kernel (15 min on 2 processors, once)"
	source_config "$KDIR" "$config"
	source_make "$KDIR" "$config" -j"$(nproc)" bzImage modules
	source_make "$KDIR" "$config" INSTALL_MOD_PATH="$KDIR/root" \
		modules_install
	mkdir -p "$KDIR/root/boot"
	cp "$KDIR/arch/x86/boot/bzImage" \
		"$KDIR/root/boot/vmlinuz-$(cat "$KDIR/include/config/kernel.release")"
	touch "$KDIR/.complete"
}

# Set RELEASE, KROOT and KDIR, as need_kernel() does.
need_debug_kernel()
{
	local config

	PACKAGES=$DEBUG_PACKAGES need_packages
	need_source
	config=$(md5sum <"$VM_DIR/debug.config")
	mkdir -p "$CACHE/debug"
	KDIR=$CACHE/debug/${SOURCE_VERSION}_${config:0:8}
	locked debug-kernel build_debug_kernel
	KROOT=$KDIR/root
	RELEASE=$(cat "$KDIR/include/config/kernel.release")
}
