#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L27: the NIC is suspended and resumed, with and without a VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

cycle()
{
	host 0 power suspend && not reaches_peer 0 &&
		host 0 power resume && until_true 10 reaches_peer 0
}

plan 9
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "it has two channels" ethtool -L "$dev" combined 2
check "suspended and resumed" cycle
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
check "it has two channels still" equal 2 "$(counter 0 channels_open)"
need "the VF takes over the data path" plug 0
check "suspended and resumed with a VF" cycle
check "the data path is on the VF again" vf_active 0
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
