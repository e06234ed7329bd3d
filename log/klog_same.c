/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records guest by guest, and each of them once. Logs say a thing twice when
 * two consoles go to one file, when a journal and a console are put together, or
 * when syslog takes the kernel's lines on two ways.
 */
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

#define TWIN_FAR	4	/* records: how far two consoles are apart; a boot has more */
#define COPY_LEAST	4	/* records of a copy: fewer may be like others by chance */

/* Records of one guest; those that are left out get the kind KLOG_KIND_COUNT. */
struct part {
	struct klog_record *at;
	size_t count;
};

static bool same_message(const struct klog_record *a, const struct klog_record *b)
{
	return a->kind == b->kind && memcmp(&a->u, &b->u, sizeof(a->u)) == 0;
}

/* Kinds that a kernel does not say twice in the same words, or not within a boot. */
static bool said_once(enum klog_kind kind)
{
	switch (kind) {
	case KLOG_VERSION:
	case KLOG_COMMAND_LINE:
	case KLOG_PAGE_ORDERS:
	case KLOG_SEGMENTS_1T:
	case KLOG_PFT_SIZE:
	case KLOG_PHYS_MEM:
	case KLOG_MEMORY:
	case KLOG_CPUS:
	case KLOG_RESIZE_DONE:
	case KLOG_LMB_ADDED:
	case KLOG_LMB_REMOVED:
		return true;
	default:
		return false;
	}
}

static void drop(struct klog *log, struct klog_record *r)
{
	r->kind = KLOG_KIND_COUNT;
	log->repeated++;
}

/* Is there an earlier record, near, that says the same at the same time? */
static bool has_twin(const struct part *part, size_t i)
{
	const struct klog_record *r = &part->at[i];

	for (size_t back = 1; back <= TWIN_FAR && back <= i; back++) {
		const struct klog_record *before = &part->at[i - back];

		if (before->clock == r->clock && before->time_us == r->time_us && same_message(before, r))
			return true;
	}
	return false;
}

/* With the kernel's own times: one that the whole log has twice is a copy, whatever it says. */
static void drop_twins(struct klog *log, const struct part *part)
{
	size_t twins = 0, sure = 0;

	for (size_t i = 0; i < part->count; i++) {
		if (part->at[i].clock != KLOG_CLOCK_BOOT)
			return;
		if (!has_twin(part, i))
			continue;
		twins++;
		sure += said_once(part->at[i].kind);
	}
	if (!sure || twins * 5 < part->count * 2)
		return;
	for (size_t i = part->count; i-- > 0; )
		if (has_twin(part, i))
			drop(log, &part->at[i]);
}

static size_t run_from(const struct part *part, size_t i)
{
	size_t end = i + 1;

	while (end < part->count && same_message(&part->at[i], &part->at[end]))
		end++;
	return end - i;
}

