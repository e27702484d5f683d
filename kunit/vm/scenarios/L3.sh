#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L3: eight NICs, each with a VF, move 200 MB at once; by the VFs.
# SCOPE=check: fewer, by VFs that take less time to come.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

NICS='0 1 2 3 4 5 6 7'
MB=25			# for each NIC
PERCENT=90		# of that which the VFs carry, if they are not passed by
FORM=$VF
[ "${SCOPE:-}" != check ] || MB=4 FORM=standin
[ "${SLOW:-1}" = 1 ] || MB=2 PERCENT=50

all_with_vfs()
{
	local n

	for n in $NICS; do
		say "nic $n"
		nic_up "$n" channels=2 && plug "$n" form=$FORM || return 1
	done
}

serve_all()
{
	local n

	for n in $NICS; do
		peer "$n" iperf3 -s -D || return 1
	done
}

# stat_of_all NAME: of each NIC, a line
stat_of_all()
{
	local n

	for n in $NICS; do
		ethstat "$(netdev "$n")" "$1"
	done
}

# move_all [-R]: at once
move_all()
{
	local n pids='' pid rc=0

	for n in $NICS; do
		iperf3 -c "10.$n.0.2" -n ${MB}M "$@" >"/run/iperf$n" 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || rc=1
	done
	[ $rc = 0 ] || tail -n 2 /run/iperf?
	return $rc
}

# each_grew NAME BEFORE: by what was moved, but for what iperf3 throws away when
# it is done
each_grew()
{
	stat_of_all "$1" >/run/now
	echo "$2" | paste - /run/now | awk -v want=$((MB * 10000 * PERCENT)) '
		{ print "nic", NR - 1, "bytes:", $2 - $1 }
		$2 - $1 < want { short = 1 }
		END { exit short || NR != 8 }'
}

plan 6
need "eight NICs come up, each with its VF" all_with_vfs
need "eight servers" serve_all
before=$(stat_of_all vf_tx_bytes)
check "$MB MB to each peer, at once" move_all
check "by the VFs, each its own" each_grew vf_tx_bytes "$before"
before=$(stat_of_all vf_rx_bytes)
check "$MB MB from each peer, at once" move_all -R
check "by the VFs, each its own" each_grew vf_rx_bytes "$before"
finish
