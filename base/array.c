// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/array.h"

#include <stdlib.h>

#define ROOM_FIRST	64

void *array_grow(void *items, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : ROOM_FIRST;

	if (count < *room)
		return items;
	items = realloc(items, more * size);
	if (items)
		*room = more;
	return items;
}
