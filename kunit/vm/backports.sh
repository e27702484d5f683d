# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Packages of Debian's trixie-backports, which has kernels newer than those of
# Debian 12, without a change to the machine's own package sources.  Sourced by
# source.sh.
#
# Beside what lib.sh has in the cache:
#	apt-trixie-backports/	a package source, its lists, apt's cache

BACKPORTS=trixie-backports
BACKPORTS_APT=$CACHE/apt-$BACKPORTS
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Run apt-get or apt-cache with nothing but trixie-backports.
backports_apt()
{
	local command=$1

	shift
	"$command" -o Dir::Etc::sourcelist="$BACKPORTS_APT/sources.list" \
		-o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$BACKPORTS_APT/lists" \
		-o Dir::Cache="$BACKPORTS_APT/cache" \
		-o APT::Sandbox::User=root "$@"
}

# The mirror from which this machine has Debian 12.
debian_mirror()
{
	# shellcheck disable=SC2016 # apt's variable, not ours
	LC_ALL=C apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Codename: bookworm' 'Component: main' |
		head -n 1
}

# Have the lists of today, from that mirror.
backports_update()
{
	local mirror

	mirror=$(debian_mirror)
	[ -n "$mirror" ] ||
		die "apt has no source of Debian 12 (bookworm main), whose mirror would have $BACKPORTS, too"
	[ -e "$DEBIAN_KEYRING" ] ||
		die "$DEBIAN_KEYRING is missing: install the Debian package debian-archive-keyring"
	mkdir -p "$BACKPORTS_APT/lists/partial" \
		"$BACKPORTS_APT/cache/archives/partial"
	echo "deb [signed-by=$DEBIAN_KEYRING] $mirror $BACKPORTS main" \
		>"$BACKPORTS_APT/sources.list"
	say "setup: reading the package lists of $BACKPORTS"
	backports_apt apt-get -qq update >"$BACKPORTS_APT/update.log" 2>&1 || {
		tail -n 5 "$BACKPORTS_APT/update.log" >&2
		die "cannot read $BACKPORTS from $mirror, where this machine has Debian 12 from"
	}
}
