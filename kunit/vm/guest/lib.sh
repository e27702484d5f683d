# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# In the guest: NICs and VFs of the simulated host, their peers, traffic.

HV=/sys/kernel/debug/hvsim
NIC_WAIT=15		# seconds; a NIC's probe is 20 messages or so
PATH_WAIT=30		# seconds; a VF's probe, then the switch

say()
{
	echo "# $*"
}

uptime=0		# of read_uptime

# Seconds since boot, in $uptime.
read_uptime()
{
	read -r uptime _ </proc/uptime
	uptime=${uptime%.*}
}

POLL_US=50000

# until_true SECONDS COMMAND...: poll; for longer on a slow kernel
until_true()
{
	local end

	read_uptime
	end=$((uptime + $1 * ${SLOW:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		read_uptime
		[ "$uptime" -le $end ] || return 1
		usleep $POLL_US
	done
}

not()
{
	! "$@"
}

# ---- the host ----

host_up()
{
	[ -d $HV ] || modprobe hvsim || return 1
	[ -d $HV ]
}

control()
{
	echo "$*" >$HV/control
}

# host N FILE [TEXT...]: read, or write
host()
{
	local file=$HV/nic$1/$2

	shift 2
	if [ $# = 0 ]; then
		cat "$file"
	else
		echo "$*" >"$file"
	fi
}

# counter N NAME: one of the host's counters of NIC N
counter()
{
	awk -v name="$2" '$1 == name { value = $2 } END { print value + 0 }' \
		"$HV/nic$1/counters"
}

# The number that the file begins with.
violations()
{
	[ -r $HV/violations ] || { echo 0; return; }
	tr -c '0-9\n' ' ' <$HV/violations |
		awk 'NR == 1 { n = $1 } END { print n + 0 }'
}

path_is()
{
	[ "$(host "$1" path)" = "$2" ]
}

# ---- what the guest has of NIC N ----

guid()
{
	printf 'f8615163-0000-1000-2000-00155d00%04x\n' "$1"
}

# only_entry FOLDER: the name of what is in it
only_entry()
{
	local entry

	for entry in "$1"/*; do
		[ -e "$entry" ] || return 1
		basename "$entry"
	done
}

# netdev N: name of the NIC's interface
netdev()
{
	only_entry "/sys/bus/vmbus/devices/$(guid "$1")/net"
}

vf_pci()
{
	printf '%04x:00:02.0\n' $(($1 + 1))
}

# vf_netdev N: name of the VF's interface
vf_netdev()
{
	only_entry "/sys/bus/pci/devices/$(vf_pci "$1")/net"
}

vf_gone()
{
	[ ! -e "/sys/bus/pci/devices/$(vf_pci "$1")" ]
}

# The NIC's own interface is the master of its VF's.
vf_joined()
{
	local vf

	vf=$(vf_netdev "$1") || return 1
	[ "$(basename "$(readlink "/sys/class/net/$vf/master")")" = \
		"$(netdev "$1")" ]
}

# vf_driver N: name of the module that drives the VF
vf_driver()
{
	basename "$(readlink "/sys/bus/pci/devices/$(vf_pci "$1")/driver/module")"
}

# Those that use a module, outermost first, and the module itself.
with_holders()
{
	local holder

	for holder in "/sys/module/$1/holders"/*; do
		[ ! -e "$holder" ] || with_holders "${holder##*/}"
	done
	echo "$1"
}

# model N NAME: a number of the model behind the VF: "NAME 5", or "NAME=5"
model()
{
	tr ' ' '\n' <"$HV/nic$1/vf_model" | awk -F = -v name="$2" '
		NF == 2 && $1 == name { value = $2 }
		NF == 1 && last == name { value = $1 }
		{ last = NF == 1 ? $1 : "" }
		END { print value + 0 }'
}

# model_has N NAME AT_LEAST
model_has()
{
	[ "$(model "$1" "$2")" -ge "$3" ]
}

# Of /run/commands: with one receive ring mlx4_en, at each closing, forgets one
# QP and gives another back twice, which the real function refuses, too.
forgive_second_return()
{
	local closed

	[ "$(nproc)" = 1 ] || return 0
	closed=$(sed -n 's/.* CLOSE_PORT calls=\([0-9]*\) .*/\1/p' /run/commands)
	sed -i "/ FREE_RES /s/ failed=$closed status=0xa\$/ failed=0/" \
		/run/commands
}

# no_command_failed N: all that the VF's driver issued so far was known, and done
no_command_failed()
{
	sed -n 's/^cmd //p' "$HV/nic$1/vf_model" >/run/commands
	cat /run/commands
	forgive_second_return
	grep -qx 'unknown calls=0' /run/commands &&
		not grep -q 'failed=[1-9]' /run/commands
}

# ethstat IFACE NAME
ethstat()
{
	ethtool -S "$1" | awk -v name="$2:" '$1 == name { print $2 }'
}

# ---- NICs with peers: 10.N.0.1 here, 10.N.0.2 in namespace peerN ----

# peer N COMMAND...: run it in the peer's namespace
peer()
{
	local ns=peer$1

	shift
	ip netns exec "$ns" "$@"
}

peer_up()
{
	ip netns add "peer$1" && ip link set "wire$1" netns "peer$1" &&
		ip -n "peer$1" link set lo up &&
		ip -n "peer$1" addr add "10.$1.0.2/24" dev "wire$1" &&
		ip -n "peer$1" link set "wire$1" up
}

# address_up N: the guest's own address, when its interface is there
address_up()
{
	local dev

	dev=$(netdev "$1") || return 1
	ip addr add "10.$1.0.1/24" dev "$dev" && ip link set "$dev" up &&
		until_true $NIC_WAIT grep -q 1 "/sys/class/net/$dev/carrier"
}

# nic_up N [OPTIONS...]: offer, bring up both ends
nic_up()
{
	local nic=$1

	shift
	host_up && control "add nic=$nic $*" && peer_up "$nic" &&
		until_true $NIC_WAIT netdev "$nic" && address_up "$nic"
}

reaches_peer()
{
	ping -q -c 1 -W 2 "10.$1.0.2" >/dev/null
}

vf_active()
{
	until_true $PATH_WAIT path_is "$1" vf
}

vf_inactive()
{
	until_true $PATH_WAIT path_is "$1" synthetic
}

# plug N [OPTIONS...]: until the host has the data path on the VF
plug()
{
	local nic=$1

	shift
	host "$nic" vf plug "$@" && vf_active "$nic"
}

# pull N [surprise]: until nothing of the VF is left
pull()
{
	local nic=$1

	shift
	host "$nic" vf pull "$@" && vf_inactive "$nic" &&
		until_true 5 vf_gone "$nic"
}

# ---- traffic ----

# The debug kernel, on one processor of an emulator, needs 5 ms for a packet.
SLOW_RATE=40		# packets a second

# traffic_run N [OPTIONS...]: a slow kernel has enough to do with less
traffic_run()
{
	local nic=$1

	shift
	[ "${SLOW:-1}" = 1 ] || set -- --tcp-rate 16384 "$@" --rate $SLOW_RATE
	traffic run --ns "peer$nic" --local "10.$nic.0.1" \
		--peer "10.$nic.0.2" "$@"
}

# traffic_start N [OPTIONS...]: in the background, with a control socket
traffic_start()
{
	local nic=$1

	shift
	traffic_run "$nic" --socket "/run/traffic$nic" "$@" &
	until_true 10 [ -S "/run/traffic$nic" ]
}

traffic_mark()
{
	traffic mark "/run/traffic$1"
}

traffic_stop()
{
	traffic stop "/run/traffic$1"
}

# traffic_for N SECONDS [OPTIONS...]: by itself; its counts
traffic_for()
{
	local nic=$1 seconds=$2

	shift 2
	traffic_run "$nic" --seconds "$seconds" "$@"
}

# round_trips N SECONDS [OPTIONS...]: of one packet at a time; count and times
round_trips()
{
	local nic=$1 seconds=$2

	shift 2
	traffic rtt --ns "peer$nic" --local "10.$nic.0.1" \
		--peer "10.$nic.0.2" --seconds "$seconds" "$@"
}

# field NAME TEXT: the value of name=value in it
field()
{
	local word

	for word in $2; do
		[ "${word%%=*}" != "$1" ] || echo "${word#*=}"
	done
}

# all_arrived TEXT: something was sent, and all of it came, once
all_arrived()
{
	say "$1"
	at_least 1 "$(field sent "$1")" && [ "$(field lost "$1")" = 0 ] &&
		[ "$(field dup "$1")" = 0 ] &&
		[ "$(field corrupt "$1")" = 0 ] &&
		[ "$(field tcp "$1")" = ok ]
}

# lost_inside TEXT ALLOWED: TCP lives, and no more is lost than allowed
lost_inside()
{
	say "$1"
	at_least 1 "$(field sent "$1")" && [ "$(field tcp "$1")" = ok ] &&
		[ "$(field dup "$1")" = 0 ] &&
		[ "$(field corrupt "$1")" = 0 ] &&
		at_most "$2" "$(field lost "$1")"
}

# survived TEXT: as all_arrived, but packets may be lost
survived()
{
	say "$1"
	at_least 1 "$(field sent "$1")" && [ "$(field dup "$1")" = 0 ] &&
		[ "$(field corrupt "$1")" = 0 ] &&
		[ "$(field tcp "$1")" = ok ]
}

# ---- the end ----

# Until all that the kernel has told so far is worked through, without loading
# anything more.  After it there is no hot-plug.
hotplug_ends()
{
	touch /run/no-hotplug
	rm -f /run/settled
	echo add >/sys/class/net/lo/uevent
	until_true 20 [ -e /run/settled ]
}

# end_world: as before the first NIC, without hot-plug; says what is in the way
end_world()
{
	local ns

	killall -q -9 traffic iperf3 ping
	for ns in $(ip netns list | awk '{ print $1 }'); do
		ip netns pids "$ns" | xargs -r kill -9
	done
	[ ! -d $HV ] || control reset
	rm -f /run/traffic*
	for ns in $(ip netns list | awk '{ print $1 }'); do
		ip netns del "$ns"
	done
	hotplug_ends || say "events of the kernel are not worked through"
	unload
}

# Modules that were not there when /run/before was written.
new_modules()
{
	world >/run/now
	awk '$1 != "module" { next }
		FILENAME == "/run/before" { before[$2] = 1; next }
		!($2 in before) { print $2 }' /run/before /run/now
}

# Those that another one needs go after that.
no_new_modules()
{
	local module

	for module in $(new_modules); do
		rmmod "$module"
	done
	[ -z "$(new_modules)" ]
}

# Ours, and then those of the distribution that a scenario has loaded.
unload()
{
	local module

	for module in hv_netvsc vf_bond mlx4_en mlx4_core hvsim_vf hvsim; do
		grep -q "^$module " /proc/modules || continue
		until_true 5 rmmod $module && continue
		say "$module does not unload"
		return 1
	done
	[ ! -e /run/before ] || until_true $NIC_WAIT no_new_modules || new_modules
}

# What must be the same before and after.
world()
{
	lsmod | awk 'NR > 1 { print "module", $1 }' | sort
	ls /sys/class/net /sys/bus
	lspci -D
	ip netns list
}
