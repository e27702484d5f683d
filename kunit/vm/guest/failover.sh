#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# One row of the failover table, in the guest: a UDP stream each way and a TCP
# connection while the VF is added, revoked, set down, and torn out.
#
# failover.sh ours|intree|net_failover|bonding

# shellcheck source-path=SCRIPTDIR source=lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR source=ktap.sh
. /vm/ktap.sh

RATE=5000		# packets a second, each way
ROUNDS=6
SETTLE_US=700000	# after an event, until its phase is counted

what=$1
failed=0

failure()
{
	echo "failover: FAILED: $what: $*"
	failed=1
}

give_up()
{
	failure "$*"
	dmesg | tail -n 20
	exit 1
}

# ---- the pair, and the bond, that is to be looked at ----

# The peer is behind a bridge, which sends frames where the guest was heard
# last, as the switches do for which net_failover and bonding were made.
peer_bridge()
{
	local wire

	ip netns add peer0 && ip -n peer0 link add bridge type bridge &&
		ip -n peer0 addr add 10.0.0.2/24 dev bridge &&
		ip -n peer0 link set lo up && ip -n peer0 link set bridge up ||
		return 1
	for wire in "$@"; do
		ip link set "$wire" netns peer0 &&
			ip -n peer0 link set "$wire" master bridge up &&
			ip -n peer0 link set "$wire" type bridge_slave \
				isolated on || return 1
	done
}

# A driver that does the bonding itself: one NIC with its VF.
set_up_pair()
{
	control "add nic=0" && peer_bridge wire0 &&
		until_true $NIC_WAIT netdev 0 && top=$(netdev 0)
}

# set_up_two [OPTIONS...]: NIC 1, with these options, is the synthetic one; of
# NIC 0 there is the VF alone: no driver is bound to its other half.
set_up_two()
{
	touch /run/no-hotplug
	control "add nic=0" && control "add nic=1 $*" &&
		peer_bridge wire0 wire1 &&
		echo 0 >/sys/bus/vmbus/drivers_autoprobe &&
		modprobe hv_netvsc &&
		guid 1 >/sys/bus/vmbus/drivers/hv_netvsc/bind &&
		rm /run/no-hotplug && netdev 1 >/dev/null
}

# Same address as the VF's: that is how net_failover knows what belongs
# together.  It is there before hv_netvsc, which otherwise would take the VF.
set_up_net_failover()
{
	local standby

	modprobe net_failover && set_up_two mac=00:15:5d:00:00:01 &&
		standby=$(netdev 1) &&
		modprobe hvsim_standby ifname="$standby" || return 1
	top=$(basename "$(readlink "/sys/class/net/$standby/master")")
}

# bonding gives both the address of the VF, which hv_netvsc does not take for
# its own NIC's, as they are born with different ones.
set_up_bonding()
{
	modprobe bonding max_bonds=0 && set_up_two || return 1
	top=bond0
	ip link add bond0 address 00:15:5d:00:00:01 type bond \
		mode active-backup miimon 10 &&
		ip link set "$(netdev 1)" master bond0
}

set_up()
{
	host_up || return 1
	case $what in
	ours | intree) set_up_pair ;;
	*) "set_up_$what" ;;
	esac && ip addr add 10.0.0.1/24 dev "$top" &&
		ip link set "$top" up && until_true $NIC_WAIT reaches_peer 0
}

# ---- events ----

# What there is to do for an administrator when the VF has come.
enslave()
{
	[ "$what" = bonding ] || return 0
	until_true $NIC_WAIT vf_netdev 0 || return 1
	vf=$(vf_netdev 0)
	ip link set "$vf" down && ip link set "$vf" master bond0 &&
		ip link set bond0 type bond primary "$vf"
}

event_add()
{
	host 0 vf plug || return 1
	case $what in
	ours | intree) return ;;
	esac
	# A host that forwards what it hears, wherever it hears it.
	host 0 path vf && enslave
}

event_revoke()
{
	host 0 vf pull
}

event_down()
{
	ip link set "$(vf_netdev 0)" down
}

event_surprise()
{
	host 0 vf pull surprise
}

# The VF carries what is sent, or does not.
vf_sends()
{
	local file before

	file=/sys/class/net/$(vf_netdev 0)/statistics/tx_packets || return 1
	before=$(cat "$file") || return 1
	usleep 50000
	[ "$(cat "$file")" -ge $((before + 20)) ]
}

# outage COUNTS: where no byte came any more it lasts for the whole phase
outage()
{
	if [ "$(field tcp "$1")" = ok ]; then
		field gap_us "$1"
	else
		echo $(($(field ms "$1") * 1000))
	fi
}

# measure EVENT: the counts of one go are added to those before
measure()
{
	local counts

	traffic_mark 0 >/dev/null
	"event_$1" || failure "$1: cannot be done"
	usleep $SETTLE_US
	case $1 in
	add) until_true $PATH_WAIT vf_sends || failure "$1: the VF is idle" ;;
	*) ! vf_sends 2>/dev/null || failure "$1: the VF goes on" ;;
	esac
	counts=$(traffic_mark 0)
	say "$1: $counts"
	[ "$what $(field tcp "$counts")" != "ours broken" ] ||
		failure "$1: TCP is broken"
	[ "$(($(field sent "$counts") * 500 / $(field ms "$counts")))" -ge \
		$((RATE * 98 / 100)) ] || failure "$1: too few packets a second"
	echo "$1 $(field lost "$counts") $(field dup "$counts")" \
		"$(outage "$counts")" >>/run/measured
}

round()
{
	measure add
	measure revoke
	measure add
	measure down
	ip link set "$(vf_netdev 0)" up
	[ "$what" != net_failover ] || usleep 200000
	until_true $PATH_WAIT vf_sends || failure "up: the VF is idle"
	measure surprise
}

# Of all rounds: what was lost and doubled in all, and the shortest outage: what
# the guest's processors do beside only adds to it.
table()
{
	for event in add revoke down surprise; do
		awk -v event=$event '$1 == event { print $4, $2, $3 }' \
			/run/measured | sort -n |
			awk -v event=$event -v what="$what" '
				{ outage[NR] = $1; lost += $2; dup += $3 }
				END { printf "failover %s %s lost=%d dup=%d outage_us=%d\n",
					event, what, lost, dup,
					outage[1] }'
	done
}

set_up || give_up "cannot be set up"
traffic_start 0 --rate $RATE --steady 1 || give_up "traffic does not start"
for _ in $(seq $ROUNDS); do
	round
done
traffic_stop 0 >/dev/null
table
[ $failed = 0 ]
