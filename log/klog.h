/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_KLOG_H
#define HPTSIM_LOG_KLOG_H
/*
 * A guest's kernel log: what it says about the HPT and memory hotplug.
 *
 * Reads dmesg with any kind of time stamp or none, journalctl -k, and a serial
 * console with other output in between; compressed, in UTF-16, as mail quotes it, with colours,
 * wrapped at any width, or with every line twice. A line is recognised by its text
 * (log/form.h) wherever that begins. Lines that
 * say nothing about the subject leave no record. One pass, linear time.
 *
 * The result is a flat list of records, guest by guest in the order of the
 * lines, and on top of it boots, requests and resize attempts, which name records by index.
 * Nothing here prints or exits; any bytes are a valid log.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KLOG_NO_TIME	INT64_MIN
#define KLOG_NONE	SIZE_MAX	/* no such record, request or attempt */

/* What a line's time counts from. */
enum klog_clock {
	KLOG_CLOCK_NONE,
	KLOG_CLOCK_BOOT,	/* "[    1.750076]": microseconds are real */
	KLOG_CLOCK_WALL,	/* a date: whole seconds, or what the date has; use differences only */
};

/*
 * X(id, name): the kinds of records. "boot" ones tell what the guest is like,
 * "resize" ones belong to an attempt, "request" ones begin a request, "lmb"
 * ones are results of its LMBs.
 */
#define KLOG_KINDS(X) \
	/* boot */ \
	X(VERSION,         "version") \
	X(HARDWARE,        "hardware") \
	X(MACHINE,         "machine") \
	X(POWERNV,         "powernv") \
	X(COMMAND_LINE,    "command-line") \
	X(HASH_PAGES,      "hash-pages") \
	X(PAGE_SIZE,       "page-size") \
	X(PAGE_ORDERS,     "page-orders") \
	X(SEGMENTS_1T,     "segments-1t") \
	X(NO_KFENCE,       "no-kfence") \
	X(HASH_MMU,        "hash-mmu") \
	X(RADIX,           "radix") \
	X(PFT_SIZE,        "pft-size") \
	X(HASH_MASK,       "hash-mask") \
	X(FW_FEATURES,     "firmware-features") \
	X(PHYS_MEM,        "phys-mem") \
	X(MEMORY,          "memory") \
	X(NODE_RANGE,      "node-range") \
	X(TABLE_PAGES,     "table-pages") \
	X(CPUS,            "cpus") \
	/* resize */ \
	X(RESIZE_BEGIN,    "resize-begin") \
	X(RESIZE_DONE,     "resize-done") \
	X(RESIZE_ERROR,    "resize-error") \
	X(COLLISION,       "collision") \
	/* request */ \
	X(ADD,             "add") \
	X(REMOVE,          "remove") \
	X(UPDATE,          "update") \
	/* lmb */ \
	X(LMB_ADDED,       "lmb-added") \
	X(LMB_REMOVED,     "lmb-removed") \
	X(LMB_ADD_FAILED,  "lmb-add-failed") \
	X(LMB_REMOVE_FAILED, "lmb-remove-failed") \
	X(UPDATED,         "updated") \
	X(OFFLINED,        "offlined") \
	X(ROLLBACK,        "rollback") \
	X(NOT_ENOUGH,      "not-enough") \
	X(DLPAR_FAILED,    "dlpar-failed") \
	X(RTAS_EVENT,      "rtas-event") \
	/* any time */ \
	X(DROPPED,         "dropped")

enum klog_kind {
#define KLOG_KIND_ENUM(id, name) KLOG_##id,
	KLOG_KINDS(KLOG_KIND_ENUM)
#undef KLOG_KIND_ENUM
	KLOG_KIND_COUNT
};

const char *klog_kind_name(enum klog_kind kind);

/* How a request names its LMBs; as enum lmb_by of the model. */
enum klog_by { KLOG_BY_COUNT, KLOG_BY_INDEX, KLOG_BY_INDEXED_COUNT, KLOG_BY_UNKNOWN };

