/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* dlinfo(), dl_iterate_phdr() */
#include "kernel/so.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Variables, as they were after loading. */
struct image {
	unsigned char *start;
	size_t size;
	unsigned char *copy;
};

struct so {
	void *handle;
	uintptr_t base, size;
	struct image *images;
	size_t image_count;
};

/*
 * Not memcpy(), which AddressSanitizer watches: between the variables there are
 * bytes of its own that nobody may touch otherwise.
 */
__attribute__((no_sanitize("address")))
static void copy_bytes(volatile unsigned char *to, const unsigned char *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = from[i];
}

static bool add_image(struct so *so, uintptr_t start, uintptr_t end)
{
	struct image *images = realloc(so->images, (so->image_count + 1) * sizeof(*images));
	struct image *image;

	if (!images)
		return false;
	so->images = images;
	image = &images[so->image_count];
	*image = (struct image){
		.start = (unsigned char *)start, .size = end - start, .copy = malloc(end - start),
	};
	if (!image->copy)
		return false;
	copy_bytes(image->copy, image->start, image->size);
	so->image_count++;
	return true;
}

struct search {
	struct so *so;
	uintptr_t base;
	bool no_memory;
};

/* What may be written of the object at @base; the loader made RELRO read-only. */
static int keep_segments(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), fixed = 0;

	if (info->dlpi_addr != search->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD && ph->p_vaddr + ph->p_memsz > search->so->size)
			search->so->size = ph->p_vaddr + ph->p_memsz;
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_GNU_RELRO)
			fixed = (search->base + ph->p_vaddr + ph->p_memsz) & ~(page - 1);
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t start = search->base + ph->p_vaddr, end = start + ph->p_memsz;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
			continue;
		if (start < fixed && fixed < end)
			start = fixed;
		if (start < end && end > fixed && !add_image(search->so, start, end))
			search->no_memory = true;
	}
	return 1;
}

void so_reset(void *ctx)
{
	const struct so *so = ctx;

	for (size_t i = 0; i < so->image_count; i++)
		copy_bytes(so->images[i].start, so->images[i].copy, so->images[i].size);
}

/* dlopen() looks up names without a slash in the system's directories. */
static void *open_file(const char *path)
{
	void *handle;
	char *here;

	if (strchr(path, '/'))
		return dlopen(path, RTLD_NOW | RTLD_LOCAL);
	here = malloc(strlen(path) + sizeof("./"));
	if (!here)
		return NULL;
	sprintf(here, "./%s", path);
	handle = dlopen(here, RTLD_NOW | RTLD_LOCAL);
	free(here);
	return handle;
}

enum so_status so_open(const char *path, struct so **out, const char **why)
{
	struct so *so = calloc(1, sizeof(*so));
	struct search search = { .so = so };
	struct link_map *map;

	*why = NULL;
	*out = so;
	if (!so)
		return SO_ENOMEM;
	so->handle = *path ? open_file(path) : NULL;
	if (!so->handle || dlinfo(so->handle, RTLD_DI_LINKMAP, &map)) {
		*why = *path ? dlerror() : NULL;
		so_close(so);
		*out = NULL;
		return SO_EOPEN;
	}
	search.base = so->base = map->l_addr;
	dl_iterate_phdr(keep_segments, &search);
	if (!search.no_memory)
		return SO_OK;
	so_close(so);
	*out = NULL;
	return SO_ENOMEM;
}

void so_close(struct so *so)
{
	if (!so)
		return;
	for (size_t i = 0; i < so->image_count; i++)
		free(so->images[i].copy);
	free(so->images);
	if (so->handle)
		dlclose(so->handle);
	free(so);
}

void *so_symbol(const struct so *so, const char *name)
{
	return dlsym(so->handle, name);
}

bool so_offset(const struct so *so, const void *address, uintptr_t *offset)
{
	uintptr_t at = (uintptr_t)address;

	*offset = at - so->base;
	return at >= so->base && *offset < so->size;
}
