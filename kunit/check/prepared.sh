# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the modules for KERNEL=7.3 are built against.  Debian's packaged headers
# of it hold programs that Debian 12 cannot run, so its sources are configured
# and prepared instead.  Nothing of the kernel itself is built: which symbols it
# exports is not known, and modules are not to be loaded anywhere.  Sourced by
# lib.sh.
#
# Beside what lib.sh and vm/source.sh have in the cache:
#	prepared/<version>_<configuration>/

PREPARED_CONFIG=$CHECK_DIR/prepared.config

# What is needed of Debian more than for the packaged kernels.
PREPARED_PACKAGES='
libelf-dev	/usr/include/gelf.h	builds objtool
'

prepare_kernel()
{
	[ ! -e "$KDIR/.complete" ] || return 0
	say "setup: preparing $SOURCE (a minute, once)"
	source_config "$KDIR" "$PREPARED_CONFIG"
	source_make "$KDIR" "$PREPARED_CONFIG" -j"$(nproc)" modules_prepare
	# an empty list of what is exported is one
	touch "$KDIR/Module.symvers" "$KDIR/.complete"
}

# Set RELEASE and KDIR.
need_prepared_kernel()
{
	local config

	PACKAGES=$PREPARED_PACKAGES need_packages
	need_source
	config=$(md5sum <"$PREPARED_CONFIG")
	mkdir -p "$CACHE/prepared"
	KDIR=$CACHE/prepared/${SOURCE_VERSION}_${config:0:8}
	locked prepared-kernel prepare_kernel
	# shellcheck disable=SC2034 # lib.sh's
	RELEASE=$(cat "$KDIR/include/config/kernel.release")
	export KBUILD_MODPOST_WARN=1
}
