/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was taken for true although the log does not say it, and where the log says that it has gaps. */
#include "validate/notes.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/text.h"
#include "log/pages.h"
#include "sim/units.h"

__attribute__((format(printf, 2, 3)))
static void add(struct notes *notes, const char *format, ...)
{
	va_list args;

	if (notes->count == NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(notes->text[notes->count++], NOTE_MAX, format, args);
	va_end(args);
}

static void note_pages(const struct validate *v, struct notes *notes)
{
	struct log_pages pages = log_pages(&v->log, v->boot);
	char base[TEXT_BYTES_MAX], linear[TEXT_BYTES_MAX];
	const char *why = pages.base_from == LOG_SIZE_USUAL && pages.linear_from == LOG_SIZE_USUAL ? "as pseries guests usually have" :
			  pages.base_from == LOG_SIZE_USUAL ? "as \"base_shift\" lines and the usual kernel have it" :
			  pages.linear_from == LOG_SIZE_USUAL ? "as other lines and the usual hypervisor have it" : "as other lines show";

	if (pages.base_from == LOG_SIZE_TOLD)
		return;
	add(notes, "no \"Page orders:\" in the log: pages of %s, a linear map of %s, %s",
	    text_from_bytes(UINT64_C(1) << pages.base_shift, base), text_from_bytes(UINT64_C(1) << pages.linear_shift, linear), why);
}

static void note_lmb(const struct validate *v, struct notes *notes)
{
	enum log_size_source from;
	char text[TEXT_BYTES_MAX];

	log_lmb_bytes(&v->log, v->boot, &from);
	if (v->lmb_bytes || from != LOG_SIZE_USUAL || v->plan.lmb_bytes == SPAPR_MEMORY_BLOCK_SIZE)
		return;
	add(notes, "no line tells how large an LMB is: taken for %s, the largest that memory is a multiple of (--lmb-size says otherwise)",
	    text_from_bytes(v->plan.lmb_bytes, text));
}

static void note_kernel(const struct validate *v, struct notes *notes)
{
	for (size_t i = 0; i < v->boot->record_count; i++) {
		const struct klog_record *r = &v->log.records[v->boot->first_record + i];

		if (r->kind != KLOG_VERSION)
			continue;
		if (KERNEL_VERSION(r->u.version.major, r->u.version.minor) < KERNEL_VERSION(4, 11))
			add(notes, "%s:%zu: kernel %u.%u is older than HPT resizing, but its log shows it: taken for 4.11", v->log_path,
			    r->line, r->u.version.major, r->u.version.minor);
		return;
	}
}

static void note_gaps(const struct validate *v, struct notes *notes)
{
	for (size_t i = 0; i < v->boot->record_count; i++) {
		size_t record = v->boot->first_record + i;

		if (v->log.records[record].kind == KLOG_DROPPED)
			add(notes, "%s:%zu: %" PRIu64 " lines are missing here: \"%s\"", v->log_path, v->log.records[record].line,
			    v->log.records[record].u.value, klog_text(&v->log, record));
	}
}

size_t validate_gap(const struct validate *v, size_t at)
{
	size_t first = v->boot->first_record, end = first + v->boot->record_count;

	if (at + 1 < v->seq.count)
		end = v->seq.items[at + 1].record;
	while (end-- > first)
		if (v->log.records[end].kind == KLOG_DROPPED)
			return end;
	return KLOG_NONE;
}

void validate_notes(const struct validate *v, struct notes *notes)
{
	notes->count = 0;
	if (v->derived) {
		note_pages(v, notes);
		note_lmb(v, notes);
		note_kernel(v, notes);
	}
	if (v->gave_up)
		add(notes, "%u scenarios were tried, and more could be: what differs may still have a cause that the log allows",
		    v->simulations);
	/* else the first difference names the one that matters */
	if (validate_equal(v))
		note_gaps(v, notes);
}
