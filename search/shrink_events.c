// SPDX-License-Identifier: GPL-2.0-or-later
/* Fewer events, and simpler ones. */
#include <inttypes.h>
#include <string.h>

#include "search/sequence.h"
#include "search/shrink.h"
#include "sim/units.h"

static struct node *events_of(struct node *root)
{
	return tree_at(root, "events");
}

/* The mapping or scalar of the event, not its `at`. */
static struct node_entry *body_of(struct node *event)
{
	for (size_t i = 0; i < event->count; i++)
		if (strcmp(event->entries[i].key->text, "at") != 0)
			return &event->entries[i];
	return NULL;
}

static bool cut(struct shrinker *s, size_t from, size_t count)
{
	struct node *root = shrink_copy(s);

	if (count >= events_of(root)->count)
		return false;
	tree_cut(events_of(root), from, count);
	return shrink_keep(s, root);
}

/* Half of them, a quarter, ..., each one. */
static bool cut_all(struct shrinker *s)
{
	bool any = false;

	for (size_t size = (events_of(s->best)->count + 1) / 2; size; size = size > 1 ? (size + 1) / 2 : 0)
		for (size_t from = 0; from < events_of(s->best)->count;) {
			size_t left = events_of(s->best)->count - from;

			if (cut(s, from, size < left ? size : left))
				any = true;
			else
				from += size;
		}
	return any;
}

static const char *id_of(struct node *event)
{
	const struct node_entry *body = body_of(event);
	const struct node *id = body ? node_get(body->value, "id") : NULL;

	return id ? id->text : NULL;
}

/* What brings memory and what takes it away again, together. */
static bool cut_pairs(struct shrinker *s)
{
	bool any = false;

	for (size_t i = 0; i + 1 < events_of(s->best)->count;) {
		struct node *root = shrink_copy(s), *events = events_of(root);
		const char *id = id_of(events->entries[i].value);
		size_t kept = i;

		for (size_t k = i; id && k < events->count; k++) {
			const char *other = id_of(events->entries[k].value);

			if (!other || strcmp(other, id) != 0)
				events->entries[kept++] = events->entries[k];
		}
		if (id && kept && kept + 1 < events->count) {
			events->count = kept;
			if (shrink_keep(s, root)) {
				any = true;
				continue;
			}
		}
		i++;
	}
	return any;
}

static bool leave_out(struct shrinker *s, size_t which, const char *key)
{
	struct node *root = shrink_copy(s), *event = events_of(root)->entries[which].value;

	if (strcmp(key, "at") == 0)
		tree_remove(event, key);
	else if (body_of(event)->value->type == NODE_MAPPING)
		tree_remove(body_of(event)->value, key);
	return shrink_keep(s, root);
}

static size_t rank(const char *by)
{
	static const char *const bys[] = { "count", "index", "indexed-count", "each-index" };
	size_t i;

	for (i = 0; i < 4 && strcmp(bys[i], by) != 0; i++)
		;
	return i;
}

/* A request of a simpler form, for one LMB. */
static bool simplify_request(struct shrinker *s, size_t which, const char *by)
{
	struct node *root = shrink_copy(s), *body = body_of(events_of(root)->entries[which].value)->value;
	const struct node *old = node_get(body, "by"), *drc = node_get(body, "drc");
	char text[32];

	if (!old || rank(by) >= rank(old->text))
		return false;
	snprintf(text, sizeof(text), "0x%" PRIx64, sequence_first_drc(root));
	if (drc)
		snprintf(text, sizeof(text), "%s", drc->text);
	tree_remove(body, "count");
	tree_remove(body, "drc");
	tree_set(shrink_arena(s), body, "by", by);
	if (rank(by) == 0)
		tree_set(shrink_arena(s), body, "count", "1");
	else
		tree_set(shrink_arena(s), body, "drc", text);
	return shrink_keep(s, root);
}

static void set_size(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	char text[TEXT_BYTES_MAX];

	tree_set(shrink_arena(s), root, n->path, text_from_bytes(value * n->unit, text));
}

static void set_given_size(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	tree_set(shrink_arena(s), root, n->path, n->axis->values[value].text);
}

static void set_plain(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	tree_set(shrink_arena(s), root, n->path, text);
}

static void set_drc(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, n->base + value);
	tree_set(shrink_arena(s), root, n->path, text);
}

static void set_ms(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "ms", value);
	tree_set(shrink_arena(s), root, n->path, text);
}

