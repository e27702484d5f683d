#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A4: one TCP connection and one UDP stream live through add, revoke, add, surprise.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

plan 15
need "the NIC comes up" nic_up 0
need "traffic starts" traffic_start 0
usleep 500000
check "all of it arrives by the synthetic path" all_arrived "$(traffic_mark 0)"
need "the VF takes over the data path" plug 0
usleep 500000
check "nothing is lost while it does" all_arrived "$(traffic_mark 0)"
check "the VF is revoked" pull 0
usleep 500000
check "nothing is lost while it is" all_arrived "$(traffic_mark 0)"
need "the VF comes back" plug 0
usleep 500000
check "nothing is lost while it does" all_arrived "$(traffic_mark 0)"
before=$(counter 0 lost_in_vf)
check "the VF is torn out" pull 0 surprise
usleep 500000
check "no more is lost than was inside it" lost_inside "$(traffic_mark 0)" \
	$(($(counter 0 lost_in_vf) - before))
need "the VF comes back" plug 0
usleep 500000
check "nothing is lost while it does" all_arrived "$(traffic_mark 0)"
check "no VF dropped anything but what was torn out with it" \
	equal 0 "$(counter 0 vf_dropped)"
check "the connection ends in order, every byte right" \
	all_arrived "$(traffic_stop 0)"
finish
