/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_DIAG_H
#define HPTSIM_SCENARIO_DIAG_H
/*
 * What is wrong with a file, and where.
 *
 * The reader collects all errors of a file; nothing here prints on its own.
 * A message keeps a copy of the line it is about, so a list outlives the
 * files it speaks of. An error is counted even when there is no room for its
 * text.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Most errors that are kept; the rest is only counted. */
#define DIAG_MAX 100

/* X(id, name in brackets behind the message, what it stands for) */
#define DIAG_RULES(X) \
	X(IO,                "io",                "a file cannot be read") \
	X(FILE_TOO_BIG,      "file-too-big",      "the file is larger than 1 MiB") \
	X(NOT_UTF8,          "not-utf8",          "the file is not UTF-8") \
	X(CONTROL_CHARACTER, "control-character", "a control character that text cannot hold") \
	X(YAML_SYNTAX,       "yaml-syntax",       "the file is not YAML") \
	X(EMPTY_DOCUMENT,    "empty-document",    "nothing but white space and comments") \
	X(SECOND_DOCUMENT,   "second-document",   "a file holds one document") \
	X(UNKNOWN_TAG,       "unknown-tag",       "YAML tags are not used") \
	X(UNKNOWN_ALIAS,     "unknown-alias",     "an alias without an anchor before it") \
	X(CYCLIC_ALIAS,      "cyclic-alias",      "an alias inside the node that it names") \
	X(TOO_DEEP,          "too-deep",          "nodes nested more than 32 deep") \
	X(TOO_MANY_NODES,    "too-many-nodes",    "too many nodes, anchors or keys once aliases are expanded") \
	X(BAD_KEY,           "bad-key",           "a key that is not plain text") \
	X(DUPLICATE_KEY,     "duplicate-key",     "a key given twice in one mapping") \
	X(UNKNOWN_KEY,       "unknown-key",       "a key that this mapping does not have") \
	X(MISSING_KEY,       "missing-key",       "a key that is required") \
	X(SUPERFLUOUS_KEY,   "superfluous-key",   "a key that has no meaning beside the others") \
	X(MISSING_VALUE,     "missing-value",     "a key without a value") \
	X(WRONG_TYPE,        "wrong-type",        "a mapping, sequence or scalar where another is wanted") \
	X(BAD_NUMBER,        "bad-number",        "not a whole number, decimal or 0x hexadecimal") \
	X(BAD_SIZE,          "bad-size",          "not a size") \
	X(BAD_TIME,          "bad-time",          "not a time") \
	X(MISSING_UNIT,      "missing-unit",      "a size or time without a unit") \
	X(BAD_UNIT,          "bad-unit",          "a size or time with a unit that is not known") \
	X(INEXACT,           "inexact",           "not a whole number of bytes or nanoseconds") \
	X(OUT_OF_RANGE,      "out-of-range",      "a number below the lowest or above the highest") \
	X(BAD_BOOLEAN,       "bad-boolean",       "neither true nor false") \
	X(UNKNOWN_VALUE,     "unknown-value",     "not one of the words that this key takes") \
	X(BAD_NAME,          "bad-name",          "a name with other characters than A-Z a-z 0-9 _ . -") \
	X(BAD_KERNEL,        "bad-kernel",        "not a kernel version, or one without HPT resizing") \
	X(EMPTY_LIST,        "empty-list",        "a sequence that needs an element") \
	X(ONE_EVENT,         "one-event",         "an element of events that is not exactly one event") \
	X(TOO_MANY_EVENTS,   "too-many-events",   "more than 65536 events, or more than 1024 with at") \
	X(ONE_FAULT,         "one-fault",         "an element of faults that is not exactly one fault") \
	X(BAD_BOUNDS,        "bad-bounds",        "an expectation that no number can meet") \
	X(UNKNOWN_POLICY,    "unknown-policy",    "no policy of that name") \
	X(DUPLICATE_POLICY,  "duplicate-policy",  "a policy given twice, or a new one with a name that is taken") \
	X(POLICY_LEVEL,      "policy-level",      "a level that a policy's base cannot have") \
	X(UNKNOWN_COSTS,     "unknown-costs",     "no cost profile of that name") \
	X(NAME_MISMATCH,     "name-mismatch",     "a cost profile whose name is not its file's") \
	X(NOT_POWER_OF_TWO,  "not-power-of-two",  "an LMB size that is not a power of two") \
	X(LMB_MULTIPLE,      "lmb-multiple",      "a size that is not a whole number of LMBs") \
	X(SECTION_MULTIPLE,  "section-multiple",  "a size that is not a whole number of 16 MiB sections") \
	X(HPT_PAGE,          "hpt-page",          "a mapping's page size that the guest or the hypervisor does not have") \
	X(NO_KFENCE,         "no-kfence",         "KFENCE in a kernel older than it") \
	X(BEYOND_MEMORY,     "beyond-memory",     "part of the boot memory that is larger than it") \
	X(BEYOND_MAX_MEMORY, "beyond-max-memory", "more memory than max_memory") \
	X(BEYOND_ADDRESSES,  "beyond-addresses",  "more memory than 64 TiB of addresses hold") \
	X(DUPLICATE_DIMM,    "duplicate-dimm",    "a DIMM whose id is in use") \
	X(DIMM_ADDRESS,      "dimm-address",      "a DIMM's address that is not in device memory") \
	X(UNKNOWN_DIMM,      "unknown-dimm",      "a DIMM that was never plugged") \
	X(DUPLICATE_RANGE,   "duplicate-range",   "a range of memory whose id is in use") \
	X(UNKNOWN_RANGE,     "unknown-range",     "a range of memory that was never added") \
	X(WRONG_RANGE,       "wrong-range",       "a range of memory that this event cannot take away") \
	X(NOT_ON_POWERVM,    "not-on-powervm",    "something that QEMU has and PowerVM has not") \
	X(BAD_SET,           "bad-set",           "--set without a path that leads somewhere") \
	X(BAD_SWEEP,         "bad-sweep",         "a key that cannot be varied, or values that are none") \
	X(BAD_FIND,          "bad-find",          "an expression to search for that is none")

