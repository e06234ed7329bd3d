/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose line it is: what stands before a message names a host, a guest or a program. */
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == '.' || c == '/' || c == '@' || c == '%';
}

static struct span name_at(struct span s)
{
	struct span name = { s.at, s.at };

	while (name.end < s.end && is_name_char(*name.end))
		name.end++;
	return name;
}

/* "sandbox=s1", "domain=\"g1\"": what logs of managers call a guest. */
static bool by_key(struct span prefix, struct span *name)
{
	static const char *const keys[] = { "guest=", "domain=", "vm=", "sandbox=", "instance=", "pod=", "machine=" };

	if (!memchr(prefix.at, '=', (size_t)(prefix.end - prefix.at)))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span s = prefix;

		while (span_find(&s, keys[i])) {
			const char *key = s.at - strlen(keys[i]);

			if (key > prefix.at && is_name_char(key[-1]))
				continue;
			span_skip(&s, "\\");
			span_skip(&s, "\"");
			*name = name_at(s);
			if (name->at < name->end)
				return true;
		}
	}
	return false;
}

/* "HOST kernel - - - ": syslog as RFC 5424 has it. */
static bool by_rfc5424(struct span prefix, struct span *name)
{
	struct span s = prefix;
	const char *end, *host;

	if (!span_find(&s, " kernel - "))
		return false;
	end = s.at - strlen(" kernel - ");
	for (host = end; host > prefix.at && is_name_char(host[-1]); host--)
		;
	*name = (struct span){ host, end };
	return host < end && host > prefix.at;
}

/* "HOST kernel: ", "HOST program[17]: " behind a date or a time. */
static bool by_host(struct span prefix, struct span *name)
{
	const char *p = prefix.end, *word, *host;

	/* the last word that ends with a colon, and the one before it */
	while (p > prefix.at && p[-1] != ':')
		p--;
	if (p == prefix.at)
		return false;
	for (word = --p; word > prefix.at && (is_name_char(word[-1]) || word[-1] == '[' || word[-1] == ']'); word--)
		;
	if (word == p || word == prefix.at || word[-1] != ' ')
		return false;
	for (host = word - 1; host > prefix.at && is_name_char(host[-1]); host--)
		;
	if (host == word - 1 || host == prefix.at || (host[-1] != ' '))
		return false;
	/* a date is before it, whose last figure is no host */
	if (*host >= '0' && *host <= '9' && !memchr(host, '.', (size_t)(word - host)))
		return false;
	*name = (size_t)(p - word) == 6 && memcmp(word, "kernel", 6) == 0 ? (struct span){ host, word - 1 } :
		(struct span){ word, p };
	return true;
}

/* "guest1: [    1.5", "guest1 | [    1.5", and nothing before it. */
static bool by_word(struct span prefix, struct span *name)
{
	struct span s = prefix;

	*name = name_at(s);
	if (name->at == name->end || (*name->at >= '0' && *name->at <= '9'))
		return false;
	s.at = name->end;
	span_blanks(&s);
	if (!span_skip(&s, "| ") && !span_skip(&s, ": ") && !span_skip(&s, "> "))
		return false;
	span_blanks(&s);
	return s.at < s.end && *s.at == '[' &&
	       !((size_t)(name->end - name->at) == 6 && memcmp(name->at, "kernel", 6) == 0);
}

/* Longest prefix that is looked at. */
#define PREFIX_MAX	512

/* "[pod/vm-a/compute] [    1.5": a name in brackets, which no date is. */
static bool by_bracket(struct span prefix, struct span *name)
{
	struct span s = prefix;

	if (!span_skip(&s, "[") || s.at == s.end || !((*s.at >= 'a' && *s.at <= 'z') || (*s.at >= 'A' && *s.at <= 'Z')))
		return false;
	*name = name_at(s);
	s.at = name->end;
	return span_skip(&s, "] [");
}

struct span klog_prefix_guest(struct span prefix, bool *weak)
{
	struct span name = { prefix.at, prefix.at };

	*weak = false;
	if (prefix.end - prefix.at > PREFIX_MAX)
		prefix.end = prefix.at + PREFIX_MAX;
	if (by_key(prefix, &name) || by_rfc5424(prefix, &name) || by_host(prefix, &name))
		return name;
	*weak = true;
	if (!by_word(prefix, &name) && !by_bracket(prefix, &name))
		name.end = name.at;
	return name;
}

bool klog_file_header(struct span line, struct span *name)
{
	/* ansible: "vm-a | CHANGED | rc=0 >>" */
	if (line.end - line.at > 5 && memcmp(line.end - 2, ">>", 2) == 0) {
		*name = name_at(line);
		line.at = name->end;
		return name->at < name->end && span_skip(&line, " | ") && span_find(&line, " | rc=");
	}
	if (!span_skip(&line, "==> "))
		return false;
	*name = (struct span){ line.at, line.at };
	if (!span_find(&line, " <=="))
		return false;
	name->end = line.at - 4;
	return name->end > name->at;
}

bool klog_guest_id(struct klog *log, struct span name, bool weak, unsigned *id)
{
	size_t size = (size_t)(name.end - name.at);
	struct klog_guest *guest;

	if (size >= KLOG_GUEST_MAX)
		size = KLOG_GUEST_MAX - 1;
	for (size_t i = log->guest_count; i-- > 0; ) {
		guest = &log->guests[i];
		if (memcmp(guest->name, name.at, size) == 0 && !guest->name[size]) {
			guest->weak = guest->weak && weak;
			*id = (unsigned)i;
			return true;
		}
	}
	/* so many names are none: they are something that changes from line to line */
	if (log->guest_count == KLOG_GUESTS_MAX) {
		*id = 0;
		return true;
	}
	if (!klog_grow(&log->guests, log->guest_count, sizeof(*log->guests)))
		return false;
	guest = &log->guests[log->guest_count];
	memset(guest, 0, sizeof(*guest));
	for (size_t i = 0; i < size; i++)
		guest->name[i] = (unsigned char)name.at[i] >= ' ' && (unsigned char)name.at[i] < 0x7f ? name.at[i] : '?';
	guest->weak = weak && size;
	*id = (unsigned)log->guest_count++;
	return true;
}
