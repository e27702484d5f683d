#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L10: offloads are switched off and on with ethtool; the VF's follow.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# state IFACE FEATURE: on or off
state()
{
	ethtool -k "$1" | awk -v name="$2:" '$1 == name { print $2 }'
}

# follows OPTION FEATURE on|off
follows()
{
	ethtool -K "$dev" "$1" "$3" || return 1
	equal "$3" "$(state "$dev" "$2")" && equal "$3" "$(state "$vf" "$2")"
}

# one OPTION FEATURE: off and on, and traffic after each
one()
{
	check "$1 off: of the VF, too" follows "$1" "$2" off
	check "all traffic arrives" all_arrived "$(traffic_mark 0)"
	check "$1 on: of the VF, too" follows "$1" "$2" on
	check "all traffic arrives" all_arrived "$(traffic_mark 0)"
}

all_states()
{
	ethtool -k "$dev" | grep -v fixed
	ethtool -k "$vf" | grep -v fixed
}

# Without checksums or sg there is no tso, and that is not on again by itself;
# "tso on" means a kind, too, that is off at first.
all_back()
{
	ethtool -K "$dev" tso on gso on
	ethtool -K "$dev" tx-tcp-mangleid-segmentation off
	equal "$before" "$(all_states)"
}

plan 30
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "the VF takes over the data path" plug 0
vf=$(vf_netdev 0)
need "traffic starts" traffic_start 0 --rate 500 \
	--tcp-rate $((500000 / (SLOW * SLOW)))
before=$(all_states)
one tso tcp-segmentation-offload
one gso generic-segmentation-offload
one gro generic-receive-offload
one rx rx-checksumming
one tx tx-checksumming
one sg scatter-gather
check "everything is as it was" all_back
check "the data path is the VF still" path_is 0 vf
check "the connection ends in order" all_arrived "$(traffic_stop 0)"
finish
