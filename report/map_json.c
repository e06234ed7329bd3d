// SPDX-License-Identifier: GPL-2.0-or-later
/* A sweep's report for programs; the points themselves are in the database. */
#include <jansson.h>
#include <math.h>

#include "report/map_pages.h"

#define RATIO_DIGITS	9

static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, text ? json_string(text) : json_null());
}

static void set_int(json_t *o, const char *key, uint64_t value)
{
	json_object_set_new(o, key, json_integer((json_int_t)value));
}

static void set_ratio(json_t *o, const char *key, double ratio)
{
	json_object_set_new(o, key, ratio > 0 && !isinf(ratio) ? json_real(ratio) : json_null());
}

static json_t *axes_json(const struct map *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->axis_count; i++) {
		json_t *o = json_object(), *values = json_array();

		set_text(o, "key", m->axes[i].key);
		for (size_t j = 0; j < m->axes[i].count; j++)
			json_array_append_new(values, json_string(m->axes[i].texts[j]));
		json_object_set_new(o, "values", values);
		set_text(o, "drawn", i == m->x ? "x" : i == m->y ? "y" : NULL);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *policy_json(const struct map *m, const struct map_policy *p)
{
	json_t *o = json_object();

	set_text(o, "name", p->name);
	set_text(o, "same_as", m->policies[m->groups[p->group].policy].name);
	set_int(o, "fell_short", p->fell_short);
	set_int(o, "did_not_end", p->ended);
	set_int(o, "missing", p->missing);
	set_int(o, "fastest", p->alone);
	set_int(o, "tied_for_fastest", p->tied);
	set_int(o, "slower", p->slower);
	set_int(o, "slower_by_1_percent_at_most", p->near);
	set_int(o, "stall_max_ns", (uint64_t)p->stall_max_ns);
	set_int(o, "host_peak_bytes", (uint64_t)p->host_peak_bytes);
	set_int(o, "resize_failures", (uint64_t)p->resize_failures);
	set_int(o, "table_orders_above_smallest", (uint64_t)p->table_above);
	set_ratio(o, "geometric_mean_ratio", p->ratio_count ? exp(p->log_sum / (double)p->ratio_count) : 0);
	set_ratio(o, "lowest_ratio", p->low);
	set_ratio(o, "highest_ratio", p->high);
	set_int(o, "worse_than_mainline", p->worse);
	return o;
}

static json_t *changes_json(struct map *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->change_count; i++) {
		const struct map_change *c = &m->changes[i];
		json_t *o = json_object();

		set_int(o, "from_point", c->from);
		set_int(o, "to_point", c->to);
		set_text(o, "key", m->axes[c->axis].key);
		set_text(o, "fastest_before", map_names_at(m, c->from, map_least_above(m, c->from, -1)));
		set_text(o, "fastest_then", map_names_at(m, c->to, map_least_above(m, c->to, -1)));
		set_ratio(o, "ratio_of_latter_before", c->at_from);
		set_ratio(o, "ratio_of_former_then", c->at_to);
		json_array_append_new(list, o);
	}
	return list;
}

static void add_worst(struct map *m, json_t *list, const struct map_group *g)
{
	const struct map_policy *p = &m->policies[g->policy];

	for (size_t i = 0; i < p->trouble_count + g->worst_count; i++) {
		bool trouble = i < p->trouble_count;
		uint64_t point = trouble ? p->troubles[i].point : g->worst[i - p->trouble_count].point;
		json_t *o = json_object();

		set_text(o, "policy", p->name);
		set_int(o, "point", point);
		set_text(o, "values", map_point_text(m, point));
		set_text(o, "trouble", trouble ? map_trouble_text(m, &p->troubles[i]) : NULL);
		set_ratio(o, "ratio_to_fastest", trouble ? 0 : g->worst[i - p->trouble_count].ratio);
		if (!trouble)
			set_int(o, "total_ns", (uint64_t)map_cell(m, point, g->policy));
		set_text(o, "command", map_command(m, point, g->policy));
		json_array_append_new(list, o);
	}
}

bool map_json(struct map *m, FILE *out)
{
	json_t *o = json_object(), *policies = json_array(), *worst = json_array();
	bool ok;

	set_text(o, "hptsim_version", m->version);
	set_text(o, "scenario", m->scenario);
	set_text(o, "mainline", m->mainline == MAP_NONE ? NULL : MAINLINE);
	set_int(o, "points", m->points);
	set_int(o, "compared", m->compared);
	set_int(o, "none_did", m->none_did);
	set_int(o, "missing", m->missing);
	set_int(o, "invalid", m->invalid);
	set_text(o, "not_done", map_not_done(m));
	set_text(o, "verdict", map_verdict(m));
	set_text(o, "widest", map_widest(m));
	set_text(o, "command", map_sweep_command(m));
	json_object_set_new(o, "axes", axes_json(m));
	for (size_t i = 0; i < m->policy_count; i++)
		json_array_append_new(policies, policy_json(m, &m->policies[i]));
	json_object_set_new(o, "policies", policies);
	set_int(o, "change_count", m->all_changes);
	json_object_set_new(o, "changes", changes_json(m));
	for (size_t j = 0; j < m->group_count; j++)
		add_worst(m, worst, &m->groups[j]);
	ok = json_object_set_new(o, "worst", worst) == 0 &&
	     (json_dumpf(o, out, JSON_INDENT(1) | JSON_REAL_PRECISION(RATIO_DIGITS)) == 0 || ferror(out));
	fputc('\n', out);
	json_decref(o);
	if (!ok)
		m->r->no_memory = true;
	return ok;
}
