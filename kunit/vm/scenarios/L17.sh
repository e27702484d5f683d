#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L17: the hash key is set, read back, and survives other changes.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

KEY=01:23:45:67:89:ab:cd:ef:10:32:54:76:98:ba:dc:fe:00:11:22:33:44:55:66:77
KEY=$KEY:88:99:aa:bb:cc:dd:ee:ff:0f:1e:2d:3c:4b:5a:69:78

key()
{
	ethtool -x "$dev" | grep -iE '^([0-9a-f]{2}:){39}[0-9a-f]{2}$'
}

key_stays()
{
	"$@" && until_true 5 reaches_peer 0 && equal $KEY "$(key)"
}

plan 8
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "it has two channels" ethtool -L "$dev" combined 2
need "the key is set" ethtool -X "$dev" hkey $KEY
check "and read back" equal $KEY "$(key)"
check "another ring size keeps it" key_stays ethtool -G "$dev" rx 2000
check "another MTU keeps it" key_stays ip link set "$dev" mtu 4000
check "another number of channels keeps it" \
	key_stays ethtool -L "$dev" combined 1
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
