// SPDX-License-Identifier: GPL-2.0-or-later
/* A sweep out of the database. What does not add up is refused: others write databases, too. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/loading.h"
#include "report/map.h"

#define POINTS_MAX	UINT64_C(100000000)

struct map_loading {
	struct map *m;
	int64_t points, policies;	/* as the file says */
	bool bad;
};

static bool on_sweep(void *ctx, const struct store_sweep_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;
	struct report *r = m->r;

	m->scenario = report_name(r, row->scenario_);
	m->scenario_text = report_text(r, row->scenario_text_);
	m->file = report_name(r, row->file_);
	m->arguments = report_name(r, row->arguments_);
	m->sets = report_text(r, row->sets_);
	m->version = report_name(r, row->hptsim_version_);
	m->seed = row->seed_;
	m->model = row->model_;
	l->points = row->points_;
	l->policies = row->policies_;
	return !r->no_memory;
}

static bool on_policy(void *ctx, const struct store_sweep_name_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;

	if (!REPORT_PUSH(m->r, m->policies, m->policy_count))
		return false;
	m->policies[m->policy_count - 1] = (struct map_policy){
		.name = report_name(m->r, row->name_), .source = report_name(m->r, row->text_),
	};
	return !m->r->no_memory;
}

static bool on_costs(void *ctx, const struct store_sweep_name_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;
	size_t count = m->costs_count;

	if (!REPORT_PUSH(m->r, m->costs_names, count) || !REPORT_PUSH(m->r, m->costs_texts, m->costs_count))
		return false;
	m->costs_names[count - 1] = report_name(m->r, row->name_);
	m->costs_texts[count - 1] = report_text(m->r, row->text_);
	return !m->r->no_memory;
}

static bool on_axis(void *ctx, const struct store_sweep_axis_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;

	l->bad = l->bad || row->seq_ != (int64_t)m->axis_count + 1;
	if (!REPORT_PUSH(m->r, m->axes, m->axis_count))
		return false;
	m->axes[m->axis_count - 1] = (struct map_axis){ .key = report_name(m->r, row->key_), .is_number = true };
	return !m->r->no_memory;
}

static bool on_value(void *ctx, const struct store_sweep_value_row *row)
{
	struct map_loading *l = ctx;
	struct report *r = l->m->r;
	struct map_axis *axis;
	size_t count;

	if (row->axis_ < 1 || row->axis_ > (int64_t)l->m->axis_count) {
		l->bad = true;
		return false;
	}
	axis = &l->m->axes[row->axis_ - 1];
	count = axis->count;
	if (!REPORT_PUSH(r, axis->numbers, count) || !REPORT_PUSH(r, axis->texts, axis->count))
		return false;
	axis->numbers[count - 1] = row->number_;
	axis->texts[count - 1] = report_name(r, row->value_);
	axis->is_number = axis->is_number && row->is_number_;
	return !r->no_memory;
}

/* The cross product must be what the file says, or points would be taken for others. */
static bool adds_up(struct map_loading *l)
{
	struct map *m = l->m;
	uint64_t points = 1;

	if (l->bad || !m->axis_count || !m->policy_count || l->policies != (int64_t)m->policy_count)
		return false;
	for (size_t i = m->axis_count; i > 0; i--) {
		m->axes[i - 1].stride = points;
		points *= m->axes[i - 1].count;
		if (!points || points > POINTS_MAX)
			return false;
	}
	m->points = points;
	return l->points == (int64_t)points;
}

static void keep_trouble(struct map_policy *p, struct map_trouble trouble)
{
	if (p->trouble_count < MAP_TROUBLES_MAX)
		p->troubles[p->trouble_count++] = trouble;
}

static void take_costs(struct map_policy *p, const struct store_sweep_run_row *row)
{
	p->stall_max_ns = row->stall_max_ns_ > p->stall_max_ns ? row->stall_max_ns_ : p->stall_max_ns;
	p->host_peak_bytes = row->host_peak_bytes_ > p->host_peak_bytes ? row->host_peak_bytes_ : p->host_peak_bytes;
	p->resize_failures += row->resize_failures_;
}

