# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's linux-source-6.12 in the cache, our tree hooked in.  Sourced by the
# scripts that build kernels, after lib.sh.
#
# Beside what lib.sh has in the cache:
#	source/<version>/linux-source-6.12	unpacked, our tree hooked in

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
