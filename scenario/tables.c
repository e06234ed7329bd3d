/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of a scenario, apart from its policies, events and faults.
 */
#include <string.h>

#include "scenario/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

_Static_assert(sizeof(enum kfence_mode) == sizeof(unsigned), "KEY_CHOICE stores unsigned");

/* Checked in check.c when `max_memory` is not given, too. */
#define MEMORY_MIN	"256MiB"
#define MEMORY_MAX	"64TiB"

static key_reader read_guest, read_hypervisor, read_dimms, read_costs, read_overrides;
static key_reader read_workload;

static const struct key_choice page_sizes[] = {
	{ "64KiB", 16 }, { "4KiB", 12 }, { NULL, 0 }
};

static const struct key_choice hpt_page_sizes[] = {
	{ "4KiB", 12 }, { "64KiB", 16 }, { "16MiB", 24 }, { NULL, 0 }
};

static const struct key_choice linear_page_sizes[] = {
	{ "4KiB", 12 }, { "64KiB", 16 }, { "16MiB", 24 }, { NULL, 0 }
};

static const struct key_choice segment_sizes[] = {
	{ "1TiB", 40 }, { "256MiB", 28 }, { NULL, 0 }
};

static const struct key_choice kfence_modes[] = {
	{ "auto", KFENCE_AUTO }, { "false", KFENCE_ABSENT }, { "built-in", KFENCE_BUILT_IN },
	{ "true", KFENCE_ON }, { NULL, 0 }
};

static const struct key_choice hv_kinds[] = {
	{ "qemu-tcg", HV_QEMU_TCG }, { "kvm-hv", HV_KVM_HV }, { "powervm", HV_POWERVM }, { NULL, 0 }
};

static const struct key_choice resize_hpt_modes[] = {
	{ "enabled", RESIZE_HPT_ENABLED }, { "disabled", RESIZE_HPT_DISABLED },
	{ "required", RESIZE_HPT_REQUIRED }, { NULL, 0 }
};

/* A rule of its own is told by a number that no shift can have. */
#define SHIFT_FOR_64K	1u

static const struct key_choice hpt_shift_words[] = {
	{ "auto", 0 }, { "for-64k", SHIFT_FOR_64K }, { NULL, 0 }
};

static const struct key_choice rehash_rules[] = {
	{ "same-slot", REHASH_SAME_SLOT }, { "any-slot", REHASH_ANY_SLOT }, { NULL, 0 }
};

static const struct key_choice max_alloc_words[] = {
	{ "none", 0 }, { NULL, 0 }
};

static const struct key_table guest_keys, hypervisor_keys, dimm_keys, workload_keys;

