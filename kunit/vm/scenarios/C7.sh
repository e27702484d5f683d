#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C7: the VF is a ConnectX-3's function to every tool; it is removed and found.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

SERIAL=7

# shows TEXT: lspci -vv of it has that, whatever the white space before it is
shows()
{
	lspci -vv -s "$(vf_pci 0)" | sed 's/^[[:space:]]*//' >/run/lspci
	cat /run/lspci
	grep -qF -- "$1" /run/lspci
}

# Identity is not for the guest to write: vendor, device, class, capability.
written_over()
{
	local at

	for at in 0 2 8 52 64; do
		printf '\125\252' | dd of="$function/config" bs=1 seek=$at \
			conv=notrunc status=none || return 1
	done
}

config()
{
	od -An -tx1 "$function/config"
}

found_again()
{
	echo 1 >"$function/remove" && vf_inactive 0 && vf_gone 0 || return 1
	echo 1 >/sys/bus/pci/rescan
	not vf_gone 0 && vf_active 0 && until_true 5 reaches_peer 0
}

plan 17
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0 serial=$SERIAL
function=/sys/bus/pci/devices/$(vf_pci 0)
check "it has the ids of a virtual function" \
	equal "0001:00:02.0 0200: 15b3:1004" "$(lspci -Dn -s "$(vf_pci 0)")"
check "its slot is its serial number" shows "Physical Slot: $SERIAL"
check "it masters the bus" shows "Control: I/O- Mem+ BusMaster+"
check "it has memory behind BAR 2" shows "64-bit, prefetchable) [size=1M]"
check "a vector for each processor, and one" \
	shows "MSI-X: Enable+ Count=$(($(nproc) + 1)) Masked-"
check "in a table of its own" shows "Vector table: BAR=2 offset=00002000"
check "pending bits as well" shows "PBA: BAR=2 offset=00003000"
check "mlx4 drives it" shows "Kernel driver in use: mlx4_core"
check "its address is the NIC's" \
	equal "$(cat "/sys/class/net/$(netdev 0)/address")" \
	"$(cat "/sys/class/net/$(vf_netdev 0)/address")"
check "that is the address that the port has" \
	grep -q "^port .*mac=$(cat "/sys/class/net/$(netdev 0)/address")" \
	$HV/nic0/vf_model
before=$(config)
check "the guest writes to its identity" written_over
check "which changes nothing" equal "$before" "$(config)"
check "the function is removed, and found" found_again
check "once more" found_again
check "in the same slot" shows "Physical Slot: $SERIAL"
finish
