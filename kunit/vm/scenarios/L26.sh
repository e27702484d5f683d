#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L26: jumbo frames: the MTU goes to 9000 and back, without and with a VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# mtu N: set it, and frames of that size reach the peer in one piece
mtu()
{
	peer 0 ip link set wire0 mtu 9000 && ip link set "$dev" mtu "$1" &&
		equal "$1" "$(cat "/sys/class/net/$dev/mtu")" &&
		until_true 5 ping -q -c 1 -W 1 -M "do" -s $(($1 - 28)) 10.0.0.2
}

plan 10
need "the NIC comes up" nic_up 0 max_mtu=9000
dev=$(netdev 0)
for n in 9000 1500 4000; do
	check "MTU $n" mtu $n
done
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
need "the VF takes over the data path" plug 0
for n in 9000 1500; do
	check "MTU $n with a VF" mtu $n
done
check "the data path is on the VF again" vf_active 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
