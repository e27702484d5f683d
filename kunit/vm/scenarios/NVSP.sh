#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# NVSP: a host of each NVSP version: the NIC works with what there is.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

VERSIONS='1 2 4 5 6 61'

plan 24
n=0
for version in $VERSIONS; do
	need "a host of version $version" nic_up $n version="$version"
	check "agrees on it" equal "$version" "$(counter $n nvsp_version)"
	check "all traffic arrives" all_arrived "$(traffic_for $n 1)"
	check "the NIC goes" control "del nic=$n"
	n=$((n + 1))
done
finish
