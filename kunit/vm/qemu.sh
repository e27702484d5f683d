# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Run a guest: two serial lines, one for the kernel's console, one for what
# the guest's script reports.  Sourced by the scripts that boot guests.

# shellcheck source=guest/splat.sh
. "$VM_DIR/guest/splat.sh"

# Without the string instructions that are fast on a processor: the emulator does
# them byte by byte, so that clearing a page takes as long as some system calls.
EMULATED_CPU=max,-erms,-fsrm

# A /dev/kvm node proves nothing: the processor must say that it can.  With
# ICOUNT=1 the guest's clock counts its instructions, 1 ns each: what else the
# machine does has no effect on what the guest sees, and waiting costs nothing.
choose_accel()
{
	CPU=$EMULATED_CPU
	if [ -n "${ICOUNT:-}" ]; then
		ACCEL=tcg,tb-size=512
	elif grep -qwE 'vmx|svm' /proc/cpuinfo && (: <>/dev/kvm) 2>/dev/null; then
		ACCEL=kvm
		CPU=max
	else
		ACCEL=tcg,thread=multi,tb-size=512
	fi
}

# What the guest's scripts take from the environment here: vm.NAME=VALUE on
# the kernel's command line, for init.
GUEST_SETTINGS='DRIVER VF SLOW SCOPE FLAPS ROUNDS'

guest_settings()
{
	local name

	for name in $GUEST_SETTINGS; do
		[ -z "${!name:-}" ] || printf ' vm.%s=%s' "$name" "${!name}"
	done
}

# qemu_args INITRAMFS CMDLINE...: sets the array QEMU
qemu_args()
{
	local initramfs=$1 memory=768 cmdline

	shift
	choose_accel
	cmdline="console=ttyS0 panic=-1 mitigations=off tsc=reliable"
	# On a busy machine an emulated guest, which reads the real counter,
	# measures its frequency wrong, and its clock runs several times too fast.
	[ "$ACCEL" = kvm ] || cmdline="$cmdline tsc_early_khz=$(tsc_khz)"
	# A processor that is stuck for 60 s ends the guest.
	cmdline="$cmdline watchdog_thresh=30 softlockup_panic=1"
	if [ "$KERNEL" = debug ]; then
		memory=2048
		cmdline="$cmdline panic_on_warn=1"
	fi
	QEMU=(qemu-system-x86_64 -machine q35 -accel "$ACCEL" -cpu "$CPU"
		-smp "$SMP" -m "$memory" -nodefaults -display none -no-reboot
		-device VGA # its memory is borrowed for the BARs of VFs
		-kernel "$KROOT/boot/vmlinuz-$RELEASE" -initrd "$initramfs"
		-append "$cmdline$(guest_settings) $*")
	[ -z "${ICOUNT:-}" ] || QEMU+=(-icount "shift=0,sleep=off")
	[ -z "${HOTPLUG:-}" ] || hotplug_args
}

tsc_khz()
{
	if [ -n "${ICOUNT:-}" ]; then
		echo 1000000
	else
		"$BUILD/traffic" tsc
	fi
}

# A PCI Express port, its slot named 7, to plug a vmxnet3 into; what that sends
# comes out of a virtio NIC, and the other way.  With ACPI's hot-plug the slot
# would have another name.
hotplug_args()
{
	[ -p "$RUN/qmp.in" ] || mkfifo "$RUN/qmp.in" "$RUN/qmp.out"
	QEMU+=(-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
		-device "pcie-root-port,id=port7,slot=7,chassis=1"
		-netdev "hubport,id=near,hubid=0"
		-netdev "hubport,id=far,hubid=0"
		-device "virtio-net-pci,netdev=far,romfile="
		-chardev "pipe,id=qmp,path=$RUN/qmp"
		-mon "chardev=qmp,mode=control")
}

# qmp COMMAND [ARGUMENTS]: the answer goes to $RUN/qmp.log
qmp()
{
	printf '{"execute": "%s", "arguments": {%s}}\n' "$1" "${2:-}" >&8
}

# What the guest asks the machine for: a line "vm-host: WORDS" of its report.
machine()
{
	local verb=$1 mac=${2:-}

	case $verb:$mac in
	plug:??:??:??:??:??:??)
		qmp device_add "\"driver\": \"vmxnet3\", \"id\": \"vf\", \"bus\": \"port7\", \"netdev\": \"near\", \"romfile\": \"\", \"mac\": \"$mac\""
		;;
	unplug:) qmp device_del '"id": "vf"' ;;
	*) say "the guest asks for what is not there: $*" ;;
	esac
}

