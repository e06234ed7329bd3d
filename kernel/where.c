/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/where.h"

#include <elf.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/leave.h"
#include "kernel/build.h"

#define PLACES_MAX	24

struct function {
	size_t start, size;
	const char *name;
};

struct symbols {
	char *file;
	struct function *functions;
	size_t count;
};

static bool add_functions(struct symbols *s, const char *file, size_t size, const ElfW(Shdr) *table,
			  const ElfW(Shdr) *strings)
{
	size_t count = table->sh_entsize ? table->sh_size / table->sh_entsize : 0;

	if (table->sh_offset + table->sh_size > size || strings->sh_offset + strings->sh_size > size)
		return false;
	s->functions = calloc(count + 1, sizeof(*s->functions));
	for (size_t i = 0; s->functions && i < count; i++) {
		ElfW(Sym) symbol;

		memcpy(&symbol, file + table->sh_offset + i * table->sh_entsize, sizeof(symbol));
		if ((symbol.st_info & 0xf) != STT_FUNC || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= strings->sh_size)
			continue;
		s->functions[s->count++] = (struct function){
			.start = symbol.st_value, .size = symbol.st_size, .name = file + strings->sh_offset + symbol.st_name,
		};
	}
	return s->functions;
}

static bool find_table(struct symbols *s, const char *file, size_t size)
{
	ElfW(Ehdr) header;

	if (size < sizeof(header))
		return false;
	memcpy(&header, file, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof(ElfW(Shdr)) ||
	    header.e_shoff + (size_t)header.e_shnum * sizeof(ElfW(Shdr)) > size)
		return false;
	for (unsigned i = 0; i < header.e_shnum; i++) {
		ElfW(Shdr) table, strings;

		memcpy(&table, file + header.e_shoff + i * sizeof(table), sizeof(table));
		if (table.sh_type != SHT_SYMTAB || table.sh_link >= header.e_shnum)
			continue;
		memcpy(&strings, file + header.e_shoff + table.sh_link * sizeof(strings), sizeof(strings));
		return add_functions(s, file, size, &table, &strings);
	}
	return false;
}

struct symbols *symbols_read(const char *path)
{
	struct symbols *s = calloc(1, sizeof(*s));
	size_t size;

	if (!s)
		return NULL;
	s->file = file_read(path, &size);
	if (s->file && find_table(s, s->file, size))
		return s;
	symbols_free(s);
	return NULL;
}

void symbols_free(struct symbols *s)
{
	if (!s)
		return;
	free(s->functions);
	free(s->file);
	free(s);
}

const char *symbols_find(const struct symbols *s, size_t offset)
{
	for (size_t i = 0; s && i < s->count; i++)
		if (offset - s->functions[i].start < s->functions[i].size)
			return s->functions[i].name;
	return NULL;
}

/* Two lines each: function, then "/hptsim/arch/...c:123". The shim's own are not it. */
static bool take_answer(char *lines, char *text, size_t size)
{
	char *function = strtok(lines, "\n"), *place = function ? strtok(NULL, "\n") : NULL;

	for (; function && place; function = strtok(NULL, "\n"), place = function ? strtok(NULL, "\n") : NULL) {
		char *more = strstr(place, " (discriminator");

		if (more)
			*more = '\0';
		if (strncmp(place, BUILD_PREFIX, strlen(BUILD_PREFIX)) != 0)
			continue;
		place += strlen(BUILD_PREFIX);
		if (strncmp(place, "headers/", 8) == 0 || strncmp(place, "hptsim:", 7) == 0 || strstr(place, ":?"))
			continue;
		snprintf(text, size, "%s in %s()", place, function);
		return true;
	}
	return false;
}

void where_is(const struct so *so, const char *path, const void *const *places, size_t count, char *text, size_t size)
{
	char offsets[PLACES_MAX][24], log[] = "/tmp/hptsim-where-XXXXXX";
	const char *argv[PLACES_MAX + 6] = { "addr2line", "-f", "-i", "-e", path };
	size_t n = 5, used = 0;
	int fd, left;

	*text = '\0';
	for (size_t i = 0; i < count && used < PLACES_MAX; i++) {
		uintptr_t offset;

		if (!so_offset(so, places[i], &offset))
			continue;
		snprintf(offsets[used], sizeof(offsets[used]), "0x%" PRIxPTR, offset);
		argv[n++] = offsets[used++];
	}
	fd = used ? mkstemp(log) : -1;
	if (fd < 0)
		return;
	left = leave_file(log);
	if (spawn_run(argv, NULL, NULL, log) == 0) {
		char *said = file_read(log, NULL);

		if (said)
			take_answer(said, text, size);
		free(said);
	}
	fclose(fdopen(fd, "r"));
	remove(log);
	leave_done(left);
}
