#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L4: the host takes the VF away and gives it back, twice; traffic after each.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

plan 12
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
for round in first second; do
	need "the $round time: the VF is taken away" pull 0
	check "all traffic arrives by the synthetic path" \
		all_arrived "$(traffic_for 0 1)"
	need "the VF is given back" plug 0
	check "all traffic arrives by the VF" all_arrived "$(traffic_for 0 1)"
done
check "the VF is the lower device of the NIC's interface" vf_joined 0
finish
