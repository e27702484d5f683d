#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C1: mlx4's offloads and filters: checksums, large sends, VLAN, hash, MTU 9000.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

MB=4
OTHER_ADDRESS=00:15:5d:0a:0b:0c

has_grown()
{
	at_least $(($3 + ${4:-1})) "$(ethstat "$1" "$2")"
}

# grew IFACE COUNTER BEFORE [BY]: mlx4 sums its rings up four times a second
grew()
{
	until_true 5 has_grown "$@" || has_grown "$@"
}

# transfer [OPTIONS...]: to the peer, then from it
transfer()
{
	iperf3 "$@" -n ${MB}M && iperf3 "$@" -n ${MB}M -R
}

inject()
{
	# an experimental type, and enough of a frame
	host 0 inject vf "$1${2}88b5$(printf '%092d' 0)"
}

# heard DESTINATION: a frame that the VF got arrives at the NIC's own interface
heard()
{
	traffic hear "$dev" 1 1000 >/run/heard &
	until_true 2 grep -q hearing /run/heard
	inject "$1" 020000000009
	wait $!
	cat /run/heard
	grep -q 'heard=1 ' /run/heard
}

# Segments that were early, at both ends.
early_segments()
{
	cat /proc/net/netstat >/run/netstat
	peer 0 cat /proc/net/netstat >>/run/netstat
	awk '$1 != "TcpExt:" { next }
		$2 ~ /[a-z]/ { for (i = 2; i <= NF; i++) name[i] = $i; next }
		{ for (i = 2; i <= NF; i++)
			if (name[i] == "TCPOFOQueue") sum += $i }
		END { print sum + 0 }' /run/netstat
}

# in_order: neither datagrams nor segments overtake each other.  A VF that sends
# nothing for 10 ms, as on a busy machine, is passed by, and then they may: only
# a second without that tells.
in_order()
{
	local around early

	for _ in $(seq 15); do
		around=$(counter 0 syn_frames_tx) early=$(early_segments)
		counts=$(traffic_for 0 1)
		all_arrived "$counts" || return 1
		[ "$(counter 0 syn_frames_tx)" = "$around" ] || continue
		equal 0 "$(field reordered "$counts")" &&
			equal "$early" "$(early_segments)"
		return
	done
	say "the VF was passed by all the time"
	return 1
}

set_address()
{
	ip link set "$dev" down && ip link set "$dev" address "$1" &&
		ip link set "$dev" up && vf_active 0 &&
		until_true 5 reaches_peer 0
}

# The address of the NIC, and so of the VF, and back; frames to it come by the VF.
address_changes()
{
	local address before

	address=$(cat "/sys/class/net/$dev/address")
	set_address $OTHER_ADDRESS || return 1
	grep "^rule" $HV/nic0/vf_model
	before=$(model 0 rx_frames)
	equal $OTHER_ADDRESS "$(cat "/sys/class/net/$vf/address")" &&
		ping -q -c 20 -i 0.01 10.0.0.2 &&
		until_true 2 model_has 0 rx_frames $((before + 20)) &&
		until_true 5 heard "$(echo $OTHER_ADDRESS | tr -d :)" || return 1
	set_address "$address"
}

# Of what went to the peer's VLAN most went by the VF: its interface counts only
# what came with the tag.  iperf3 does not wait for all that it has written.
tagged_by_vf()
{
	local tagged

	tagged=$(peer 0 cat /sys/class/net/vlan100/statistics/rx_bytes)
	at_least $((MB << 18)) "$tagged" &&
		at_most $((tagged / 2)) $(($(counter 0 syn_bytes_tx) - $1))
}

# frame_is COUNTER DESTINATION: what the model does with it
frame_is()
{
	local before

	before=$(model 0 "$1")
	inject "$2" 020000000009 && until_true 2 model_has 0 "$1" $((before + 1))
}

