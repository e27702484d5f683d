#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# OBSERVE: what tells of queues, frames and messages, and that it is true.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

TRACE=/sys/kernel/tracing

# ---- queues, by netlink: kernels from 6.10 on ----

# Does the kernel have that at all?
netlink_tells()
{
	case $(uname -r) in
	6.[1-9].*) return 1 ;;
	esac
}

# queues_say WHAT: the number after it, of all that traffic queues prints
queues_say()
{
	traffic queues "$dev" | tr ' ' '\n' | sed -n "s/^$1=//p" | head -n 1
}

# Sums of what each queue has: rx, then tx.
of_queues()
{
	traffic queues "$dev" | awk '
		$1 == "rx" || $1 == "tx" {
			sub(/packets=/, "", $3)
			sum[$1] += $3
		}
		END { print sum["rx"] + 0, sum["tx"] + 0 }'
}

# of_all: what the interface has, by netlink
of_all()
{
	echo "$(queues_say rx_packets) $(queues_say tx_packets)"
}

of_link()
{
	echo "$(cat "/sys/class/net/$dev/statistics/rx_packets")" \
		"$(cat "/sys/class/net/$dev/statistics/tx_packets")"
}

# Nothing was lost or counted twice; frames of the kernel's own may come between.
sums_agree()
{
	[ "$(of_queues)" = "$(of_all)" ] && [ "$(of_all)" = "$(of_link)" ]
}

# What is counted in queues that are not used any more is the interface's.
sums_agree_without_queues()
{
	[ "$(of_all)" = "$(of_link)" ]
}

# not_less BEFORE: of_all has not fallen
not_less()
{
	local now

	now=$(of_all)
	say "before: $1, now: $now"
	[ "${now% *}" -ge "${1% *}" ] && [ "${now#* }" -ge "${1#* }" ]
}

# polled N: N queues each way, each with a NAPI instance of its own that is there
polled()
{
	traffic queues "$dev" >/run/queues || return 1
	cat /run/queues
	awk -v want="$1" '
		$1 == "napi" { there["napi=" $2] = 1 }
		$1 == "poll" && $2 == "rx" { rx[$3] = $4; n++ }
		$1 == "poll" && $2 == "tx" { tx[$3] = $4; m++ }
		END {
			for (q in rx) {
				if (!(rx[q] in there) || rx[q] != tx[q] ||
				    rx[q] in seen)
					exit 1
				seen[rx[q]] = 1
			}
			exit n != want || m != want
		}' /run/queues
}

queues_by_netlink()
{
	local before

	check "each of two queues is polled by its own NAPI instance" polled 2
	check "the sums of the queues are the interface's" \
		until_true 5 sums_agree
	before=$(of_all)
	ethtool -L "$dev" combined 1
	check "one queue is left" polled 1
	check "nothing is counted less" not_less "$before"
	check "nor otherwise than elsewhere" \
		until_true 5 sums_agree_without_queues
	ethtool -L "$dev" combined 2
	check "two again" polled 2
	check "nothing is counted less" not_less "$before"
}

queues_unknown()
{
	check "this kernel says nothing of queues" not traffic queues "$dev"
}

# ---- the rest ----

# The send table: 16 numbers, of the channels by turns.
registers()
{
	ethtool -d "$dev" raw on >/run/regs || return 1
	equal "0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1" \
		"$(od -An -v -tu4 /run/regs | xargs)"
}

stamps_listed()
{
	ethtool -T "$dev" >/run/stamps && cat /run/stamps &&
		grep -q software-transmit /run/stamps &&
		grep -q software-receive /run/stamps
}

watch()
{
	mount -t tracefs tracefs $TRACE 2>/dev/null
	echo >$TRACE/trace
	echo 'protocol == 0x8100' >$TRACE/events/skb/kfree_skb/filter
	echo 1 >$TRACE/events/skb/kfree_skb/enable
	echo 1 >$TRACE/events/netvsc/enable
}

unwatch()
{
	echo 0 >$TRACE/events/netvsc/enable
	echo 0 >$TRACE/events/skb/kfree_skb/enable
	echo 0 >$TRACE/events/skb/kfree_skb/filter
}