static const struct key top_rows[] = {
	{ .name = "version", .type = KEY_UINT, .min = "1", .max = "1", .def = "1",
	  .offset = offsetof(struct scenario_draft, version),
	  .doc = "of the format" },
	{ .name = "name", .type = KEY_NAME,
	  .offset = offsetof(struct scenario_draft, sc.name), .def_doc = "the file's name without `.yaml`",
	  .doc = "what results call the scenario" },
	{ .name = "description", .type = KEY_TEXT, .def = "", .def_doc = "none",
	  .offset = offsetof(struct scenario_draft, sc.description),
	  .doc = "one sentence for people" },
	{ .name = "guest", .type = KEY_CUSTOM, .required = true, .read = read_guest, .shape = SHAPE_MAPPING, .inner = &guest_keys,
	  .doc = "the virtual machine" },
	{ .name = "hypervisor", .type = KEY_CUSTOM, .read = read_hypervisor, .shape = SHAPE_MAPPING, .inner = &hypervisor_keys,
	  .def_doc = "all its defaults",
	  .doc = "what runs it" },
	{ .name = "costs", .type = KEY_CUSTOM, .read = read_costs, .shape = SHAPE_COSTS, .takes = "a name, or a path ending in `.yaml`",
	  .def_doc = "`qemu-tcg` for `kind: qemu-tcg`, else `mail-2021`",
	  .doc = "cost profile" },
	{ .name = "cost_overrides", .type = KEY_CUSTOM, .read = read_overrides, .shape = SHAPE_PRICES, .def_doc = "none",
	  .doc = "prices that replace those of the profile" },
	{ .name = "policies", .type = KEY_CUSTOM, .read = read_policies, .shape = SHAPE_POLICIES, .inner = &policy_keys,
	  .any_of = "hysteresis retry level",
	  .not_empty = true,
	  .takes = "a sequence of policies",
	  .def_doc = "`[per-section]`", .doc = "what `run` runs without `--policy`" },
	{ .name = "events", .type = KEY_CUSTOM, .required = true, .read = read_events, .shape = SHAPE_LIST_OF_ONE, .inner = &event_keys,
	  .besides = "at", .not_empty = true,
	  .takes = "a sequence of events", .doc = "what happens, one after the other unless `at` says when" },
	{ .name = "faults", .type = KEY_CUSTOM, .read = read_faults, .shape = SHAPE_LIST_OF_ONE, .inner = &fault_keys,
	  .takes = "a sequence of faults",
	  .def_doc = "none", .doc = "what goes wrong" },
	{ .name = "expect", .type = KEY_CUSTOM, .read = read_expect, .shape = SHAPE_BY_POLICY, .inner = &expect_keys,
	  .takes = "a mapping from policies to results",
	  .def_doc = "none", .doc = "what a run must end with; if not, `run` exits with 1" },
	{ .name = "reference", .type = KEY_CUSTOM, .read = read_references, .shape = SHAPE_LIST, .inner = &reference_keys,
	  .takes = "a sequence of figures",
	  .def_doc = "none", .doc = "published times that reports show beside the simulated ones" },
	{ .name = "sweep", .type = KEY_CUSTOM, .read = read_sweep, .shape = SHAPE_AXES, .takes = "a mapping from keys to values",
	  .def_doc = "none", .doc = "what `hptsim sweep` varies: keys joined by dots, each with a list `[a, b]` or a range "
		 "`2GiB..4TiB:x2`, `1..64:+1`; all else leaves it alone" },
	{ .name = "search", .type = KEY_CUSTOM, .read = read_search, .shape = SHAPE_MAPPING, .inner = &search_keys,
	  .takes = "a mapping", .def_doc = "none",
	  .doc = "what `hptsim search` looks for, and within which bounds; all else but `check` leaves it alone" },
};

const struct key_table scenario_keys = { "", "The scenario", top_rows, COUNT(top_rows) };