vlan_up()
{
	modprobe 8021q && ip link add link "$dev" name vlan100 type vlan id 100 &&
		ip addr add 10.100.0.1/24 dev vlan100 &&
		ip link set vlan100 up &&
		peer 0 ip link add link wire0 name vlan100 type vlan id 100 &&
		peer 0 ip addr add 10.100.0.2/24 dev vlan100 &&
		peer 0 ip link set vlan100 up
}

vlan_down()
{
	ip link del vlan100
	peer 0 ip link del vlan100
	until_true 5 modprobe -r 8021q
}

ipv6_up()
{
	ip addr add fd00::1/64 dev "$dev" nodad &&
		peer 0 ip addr add fd00::2/64 dev wire0 nodad &&
		until_true 5 ping -q -c 1 -W 1 fd00::2
}

# While the VF is away: it gets the NIC's MTU as it joins.
jumbo_up()
{
	pull 0 && ip link set "$dev" mtu 9000 &&
		peer 0 ip link set wire0 mtu 9000 && plug 0 &&
		grep -qx 9000 "/sys/class/net/$(vf_netdev 0)/mtu" &&
		until_true 15 ping -q -c 1 -W 1 -M "do" -s 8972 10.0.0.2
}

plan 31
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
dev=$(netdev 0)
vf=$(vf_netdev 0)
check "mlx4_en drives it" equal mlx4_en \
	"$(ethtool -i "$vf" | sed -n 's/^driver: //p')"
peer 0 iperf3 -s -D

tso=$(ethstat "$vf" tso_packets)
csum=$(ethstat "$vf" tx_chksum_offload)
good=$(ethstat "$vf" rx_csum_good)
rx=$(ethstat "$vf" rx_bytes)
check "IPv4 both ways" transfer -c 10.0.0.2
check "in large sends" grew "$vf" tso_packets "$tso" 10
check "with checksums by hardware" grew "$vf" tx_chksum_offload "$csum" 10
check "and checked by hardware" grew "$vf" rx_csum_good "$good" 100
check "and counted" grew "$vf" rx_bytes "$rx" $((MB << 20))
check "UDP arrives, every byte right" all_arrived "$(traffic_for 0 1)"

need "IPv6 is there" ipv6_up
tso=$(ethstat "$vf" tso_packets)
good=$(ethstat "$vf" rx_csum_good)
check "IPv6 both ways" transfer -c fd00::2
check "in large sends" grew "$vf" tso_packets "$tso" 10
check "and checked by hardware" grew "$vf" rx_csum_good "$good" 100

check "flows are spread" iperf3 -c 10.0.0.2 -P 8 -n ${MB}M -R
check "over the first ring" at_least 10 "$(ethstat "$vf" rx0_packets)"
check "and the last" at_least 10 \
	"$(ethstat "$vf" "rx$(($(nproc) - 1))_packets")"

check "a frame for somebody else is filtered" frame_is rx_filtered 020000000008
check "so is one to a group that nobody joined" \
	frame_is rx_filtered 01005e7f0102
check "a broadcast passes" frame_is rx_frames ffffffffffff
ip link set "$vf" promisc on
check "a promiscuous VF takes all" \
	until_true 5 frame_is rx_frames 020000000008
ip link set "$vf" promisc off
ip maddr add 01:00:5e:7f:01:02 dev "$dev"
check "a frame to a group that was joined arrives" \
	until_true 5 heard 01005e7f0102
ip maddr del 01:00:5e:7f:01:02 dev "$dev"
ip link set "$dev" allmulticast on
check "with all groups wanted one to any arrives" \
	until_true 5 heard 01005e7f0103
ip link set "$dev" allmulticast off
check "after that it is filtered" \
	until_true 5 frame_is rx_filtered 01005e7f0103

check "the NIC takes another address, and its VF" address_changes
check "no flow is reordered" in_order

check "a VLAN goes through" vlan_up
before=$(counter 0 syn_bytes_tx)
check "both ways" transfer -c 10.100.0.2
check "in tagged frames, by the VF" tagged_by_vf "$before"
vlan_down
check "mlx4 issued no command that failed, or that there is not" \
	no_command_failed 0

check "9000 bytes go through" jumbo_up
check "both ways" transfer -c 10.0.0.2
finish
