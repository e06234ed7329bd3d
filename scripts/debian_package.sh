#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build the Debian package of the last commit, check it with lintian, and install and test it on a system that
# has nothing else. Needs root, debootstrap and the network.
#
#   scripts/debian_package.sh SUITE BUILD-DIRECTORY BARE-DIRECTORY [MIRROR]
#
# BUILD-DIRECTORY: a system as scripts/debian_chroot.sh makes it, made if it is not there; build dependencies
# are installed into it, the package is left in its /root. BARE-DIRECTORY: made anew each time, whatever is there
# if it is one of this script's. The exit status is that of the first command that fails.
set -eu

[ $# -ge 3 ] && [ $# -le 4 ] || { echo "usage: $0 SUITE BUILD-DIRECTORY BARE-DIRECTORY [MIRROR]" >&2; exit 2; }
here=$(dirname "$0")
# shellcheck source=scripts/chroot.sh
. "$here/chroot.sh"
chroot_tools "$0"
suite=$1
build=$(realpath -m "$2")
bare=$(realpath -m "$3")
mirror=${4:-http://deb.debian.org/debian}
cd "$here/.."

chroot_make "$0" "$suite" "$build" "$mirror"
rm -rf "$build/root/package"
mkdir "$build/root/package"
git clone -q --no-hardlinks . "$build/root/package/hptsim"
version=$(sed -n '1s/.*(\(.*\)-.*/\1/p' debian/changelog)
# what upstream's tarball would be
git archive --prefix="hptsim-$version/" -o "$build/root/package/hptsim_$version.orig.tar.gz" HEAD -- . ':!debian'
echo "$(git log -1 --format='%h %s') on Debian $(cat "$build/etc/debian_version") ($suite)"
chroot_run "$build" sh -eu -c '
	cd /root/package/hptsim
	apt-get -q update
	apt-get -q -y --no-install-recommends install dpkg-dev build-essential fakeroot lintian
	apt-get -q -y --no-install-recommends build-dep ./
	dpkg-buildpackage -us -uc
	cd ..
	lintian --version
	lintian --allow-root --fail-on error --tag-display-limit 0 ./*.changes'

if [ -e "$bare/.hptsim-$suite" ]; then
	rm -rf --one-file-system "$bare"
fi
chroot_make "$0" "$suite" "$bare" "$mirror"
cp "$build"/root/package/hptsim_*.deb debian/tests/seed debian/tests/plugin "$bare/root"
chroot_run "$bare" sh -eu -c '
	apt-get -q update
	apt-get -q -y --no-install-recommends install man-db /root/hptsim_*.deb
	echo "== seed"
	/root/seed
	man -P cat hptsim | head -20
	apt-get -q -y --no-install-recommends install gcc libc6-dev pkgconf bash-completion
	echo "== plugin"
	/root/plugin
	echo "== completion"
	bash -c ". /usr/share/bash-completion/bash_completion; _completion_loader hptsim; complete -p hptsim
		COMP_WORDS=(hptsim run 256g_on_129g_); COMP_CWORD=2; _hptsim; echo \"\${COMPREPLY[@]}\"" | tee /root/completed
	grep -x 256g_on_129g_16m /root/completed'
