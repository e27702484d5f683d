#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# SEEN: what tells a user where the data path is, and what it tells.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

TRACE=/sys/kernel/tracing
DATAPATH='datapath_to_vf datapath_to_synthetic datapath_failed datapath_by_host datapath_last_ms'

watch()
{
	mount -t tracefs tracefs $TRACE 2>/dev/null
	echo >$TRACE/trace
	echo 1 >$TRACE/events/vf_bond/enable || return 1
	ip -o monitor link >/run/links &
	usleep 300000
}

# What user space hears first of the VF's interface says that it is not for use.
marked_at_first()
{
	grep "^[0-9]*: $vf:" /run/links | head -n 1 >/run/first
	cat /run/first
	grep -q '<[A-Z,_-]*SLAVE' /run/first
}

lower_of_nic()
{
	ip -d link show "$vf" >/run/link
	cat /run/link
	grep -q '<[A-Z,_-]*SLAVE' /run/link && grep -q " master $dev " /run/link
}

speed()
{
	ethtool "$1" | awk '$1 == "Speed:" { print $2 }'
}

# Names and order of the last ones.
datapath_is_last()
{
	equal "$DATAPATH" "$(ethtool -S "$dev" | tail -n 5 |
		awk -F: '{ print $1 }' | xargs)"
}

# now and then: the switches' counts, and when the last one was
switches()
{
	echo "$(ethstat "$dev" datapath_to_vf)" \
		"$(ethstat "$dev" datapath_to_synthetic)"
}

# moved_just_now: by the clock, to 30 s
moved_just_now()
{
	local last now

	last=$(($(ethstat "$dev" datapath_last_ms) / 1000)) now=$(date +%s)
	say "moved at $last, now $now"
	[ $((now - last)) -ge 0 ] && [ $((now - last)) -le 30 ]
}

# traced EVENT TEXT: of this NIC
traced()
{
	sed -n "s/.*: vf_bond_$1:/$1:/p" $TRACE/trace
	grep -q "vf_bond_$1: master=$dev .*$2" $TRACE/trace
}

moves_traced()
{
	traced path "from=synthetic to=to_vf cause=" &&
		traced path "from=to_vf to=vf cause=answer" &&
		traced path "from=vf to=to_synthetic cause=vf_down"
}

coming_and_going_traced()
{
	traced join "vf=$vf err=0" && traced leave "vf=$vf cause=vf_gone"
}

# The VF is down before and after; each of its events asks the host, who does
# not answer.
ignored()
{
	host 0 fault drop what=nvsp:129 count=0 || return 1
	for _ in 1 2; do
		ip link set "$vf" up && ip link set "$vf" down || return 1
	done
	host 0 fault clear
}

told_once()
{
	at_least 3 "$(ethstat "$dev" datapath_failed)" &&
		equal 1 "$(dmesg | grep -c 'data path not switched')"
}

host_moves()
{
	host 0 path synthetic && vf_inactive 0 &&
		until_true 5 traced path "from=vf to=synthetic cause=host"
}

# Microseconds from the event that makes the VF usable, in which the host is
# asked, to the first frame that may go there; the best of all switches.
switched_in()
{
	awk '{
			for (i = 1; i <= NF; i++)
				if ($i ~ /^[0-9]+\.[0-9]+:$/)
					now = $i * 1000000
		}
		/ to=to_vf / { asked = now }
		/ from=to_vf to=vf / {
			if (!best || now - asked < best)
				best = now - asked
		}
		END { printf "%d", best ? best : 999999 }' $TRACE/trace
}

# told TEXT: the log has it, of this NIC, as tools and people look for it
told()
{
	dmesg | grep -q "hv_netvsc $(guid 0) $dev: $1\$"
}

came_in_words()
{
	dmesg | grep -i ' vf\|joined\|data path'
	told "VF slot 2 added" && told "VF registering: $vf" &&
		dmesg | grep -q " $vf: joined to $dev\$" &&
		told "Data path switched to VF: $vf"
}

went_in_words()
{
	dmesg | grep -i ' vf\|joined\|data path'
	told "Data path switched from VF: $vf" &&
		told "VF unregistering: $vf" && told "VF slot 2 removed"
}

# The PCI function behind the interface, found as test suites find it.
lower_is()
{
	readlink -f "/sys/class/net/$dev/lower_$vf/device"
	equal "$(vf_pci 0)" "$(basename \
		"$(readlink -f "/sys/class/net/$dev/lower_$vf/device")")"
}

lower_gone()
{
	equal "" "$(find "/sys/class/net/$dev/" -name 'lower_*')"
}

# Where tools look for the NIC itself.
nic_is_found()
{
	equal hv_netvsc "$(basename \
		"$(readlink "/sys/class/net/$dev/device/driver")")" &&
		equal "$(guid 0)" "$(basename \
			"$(readlink -f "/sys/class/net/$dev/device")")" &&
		equal '{f8615163-df3e-46c5-913f-f2d2f965ed0e}' \
			"$(cat "/sys/class/net/$dev/device/class_id")" &&
		equal hv_netvsc "$(ethtool -i "$dev" |
			sed -n 's/^driver: //p')"
}

# The address that names go by, from the first moment on.
addresses_agree()
{
	equal "$(cat "/sys/class/net/$dev/address")" \
		"$(cat "/sys/class/net/$vf/address")" &&
		equal 0 "$(cat "/sys/class/net/$dev/addr_assign_type")"
}

plan 34
need "the NIC comes up" nic_up 0 speed=20000
dev=$(netdev 0)
need "the events are watched" watch
check "its own speed" equal 20000Mb/s "$(speed "$dev")"
check "nothing has moved yet" equal "0 0" "$(switches)"
check "the NIC is where tools look for it" nic_is_found
need "the VF takes over the data path" plug 0
vf=$(vf_netdev 0)
usleep 500000
kill $!
check "the VF is marked when user space first hears of it" marked_at_first
check "the VF is shown as the NIC's lower device" lower_of_nic
check "its PCI function is found from the NIC" lower_is
check "both have one address" addresses_agree
check "the log says how it came, in the words that are known" came_in_words
check "the VF has no IPv6 address" equal "" "$(ip -6 -o addr show dev "$vf")"
check "the NIC has one" at_least 1 "$(ip -6 -o addr show dev "$dev" | wc -l)"
check "speed is the VF's" equal "$(speed "$vf")" "$(speed "$dev")"
check "datapath_ statistics come last" datapath_is_last
check "one switch to the VF" equal "1 0" "$(switches)"
check "it was just now" moved_just_now
ip link set "$vf" down
need "the VF is set down" vf_inactive 0
check "speed is the NIC's own" equal 20000Mb/s "$(speed "$dev")"
check "one switch back" equal "1 1" "$(switches)"
ip link set "$vf" up
need "the VF is up again" vf_active 0
check "it carries the data within 10 ms" at_most $((10000 * SLOW)) "$(switched_in)"
check "the host moves the path by itself, which the events tell" host_moves
need "it associates the VF anew" host 0 assoc 1
need "it is followed" vf_active 0
ip link set "$vf" down
need "the host does not answer for a while" ignored
check "the events tell of that" traced path "from=to_vf to=synthetic cause=silence"
check "switches that failed are told of once" told_once
ip link set "$vf" up
need "the VF carries the data again" vf_active 0
need "the VF goes" pull 0
check "the log says how it went" until_true 5 went_in_words
check "nothing is left of it below the NIC" lower_gone
check "the events tell how the path moved" moves_traced
check "the events tell how the VF came and went" coming_and_going_traced
echo 0 >$TRACE/events/vf_bond/enable
finish
