/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_SPAWN_H
#define HPTSIM_KERNEL_SPAWN_H
/* Programs that the kernel room is built on: git, ctags, the compiler. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"

/* What a program that could not be started counts as, like in a shell. */
#define SPAWN_NOT_FOUND	127

struct spawn {
	pid_t pid;		/* 0: not started */
	char *log;		/* path of its stdout and stderr */
};

/**
 * spawn_start - start argv[0], looked up in PATH
 * @directory: where; NULL: here
 * @input:     file that it reads; NULL: nothing
 * @log:       file that gets what it prints
 *
 * Messages are in English, and git keeps to @directory. Returns false with errno.
 */
bool spawn_start(struct spawn *s, const char *const *argv, const char *directory, const char *input,
		 const char *log);

/* Wait for it; its exit status, or 128 + the signal that ended it. Frees @s. */
int spawn_wait(struct spawn *s);

/* Both in one. @argv[0] missing: SPAWN_NOT_FOUND. Below 0: errno, negative. */
int spawn_run(const char *const *argv, const char *directory, const char *input, const char *log);

/* A whole file, with a 0 behind it; NULL with errno. @size may be NULL. */
char *file_read(const char *path, size_t *size);
bool file_write(const char *path, const char *data, size_t size);

/* Copy a file, making the directories above @to. */
bool file_copy(const char *from, const char *to);
bool file_make_directories(const char *path);	/* all but the last part */
void file_remove_tree(const char *path);

#endif
