#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# NETNS: the VF follows the NIC into a namespace; both come back when it goes.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# inner COMMAND...: in the namespace
inner()
{
	ip netns exec inner "$@"
}

# move_in: the NIC, with its address
move_in()
{
	ip netns add inner && ip link set "$dev" netns inner &&
		ip -n inner addr add 10.0.0.1/24 dev "$dev" &&
		ip -n inner link set "$dev" up &&
		until_true 10 inner ping -q -c 1 -W 1 10.0.0.2
}

vf_inside()
{
	ip -n inner -o link >/run/inside
	cat /run/inside
	grep -q "master $dev " /run/inside
}

# by_vf: what is sent there goes through the VF
by_vf()
{
	local before

	vf_active 0 || return 1
	before=$(counter 0 vf_frames_tx)
	inner ping -q -f -c 200 10.0.0.2 >/dev/null || return 1
	at_least $((before + 100)) "$(counter 0 vf_frames_tx)"
}

# The namespace lives as long as somebody is in it: the one who sends is last.
delete()
{
	ip netns exec inner ping -q -f -w 30 10.0.0.2 >/dev/null 2>&1 &
	usleep 300000
	ip netns del inner
	usleep 100000
	kill -9 $!
	until_true 20 netdev 0
}

home_again()
{
	address_up 0 && vf_active 0 && until_true 5 vf_joined 0
}

plan 20
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
for order in before after; do
	if [ $order = before ]; then
		need "the VF takes over the data path" plug 0
		need "the NIC moves to a namespace" move_in
	else
		need "the VF goes" pull 0
		need "the NIC moves to a namespace" move_in
		need "the VF comes, to where it was born" plug 0
	fi
	check "the VF $order it is there, too" until_true 10 vf_inside
	check "it carries the data" by_vf
	need "the namespace is deleted under traffic; the NIC is back" delete
	dev=$(netdev 0)
	need "the VF is back, and takes over" home_again
	check "the violated rules are none" equal 0 "$(violations)"
	check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
done
need "the VF goes" pull 0
check "nobody is left behind" equal 1 "$(ip -o link | grep -vc ' lo:')"
finish
