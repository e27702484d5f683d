#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L15: the features that a guest relies on are on by default.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

feature_on()
{
	ethtool -k "$dev" | grep -q "^[[:space:]]*$1: on"
}

plan 7
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
for feature in rx-checksumming tx-checksumming tcp-segmentation-offload \
	scatter-gather generic-receive-offload; do
	check "$feature is on" feature_on $feature
done
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
