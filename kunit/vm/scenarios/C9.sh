#!/bin/dash
# SPDX-License-Identifier: GPL-2.0-only
# C9: without memory for its BAR there is no ConnectX-3; the stand-in needs none.
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/lib.sh
. /vm/lib.sh
# shellcheck source-path=SCRIPTDIR/../guest source=../guest/ktap.sh
. /vm/ktap.sh

need_connectx3

# The kernel's own RAM is nothing to put behind a BAR.
RAM=0x1000000:0x1000000

complaint()
{
	dmesg | grep -F "no memory for BARs" | tail -n 1
}

plan 8
need "the host is there, with RAM for BARs" modprobe hvsim cx3_memory=$RAM
need "the NIC comes up" nic_up 0
check "there is no VF of that form" not host 0 vf plug
check "no function either" vf_gone 0
check "the host says why" not equal "" "$(complaint)"
check "and what would help" equal "form=standin needs none" \
	"$(complaint | sed 's/.*; //')"
check "that does" plug 0 form=standin
check "packets go through" until_true 5 reaches_peer 0
finish
