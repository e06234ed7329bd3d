/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/node.h"

#include <string.h>
#include <yaml.h>

#include "base/text.h"

struct anchor {
	const char *name;
	struct node *node;
	struct srcpos pos;
	bool open;		/* its node is still being read */
};

struct builder {
	struct arena *arena;
	struct diag_list *diags;
	const struct source *src;
	unsigned col_offset;
	yaml_parser_t parser;
	yaml_event_t event;	/* the current one */
	bool have_event;
	bool stopped;		/* an error that leaves no tree */
	size_t node_count;	/* aliases expanded */
	struct anchor anchors[NODE_ANCHOR_MAX];
	size_t anchor_count;
};

static struct node *build_node(struct builder *b, unsigned depth);

static struct srcpos mark_pos(const struct builder *b, yaml_mark_t start, yaml_mark_t end)
{
	struct srcpos pos = { .source = b->src, .line = (unsigned)start.line + 1,
			      .col = (unsigned)start.column + 1 };

	if (start.line == end.line)
		pos.width = (unsigned)(end.column - start.column);
	else
		pos.width = DIAG_TO_LINE_END;
	if (start.line == 0)
		pos.col += b->col_offset;
	return pos;
}

static struct srcpos event_pos(const struct builder *b)
{
	return mark_pos(b, b->event.start_mark, b->event.end_mark);
}

/* libyaml counts a line more at the end of the text: the user sees none there. */
static struct srcpos problem_pos(const struct builder *b)
{
	struct srcpos pos = mark_pos(b, b->parser.problem_mark, b->parser.problem_mark);
	struct srcpos last = { .source = b->src, .line = 1, .col = 1 }, at = last;
	const char *s = b->src->text, *end = s + b->src->size;
	uint32_t code;
	size_t step;

	for (; s < end; s += step) {
		step = text_break(s, (size_t)(end - s));
		if (step) {
			at.line++;
			at.col = 1;
			continue;
		}
		step = text_utf8(s, (size_t)(end - s), &code);
		at.col++;
		last = at;
	}
	return pos.line > last.line ? last : pos;
}

static bool tab_at(const struct builder *b, yaml_mark_t mark)
{
	const char *s = b->src->text + b->col_offset, *end = b->src->text + b->src->size;
	uint32_t code;
	size_t i, step;

	for (i = 0; i < mark.index && s < end; i++, s += step) {
		step = text_utf8(s, (size_t)(end - s), &code);
		if (!step)
			return false;
	}
	return s < end && *s == '\t';
}

/* Does the mark's line have @text in it? */
static bool line_has(const struct builder *b, yaml_mark_t mark, const char *text)
{
	const char *s = b->src->text + b->col_offset, *end = b->src->text + b->src->size;
	size_t size = strlen(text), step;

	for (size_t line = mark.line; line && s < end; s += step) {
		step = text_break(s, (size_t)(end - s));
		line -= step != 0;
		step = step ? step : 1;
	}
	for (; s < end && !text_break(s, (size_t)(end - s)); s++)
		if ((size_t)(end - s) >= size && memcmp(s, text, size) == 0)
			return true;
	return false;
}

static void syntax_error(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const char *problem = p->problem ? p->problem : "malformed input";
	yaml_mark_t context = p->context_mark;

	b->stopped = true;
	if (p->error == YAML_MEMORY_ERROR)
		longjmp(*b->arena->on_oom, 1);
	diag_error(b->diags, problem_pos(b), RULE_YAML_SYNTAX, "%s", problem);
	if (tab_at(b, p->problem_mark))
		diag_hint(b->diags, "YAML is indented with spaces, not with tabs");
	else if (line_has(b, p->problem_mark, ": >"))
		diag_hint(b->diags, "a value that begins with '>' stands in quotes");
	if (p->context && (context.line != p->problem_mark.line ||
			   context.column != p->problem_mark.column))
		diag_note(b->diags, mark_pos(b, context, context), "%s", p->context);
}

static void drop_event(struct builder *b)
{
	if (b->have_event)
		yaml_event_delete(&b->event);
	b->have_event = false;
}

static bool next_event(struct builder *b)
{
	drop_event(b);
	if (!b->stopped && !yaml_parser_parse(&b->parser, &b->event))
		syntax_error(b);
	b->have_event = !b->stopped;
	return b->have_event;
}

static bool count_nodes(struct builder *b, size_t more)
{
	b->node_count += more;
	if (b->node_count <= NODE_COUNT_MAX)
		return true;
	diag_error(b->diags, event_pos(b), RULE_TOO_MANY_NODES,
		   "more than %zu nodes, aliases expanded", NODE_COUNT_MAX);
	b->stopped = true;
	return false;
}

static void reject_tag(struct builder *b, const yaml_char_t *tag)
{
	if (!tag)
		return;
	diag_error(b->diags, event_pos(b), RULE_UNKNOWN_TAG, "the tag '%.60s' means nothing here",
		   (const char *)tag);
	diag_hint(b->diags, "leave the tag out");
}

