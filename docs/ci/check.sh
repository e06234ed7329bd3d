#!/bin/sh
# Any other CI, or a hook: fails when a policy got worse. Run it at the top of the tree.
set -eu
scripts/debian.sh build
build/hptsim check "$@"
