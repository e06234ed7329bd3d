/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_ARRAY_H
#define HPTSIM_ARRAY_H
#include <stddef.h>

/**
 * array_grow - room for one element more
 * @items: malloc()ed, or NULL; @count elements of @size bytes, room for @room
 *
 * Returns where they are now, or NULL: out of memory, and @items is as it was.
 */
void *array_grow(void *items, size_t count, size_t *room, size_t size);

#endif
