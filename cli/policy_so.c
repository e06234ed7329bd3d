// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE	/* dlinfo() */
#include "cli/policy_so.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HPTSIM_POLICY_HOST
#include "include/hptsim/policy.h"
#include "cli/command.h"
#include "sim/policies/external.h"

#define SYMBOL		"hptsim_policy"
#define NAME_CHARS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* Variables of the plug-in, as they were after loading it. */
struct image {
	unsigned char *start;
	size_t size;
	unsigned char *copy;
};

struct policy_so {
	const char *path;
	void *handle;
	struct image *images;
	size_t image_count;
	struct external *external;
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

static bool add_image(struct policy_so *so, uintptr_t start, uintptr_t end)
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
	struct policy_so *so;
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

/* Static variables of a plug-in are the kernel's: a run begins with a boot. */
static void reset(void *ctx)
{
	const struct policy_so *so = ctx;

	for (size_t i = 0; i < so->image_count; i++)
		copy_bytes(so->images[i].start, so->images[i].copy, so->images[i].size);
}

static int keep_variables(struct policy_so *so)
{
	struct search search = { .so = so };
	struct link_map *map;

	if (dlinfo(so->handle, RTLD_DI_LINKMAP, &map)) {
		cli_error("%s: %s", so->path, dlerror());
		return EXIT_TROUBLE;
	}
	search.base = map->l_addr;
	dl_iterate_phdr(keep_segments, &search);
	return search.no_memory ? cli_no_memory() : EXIT_FINE;
}

static int check_name(const struct policy_so *so, const char *name)
{
	if (!name || !*name) {
		cli_error("%s: the policy has no name", so->path);
		return EXIT_USAGE;
	}
	if (name[strspn(name, NAME_CHARS)]) {
		cli_error("%s: policy name '%s' has other characters than a-z, A-Z, 0-9, '.', '_', '-'",
			  so->path, name);
		return EXIT_USAGE;
	}
	if (policy_find(name) || strcmp(name, "all") == 0) {
		cli_error("%s: policy name '%s' is hptsim's own; give yours another one", so->path, name);
		return EXIT_USAGE;
	}
	return EXIT_FINE;
}

static int check_plugin(const struct policy_so *so, const struct hptsim_policy *plugin)
{
	if (!plugin) {
		cli_error("%s: no symbol '" SYMBOL "'; is HPTSIM_POLICY() in it?", so->path);
		return EXIT_USAGE;
	}
	/* the rest of it may be anything if this differs */
	if (plugin->abi != HPTSIM_POLICY_ABI) {
		cli_error("%s: built for plug-in ABI %u, this hptsim has %u: build it again with its header",
			  so->path, plugin->abi, HPTSIM_POLICY_ABI);
		return EXIT_USAGE;
	}
	if (!plugin->call) {
		cli_error("%s: '" SYMBOL "' was not made by HPTSIM_POLICY()", so->path);
		return EXIT_USAGE;
	}
	return check_name(so, plugin->name);
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

static int load(struct policy_so *so)
{
	const struct hptsim_policy *plugin;
	const char *why;
	int code;

	so->handle = *so->path ? open_file(so->path) : NULL;
	if (!so->handle) {
		why = *so->path ? dlerror() : NULL;
		cli_error("cannot load policy '%s'%s%s", so->path, why ? ": " : "", why ? why : "");
		return EXIT_USAGE;
	}
	plugin = dlsym(so->handle, SYMBOL);
	code = check_plugin(so, plugin);
	if (code == EXIT_FINE)
		code = keep_variables(so);
	if (code != EXIT_FINE)
		return code;
	so->external = external_new(plugin, reset, so);
	return so->external ? EXIT_FINE : cli_no_memory();
}

static void so_free(struct policy_so *so)
{
	external_free(so->external);
	for (size_t i = 0; i < so->image_count; i++)
		free(so->images[i].copy);
	free(so->images);
	if (so->handle)
		dlclose(so->handle);
	free(so);
}

static int keep(struct policy_so_list *list, struct policy_so *so)
{
	const char *name = policy_so_policy(so)->name;
	struct policy_so **sos;

	if (policy_so_find(list, name)) {
		cli_error("%s: a policy '%s' is loaded already", so->path, name);
		return EXIT_USAGE;
	}
	sos = realloc(list->sos, (list->count + 1) * sizeof(struct policy_so *));
	if (!sos)
		return cli_no_memory();
	list->sos = sos;
	sos[list->count++] = so;
	return EXIT_FINE;
}

int policy_so_add(struct policy_so_list *list, const char *path)
{
	struct policy_so *so = calloc(1, sizeof(*so));
	int code;

	if (!so)
		return cli_no_memory();
	so->path = path;
	code = load(so);
	if (code == EXIT_FINE)
		code = keep(list, so);
	if (code != EXIT_FINE)
		so_free(so);
	return code;
}

void policy_so_release(struct policy_so_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		so_free(list->sos[i]);
	free(list->sos);
	*list = (struct policy_so_list){ 0 };
}

const struct policy *policy_so_policy(const struct policy_so *so)
{
	return external_policy(so->external);
}

const struct policy *policy_so_find(const struct policy_so_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct policy *policy = policy_so_policy(list->sos[i]);

		if (strcmp(policy->name, name) == 0)
			return policy;
	}
	return NULL;
}

int policy_so_clash(const struct policy_so_list *list, const char *path, const struct scenario *sc)
{
	int code = EXIT_FINE;

	for (size_t i = 0; i < sc->policy_count; i++) {
		if (!policy_so_find(list, sc->policies[i]->name))
			continue;
		cli_error("%s: makes a policy '%s', and so does a --policy-so", path, sc->policies[i]->name);
		code = EXIT_USAGE;
	}
	return code;
}
