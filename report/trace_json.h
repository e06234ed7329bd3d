/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TRACE_JSON_H
#define HPTSIM_TRACE_JSON_H
/* Events of a trace as JSON text: one line each, keys always in the same order. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trace_json {
	FILE *file;
	bool in_args, any;
};

void trace_json_start(struct trace_json *j, const char *version);

/* Every call between these two adds to one event; first fields, then args. */
void trace_json_event(struct trace_json *j, char phase, unsigned pid);
void trace_json_end(struct trace_json *j);

void trace_json_tid(struct trace_json *j, unsigned tid);
void trace_json_ts(struct trace_json *j, int64_t ns);
void trace_json_field(struct trace_json *j, const char *key, const char *text);

void trace_json_arg(struct trace_json *j, const char *key, const char *text);	/* NULL text: left out */
void trace_json_arg_int(struct trace_json *j, const char *key, int64_t value);
void trace_json_arg_bool(struct trace_json *j, const char *key);		/* true */
/* @value / 2^@shift, exactly; @shift is at most 60 */
void trace_json_arg_fixed(struct trace_json *j, const char *key, uint64_t value, unsigned shift);

/* The end of the file's text; the file stays open. */
void trace_json_finish(struct trace_json *j);

#endif
