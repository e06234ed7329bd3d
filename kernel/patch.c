/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches on the copy: git does the reading of mails and the applying. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kernel/work.h"

#define HUNK_LINES_SHOWN	40u

/* A diff of a --patch file: the whole of it, or that of one mail. */
struct patch {
	const char *file;	/* as the user named it */
	char *subject;		/* of the mail; NULL: a plain diff */
	char *path;		/* of the diff */
};

/* What messages call it. */
static char *patch_name(const struct patch *p)
{
	return p->subject ? text_format("%s: \"%s\"", p->file, p->subject) : strdup(p->file);
}

/* A mailbox or a mail: "From ", or a header line before anything else. */
static bool is_mail(const char *text)
{
	const char *p = text;

	if (strncmp(text, "From ", 5) == 0)
		return true;
	while (isalnum((unsigned char)*p) || *p == '-')
		p++;
	return p > text && p[0] == ':' && (p[1] == ' ' || p[1] == '\t');
}

/* The path of a "--- a/PATH", "+++ b/PATH" or "rename from PATH" line; NULL if it is none or /dev/null. */
static char *path_of_line(const char *line)
{
	static const char *const moves[] = { "rename from ", "copy from " };
	const char *path, *end = line + strcspn(line, "\t\r\n");

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		path = line + strlen(moves[i]);
		if (strncmp(line, moves[i], strlen(moves[i])) == 0 && *path != '/' && strncmp(path, "../", 3) != 0)
			return text_format("%.*s", (int)(end - path), path);
	}
	if (strncmp(line, "--- ", 4) != 0 && strncmp(line, "+++ ", 4) != 0)
		return NULL;
	path = memchr(line + 4, '/', (size_t)(end - line - 4));
	if (!path || strncmp(line + 4, "/dev/null", 9) == 0 || path + 1 >= end)
		return NULL;
	path++;
	/* git would refuse to leave the directory; nor is anything outside to be copied */
	if (*path == '/' || strncmp(path, "../", 3) == 0)
		return NULL;
	return text_format("%.*s", (int)(end - path), path);
}

static bool add_touched(struct work *w, char *path)
{
	char **touched;

	if (work_touches(w, path)) {
		free(path);
		return true;
	}
	touched = realloc(w->touched, (w->touched_count + 1) * sizeof(*touched));
	if (!touched) {
		free(path);
		return work_no_memory(w);
	}
	w->touched = touched;
	touched[w->touched_count++] = path;
	return true;
}

/* Take what it changes into tree/ and, as it was, into old/. */
static bool take_file(struct work *w, const char *path)
{
	char *from = text_format("%s/tree/%s", w->dir, path), *to = text_format("%s/old/%s", w->dir, path);
	bool known = work_touches(w, path), ok = from && to ? tree_take(w, path) : work_no_memory(w);

	if (ok && !known && tree_has(w, path))
		ok = file_copy(from, to) || work_file_trouble(w, to);
	free(from);
	free(to);
	return ok;
}

/* @hunks: how many hunks it has */
static bool take_files(struct work *w, const char *diff, unsigned *hunks)
{
	*hunks = 0;
	for (const char *line = diff; line; line = strchr(line, '\n')) {
		char *path;

		line += *line == '\n';
		*hunks += strncmp(line, "@@ -", 4) == 0;
		path = path_of_line(line);
		if (path && (!take_file(w, path) || !add_touched(w, path)))
			return false;
	}
	return true;
}

/* The hunk of @file that starts at old line @number, or NULL; @size: bytes worth showing. */
static const char *find_hunk(const char *diff, const char *file, long number, size_t *size)
{
	char *current = NULL;
	const char *found = NULL, *line = diff, *next;
	unsigned lines = 0;

	for (; line && !found; line = next) {
		char *path;

		line += *line == '\n';
		next = strchr(line, '\n');
		path = path_of_line(line);
		if (path) {
			free(current);
			current = path;
		}
		if (current && strcmp(current, file) == 0 && strncmp(line, "@@ -", 4) == 0 && strtol(line + 4, NULL, 10) == number)
			found = line;
	}
	free(current);
	if (!found)
		return NULL;
	for (line = found, next = found; next && lines < HUNK_LINES_SHOWN; lines++) {
		next = strchr(line, '\n');
		line = next ? next + 1 : line + strlen(line);
		if (!strchr(" +-\\\n", *line) || strncmp(line, "-- \n", 4) == 0)
			break;
	}
	*size = (size_t)(line - found);
	return found;
}

/* git's "error: patch failed: FILE:LINE", or whatever else it said. */
static bool refused(struct work *w, const struct patch *p, const char *diff, const char *said)
{
	const char *at = strstr(said, "error: patch failed: "), *missing = strstr(said, ": No such file or directory");
	char *name = patch_name(p), *file = NULL;
	const char *colon, *hunk = NULL;
	size_t size = 0;
	bool ok = true;

	if (at) {
		at += strlen("error: patch failed: ");
		colon = at + strcspn(at, "\n");
		while (colon > at && *colon != ':')
			colon--;
		file = text_format("%.*s", (int)(colon - at), at);
		hunk = file ? find_hunk(diff, file, strtol(colon + 1, NULL, 10), &size) : NULL;
	}
	if (!name || (at && !file))
		ok = work_no_memory(w);
	else if (hunk)
		ok = work_fail(w, KERNEL_EREFUSED, "%s does not fit %s%s%s: a hunk of %s has no place there\n%.*s", name,
			       w->rq->tree, *w->version ? ", Linux " : "", w->version, file, (int)size, hunk);
	else if (missing)
		ok = work_fail(w, KERNEL_EREFUSED, "%s changes a file that %s does not have\n%s", name, w->rq->tree, said);
	else
		ok = work_fail(w, KERNEL_EREFUSED, "%s cannot be applied to %s\n%s", name, w->rq->tree, said);
	free(name);
	free(file);
	return ok;
}

