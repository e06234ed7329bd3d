/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/tags.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What macros of the kernel stand for, so that ctags sees a definition. */
static const char *const macros[] = {
	"__init=", "__ref=", "__meminit=", "__initdata=", "__read_mostly=", "__ro_after_init=",
	"__maybe_unused=", "__always_inline=inline", "noinline=", "asmlinkage=", "notrace=",
	"DEFINE_MUTEX(x)=struct mutex x", "DEFINE_SPINLOCK(x)=spinlock_t x", "LIST_HEAD(x)=struct list_head x",
	"DECLARE_RWSEM(x)=struct rw_semaphore x", "DEFINE_PER_CPU(t,x)=t x",
	"DECLARE_WORK(x,f)=struct work_struct x", "DECLARE_DELAYED_WORK(x,f)=struct delayed_work x",
	"DEFINE_STATIC_KEY_FALSE(x)=struct static_key_false x", "DEFINE_STATIC_KEY_TRUE(x)=struct static_key_true x",
	"DECLARE_BITMAP(x,n)=unsigned long x",
	"DEFINE_DEBUGFS_ATTRIBUTE(x,g,s,f)=struct file_operations x",
	"DEFINE_SIMPLE_ATTRIBUTE(x,g,s,f)=struct file_operations x",
};

static const char *const initcalls[] = {
	"core_initcall(", "arch_initcall(", "subsys_initcall(", "device_initcall(", "late_initcall(",
	"machine_device_initcall(", "machine_arch_initcall(", "machine_subsys_initcall(", "module_init(",
};

size_t source_line(const struct source *s, unsigned line, const char **text)
{
	*text = s->lines[line - 1];
	return (size_t)(s->lines[line] - s->lines[line - 1]);
}

static bool split_lines(struct source *s)
{
	unsigned count = 0;
	const char *p;

	for (p = s->text; *p; count++)
		p += strcspn(p, "\n") + (strchr(p, '\n') != NULL);
	s->lines = calloc(count + 1, sizeof(*s->lines));
	if (!s->lines)
		return false;
	s->line_count = count;
	p = s->text;
	for (unsigned i = 0; i < count; i++) {
		s->lines[i] = p;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	s->lines[count] = p;
	return true;
}

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isspace((unsigned char)text[i]))
			return false;
	return true;
}

/* Does a declaration go on behind this line? Its type may have a line of its own. */
static bool goes_on(const struct source *s, unsigned line)
{
	const char *text;
	size_t size = source_line(s, line, &text);

	if (is_blank(text, size) || *text == '#')
		return false;
	while (size && isspace((unsigned char)text[size - 1]))
		size--;
	if (size >= 2 && text[size - 1] == '/' && text[size - 2] == '*')
		return false;
	return !strchr(";}:\\", text[size - 1]) && *text != '}';
}

/* Where ctags has no end: at the next semicolon outside braces. */
static unsigned find_end(const struct source *s, unsigned line)
{
	int depth = 0;

	for (; line <= s->line_count; line++) {
		const char *text;
		size_t size = source_line(s, line, &text);

		for (size_t i = 0; i < size; i++) {
			depth += (text[i] == '{') - (text[i] == '}');
			if (text[i] == ';' && depth <= 0)
				return line;
		}
	}
	return s->line_count;
}

static bool add_tag(struct source *s, const struct tag *tag)
{
	struct tag *tags = realloc(s->tags, (s->tag_count + 1) * sizeof(*tags));

	if (tags)
		s->tags = tags;
	if (!tags || !tag->name) {
		free(tag->name);
		free(tag->signature);
		return false;
	}
	tags[s->tag_count++] = *tag;
	return true;
}

static const char *get(json_t *o, const char *key)
{
	const char *value = json_string_value(json_object_get(o, key));

	return value ? value : "";
}

/* An enumerator is wherever its enum is. */
static unsigned enum_last(const struct source *s, unsigned line)
{
	return find_end(s, line);
}

static unsigned enum_first(const struct source *s, unsigned line)
{
	while (line > 1) {
		const char *text;
		size_t size = source_line(s, line, &text);

		if (size > 4 && (strncmp(text, "enum", 4) == 0 || strncmp(text, "typedef enum", 12) == 0))
			break;
		line--;
	}
	return line;
}

static bool take_tag(struct source *s, json_t *o)
{
	const char *kind = get(o, "kind"), *scope = get(o, "scope");
	bool is_macro = strcmp(kind, "macro") == 0, is_enumerator = strcmp(kind, "enumerator") == 0;
	unsigned line = (unsigned)json_integer_value(json_object_get(o, "line"));
	struct tag tag = {
		.first = line, .last = (unsigned)json_integer_value(json_object_get(o, "end")),
		.is_static = json_is_true(json_object_get(o, "file")) && !is_macro && strcmp(kind, "struct") != 0,
		.is_function = strcmp(kind, "function") == 0,
		.is_declaration = strcmp(kind, "prototype") == 0 || strcmp(kind, "externvar") == 0,
		.is_aggregate = strcmp(kind, "struct") == 0 || strcmp(kind, "union") == 0,
	};

	if (!line || line > s->line_count || (*scope && !is_enumerator) || strcmp(kind, "member") == 0)
		return true;
	if (is_enumerator) {
		tag.first = enum_first(s, line);
		tag.last = enum_last(s, line);
	} else if (!is_macro) {
		while (tag.first > 1 && goes_on(s, tag.first - 1))
			tag.first--;
		if (!tag.is_function || tag.last < line)
			tag.last = find_end(s, tag.last > line ? tag.last : line);
	}
	if (tag.last < tag.first || tag.last > s->line_count)
		tag.last = tag.first;
	tag.name = strdup(get(o, "name"));
	tag.signature = strdup(get(o, "signature"));
	return add_tag(s, &tag);
}

