#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# STACK: what is made on top of the NIC, with its address, is not its VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# make KIND: with the NIC's address, the NIC below it
make()
{
	case $1 in
	vlan) ip link add link "$dev" name top type vlan id 5 ;;
	macvlan) ip link add link "$dev" name top address "$mac" type macvlan ;;
	bond)
		ip link set "$dev" down &&
			ip link add top address "$mac" type bond mode \
				active-backup miimon 50 &&
			ip link set "$dev" master top
		;;
	bridge)
		ip link add top address "$mac" type bridge &&
			ip link set "$dev" master top
		;;
	esac
}

# holds_address KIND: the one that has the NIC for itself
holds_address()
{
	case $1 in
	bond | bridge) echo top ;;
	*) echo "$dev" ;;
	esac
}

# on_top KIND MODULE: without a mark, and not below the NIC
on_top()
{
	modprobe "$2" && make "$1" && usleep 200000 &&
		equal "$mac" "$(cat /sys/class/net/top/address)" &&
		ip -o link show top && ! ip -o link show top | grep -q SLAVE &&
		[ ! -e /sys/class/net/top/master ] || return 1
	ip addr flush dev "$dev"
	ip link set "$dev" up || return 1
	# A macvlan cannot be set up with the address of what is below it.
	[ "$1" = macvlan ] || ip link set top up || return 1
	ip addr add 10.0.0.1/24 dev "$(holds_address "$1")" &&
		until_true 10 reaches_peer 0
}

# off: the NIC by itself
off()
{
	ip link del top && ip addr flush dev "$dev" && address_up 0 &&
		until_true 10 reaches_peer 0
}

# A team is set up by a program of its own, so nothing is sent by it.
team_is_no_vf()
{
	modprobe team && ip link add top address "$mac" type team &&
		usleep 200000 && ip -o link show top &&
		! ip -o link show top | grep -q SLAVE &&
		[ ! -e /sys/class/net/top/master ] && ip link set "$dev" down &&
		ip link set "$dev" master top && usleep 200000 &&
		[ "$(basename "$(readlink "/sys/class/net/$dev/master")")" = \
			top ] && ! ip -o link show top | grep -q SLAVE
}

plan 28
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
mac=$(cat "/sys/class/net/$dev/address")
for pair in vlan:8021q macvlan:macvlan bond:bonding bridge:bridge; do
	kind=${pair%:*}
	need "a $kind on the NIC is not its VF" on_top "$kind" "${pair#*:}"
	need "the VF that comes then is" plug 0 form=standin
	check "it is the NIC's lower device" vf_joined 0
	check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
	need "the VF goes" pull 0
	need "the $kind goes" off
done
check "a team on the NIC is not its VF" team_is_no_vf
need "the team goes" off
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
