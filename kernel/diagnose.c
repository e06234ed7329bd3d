/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the compiler and the linker say, for somebody who did not write the shim. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/build.h"

#define TOLD_MAX	10u
#define SYMBOL_MAX	128

/* X: the name between the quotes that follow is what is missing */
static const struct { const char *text, *what; } missing[] = {
	{ "implicit declaration of function ", "function" },
	{ "call to undeclared function ", "function" },
	{ "undefined reference to ", "function or variable" },
	{ "undefined symbol: ", "function or variable" },
	{ "use of undeclared identifier ", "name" },
	{ "unknown type name ", "type" },
	{ "invalid use of undefined type ", "type" },
	{ "dereferencing pointer to incomplete type ", "type" },
	{ "invalid application of 'sizeof' to incomplete type ", "type" },
	{ "incomplete definition of type ", "type" },
	{ "has no member named ", "member" },
	{ "no member named ", "member" },
};

/* The quoted name at @p: 'x', `x' or "x"; or a bare one. */
static void take_symbol(const char *p, char symbol[SYMBOL_MAX])
{
	size_t length;

	p += strspn(p, "'`\"");
	length = strcspn(p, "'`\"\n(");
	if (length >= SYMBOL_MAX)
		length = SYMBOL_MAX - 1;
	memcpy(symbol, p, length);
	symbol[length] = '\0';
}

/* Is it about a name that nobody has? */
static const char *find_missing(const char *line, char symbol[SYMBOL_MAX])
{
	const char *undeclared = strstr(line, "' undeclared");

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		const char *at = strstr(line, missing[i].text);

		if (!at)
			continue;
		take_symbol(at + strlen(missing[i].text), symbol);
		return missing[i].what;
	}
	if (!undeclared)
		return NULL;
	while (undeclared > line && undeclared[-1] != '\'')
		undeclared--;
	take_symbol(undeclared, symbol);
	return "name";
}

struct told {
	char symbols[TOLD_MAX][SYMBOL_MAX];
	unsigned count;
};

static bool told_before(struct told *told, const char *symbol)
{
	for (unsigned i = 0; i < told->count; i++)
		if (strcmp(told->symbols[i], symbol) == 0)
			return true;
	if (told->count < TOLD_MAX)
		snprintf(told->symbols[told->count++], SYMBOL_MAX, "%s", symbol);
	return false;
}

/* "FILE:LINE" of "FILE:LINE:COL: error: ..." or of "ld: FILE:LINE: undefined ..." */
static char *place_of(const char *line)
{
	const char *start = line, *p;

	for (p = line; *p && *p != ' '; p++)
		;
	/* the linker's own name comes first */
	if (strncmp(line, "/usr/bin/", 9) == 0 || strncmp(line, "ld", 2) == 0)
		start = *p ? p + 1 : line;
	if (strncmp(start, BUILD_PREFIX, strlen(BUILD_PREFIX)) == 0)
		start += strlen(BUILD_PREFIX);
	p = strchr(start, ':');
	if (!p)
		return strdup("");
	p += 1 + strspn(p + 1, "0123456789");
	if (p[-1] == ':')
		p--;
	return text_format("%.*s", (int)(p - start), start);
}

static bool tell_line(struct work *w, struct told *told, const char *line)
{
	char symbol[SYMBOL_MAX] = "";
	const char *what = find_missing(line, symbol), *error = strstr(line, "error: ");
	char *place;
	bool ok;

	/* the compiler driver repeats that its linker failed */
	if ((!what && !error) || strncmp(line, "collect2:", 9) == 0)
		return true;
	if (what ? told_before(told, symbol) : told_before(told, "a mistake"))
		return true;
	place = place_of(line);
	if (!place)
		ok = work_no_memory(w);
	else if (what)
		ok = work_fail(w, KERNEL_EREFUSED,
			       "%s: the shim has no %s '%s': docs/kernel-tree.md, \"What the shim lacks\", says how to add it",
			       place, what, symbol);
	else
		ok = work_fail(w, KERNEL_EREFUSED, "%s: does not compile: %s", place, error + strlen("error: "));
	free(place);
	return ok;
}

bool diagnose(struct work *w, const char *log)
{
	char *said = file_read(log, NULL);
	struct told told = { .count = 0 };
	enum kernel_status before = w->status;

	if (!said)
		return work_file_trouble(w, log);
	for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
		tell_line(w, &told, line);
	free(said);
	if (w->status == before && !told.count) {
		said = file_read(log, NULL);
		work_fail(w, KERNEL_EREFUSED, "the text does not compile\n%s", said ? said : "");
		free(said);
	}
	return false;
}
