/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/set.h"

#include <string.h>

#include "base/text.h"

/* The part of the path that is being followed. */
struct step {
	struct srcpos pos;
	const char *name;
};

static struct srcpos column_pos(const struct source *src, size_t at, size_t width)
{
	return (struct srcpos){ .source = src, .line = 1, .col = (unsigned)at + 1,
				.width = (unsigned)width };
}

/* Bytes of PATH, or 0 when it is malformed. */
static size_t check_path(const struct source *src, struct diag_list *diags)
{
	size_t at, start = 0;

	for (at = 0; at < src->size && text_is_name_char(src->text[at]); at++) {
		if (src->text[at] != '.')
			continue;
		if (at == start)
			break;
		start = at + 1;
	}
	if (at < src->size && src->text[at] == '=' && at > start)
		return at;
	diag_error(diags, column_pos(src, at, 1), RULE_BAD_SET,
		   "--set takes keys joined by dots, '=' and a value");
	diag_hint(diags, "for example --set guest.memory=2GiB");
	return 0;
}

static struct node *make_node(struct arena *a, enum node_type type, struct srcpos pos,
			      const char *text)
{
	struct node *node = arena_alloc(a, sizeof(*node));

	node->type = type;
	node->pos = pos;
	node->plain = true;
	node->text = text;
	node->size = 1;
	node->height = type == NODE_SCALAR ? 0 : 1;
	return node;
}

static struct node *clone_node(struct arena *a, const struct node *node)
{
	struct node *copy = arena_alloc(a, sizeof(*copy));

	*copy = *node;
	copy->entries = NULL;
	for (copy->count = 0; copy->count < node->count; copy->count++) {
		copy->entries = arena_push(a, copy->entries, copy->count, sizeof(*copy->entries));
		copy->entries[copy->count] = node->entries[copy->count];
	}
	return copy;
}

/* The entry of @parent that @step names; made when a mapping lacks it. */
static struct node_entry *follow(struct arena *a, struct node *parent, const struct step *step,
				 struct diag_list *diags)
{
	uint64_t index;
	size_t i;

	if (parent->type == NODE_SEQUENCE) {
		if (text_uint(step->name, &index) == TEXT_OK && index < parent->count)
			return &parent->entries[index];
		diag_error(diags, step->pos, RULE_BAD_SET,
			   "'%.60s' is no element of a sequence of %zu", step->name, parent->count);
		if (parent->count)
			diag_hint(diags, "elements are numbered 0 to %zu", parent->count - 1);
		return NULL;
	}
	if (parent->type != NODE_MAPPING) {
		diag_error(diags, step->pos, RULE_BAD_SET, "there is nothing below a scalar");
		diag_note(diags, parent->pos, "the scalar is here");
		return NULL;
	}
	for (i = 0; i < parent->count; i++) {
		if (strcmp(parent->entries[i].key->text, step->name) == 0)
			return &parent->entries[i];
	}
	parent->entries = arena_push(a, parent->entries, parent->count, sizeof(*parent->entries));
	parent->entries[parent->count] = (struct node_entry){
		.key = make_node(a, NODE_SCALAR, step->pos, step->name),
		.value = make_node(a, NODE_MAPPING, step->pos, ""),
	};
	return &parent->entries[parent->count++];
}

static struct node *parse_value(struct arena *a, const struct source *src, size_t path_size,
				struct diag_list *diags)
{
	size_t at = path_size + 1;

	while (at < src->size && (src->text[at] == ' ' || src->text[at] == '\t'))
		at++;
	if (at == src->size)
		return make_node(a, NODE_SCALAR, column_pos(src, path_size, 1), "");
	return node_parse(a, src, (unsigned)path_size + 1, diags);
}

void set_apply(struct arena *a, struct node *root, const struct source *src,
	       struct diag_list *diags)
{
	size_t path_size = check_path(src, diags), at = 0, end;
	struct node *parent = root, *value;
	struct node_entry *entry;

	if (!path_size)
		return;
	value = parse_value(a, src, path_size, diags);
	if (!value)
		return;
	for (;;) {
		struct step step;

		for (end = at; end < path_size && src->text[end] != '.'; end++)
			;
		step.pos = column_pos(src, at, end - at);
		step.name = arena_strndup(a, src->text + at, end - at);
		entry = follow(a, parent, &step, diags);
		if (!entry)
			return;
		if (end == path_size)
			break;
		entry->value = clone_node(a, entry->value);
		parent = entry->value;
		at = end + 1;
	}
	entry->value = value;
}

/* Is the first word of a PATH that? */
static bool is_below(const char *set, const char *word)
{
	size_t length = strlen(word);

	return strncmp(set, word, length) == 0 && (set[length] == '.' || set[length] == '=');
}

bool set_voids(const char *set, const char *what)
{
	static const char *const runs[] = { "guest", "hypervisor", "events", "faults" };
	static const char *const prices[] = { "costs", "cost_overrides" };
	size_t length = strlen(what);

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (is_below(set, runs[i]))
			return true;
	if (length < 3 || strcmp(what + length - 3, "_ns") != 0)
		return false;
	for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++)
		if (is_below(set, prices[i]))
			return true;
	return false;
}

/* What is left of a PATH behind a word and a dot; NULL: it goes another way. "" when it ends there. */
static const char *follow_word(const char *path, const char *word)
{
	size_t length = strlen(word);

	if (!path || *path == '\0' || strncmp(path, word, length) != 0)
		return path && *path == '\0' ? path : NULL;
	if (path[length] == '=')
		return "";
	return path[length] == '.' ? path + length + 1 : NULL;
}

bool set_gives(const char *set, const char *policy, const char *what)
{
	return follow_word(follow_word(follow_word(set, "expect"), policy), what);
}
