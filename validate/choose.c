/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "validate/choose.h"

#include <inttypes.h>
#include <string.h>

#include "log/unfit.h"

#define NAMES_SHOWN	6
#define CLOCK_BACK_US	100000	/* CPUs that print at the same time are much nearer */

static bool has_something(const struct klog_boot *boot)
{
	return boot->request_count || boot->attempt_count;
}

/* The last boot of a guest that has something to compare, NULL: none. */
static const struct klog_boot *telling_boot(const struct klog *log, const struct klog_guest *guest)
{
	for (size_t i = guest->boot_count; i-- > 0; )
		if (has_something(&log->boots[guest->first_boot + i]))
			return &log->boots[guest->first_boot + i];
	return NULL;
}

static const char *name_of(const struct klog_guest *guest)
{
	return *guest->name ? guest->name : "(no name)";
}

/* "vm-a (lines 1 to 40), vm-b (lines 2 to 41)" of those that @telling chooses. */
static void list_guests(const struct klog *log, bool telling, char *text, size_t room)
{
	size_t used = 0, shown = 0;

	*text = '\0';
	for (size_t i = 0; i < log->guest_count && used < room; i++) {
		const struct klog_guest *guest = &log->guests[i];

		if (telling && !telling_boot(log, guest))
			continue;
		if (shown++ == NAMES_SHOWN) {
			snprintf(text + used, room - used, ", ...");
			return;
		}
		used += (size_t)snprintf(text + used, room - used, "%s%s (lines %zu to %zu)", shown > 1 ? ", " : "",
					 name_of(guest), guest->first_line, guest->last_line);
	}
}

static const struct klog_guest *choose_guest(const struct validate *v, const struct choice *choice, char *text)
{
	const struct klog *log = &v->log;
	const struct klog_guest *found = NULL;
	char names[300];
	size_t telling = 0;

	for (size_t i = 0; i < log->guest_count; i++) {
		const struct klog_guest *guest = &log->guests[i];

		if (choice->guest ? strcmp(guest->name, choice->guest) == 0 : telling_boot(log, guest) != NULL) {
			found = guest;
			telling++;
		}
	}
	if (choice->guest && !found) {
		list_guests(log, false, names, sizeof(names));
		snprintf(text, CHOICE_TEXT_MAX, "%s: no guest '%s'\n  it has %s", v->log_path, choice->guest,
			 log->guest_count ? names : "no line of any");
		return NULL;
	}
	if (telling > 1) {
		list_guests(log, true, names, sizeof(names));
		snprintf(text, CHOICE_TEXT_MAX, "%s: has the lines of %zu guests: %s\n  choose one with --guest NAME", v->log_path,
			 telling, names);
		return NULL;
	}
	return found ? found : log->guest_count == 1 || (log->guest_count && choice->boot_only) ? &log->guests[0] : NULL;
}

static bool choose_boot(struct validate *v, const struct choice *choice, const struct klog_guest *guest, char *text)
{
	const struct klog *log = &v->log;
	const struct klog_boot *last = &log->boots[guest->first_boot + guest->boot_count - 1];

	if (choice->boot > guest->boot_count) {
		snprintf(text, CHOICE_TEXT_MAX, "%s: --boot %llu: the log has %zu", v->log_path, choice->boot, guest->boot_count);
		return false;
	}
	v->boot = choice->boot ? &log->boots[guest->first_boot + choice->boot - 1] : telling_boot(log, guest);
	if (!v->boot)
		v->boot = last;
	if (guest->boot_count > 1 && !choice->boot)
		snprintf(text, CHOICE_TEXT_MAX, "%s: boot %zu of %zu, from line %zu on", v->log_path,
			 (size_t)(v->boot - log->boots) - guest->first_boot + 1, guest->boot_count,
			 log->records[v->boot->first_record].line);
	return true;
}

/* The kernel's clock runs back again and again: several machines wrote it, and nothing tells their lines apart. */
static bool is_mixed(const struct validate *v, const struct klog_guest *guest, size_t *line)
{
	const struct klog_boot *boot = &v->log.boots[guest->first_boot];
	size_t first = boot->first_record, back = 0, boots = 0;

	for (size_t i = first; i < first + guest->record_count; i++) {
		const struct klog_record *r = &v->log.records[i], *before = r - 1;

		boots += r->kind == KLOG_PFT_SIZE || r->kind == KLOG_VERSION;
		if (i == first || r->clock != KLOG_CLOCK_BOOT || before->clock != KLOG_CLOCK_BOOT ||
		    r->time_us >= before->time_us - CLOCK_BACK_US)
			continue;
		if (!back++)
			*line = r->line;
	}
	return back > 2 && back > boots && back * 10 > guest->record_count;
}

bool validate_choose(struct validate *v, const struct choice *choice, char text[CHOICE_TEXT_MAX])
{
	const struct klog_guest *guest;
	struct log_unfit_reason reason;
	size_t line = 0;

	*text = '\0';
	if (v->log.cut_line) {
		snprintf(text, CHOICE_TEXT_MAX, "%s:%zu: lines are cut off at %zu characters, and a number there may be half of one\n"
			 "  give the whole log: dmesg > FILE, journalctl -k --no-pager > FILE, or a console that does not cut",
			 v->log_path, v->log.cut_line, v->log.cut_width);
		return false;
	}
	guest = choose_guest(v, choice, text);
	if (!guest && *text)
		return false;
	if (guest && is_mixed(v, guest, &line)) {
		snprintf(text, CHOICE_TEXT_MAX, "%s:%zu: time goes back here and at many lines: several guests write this log, and nothing "
			 "before a line tells whose it is\n  give each guest's own log", v->log_path, line);
		return false;
	}
	if (guest && !choose_boot(v, choice, guest, text))
		return false;
	if (v->boot) {
		reason = log_unfit(&v->log, v->boot);
		if (reason.unfit && (reason.always || !choice->has_scenario)) {
			snprintf(text, CHOICE_TEXT_MAX, "%s:%zu: %s\n  %s", v->log_path, reason.line, reason.what, reason.hint);
			return false;
		}
	}
	if (v->boot && (has_something(v->boot) || choice->boot_only))
		return true;
	snprintf(text, CHOICE_TEXT_MAX, "%s: no line of a memory hotplug request or an HPT resize in %zu lines", v->log_path,
		 v->log.line_count);
	return false;
}