static struct anchor *find_anchor(struct builder *b, const char *name)
{
	size_t i = b->anchor_count;

	while (i--) {
		if (strcmp(b->anchors[i].name, name) == 0)
			return &b->anchors[i];
	}
	return NULL;
}

/* A name may be used again: the latest one counts, as in YAML. */
static struct anchor *add_anchor(struct builder *b, const yaml_char_t *name, struct node *node)
{
	struct anchor *anchor;

	if (!name)
		return NULL;
	anchor = find_anchor(b, (const char *)name);
	if (anchor && anchor->open)
		anchor = NULL;		/* keep it: inside it an alias is cyclic */
	if (!anchor && b->anchor_count == NODE_ANCHOR_MAX) {
		diag_error(b->diags, event_pos(b), RULE_TOO_MANY_NODES,
			   "more than %zu anchors", NODE_ANCHOR_MAX);
		b->stopped = true;
		return NULL;
	}
	if (!anchor) {
		anchor = &b->anchors[b->anchor_count++];
		anchor->name = arena_strdup(b->arena, (const char *)name);
	}
	anchor->node = node;
	anchor->pos = event_pos(b);
	anchor->open = true;
	return anchor;
}

static struct node *new_node(struct builder *b, enum node_type type)
{
	struct node *node = arena_alloc(b->arena, sizeof(*node));

	node->type = type;
	node->pos = event_pos(b);
	node->text = "";
	node->size = 1;
	return node;
}

static struct node *build_alias(struct builder *b, unsigned depth)
{
	const char *name = (const char *)b->event.data.alias.anchor;
	struct anchor *anchor = find_anchor(b, name);
	struct node *copy = new_node(b, NODE_SCALAR);

	if (!anchor || anchor->open) {
		if (!anchor)
			diag_error(b->diags, copy->pos, RULE_UNKNOWN_ALIAS,
				   "no anchor '&%.60s' before this alias", name);
		else
			diag_error(b->diags, copy->pos, RULE_CYCLIC_ALIAS,
				   "the alias '*%.60s' is inside the node that it names", name);
		if (anchor)
			diag_note(b->diags, anchor->pos, "the node starts here");
		b->stopped = true;
		return NULL;
	}
	if (depth + anchor->node->height > NODE_DEPTH_MAX) {
		diag_error(b->diags, copy->pos, RULE_TOO_DEEP,
			   "nested more than %u deep, aliases expanded", NODE_DEPTH_MAX);
		b->stopped = true;
		return NULL;
	}
	if (!count_nodes(b, anchor->node->size))
		return NULL;
	*copy = *anchor->node;
	copy->pos = event_pos(b);
	return copy;
}

static struct node *build_scalar(struct builder *b)
{
	struct node *node = new_node(b, NODE_SCALAR);
	const char *text = (const char *)b->event.data.scalar.value;
	size_t size = b->event.data.scalar.length;

	reject_tag(b, b->event.data.scalar.tag);
	node->plain = b->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (memchr(text, '\0', size))
		diag_error(b->diags, node->pos, RULE_CONTROL_CHARACTER,
			   "a NUL character cannot be part of a text");
	node->text = arena_strndup(b->arena, text, size);
	return count_nodes(b, 1) ? node : NULL;
}

static void append(struct builder *b, struct node *node, struct node *key, struct node *value)
{
	node->entries = arena_push(b->arena, node->entries, node->count, sizeof(*node->entries));
	node->entries[node->count++] = (struct node_entry){ .key = key, .value = value };
	node->size += value->size + (key ? 1 : 0);
	if (value->height + 1 > node->height)
		node->height = value->height + 1;
}

static void build_items(struct builder *b, struct node *node, unsigned depth)
{
	while (next_event(b) && b->event.type != YAML_SEQUENCE_END_EVENT) {
		struct node *item = build_node(b, depth + 1);

		if (!item)
			return;
		append(b, node, NULL, item);
	}
}

/* Says what is wrong with a key; false: leave it and its value out. */
static bool check_key(struct builder *b, const struct node *node, const struct node *key)
{
	const struct node_entry *first;

	if (key->type != NODE_SCALAR) {
		diag_error(b->diags, key->pos, RULE_BAD_KEY, "a key must be plain text, not %s",
			   node_type_name(key));
		return false;
	}
	first = node_find(node, key->text);
	if (first) {
		diag_error(b->diags, key->pos, RULE_DUPLICATE_KEY, "'%.60s' is set twice", key->text);
		diag_note(b->diags, first->key->pos, "first set here");
	}
	return !first;
}

static void build_pairs(struct builder *b, struct node *node, unsigned depth)
{
	while (next_event(b) && b->event.type != YAML_MAPPING_END_EVENT) {
		struct node *key, *value;

		if (node->count == NODE_KEY_MAX) {
			diag_error(b->diags, event_pos(b), RULE_TOO_MANY_NODES,
				   "more than %zu keys in one mapping", NODE_KEY_MAX);
			b->stopped = true;
			return;
		}
		key = build_node(b, depth + 1);
		if (!key || !next_event(b))
			return;
		value = build_node(b, depth + 1);
		if (!value)
			return;
		if (check_key(b, node, key))
			append(b, node, key, value);
	}
}