/* "Hunk #1 succeeded at 914 (offset 119 lines)." of each file, in one line. */
static void print_offsets(FILE *out, const char *said)
{
	const char *file = NULL, *told = NULL, *line, *next;

	for (line = said; line && *line; line = next ? next + 1 : NULL) {
		const char *offset = strncmp(line, "Hunk #", 6) == 0 ? strstr(line, "(offset ") : NULL;

		next = strchr(line, '\n');
		if (strncmp(line, "Checking patch ", 15) == 0)
			file = line + 15;
		if (!offset || (next && offset > next) || !file)
			continue;
		if (told != file) {
			const char *end = strstr(file, "...\n");

			fprintf(out, "%s%.*s, hunk", told ? "; " : "", (int)(end ? end - file : 0), file);
		}
		fprintf(out, "%s %ld by %+ld", told == file ? "," : "", strtol(line + 6, NULL, 10),
			strtol(offset + 8, NULL, 10));
		told = file;
	}
}

static void tell_offsets(const struct work *w, const struct patch *p, const char *said)
{
	char *name = patch_name(p), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		print_offsets(out, said);
		fclose(out);
	}
	if (name && text && *text)
		work_note(w, "%s: applied, at other lines than it says: %s", name, text);
	free(text);
	free(name);
}

static bool apply(struct work *w, const struct patch *p)
{
	const char *const argv[] = { "git", "apply", "-v", "--whitespace=nowarn", "--", p->path, NULL };
	char *diff = file_read(p->path, NULL), *tree = work_path(w, "tree"), *said = NULL;
	unsigned hunks = 0;
	bool ok = diff && tree && take_files(w, diff, &hunks);
	int rc;

	if (!diff && !w->status)
		ok = work_file_trouble(w, p->path);
	/* a cover letter, or an answer */
	if (ok && hunks) {
		rc = work_run(w, argv, tree, NULL);
		said = rc >= 0 ? file_read(w->log, NULL) : NULL;
		if (!said)
			ok = rc < 0 ? false : work_file_trouble(w, w->log);
		else if (rc)
			ok = refused(w, p, diff, said);
		else
			tell_offsets(w, p, said);
		w->patch_count++;
	}
	free(said);
	free(tree);
	free(diff);
	return ok;
}

/* "Subject: " of what git mailinfo said, or NULL. */
static char *subject_of(const char *info)
{
	const char *at = strstr(info, "Subject: ");

	return at ? text_format("%.*s", (int)strcspn(at + 9, "\n"), at + 9) : NULL;
}

static bool apply_mail(struct work *w, const char *file, const char *mail)
{
	char *message = work_path(w, "message"), *diff = work_path(w, "diff"), *info;
	const char *const argv[] = { "git", "mailinfo", "-k", message, diff, NULL };
	struct patch p = { .file = file, .path = diff };
	bool ok = message && diff && work_run(w, argv, NULL, mail) >= 0;

	if (ok) {
		info = file_read(w->log, NULL);
		p.subject = info ? subject_of(info) : NULL;
		free(info);
		/* what others write about a patch may quote all of it */
		if (!p.subject || strncasecmp(p.subject, "Re: ", 4) != 0)
			ok = apply(w, &p);
	}
	free(p.subject);
	free(message);
	free(diff);
	return ok;
}

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool apply_mailbox(struct work *w, const char *file)
{
	char *mails = text_format("%s/mails-%u", w->dir, w->patch_count), *slash = mails ? text_format("%s/", mails) : NULL;
	char *out = mails ? text_format("-o%s", mails) : NULL;
	const char *const argv[] = { "git", "mailsplit", "-b", out, "--", file, NULL };
	struct dirent **names = NULL;
	bool ok = slash && out ? file_make_directories(slash) || work_file_trouble(w, mails) : work_no_memory(w);
	int rc = ok ? work_run(w, argv, NULL, NULL) : -1, count = 0;

	if (rc > 0)
		ok = work_fail(w, KERNEL_EREFUSED, "%s: git cannot split it into mails", file);
	else if (rc < 0)
		ok = false;
	if (ok)
		count = scandir(mails, &names, not_hidden, alphasort);
	for (int i = 0; i < count; i++) {
		char *mail = text_format("%s/%s", mails, names[i]->d_name);

		if (ok)
			ok = mail ? apply_mail(w, file, mail) : work_no_memory(w);
		free(mail);
		free(names[i]);
	}
	free(names);
	free(mails);
	free(slash);
	free(out);
	return ok;
}

static bool apply_file(struct work *w, const char *file)
{
	char *text = file_read(file, NULL), *path = realpath(file, NULL);
	unsigned before = w->patch_count;
	struct patch p = { .file = file, .path = path };
	bool ok;

	if (!text || !path)
		ok = work_fail(w, KERNEL_EREFUSED, "patch '%s': %s", file, strerror(errno));
	else if (is_mail(text))
		ok = apply_mailbox(w, file);
	else
		ok = apply(w, &p);
	if (ok && w->patch_count == before)
		ok = work_fail(w, KERNEL_EREFUSED, "%s: there is no patch in it", file);
	free(text);
	free(path);
	return ok;
}

bool patch_apply_all(struct work *w)
{
	for (size_t i = 0; i < w->rq->patch_count; i++)
		if (!apply_file(w, w->rq->patches[i]))
			return false;
	return true;
}
