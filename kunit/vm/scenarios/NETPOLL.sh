#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# NETPOLL: kernel messages leave by netconsole, without and with a VF.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

MESSAGES=100
PORT=6666

# What the peer has got for a port where nobody listens, checksums verified.
heard()
{
	peer 0 cat /proc/net/snmp |
		awk '$1 == "Udp:" && $3 ~ /^[0-9]/ { print $3 }'
}

# says N: that many messages, one by one, and all of them at once
says()
{
	local n

	for n in $(seq "$1"); do
		echo "<1>NETPOLL $n" >/dev/kmsg
	done
}

all_heard()
{
	local before

	before=$(heard)
	says $MESSAGES
	until_true 10 eval "at_least $((before + MESSAGES)) \"\$(heard)\""
}

console_on()
{
	modprobe netconsole "netconsole=$PORT@10.0.0.1/$dev,$PORT@10.0.0.2/$(
		peer 0 cat /sys/class/net/wire0/address)"
}

plan 8
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "netconsole takes it" console_on
check "$MESSAGES messages arrive" all_heard
need "the VF takes over the data path" plug 0
check "$MESSAGES messages arrive with a VF" all_heard
check "with streams beside them" \
	all_arrived "$(says $MESSAGES & traffic_for 0 1)"
check "netconsole goes" rmmod netconsole
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
