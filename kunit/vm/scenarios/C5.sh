#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C5: the VF has an internal error; mlx4 resets it, its interface comes back.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

# The driver asks every 5 s; it resets, and probes, in less.
RESET_WAIT=30

index()
{
	cat "/sys/class/net/$(vf_netdev 0)/ifindex"
}

# back: another interface than the one with that index carries the traffic
back()
{
	[ "$(index)" -gt "$old" ] && vf_joined 0 && path_is 0 vf
}

plan 8
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
need "a connection is there" traffic_start 0
old=$(index) resets=$(model 0 resets)
need "the VF fails" host 0 vf_model error
check "its interface goes and comes back" until_true $RESET_WAIT back
check "by a reset" at_least $((resets + 1)) "$(model 0 resets)"
check "the connection lives" equal ok "$(field tcp "$(traffic_stop 0)")"
check "packets go through" until_true 5 reaches_peer 0
finish
