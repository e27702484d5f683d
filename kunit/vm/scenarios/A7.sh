#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# A7: 1, 2, 4 and 8 processors: a channel for each, and the VF.
# scope: long
# guest: SMP=1
# guest: SMP=2
# guest: SMP=4
# guest: SMP=8
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

channels()
{
	ethtool -l "$(netdev 0)" | awk '/^Combined:/ { n = $2 } END { print n }'
}

# busy_channels DIRECTION: how many of the queues have packets
busy_channels()
{
	ethtool -S "$(netdev 0)" | awk -v name="^$1_queue_[0-9]+_packets:$" '
		$1 ~ name && $2 > 0 { n++ }
		END { print n + 0 }'
}

parallel_streams()
{
	iperf3 -c 10.0.0.2 -P $((2 * $(nproc))) -t 2 -l 8K &&
		iperf3 -c 10.0.0.2 -P $((2 * $(nproc))) -t 2 -l 8K -R
}

cpus=$(nproc)
plan 9
need "the NIC comes up, 64 channels offered" nic_up 0 channels=64
check "a channel for each of $cpus processors" equal "$cpus" "$(channels)"
peer 0 iperf3 -s -D
check "parallel streams by the synthetic path" parallel_streams
check "more than one channel receives, if there is more than one" \
	at_least $((cpus > 1 ? 2 : 1)) "$(busy_channels rx)"
check "more than one channel sends, if there is more than one" \
	at_least $((cpus > 1 ? 2 : 1)) "$(busy_channels tx)"
need "the VF takes over the data path" plug 0
check "parallel streams by the VF" parallel_streams
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
check "the VF goes" pull 0
finish
