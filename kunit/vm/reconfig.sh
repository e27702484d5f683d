#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What changes of configuration cost a stream, with our driver and with the
# distribution's, one after the other on the same machine.  KERNEL=, SMP=: see
# lib.sh.

set -eu -o pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=initramfs.sh
. "$here/initramfs.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

GUEST_SECONDS=1500	# 13 changes, 3 times, 1 s each; 30 on a busy machine
# What else this machine does is not to be measured.
export ICOUNT=${ICOUNT-1}

QUIET_US=10000		# longest pause without a change that is the scheduler's

[ $# = 0 ] || die "reconfig.sh takes no arguments"
DRIVER=ours check_settings
begin_run
rc=0
for DRIVER in ours intree; do
	check_settings
	prepare_guest
	run_guest $GUEST_SECONDS reconfig.sh $DRIVER || rc=1
	cp "$RUN/report" "$RUN/table.$DRIVER"
done
echo
sed -n 's/\r$//; /^reconfig [a-z-]* /p' "$RUN"/table.* |
	awk '{ if (!($2 in seen)) order[++n] = $2; seen[$2] = 1
	       line[$2, $3] = $0 }
	     END { for (i = 1; i <= n; i++) {
			print line[order[i], "ours"]
			print line[order[i], "intree"] } }'
noise=$(sed -n 's/\r$//; s/^reconfig none .*outage_us=//p' "$RUN"/table.* |
	sort -n | tail -n 1)
if [ "${noise:-0}" -gt $QUIET_US ]; then
	say "the machine is busy: $noise us without a packet though nothing changed; this table says nothing"
	rc=1
fi
exit $rc
