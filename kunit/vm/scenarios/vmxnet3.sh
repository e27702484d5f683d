#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# vmxnet3: the VF is a real hot-plugged PCI NIC, with a driver not written here.
# guest: HOTPLUG=1
#
# QEMU's vmxnet3 is plugged into a PCI Express port whose slot is numbered 7,
# and pulled again; what it sends comes out of a virtio NIC, which is a port of
# the peer's bridge beside the wire of the simulated host.  As a switch does,
# the bridge sends the guest's frames where the guest was heard last.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

RATE=1000		# packets a second, each way
[ "${SLOW:-1}" = 1 ] || RATE=$SLOW_RATE
PCIEHP_WAIT=20		# seconds; 5 of them after the button was pressed

# machine WORDS...: have the script that runs QEMU do it
machine()
{
	echo "vm-host: $*" >/dev/ttyS1
}

# port IFACE: of the peer's bridge; nothing goes from one port to another
port()
{
	ip -n peer0 link set "$1" master bridge up &&
		ip -n peer0 link set "$1" type bridge_slave isolated on
}

bridge_up()
{
	local far

	modprobe virtio_pci && modprobe virtio_net && modprobe bridge &&
		until_true 5 only_entry /sys/bus/virtio/devices/virtio0/net ||
		return 1
	far=$(only_entry /sys/bus/virtio/devices/virtio0/net)
	ip link set "$far" netns peer0 && ip -n peer0 addr flush dev wire0 &&
		ip -n peer0 link add bridge type bridge &&
		port wire0 && port "$far" &&
		ip -n peer0 addr add 10.0.0.2/24 dev bridge &&
		ip -n peer0 link set bridge up && until_true 5 reaches_peer 0
}

vmxnet3_netdev()
{
	only_entry /sys/bus/pci/drivers/vmxnet3/*:*/net
}

# The host tells of the VF, then it is plugged in.
arrives()
{
	host 0 vf plug pci=foreign serial=7 && machine plug "$mac" &&
		until_true $PCIEHP_WAIT path_is 0 vf && vf=$(vmxnet3_netdev) &&
		equal "$dev" "$(basename "$(readlink "/sys/class/net/$vf/master")")"
}

slot_is_off()
{
	[ "$(cat /sys/bus/pci/slots/7/power)" = 0 ]
}

# The guest is asked to let go of it, as when somebody presses the button.
unplugged()
{
	machine unplug && until_true $PCIEHP_WAIT not vmxnet3_netdev
}

# Until another can be plugged in: the port's lamp goes out a second after its
# power, and QEMU takes the device away only then.
slot_is_empty()
{
	until_true $PCIEHP_WAIT slot_is_off && sleep 2
}

# The host only learns of it afterwards, and takes the association back.
leaves()
{
	unplugged && path_is 0 synthetic && host 0 vf pull
}

# The host moves the data path away and takes the association back first.
is_revoked()
{
	host 0 vf pull && path_is 0 synthetic && unplugged
}

# What was on its way to a VF that leaves without the host's doing is lost: no
# more than the peer sent while nothing came.
lost_on_the_way()
{
	lost_inside "$1" $((RATE * $(field gap_us "$1") / 1000000))
}

carries()
{
	local file=/sys/class/net/$vf/statistics/tx_packets before

	before=$(cat "$file")
	usleep 500000
	at_least $((before + RATE / 4)) "$(cat "$file")"
}

arrived_after()
{
	if [ "$1" = leaves ]; then
		lost_on_the_way "$2"
	else
		all_arrived "$2"
	fi
}

plan 18
need "the NIC comes up" nic_up 0
dev=$(netdev 0)
mac=$(cat "/sys/class/net/$dev/address")
need "its peer is behind a bridge" bridge_up
need "traffic starts" traffic_start 0 --rate $RATE
for way in leaves is_revoked; do
	need "the VF arrives, and takes over the data path" arrives
	check "nothing is lost" all_arrived "$(traffic_mark 0)"
	check "the slot is named by the serial number" equal \
		"$(basename "$(readlink "/sys/class/net/$vf/device")" .0)" \
		"$(cat /sys/bus/pci/slots/7/address)"
	check "the VF carries the traffic" carries
	need "the VF $way" $way
	check "no more is lost than must be" \
		arrived_after $way "$(traffic_mark 0)"
	need "the slot is empty" slot_is_empty
done
check "the connection ends in order" all_arrived "$(traffic_stop 0)"
finish
