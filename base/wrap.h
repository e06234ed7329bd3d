/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_WRAP_H
#define HPTSIM_WRAP_H
/* Prose in lines of a width. */
#include <stddef.h>
#include <stdio.h>

/**
 * wrap_text - paragraphs and lists
 * @columns: no line is longer; a word that is, is broken
 *
 * Lines of @text stay lines. Those that begin with "- " go on two columns
 * further in, those with "[" as far in as their text begins behind "] ".
 */
void wrap_text(const char *text, size_t columns, FILE *out);

/**
 * wrap_command - commands for a shell
 *
 * Lines that are too long go on behind a backslash. They are broken between
 * words; behind a comma, then without an indent; or, if need be, anywhere.
 */
void wrap_command(const char *text, size_t columns, FILE *out);

#endif