static const struct key guest_rows[] = {
	{ .name = "memory", .type = KEY_SIZE, .required = true, .min = MEMORY_MIN, .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, memory_bytes),
	  .doc = "at boot, without DIMMs; a multiple of `lmb_size`" },
	{ .name = "dimms", .type = KEY_CUSTOM, .read = read_dimms, .shape = SHAPE_LIST, .inner = &dimm_keys,
	  .takes = "a sequence of DIMMs", .def_doc = "none",
	  .doc = "present at boot, placed in this order" },
	{ .name = "max_memory", .type = KEY_SIZE, .min = MEMORY_MIN, .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, max_memory_bytes),
	  .def_doc = "`memory` up to the next GiB, plus all DIMMs of `dimms` and of `plug` events",
	  .doc = "QEMU's `-m maxmem=`; a multiple of `lmb_size`" },
	{ .name = "lmb_size", .type = KEY_SIZE, .min = "16MiB", .max = "4GiB", .def = "256MiB",
	  .offset = offsetof(struct guest_spec, lmb_bytes),
	  .doc = "logical memory block, the unit of hotplug; a power of two" },
	{ .name = "page_size", .type = KEY_PAGE_SIZE, .choices = page_sizes, .def = "64KiB",
	  .offset = offsetof(struct guest_spec, page_shift),
	  .doc = "base page size of the guest's kernel" },
	{ .name = "nodes", .type = KEY_UINT, .min = "1", .max = "64",
	  .offset = offsetof(struct guest_spec, node_count), .def_doc = "one per 8TiB of `max_memory`",
	  .doc = "NUMA nodes, each with an equal part of the addresses: hot-added memory joins a zone of its node" },
	{ .name = "online_movable", .type = KEY_BOOL, .def = "false",
	  .offset = offsetof(struct guest_spec, online_movable),
	  .doc = "booted with `memhp_default_state=online_movable`: hot-added memory is in a zone of its own, apart from boot memory" },
	{ .name = "linear_page_size", .type = KEY_PAGE_SIZE, .choices = linear_page_sizes,
	  .offset = offsetof(struct guest_spec, linear_page_shift),
	  .def_doc = "as the kernel chooses: `max_hpt_page_size`, but `page_size` with `kfence` or `debug_pagealloc`",
	  .doc = "base page of the linear map, the first of \"Page orders:\" in the guest's log" },
	{ .name = "vmemmap_page_size", .type = KEY_PAGE_SIZE, .choices = linear_page_sizes,
	  .offset = offsetof(struct guest_spec, vmemmap_page_shift),
	  .def_doc = "as the kernel chooses: `max_hpt_page_size` in a guest that boots with 1GiB or more, else `page_size`",
	  .doc = "base page of vmemmap, the last of \"Page orders:\"" },
	{ .name = "segment_size", .type = KEY_PAGE_SIZE, .choices = segment_sizes, .def = "1TiB",
	  .offset = offsetof(struct guest_spec, segment_shift),
	  .doc = "of the kernel's segments; `256MiB`: booted with `disable_1tb_segments`, or no \"Using 1TB segments\" in the log" },
	{ .name = "kfence", .type = KEY_CHOICE, .choices = kfence_modes, .def = "auto",
	  .offset = offsetof(struct guest_spec, kfence),
	  .doc = "KFENCE, in kernels from 6.1 on: `false`: not built in; `built-in`, but off; `true`: on, booted with "
		 "`kfence.sample_interval=` above 0; `auto`: `false` up to 6.1, `built-in` afterwards" },
	{ .name = "debug_pagealloc", .type = KEY_BOOL, .def = "false",
	  .offset = offsetof(struct guest_spec, debug_pagealloc),
	  .doc = "booted with `debug_pagealloc=on`: free pages of the memory at boot have no entry in the HPT" },
	{ .name = "kernel", .type = KEY_KERNEL, .def = "6.1", .takes = "a version: major.minor",
	  .offset = offsetof(struct guest_spec, kernel),
	  .doc = "picks version-dependent order of steps; a third number is ignored" },
	{ .name = "vcpus", .type = KEY_UINT, .min = "1", .max = "2048", .def = "1",
	  .offset = offsetof(struct guest_spec, vcpu_count),
	  .doc = "CPUs that `stop_machine` has to stop" },
	{ .name = "touched", .type = KEY_SIZE, .min = "0", .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, touched_bytes), .def_doc = "128MiB, or `memory` if less",
	  .doc = "KVM HV: boot memory, from address 0, whose entries are valid once booted; at most `memory`" },
	{ .name = "working_set", .type = KEY_SIZE, .min = "0", .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, working_set_bytes), .def_doc = "16MiB, or `memory` if less",
	  .doc = "KVM HV: memory, from address 0, that the guest touches all the time; at most `memory`" },
	{ .name = "jitter", .type = KEY_TIME, .min = "0", .max = "1s", .def = "0",
	  .offset = offsetof(struct guest_spec, jitter_ns),
	  .doc = "a task that sleeps between two PREPAREs wakes so much later at most, at random by `--seed`; "
		 "decides how two resizes at once end" },
	{ .name = "workload", .type = KEY_CUSTOM, .read = read_workload, .shape = SHAPE_MAPPING, .inner = &workload_keys,
	  .def_doc = "none",
	  .doc = "processes whose memory is in the HPT, too" },
};

