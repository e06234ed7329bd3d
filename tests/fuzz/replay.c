// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives a target all files of directories: what was found once is found again. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define FILE_MAX	((size_t)4 << 20)

static int count;

static void replay(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = malloc(FILE_MAX), *exact;
	size_t size;

	CHECK(in && data);
	size = fread(data, 1, FILE_MAX, in);
	fclose(in);
	/* exactly as large as it is: AddressSanitizer sees one byte too many */
	exact = realloc(data, size ? size : 1);
	CHECK(exact);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	printf("ok %d - %s\n", ++count, path);
}

static void replay_directory(const char *directory)
{
	struct dirent **names;
	int n = scandir(directory, &names, NULL, alphasort);

	CHECK(n >= 0);
	for (int i = 0; i < n; i++) {
		char path[4096];
		struct stat st;

		CHECK(snprintf(path, sizeof(path), "%s/%s", directory, names[i]->d_name) < (int)sizeof(path));
		CHECK(stat(path, &st) == 0);
		if (S_ISREG(st.st_mode))
			replay(path);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++)
		replay_directory(argv[i]);
	CHECK(count);
	printf("1..%d\n", count);
	return 0;
}
