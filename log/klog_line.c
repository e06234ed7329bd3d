/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages in a line, by the table of forms, and what a record keeps of their fields. */
#include <string.h>

#include "log/internal.h"

/* How many characters two texts have in common. */
static unsigned char in_common(const char *a, const char *b)
{
	unsigned char count = 0;

	while (count < 255 && a[count] && a[count] == b[count])
		count++;
	return count;
}

/* Forms with the same first byte, ascending, so that what one fails at may tell that the next one fails, too. */
static void sort_bucket(struct form_index *index, size_t first)
{
	for (size_t i = first + 1; i < index->count; i++)
		for (size_t k = i; k > first; k--) {
			unsigned char form = index->forms[k];

			if (strcmp(line_forms[index->forms[k - 1]].text, line_forms[form].text) <= 0)
				break;
			index->forms[k] = index->forms[k - 1];
			index->forms[k - 1] = form;
		}
	for (size_t i = first + 1; i < index->count; i++)
		index->common[i] = in_common(line_forms[index->forms[i - 1]].text, line_forms[index->forms[i]].text);
}

void form_index_build(struct form_index *index)
{
	memset(index, 0, sizeof(*index));
	for (size_t c = 0; c < 256; c++) {
		index->first[c] = index->count;
		for (size_t i = 0; i < line_form_count; i++) {
			const unsigned char *text = (const unsigned char *)line_forms[i].text;

			if (text[0] != c)
				continue;
			index->forms[index->count++] = (unsigned char)i;
			index->pairs[c][text[1] / 8] |= (unsigned char)(1u << text[1] % 8);
		}
		sort_bucket(index, index->first[c]);
	}
	index->first[256] = index->count;
}