static size_t common_divisor(size_t a, size_t b)
{
	while (b) {
		size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Without them: each thing stands there so many times in a row, also what is said once only. */
static void thin_runs(struct klog *log, const struct part *part)
{
	size_t times = 0, sure = 0, run;

	for (size_t i = 0; i < part->count; i += run) {
		run = run_from(part, i);
		times = common_divisor(run, times);
		if (times == 1 || part->at[i].clock == KLOG_CLOCK_BOOT)
			return;
	}
	for (size_t i = 0; i < part->count; i += run) {
		run = run_from(part, i);
		sure += run == times && said_once(part->at[i].kind);
	}
	for (size_t i = 0; sure && i < part->count; i += run) {
		run = run_from(part, i);
		for (size_t k = run / times; k < run; k++)
			drop(log, &part->at[i + k]);
	}
}

typedef bool chooser(const struct klog_record *r);

static bool by_boot_clock(const struct klog_record *r)
{
	return r->clock == KLOG_CLOCK_BOOT;
}

static bool by_other_clock(const struct klog_record *r)
{
	return r->clock != KLOG_CLOCK_BOOT;
}

#define COPY_AHEAD	64	/* records that @b may have between two of @a's */

/* The next of @b's records from *@j on that says what @r does; false: none is near. */
static bool find_same(const struct part *b, chooser *of_b, const struct klog_record *r, size_t *j)
{
	size_t seen = 0;

	for (size_t k = *j; k < b->count && seen < COPY_AHEAD; k++) {
		if (b->at[k].kind == KLOG_KIND_COUNT || !of_b(&b->at[k]))
			continue;
		seen++;
		if (same_message(r, &b->at[k])) {
			*j = k + 1;
			return true;
		}
	}
	return false;
}

/*
 * Has @b nearly all that @a has, in that order? And something in it that could
 * not be there by chance. A console loses a line here and there.
 */
static bool is_copy(const struct part *a, chooser *of_a, const struct part *b, chooser *of_b)
{
	size_t j = 0, count = 0, missed = 0, sure = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct klog_record *r = &a->at[i];

		if (r->kind == KLOG_KIND_COUNT || !of_a(r))
			continue;
		count++;
		if (!find_same(b, of_b, r, &j))
			missed++;
		else
			sure += said_once(r->kind);
	}
	return sure && count >= COPY_LEAST && missed * 10 <= count;
}

static void drop_all(struct klog *log, const struct part *part, chooser *of)
{
	for (size_t i = 0; i < part->count; i++)
		if (part->at[i].kind != KLOG_KIND_COUNT && of(&part->at[i]))
			drop(log, &part->at[i]);
}

static size_t count_of(const struct part *part, chooser *of)
{
	size_t count = 0;

	for (size_t i = 0; i < part->count; i++)
		count += part->at[i].kind != KLOG_KIND_COUNT && of(&part->at[i]);
	return count;
}

/* A console and a journal of one guest: of two that say the same the one with the kernel's times is better. */
static void drop_copies(struct klog *log, const struct part *a, chooser *of_a, const struct part *b, chooser *of_b)
{
	size_t more_a = count_of(a, of_a), more_b = count_of(b, of_b);

	if (more_b <= more_a && is_copy(b, of_b, a, of_a))
		drop_all(log, b, of_b);
	else if (more_a <= more_b && is_copy(a, of_a, b, of_b))
		drop_all(log, a, of_a);
}

/* What is left of a part, at its front. */
static void compact(struct part *part)
{
	size_t left = 0;

	for (size_t i = 0; i < part->count; i++) {
		struct klog_record r = part->at[i];

		if (r.kind == KLOG_KIND_COUNT)
			continue;
		part->at[i].kind = KLOG_KIND_COUNT;
		part->at[left++] = r;
	}
	part->count = left;
}

static bool any(const struct klog_record *r)
{
	return true;
}

/* What the lines of a name say, before it is known whether it is a guest. */
struct name_facts {
	bool boots, works;		/* how it booted; requests and resizes */
	size_t first_line, last_line;
};

static void gather_facts(const struct klog *log, struct name_facts facts[KLOG_GUESTS_MAX])
{
	memset(facts, 0, KLOG_GUESTS_MAX * sizeof(*facts));
	for (size_t i = 0; i < log->record_count; i++) {
		const struct klog_record *r = &log->records[i];
		struct name_facts *f = &facts[r->guest];

		f->boots = f->boots || r->kind == KLOG_VERSION || r->kind == KLOG_PHYS_MEM || r->kind == KLOG_PFT_SIZE;
		f->works = f->works || (r->kind >= KLOG_RESIZE_BEGIN && r->kind <= KLOG_REMOVE);
		if (!f->first_line)
			f->first_line = r->line;
		f->last_line = r->line;
	}
}

/*
 * Which name is meant by another one. Only a guest has said how it booted: a
 * word before a time that did not is none. A guest that booted and did nothing,
 * and then one that does something and has not booted, are one: it got its name
 * from the network while it booted ("localhost" before).
 */
static void resolve_names(struct klog *log, unsigned unnamed)
{
	struct name_facts facts[KLOG_GUESTS_MAX];
	unsigned meant[KLOG_GUESTS_MAX];

	gather_facts(log, facts);
	for (unsigned g = 0; g < log->guest_count; g++) {
		const struct name_facts *f = &facts[g];

		meant[g] = log->guests[g].weak && !f->boots ? unnamed : g;
		for (unsigned h = 0; h < log->guest_count && f->boots && !f->works && f->last_line; h++)
			if (h != g && facts[h].first_line > f->last_line && facts[h].works && !facts[h].boots &&
			    *log->guests[h].name && !log->guests[h].weak && *log->guests[g].name)
				meant[g] = h;
	}
	for (size_t i = 0; i < log->record_count; i++)
		log->records[i].guest = meant[log->records[i].guest];
}

/* Stable: guest by guest. False: out of memory. */
static bool partition(struct klog *log, struct part parts[KLOG_GUESTS_MAX])
{
	size_t starts[KLOG_GUESTS_MAX + 1] = { 0 };
	struct klog_record *sorted = malloc((log->record_count ? log->record_count : 1) * sizeof(*sorted));

	if (!sorted)
		return false;
	for (size_t i = 0; i < log->record_count; i++)
		starts[log->records[i].guest + 1]++;
	for (size_t g = 0; g < log->guest_count; g++) {
		parts[g] = (struct part){ sorted + starts[g], starts[g + 1] };
		starts[g + 1] += starts[g];
	}
	for (size_t i = 0; i < log->record_count; i++)
		sorted[starts[log->records[i].guest]++] = log->records[i];
	free(log->records);
	log->records = sorted;
	return true;
}

/* Without what was dropped, and without guests that have nothing left. */
static void close_up(struct klog *log)
{
	size_t records = 0, guests = 0, at = 0;

	for (size_t g = 0; g < log->guest_count; g++) {
		struct klog_guest guest = log->guests[g];
		size_t first = records;

		for (; at < log->record_count && log->records[at].guest == g; at++) {
			if (log->records[at].kind == KLOG_KIND_COUNT)
				continue;
			log->records[records] = log->records[at];
			log->records[records++].guest = (unsigned)guests;
		}
		guest.record_count = records - first;
		if (!guest.record_count)
			continue;
		guest.first_line = log->records[first].line;
		guest.last_line = log->records[records - 1].line;
		log->guests[guests++] = guest;
	}
	log->record_count = records;
	log->guest_count = guests;
}

bool klog_arrange(struct klog *log)
{
	struct part parts[KLOG_GUESTS_MAX];
	unsigned unnamed;

	if (!log->record_count) {
		log->guest_count = 0;
		return true;
	}
	if (!klog_guest_id(log, (struct span){ "", "" }, false, &unnamed))
		return false;
	resolve_names(log, unnamed);
	if (!partition(log, parts))
		return false;
	for (size_t g = 0; g < log->guest_count; g++) {
		drop_copies(log, &parts[g], by_boot_clock, &parts[g], by_other_clock);
		compact(&parts[g]);
		drop_twins(log, &parts[g]);
		compact(&parts[g]);
		thin_runs(log, &parts[g]);
	}
	for (size_t g = 0; g < log->guest_count; g++)
		if (g != unnamed)
			drop_copies(log, &parts[unnamed], any, &parts[g], any);
	close_up(log);
	return true;
}
