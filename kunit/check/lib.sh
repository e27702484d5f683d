# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Common part of the check scripts: Debian's kernel sources and headers in the
# cache, copies of our tree to build in.  Sourced, with `set -eu -o pipefail`.
#
# Beside what vm/lib.sh has in the cache:
#	source/<version>/linux-source-6.12	unpacked, our tree hooked in
#	kunit/<version>/			the user-mode kernel
#	check/<release>/			our modules and their objects

CHECK_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../vm/lib.sh
. "$CHECK_DIR/../vm/lib.sh"

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

# Our files for the kernel's build system, to a folder; what is unchanged
# keeps its time.
copy_tree()
{
	mkdir -p "$1"
	(cd "$SRC_DIR" && rsync -rlc --delete --prune-empty-dirs \
		--filter='P *.o' --filter='P .*.cmd' --filter='P *.mod*' \
		--filter='P *.ko' --filter='P modules.order' \
		--filter='P Module.symvers' --exclude=/kunit/vm \
		--include='*/' --include='*.[chS]' --include='Kbuild*' \
		--include=Kconfig --include=.kunitconfig --exclude='*' \
		Kbuild Kconfig include netvsc vf_bond kunit "$1/") >&2
	drop_orphans "$1"
}

# Objects of sources that are no more would be linked and judged still.
drop_orphans()
{
	local object

	find "$1" -name '*.o' ! -name '*.mod.o' | while read -r object; do
		grep -qs "$(basename "${object%.o}")\\.[cS]\\b" \
			"$(dirname "$object")/.$(basename "$object").cmd" || continue
		[ -e "${object%.o}.c" ] || [ -e "${object%.o}.S" ] ||
			rm -f "$object"
	done
}

source_version()
{
	if [ -e /usr/src/linux-source-6.12.tar.xz ]; then
		dpkg-query -W -f '${Version}' linux-source-6.12
	else
		apt_has linux-source-6.12 || apt_update >&2
		apt_version linux-source-6.12
	fi
}

# The tarball's path, or that of a copy downloaded into $1.
source_tarball()
{
	if [ -e /usr/src/linux-source-6.12.tar.xz ]; then
		echo /usr/src/linux-source-6.12.tar.xz
		return
	fi
	say "setup: downloading linux-source-6.12 (150 MB)"
	(cd "$1" && apt-get -qq -o APT::Sandbox::User=root \
		download linux-source-6.12 >apt.log 2>&1 &&
		dpkg -x linux-source-6.12_*.deb .) || {
		tail -n 5 "$1/apt.log" >&2
		die "cannot download the Debian package linux-source-6.12"
	}
	echo "$1/usr/src/linux-source-6.12.tar.xz"
}

fetch_source()
{
	local tmp tarball

	[ ! -e "$LINUX/.complete" ] || return 0
	tmp=$(mktemp -d "$CACHE/source/tmp.XXXXXX")
	tarball=$(source_tarball "$tmp")
	say "setup: unpacking linux-source-6.12"
	tar -xf "$tarball" -C "$tmp"
	hook_in "$tmp/linux-source-6.12"
	touch "$tmp/linux-source-6.12/.complete"
	mkdir -p "$(dirname "$LINUX")"
	rm -rf "$LINUX"
	mv "$tmp/linux-source-6.12" "$LINUX"
	rm -rf "$tmp"
}

# The two lines that a kernel tree needs to have us built.
hook_in()
{
	sed -i 's|^endif # NETDEVICES$|source "drivers/net/hv_netvsc/Kconfig"\n&|' \
		"$1/drivers/net/Kconfig"
	echo 'obj-y += hv_netvsc/' >>"$1/drivers/net/Makefile"
	grep -q hv_netvsc "$1/drivers/net/Kconfig" ||
		die "cannot hook into $1/drivers/net/Kconfig"
}

# Set LINUX: Debian's linux-source-6.12, unpacked, our tree hooked in.
need_source()
{
	local version

	version=$(source_version)
	[ -n "$version" ] ||
		die "the Debian package linux-source-6.12 cannot be had"
	SOURCE_VERSION=${version//[^0-9a-zA-Z.+~-]/_}
	LINUX=$CACHE/source/$SOURCE_VERSION/linux-source-6.12
	mkdir -p "$CACHE/source"
	locked source fetch_source
}

make_copy()
{
	copy_tree "$TREE"
	make -C "$KDIR" M="$TREE" -j"$(nproc)" CONFIG_VF_BOND=m \
		CONFIG_HYPERV_NETVSC=m CONFIG_HVSIM=m CONFIG_HVSIM_VF=m \
		W=1 "$@" modules >"$TREE.log" 2>&1 || {
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
