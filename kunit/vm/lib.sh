# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Common part of the scripts that boot guests: arguments, Debian packages,
# kernels, modules, initramfs, QEMU.  Sourced, with `set -eu -o pipefail`.
#
# Cache, all of it under ${XDG_CACHE_HOME:-$HOME/.cache}/hv-netvsc:
#	kernels/<release>_<package version>/	image and headers, unpacked
#	build/<release>/			our modules for that kernel, for the checks too
#	lock-*					one writer at a time

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SRC_DIR=$(cd "$VM_DIR/../.." && pwd)
CACHE=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/hv-netvsc

# What is needed of Debian: package, a file or command of it, the reason.
PACKAGES='
gcc-12		x86_64-linux-gnu-gcc-12	compiles the modules
gcc		gcc			compiles the traffic tool
libc6-dev	/usr/include/stdio.h	compiles the traffic tool
make		make			builds the modules
kmod		depmod			indexes the modules of the guest
cpio		cpio			packs the initramfs
qemu-system-x86	qemu-system-x86_64	runs the guest
busybox-static	busybox			shell of the guest
iproute2	ip			runs in the guest
ethtool		ethtool			runs in the guest
iperf3		iperf3			runs in the guest
iputils-ping	ping			runs in the guest
pciutils	lspci			runs in the guest
pci.ids		/usr/share/misc/pci.ids	names of PCI devices in the guest
'

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "error: $*"
	exit 1
}

# The settings that all scripts take from the environment.  KERNEL is a kernel
# that boots, or one of $MORE_KERNELS.
check_settings()
{
	local kernels="6.12 6.1 debug${MORE_KERNELS:+ $MORE_KERNELS}"

	KERNEL=${KERNEL:-6.12}
	DRIVER=${DRIVER:-ours}
	SMP=${SMP:-2}
	VF=${VF:-connectx3}
	[[ " $kernels " = *" $KERNEL "* ]] ||
		die "KERNEL=$KERNEL: must be one of $kernels"
	SLOW=1
	[ "$KERNEL" != debug ] || SLOW=4
	case $DRIVER in
	ours | intree) ;;
	*) die "DRIVER=$DRIVER: must be ours or intree" ;;
	esac
	case $VF in
	connectx3 | standin) ;;
	*) die "VF=$VF: must be connectx3 or standin" ;;
	esac
	case $SMP in
	[1-9] | [1-5][0-9] | 6[0-4]) ;;
	*) die "SMP=$SMP: must be a number from 1 to 64" ;;
	esac
	[ "$(uname -m)" = x86_64 ] || die "needs an x86-64 machine"
	mkdir -p "$CACHE/kernels" "$CACHE/build" ||
		die "$CACHE: cannot be written; set XDG_CACHE_HOME"
}

# Run a command with a lock of that name held.
locked()
{
	local name=$1

	shift
	(
		flock -n 9 || {
			say "waiting for another run that holds $CACHE/lock-$name"
			flock 9
		}
		"$@"
	) 9>"$CACHE/lock-$name"
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "not root, and no sudo, to run: $*"
	fi
}

# Refresh the package lists, once in a run.
apt_update()
{
	[ -z "${apt_updated:-}" ] || return 0
	apt_updated=1
	say "setup: refreshing the package lists (apt-get update)"
	as_root apt-get -qq update >&2 || say "setup: apt-get update failed"
}

apt_has()
{
	LC_ALL=C apt-cache policy "$1" 2>/dev/null |
		grep '^  Candidate: [^(]' >/dev/null
}

apt_install()
{
	local package

	for package in "$@"; do
		apt_has "$package" || apt_update
		apt_has "$package" ||
			die "Debian package $package cannot be had (see apt-cache policy $package)"
	done
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install \
		--no-install-recommends -y "$@" >"$CACHE/apt.log" 2>&1 || {
		tail -n 20 "$CACHE/apt.log" >&2
		die "apt-get install failed: $*"
	}
}

