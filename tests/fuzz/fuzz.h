/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FUZZ_H
#define HPTSIM_FUZZ_H
/*
 * Each fuzz_NAME.c is one reader: any bytes are its input. It calls the reader
 * as the program does, and CHECKs what the reader's header promises of what
 * comes back. libFuzzer has a main() of its own; replay.c has one that gives a
 * target the files of directories.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition) do { if (!(condition)) { fprintf(stderr, "failed: %s\n", #condition); abort(); } } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * fuzz_file - the bytes as a file, for readers that take a path
 * @name: what the file is called, in a directory of this process alone
 *
 * Returns its path, valid until the next call; the file is replaced by each
 * call of the same name, and all are removed when the process ends well.
 */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

/* The bytes with a NUL behind them; to be freed. */
char *fuzz_text(const uint8_t *data, size_t size);

/* Where what nobody reads can be printed; never closed. */
FILE *fuzz_sink(void);

#endif
