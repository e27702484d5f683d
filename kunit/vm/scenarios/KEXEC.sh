#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# KEXEC: a fresh driver on a host that holds what another one left.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# As after a crash: the host has the data path on a VF that nobody drives yet.
left_behind()
{
	touch /run/no-hotplug
	rmmod hv_netvsc && host 0 path vf && path_is 0 vf
}

fresh()
{
	rm -f /run/no-hotplug
	modprobe hv_netvsc && until_true $NIC_WAIT netdev 0 && address_up 0
}

plan 6
need "the NIC comes up" nic_up 0
need "there is a VF that the guest is not told of" \
	host 0 vf plug assoc=no
need "the driver goes, the host believes in the VF" left_behind
need "a fresh driver comes" fresh
check "the data path is where the driver is" path_is 0 synthetic
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