static struct node *build_node(struct builder *b, unsigned depth)
{
	struct anchor *anchor;
	struct node *node;
	bool mapping = b->event.type == YAML_MAPPING_START_EVENT;

	if (b->event.type == YAML_ALIAS_EVENT)
		return build_alias(b, depth);
	if (b->event.type == YAML_SCALAR_EVENT) {
		node = build_scalar(b);
		if (node) {
			anchor = add_anchor(b, b->event.data.scalar.anchor, node);
			if (anchor)
				anchor->open = false;
		}
		return b->stopped ? NULL : node;
	}
	if (depth == NODE_DEPTH_MAX) {
		diag_error(b->diags, event_pos(b), RULE_TOO_DEEP, "nested more than %u deep",
			   NODE_DEPTH_MAX);
		b->stopped = true;
		return NULL;
	}
	node = new_node(b, mapping ? NODE_MAPPING : NODE_SEQUENCE);
	node->height = 1;
	if (!count_nodes(b, 1))
		return NULL;
	if (mapping) {
		reject_tag(b, b->event.data.mapping_start.tag);
		anchor = add_anchor(b, b->event.data.mapping_start.anchor, node);
		build_pairs(b, node, depth);
	} else {
		reject_tag(b, b->event.data.sequence_start.tag);
		anchor = add_anchor(b, b->event.data.sequence_start.anchor, node);
		build_items(b, node, depth);
	}
	if (anchor)
		anchor->open = false;
	return b->stopped ? NULL : node;
}

static struct node *build_document(struct builder *b)
{
	struct srcpos start = { .source = b->src, .line = 1, .col = b->col_offset + 1 };
	struct node *root = NULL;

	if (!next_event(b) || !next_event(b))	/* start of stream; of document or end of stream */
		return NULL;
	if (b->event.type == YAML_DOCUMENT_START_EVENT) {
		if (!next_event(b))
			return NULL;
		root = build_node(b, 0);
		if (!root || !next_event(b) || !next_event(b))	/* end of document; what is next? */
			return NULL;
		if (b->event.type == YAML_DOCUMENT_START_EVENT) {
			diag_error(b->diags, event_pos(b), RULE_SECOND_DOCUMENT,
				   "a second document starts here");
			diag_hint(b->diags, "put it into a file of its own");
		}
	}
	if (!root || (root->type == NODE_SCALAR && root->plain && !*root->text)) {
		diag_error(b->diags, start, RULE_EMPTY_DOCUMENT, "there is nothing in it");
		return NULL;
	}
	return root;
}

/* Text that libyaml must not see: it knows no place for it. */
static bool check_text(const struct source *src, struct diag_list *diags)
{
	struct srcpos pos = { .source = src, .line = 1, .col = 1, .width = 1 };
	size_t at, step;
	uint32_t code;

	for (at = 0; at < src->size; at += step) {
		const char *s = src->text + at;
		size_t rest = src->size - at;

		step = text_utf8(s, rest, &code);
		if (!step) {
			diag_error(diags, pos, RULE_NOT_UTF8, "byte 0x%02x is not UTF-8 here",
				   (unsigned)(unsigned char)*s);
			diag_hint(diags, "save the file as UTF-8");
			return false;
		}
		if ((code < 0x20 && code != '\t' && code != '\n' && code != '\r') ||
		    (code >= 0x7f && code < 0xa0 && code != 0x85) || code == 0xfffe || code == 0xffff) {
			diag_error(diags, pos, RULE_CONTROL_CHARACTER,
				   "the control character U+%04X is not allowed", (unsigned)code);
			return false;
		}
		if (text_break(s, rest)) {
			step = text_break(s, rest);
			pos.line++;
			pos.col = 1;
		} else {
			pos.col++;
		}
	}
	return true;
}

struct node *node_parse(struct arena *a, const struct source *src,
			unsigned col_offset, struct diag_list *diags)
{
	jmp_buf here, *outer = a->on_oom;
	struct builder *b;
	struct node *root;

	if (!check_text(src, diags))
		return NULL;
	b = arena_alloc(a, sizeof(*b));
	b->arena = a;
	b->diags = diags;
	b->src = src;
	b->col_offset = col_offset;
	if (!yaml_parser_initialize(&b->parser))
		longjmp(*outer, 1);
	/* libyaml's memory is not the arena's: give it back before jumping on */
	if (setjmp(here)) {
		drop_event(b);
		yaml_parser_delete(&b->parser);
		a->on_oom = outer;
		longjmp(*outer, 1);
	}
	a->on_oom = &here;
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b->parser, (const unsigned char *)src->text + col_offset,
				     src->size - col_offset);
	root = build_document(b);
	drop_event(b);
	yaml_parser_delete(&b->parser);
	a->on_oom = outer;
	return root;
}
