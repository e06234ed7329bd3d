// SPDX-License-Identifier: GPL-2.0-or-later
/* An attempt for programs. */
#include <jansson.h>
#include <string.h>

#include "explain/explain.h"
#include "run/result.h"

/* Takes over @value, which may be NULL for want of memory. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static bool set_int(json_t *object, const char *key, uint64_t value)
{
	return set(object, key, json_integer((json_int_t)value));
}

static bool set_text(json_t *object, const char *key, const char *value)
{
	return set(object, key, value ? json_string(value) : json_null());
}

static json_t *whole(json_t *object, bool ok)
{
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *kinds_json(const uint64_t kinds[EXPLAIN_KINDS])
{
	json_t *object = json_object();
	bool ok = object;

	for (unsigned k = 0; k < EXPLAIN_KINDS; k++)
		ok = ok && set_int(object, explain_kind_names[k], kinds[k]);
	return whole(object, ok);
}

static json_t *asked_json(const struct explain_report *r)
{
	static const char *const branches[] = {
		[BRANCH_FORCED] = "forced", [BRANCH_GROW] = "grow", [BRANCH_SHRINK] = "shrink", [BRANCH_RETRY] = "retry",
		[BRANCH_FEASIBLE] = "feasible", [BRANCH_OTHER] = "other",
	};
	const struct explain_attempt *a = &r->run->chosen;
	json_t *object = json_object();

	return whole(object, set_text(object, "why", a->why) &&
		set_text(object, "origin", sim_origin_text(a->ev.origin)) &&
		set_text(object, "branch", branches[r->facts->branch]) &&
		set_int(object, "counted_bytes", a->ev.mem_bytes) &&
		set_int(object, "memory_bytes", a->ev.memory_bytes) &&
		set_int(object, "wish_shift", r->facts->wish_shift) &&
		set_int(object, "from_shift", a->ev.from_shift) &&
		set_int(object, "to_shift", a->ev.to_shift) &&
		set_int(object, "hysteresis", r->facts->hysteresis) &&
		set_int(object, "hypervisor_limit_shift", r->facts->hv_limit_shift));
}

static json_t *outcome_json(const struct sim_resize *ev)
{
	json_t *object = json_object();

	return whole(object, set_text(object, "prepare_rc", ev->prepare_rc) &&
		set_text(object, "commit_rc", ev->commit_rc) &&
		set(object, "errno", json_integer(ev->err)) &&
		set_int(object, "start_ns", (uint64_t)ev->start_ns) &&
		set_int(object, "prepare_ns", (uint64_t)ev->prepare_ns) &&
		set_int(object, "commit_ns", (uint64_t)ev->commit_ns) &&
		set_int(object, "prepare_busy_count", ev->prepare_busy_count) &&
		set_int(object, "slots", UINT64_C(1) << (ev->from_shift - HPTE_SHIFT)) &&
		set_int(object, "slots_scanned", ev->slots_scanned) &&
		set_int(object, "hptes_moved", ev->hptes_moved));
}

static json_t *entry_json(const struct explain_report *r, const struct sim_mapping *m)
{
	const struct sim_resize *ev = &r->run->chosen.ev;
	json_t *object;
	char ea[24];

	if (!m->region)
		return json_null();
	object = json_object();
	snprintf(ea, sizeof(ea), "%llx", (unsigned long long)m->ea);
	return whole(object, set_text(object, "region", m->region) && set_text(object, "ea", ea) &&
		set_int(object, "page", explain_page(r->scenario, m)) &&
		set_int(object, "old_pteg", m->pteg) &&
		set_int(object, "new_pteg", m->pteg & ((UINT64_C(1) << (ev->to_shift - PTEG_SHIFT)) - 1)) &&
		set_int(object, "slot", ev->collision_slot));
}

static json_t *pigeonholes_json(const struct explain_report *r)
{
	json_t *array = json_array();
	bool ok = array;

	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		const struct explain_pigeonhole *p = &r->facts->pigeonholes[slot];
		json_t *object;

		if (!p->applies)
			continue;
		object = json_object();
		object = whole(object, set_int(object, "slot", slot) &&
			set_text(object, "region", p->one_region ? mmu_region_name(p->region) : NULL) &&
			set_int(object, "entries", p->entries) &&
			set_int(object, "ptegs", r->run->chosen.table.census.ptegs));
		ok = ok && json_array_append_new(array, object) == 0;
	}
	return whole(array, ok);
}

/* What COMMIT found; null when it did not look, or the count has no meaning. */
static json_t *table_json(const struct explain_report *r)
{
	const struct explain_attempt *a = &r->run->chosen;
	const struct explain_facts *f = r->facts;
	json_t *object;

	if (!a->looked || a->table.status != HPT_OK)
		return json_null();
	object = json_object();
	return whole(object, set_int(object, "would_collide", a->table.census.total) &&
		set(object, "kinds", kinds_json(a->table.kinds)) &&
		set(object, "pigeonholes", pigeonholes_json(r)) &&
		set_int(object, "smallest_shift", a->table.smallest_shift) &&
		set(object, "wish_reaches_it_bytes", f->reaches ? json_integer((json_int_t)f->reaches_bytes) : json_null()) &&
		set(object, "within_max_memory", json_boolean(f->reaches_within_max)) &&
		set(object, "would_be_asked", json_boolean(f->worth_asking)));
}

