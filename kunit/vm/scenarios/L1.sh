#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L1: every synthetic NIC is paired with one VF; lspci shows as many.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

plan 10
for n in 0 1 2; do
	need "NIC $n comes up" nic_up $n
	need "its VF takes over the data path" plug $n
	check "and is the lower device of its interface" vf_joined $n
done
check "lspci shows three VFs" equal 3 "$(lspci -d 15b3:1004 | wc -l)"
finish
