/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of a scenario, apart from its events.
 */
#include <string.h>

#include "scenario/loader.h"
#include "sim/events.h"
#include "sim/policy.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Checked in check.c when `max_memory` is not given, too. */
#define MEMORY_MIN	"256MiB"
#define MEMORY_MAX	"64TiB"

static key_reader read_guest, read_hypervisor, read_dimms, read_costs, read_overrides;
static key_reader read_policies, read_expect;

static const struct key_choice page_sizes[] = {
	{ "64KiB", 16 }, { "4KiB", 12 }, { NULL, 0 }
};

static const struct key_choice hpt_page_sizes[] = {
	{ "64KiB", 16 }, { "16MiB", 24 }, { NULL, 0 }
};

static const struct key_choice hv_kinds[] = {
	{ "qemu-tcg", HV_QEMU_TCG }, { "kvm-hv", HV_KVM_HV }, { NULL, 0 }
};

static const struct key_choice resize_hpt_modes[] = {
	{ "enabled", RESIZE_HPT_ENABLED }, { "disabled", RESIZE_HPT_DISABLED },
	{ "required", RESIZE_HPT_REQUIRED }, { NULL, 0 }
};

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
	{ .name = "guest", .type = KEY_CUSTOM, .required = true, .read = read_guest,
	  .doc = "the virtual machine" },
	{ .name = "hypervisor", .type = KEY_CUSTOM, .read = read_hypervisor, .def_doc = "all its defaults",
	  .doc = "what runs it" },
	{ .name = "costs", .type = KEY_CUSTOM, .read = read_costs, .takes = "a name, or a path ending in `.yaml`",
	  .def_doc = "`qemu-tcg` for `kind: qemu-tcg`, `mail-2021` for `kind: kvm-hv`",
	  .doc = "cost profile" },
	{ .name = "cost_overrides", .type = KEY_CUSTOM, .read = read_overrides, .def_doc = "none",
	  .doc = "prices that replace those of the profile" },
	{ .name = "policies", .type = KEY_CUSTOM, .read = read_policies, .takes = "a sequence of policies",
	  .def_doc = "`[per-section]`", .doc = "what `run` runs without `--policy`" },
	{ .name = "events", .type = KEY_CUSTOM, .required = true, .read = read_events,
	  .takes = "a sequence of events", .doc = "what happens, one after the other" },
	{ .name = "expect", .type = KEY_CUSTOM, .read = read_expect, .takes = "a mapping from policies to results",
	  .def_doc = "none", .doc = "what a run must end with; if not, `run` exits with 1" },
};

const struct key_table scenario_keys = { "", "The scenario", top_rows, COUNT(top_rows) };

static const struct key guest_rows[] = {
	{ .name = "memory", .type = KEY_SIZE, .required = true, .min = MEMORY_MIN, .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, memory_bytes),
	  .doc = "at boot, without DIMMs; a multiple of `lmb_size`" },
	{ .name = "dimms", .type = KEY_CUSTOM, .read = read_dimms, .takes = "a sequence of DIMMs", .def_doc = "none",
	  .doc = "present at boot, placed in this order" },
	{ .name = "max_memory", .type = KEY_SIZE, .min = MEMORY_MIN, .max = MEMORY_MAX,
	  .offset = offsetof(struct guest_spec, max_memory_bytes),
	  .def_doc = "`memory` up to the next GiB, plus all DIMMs of `dimms` and of `plug` events",
	  .doc = "QEMU's `-m maxmem=`; a multiple of `lmb_size`" },
	{ .name = "lmb_size", .type = KEY_SIZE, .min = "16MiB", .max = "1GiB", .def = "256MiB",
	  .offset = offsetof(struct guest_spec, lmb_bytes),
	  .doc = "logical memory block, the unit of hotplug; a power of two" },
	{ .name = "page_size", .type = KEY_PAGE_SIZE, .choices = page_sizes, .def = "64KiB",
	  .offset = offsetof(struct guest_spec, page_shift),
	  .doc = "base page size of the guest's kernel" },
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
};

static const struct key_table guest_keys = { "guest", "`guest`", guest_rows, COUNT(guest_rows) };

static const struct key dimm_rows[] = {
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct dimm_spec, id),
	  .doc = "names the DIMM in `unplug`" },
	{ .name = "size", .type = KEY_SIZE, .required = true, .min = "16MiB", .max = MEMORY_MAX,
	  .offset = offsetof(struct dimm_spec, size_bytes),
	  .doc = "a multiple of `lmb_size`" },
};

static const struct key_table dimm_keys = { "dimms", "An element of `dimms`", dimm_rows, COUNT(dimm_rows) };

static const struct key hypervisor_rows[] = {
	{ .name = "kind", .type = KEY_CHOICE, .choices = hv_kinds, .def = "qemu-tcg",
	  .offset = offsetof(struct hypervisor_spec, kind),
	  .doc = "whose table and resize code is modelled" },
	{ .name = "max_hpt_page_size", .type = KEY_PAGE_SIZE, .choices = hpt_page_sizes, .def = "64KiB",
	  .offset = offsetof(struct hypervisor_spec, max_hpt_page_shift),
	  .doc = "largest page in the HPT: base page of the linear map and vmemmap" },
	{ .name = "resize_hpt", .type = KEY_CHOICE, .choices = resize_hpt_modes, .def = "enabled",
	  .offset = offsetof(struct hypervisor_spec, resize_hpt),
	  .doc = "QEMU's `-M resize-hpt=`" },
	{ .name = "hpt_shift", .type = KEY_SHIFT, .min = "18", .max = "46", .def = "auto",
	  .offset = offsetof(struct hypervisor_spec, hpt_shift),
	  .doc = "log2 of the first HPT's size in bytes; `auto`: the hypervisor's own rule" },
};

