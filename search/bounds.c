// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/bounds.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "sim/units.h"

#define MEMORY_MAX_USUAL	(64 * SZ_1G)

#define NOT_USUAL	(1u << EVENT_HPT_ORDER | 1u << EVENT_WAIT | 1u << EVENT_MIGRATE)
#define ALL_KINDS	((1u << EVENT_KIND_COUNT) - 1)
#define NOT_ON_POWERVM	(1u << EVENT_PLUG | 1u << EVENT_UNPLUG | 1u << EVENT_HPT_ORDER)

const char *const usual_keys[USUAL_COUNT] = {
	[USUAL_MEMORY] = "guest.memory", [USUAL_MAX_MEMORY] = "guest.max_memory", [USUAL_LMB_SIZE] = "guest.lmb_size",
	[USUAL_PAGE_SIZE] = "guest.page_size", [USUAL_HPT_PAGE_SIZE] = "hypervisor.max_hpt_page_size",
};

uint64_t bounds_size_at(struct node *root, const char *path, uint64_t otherwise)
{
	const struct node *node = tree_at(root, path);
	const char *unit;
	uint64_t bytes;

	if (!node || node->type != NODE_SCALAR || text_quantity(node->text, text_size_units, &unit, &bytes) != TEXT_OK)
		return otherwise;
	return bytes;
}

/* What no run depends on, and what the search has or writes by itself. */
static void leave_out(struct node *root)
{
	static const char *const keys[] = {
		"version", "name", "description", "policies", "expect", "reference", "sweep", "search",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		tree_remove(root, keys[i]);
}

/* What all values of keys are looked at with. */
struct given {
	struct bounds *b;
	struct arena *a;
	const struct scenario_file *file;
	const char *path;
	struct scenario_load_options options;
	struct diag_list *diags;
};

/* Is there such a key, and may it be that? */
static bool check_value(struct given *g, const struct scenario_axis *axis)
{
	const char *set = arena_printf(g->a, "%s=%s", axis->key, axis->values[0].yaml);
	struct scenario_file *file;
	struct diag_list own;
	bool ok;

	g->options.point = true;
	g->options.point_sets = &set;
	g->options.point_from = &axis->from;
	g->options.point_set_count = 1;
	diag_init(&own);
	ok = scenario_load_tree(g->path, tree_copy(g->a, scenario_tree(g->file)), &g->options, &own, &file) == SCENARIO_OK ||
	     !axis_is_own_fault(&own);
	diag_release(&own);
	scenario_free(file);
	if (ok)
		return true;
	/* once more, for whoever tells about it */
	scenario_load_tree(g->path, tree_copy(g->a, scenario_tree(g->file)), &g->options, g->diags, &file);
	scenario_free(file);
	return false;
}

/* Events are numbered: other ones in their place would be what the key did not mean. */
static bool check_axis(struct given *g, const struct scenario_axis *axis)
{
	const struct source src = { .name = axis->from, .text = axis->key, .size = strlen(axis->key) };
	const struct srcpos pos = { .source = &src, .line = 1, .col = 1, .width = (unsigned)src.size };

	if (strcmp(axis->key, AXIS_SIZES) == 0)
		return true;
	if (strncmp(axis->key, "events.", 7) != 0 || !g->b->events)
		return check_value(g, axis);
	diag_error(g->diags, pos, RULE_BAD_SWEEP, "'%.60s' is of an event of the scenario, and a search makes its own", axis->key);
	diag_hint(g->diags, "search with '--events 0' or 'events: 0': those of the scenario only");
	return false;
}

static bool take_axes(struct given *g, const struct scenario_search *search)
{
	struct bounds *b = g->b;
	bool ok = true;

	b->axes = search->axes;
	b->axis_count = search->axis_count;
	for (size_t i = 0; i < b->axis_count; i++) {
		const struct scenario_axis *axis = &b->axes[i];

		ok = check_axis(g, axis) && ok;
		if (strcmp(axis->key, AXIS_SIZES) == 0)
			b->sizes = axis;
		for (int u = 0; u < USUAL_COUNT; u++)
			if (strcmp(axis->key, usual_keys[u]) == 0)
				b->varies[u] = false;
	}
	return ok;
}

bool bounds_init(struct bounds *b, struct arena *a, const struct scenario_file *file, const char *path,
		 const struct scenario_load_options *options, const struct scenario_search *search, struct diag_list *diags)
{
	struct given given = { .b = b, .a = a, .file = file, .path = path, .options = *options, .diags = diags };

	*b = (struct bounds){ .base = scenario_get(file), .tree = tree_copy(a, scenario_tree(file)) };
	leave_out(b->tree);
	b->events = search->events <= SEARCH_EVENTS_MAX ? search->events : SEARCH_EVENTS_USUAL;
	b->kinds = search->kinds ? search->kinds : (ALL_KINDS & ~NOT_USUAL) | SEARCH_AT;
	if (!search->kinds && b->base->hypervisor.kind == HV_POWERVM)
		b->kinds &= ~NOT_ON_POWERVM;
	b->memory_max = b->base->guest.memory_bytes > MEMORY_MAX_USUAL ? b->base->guest.memory_bytes : MEMORY_MAX_USUAL;
	for (int u = 0; u < USUAL_COUNT; u++)
		b->varies[u] = true;
	return take_axes(&given, search);
}

static void print_usual(const struct bounds *b, const char *indent, FILE *out)
{
	char text[TEXT_BYTES_MAX];

	if (b->varies[USUAL_MEMORY])
		fprintf(out, "%sguest.memory: 256MiB to %s\n", indent, text_from_bytes(b->memory_max, text));
	if (b->varies[USUAL_MAX_MEMORY])
		fprintf(out, "%sguest.max_memory: as in the scenario, or what the events need\n", indent);
	if (b->varies[USUAL_LMB_SIZE])
		fprintf(out, "%sguest.lmb_size: as in the scenario, 16MiB, 64MiB, 256MiB or 1GiB\n", indent);
	if (b->varies[USUAL_PAGE_SIZE])
		fprintf(out, "%sguest.page_size: 64KiB or 4KiB\n", indent);
	if (b->varies[USUAL_HPT_PAGE_SIZE])
		fprintf(out, "%shypervisor.max_hpt_page_size: 64KiB or 16MiB\n", indent);
}

void bounds_print(const struct bounds *b, const char *indent, FILE *out)
{
	const char *comma = "";

	print_usual(b, indent, out);
	for (size_t i = 0; i < b->axis_count; i++)
		fprintf(out, "%s%s: %s\n", indent, b->axes[i].key, b->axes[i].spec);
	if (!b->events) {
		fprintf(out, "%sthe events of the scenario\n", indent);
		return;
	}
	fprintf(out, "%sat most %u events, alone or behind those of the scenario: ", indent, b->events);
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (!(b->kinds & 1u << kind))
			continue;
		fprintf(out, "%s%s", comma, event_kind_name((enum event_kind)kind));
		comma = ", ";
	}
	fprintf(out, "%s\n", b->kinds & SEARCH_AT ? "; some at a time of their own" : "");
}