static json_t *what_ifs_json(const struct explain_what_ifs *w)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < w->count; i++) {
		const struct explain_what_if *row = &w->rows[i];
		json_t *object = json_object();

		ok = ok && json_array_append_new(array, whole(object,
			set_text(object, "change", row->change) &&
			set_text(object, "status", result_status_name(row->status)) &&
			set_int(object, "resize_attempts", row->end.resize_attempts) &&
			set_int(object, "resize_failures", row->end.resize_failures) &&
			set_int(object, "total_ns", (uint64_t)row->end.total_ns) &&
			set_int(object, "hpt_shift_end", row->end.hpt_shift_end))) == 0;
	}
	return whole(array, ok);
}

static json_t *attempt_json(const struct explain_report *r)
{
	const struct sim_resize *ev = &r->run->chosen.ev;
	json_t *object;

	if (!ev->seq)
		return json_null();
	object = json_object();
	return whole(object, set_int(object, "seq", ev->seq) &&
		set(object, "request", ev->request_seq ? json_integer(ev->request_seq) : json_null()) &&
		set(object, "asked", asked_json(r)) &&
		set(object, "outcome", outcome_json(ev)) &&
		set(object, "collided", entry_json(r, &ev->collided)) &&
		set(object, "occupant", entry_json(r, &ev->occupant)) &&
		set(object, "table", table_json(r)) &&
		set(object, "what_ifs", what_ifs_json(r->what_ifs)));
}

static json_t *range_json(uint64_t min, uint64_t max)
{
	return min > max ? json_null() : json_pack("[I,I]", (json_int_t)min, (json_int_t)max);
}

static json_t *group_json(const struct explain_group *g)
{
	json_t *object = json_object(), *kinds = json_array();
	bool ok = object && kinds;

	for (unsigned k = 0; k < EXPLAIN_KINDS; k++)
		if (g->kinds >> k & 1)
			ok = ok && json_array_append_new(kinds, json_string(explain_kind_names[k])) == 0;
	/* takes over kinds, whatever it returns */
	ok = set(object, "kinds", kinds) && ok;
	return whole(object, ok && set_int(object, "to_shift", g->to_shift) &&
		set_text(object, "rc", g->rc) &&
		set(object, "kept_from", g->kept_from ? json_integer(g->kept_from) : json_null()) &&
		set(object, "errno", json_integer(g->err)) &&
		set_int(object, "attempts", g->count) &&
		set_int(object, "first", g->first) &&
		set_int(object, "last", g->last) &&
		set(object, "from_shift", range_json(g->from_min, g->from_max)) &&
		set(object, "slots_scanned", range_json(g->scanned_min, g->scanned_max)) &&
		set(object, "would_collide", range_json(g->collisions_min, g->collisions_max)));
}

static json_t *groups_json(const struct explain *x)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < x->group_count; i++)
		ok = ok && json_array_append_new(array, group_json(&x->groups[i])) == 0;
	return whole(array, ok);
}

bool explain_print_json(const struct explain_report *r, FILE *out)
{
	json_t *root = json_object();
	bool ok = set_text(root, "scenario", r->scenario->name) && set_text(root, "policy", r->policy->name) &&
		  set_int(root, "seed", r->seed) && set_int(root, "resize_attempts", r->run->attempts) &&
		  set_int(root, "resize_failures", r->run->failures) &&
		  (r->run->all ? set(root, "groups", groups_json(r->run)) : set(root, "attempt", attempt_json(r)));

	ok = ok && json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
	json_decref(root);
	if (ok)
		fputc('\n', out);
	return ok;
}
