# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's kernel sources in the cache, our tree hooked in: linux-source-6.12,
# or linux-source-7.3 with KERNEL=7.3.  Sourced by the scripts that build
# kernels, after lib.sh.
#
# Beside what lib.sh has in the cache:
#	source/<version>/linux-source-<series>	unpacked, our tree hooked in
#	apt-trixie-backports/			package lists of where 7.3 is

# shellcheck source=backports.sh
. "$VM_DIR/backports.sh"

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

# Run apt-get or apt-cache on the package lists that have the sources.
source_apt()
{
	case $SERIES in
	7.3) backports_apt "$@" ;;
	*) "$@" ;;
	esac
}

source_candidate()
{
	LC_ALL=C source_apt apt-cache policy "$SOURCE" 2>/dev/null |
		sed -n 's/^  Candidate: \([^(].*\)$/\1/p'
}

# Lists that are our own are not looked after by anybody else: they are
# refreshed unless what they offer is in the cache already.
source_version()
{
	local version

	if [ -e "/usr/src/$SOURCE.tar.xz" ]; then
		dpkg-query -W -f '${Version}' "$SOURCE"
		return
	fi
	version=$(source_candidate)
	if [ -z "$version" ] && [ "$SERIES" != 7.3 ]; then
		apt_update >&2
	elif [ "$SERIES" = 7.3 ] &&
		[ ! -e "$(source_folder "$version")/.complete" ]; then
		locked apt-backports backports_update >&2
	fi
	source_candidate
}

# source_folder VERSION
source_folder()
{
	echo "$CACHE/source/${1//[^0-9a-zA-Z.+~-]/_}/$SOURCE"
}

# The tarball's path, or that of a copy downloaded into $1.
source_tarball()
{
	if [ -e "/usr/src/$SOURCE.tar.xz" ]; then
		echo "/usr/src/$SOURCE.tar.xz"
		return
	fi
	say "setup: downloading $SOURCE (150 MB)"
	(cd "$1" && source_apt apt-get -qq -o APT::Sandbox::User=root \
		download "$SOURCE" >apt.log 2>&1 &&
		dpkg -x "$SOURCE"_*.deb .) || {
		tail -n 5 "$1/apt.log" >&2
		die "cannot download the Debian package $SOURCE"
	}
	echo "$1/usr/src/$SOURCE.tar.xz"
}

fetch_source()
{
	local tmp tarball

	[ ! -e "$LINUX/.complete" ] || return 0
	tmp=$(mktemp -d "$CACHE/source/tmp.XXXXXX")
	tarball=$(source_tarball "$tmp")
	say "setup: unpacking $SOURCE"
	tar -xf "$tarball" -C "$tmp"
	hook_in "$tmp/$SOURCE"
	touch "$tmp/$SOURCE/.complete"
	mkdir -p "$(dirname "$LINUX")"
	rm -rf "$LINUX"
	mv "$tmp/$SOURCE" "$LINUX"
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

# Set LINUX: Debian's kernel sources for $KERNEL, unpacked, our tree hooked in;
# SOURCE_VERSION: the package's, as folders are named.
need_source()
{
	local version

	SERIES=6.12
	[ "$KERNEL" != 7.3 ] || SERIES=7.3
	SOURCE=linux-source-$SERIES
	version=$(source_version)
	[ -n "$version" ] || die "the Debian package $SOURCE cannot be had"
	SOURCE_VERSION=${version//[^0-9a-zA-Z.+~-]/_}
	LINUX=$(source_folder "$version")
	mkdir -p "$CACHE/source"
	locked "source-$SERIES" fetch_source
}

# source_make FOLDER CONFIG ARGUMENT...: build of $LINUX in FOLDER
source_make()
{
	local folder=$1 config=$2

	shift 2
	make -C "$LINUX" O="$folder" KCONFIG_ALLCONFIG="$config" "$@" \
		>>"$folder.log" 2>&1 || {
		grep -E 'error|Error|undefined' "$folder.log" | head -n 20 >&2
		die "$SOURCE does not build: see $folder.log"
	}
}

# source_config FOLDER CONFIG: configure $LINUX to be built in FOLDER, with what
# CONFIG asks for and nothing else.  Kconfig reads our tree's files, too, though
# nothing of it is built in, and drops settings in silence.
source_config()
{
	[ -e "$LINUX/drivers/net/hv_netvsc/Kconfig" ] ||
		copy_tree "$LINUX/drivers/net/hv_netvsc"
	rm -rf "$1"
	mkdir -p "$1"
	: >"$1.log"
	source_make "$1" "$2" allnoconfig
	! grep '^CONFIG_' "$2" | grep -vxF -f "$1/.config" >&2 ||
		die "$2: $SOURCE did not take these settings"
}
