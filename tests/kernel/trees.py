# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel trees to test with: of Debian's linux-source packages, the few files that matter.

HPTSIM_KERNEL_TREES, directories with a colon between them, adds others.
"""
import glob
import os
import shutil
import subprocess

ARCHIVES = "/usr/src/linux-source-*.tar.xz"
FILES = ("Makefile", "arch/powerpc/include/asm", "arch/powerpc/mm/book3s64", "arch/powerpc/mm/mem.c",
         "arch/powerpc/platforms/pseries")
WHY_NONE = "no kernel tree: install linux-source, or set HPTSIM_KERNEL_TREES"


def unpack(archive, cache):
    """The directory of the tree; unpacked once for each archive."""
    name = os.path.basename(archive)[:-len(".tar.xz")]
    stamp = "%s %d\n" % (archive, os.stat(archive).st_mtime)
    tree, mark = os.path.join(cache, name), os.path.join(cache, name + ".done")
    if os.path.exists(mark) and open(mark).read() == stamp:
        return tree
    os.makedirs(cache, exist_ok=True)
    fresh = os.path.join(cache, "%s.%d" % (name, os.getpid()))
    shutil.rmtree(fresh, ignore_errors=True)
    os.mkdir(fresh)
    subprocess.run(["tar", "xf", archive, "-C", fresh] + ["%s/%s" % (name, f) for f in FILES], check=True)
    shutil.rmtree(tree, ignore_errors=True)
    os.rename(os.path.join(fresh, name), tree)
    os.rmdir(fresh)
    with open(mark, "w") as f:
        f.write(stamp)
    return tree


def find(cache):
    found = [unpack(archive, cache) for archive in sorted(glob.glob(ARCHIVES))]
    return found + [d for d in os.environ.get("HPTSIM_KERNEL_TREES", "").split(":") if d]
