#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# STRESS: everything at once, for two minutes, and all works afterwards.
# scope: long
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

SECONDS_LONG=120

# again COMMAND...: until the time is over, whatever it says
again()
{
	read_uptime
	while [ "$uptime" -lt "$end" ]; do
		"$@" >/dev/null 2>&1
		read_uptime
	done
}

down_up()
{
	ip link set "$dev" down
	usleep 150000
	ip link set "$dev" up
	usleep 450000
}

# The VF comes and goes, whoever else is at work; every third time torn out.
flap()
{
	flaps=$((${flaps:-0} + 1))
	host 0 vf plug form=standin
	usleep 700000
	if [ $((flaps % 3)) = 0 ]; then
		host 0 vf pull surprise
	else
		host 0 vf pull
	fi
	usleep 200000
}

change()
{
	for n in 1 2; do
		ethtool -L "$dev" combined $n
		ethtool -G "$dev" rx $((n * 1000))
		ip link set "$dev" mtu $((n * 1400))
		ethtool -K "$dev" lro off
		ethtool -K "$dev" lro on
		usleep 300000
	done
}

look()
{
	ethtool -S "$dev"
	ip -s link
	traffic queues "$dev"
	usleep 50000
}

link()
{
	host 0 link down
	usleep 100000
	host 0 link up
	sleep 5
}

stress()
{
	local jobs='' job

	read_uptime
	end=$((uptime + SECONDS_LONG))
	for job in down_up flap change look link; do
		again $job &
		jobs="$jobs $!"
	done
	# shellcheck disable=SC2086 # these are words
	wait $jobs
}

# As before all that.
settled()
{
	host 0 vf pull 2>/dev/null
	host 0 link up
	ip link set "$dev" up && ip link set "$dev" mtu 1500 &&
		vf_inactive 0 && until_true 20 reaches_peer 0
}

plan 9
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
need "a stand-in for a VF comes" plug 0 form=standin
need "and goes" pull 0
need "streams start" traffic_start 0 --tcp-rate 0 --rate 500
need "$SECONDS_LONG s of everything at once" stress
check "the interface works" settled
check "nothing came twice or wrong" survived "$(traffic_stop 0)"
need "the VF takes over the data path" plug 0
check "all traffic arrives" all_arrived "$(traffic_for 0 2)"
finish
