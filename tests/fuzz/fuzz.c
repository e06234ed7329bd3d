// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#define NAMES_MAX	8

static char directory[256], path[512];
static char *names[NAMES_MAX];

static void remove_all(void)
{
	for (size_t i = 0; i < NAMES_MAX && names[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
		free(names[i]);
	}
	rmdir(directory);
}

static void make_directory(void)
{
	const char *top = getenv("TMPDIR");

	if (directory[0])
		return;
	CHECK(snprintf(directory, sizeof(directory), "%s/hptsim-fuzz.XXXXXX", top ? top : "/tmp") < (int)sizeof(directory));
	CHECK(mkdtemp(directory));
	CHECK(atexit(remove_all) == 0);
}

static void remember(const char *name)
{
	for (size_t i = 0; i < NAMES_MAX; i++) {
		if (!names[i])
			names[i] = strdup(name);
		CHECK(names[i]);
		if (strcmp(names[i], name) == 0)
			return;
	}
	abort();	/* a target uses more names than there is room for */
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	FILE *out;

	make_directory();
	remember(name);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	unlink(path);	/* a database may have left it open elsewhere */
	out = fopen(path, "wb");
	CHECK(out && fwrite(data, 1, size, out) == size);
	CHECK(fclose(out) == 0);
	return path;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	CHECK(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

FILE *fuzz_sink(void)
{
	static FILE *sink;

	if (!sink)
		sink = fopen("/dev/null", "w");
	CHECK(sink);
	return sink;
}
