#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# What a change of configuration costs a stream: packets lost, and the longest
# time without one.  Argument: the driver's name for the report.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. /vm/lib.sh

DRIVER=$1
ROUNDS=3
RATE=5000		# packets a second, each way
AFTER_US=300000		# what the change does later belongs to it

# sample NAME COMMAND...: its cost is a line of /run/NAME: outage, then loss
sample()
{
	local name=$1 text

	shift
	traffic_mark 0 >/dev/null
	"$@" >/dev/null 2>&1 || {
		echo "failed" >>"/run/cost.$name"
		return
	}
	usleep $AFTER_US
	text=$(traffic_mark 0)
	echo "$(field gap_us "$text") $(field lost "$text")" \
		>>"/run/cost.$name"
}

# The median of the outages, with the loss of that round.
report()
{
	local name=$1 line

	if grep -q failed "/run/cost.$name"; then
		echo "reconfig $name $DRIVER failed"
		return
	fi
	line=$(sort -n "/run/cost.$name" | sed -n "$((ROUNDS / 2 + 1))p")
	echo "reconfig $name $DRIVER lost=${line#* } outage_us=${line% *}"
}

give_up()
{
	echo "reconfig: $*"
	exit 1
}

# Each change starts from a host that does not know the new state yet.  The
# change of the rings leaves open only the channels that are in use.
rounds()
{
	for _ in $(seq $ROUNDS); do
		sample none true
		sample busy dd if=/dev/zero of=/dev/null bs=16M count=1
		sample channels-new ethtool -L "$dev" combined 4
		ethtool -L "$dev" combined 2
		sample ring-rx ethtool -G "$dev" rx 5000
		sample ring-tx ethtool -G "$dev" tx 500
		sample mtu-up ip link set "$dev" mtu 9000
		sample mtu-down ip link set "$dev" mtu 1500
		sample channels-down ethtool -L "$dev" combined 1
		sample channels-up ethtool -L "$dev" combined 2
		sample features-off ethtool -K "$dev" lro off
		sample xdp-on traffic xdp "$dev" pass
		sample xdp-off traffic xdp "$dev" off
		sample features-on ethtool -K "$dev" lro on
		ethtool -G "$dev" rx "$rx" tx "$tx"
	done
}

nic_up 0 || give_up "the NIC does not come up"
dev=$(netdev 0)
ethtool -L "$dev" combined 2 >/dev/null 2>&1
ip -n peer0 link set wire0 mtu 9000
rx=$(ethtool -g "$dev" | awk '$1 == "RX:" { n = $2 } END { print n }')
tx=$(ethtool -g "$dev" | awk '$1 == "TX:" { n = $2 } END { print n }')
traffic_start 0 --rate $RATE --tcp-rate 0 --steady 1 || give_up "no traffic"
sleep 1
rounds
traffic_stop 0 >/dev/null
for file in none busy mtu-up mtu-down ring-rx ring-tx channels-new channels-down \
	channels-up features-off features-on xdp-on xdp-off; do
	report $file
done
end_world >/dev/null 2>&1
exit 0
