#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# IPV6: checksums and large sends, by the host where it can, and of odd headers.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

MB=4

# addresses N: fdN::1 here and fdN::2 there
addresses()
{
	ip addr add "fd0$1::1/64" dev "$(netdev "$1")" nodad &&
		ip -n "peer$1" addr add "fd0$1::2/64" dev "wire$1" nodad &&
		until_true 5 ping -q -c 1 -W 1 "fd0$1::2"
}

# streams N ARGUMENTS...: by IPv6
streams()
{
	local nic=$1

	shift
	traffic_for "$nic" 1 --local "fd0$nic::1" --peer "fd0$nic::2" "$@"
}

# bulk N: to the peer, then from it, as fast as it goes
bulk()
{
	iperf3 -c "fd0$1::2" -n ${MB}M && iperf3 -c "fd0$1::2" -n ${MB}M -R
}

# What the host has computed for NIC N so far.
done_by_host()
{
	echo $(($(counter "$1" csum_done) + $(counter "$1" lso_done)))
}

# host_did N BEFORE AT_LEAST
host_did()
{
	at_least "$3" $(($(done_by_host "$1") - $2))
}

# host_did_not N BEFORE: nothing, but for what the kernel sends by itself
host_did_not()
{
	at_most 5 $(($(done_by_host "$1") - $2))
}

plan 19
need "the NIC comes up" nic_up 0
need "it has IPv6" addresses 0
before=$(done_by_host 0)
check "UDP and TCP arrive, every byte right" all_arrived "$(streams 0)"
check "the host has computed their checksums" host_did 0 "$before" 50
peer 0 iperf3 -s -D
lso=$(counter 0 lso_done) rsc=$(counter 0 rsc_done)
check "bulk data arrives, both ways" bulk 0
check "the host has cut large sends" \
	at_least $((lso + 20)) "$(counter 0 lso_done)"
check "and coalesced what came" at_least $((rsc + 5)) "$(counter 0 rsc_done)"

before=$(done_by_host 0)
check "IPv6 with extension headers arrives" \
	all_arrived "$(streams 0 --options 1)"
check "and the guest has computed that" host_did_not 0 "$before"
before=$(done_by_host 0)
check "IPv4 with options arrives" \
	all_arrived "$(traffic_for 0 1 --options 1)"
check "and the guest has computed that" host_did_not 0 "$before"

need "a host comes that knows no UDP checksums" nic_up 1 udp=0
need "it has IPv6" addresses 1
check "UDP and TCP arrive, every byte right" all_arrived "$(streams 1)"
check "so they do by IPv4" all_arrived "$(traffic_for 1 1)"
need "a host comes that knows none" nic_up 2 csum4=0 csum6=0 lso4=0 lso6=0
need "it has IPv6" addresses 2
check "UDP and TCP arrive, every byte right" all_arrived "$(streams 2)"
check "none of it by the host" equal 0 "$(done_by_host 2)"
finish
