#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L8: eight NICs with their VFs are there when the guest starts; twice.
# SCOPE=check: once, with VFs that take less time to come.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

NICS='0 1 2 3 4 5 6 7'
BOOTS='first second'
FORM=$VF
[ "${SCOPE:-}" != check ] || BOOTS=first FORM=standin

# stopped, and set up by the host
provision()
{
	local n

	end_world || return 1
	touch /run/no-hotplug
	host_up || return 1
	for n in $NICS; do
		say "nic $n"
		control "add nic=$n channels=2" && peer_up "$n" &&
			host "$n" vf plug form=$FORM || return 1
	done
}

# boot: both drivers at once, as udev loads them
boot()
{
	rm -f /run/no-hotplug
	modprobe "$(cat "/sys/bus/pci/devices/$(vf_pci 0)/modalias")" &
	modprobe hv_netvsc
	wait $!
}

each_by_its_vf()
{
	local n

	for n in $NICS; do
		say "nic $n"
		until_true "$NIC_WAIT" netdev "$n" && address_up "$n" &&
			vf_active "$n" && vf_joined "$n" && reaches_peer "$n" ||
			return 1
	done
}

plan $((4 * $(echo "$BOOTS" | wc -w)))
for boot in $BOOTS; do
	need "the $boot time: eight NICs with VFs, no driver" provision
	need "the drivers are loaded" boot
	check "each reaches its peer by its own VF" each_by_its_vf
	check "lspci shows eight VFs" equal 8 "$(lspci -d 15b3:1004 | wc -l)"
done
finish