# Drivers cannot give a reason before 6.5.
reason()
{
	case $(uname -r) in
	6.[1-4].*) echo NOT_SPECIFIED ;;
	*) echo DEV_HDR ;;
	esac
}

# dropped: what was no frame, counted and with its reason
dropped()
{
	traffic garbage "$dev" || return 1
	grep 'kfree_skb:' $TRACE/trace
	grep -q "kfree_skb:.*reason: $(reason)" $TRACE/trace &&
		equal $((errors + 1)) "$(ethstat "$dev" vlan_error)"
}

# traced EVENT TYPE...: each of these was seen, by this name or the in-tree
# driver's, or by what that begins with
traced()
{
	local event=$1 type

	shift
	grep -o " $event: .* type=[A-Z_]*" $TRACE/trace | sort | uniq -c
	for type in "$@"; do
		grep -q " $event: .*type=\(SEND_\)*$type" $TRACE/trace ||
			{ say "no $type"; return 1; }
	done
}

# A channel more than there were, then a VF: all that a host is ever told.
everything()
{
	ethtool -G "$dev" rx 1000 && until_true 5 reaches_peer 0 &&
		host 0 speed 1000 && plug 0 form=standin && pull 0
}

formats()
{
	not grep -h 'NVSP_MSG_' $TRACE/events/netvsc/*/format
}

# by_xps: frames of new sockets leave by the second queue alone
by_xps()
{
	local queues=/sys/class/net/$dev/queues first second

	echo 0 >"$queues/tx-0/xps_cpus" && echo 3 >"$queues/tx-1/xps_cpus" ||
		return 1
	first=$(ethstat "$dev" tx_queue_0_packets)
	second=$(ethstat "$dev" tx_queue_1_packets)
	for n in 1 2 3 4 5 6 7 8; do
		ping -q -c 10 -i 0.01 10.0.0.2 >/dev/null
		traffic stamp 10.0.0.1 10.0.0.2
	done
	at_least $((second + 80)) "$(ethstat "$dev" tx_queue_1_packets)" &&
		at_most $((first + 4)) "$(ethstat "$dev" tx_queue_0_packets)"
}

if netlink_tells; then plan 26; else plan 20; fi
need "the NIC comes up" nic_up 0 name=Uplink7
dev=$(netdev 0)
check "its alias is the name that the host's administrator sees" \
	equal Uplink7 "$(cat "/sys/class/net/$dev/ifalias")"
need "it has two channels" ethtool -L "$dev" combined 2
check "the send table can be read" until_true 5 registers
check "time stamps are offered" stamps_listed
check "one comes for what is sent" traffic stamp 10.0.0.1 10.0.0.2
check "traffic goes both ways" all_arrived "$(traffic_for 0 1)"
if netlink_tells; then
	queues_by_netlink
else
	queues_unknown
fi
check "XPS chooses the queue" by_xps

need "events are watched" watch
errors=$(ethstat "$dev" vlan_error)
check "a dropped frame has its reason and its counter" dropped
need "the host is told of changes and of a VF" everything
unwatch
check "control messages to the host are traced" traced nvsp_send INIT \
	NDIS_CONFIG NDIS_VER RECV_BUF SEND_BUF SUBCHANNEL \
	REVOKE_RECV_BUF REVOKE_SEND_BUF SWITCH_DATA_PATH
check "and the host's" traced nvsp_recv INIT_COMPLETE RECV_BUF_COMPLETE \
	SEND_BUF_COMPLETE SUBCHANNEL INDIRECTION_TABLE VF_ASSOCIATION
check "and packets of frames" grep -q ' nvsp_send_pkt: dev=' $TRACE/trace
check "requests are traced" traced rndis_send INIT QUERY SET HALT
check "and their replies" traced rndis_recv INIT_C QUERY_C SET_C
check "and indications, and frames" traced rndis_recv INDICATE PACKET
check "tools can read the numbers in them" formats
check "all traffic arrives" all_arrived "$(traffic_for 0 1)"
finish
