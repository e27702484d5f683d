#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# The demonstration, in the guest: real programs keep talking through one
# interface while a VF comes and goes under them.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. /vm/lib.sh

PHASE_SECONDS=1
MIN_RATE=2000		# packets a second, each way
VF_LINE='0001:00:02.0 Ethernet controller: Mellanox Technologies MT27500/MT27520 Family [ConnectX-3/ConnectX-3 Pro Virtual Function]'

failed=0

failure()
{
	echo "demo: FAILED: $*"
	failed=$((failed + 1))
}

give_up()
{
	failure "$*"
	dmesg | grep -E 'hvsim|hv_netvsc|vf_bond' | tail -n 15
	exit 1
}

# ping says "received/sent packets, ..." when asked with SIGQUIT.
ping_lost()
{
	kill -QUIT "$ping_pid"
	usleep 100000
	tr '\r' '\n' </run/ping | awk '/packets, .*loss/ {
			split($1, n, "/"); lost = n[2] - n[1] }
		END { print lost + 0 }'
}

# The last reply may still be on its way: look again for two seconds.
ping_settled()
{
	local tries=18 lost

	lost=$(ping_lost)
	while [ "$lost" != "$ping_before" ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		lost=$(ping_lost)
	done
	echo $((lost - ping_before))
}

# report NAME MICROSECONDS COUNTS
report()
{
	echo "phase $1 path=$(host 0 path) sent=$(field sent "$3")" \
		"lost=$(field lost "$3") dup=$(field dup "$3")" \
		"reordered=$(field reordered "$3") switch_us=$2" \
		"tcp=$(field tcp "$3")"
}

# judge NAME PATH ALLOWED COUNTS: may the phase end like this?
judge()
{
	path_is 0 "$2" ||
		failure "phase $1: the data path is $(host 0 path), not $2"
	[ "$(field lost "$4")" -le "$3" ] ||
		failure "phase $1: $(field lost "$4") lost, $3 allowed"
	[ "$(field dup "$4")" = 0 ] || failure "phase $1: duplicates"
	[ "$(field corrupt "$4")" = 0 ] || failure "phase $1: corrupt packets"
	[ "$(field tcp "$4")" = ok ] ||
		failure "phase $1: the TCP connection is broken"
}

# judge_rate NAME COUNTS: two streams, one each way
judge_rate()
{
	local rate=$(($(field sent "$2") * 1000 / $(field ms "$2") / 2))

	[ $rate -ge $MIN_RATE ] ||
		failure "phase $1: a stream of $rate packets/s, not $MIN_RATE"
}

# phase NAME PATH [TRIGGER]: the trigger, written to the host's vf file, moves
# the data path to PATH.  What is lost inside a VF that is torn out may be lost.
phase()
{
	local name=$1 path=$2 trigger=$3 us=0 inside iperf counts

	inside=$(counter 0 lost_in_vf)
	iperf3 -c 10.0.0.2 -t $PHASE_SECONDS -f m >/run/iperf 2>&1 &
	iperf=$!
	usleep 500000
	if [ -n "$trigger" ]; then
		us=$(traffic switch "$HV/nic0/vf" "$trigger" "$HV/nic0/path" \
			"$path" "${PATH_WAIT}000") ||
			failure "phase $name: \"$trigger\" failed"
	fi
	wait $iperf || failure "phase $name: iperf3: $(tail -n 1 /run/iperf)"
	counts=$(traffic_mark 0)
	inside=$(($(counter 0 lost_in_vf) - inside))
	[ "$trigger" = "pull surprise" ] || inside=0
	report "$name" "$us" "$counts"
	judge "$name" "$path" $inside "$counts"
	judge_rate "$name" "$counts"
	more "$name" $inside "$counts"
}

# more NAME ALLOWED COUNTS: what the one line has no room for
more()
{
	local lost

	lost=$(ping_settled)
	ping_before=$((ping_before + lost))
	echo "  iperf3 $(awk '/receiver/ { print $7, $8 }' /run/iperf)," \
		"ping lost $lost," \
		"longest pause of a stream $(field gap_us "$3") us"
	[ "$lost" -le "$2" ] || failure "phase $1: ping lost $lost"
}

# grew NAME BEFORE AFTER
grew()
{
	[ "$3" -gt "$2" ] || failure "$1 did not grow: $2, then $3"
}

begin()
{
	world >/run/before
	echo "guest: $(uname -r), $(nproc) CPUs, DRIVER=$DRIVER"
	nic_up 0 || give_up "the driver did not bring up its interface"
	dev=$(netdev 0)
	echo "$dev: $(modinfo -n hv_netvsc)" \
		"by $(cat "/sys/bus/vmbus/devices/$(guid 0)/modalias")"
	until_true 5 reaches_peer 0 || give_up "the peer does not answer"
	peer 0 iperf3 -s -D >/dev/null
	ping -i 0.1 10.0.0.2 >/run/ping 2>&1 &
	ping_pid=$! ping_before=0
	traffic_start 0 || give_up "traffic does not start"
	traffic_mark 0 >/dev/null
}

vf_added()
{
	phase vf-added vf plug
	lspci -D -s "$(vf_pci 0)"
	[ "$(lspci -D -s "$(vf_pci 0)")" = "$VF_LINE" ] ||
		failure "phase vf-added: lspci does not show the VF"
	lower_driver
}

# Who drives the VF: its interface says so, and the kernel's log.
lower_driver()
{
	local lower wanted=mlx4_en

	[ "$VF" = connectx3 ] || wanted=hvsim_vf
	lower=$(vf_netdev 0)
	echo "  lower device $lower:" \
		"$(ethtool -i "$lower" | grep -E '^(driver|version|bus)' | xargs)"
	[ "$(ethtool -i "$lower" | sed -n 's/^driver: //p')" = $wanted ] ||
		failure "phase vf-added: $lower is not driven by $wanted"
	[ "$VF" = connectx3 ] || return 0
	dmesg | grep -E 'mlx4_(core|en).*(0001:00:02.0|ConnectX)' |
		grep -E 'version|Activating|Link Up|Detected' | head -n 4 |
		sed 's/^/  /'
	dmesg | grep -q 'mlx4_en.*0001:00:02.0' ||
		failure "phase vf-added: mlx4_en is not in the kernel's log"
}

vf()
{
	local rx tx

	rx=$(ethstat "$dev" vf_rx_packets) tx=$(ethstat "$dev" vf_tx_packets)
	phase vf vf
	grew "phase vf: vf_rx_packets" "$rx" "$(ethstat "$dev" vf_rx_packets)"
	grew "phase vf: vf_tx_packets" "$tx" "$(ethstat "$dev" vf_tx_packets)"
}

synthetic_rx()
{
	local before

	before=$(counter 0 syn_frames_rx)
	host 0 steer 30
	phase synthetic-rx vf
	host 0 steer 0
	grew "phase synthetic-rx: frames by the synthetic path" "$before" \
		"$(counter 0 syn_frames_rx)"
}

revoke()
{
	phase revoke synthetic pull
	until_true 5 vf_gone 0 || failure "phase revoke: the VF is still there"
}

surprise()
{
	local before

	before=$(counter 0 lost_in_vf)
	phase surprise synthetic "pull surprise"
	echo "  $(($(counter 0 lost_in_vf) - before)) frames of all kinds were" \
		"inside the VF"
	until_true 5 vf_gone 0 || failure "phase surprise: the VF is still there"
}

unload_all()
{
	local counts

	counts=$(traffic_stop 0)
	[ "$(counter 0 vf_dropped)" = 0 ] ||
		failure "a VF dropped $(counter 0 vf_dropped) frames"
	report unload 0 "$counts"
	judge unload synthetic 0 "$counts"
	ethtool -S "$dev" | grep vf_ >/run/vf_stats
	[ "$(violations)" = 0 ] || {
		failure "the driver broke rules of the host: $(violations)"
		cat "$HV/violations"
	}
	end_world || failure "phase unload: a module does not unload"
	world >/run/after
	diff /run/before /run/after ||
		failure "phase unload: something is left behind"
}

begin
phase synthetic synthetic
vf_added
vf
synthetic_rx
revoke
phase vf-again vf plug
surprise
unload_all
cat /run/vf_stats
[ $failed = 0 ]
