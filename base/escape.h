/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_ESCAPE_H
#define HPTSIM_ESCAPE_H
/* Texts of others, into what has a meaning for some characters. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* As text or as an attribute's value in double quotes. */
void escape_html(const char *text, FILE *out);

/* As part of a line of Markdown, GitHub's too; line ends become blanks. */
void escape_markdown(const char *text, FILE *out);

/* As a code block of Markdown: nothing in it ends it. */
void escape_markdown_block(const char *text, FILE *out);

/* Markdown, as escape_markdown() makes it, in lines of at most 72 columns if its words allow. */
void escape_markdown_wrapped(const char *prefix, const char *text, FILE *out);

/* The first @length bytes of @word as one word of a shell, in quotes if it needs them. */
void escape_shell(const char *word, size_t length, FILE *out);

#endif
