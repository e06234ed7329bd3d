// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/trace_json.h"

#include <inttypes.h>

static void put_string(FILE *f, const char *text)
{
	putc('"', f);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < ' ' || c == 0x7f || c == '<')	/* the page that shows it is HTML */
			fprintf(f, "\\u%04x", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

void trace_json_start(struct trace_json *j, const char *version)
{
	fputs("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"clock\":\"virtual time since the end of boot\"", j->file);
	if (version) {
		fputs(",\"hptsim\":", j->file);
		put_string(j->file, version);
	}
	fputs("},\n\"traceEvents\":[", j->file);
}

void trace_json_event(struct trace_json *j, char phase, unsigned pid)
{
	fprintf(j->file, "%s\n{\"ph\":\"%c\",\"pid\":%u", j->any ? "," : "", phase, pid);
	j->any = true;
}

void trace_json_end(struct trace_json *j)
{
	fputs(j->in_args ? "}}" : "}", j->file);
	j->in_args = false;
}

void trace_json_tid(struct trace_json *j, unsigned tid)
{
	fprintf(j->file, ",\"tid\":%u", tid);
}

void trace_json_ts(struct trace_json *j, int64_t ns)
{
	fprintf(j->file, ",\"ts\":%" PRId64 ".%03d", ns / 1000, (int)(ns % 1000));
}

void trace_json_field(struct trace_json *j, const char *key, const char *text)
{
	fprintf(j->file, ",\"%s\":", key);
	put_string(j->file, text);
}

static void arg_key(struct trace_json *j, const char *key)
{
	fputs(j->in_args ? "," : ",\"args\":{", j->file);
	j->in_args = true;
	put_string(j->file, key);
	putc(':', j->file);
}

void trace_json_arg(struct trace_json *j, const char *key, const char *text)
{
	if (!text)
		return;
	arg_key(j, key);
	put_string(j->file, text);
}

void trace_json_arg_int(struct trace_json *j, const char *key, int64_t value)
{
	arg_key(j, key);
	fprintf(j->file, "%" PRId64, value);
}

void trace_json_arg_bool(struct trace_json *j, const char *key)
{
	arg_key(j, key);
	fputs("true", j->file);
}

void trace_json_arg_fixed(struct trace_json *j, const char *key, uint64_t value, unsigned shift)
{
	uint64_t mask = (UINT64_C(1) << shift) - 1, rest = value & mask;

	arg_key(j, key);
	fprintf(j->file, "%" PRIu64, value >> shift);
	if (rest)
		putc('.', j->file);
	for (; rest; rest = rest * 10 & mask)
		putc((int)('0' + (rest * 10 >> shift)), j->file);
}

void trace_json_finish(struct trace_json *j)
{
	fputs("\n]}\n", j->file);
}
