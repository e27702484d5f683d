#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L25: XDP programs pass, drop, send back and redirect, without and with a VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

xdp()
{
	traffic xdp "$@"
}

# peer_rx N: frames that NIC N's peer has received
peer_rx()
{
	peer "$1" cat "/sys/class/net/wire$1/statistics/rx_packets"
}

# From now on nobody asks who is where: a program may eat the answers.
known_addresses()
{
	local n=$1 dev

	dev=$(netdev "$n")
	peer "$n" ip neigh replace "10.$n.0.1" dev "wire$n" \
		lladdr "$(cat "/sys/class/net/$dev/address")"
	ip neigh replace "10.$n.0.2" dev "$dev" \
		lladdr "$(peer "$n" cat "/sys/class/net/wire$n/address")"
}

# Pings of the peer, which are not answered while a program eats them.
peer_pings()
{
	peer "$1" ping -q -i 0.05 -c 10 -W 1 "10.$1.0.1" >/dev/null
}

sum_of()
{
	ethtool -S "$1" | awk -v name="_$2:" 'index($1, name) { n += $2 }
		END { print n + 0 }'
}

dropped()
{
	not peer_pings 0 && at_least 10 "$(sum_of "$dev" xdp_drop)"
}

sent_back()
{
	local before

	before=$(peer_rx 0)
	not peer_pings 0 && at_least $((before + 10)) "$(peer_rx 0)" &&
		at_least 10 "$(sum_of "$dev" xdp_tx)"
}

redirected()
{
	local before

	before=$(peer_rx 1)
	not peer_pings 0 && at_least $((before + 10)) "$(peer_rx 1)" &&
		at_least 10 "$(sum_of "$dev" xdp_redirect)" &&
		at_least 10 "$(sum_of "$dev1" xdp_xmit)"
}

# with PROGRAM [OTHER]: the guest answers its peer's pings
passes()
{
	xdp "$dev" "$@" && peer_pings 0
}

stops()
{
	xdp "$dev" "$@" && not peer_pings 0
}

two_nics()
{
	nic_up 0 && nic_up 1
}

drops()
{
	xdp "$dev" drop && dropped
}

reflects()
{
	xdp "$dev" reflect && sent_back
}

redirects()
{
	xdp "$dev" redirect "$dev1" && redirected
}

reflects_by_vf()
{
	local before

	before=$(counter 0 vf_frames_tx)
	xdp "$dev" reflect && not peer_pings 0 &&
		at_least $((before + 10)) "$(counter 0 vf_frames_tx)"
}

# And the statistics say so.
redirects_by_vf()
{
	local frames packets peer

	frames=$(counter 1 vf_frames_tx)
	packets=$(ethstat "$dev1" vf_tx_packets)
	peer=$(peer_rx 1)
	xdp "$dev" redirect "$dev1" && not peer_pings 0 &&
		at_least $((frames + 10)) "$(counter 1 vf_frames_tx)" &&
		at_least $((packets + 10)) "$(ethstat "$dev1" vf_tx_packets)" &&
		at_least $((peer + 10)) "$(peer_rx 1)"
}

# It is not there any more, and its NIC goes on by itself.
redirects_without_vf()
{
	pull 1 && peer_pings 1 && redirects
}

too_large()
{
	ip link set "$dev" mtu 9000 && not xdp "$dev" pass
}

plan 28
need "two NICs come up" two_nics
dev=$(netdev 0) dev1=$(netdev 1)
known_addresses 0
known_addresses 1
check "with LRO on a program is refused" not xdp "$dev" pass
need "LRO goes off" ethtool -K "$dev" lro off
need "on the other one, too" ethtool -K "$dev1" lro off
check "PASS" passes pass
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
check "DROP" drops
check "TX" reflects
check "the other one takes redirected frames" xdp "$dev1" pass
check "REDIRECT" redirects
check "without a program all is as before" passes off
check "with a large MTU a program is refused" too_large
need "back to the usual MTU" ip link set "$dev" mtu 1500
need "a program is there before the VF" xdp "$dev" drop
need "the VF takes over the data path" plug 0
check "the VF has the program" not peer_pings 0
check "and loses it" passes off
check "the VF gets one while it is there" stops drop
need "the VF goes" pull 0
check "the program stays" not peer_pings 0
check "the program goes" passes off
need "the other one gets a VF that takes frames" plug 1 form=standin
check "the other one takes redirected frames" xdp "$dev1" pass
check "REDIRECT by the VF" redirects_by_vf
check "REDIRECT when it has gone" redirects_without_vf
need "the first one gets a VF" plug 0 form=standin
check "TX by the VF" reflects_by_vf
check "without a program all is as before" passes off
finish
