/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_FORM_H
#define HPTSIM_LOG_FORM_H
/*
 * The lines of a kernel log, one row each: what the reader knows and what
 * `run --dmesg` writes. A row is a text with fields in it, the kernels that have
 * the line, and what stands before it.
 *
 * The reader takes every row from every kernel, for vendors move lines between
 * versions; the writer takes those of its guest's version only.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "log/klog.h"

/* How a field's number is written. */
enum form_radix {
	FORM_DEC,
	FORM_SIGNED,		/* decimal, perhaps with a minus */
	FORM_HEX,
	FORM_HEX16,		/* hexadecimal with leading zeros to 16 digits; read as FORM_HEX */
};

/*
 * X(id, byte, radix, bits): fields. @byte stands for the field in a row's text: any
 * that no text has, so that a row is one string.
 */
#define FORM_FIELDS(X) \
	X(MAJOR, '\001', FORM_DEC,    32) \
	X(MINOR, '\002', FORM_DEC,    32) \
	X(LINEAR, '\003', FORM_DEC,    32) \
	X(VIRTUAL, '\004', FORM_DEC,    32) \
	X(IO, '\005', FORM_DEC,    32) \
	X(VMEMMAP, '\006', FORM_DEC,    32) \
	X(BASE_SHIFT, '\007', FORM_DEC,   32) \
	X(HEX, '\010', FORM_HEX,    64) \
	X(HEX16, '\013', FORM_HEX16,  64) \
	X(KIB, '\014', FORM_DEC,    54) \
	X(FREE, '\016', FORM_DEC,    64) \
	X(NODE, '\017', FORM_DEC,    64) \
	X(FIRST, '\020', FORM_HEX16,  64) \
	X(LAST, '\021', FORM_HEX16,  64) \
	X(CPUS, '\022', FORM_DEC,    64) \
	X(SHIFT, '\023', FORM_DEC,    64)	/* an int, printed as an unsigned long */ \
	X(PREPARE, '\024', FORM_SIGNED, 63) \
	X(COMMIT, '\025', FORM_SIGNED, 63) \
	X(RC, '\026', FORM_SIGNED, 31) \
	X(COUNT, '\027', FORM_DEC,    32) \
	X(DRC, '\030', FORM_HEX,    32) \
	X(BASE, '\031', FORM_HEX,    64) \
	X(HAVE, '\032', FORM_DEC,    32) \
	X(WANT, '\033', FORM_DEC,    32) \
	X(ORDER, '\034', FORM_SIGNED, 31) \
	X(BYTES, '\035', FORM_DEC,    63)

/* In a row's text: a quote, perhaps with a backslash before it (JSON) or lost. */
#define FORM_QUOTE	'\036'

enum form_field {
#define FORM_FIELD_ENUM(id, byte, radix, bits) FIELD_##id,
	FORM_FIELDS(FORM_FIELD_ENUM)
#undef FORM_FIELD_ENUM
	FORM_FIELD_COUNT
};

/* Values of a line's fields; those that its form does not have do not matter. */
struct form_values {
	uint64_t of[FORM_FIELD_COUNT];	/* signed ones in two's complement */
};

/* Rows that somebody asks for by name. */
enum form_id {
	FORM_OTHER, FORM_OTHER_REMOVE,
	FORM_VERSION, FORM_MACHINE, FORM_HARDWARE, FORM_PAGE_SIZES_FROM, FORM_PAGE_SIZES, FORM_PAGE_ORDERS, FORM_SEGMENTS_1T, FORM_NO_KFENCE,
	FORM_HASH_MMU, FORM_FW_FEATURES, FORM_PFT_SIZE, FORM_HASH_MASK, FORM_PHYS_MEM, FORM_MEMORY, FORM_CPU,
	FORM_CPUS,
	FORM_RESIZE_BEGIN, FORM_RESIZE_DONE, FORM_COLLISION, FORM_EINVAL, FORM_EPERM, FORM_EIO_PREPARE,
	FORM_EIO_COMMIT, FORM_ETIMEDOUT, FORM_UNABLE,
	FORM_ADD_COUNT, FORM_ADD_INDEX, FORM_ADD_INDEXED, FORM_REMOVE_COUNT, FORM_REMOVE_INDEX, FORM_REMOVE_INDEXED,
	FORM_ADDED, FORM_REMOVED, FORM_REMOVED_DRC, FORM_ADD_FAILED, FORM_REMOVE_FAILED,
	FORM_ADD_COUNT_UNDONE, FORM_ADD_INDEXED_UNDONE, FORM_REMOVE_COUNT_UNDONE, FORM_REMOVE_INDEXED_UNDONE,
	FORM_NOT_ENOUGH,
	FORM_REFUSED_ADD_COUNT, FORM_REFUSED_ADD_INDEX, FORM_REFUSED_ADD_INDEXED,
	FORM_REFUSED_REMOVE_COUNT, FORM_REFUSED_REMOVE_INDEX, FORM_REFUSED_REMOVE_INDEXED,
};

/* Which requests have the line; 0: it is not about one. */
enum {
	FORM_BY_COUNT = 1u << KLOG_BY_COUNT,
	FORM_BY_INDEX = 1u << KLOG_BY_INDEX,
	FORM_BY_INDEXED = 1u << KLOG_BY_INDEXED_COUNT,
};

struct line_form {
	enum form_id id;
	enum klog_kind kind;
	const char *prefix;	/* before it; the reader does not look at it */
	const char *text;	/* what it is known by: a blank stands for one or more */
	unsigned since, until;	/* first kernel that prints it, first one that no longer does; 0: no end */
	unsigned by;		/* FORM_BY_* */
};

extern const struct line_form line_forms[];
extern const size_t line_form_count;

struct span;

enum form_match {
	FORM_NO,
	FORM_YES,
	FORM_CUT,		/* so far, but the line ends in it */
	FORM_MARKED,		/* so far, but something that cuts lines put its mark there: "...", ">" */
};

/**
 * form_read - does the text at @s begin with @form?
 * @s: moved behind it when it does
 * @values: what its fields have, when it does
 * @failed_at: character of the form's text that is not there, on FORM_NO
 *
 * A number that goes on behind the last digit, as in "22>", is none.
 */
enum form_match form_read(const struct line_form *form, struct span *s, struct form_values *values, size_t *failed_at);

/* The form that kernel @version prints for @id, NULL: none. @by: FORM_BY_*, 0: does not matter. */
const struct line_form *form_of(enum form_id id, unsigned version, unsigned by);

/* Prefix and text, without a newline. */
void form_write(const struct line_form *form, const struct form_values *values, FILE *out);

#endif
