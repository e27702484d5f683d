#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L12: eight synthetic NICs, one by one, all at once, and there before the driver.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

NICS='0 1 2 3 4 5 6 7'

one_by_one()
{
	local n

	for n in $NICS; do
		say "nic $n"
		nic_up "$n" channels=2 && reaches_peer "$n" || return 1
	done
}

offer_all()
{
	local n

	host_up || return 1
	for n in $NICS; do
		say "nic $n"
		control "add nic=$n channels=2" && peer_up "$n" || return 1
	done
}

each_reaches_its_peer()
{
	local n

	for n in $NICS; do
		say "nic $n"
		until_true "$NIC_WAIT" netdev "$n" && address_up "$n" &&
			reaches_peer "$n" || return 1
	done
}

none_left()
{
	local n

	for n in $NICS; do
		netdev "$n" && return 1
	done
	return 0
}

# And the next NIC loads it again.
leave_with_driver()
{
	end_world && rm -f /run/no-hotplug
}

driver_absent()
{
	touch /run/no-hotplug
	end_world && not grep -q ^hv_netvsc /proc/modules
}

driver_loads()
{
	rm -f /run/no-hotplug
	modprobe hv_netvsc
}

plan 9
check "one by one, each reaches its peer" one_by_one
check "all leave" control reset
check "none is left" none_left
check "all are removed with their driver" leave_with_driver
need "all are offered at once" offer_all
check "each reaches its peer" each_reaches_its_peer
need "all are offered before the driver is there" eval \
	'driver_absent && offer_all && none_left'
need "the driver is loaded, as at boot" driver_loads
check "each reaches its peer" each_reaches_its_peer
finish
