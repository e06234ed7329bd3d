// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct source made = { .name = "search", .text = "" };

static struct node *make(struct arena *a, enum node_type type, const char *text)
{
	struct node *node = arena_alloc(a, sizeof(*node));

	node->type = type;
	node->plain = true;
	node->text = text;
	node->pos.source = &made;
	node->size = 1;
	node->height = type != NODE_SCALAR;
	return node;
}

struct node *tree_scalar(struct arena *a, const char *text)
{
	return make(a, NODE_SCALAR, arena_strdup(a, text));
}

struct node *tree_mapping(struct arena *a)
{
	return make(a, NODE_MAPPING, "");
}

struct node *tree_sequence(struct arena *a)
{
	return make(a, NODE_SEQUENCE, "");
}

void tree_add(struct arena *a, struct node *parent, const char *key, struct node *value)
{
	parent->entries = arena_push(a, parent->entries, parent->count, sizeof(*parent->entries));
	parent->entries[parent->count++] = (struct node_entry){ .key = key ? tree_scalar(a, key) : NULL, .value = value };
}

struct node *tree_copy(struct arena *a, const struct node *node)
{
	struct node *copy = make(a, node->type, "");

	copy->text = arena_strdup(a, node->text);
	copy->plain = node->plain;
	for (size_t i = 0; i < node->count; i++) {
		const struct node_entry *entry = &node->entries[i];

		tree_add(a, copy, entry->key ? entry->key->text : NULL, tree_copy(a, entry->value));
	}
	return copy;
}

/* The entry of @parent for the first @size bytes of @path. */
static struct node_entry *entry_of(struct node *parent, const char *path, size_t size)
{
	if (parent->type == NODE_SEQUENCE) {
		char *end;
		unsigned long index = strtoul(path, &end, 10);

		return end == path + size && size && index < parent->count ? &parent->entries[index] : NULL;
	}
	for (size_t i = 0; parent->type == NODE_MAPPING && i < parent->count; i++)
		if (strlen(parent->entries[i].key->text) == size && strncmp(parent->entries[i].key->text, path, size) == 0)
			return &parent->entries[i];
	return NULL;
}

struct node *tree_at(struct node *root, const char *path)
{
	while (root && *path) {
		size_t size = strcspn(path, ".");
		struct node_entry *entry = entry_of(root, path, size);

		root = entry ? entry->value : NULL;
		path += size + (path[size] == '.');
	}
	return root;
}

void tree_set(struct arena *a, struct node *root, const char *path, const char *text)
{
	size_t size = strcspn(path, ".");
	struct node_entry *entry = entry_of(root, path, size);

	if (!entry && root->type == NODE_MAPPING) {
		tree_add(a, root, arena_strndup(a, path, size), path[size] ? tree_mapping(a) : tree_scalar(a, ""));
		entry = &root->entries[root->count - 1];
	}
	if (entry && path[size])
		tree_set(a, entry->value, path + size + 1, text);
	else if (entry)
		entry->value = tree_scalar(a, text);
}

void tree_cut(struct node *sequence, size_t from, size_t count)
{
	memmove(&sequence->entries[from], &sequence->entries[from + count],
		(sequence->count - from - count) * sizeof(*sequence->entries));
	sequence->count -= count;
}

void tree_remove(struct node *root, const char *path)
{
	size_t size = strcspn(path, ".");
	struct node_entry *entry = entry_of(root, path, size);

	if (!entry)
		return;
	if (path[size]) {
		tree_remove(entry->value, path + size + 1);
		if (entry->value->type != NODE_MAPPING || entry->value->count || root->type == NODE_SEQUENCE)
			return;
	}
	tree_cut(root, (size_t)(entry - root->entries), 1);
}

bool tree_equal(const struct node *a, const struct node *b)
{
	if (a->type != b->type || a->count != b->count || strcmp(a->text, b->text) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct node_entry *x = &a->entries[i], *y = &b->entries[i];

		if ((x->key && strcmp(x->key->text, y->key->text) != 0) || !tree_equal(x->value, y->value))
			return false;
	}
	return true;
}

/* May it stand without quotes, also within brackets? */
static bool is_plain(const char *text)
{
	return *text && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-") == strlen(text) &&
	       *text != '-';
}

void tree_print_scalar(const char *text, bool plain, FILE *out)
{
	if (plain && (is_plain(text) || !*text)) {
		fputs(*text ? text : "~", out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

void tree_print_flow(const struct node *node, FILE *out)
{
	if (node->type == NODE_SCALAR) {
		tree_print_scalar(node->text, node->plain, out);
		return;
	}
	fputc(node->type == NODE_MAPPING ? '{' : '[', out);
	for (size_t i = 0; i < node->count; i++) {
		fputs(i ? ", " : "", out);
		if (node->entries[i].key) {
			tree_print_scalar(node->entries[i].key->text, true, out);
			fputs(": ", out);
		}
		tree_print_flow(node->entries[i].value, out);
	}
	fputc(node->type == NODE_MAPPING ? '}' : ']', out);
}

/* What is better read with a line for each of its elements. */
static bool is_long(const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (node->entries[i].value->count)
			return true;
	return false;
}

void tree_print(const struct node *map, unsigned indent, FILE *out)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct node *value = map->entries[i].value;

		fprintf(out, "%*s", (int)indent, "");
		tree_print_scalar(map->entries[i].key->text, true, out);
		fputc(':', out);
		if (value->type == NODE_SEQUENCE && is_long(value)) {
			fputc('\n', out);
			for (size_t j = 0; j < value->count; j++) {
				const struct node *element = value->entries[j].value;

				/* "- plug: {...}" */
				fprintf(out, "%*s- ", (int)indent + 2, "");
				if (element->type == NODE_MAPPING && element->count == 1) {
					fprintf(out, "%s: ", element->entries[0].key->text);
					element = element->entries[0].value;
				}
				tree_print_flow(element, out);
				fputc('\n', out);
			}
		} else if (value->type == NODE_MAPPING && value->count && indent == 0) {
			fputc('\n', out);
			tree_print(value, indent + 2, out);
		} else {
			fputc(' ', out);
			tree_print_flow(value, out);
			fputc('\n', out);
		}
	}
}