need_packages()
{
	local package what why missing=()

	PATH=$PATH:/usr/sbin:/sbin
	command -v apt-get >/dev/null || die "needs Debian 12: no apt-get here"
	while read -r package what why; do
		[ -n "$package" ] || continue
		case $what in
		/*) [ -e "$what" ] && continue ;;
		*) command -v "$what" >/dev/null && continue ;;
		esac
		say "setup: Debian package $package is missing: $why"
		missing+=("$package")
	done <<<"$PACKAGES"
	[ ${#missing[@]} = 0 ] && return 0
	say "setup: installing ${missing[*]} (a minute or so)"
	locked apt apt_install "${missing[@]}"
}

# The newest release of $KERNEL whose image and headers can both be had.
find_release()
{
	local image

	for image in $(apt-cache --names-only search \
		"^linux-image-${KERNEL/./\\.}\\.[0-9+a-z.-]*-cloud-amd64-unsigned\$" |
		cut -d' ' -f1 | sort -rV); do
		RELEASE=${image#linux-image-}
		RELEASE=${RELEASE%-unsigned}
		if apt_has "$image" && apt_has "linux-headers-$RELEASE"; then
			return 0
		fi
	done
	return 1
}

# The package's candidate version.
apt_version()
{
	LC_ALL=C apt-cache policy "$1" | sed -n 's/^  Candidate: //p'
}

# Of the packages that the headers depend on: those that hold more of them.
headers_depends()
{
	LC_ALL=C apt-cache depends "linux-headers-$RELEASE" |
		sed -n -e 's/^  Depends: \(linux-headers-.*-common\)$/\1/p' \
			-e 's/^  Depends: \(linux-kbuild-.*\)$/\1/p'
}

fetch_kernel()
{
	local tmp packages deb

	[ ! -e "$KROOT/.complete" ] || return 0
	tmp=$(mktemp -d "$CACHE/kernels/tmp.XXXXXX")
	chmod 755 "$tmp"
	mapfile -t packages < <(headers_depends)
	[ ${#packages[@]} = 2 ] ||
		die "linux-headers-$RELEASE: unexpected dependencies: ${packages[*]}"
	packages+=("linux-image-$RELEASE-unsigned" "linux-headers-$RELEASE")
	say "setup: downloading ${packages[*]} (50 MB)"
	(cd "$tmp" && apt-get -qq -o APT::Sandbox::User=root \
		download "${packages[@]}" >apt.log 2>&1) || {
		tail -n 5 "$tmp/apt.log" >&2
		rm -rf "$tmp"
		die "cannot download ${packages[*]}"
	}
	say "setup: unpacking them"
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$tmp/root"
	done
	relocate_headers "$tmp/root"
	depmod -b "$tmp/root" "$RELEASE"
	touch "$tmp/root/.complete"
	rm -rf "$KROOT"
	mv "$tmp/root" "$KROOT"
	rm -rf "$tmp"
}

# The headers name their other half by an absolute path.  Without vmlinux no
# BTF is made for the modules, and pahole is not needed.
relocate_headers()
{
	local hdr=$1/usr/src/linux-headers-$RELEASE

	sed -i "s|/usr/src/|$KROOT/usr/src/|" "$hdr/Makefile"
	rm -f "$hdr/vmlinux"
}

# Set RELEASE, KROOT (image and headers unpacked) and KDIR.
need_kernel()
{
	local version

	if [ "$KERNEL" = debug ]; then
		# shellcheck source=debugkernel.sh
		. "$VM_DIR/debugkernel.sh"
		need_debug_kernel
		return
	fi
	find_release || {
		apt_update
		find_release
	} || die "no Debian package linux-image-$KERNEL.*-cloud-amd64-unsigned with its headers can be had"
	version=$(apt_version "linux-image-$RELEASE-unsigned")
	KROOT=$CACHE/kernels/${RELEASE}_${version//[^0-9a-zA-Z.+~-]/_}
	locked "kernel-$RELEASE" fetch_kernel
	KDIR=$KROOT/usr/src/linux-headers-$RELEASE
}

# Copy what the modules are built from; what is unchanged keeps its time.
copy_sources()
{
	local from to file

	mkdir -p "$BUILD"
	(cd "$SRC_DIR" && find Kbuild include netvsc vf_bond kunit \
		-path kunit/vm -prune -o -type f \
		\( -name '*.[chS]' -o -name 'Kbuild*' \) -print) |
		sort >"$BUILD/sources.new"
	if [ -e "$BUILD/sources" ]; then
		comm -23 "$BUILD/sources" "$BUILD/sources.new" |
			while read -r file; do
				rm -f "$BUILD/$file" "$BUILD/${file%.c}.o"
			done
	fi
	while read -r file; do
		from=$SRC_DIR/$file to=$BUILD/$file
		if ! cmp -s "$from" "$to"; then
			mkdir -p "$(dirname "$to")"
			cp "$from" "$to"
		fi
	done <"$BUILD/sources.new"
	mv "$BUILD/sources.new" "$BUILD/sources"
}

# kbuild_modules ARGUMENT...: make in $BUILD, the arguments are make's
kbuild_modules()
{
	copy_sources
	make -C "$KDIR" M="$BUILD" -j"$(nproc)" CONFIG_VF_BOND=m \
		CONFIG_HYPERV_NETVSC=m CONFIG_HVSIM=m CONFIG_HVSIM_VF=m \
		CONFIG_HVSIM_STANDBY=m W=1 "$@" >"$BUILD.log" 2>&1 || {
		grep -E 'error|Error|undefined' "$BUILD.log" | head -n 20 >&2
		die "the modules do not build for $RELEASE: see $BUILD.log"
	}
}

make_modules()
{
	say "build: modules for $RELEASE"
	kbuild_modules modules
	gcc -O2 -Wall -Wextra -static -pthread -o "$BUILD/traffic.tmp" "$VM_DIR"/traffic/*.c ||
		die "the traffic tool does not build"
	mv "$BUILD/traffic.tmp" "$BUILD/traffic"
}
