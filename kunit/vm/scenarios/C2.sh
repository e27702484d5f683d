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
# What was lost would be sent again after 200 ms at the earliest.
LOST_US=150000

irqs()
{
	awk '/mlx4/ { sub(":", "", $1); print $1 }' /proc/interrupts
}

# As irqbalance would, if it had nothing else to do.  A line for each vector that
# is where it was put.
move_all()
{
	local cpu irq

	while :; do
		for cpu in $(seq 0 $(($(nproc) - 1))); do
			for irq in $numbers; do
				echo "$cpu" >"/proc/irq/$irq/smp_affinity_list"
				[ "$(cat "/proc/irq/$irq/smp_affinity_list")" = \
					"$cpu" ] && echo "$irq $cpu"
			done
			usleep $MOVE_US
		done
	done
}

# How many of the vectors had interrupts on all processors.
everywhere()
{
	awk -v cpus="$(nproc)" '/mlx4/ {
		for (i = 2; i <= cpus + 1 && $i > 0; i++);
		count += i == cpus + 2
	}
	END { print count + 0 }' /proc/interrupts
}

# none_lost COUNTS: each packet came back; nothing else would have waked its ring.
# What is sent again must not hide it: it takes longer than anything else, but for
# the pauses of the machine, which the tool sees on each processor.
none_lost()
{
	say "$1"
	at_least 10 "$(field count "$1")" && [ "$(field lost "$1")" = 0 ] &&
		at_most $((LOST_US + $(field pause_us "$1"))) \
			"$(field max_us "$1")"
}

sent()
{
	model 0 sent
}

plan 11
need "the NIC comes up" nic_up 0
need "the VF takes over the data path" plug 0
numbers=$(irqs)
check "it has a vector for each processor" at_least $(($(nproc) + 1)) \
	"$(echo "$numbers" | wc -l)"
before=$(sent)
move_all 2>/dev/null >/run/moves &
mover=$!
check "each packet is answered before the next" none_lost \
	"$(round_trips 0 $SECONDS_EACH)"
check "over TCP as well" none_lost \
	"$(round_trips 0 $SECONDS_EACH --over tcp)"
check "no byte of a connection is" all_arrived \
	"$(traffic_for 0 $SECONDS_EACH)"
kill $mover
check "all vectors were moved" at_least $((20 * $(echo "$numbers" | wc -l))) \
	"$(wc -l </run/moves)"
check "and their interrupts, to each processor" at_least 1 "$(everywhere)"
check "interrupts were sent" at_least $((before + 100)) "$(sent)"
say "to masked vectors: $(model 0 deferred)"
check "none waits" until_true 2 equal 0 "$(model 0 pending)"
check "the data path is the VF still" path_is 0 vf
finish
