// SPDX-License-Identifier: GPL-2.0-or-later
#include "import/option.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool option_next(const char **list, struct option_word *word)
{
	char *to = word->key;
	size_t used = 0;

	if (!**list)
		return false;
	*word = (struct option_word){ .has_value = false };
	for (; **list; (*list)++) {
		if (**list == ',' && (*list)[1] != ',') {
			(*list)++;
			break;
		}
		if (**list == ',')
			(*list)++;
		if (**list == '=' && !word->has_value) {
			word->has_value = true;
			to = word->value;
			used = 0;
			continue;
		}
		if (used + 1 < OPTION_WORD_MAX)
			to[used++] = **list;
	}
	return true;
}

/* The same of an option that is written as JSON, as libvirt does. */
static bool find_member(const char *json, const char *key, struct option_word *word)
{
	json_t *object = json_loads(json, 0, NULL);
	const json_t *value = json_object_get(object, key);

	*word = (struct option_word){ .has_value = value != NULL };
	if (json_is_integer(value))
		snprintf(word->value, OPTION_WORD_MAX, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_string(value))
		snprintf(word->value, OPTION_WORD_MAX, "%s", json_string_value(value));
	else
		word->has_value = false;
	json_decref(object);
	return word->has_value;
}

bool option_find(const char *option, const char *key, struct option_word *word)
{
	if (*option == '{')
		return find_member(option, key, word);
	while (option_next(&option, word))
		if (word->has_value && strcmp(word->key, key) == 0)
			return true;
	return false;
}

bool option_is(const char *option, const char *member, const char *kind, bool prefix)
{
	struct option_word word;
	const char *name = word.value;

	if (!option_find(option, member, &word)) {
		if (*option == '{' || !option_next(&option, &word))
			return false;
		name = word.key;
	}
	return prefix ? strncmp(name, kind, strlen(kind)) == 0 : strcmp(name, kind) == 0;
}

bool option_size(const char *text, char unit, uint64_t *bytes)
{
	static const char units[] = "bkmgtpe";
	const char *found;
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (end == text || errno || !(value >= 0) || text[0] == '-' || strpbrk(text, "xXnN"))
		return false;
	if (*end)
		unit = *end++;
	found = unit ? strchr(units, unit | 0x20) : NULL;
	if (!found || *end)
		return false;
	for (long i = 0; i < found - units; i++)
		value *= 1024;
	if (value >= 0x1p60)
		return false;
	*bytes = (uint64_t)value;
	return true;
}
