# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches to a kernel tree, made where they are tested: their context is the tree's, so none is kept here.

An edit finds its place by the name of a function and what kind of line it is.
"""
import difflib
import os
import re

HASH = "arch/powerpc/mm/book3s64/hash_utils.c"
PGTABLE = "arch/powerpc/mm/book3s64/pgtable.c"
SPARSEMEM = "arch/powerpc/include/asm/sparsemem.h"
HASH_H = "arch/powerpc/include/asm/book3s/64/hash.h"
HOTPLUG = "arch/powerpc/platforms/pseries/hotplug-memory.c"

LOOP = r"^\tfor_each_drmem_lmb"
INNER_LOOP = r"^\t\tfor_each_drmem_lmb"
BODY = r"^\{\n"


class Tree:
    """Files of a tree, edited in memory."""

    def __init__(self, path):
        self.path, self.old, self.new = path, {}, {}

    def text(self, name):
        if name not in self.new:
            with open(os.path.join(self.path, name)) as f:
                self.old[name] = self.new[name] = f.read()
        return self.new[name]

    def function(self, name, function):
        """(start, end) of the body that the configuration has: the first definition"""
        text = self.text(name)
        start = re.search(r"^[a-z][^\n;=]*\b%s\([^;{]*?\)\n\{\n" % function, text, re.M)
        if not start:
            raise ValueError("no function %s" % function)
        return start.end() - 2, text.index("\n}\n", start.end()) + 1

    def edit(self, name, function, pattern, code, which=0, after=False, replace=False):
        """Put @code at the @which'th line of @function that matches"""
        start, end = self.function(name, function)
        found = list(re.finditer(pattern, self.text(name)[start:end], re.M))[which]
        at, to = start + found.start(), start + found.end()
        if not replace:
            at = to = to if after else at
        self.new[name] = self.new[name][:at] + code + self.new[name][to:]

    def top(self, name, pattern, code, after=False):
        found = re.search(pattern, self.text(name), re.M)
        at = found.end() if after else found.start()
        self.new[name] = self.new[name][:at] + code + self.new[name][at:]

    def diff(self):
        parts = []
        for name in sorted(self.new):
            if self.new[name] != self.old[name]:
                parts += difflib.unified_diff(self.old[name].splitlines(True), self.new[name].splitlines(True),
                                              "a/" + name, "b/" + name)
        return "".join(parts)

    def declare(self, *prototypes):
        self.top(HASH_H, r"^int hash__remove_section_mapping\(.*\n", "".join(p + ";\n" for p in prototypes), after=True)

    def check(self, add, remove):
        """What the section mappings do instead of the check; "" for nothing"""
        self.edit(HASH, "hash__create_section_mapping", r"^\tresize_hpt_for_hotplug\(.*\n", add, replace=True)
        self.edit(HASH, "hash__remove_section_mapping", r"^\tif \(resize_hpt_for_hotplug\(.*\n.*\n", remove, replace=True)


REQUESTS = ("add_by_count", "add_by_ic", "remove_by_count", "remove_by_ic")


def outer_batch(path):
    """The resize outside the section mapping: grow before the LMBs, shrink after them."""
    t = Tree(path)
    t.check("", "")
    t.top(HASH, r"^int hash__create_section_mapping", """\
void hpt_grow_for(unsigned long bytes)
{
	unsigned int order = bytes ? htab_shift_for_mem_size(bytes) : 0;

	if (mmu_hash_ops.resize_hpt && order > ppc64_pft_size)
		mmu_hash_ops.resize_hpt(order);
}

void hpt_shrink_to_fit(void)
{
	unsigned int order = htab_shift_for_mem_size(memblock_phys_mem_size());

	if (mmu_hash_ops.resize_hpt && order + 1 < ppc64_pft_size)
		mmu_hash_ops.resize_hpt(order);
}

""")
    t.declare("void hpt_grow_for(unsigned long bytes)", "void hpt_shrink_to_fit(void)")
    for request in REQUESTS:
        sign = "+" if request.startswith("add") else "-"
        count = "lmbs_to_add" if sign == "+" else "lmbs_to_remove"
        grow = "\thpt_grow_for(memblock_phys_mem_size() %s (u64)%s * drmem_lmb_size());\n" % (sign, count)
        if sign == "-":
            grow = "\tif ((u64)%s * drmem_lmb_size() < memblock_phys_mem_size())\n\t%s" % (count, grow)
        t.edit(HOTPLUG, "dlpar_memory_" + request, LOOP, grow, which=1)
        t.edit(HOTPLUG, "dlpar_memory_" + request, r"^\treturn rc;\n", "\thpt_shrink_to_fit();\n", which=-1)
    for request, sign in (("add_by_index", "+"), ("remove_by_index", "-")):
        t.edit(HOTPLUG, "dlpar_memory_" + request, LOOP,
               "\thpt_grow_for(memblock_phys_mem_size() %s drmem_lmb_size());\n" % sign)
        t.edit(HOTPLUG, "dlpar_memory_" + request, r"^\treturn rc;\n", "\thpt_shrink_to_fit();\n", which=-1)
    return t.diff()


