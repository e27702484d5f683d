#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L19: the message level is set by number and by name.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

level()
{
	ethtool "$dev" | sed -n 's/.*message level: 0x[0-9a-f]* (\([0-9]*\)).*/\1/p'
}

# becomes LEVEL WORDS...: set it, and read it back
becomes()
{
	local want=$1

	shift
	ethtool -s "$dev" msglvl "$@" && equal "$want" "$(level)"
}

plan 4
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
check "by number" becomes 5 5
check "by name, on" becomes 133 tx_err on
check "by name, off" becomes 132 drv off
finish
