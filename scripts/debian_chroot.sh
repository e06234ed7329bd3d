#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run README's two commands on a bare Debian of another release: a clean clone of the last commit
# in a chroot that debootstrap makes. Needs root, debootstrap and the network.
#
#   scripts/debian_chroot.sh SUITE DIRECTORY [MIRROR]
#
# DIRECTORY: where the system goes, 2 GB; one that is there already is used again. The clone and what is
# built in it are made anew. The exit status is that of the first command that fails.
set -eu

[ $# -ge 2 ] && [ $# -le 3 ] || { echo "usage: $0 SUITE DIRECTORY [MIRROR]" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "$0: debootstrap and chroot need root" >&2; exit 2; }
for tool in debootstrap git unshare; do
	command -v "$tool" >/dev/null || { echo "$0: $tool is missing" >&2; exit 2; }
done
suite=$1
root=$(realpath -m "$2")
mirror=${3:-http://deb.debian.org/debian}
cd "$(dirname "$0")/.."

# what debootstrap does last: a system without it is half of one
if [ ! -e "$root/.hptsim-$suite" ]; then
	if [ -e "$root" ] && [ -n "$(ls -A "$root")" ]; then
		echo "$0: $root is not empty, and no $suite that this script made" >&2
		exit 2
	fi
	debootstrap --variant=minbase "$suite" "$root" "$mirror"
	: >"$root/.hptsim-$suite"
fi
rm -rf "$root/root/hptsim"
git clone -q --no-hardlinks . "$root/root/hptsim"
echo "$(git log -1 --format='%h %s') on Debian $(cat "$root/etc/debian_version") ($suite)"

# Mounts in a namespace of their own are gone when it ends, however that is.
unshare --mount sh -eu -s "$root" <<'MOUNTS'
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
for command in seed test; do
	echo "== scripts/debian.sh $command"
	begin=$(date +%s)
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$1" /root/hptsim/scripts/debian.sh "$command" </dev/null
	echo "== $command: $(($(date +%s) - begin)) s"
done
MOUNTS