/* An error's text as far as pseries_lpar_resize_hpt() has different ones. */
enum klog_resize_error {
	KLOG_EINVAL,		/* "Invalid argument from H_RESIZE_HPT_PREPARE" */
	KLOG_EPERM,		/* "Operation not permitted from H_RESIZE_HPT_PREPARE" */
	KLOG_EIO_PREPARE,	/* "Unexpected error N from H_RESIZE_HPT_PREPARE" */
	KLOG_EIO_COMMIT,	/* "Unexpected error N from H_RESIZE_HPT_COMMIT" */
	KLOG_ETIMEDOUT,		/* "... cancelling timed out HPT resize" */
	KLOG_ERROR_OTHER,	/* "Unable to resize hash page table to target order N: E" */
};

struct klog_record {
	enum klog_kind kind;
	enum klog_clock clock;
	int64_t time_us;		/* KLOG_NO_TIME if the line has none */
	unsigned guest;			/* of klog.guests */
	size_t line;			/* from 1; where it begins if it was wrapped */
	size_t text;			/* where the message begins, offset in klog.texts */
	union {
		struct { unsigned major, minor; } version;	/* VERSION */
		struct { bool qemu, kvm, phyp, powernv; } hardware; /* HARDWARE */
		struct { bool debug_pagealloc, kfence; } command_line;	/* COMMAND_LINE: switched on there */
		struct { unsigned base, actual; } page_size;	/* PAGE_SIZE: log2 bytes, pages of @actual in a segment of @base */
		struct { unsigned linear, base, vmemmap; } page_orders;	/* log2 bytes */
		uint64_t value;		/* PFT_SIZE: shift; HASH_MASK, FW_FEATURES; PHYS_MEM, MEMORY, TABLE_PAGES (one
					   page): bytes; CPUS; RTAS_EVENT; OFFLINED: pages; DROPPED: lines, if it says */
		struct { uint64_t first, last, node; } range;	/* NODE_RANGE, bytes, both included */
		/* an order may be any int: debugfs takes what it is given. RESIZE_BEGIN: shift only */
		struct { int shift; int64_t prepare_ms, commit_ms; } resize;
		struct { enum klog_resize_error error; int number; } error;
		struct { enum klog_by by; uint32_t count, drc; bool remove; } request; /* ADD, REMOVE, UPDATE, DLPAR_FAILED; remove: the last only */
		struct { bool has_drc; uint32_t drc; bool has_base; uint64_t base; } lmb; /* LMB_* */
		struct { uint32_t have, want; } not_enough;
	} u;
};

enum klog_outcome {
	KLOG_SILENT,		/* nothing more: by inference -ENOSPC, or the log ends there */
	KLOG_COMPLETE,
	KLOG_COLLIDED,		/* "Hash collision while resizing HPT": -ENOSPC */
	KLOG_FAILED,		/* with an error of its own */
};

/* One call of pseries_lpar_resize_hpt(). */
struct klog_attempt {
	size_t begin;			/* record RESIZE_BEGIN; KLOG_NONE: only its end is in the log */
	size_t end;			/* record that gives the outcome; KLOG_NONE when silent */
	size_t request;			/* KLOG_NONE: outside any */
	int shift;			/* asked for; 0 when only an end without one is there */
	enum klog_outcome outcome;
	enum klog_resize_error error;	/* KLOG_FAILED only */
	int error_number;		/* that the text has: the hypercall's, or of KLOG_ERROR_OTHER the errno; else 0 */
	int64_t prepare_ms, commit_ms;	/* KLOG_COMPLETE; else -1 */
	bool end_shift_differs;		/* "complete" names another shift than "Attempting" */
};

