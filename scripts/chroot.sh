# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced by what works in a Debian of its own. Needs root, debootstrap and the network.

# chroot_tools PROGRAM: exits unless all that is needed is there
chroot_tools() {
	[ "$(id -u)" -eq 0 ] || { echo "$1: debootstrap and chroot need root" >&2; exit 2; }
	for tool in debootstrap git unshare; do
		command -v "$tool" >/dev/null || { echo "$1: $tool is missing" >&2; exit 2; }
	done
}

# chroot_make PROGRAM SUITE DIRECTORY MIRROR: a bare system, unless it is there
chroot_make() {
	# the mark is made last: a system without it is half of one
	[ ! -e "$3/.hptsim-$2" ] || return 0
	if [ -e "$3" ] && [ -n "$(ls -A "$3")" ]; then
		echo "$1: $3 is not empty, and no $2 that this script made" >&2
		exit 2
	fi
	debootstrap --variant=minbase "$2" "$3" "$4"
	: >"$3/.hptsim-$2"
}

# chroot_run DIRECTORY COMMAND...: mounts in a namespace of their own are gone when it ends, however that is
chroot_run() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount sh -eu -c 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; directory=$1; shift
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$directory" "$@"' \
		sh "$@" </dev/null
}