static bool add_initcalls(struct source *s)
{
	for (unsigned line = 1; line <= s->line_count; line++) {
		const char *text;

		source_line(s, line, &text);
		for (size_t i = 0; i < sizeof(initcalls) / sizeof(initcalls[0]); i++) {
			struct tag tag = { .first = line, .last = line, .is_static = true, .is_initcall = true };

			if (strncmp(text, initcalls[i], strlen(initcalls[i])) != 0)
				continue;
			tag.name = strdup("");
			tag.last = find_end(s, line);
			if (!add_tag(s, &tag))
				return false;
		}
	}
	return true;
}

static bool run_ctags(struct work *w, const struct source_list *list)
{
	enum { FIXED = 7, MACROS = sizeof(macros) / sizeof(macros[0]) };
	static const char *const fixed[FIXED] = {
		"ctags", "--options=NONE", "--output-format=json", "--language-force=C", "--fields=+neKS-P",
		"--kinds-C=+pxd", "-f-",
	};
	const char **argv = calloc(FIXED + 2 * MACROS + list->count + 1, sizeof(*argv));
	char **paths = calloc(list->count + 1, sizeof(*paths));
	size_t n = 0;
	int rc = -1;

	for (size_t i = 0; argv && i < FIXED; i++)
		argv[n++] = fixed[i];
	for (size_t i = 0; argv && i < MACROS; i++) {
		argv[n++] = "-D";
		argv[n++] = macros[i];
	}
	for (size_t i = 0; argv && paths && i < list->count; i++) {
		if (!list->sources[i].line_count)
			continue;
		paths[i] = text_format("%s/%s", list->sources[i].root, list->sources[i].path);
		argv[n++] = paths[i];
	}
	if (argv && paths)
		rc = work_run(w, argv, w->dir, NULL);
	else
		work_no_memory(w);
	if (rc > 0)
		work_fail(w, KERNEL_ETROUBLE, "ctags fails; is it universal-ctags, with JSON?");
	for (size_t i = 0; paths && i < list->count; i++)
		free(paths[i]);
	free(paths);
	free(argv);
	return rc == 0;
}

/* "tree/arch/...", as ctags names it */
static struct source *source_of(const struct source_list *list, const char *path)
{
	const char *slash = strchr(path, '/');

	for (size_t i = 0; slash && i < list->count; i++) {
		struct source *s = &list->sources[i];

		if (strncmp(s->root, path, (size_t)(slash - path)) == 0 && strcmp(s->path, slash + 1) == 0)
			return s;
	}
	return NULL;
}

bool source_read_tags(struct work *w, struct source_list *list)
{
	char *said = run_ctags(w, list) ? file_read(w->log, NULL) : NULL;
	bool ok = said;

	for (char *line = ok ? strtok(said, "\n") : NULL; line && ok; line = strtok(NULL, "\n")) {
		json_t *o = *line == '{' ? json_loads(line, 0, NULL) : NULL;
		struct source *s = o ? source_of(list, get(o, "path")) : NULL;

		if (s && !take_tag(s, o))
			ok = work_no_memory(w);
		json_decref(o);
	}
	for (size_t i = 0; ok && i < list->count; i++)
		if (!add_initcalls(&list->sources[i]))
			ok = work_no_memory(w);
	free(said);
	return ok;
}

bool source_add(struct work *w, struct source_list *list, const char *root, const char *path)
{
	struct source *sources = realloc(list->sources, (list->count + 1) * sizeof(*sources)), *s;
	char *full = text_format("%s/%s/%s", w->dir, root, path);
	size_t length = strlen(path);
	bool ok = sources && full;

	if (sources)
		list->sources = sources;
	if (!ok) {
		free(full);
		return work_no_memory(w);
	}
	s = &sources[list->count++];
	*s = (struct source){
		.root = root, .path = strdup(path), .is_header = length > 2 && strcmp(path + length - 2, ".h") == 0,
	};
	s->text = file_read(full, NULL);
	if (!s->text && errno == ENOENT)
		s->text = strdup("");
	if (!s->text)
		ok = work_file_trouble(w, full);
	else if (!s->path || !split_lines(s))
		ok = work_no_memory(w);
	free(full);
	return ok;
}

struct source *source_find(const struct source_list *list, const char *root, const char *path)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->sources[i].root, root) == 0 && strcmp(list->sources[i].path, path) == 0)
			return &list->sources[i];
	return NULL;
}

static void source_free(struct source *s)
{
	for (size_t i = 0; i < s->tag_count; i++) {
		free(s->tags[i].name);
		free(s->tags[i].signature);
	}
	free(s->tags);
	free(s->lines);
	free(s->text);
	free(s->path);
}

void source_list_free(struct source_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		source_free(&list->sources[i]);
	free(list->sources);
	*list = (struct source_list){ 0 };
}

bool source_same(const struct source *a, const struct tag *x, const struct source *b, const struct tag *y)
{
	size_t size = (size_t)(a->lines[x->last] - a->lines[x->first - 1]);

	return size == (size_t)(b->lines[y->last] - b->lines[y->first - 1]) &&
	       memcmp(a->lines[x->first - 1], b->lines[y->first - 1], size) == 0;
}
