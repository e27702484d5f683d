#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# LINK: speed and carrier follow the host; the network hears of a reconnect.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

FLAPS=20

speed_is()
{
	ethtool "$dev" | grep -q "Speed: $1Mb/s"
}

carrier_is()
{
	[ "$(cat "/sys/class/net/$dev/carrier")" = "$1" ]
}

# What the guest announces of itself makes an entry at the peer; nothing else
# is sent that would.
listen()
{
	ip neigh flush dev "$dev"
	peer 0 dash -c 'echo 1 >/proc/sys/net/ipv4/conf/wire0/arp_accept' &&
		ip -n peer0 neigh flush dev wire0 && not heard
}

heard()
{
	ip -n peer0 neigh show 10.0.0.1 dev wire0 | grep -q lladdr
}

# seen_down: within 5 s, be it for a moment
seen_down()
{
	POLL_US=20000
	until_true 5 carrier_is 0
}

flaps()
{
	local i

	for i in $(seq $FLAPS); do
		host 0 link down
		host 0 link up
	done
}

plan 18
need "the NIC comes up" nic_up 0 speed=20000
dev=$(netdev 0)
check "its speed is the host's" speed_is 20000
host 0 speed 50000
check "another speed is shown" until_true 5 speed_is 50000
host 0 speed 100
check "and a lower one" until_true 5 speed_is 100

need "nobody has heard of the guest" listen
host 0 link down
check "the link goes down" until_true 5 carrier_is 0
check "nothing is announced without one" not heard
host 0 link up
check "it comes up" until_true 5 carrier_is 1
check "the network hears of it" until_true 5 heard
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"

need "nobody has heard of the guest" listen
host 0 link change
check "another network takes the link down" seen_down
check "and up" until_true 5 carrier_is 1
check "the other network hears of it" until_true 5 heard

check "$FLAPS flaps are taken" flaps
sleep 5
check "after them the link is up, as the host said last" carrier_is 1
check "and the speed is what it was" speed_is 100
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
