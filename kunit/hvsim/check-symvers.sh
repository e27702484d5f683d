#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Compare the checksums of the VMBus symbols that hvsim exports with those of
# the distribution's hv_vmbus.
#
# Arguments: OUR-Module.symvers DISTRIBUTION-Module.symvers [MODULE.ko]
#
# Prints one line a symbol that differs, and a total.  Exit status 1 if one of
# them differs, or is missing, that MODULE.ko imports (without MODULE.ko: if
# any differs), 2 for bad usage.

set -u

[ $# -eq 2 ] || [ $# -eq 3 ] || {
	echo "usage: $0 OUR-Module.symvers DISTRIBUTION-Module.symvers [MODULE.ko]" >&2
	exit 2
}
for f; do
	[ -r "$f" ] || { echo "$0: cannot read $f" >&2; exit 2; }
done

needed=
if [ $# -eq 3 ]; then
	PATH=$PATH:/usr/sbin:/sbin
	needed=$(modprobe --dump-modversions "$3") || exit 2
	[ -n "$needed" ] || { echo "$0: $3 has no checksums" >&2; exit 2; }
fi

printf '%s\n' "$needed" | awk -v have_module=$(($# == 3)) '
FILENAME == "-" {
	if (NF == 2)
		needed[$2] = $1
	next
}
FILENAME == ARGV[2] {
	if ($3 ~ /\/hvsim$/) {
		ours[$2] = $1
		kind[$2] = $4
	}
	next
}
$3 ~ /\/hv_vmbus$/ {
	theirs[$2] = $1
	total++
	if (!($2 in ours)) {
		if ($2 in needed) {
			printf "missing %s: imported by the module\n", $2
			bad = 1
		}
		next
	}
	compared++
	if (ours[$2] == $1 && kind[$2] == $4)
		next
	differ++
	printf "differs %s: %s %s, hv_vmbus has %s %s%s\n", $2, ours[$2],
	       kind[$2], $1, $4, ($2 in needed) ? ", imported by the module" : ""
	if (!have_module || ($2 in needed))
		bad = 1
}
END {
	printf "%d symbols of hv_vmbus, %d offered by hvsim, %d equal, %d differ\n",
	       total, compared, compared - differ, differ
	exit bad || !compared
}' - "$1" "$2"