# Print the guest's report as it comes, and do what it asks for.
follow_report()
{
	local line

	while IFS= read -r line; do
		case $line in
		vm-exit:*) ;;
		vm-host:*)
			# shellcheck disable=SC2086 # these are words
			machine ${line#vm-host:}
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

boots=0

last_of_console()
{
	say "---- last lines of the guest's console:"
	tail -n 40 "$RUN/console" | tr -d '\r' >&2
	say "----"
}

# run_guest SECONDS SCRIPT [ARGS...]: the report goes to $RUN/report and to
# stdout as it comes.  Returns the script's exit status; 123 if the emulator
# failed, 124 if the guest hung, 125 if it died, 126 if the kernel complained.
run_guest()
{
	local bound=$(($1 * SLOW)) qemu rc=0

	shift
	[ ! -e "$RUN/console" ] || mv "$RUN/console" "$RUN/console.$((++boots))"
	: >"$RUN/report"
	qemu_args "$RUN/initramfs" "-- /vm/$*"
	timeout -k 5 "$bound" "${QEMU[@]}" -serial "file:$RUN/console" \
		-serial "file:$RUN/report" </dev/null >"$RUN/qemu.log" 2>&1 &
	qemu=$!
	if [ -n "${HOTPLUG:-}" ]; then
		cat "$RUN/qmp.out" >"$RUN/qmp.log" &
		exec 8<>"$RUN/qmp.in"
		qmp qmp_capabilities
	fi
	tail -n +1 -s 0.2 -f --pid="$qemu" "$RUN/report" | follow_report
	wait "$qemu" || rc=$?
	guest_status "$bound" "$rc"
}

# QEMU before 8.1 may execute a breakpoint of the kernel's self-patching (static
# keys) on one emulated processor after another has taken it away; the kernel,
# which knows it no more, dies of it, or finds that it is gone, goes back to it
# and so on for ever.  And once it lost a processor's state in the middle of a
# function: what an Oops shows of that are flags whose upper ten bits, which are
# zero on every processor, are not.  Nothing in the guest is to blame.
emulator_failed()
{
	[ "$ACCEL" != kvm ] &&
		grep -qE '(Oops|\]): int3: 0000|\] int3: 0000|RIP: 0010:asm_exc_int3|EFLAGS: (0[1-9a-f]|[1-9a-f].|00[4-9a-f])[0-9a-f]{5}' \
			"$RUN/console"
}

# Which of the ways to end was it?
guest_status()
{
	local bound=$1 rc=$2 status

	status=$(sed -n 's/^vm-exit: //p' "$RUN/report")
	if emulator_failed; then
		say "note: the emulator failed (a stale breakpoint, or impossible flags)"
		return 123
	fi
	if [ "$rc" = 124 ] || [ "$rc" = 137 ]; then
		last_of_console
		say "error: the guest did not end within $bound s and was stopped"
		return 124
	fi
	if [ -z "$status" ]; then
		last_of_console
		cat "$RUN/qemu.log" >&2
		say "error: the guest ended before its script did"
		return 125
	fi
	if grep -qE "$SPLAT" "$RUN/console"; then
		say "---- the guest's kernel complained:"
		grep -nE -A 25 "$SPLAT" "$RUN/console" | head -n 60 | tr -d '\r' >&2
		return 126
	fi
	return "$status"
}

# A directory for this run; kept only when the run failed.
begin_run()
{
	RUN=$(mktemp -d "${TMPDIR:-/tmp}/hv-netvsc-vm.XXXXXX")
	trap 'end_run $?' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

end_run()
{
	local rc=$1 job

	for job in $(jobs -p); do
		kill "$job" 2>/dev/null || :
	done
	rm -rf "$RUN"/root.* "$RUN"/initramfs*
	if [ "$rc" = 0 ]; then
		rm -rf "$RUN"
	else
		say "kept for a look: $RUN"
	fi
}

# All that is needed before a guest of $KERNEL with $DRIVER can run.
prepare_guest()
{
	need_packages
	need_kernel
	BUILD=$CACHE/build/$RELEASE
	locked "build-$RELEASE" build_guest
}

build_guest()
{
	make_modules
	make_initramfs "$RUN/initramfs"
}
