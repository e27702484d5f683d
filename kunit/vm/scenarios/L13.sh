#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L13: receive and send rings change their sizes under traffic.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

# What ethtool -g says is set now.
ring()
{
	ethtool -g "$dev" | awk -v name="$1:" '$1 == name { n = $2 }
		END { print n }'
}

# about WANTED GOT: buffers have whole pages, so there may be a few more
about()
{
	at_least "$1" "$2" && at_most $(($1 + 2)) "$2"
}

# resize RX TX: the sizes are what was asked for, and traffic goes on
resize()
{
	ethtool -G "$dev" rx "$1" tx "$2" && about "$1" "$(ring RX)" &&
		about "$2" "$(ring TX)" && until_true 5 reaches_peer 0
}

plan 8
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
rx=$(ring RX) tx=$(ring TX)
need "traffic starts" traffic_start 0
for sizes in '1000 170' '5000 170' '5000 500' '500 64'; do
	# shellcheck disable=SC2086 # two words
	check "rx and tx become $sizes" resize $sizes
done
check "and what they were" resize "$rx" "$tx"
check "nothing came twice or wrong, the connection lives" \
	survived "$(traffic_stop 0)"
finish
