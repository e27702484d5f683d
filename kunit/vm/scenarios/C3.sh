#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C3: the VF goes down and up, mlx4 is unloaded and loaded; nothing is used up
# (ROUNDS=N times each).
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

[ "${SCOPE:-}" != check ] || ROUNDS=${ROUNDS:-1}
ROUNDS=${ROUNDS:-3}

down_and_up()
{
	ip link set "$vf" down && ip link set "$vf" up && vf_active 0
}

# Some of its own interface's users may hold it for a moment.
reload()
{
	until_true 5 rmmod mlx4_en && until_true 5 rmmod mlx4_core &&
		modprobe mlx4_core && until_true 15 vf_joined 0 && vf_active 0
}

# What the guest has taken of each kind.  With one receive ring mlx4_en forgets
# the number of a QP each time that it goes down, and loses it.
taken()
{
	local lost='^$'

	[ "$(nproc)" -gt 1 ] || lost='qp=[0-9]* '
	grep '^res ' $HV/nic0/vf_model | sed "s/$lost//"
}

# repeated COMMAND: ROUNDS times, with a packet through the VF each time
repeated()
{
	local round

	for round in $(seq "$ROUNDS"); do
		say "round $round"
		"$@" && until_true 5 reaches_peer 0 || return 1
	done
}

plan 7
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
vf=$(vf_netdev 0)
until_true 5 reaches_peer 0
before=$(taken)
check "$ROUNDS times down and up" repeated down_and_up
check "takes no more than at first" equal "$before" "$(taken)"
check "$ROUNDS times unloaded and loaded" repeated reload
check "takes no more than at first" equal "$before" "$(taken)"
check "the data path is the VF" path_is 0 vf
finish