static bool smaller_size(struct shrinker *s, const char *path, const char *text)
{
	uint64_t lmb = bounds_size_at(s->best, "guest.lmb_size", SZ_256M), bytes;
	const struct scenario_axis *axis = s->b->sizes;
	const char *unit;
	size_t i;

	if (text_quantity(text, text_size_units, &unit, &bytes) != TEXT_OK)
		return false;
	if (!axis)
		return shrink_number(s, (struct shrink_number){
			.value = bytes / lmb, .lowest = 1, .set = set_size, .path = path, .unit = lmb });
	for (i = 0; i < axis->count && (uint64_t)axis->values[i].number != bytes; i++)
		;
	return i < axis->count && shrink_number(s, (struct shrink_number){
		.value = i, .set = set_given_size, .path = path, .axis = axis });
}

/* The first of device memory, or of all. */
static bool smaller_drc(struct shrinker *s, const char *path, const char *text)
{
	uint64_t first = sequence_first_drc(s->best), drc, base;

	if (text_uint(text, &drc) != TEXT_OK)
		return false;
	base = drc >= first ? first : drc >= SEQUENCE_DRC_MEMORY ? SEQUENCE_DRC_MEMORY : 0;
	return shrink_number(s, (struct shrink_number){ .value = drc - base, .base = base, .set = set_drc, .path = path });
}

static bool smaller_number(struct shrinker *s, size_t which, const char *kind, const char *key)
{
	char path[256];
	const struct node *node;
	const char *unit;
	uint64_t value;

	snprintf(path, sizeof(path), "events.%zu.%s%s%s", which, kind, *key ? "." : "", key);
	node = tree_at(s->best, path);
	if (!node || node->type != NODE_SCALAR)
		return false;
	if (strcmp(key, "size") == 0)
		return smaller_size(s, path, node->text);
	if (strcmp(key, "drc") == 0)
		return smaller_drc(s, path, node->text);
	if (strcmp(key, "count") == 0)
		return text_uint(node->text, &value) == TEXT_OK && shrink_number(s, (struct shrink_number){
			.value = value, .lowest = 1, .set = set_plain, .path = path });
	if (text_quantity(node->text, text_time_units, &unit, &value) != TEXT_OK)
		return false;
	return shrink_number(s, (struct shrink_number){ .value = value / 1000000, .set = set_ms, .path = path });
}

static bool shrink_event(struct shrinker *s, size_t which)
{
	static const char *const keys[] = { "at", "notify", "address", "driver" };
	static const char *const numbers[] = { "size", "count", "drc" };
	struct node *event = events_of(s->best)->entries[which].value;
	char kind[64];
	bool any = false;

	if (!body_of(event))
		return false;
	snprintf(kind, sizeof(kind), "%s", body_of(event)->key->text);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		any = leave_out(s, which, keys[i]) || any;
	if (strcmp(kind, "add") == 0 || strcmp(kind, "remove") == 0)
		any = simplify_request(s, which, "count") || simplify_request(s, which, "index") || any;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		any = smaller_number(s, which, kind, numbers[i]) || any;
	any = smaller_number(s, which, "at", "") || any;
	return (strcmp(kind, "wait") == 0 && smaller_number(s, which, "wait", "")) || any;
}

bool shrink_events(struct shrinker *s)
{
	bool any = cut_all(s);

	any = cut_pairs(s) || any;
	for (size_t i = 0; i < events_of(s->best)->count; i++)
		any = shrink_event(s, i) || any;
	return any;
}

/* All that is called @old from event @from on is called @new. */
static void rename_id(struct shrinker *s, struct node *events, size_t from, const char *old, const char *new)
{
	for (size_t i = from; i < events->count; i++) {
		const char *id = id_of(events->entries[i].value);

		if (id && strcmp(id, old) == 0)
			tree_set(shrink_arena(s), body_of(events->entries[i].value)->value, "id", new);
	}
}

void shrink_rename(struct shrinker *s)
{
	struct node *root = shrink_copy(s), *events = events_of(root);
	unsigned dimms = 0, ranges = 0;

	for (size_t i = 0; i < events->count; i++) {
		const struct node_entry *body = body_of(events->entries[i].value);
		const char *old = id_of(events->entries[i].value);
		bool plug = body && strcmp(body->key->text, "plug") == 0;
		char id[32];

		if (!old || !node_get(body->value, "size"))
			continue;
		snprintf(id, sizeof(id), "%c%u", plug ? 'd' : 'r', plug ? ++dimms : ++ranges);
		rename_id(s, events, i, arena_strdup(shrink_arena(s), old), id);
	}
	shrink_keep(s, root);
}