static const struct key_table guest_keys = { "guest", "`guest`", guest_rows, COUNT(guest_rows) };

static const struct key workload_rows[] = {
	{ .name = "resident", .type = KEY_SIZE, .required = true, .min = "0", .max = MEMORY_MAX,
	  .offset = offsetof(struct workload_spec, resident_bytes),
	  .doc = "mapped when it is left alone; at most `memory` and `dimms`; 0 is no workload" },
	{ .name = "processes", .type = KEY_UINT, .min = "1", .max = "4096", .def = "16",
	  .offset = offsetof(struct workload_spec, process_count),
	  .doc = "each with an equal part of it, unless it is `shared`" },
	{ .name = "shared", .type = KEY_BOOL, .def = "false",
	  .offset = offsetof(struct workload_spec, shared),
	  .doc = "`true`: each process maps all of it, so it has `processes` times the entries" },
	{ .name = "fault_rate", .type = KEY_INT64, .min = "1", .max = "1000000000", .def = "100000",
	  .offset = offsetof(struct workload_spec, faults_per_s),
	  .doc = "page faults per second that bring back what a resize has dropped" },
};

static const struct key_table workload_keys = {
	"workload", "`workload`", workload_rows, COUNT(workload_rows)
};

static const struct key dimm_rows[] = {
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct dimm_spec, id),
	  .doc = "names the DIMM in `unplug`" },
	{ .name = "size", .type = KEY_SIZE, .required = true, .min = "16MiB", .max = MEMORY_MAX,
	  .offset = offsetof(struct dimm_spec, size_bytes),
	  .doc = "a multiple of `lmb_size`" },
	{ .name = "prelaunch", .type = KEY_BOOL, .def = "false", .offset = offsetof(struct dimm_spec, prelaunch),
	  .doc = "`true`: plugged after the machine's reset but before the guest started (QEMU's `-S`): boot memory, "
		 "for which the first HPT was not sized" },
	{ .name = "address", .type = KEY_INT64, .min = "1", .max = "0x400000000000", .def_doc = "the first gap that is large enough",
	  .offset = offsetof(struct dimm_spec, address_bytes), .takes = "an address, such as 0x100000000",
	  .doc = "of pc-dimm's `addr`: a multiple of `lmb_size`, in device memory" },
};

static const struct key_table dimm_keys = { "dimms", "An element of `dimms`", dimm_rows, COUNT(dimm_rows) };

