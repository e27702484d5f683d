#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C2: interrupts of the VF move all the time, and none is lost.
# scope: long
# guest: SMP=4
# guest: SMP=2
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

MOVE_US=20000
SECONDS_EACH=3

irqs()
{
	awk '/mlx4/ { sub(":", "", $1); print $1 }' /proc/interrupts
}

# As irqbalance would, if it had nothing else to do.
move_all()
{
	local cpu irq

	while :; do
		for cpu in $(seq "$(nproc)"); do
			for irq in $numbers; do
				printf '%x\n' $((1 << (cpu - 1))) \
					>"/proc/irq/$irq/smp_affinity"
			done
			usleep $MOVE_US
		done
	done
}

# none_lost COUNTS: each packet came back; nothing else would have waked its ring
none_lost()
{
	say "$1"
	at_least 10 "$(field count "$1")" && [ "$(field lost "$1")" = 0 ]
}

sent()
{
	model 0 sent
}

plan 9
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
numbers=$(irqs)
check "it has a vector for each processor" at_least $(($(nproc) + 1)) \
	"$(echo "$numbers" | wc -l)"
before=$(sent)
move_all 2>/dev/null &
mover=$!
check "each packet is answered before the next" none_lost \
	"$(round_trips 0 $SECONDS_EACH)"
check "over TCP as well" none_lost \
	"$(round_trips 0 $SECONDS_EACH --over tcp)"
check "no byte of a connection is" all_arrived \
	"$(traffic_for 0 $SECONDS_EACH)"
kill $mover
check "interrupts were sent" at_least $((before + 100)) "$(sent)"
say "to masked vectors: $(model 0 deferred)"
check "none waits" until_true 2 equal 0 "$(model 0 pending)"
check "the data path is the VF still" path_is 0 vf
finish