ONE_WAY = """\
static int hpt_resize_one_way(unsigned long bytes, bool down)
{
	unsigned int order = htab_shift_for_mem_size(bytes);
	int rc;

	if (!mmu_hash_ops.resize_hpt)
		return 0;
	if (!down)
		return order > ppc64_pft_size ? mmu_hash_ops.resize_hpt(order) : 0;
	if (order + 1 >= ppc64_pft_size || !mutex_trylock(&hpt_down_mutex))
		return 0;
	rc = mmu_hash_ops.resize_hpt(order);
	mutex_unlock(&hpt_down_mutex);
	return rc;
}

void hpt_batch_grow(unsigned long bytes)
{
	u64 first = ppc64_pft_size;

	while (hpt_resize_one_way(bytes, false) == -ENOSPC) {
		bytes <<= 1;
		if (htab_shift_for_mem_size(bytes) >= first)
			return;
	}
}

void hpt_batch_down_begin(void)
{
	mutex_lock(&hpt_down_mutex);
}

void hpt_batch_down_end(void)
{
	unsigned long bytes = memblock_phys_mem_size();
	u64 first = ppc64_pft_size;

	BEFORE
	while (hpt_resize_one_way(bytes, true) == -ENOSPC) {
		bytes <<= 1;
		if (htab_shift_for_mem_size(bytes) >= first)
			break;
	}
	AFTER
}

"""


def v2(path, intended):
    """The second series of 2021, written anew from what it does."""
    t = Tree(path)
    unlock = "mutex_unlock(&hpt_down_mutex);"
    code = ONE_WAY.replace("BEFORE", unlock if intended else ";").replace("AFTER", ";" if intended else unlock)
    t.check("\thpt_resize_one_way(memblock_phys_mem_size(), false);\n",
            "\tif (hpt_resize_one_way(memblock_phys_mem_size(), true) == -ENOSPC)\n\t\tpr_warn(\"no order for less\\n\");\n")
    t.top(HASH, r"^int hash__create_section_mapping", "static DEFINE_MUTEX(hpt_down_mutex);\n\n" + code)
    t.declare("void hpt_batch_grow(unsigned long bytes)", "void hpt_batch_down_begin(void)", "void hpt_batch_down_end(void)")
    # through a file and a header that are not looked at otherwise
    t.top(PGTABLE, r"^int [^\n;]*remove_section_mapping\(", """\
void memory_batch_grow(unsigned long bytes)
{
	if (!radix_enabled())
		hpt_batch_grow(bytes);
}

""")
    t.top(SPARSEMEM, r"^extern int remove_section_mapping\(.*\n", "void memory_batch_grow(unsigned long bytes);\n", after=True)
    begin, end = "if (!radix_enabled())\n%s\thpt_batch_down_begin();\n\n", "if (!radix_enabled())\n%s\thpt_batch_down_end();\n\n"
    for request in REQUESTS:
        function = "dlpar_memory_" + request
        if request.startswith("add"):
            t.edit(HOTPLUG, function, LOOP,
                   "\tmemory_batch_grow(memblock_phys_mem_size() + lmbs_to_add * drmem_lmb_size());\n\n",
                   which=1)
            t.edit(HOTPLUG, function, r"^\t\trc = -EINVAL;\n", "\t\t" + end % "\t\t")
            t.edit(HOTPLUG, function, INNER_LOOP, "\t\t" + begin % "\t\t")
        else:
            t.edit(HOTPLUG, function, r"^\treturn rc;\n", "\t" + end % "\t", which=-1)
            t.edit(HOTPLUG, function, LOOP, "\t" + begin % "\t", which=1)
    return t.diff()


def in_check(path, code):
    """@code first thing in resize_hpt_for_hotplug(), behind its declarations"""
    t = Tree(path)
    t.edit(HASH, "resize_hpt_for_hotplug", r"^\n", code + "\n", after=True)
    return t.diff()
