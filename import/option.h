/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_IMPORT_OPTION_H
#define HPTSIM_IMPORT_OPTION_H
/* The value of an option of QEMU: KEY=VALUE,KEY=VALUE, or as JSON. */
#include <stdbool.h>
#include <stdint.h>

#define OPTION_WORD_MAX	256	/* what is longer is cut: nothing that matters here is */

struct option_word {
	char key[OPTION_WORD_MAX], value[OPTION_WORD_MAX];
	bool has_value;
};

/* The next of a list, which moves on; ",," stands for a comma. False: no more. */
bool option_next(const char **list, struct option_word *word);

/* The value of a key of an option in either form, or false. */
bool option_find(const char *option, const char *key, struct option_word *word);

/* Is an -object or -device @kind, or does it begin so? Its first word says, or member @member. */
bool option_is(const char *option, const char *member, const char *kind, bool prefix);

/* "2G", "1.5G", "4194304k", "2048": bytes, a plain number in @unit; false: none, or 1 EiB or more. */
bool option_size(const char *text, char unit, uint64_t *bytes);

#endif