enum diag_rule {
#define DIAG_RULE_ENUM(id, name, doc) RULE_##id,
	DIAG_RULES(DIAG_RULE_ENUM)
#undef DIAG_RULE_ENUM
	RULE_COUNT
};

struct diag_rule_info { const char *name, *doc; };
extern const struct diag_rule_info diag_rule_info[RULE_COUNT];

/* A text that was read; it must live as long as diag_error() is called with it. */
struct source {
	const char *name;	/* path, or "--set" */
	const char *text;	/* without the byte order mark */
	size_t size;
	unsigned order;		/* errors are listed by source in this order */
};

/* 1-based, columns in characters. Line 0: the file as a whole. */
struct srcpos {
	const struct source *source;
	unsigned line, col;
	unsigned width;		/* of the token; DIAG_TO_LINE_END: as far as the line goes */
};

#define DIAG_TO_LINE_END (~0u)

struct diag_place {
	char *file;
	unsigned line, col;
};

struct diag {
	enum diag_rule rule;
	struct diag_place place;
	char *message;
	char *excerpt;		/* the line, cut when long; NULL: none */
	char *carets;		/* stands below @excerpt */
	char *hint;		/* NULL: none */
	char *note;		/* about another place; NULL: none */
	struct diag_place note_place;
	unsigned source_order, seq;
};

/* A line of a source, once it was looked for. */
struct diag_line {
	const struct source *source;
	unsigned number;
	const char *start;
	size_t size;
};

struct diag_list {
	struct diag *items;
	size_t count;		/* kept */
	size_t error_count;	/* found, kept or not */
	bool last_kept;		/* hints and notes belong to the last item */
	struct diag_line line;	/* of the last excerpt: the next one is often of the same, and a line may be long */
};

void diag_init(struct diag_list *list);
void diag_release(struct diag_list *list);

/* Adds an error. The message is one line without a full stop. */
__attribute__((format(printf, 4, 5)))
void diag_error(struct diag_list *list, struct srcpos pos, enum diag_rule rule,
		const char *fmt, ...);

/* Adds a hint to the last error: what to write instead. */
__attribute__((format(printf, 2, 3)))
void diag_hint(struct diag_list *list, const char *fmt, ...);

/* Adds a second place to the last error. */
__attribute__((format(printf, 3, 4)))
void diag_note(struct diag_list *list, struct srcpos pos, const char *fmt, ...);

/* Orders the errors from number @from on by source and place. */
void diag_sort(struct diag_list *list, size_t from);

/**
 * diag_render - write the list for a person
 *
 * Per error `file:line:col: error: message [rule]`, the line with carets
 * below the token, the hint and the note; at the end how many errors were
 * found but not kept. Nothing when there are no errors.
 */
void diag_render(const struct diag_list *list, FILE *out);

#endif