/* "0xffffffff" as a 32-bit number is another way to say -1. */
static bool read_shift(uint64_t value, int *shift)
{
	*shift = (int)(int64_t)value;
	return (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX;
}

static bool store_hardware(struct span rest, struct klog_record *r)
{
	static const char *const words[] = { "emulated by qemu", "hv:linux,kvm", "hv:phyp", "PowerNV" };
	bool found[4];

	for (size_t i = 0; i < 4; i++) {
		struct span s = rest;

		found[i] = span_find(&s, words[i]);
	}
	r->u.hardware.qemu = found[0];
	r->u.hardware.kvm = found[1];
	r->u.hardware.phyp = found[2];
	r->u.hardware.powernv = found[3];
	return true;
}

static bool store_command_line(struct span rest, struct klog_record *r)
{
	struct span s = rest;
	uint64_t interval;

	r->u.command_line.debug_pagealloc = span_find(&s, "debug_pagealloc=on");
	s = rest;
	r->u.command_line.kfence = span_find(&s, "kfence.sample_interval=") && span_decimal(&s, &interval) && interval;
	return true;
}

static bool store_request(const struct line_form *form, const struct form_values *v, struct klog_record *r)
{
	r->u.request.by = form->by == FORM_BY_COUNT ? KLOG_BY_COUNT : form->by == FORM_BY_INDEX ? KLOG_BY_INDEX :
			  form->by == FORM_BY_INDEXED ? KLOG_BY_INDEXED_COUNT : KLOG_BY_UNKNOWN;
	if (form->by)
		r->u.request.count = form->by == FORM_BY_INDEX ? 1 : (uint32_t)v->of[FIELD_COUNT];
	if (form->by & (FORM_BY_INDEX | FORM_BY_INDEXED))
		r->u.request.drc = (uint32_t)v->of[FIELD_DRC];
	r->u.request.remove = form->id == FORM_REFUSED_REMOVE_COUNT || form->id == FORM_REFUSED_REMOVE_INDEX ||
			      form->id == FORM_REFUSED_REMOVE_INDEXED || form->id == FORM_OTHER_REMOVE;
	return true;
}

static bool store_error(const struct line_form *form, const struct form_values *v, struct klog_record *r)
{
	int shift;

	switch (form->id) {
	case FORM_EINVAL:
		r->u.error.error = KLOG_EINVAL;
		return true;
	case FORM_EPERM:
		r->u.error.error = KLOG_EPERM;
		return true;
	case FORM_EIO_PREPARE:
		r->u.error.error = KLOG_EIO_PREPARE;
		break;
	case FORM_EIO_COMMIT:
		r->u.error.error = KLOG_EIO_COMMIT;
		break;
	case FORM_ETIMEDOUT:
		r->u.error.error = KLOG_ETIMEDOUT;
		break;
	default:	/* FORM_UNABLE */
		r->u.error.error = KLOG_ERROR_OTHER;
		if (!read_shift(v->of[FIELD_SHIFT], &shift))
			return false;
	}
	r->u.error.number = (int)(int64_t)v->of[FIELD_RC];
	return true;
}

static bool store_lmb(const struct form_values *v, bool drc, bool base, struct klog_record *r)
{
	r->u.lmb.has_drc = drc;
	r->u.lmb.drc = drc ? (uint32_t)v->of[FIELD_DRC] : 0;
	r->u.lmb.has_base = base;
	r->u.lmb.base = base ? v->of[FIELD_BASE] : 0;
	return true;
}

/* A table of 2^order pages has so many bytes; of half a page the order is -1. */
static bool store_page(const struct form_values *v, struct klog_record *r)
{
	int64_t order = (int64_t)v->of[FIELD_ORDER];

	if (order < -16 || order > 30)
		return false;
	r->u.value = order < 0 ? v->of[FIELD_BYTES] << -order : v->of[FIELD_BYTES] >> order;
	return true;
}

/* What tells what the guest is like. */
static bool store_guest(const struct line_form *form, const struct form_values *v, struct span rest, struct klog_record *r)
{
	switch (form->kind) {
	case KLOG_VERSION:
		r->u.version.major = (unsigned)v->of[FIELD_MAJOR];
		r->u.version.minor = (unsigned)v->of[FIELD_MINOR];
		return true;
	case KLOG_HARDWARE:
		return store_hardware(rest, r);
	case KLOG_COMMAND_LINE:
		return store_command_line(rest, r);
	case KLOG_PAGE_SIZE:
		r->u.page_size.base = (unsigned)v->of[FIELD_BASE_SHIFT];
		r->u.page_size.actual = (unsigned)v->of[FIELD_SHIFT];
		return r->u.page_size.base < 64 && v->of[FIELD_SHIFT] < 64;
	case KLOG_PAGE_ORDERS:
		r->u.page_orders.linear = (unsigned)v->of[FIELD_LINEAR];
		r->u.page_orders.base = (unsigned)v->of[FIELD_VIRTUAL];
		/* without vmemmap there is nothing about it */
		r->u.page_orders.vmemmap = (unsigned)v->of[form->id == FORM_PAGE_ORDERS ? FIELD_VMEMMAP : FIELD_VIRTUAL];
		return true;
	case KLOG_FW_FEATURES:
		r->u.value = v->of[FIELD_HEX16];
		return true;
	case KLOG_PFT_SIZE:
	case KLOG_HASH_MASK:
	case KLOG_PHYS_MEM:
		r->u.value = v->of[FIELD_HEX];
		return true;
	case KLOG_MEMORY:
		r->u.value = v->of[FIELD_KIB] << 10;
		return true;
	case KLOG_NODE_RANGE:
		r->u.range.node = v->of[FIELD_NODE];
		r->u.range.first = v->of[FIELD_FIRST];
		r->u.range.last = v->of[FIELD_LAST];
		return r->u.range.first <= r->u.range.last;
	case KLOG_TABLE_PAGES:
		return store_page(v, r);
	case KLOG_CPUS:
		r->u.value = v->of[FIELD_CPUS];
		return true;
	default:
		return true;
	}
}

static bool store_resize(const struct line_form *form, const struct form_values *v, struct klog_record *r)
{
	bool done = form->kind == KLOG_RESIZE_DONE;

	if (form->kind == KLOG_RESIZE_ERROR)
		return store_error(form, v, r);
	r->u.resize.prepare_ms = done ? (int64_t)v->of[FIELD_PREPARE] : -1;
	r->u.resize.commit_ms = done ? (int64_t)v->of[FIELD_COMMIT] : -1;
	return read_shift(v->of[FIELD_SHIFT], &r->u.resize.shift);
}

/* Fields to the record; false: no line of that kind has such values. */
static bool store(const struct line_form *form, const struct form_values *v, struct span rest, struct klog_record *r)
{
	switch (form->kind) {
	case KLOG_RESIZE_BEGIN:
	case KLOG_RESIZE_DONE:
	case KLOG_RESIZE_ERROR:
		return store_resize(form, v, r);
	case KLOG_ADD:
	case KLOG_REMOVE:
	case KLOG_UPDATE:
	case KLOG_DLPAR_FAILED:
		return store_request(form, v, r);
	case KLOG_LMB_ADDED:
		return store_lmb(v, true, true, r);
	case KLOG_LMB_REMOVED:
		return store_lmb(v, form->id == FORM_REMOVED_DRC, true, r);
	case KLOG_LMB_ADD_FAILED:
		return store_lmb(v, form->id == FORM_ADD_FAILED, form->id != FORM_ADD_FAILED, r);
	case KLOG_LMB_REMOVE_FAILED:
		return store_lmb(v, form->id != FORM_REMOVE_FAILED, form->id == FORM_REMOVE_FAILED, r);
	case KLOG_UPDATED:
		return store_lmb(v, false, true, r);
	case KLOG_NOT_ENOUGH:
		r->u.not_enough.have = (uint32_t)v->of[FIELD_HAVE];
		r->u.not_enough.want = (uint32_t)v->of[FIELD_WANT];
		return true;
	case KLOG_RTAS_EVENT:
	case KLOG_OFFLINED:
	case KLOG_DROPPED:
		r->u.value = v->of[FIELD_COUNT];
		return true;
	default:
		return store_guest(form, v, rest, r);
	}
}

/* Back over a "word: " in front of a message; "kernel: " is not of the kernel's making. */
static const char *with_prefix(const char *at, const char *floor)
{
	const char *p = at;

	if (p - floor < 3 || p[-1] != ' ' || p[-2] != ':')
		return at;
	for (p -= 2; p > floor && (p[-1] == '-' || p[-1] == '_' || (p[-1] >= 'a' && p[-1] <= 'z') ||
				   (p[-1] >= '0' && p[-1] <= '9')); p--)
		;
	return at - p == 8 && memcmp(p, "kernel: ", 8) == 0 ? at : p;
}

/* Is there anything but blanks from @at on? */
static bool more_than_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at < end;
}

