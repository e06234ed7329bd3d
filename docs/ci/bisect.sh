#!/bin/sh
# One step of git bisect: build, then compare with the baseline that is named first.
# What cannot be built or run is skipped. Arguments go to hptsim check.
ninja -C build >&2 || exit 125
build/hptsim check --baseline "$@"
code=$?
[ $code -le 1 ] || exit 125
exit $code
