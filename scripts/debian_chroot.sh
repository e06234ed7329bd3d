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
here=$(dirname "$0")
# shellcheck source=scripts/chroot.sh
. "$here/chroot.sh"
chroot_tools "$0"
suite=$1
root=$(realpath -m "$2")
mirror=${3:-http://deb.debian.org/debian}
cd "$here/.."

chroot_make "$0" "$suite" "$root" "$mirror"
rm -rf "$root/root/hptsim"
git clone -q --no-hardlinks . "$root/root/hptsim"
echo "$(git log -1 --format='%h %s') on Debian $(cat "$root/etc/debian_version") ($suite)"

for command in seed test; do
	echo "== scripts/debian.sh $command"
	begin=$(date +%s)
	chroot_run "$root" /root/hptsim/scripts/debian.sh "$command"
	echo "== $command: $(($(date +%s) - begin)) s"
done
