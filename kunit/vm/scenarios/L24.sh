#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# L24: the VF is taken away and given back many times, under load.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

FLAPS=${FLAPS:-50}
WARM_UP=20		# flaps until every cache has what it will ever have

# References that a flap must not keep.
references()
{
	for module in hv_netvsc vf_bond $drivers; do
		[ ! -e "/sys/module/$module" ] ||
			echo "$module $(cat "/sys/module/$module/refcnt")"
	done
}

# kB of the kernel's memory that cannot be reclaimed; late frees are over.  A
# kernel that looks for leaks itself keeps what is freed for a while, to see
# whether it is used.
slab()
{
	[ ! -e /sys/kernel/debug/kmemleak ] || { echo 0; return; }
	sleep 1
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

# Everything of devices that a flap brings and takes.
devices()
{
	ls /sys/class/net /sys/bus/pci/devices
	ip -o link | wc -l
}

# moves TEXT PATH: what is written to the VF's file moves the path
moves()
{
	traffic switch "$HV/nic0/vf" "$1" "$HV/nic0/path" "$2" \
		"$((PATH_WAIT * ${SLOW:-1}))000" >/dev/null
}

# flap FORM [surprise]
flap()
{
	moves "plug form=$1" vf && moves "pull${2:+ $2}" synthetic &&
		until_true 5 vf_gone 0
}

# What is there to flap with: the stand-in comes in no time, and every tenth
# time it is a ConnectX-3; of each kind some are torn out.
flaps()
{
	local i=0 how

	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		case $((i % 20)) in
		5) how='standin surprise' ;;
		10) how="$VF" ;;
		15) how='standin surprise' ;;
		0) how="$VF surprise" ;;
		*) how=standin ;;
		esac
		# shellcheck disable=SC2086 # one word or two
		flap $how || { say "flap $i"; return 1; }
	done
}

# come FORM: once, to have its driver loaded
come()
{
	plug 0 "form=$1" &&
		drivers="$drivers $(with_holders "$(vf_driver 0)")" && pull 0
}

plan 11
need "the NIC comes up" nic_up 0
need "traffic starts" traffic_start 0 --rate 1000 \
	--tcp-rate $((131072 / (SLOW * SLOW)))
drivers=''
for form in standin "$VF"; do
	need "a VF comes and goes: $form" come "$form"
done
need "$WARM_UP flaps" flaps $WARM_UP
traffic_mark 0 >/dev/null
refs=$(references) devs=$(devices) slab=$(slab)
inside=$(counter 0 lost_in_vf) dropped=$(counter 0 vf_dropped)
POLL_US=10000
need "$FLAPS flaps" flaps "$FLAPS"
inside=$(($(counter 0 lost_in_vf) - inside))
check "no more is lost than was inside VFs that were torn out" \
	lost_inside "$(traffic_mark 0)" $inside
check "and VFs that were there dropped nothing" \
	equal $dropped "$(counter 0 vf_dropped)"
check "modules are used as often as before" equal "$refs" "$(references)"
check "the devices are those of before" equal "$devs" "$(devices)"
# A flap that leaks one netdev leaks 2 kB and more.
check "the kernel's memory is what it was, give or take 1 kB a flap" \
	at_most $((slab + FLAPS + 768)) "$(slab)"
finish
