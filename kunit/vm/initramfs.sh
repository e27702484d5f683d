# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The guest's root: Debian's own programs with their libraries, the modules,
# and our scripts.  Sourced by the scripts that boot guests, after lib.sh.

# Programs of the guest that are not busybox.
GUEST_PROGRAMS='bash dash kmod ip ethtool iperf3 ping lspci'

# Modules of the distribution that a guest may load.  hv_vmbus is never there:
# hvsim stands in for it.
GUEST_MODULES='ucs2_string veth 8021q macvlan bonding bridge team net_failover netconsole
	vmxnet3 virtio_pci virtio_net'

# Drivers of a VF=connectx3; the first is found by the device's alias, and asks
# for the second.
VF_MODULES='mlx4_core mlx4_en'

# Copy a file into the root at its own place.
root_add()
{
	local file=$1 dir

	dir=$root$(dirname "$(realpath -s "$file")")
	mkdir -p "$dir"
	cp -L "$file" "$dir/"
}

root_programs()
{
	local name path lib

	for name in $GUEST_PROGRAMS; do
		path=$(command -v "$name") || die "$name: not found"
		cp -L "$path" "$root/usr/bin/$name"
		for lib in $(ldd "$path" | grep -o '/[^ ]*'); do
			[ -e "$root$lib" ] || root_add "$lib"
		done
	done
	ln -s dash "$root/usr/bin/sh"
	# Not a link: killall finds a program by its file, too.
	cp "$root/usr/bin/ping" "$root/usr/bin/ping-forever"
	for name in modprobe insmod rmmod lsmod modinfo depmod; do
		ln -s kmod "$root/usr/bin/$name"
	done
	cp /bin/busybox "$root/usr/bin/busybox"
	for name in $(busybox --list); do
		[ -e "$root/usr/bin/$name" ] || [ -L "$root/usr/bin/$name" ] ||
			ln -s busybox "$root/usr/bin/$name"
	done
	install -m 755 "$BUILD/traffic" "$root/usr/bin/traffic"
}

# Of the names of PCI devices, the vendors and classes that can be there.
root_pci_ids()
{
	mkdir -p "$root/usr/share/misc"
	awk '/^[0-9a-f]/ { keep = /^(15b3|8086|1af4|1234|1b36) / }
	     /^C / { keep = 1 } keep' /usr/share/misc/pci.ids \
		>"$root/usr/share/misc/pci.ids"
}

# Where a module of the distribution is, and the modules it needs.
stock_module_paths()
{
	modprobe -d "$KROOT" -S "$RELEASE" --show-depends "$1" 2>/dev/null |
		awk '$1 == "insmod" { print $2 }'
}

root_modules()
{
	local mods=$root/lib/modules/$RELEASE stock=$KROOT/lib/modules/$RELEASE
	local wanted=$GUEST_MODULES name path

	mkdir -p "$mods/kernel" "$mods/updates"
	cp "$stock"/modules.builtin* "$stock"/modules.order "$mods/"
	[ "$DRIVER" = ours ] || wanted="$wanted hv_netvsc"
	[ "$VF" = standin ] || wanted="$wanted $VF_MODULES"
	for name in $wanted; do
		for path in $(stock_module_paths "$name"); do
			case $path in
			*/hv_vmbus.ko*) continue ;;
			esac
			cp "$path" "$mods/kernel/"
		done
	done
	find "$BUILD" -name '*.ko' -print | while read -r path; do
		case $DRIVER:${path##*/} in
		intree:hv_netvsc.ko | intree:vf_bond.ko) continue ;;
		esac
		strip --strip-debug -o "$mods/updates/${path##*/}" "$path"
	done
	depmod -b "$root" "$RELEASE"
}

# make_initramfs FILE: for $RELEASE, $DRIVER and $VF
make_initramfs()
{
	local file=$1 root

	root=$(mktemp -d "$RUN/root.XXXXXX")
	chmod 755 "$root"
	mkdir -p "$root"/{proc,sys,dev,run,tmp,etc,root} "$root"/usr/{bin,lib,lib64}
	ln -s usr/bin "$root/bin"
	ln -s usr/bin "$root/sbin"
	ln -s usr/lib "$root/lib"
	ln -s usr/lib64 "$root/lib64"
	ln -s bin "$root/usr/sbin"
	root_programs
	root_pci_ids
	root_modules
	install -m 755 "$VM_DIR"/guest/init "$root/init"
	mkdir -p "$root/vm/scenarios"
	cp "$VM_DIR"/guest/* "$root/vm/"
	cp "$VM_DIR"/scenarios/*.sh "$root/vm/scenarios/"
	mkdir -p "$root/etc/modprobe.d"
	echo "options hvsim vf_form=$VF" >"$root/etc/modprobe.d/hvsim.conf"
	printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\n' >"$root/etc/group"
	printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
	(cd "$root" && find . -print0 | cpio -0 -o -H newc -R 0:0 --quiet) \
		>"$file"
	rm -rf "$root"
}
