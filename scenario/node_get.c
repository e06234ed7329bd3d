/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking into a tree of nodes. */
#include "scenario/node.h"

#include <string.h>

const struct node_entry *node_find(const struct node *map, const char *key)
{
	size_t i;

	if (!map || map->type != NODE_MAPPING)
		return NULL;
	for (i = 0; i < map->count; i++) {
		if (strcmp(map->entries[i].key->text, key) == 0)
			return &map->entries[i];
	}
	return NULL;
}

const struct node *node_get(const struct node *map, const char *key)
{
	const struct node_entry *entry = node_find(map, key);

	return entry ? entry->value : NULL;
}

const char *node_type_name(const struct node *node)
{
	static const char *const names[] = {
		[NODE_SCALAR] = "a scalar", [NODE_SEQUENCE] = "a sequence", [NODE_MAPPING] = "a mapping",
	};

	return names[node->type];
}
