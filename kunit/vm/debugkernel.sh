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

# What was asked for and did not come out: Kconfig drops settings in silence.
debug_config_missing()
{
	grep '^CONFIG_' "$VM_DIR/debug.config" | grep -vxF -f "$1/.config"
}

debug_make()
{
	make -C "$LINUX" O="$1" KCONFIG_ALLCONFIG="$VM_DIR/debug.config" \
		"${@:2}" >>"$1.log" 2>&1 || {
		grep -E 'error|Error|undefined' "$1.log" | head -n 20 >&2
		die "the debug kernel does not build: see $1.log"
	}
}

# Kconfig reads our tree's files, too, though nothing of it is built in.
build_debug_kernel()
{
	[ ! -e "$KDIR/.complete" ] || return 0
	say "setup: building the debug kernel (15 min on 2 processors, once)"
	[ -e "$LINUX/drivers/net/hv_netvsc/Kconfig" ] ||
		copy_tree "$LINUX/drivers/net/hv_netvsc"
	rm -rf "$KDIR"
	mkdir -p "$KDIR"
	: >"$KDIR.log"
	debug_make "$KDIR" allnoconfig
	! debug_config_missing "$KDIR" >&2 ||
		die "debug.config: the kernel did not take these settings"
	debug_make "$KDIR" -j"$(nproc)" bzImage modules
	debug_make "$KDIR" INSTALL_MOD_PATH="$KDIR/root" modules_install
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
