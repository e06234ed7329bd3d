/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_KEYS_H
#define HPTSIM_SCENARIO_KEYS_H
/*
 * Tables of keys: one row says how a key is spelled, read, checked, stored
 * and explained. The reader, the key reference and the suggestions all come
 * from the same rows.
 */
#include <stddef.h>
#include <stdio.h>

#include "scenario/node.h"
#include "base/text.h"

struct loader;
struct key;

enum key_type {
	KEY_UINT,	/* unsigned */
	KEY_INT64,	/* int64_t, never negative */
	KEY_PRICE,	/* the same, perhaps with its standard deviation: 2220 ± 100 */
	KEY_SIGNED,	/* int64_t, perhaps negative */
	KEY_SIZE,	/* uint64_t bytes */
	KEY_TIME,	/* int64_t ns */
	KEY_BOOL,	/* bool */
	KEY_NAME,	/* const char *: [A-Za-z0-9_.-]+ */
	KEY_TEXT,	/* const char *: any scalar */
	KEY_CHOICE,	/* unsigned or enum: one of @choices */
	KEY_PAGE_SIZE,	/* unsigned shift: a size that is one of @choices */
	KEY_WORD_OR_UINT, /* unsigned: one of @choices, or a number from @min to @max */
	KEY_KERNEL,	/* unsigned: KERNEL_VERSION() */
	KEY_CUSTOM,	/* whatever @read makes of it */
};

struct key_choice {
	const char *name;	/* NULL ends the list */
	unsigned value;
};

/*
 * Reads the value of a key that a table cannot describe. @entry is NULL when
 * the key is not there and not required; @base is what offsets are from.
 */
typedef void key_reader(struct loader *ld, const struct key *key,
			const struct node_entry *entry, void *base);

/* What a word means for the keys beside it. */
struct key_rule {
	const char *word;	/* NULL ends the list */
	const char *needs, *lacks;	/* keys, with blanks between them */
};

/* What the reader of a KEY_CUSTOM takes, for the schema. */
enum key_shape {
	SHAPE_SCALAR,		/* that matches @pattern */
	SHAPE_MAPPING,		/* by the table @inner */
	SHAPE_OPTIONAL,		/* likewise, or nothing */
	SHAPE_LIST,		/* of mappings by @inner */
	SHAPE_LIST_OF_ONE,	/* of mappings of exactly one key of @inner, and perhaps @besides */
	SHAPE_POLICIES,		/* likewise, or names of policies */
	SHAPE_BY_POLICY,	/* from policies to mappings by @inner */
	SHAPE_COSTS,		/* a cost profile */
	SHAPE_PRICES,		/* by costs_table() */
	SHAPE_POLICY,		/* a policy's name */
	SHAPE_AXES,		/* from keys to lists or ranges */
	SHAPE_WORDS,		/* a list of @choices */
	SHAPE_BOUNDS,		/* of what expect_type() says */
};

struct key {
	const char *name;
	enum key_type type;
	bool required;
	const char *min, *max;	/* as a user would write them; NULL: no limit */
	const char *def;	/* likewise; NULL: storage is left alone */
	size_t offset;		/* of the storage */
	size_t sd_after;	/* KEY_PRICE: storage of the standard deviation, from that of the value */
	const struct key_choice *choices;
	const struct key_rule *rules;	/* of its words; keys_check_rules() checks them */
	key_reader *read;	/* KEY_CUSTOM, and so the next four */
	enum key_shape shape;
	const struct key_table *inner;
	const char *pattern;	/* a regular expression */
	const char *besides;	/* NULL: no other key */
	const char *any_of;	/* of an element's keys, with blanks between them, one at least; NULL: none need be there */
	bool not_empty;		/* of a list */
	const char *takes;	/* for the reference; NULL: says the type */
	const char *def_doc;	/* for the reference, where @def cannot say it */
	const char *doc;
};

struct key_table {
	const char *name;	/* "guest"; "" is the scenario itself */
	const char *title;	/* for the reference */
	const struct key *keys;
	size_t count;
};

/**
 * keys_read - read a mapping by its table
 * @entry: the mapping and the key it belongs to; NULL: all defaults
 * @base:  storage, zeroed; a value with an error stays zero
 *
 * Returns whether there was a mapping to read or nothing at all. Errors go to
 * the loader's list.
 */
bool keys_read(struct loader *ld, const struct key_table *table,
	       const struct node_entry *entry, void *base);

/* As keys_read(), but a key without a value means all defaults, as `{}` does. */
bool keys_read_optional(struct loader *ld, const struct key_table *table,
			const struct node_entry *entry, void *base);

/* Are the keys there that a word of another needs, and no others? Errors say so. Behind keys_read(). */
void keys_check_rules(struct loader *ld, const struct key_table *table, const struct node_entry *entry);

/* Does a list of names with blanks between them have that name? */
bool keys_list_has(const char *list, const char *name);

/* The scalar's text, or NULL after an error that says that @what was wanted. */
const char *keys_scalar(struct loader *ld, const char *name, const struct node *value,
			const char *what);

/* Whether it is a sequence (mapping); an error if not. */
bool keys_want_sequence(struct loader *ld, const char *name, const struct node *value);
bool keys_want_mapping(struct loader *ld, const char *name, const struct node *value);

/* Reads [A-Za-z0-9_.-]+; NULL after an error. */
const char *keys_name(struct loader *ld, const char *name, const struct node *value);

/* Adds "did you mean ...?" to the last error when a name is near. */
void keys_suggest(struct loader *ld, const struct text_nearest *near);

/* What people call what a key takes. */
const char *key_takes(const struct key *key);

#endif