static const struct key_table hypervisor_keys = {
	"hypervisor", "`hypervisor`", hypervisor_rows, COUNT(hypervisor_rows)
};

static const struct key expect_rows[] = {
#define EXPECT_ROW(n, record, field) \
	{ .name = #n, .type = KEY_INT64, .min = "0", .max = "9223372036854775807", \
	  .def_doc = "not checked", .doc = "column `" #n "` of table `run`" },
	SIM_RUN_NUMBERS(EXPECT_ROW)
#undef EXPECT_ROW
};

static const struct key_table expect_keys = {
	"expect", "A policy's results in `expect`", expect_rows, COUNT(expect_rows)
};

const struct key_table *const scenario_tables[] = {
	&scenario_keys, &guest_keys, &dimm_keys, &hypervisor_keys, &expect_keys, NULL
};

static void read_guest(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	keys_read(ld, &guest_keys, entry, &draft->sc.guest);
}

static void read_hypervisor(struct loader *ld, const struct key *key,
			    const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	keys_read(ld, &hypervisor_keys, entry, &draft->sc.hypervisor);
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
		keys_read(ld, &dimm_keys, &entry->value->entries[i], &dimms[i]);
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

static void unknown_policy(struct loader *ld, struct srcpos pos, const char *text)
{
	struct text_nearest near = { .word = text };
	const char *list = "";
	size_t i;

	for (i = 0; policy_table[i]; i++) {
		list = arena_printf(&ld->arena, "%s%s%s", list, *list ? ", " : "", policy_table[i]->name);
		text_nearest_offer(&near, policy_table[i]->name);
	}
	diag_error(ld->diags, pos, RULE_UNKNOWN_POLICY, "no policy '%.60s'", text);
	if (near.best)
		keys_suggest(ld, &near);
	else
		diag_hint(ld->diags, "policies are %s", list);
}

static void add_policy(struct loader *ld, struct scenario *sc, const struct node *list, size_t index)
{
	const struct node *value = list->entries[index].value;
	const char *text = keys_scalar(ld, "policies", value, "a sequence of policies");
	const struct policy *policy = text ? policy_find(text) : NULL;
	size_t i;

	if (text && !policy)
		unknown_policy(ld, value->pos, text);
	if (!policy)
		return;
	for (i = 0; i < sc->policy_count && sc->policies[i] != policy; i++)
		;
	if (i < sc->policy_count) {
		diag_error(ld->diags, value->pos, RULE_DUPLICATE_POLICY, "'%s' is given twice", text);
		for (i = 0; ld->diags->last_kept; i++) {
			const struct node *first = list->entries[i].value;

			if (first->type != NODE_SCALAR || strcmp(first->text, text) != 0)
				continue;
			diag_note(ld->diags, first->pos, "first given here");
			break;
		}
		return;
	}
	sc->policies = arena_push(&ld->arena, sc->policies, sc->policy_count, sizeof(*sc->policies));
	sc->policies[sc->policy_count++] = policy;
}

static void read_policies(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct scenario *sc = &draft->sc;
	size_t i;

	if (!entry) {
		sc->policies = arena_alloc(&ld->arena, sizeof(*sc->policies));
		sc->policies[sc->policy_count++] = policy_find("per-section");
		return;
	}
	if (!keys_want_sequence(ld, key->name, entry->value))
		return;
	if (!entry->value->count)
		diag_error(ld->diags, entry->value->pos, RULE_EMPTY_LIST, "'%s' needs at least one policy",
			   key->name);
	for (i = 0; i < entry->value->count; i++)
		add_policy(ld, sc, entry->value, i);
}

static void add_expects(struct loader *ld, struct scenario *sc, const struct policy *policy,
			const struct node_entry *entry)
{
	int64_t values[COUNT(expect_rows)];
	struct key rows[COUNT(expect_rows)];
	const struct key_table table = { policy->name, "", rows, COUNT(rows) };
	struct expect_spec *expects = NULL;
	size_t i, j;

	for (i = 0; i < COUNT(rows); i++) {
		values[i] = -1;		/* not given */
		rows[i] = expect_rows[i];
		rows[i].offset = i * sizeof(values[0]);
	}
	if (!keys_read(ld, &table, entry, values))
		return;
	expects = arena_alloc(&ld->arena, (sc->expect_count + COUNT(rows)) * sizeof(*expects));
	for (i = 0; i < sc->expect_count; i++)
		expects[i] = sc->expects[i];
	for (j = 0; j < COUNT(rows); j++) {
		if (values[j] < 0)
			continue;
		expects[i++] = (struct expect_spec){ .policy = policy->name, .what = rows[j].name,
						     .value = values[j] };
	}
	sc->expects = expects;
	sc->expect_count = i;
}

static void read_expect(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	size_t i;

	if (!entry || !keys_want_mapping(ld, key->name, entry->value))
		return;
	for (i = 0; i < entry->value->count; i++) {
		const struct node_entry *line = &entry->value->entries[i];
		const struct policy *policy = policy_find(line->key->text);

		if (policy)
			add_expects(ld, &draft->sc, policy, line);
		else
			unknown_policy(ld, line->key->pos, line->key->text);
	}
}