/* A request as its first line shows it; LMBs and attempts are what follows up to the next one. */
struct klog_request {
	size_t record;			/* ADD or REMOVE; or the DLPAR_FAILED of a request that has no first line */
	bool add;
	enum klog_by by;
	uint32_t count;			/* LMBs asked for; by index: 1 */
	uint32_t drc;			/* by index and indexed-count */
	bool failed;			/* a line says so */
	bool ended;			/* a line says that its LMBs are done: results, or failure */
	bool closed;			/* ... and that nothing of it can follow */
	bool dlpar;			/* came through /sys/kernel/dlpar: "Could not handle" says so */
	uint32_t lmbs_listed;		/* "Memory at ... was hot-added" or "hot-removed" */
	size_t rollback;		/* record ROLLBACK, or KLOG_NONE */
	size_t end;			/* record of the next request, or of the end of the boot */
	size_t first_attempt, attempt_count;
};

/* One guest of a log, as the lines name it; "": they do not. */
#define KLOG_GUEST_MAX	64

struct klog_guest {
	char name[KLOG_GUEST_MAX];
	bool weak;			/* perhaps no name, but the word before a time stamp */
	size_t record_count, first_line, last_line;
	size_t first_boot, boot_count;
};

/* From one boot to the next. */
struct klog_boot {
	unsigned guest;
	size_t first_record, record_count;
	size_t first_request, request_count;
	size_t first_attempt, attempt_count;
};

struct klog {
	struct klog_record *records;
	size_t record_count;
	struct klog_attempt *attempts;
	size_t attempt_count;
	struct klog_request *requests;
	size_t request_count;
	struct klog_boot *boots;
	size_t boot_count;
	struct klog_guest *guests;	/* those without records are left out */
	size_t guest_count;
	size_t cut_line;		/* 0, or a line that something cut off: those of klog.cut_width are not whole */
	size_t cut_width;		/* characters that are left of it */
	size_t repeated;		/* records that were left out: another copy of the same lines */
	char *texts;			/* messages, each ends with a NUL; at most KLOG_TEXT_MAX bytes of one are kept */
	size_t texts_bytes;
	size_t line_count;
};

#define KLOG_TEXT_MAX	160

enum klog_status {
	KLOG_OK = 0,
	KLOG_ENOMEM,
	KLOG_EIO,		/* errno says why */
	KLOG_EUNPACK,		/* compressed, and broken off or damaged */
	KLOG_EBOMB,		/* compressed, to less than any log is */
};

/* Why a log could not be read, in words; of KLOG_EIO what errno says. */
const char *klog_status_text(enum klog_status status);

/**
 * klog_parse - read a log from memory
 * @out: filled always; empty unless KLOG_OK. klog_free() it
 *
 * A log without any record is KLOG_OK, too.
 */
enum klog_status klog_parse(struct klog *out, const char *data, size_t size);

/**
 * klog_read - read a log from a stream to its end
 */
enum klog_status klog_read(struct klog *out, FILE *in);

/* Open, read, close; "-" is standard input. */
enum klog_status klog_read_path(struct klog *out, const char *path);

void klog_free(struct klog *log);

/* Its message, without prefix: time, host, level. */
const char *klog_text(const struct klog *log, size_t record);

/* Who asked for a resize, as far as the lines behind it tell. */
enum klog_origin {
	KLOG_FROM_UNKNOWN,
	KLOG_FROM_HOTPLUG,	/* an LMB that went, or (up to v5.1) came */
	KLOG_FROM_DEBUGFS,	/* or an LMB that came */
};

/**
 * klog_attempt_origin - before v5.2 "Unable to resize" follows when an LMB came or went; since then a collision is
 * told when one went
 *
 * Nothing tells when it worked.
 */
enum klog_origin klog_attempt_origin(const struct klog *log, size_t attempt);

/*
 * Microseconds from record @a to record @b; false if either has no time or they
 * do not have the same clock.
 */
bool klog_elapsed_us(const struct klog *log, size_t a, size_t b, int64_t *us);

#endif
