#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C1: mlx4's offloads and filters: checksums, large sends, VLAN, hash, MTU 9000.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

MB=4

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

plan 24
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

check "a VLAN goes through" vlan_up
check "both ways" transfer -c 10.100.0.2
vlan_down

check "9000 bytes go through" jumbo_up
check "both ways" transfer -c 10.0.0.2
finish