static const struct key hypervisor_rows[] = {
	{ .name = "kind", .type = KEY_CHOICE, .choices = hv_kinds, .def = "qemu-tcg",
	  .offset = offsetof(struct hypervisor_spec, kind),
	  .doc = "whose table and resize code is modelled; `powervm` has no resizing, a table for `max_memory`, and any LMB "
		 "above the first 512 MiB may be removed and added again" },
	{ .name = "max_hpt_page_size", .type = KEY_PAGE_SIZE, .choices = hpt_page_sizes,
	  .def_doc = "`16MiB` for `kind: powervm`, else `64KiB`",
	  .offset = offsetof(struct hypervisor_spec, max_hpt_page_shift),
	  .doc = "QEMU's `-M cap-hpt-max-page-size=`, the largest page in the HPT: of the linear map and vmemmap" },
	{ .name = "resize_hpt", .type = KEY_CHOICE, .choices = resize_hpt_modes, .def = "enabled",
	  .offset = offsetof(struct hypervisor_spec, resize_hpt),
	  .doc = "QEMU's `-M resize-hpt=`; not on PowerVM" },
	{ .name = "hpt_shift", .type = KEY_WORD_OR_UINT, .choices = hpt_shift_words, .min = "18", .max = "46",
	  .def = "auto", .offset = offsetof(struct hypervisor_spec, hpt_shift),
	  .doc = "log2 of the first HPT's size in bytes; `auto`: the hypervisor's own rule, a 128th of the memory; "
		 "`for-64k`: a 1024th, as much as 64K pages need" },
	{ .name = "real_mode_area", .type = KEY_SIZE, .min = "16MiB", .max = MEMORY_MAX, .def = "512MiB",
	  .offset = offsetof(struct hypervisor_spec, real_mode_bytes),
	  .doc = "PowerVM: memory from address 0 that cannot be removed; up to a whole LMB" },
	{ .name = "pace", .type = KEY_UINT, .min = "1", .max = "10000", .def = "100",
	  .offset = offsetof(struct hypervisor_spec, pace_percent),
	  .doc = "how long the host's CPUs take, in percent of what the cost profile says: 250 where other things run on them, too. "
		 "Sleeps take what they take" },
	{ .name = "rehash", .type = KEY_CHOICE, .choices = rehash_rules, .def = "same-slot",
	  .offset = offsetof(struct hypervisor_spec, rehash),
	  .doc = "what-if: where COMMIT puts an entry, in the slot that it had or, if that is taken, in any free one" },
	{ .name = "max_alloc_shift", .type = KEY_WORD_OR_UINT, .choices = max_alloc_words, .min = "18", .max = "46",
	  .def = "none", .offset = offsetof(struct hypervisor_spec, max_alloc_shift),
	  .doc = "what-if: the host cannot allocate a larger table, PREPARE answers `H_NO_MEM`; a first table above it is a finding" },
};

static const struct key_table hypervisor_keys = {
	"hypervisor", "`hypervisor`", hypervisor_rows, COUNT(hypervisor_rows)
};

const struct key_table *const scenario_tables[] = {
	&scenario_keys, &guest_keys, &dimm_keys, &workload_keys, &hypervisor_keys, &expect_keys,
	&reference_keys, &search_keys, NULL
};

static void read_guest(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	keys_read(ld, key->inner, entry, &draft->sc.guest);
}

static void read_hypervisor(struct loader *ld, const struct key *key,
			    const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct hypervisor_spec *hv = &draft->sc.hypervisor;

	keys_read(ld, key->inner, entry, hv);
	if (!hv->max_hpt_page_shift)
		hv->max_hpt_page_shift = hv->kind == HV_POWERVM ? 24 : 16;
	if (hv->hpt_shift != SHIFT_FOR_64K)
		return;
	hv->hpt_shift = 0;
	hv->hpt_shift_rule = HPT_SHIFT_FOR_64K;
}

static void read_workload(struct loader *ld, const struct key *key,
			  const struct node_entry *entry, void *base)
{
	struct guest_spec *guest = base;

	if (entry)
		keys_read(ld, key->inner, entry, &guest->workload);
	if (!guest->workload.resident_bytes)
		guest->workload = (struct workload_spec){ 0 };
}

/* One spec per element, also for those with errors: check.c walks both. */
static void read_dimms(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct guest_spec *guest = base;
	struct dimm_spec *dimms;
	size_t i;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	dimms = arena_alloc(&ld->arena, entry->value->count * sizeof(*dimms));
	for (i = 0; i < entry->value->count; i++)
		keys_read(ld, key->inner, &entry->value->entries[i], &dimms[i]);
	guest->dimms = dimms;
	guest->dimm_count = entry->value->count;
}

/* Resolved once the hypervisor is known. */
static void read_costs(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	const char *text;

	if (!entry)
		return;
	text = keys_scalar(ld, key->name, entry->value, key->takes);
	draft->costs_entry = entry;
	draft->costs = text;
}

static void read_overrides(struct loader *ld, const struct key *key,
			   const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	if (entry && keys_want_mapping(ld, key->name, entry->value))
		draft->overrides_entry = entry;
}