static bool on_run(void *ctx, const struct store_sweep_run_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;
	uint64_t at = (uint64_t)row->id_ - 1;

	if (row->id_ < 1 || at >= m->points * m->policy_count || row->total_ns_ < 0) {
		l->bad = true;
		return false;
	}
	m->cells[at] = row->failed_requests_ ? MAP_SHORT : row->total_ns_;
	m->shifts[at] = (uint8_t)(row->hpt_shift_end_ > 0 && row->hpt_shift_end_ < 64 ? row->hpt_shift_end_ : 0);
	if (!row->failed_requests_)
		take_costs(&m->policies[at % m->policy_count], row);
	else
		keep_trouble(&m->policies[at % m->policy_count], (struct map_trouble){
			.point = at / m->policy_count + 1, .failed_requests = row->failed_requests_,
			.memory_wanted_bytes = row->memory_wanted_bytes_, .memory_end_bytes = row->memory_end_bytes_ });
	return true;
}

static bool on_miss(void *ctx, const struct store_sweep_miss_row *row)
{
	struct map_loading *l = ctx;
	struct map *m = l->m;
	bool all = !row->policy_ || !*row->policy_;
	const char *name = report_name(m->r, row->policy_);

	if (row->point_ < 1 || (uint64_t)row->point_ > m->points) {
		l->bad = true;
		return false;
	}
	for (size_t i = 0; i < m->policy_count && name; i++) {
		if (!all && strcmp(m->policies[i].name, name) != 0)
			continue;
		m->cells[((uint64_t)row->point_ - 1) * m->policy_count + i] = all ? MAP_INVALID : MAP_ENDED;
		if (!all)
			keep_trouble(&m->policies[i], (struct map_trouble){
				.point = (uint64_t)row->point_, .text = report_name(m->r, row->text_) });
	}
	return !m->r->no_memory;
}

static enum report_status load_cells(struct map_loading *l, struct store *st)
{
	struct map *m = l->m;

	m->cells = report_alloc(m->r, m->points * m->policy_count * sizeof(*m->cells));
	m->shifts = report_alloc(m->r, m->points * m->policy_count);
	if (!m->cells || !m->shifts)
		return REPORT_ETROUBLE;
	for (uint64_t i = 0; i < m->points * m->policy_count; i++)
		m->cells[i] = MAP_MISSING;
	if (store_read_sweep_runs(st, 0, on_run, l) != STORE_OK || store_read_sweep_misses(st, 0, on_miss, l) != STORE_OK)
		return REPORT_ETROUBLE;
	return REPORT_OK;
}

static enum report_status load(struct map_loading *l, struct store *st)
{
	struct map *m = l->m;
	enum report_status status;

	if (store_read_sweep(st, 0, on_sweep, l) != STORE_OK)
		return REPORT_ETROUBLE;
	if (!m->scenario)
		return m->r->no_memory ? REPORT_ETROUBLE : REPORT_OK;
	if (store_read_sweep_policies(st, 0, on_policy, l) != STORE_OK || store_read_sweep_costs(st, 0, on_costs, l) != STORE_OK ||
	    store_read_sweep_axes(st, 0, on_axis, l) != STORE_OK || store_read_sweep_values(st, 0, on_value, l) != STORE_OK)
		return REPORT_ETROUBLE;
	status = adds_up(l) ? load_cells(l, st) : REPORT_OK;
	if (status == REPORT_OK && (l->bad || !m->cells)) {
		snprintf(m->r->error, sizeof(m->r->error), "%s: the sweep's tables do not go together", m->r->options->db);
		return REPORT_EUSAGE;
	}
	return m->r->no_memory ? REPORT_ETROUBLE : status;
}

enum report_status map_load(struct map *m)
{
	struct map_loading l = { .m = m };
	enum report_status status = REPORT_ETROUBLE;
	struct store *st;

	if (store_open_read(m->r->options->db, &st) == STORE_OK)
		status = load(&l, st);
	if (status == REPORT_ETROUBLE && !m->r->no_memory)
		snprintf(m->r->error, sizeof(m->r->error), "%s", store_message(st));
	store_close(st);
	return status;
}