/*
 * The longest form that begins at @p; its kind KLOG_KIND_COUNT: none. The line
 * may end in a longer one still: then that counts, for what is shorter is not
 * what the kernel said.
 */
static bool match_at(const struct form_index *index, const char *p, struct span line, struct klog_match *match)
{
	unsigned char c = (unsigned char)*p;
	bool found = false;
	size_t failed_at = SIZE_MAX;	/* character of the form before */

	match->cut = match->marked = false;
	match->end = p;
	for (size_t i = index->first[c]; i < index->first[c + 1]; i++) {
		const struct line_form *form = &line_forms[index->forms[i]];
		struct span rest = { p, line.end };
		struct klog_record record;
		struct form_values values;
		enum form_match how;

		/* the same text again is another row of the table, for other kernels */
		if (i > index->first[c] && (failed_at < index->common[i] || !form->text[index->common[i]]))
			continue;
		how = form_read(form, &rest, &values, &failed_at);
		if (how != FORM_NO)
			failed_at = SIZE_MAX;

		match->cut = match->cut || how == FORM_CUT;
		match->marked = match->marked || how == FORM_MARKED;
		if (how != FORM_YES || rest.at <= match->end)
			continue;
		memset(&record, 0, sizeof(record));
		record.kind = form->kind;
		if (!store(form, &values, rest, &record))
			continue;
		match->record = record;
		match->end = rest.at;
		found = true;
	}
	if (found && (match->cut || match->marked) && more_than_blanks(match->end, line.end))
		found = false;
	else if (found)
		match->cut = match->marked = false;
	return found;
}

bool klog_line_next(const struct form_index *index, struct span line, struct klog_match *match)
{
	match->tail = NULL;
	match->cut = match->marked = false;
	for (const char *p = line.at; p < line.end; p++) {
		unsigned char c = (unsigned char)*p;
		bool found;

		if (index->first[c] == index->first[c + 1])
			continue;
		if (p + 1 < line.end) {
			unsigned char next = (unsigned char)p[1];

			if (!(index->pairs[c][next / 8] & 1u << next % 8))
				continue;
		}
		found = match_at(index, p, line, match);
		if (match->cut || match->marked) {
			match->tail = p;
			return false;
		}
		if (!found)
			continue;
		match->at = p;
		match->start = with_prefix(p, line.at);
		if (match->end == line.end)
			match->tail = p;	/* it may go on in the next line */
		return true;
	}
	return false;
}
