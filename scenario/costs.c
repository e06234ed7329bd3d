/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/costs.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "scenario/loader.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))
#define SUFFIX		".yaml"
#define BUILT_IN	"built in"
#define SEARCH_DIRS	2

struct profile_draft {
	const char *name, *description;
	struct prices costs;
};

/* A profile that can be named; a list of them is sorted by name. */
struct known {
	const char *name, *origin;
	struct known *next;
};

static key_reader read_about, read_prices;

static const struct key profile_rows[] = {
	{ .name = "name", .type = KEY_NAME, .required = true, .offset = offsetof(struct profile_draft, name),
	  .doc = "the file's name without `.yaml`" },
	{ .name = "description", .type = KEY_TEXT, .offset = offsetof(struct profile_draft, description),
	  .def_doc = "none", .doc = "one sentence for people" },
	{ .name = "about", .type = KEY_CUSTOM, .required = true, .read = read_about,
	  .doc = "where the numbers come from" },
	{ .name = "costs", .type = KEY_CUSTOM, .required = true, .read = read_prices,
	  .doc = "the prices" },
};

static const struct key about_rows[] = {
	{ .name = "data", .type = KEY_CUSTOM, .required = true, .takes = "anything",
	  .doc = "what was measured, where and when" },
	{ .name = "method", .type = KEY_CUSTOM, .required = true, .takes = "anything",
	  .doc = "how the prices were made from it" },
	{ .name = "residuals", .type = KEY_CUSTOM, .required = true, .takes = "anything",
	  .doc = "how far the model is off that data" },
	{ .name = "validation", .type = KEY_CUSTOM, .required = true, .takes = "anything",
	  .doc = "how far it is off data that was not used" },
};

static const struct key_table profile_keys = { "", "A cost profile", profile_rows, COUNT(profile_rows) };
static const struct key_table about_keys = {
	"about", "`about` of a cost profile; more keys are allowed", about_rows, COUNT(about_rows)
};

const struct key_table *const costs_tables[] = { &profile_keys, &about_keys, NULL };

const struct key_table *costs_table(struct loader *ld, bool required)
{
	struct key *rows = arena_alloc(&ld->arena, cost_key_count * sizeof(*rows));
	struct key_table *table = arena_alloc(&ld->arena, sizeof(*table));
	size_t i;

	for (i = 0; i < cost_key_count; i++) {
		rows[i] = (struct key){
			.name = cost_keys[i].name, .type = KEY_PRICE, .required = required && cost_keys[i].required, .min = "0",
			.def = required && !cost_keys[i].required ? "0" : NULL,
			.max = arena_printf(&ld->arena, "%" PRId64, cost_keys[i].max),
			.offset = cost_keys[i].offset, .sd_after = offsetof(struct prices, sd), .doc = cost_keys[i].doc,
		};
	}
	table->name = required ? "costs" : "cost_overrides";
	table->title = "Prices: `costs` of a cost profile (all required that have no default), `cost_overrides` of a scenario";
	table->keys = rows;
	table->count = cost_key_count;
	return table;
}

/* One line, whatever it is; no deeper than node.h allows. */
static const char *about_text(struct loader *ld, const struct node *node)
{
	const char *text = "";
	size_t i;

	if (node->type == NODE_SCALAR)
		return node->text;
	for (i = 0; i < node->count; i++) {
		const struct node_entry *entry = &node->entries[i];

		text = arena_printf(&ld->arena, "%s%s%s%s%s", text, i ? "; " : "", entry->key ? entry->key->text : "",
				    entry->key ? ": " : "", about_text(ld, entry->value));
	}
	return text;
}

/* Free text: only what is missing can be wrong. */
static void read_about(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	size_t i;

	if (!entry || !keys_want_mapping(ld, key->name, entry->value))
		return;
	for (i = 0; i < COUNT(about_rows); i++) {
		const struct node *value = node_get(entry->value, about_rows[i].name);

		if (!value)
			diag_error(ld->diags, entry->key->pos, RULE_MISSING_KEY, "'%s' lacks the key '%s'",
				   key->name, about_rows[i].name);
		else if (value->type == NODE_SCALAR)
			keys_scalar(ld, about_rows[i].name, value, "anything");
	}
	ld->draft.origin.costs_about = "";
	for (i = 0; i < entry->value->count; i++) {
		const struct node_entry *line = &entry->value->entries[i];

		ld->draft.origin.costs_about = arena_printf(&ld->arena, "%s%s: %s\n", ld->draft.origin.costs_about,
							    line->key->text, about_text(ld, line->value));
	}
}

static void read_prices(struct loader *ld, const struct key *key,
			const struct node_entry *entry, void *base)
{
	struct profile_draft *profile = base;

	keys_read(ld, costs_table(ld, true), entry, &profile->costs);
}

static bool has_suffix(const char *text)
{
	size_t size = strlen(text), suffix = strlen(SUFFIX);

	return size > suffix && strcmp(text + size - suffix, SUFFIX) == 0;
}

/* The directories of a look-up, in order; NULL entries are skipped. */
static void search_dirs(struct loader *ld, const char *dirs[SEARCH_DIRS])
{
	dirs[0] = ld->opts->costs_dir;
	dirs[1] = ld->dir ? arena_printf(&ld->arena, "%scosts", ld->dir) : NULL;
}

/*
 * Best effort, as all that comes of it is a list of names. Does not jump away
 * when memory runs out, for a directory may be open.
 */
static bool add_known(struct loader *ld, struct known **list, const char *name, size_t size,
		      const char *origin)
{
	struct known *known;
	char *copy;
	int order = 1;

	for (; *list; list = &(*list)->next) {
		order = strncmp((*list)->name, name, size);
		if (order == 0 && (*list)->name[size])
			order = 1;
		if (order >= 0)
			break;
	}
	if (*list && order == 0)
		return true;		/* an earlier directory has it, too */
	known = arena_try_alloc(&ld->arena, sizeof(*known));
	copy = arena_try_alloc(&ld->arena, size + 1);
	if (!known || !copy)
		return false;
	memcpy(copy, name, size);
	copy[size] = '\0';
	*known = (struct known){ .name = copy, .origin = origin, .next = *list };
	*list = known;
	return true;
}

static void scan_dir(struct loader *ld, struct known **list, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *file;

	while (dir && (file = readdir(dir)) != NULL) {
		if (has_suffix(file->d_name) && text_is_name(file->d_name) &&
		    !add_known(ld, list, file->d_name, strlen(file->d_name) - strlen(SUFFIX), path))
			break;
	}
	if (dir)
		closedir(dir);
}

static struct known *known_profiles(struct loader *ld)
{
	const struct costs_builtin *builtin;
	const char *dirs[SEARCH_DIRS];
	struct known *list = NULL;
	size_t i;

	search_dirs(ld, dirs);
	for (i = 0; i < SEARCH_DIRS; i++) {
		if (dirs[i])
			scan_dir(ld, &list, dirs[i]);
	}
	for (builtin = costs_builtin; builtin->name; builtin++)
		add_known(ld, &list, builtin->name, strlen(builtin->name), BUILT_IN);
	return list;
}

static void unknown_profile(struct loader *ld, struct srcpos pos, const char *name)
{
	struct text_nearest near = { .word = name };
	const struct known *known;
	const char *list = "";

	for (known = known_profiles(ld); known; known = known->next) {
		text_nearest_offer(&near, known->name);
		list = arena_printf(&ld->arena, "%s%s%s", list, *list ? ", " : "", known->name);
	}
	diag_error(ld->diags, pos, RULE_UNKNOWN_COSTS, "no cost profile '%.60s'; there are %s", name, list);
	keys_suggest(ld, &near);
}

/* Reads from the first place that has the profile; NULL: none has, or an error. */
static const struct source *find_profile(struct loader *ld, const char *name, bool *missing)
{
	const struct costs_builtin *builtin;
	const char *dirs[SEARCH_DIRS];
	const struct source *src;
	size_t i;

	search_dirs(ld, dirs);
	for (i = 0; i < SEARCH_DIRS; i++) {
		*missing = true;
		src = dirs[i] ? loader_read(ld, arena_printf(&ld->arena, "%s/%s" SUFFIX, dirs[i], name),
					    missing) : NULL;
		if (src || !*missing)
			return src;
	}
	*missing = false;
	for (builtin = costs_builtin; builtin->name; builtin++) {
		if (strcmp(builtin->name, name) == 0)
			return loader_source(ld, arena_printf(&ld->arena, "<built in>/%s" SUFFIX, name),
					     builtin->text, builtin->size);
	}
	*missing = true;
	return NULL;
}

/* The file's name without directories and .yaml. */
static const char *path_stem(struct loader *ld, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	return arena_strndup(&ld->arena, base, strlen(base) - strlen(SUFFIX));
}

static bool read_profile(struct loader *ld, const struct source *src, const char *stem,
			 struct prices *out)
{
	struct node_entry root = { NULL, node_parse(&ld->arena, src, 0, ld->diags) };
	struct profile_draft profile = { .name = NULL };

	if (!root.value || !loader_want_root(ld, root.value, "a cost profile"))
		return false;
	ld->draft.origin.costs_text = arena_strndup(&ld->arena, src->text, src->size);
	keys_read(ld, &profile_keys, &root, &profile);
	if (profile.name && strcmp(profile.name, stem) != 0) {
		diag_error(ld->diags, node_get(root.value, "name")->pos, RULE_NAME_MISMATCH,
			   "the profile '%s' is in the file of '%.60s'", profile.name, stem);
		diag_hint(ld->diags, "results show this name: it must lead back to the file");
	}
	*out = profile.costs;
	return true;
}

/* Fills @out; false after an error without a profile. */
static bool load_profile(struct loader *ld, struct srcpos pos, const char *name,
			 struct prices *out)
{
	const struct source *src;
	bool missing = false;

	if (has_suffix(name)) {
		const char *dir = *name == '/' || !ld->dir ? "" : ld->dir;

		src = loader_read(ld, arena_printf(&ld->arena, "%s%s", dir, name), &missing);
		if (missing)
			diag_error(ld->diags, pos, RULE_UNKNOWN_COSTS, "there is no file '%.200s%.200s'", dir, name);
		return src && read_profile(ld, src, path_stem(ld, name), out);
	}
	if (!text_is_name(name)) {
		diag_error(ld->diags, pos, RULE_BAD_NAME, "'%.60s' is neither a name nor a path to a "
			   SUFFIX " file", name);
		return false;
	}
	src = find_profile(ld, name, &missing);
	if (!src && missing)
		unknown_profile(ld, pos, name);
	return src && read_profile(ld, src, name, out);
}

/* Without this a mistyped directory would quietly mean the built-in profiles. */
static bool check_costs_dir(struct loader *ld)
{
	const char *path = ld->opts->costs_dir;
	DIR *dir = path ? opendir(path) : NULL;

	if (path && !dir) {
		const struct source src = { .name = path, .text = "", .order = ld->source_count++ };

		diag_error(ld->diags, (struct srcpos){ .source = &src }, RULE_IO,
			   "cannot read the directory: %s", strerror(errno));
		ld->io_trouble = true;
		return false;
	}
	if (dir)
		closedir(dir);
	return true;
}

static bool take_known(const struct costs_cache *cache, const char *name, struct prices *out)
{
	for (size_t i = 0; cache && i < cache->count; i++) {
		if (strcmp(cache->items[i].name, name) != 0)
			continue;
		*out = (struct prices){ .value = cache->items[i].value, .sd = cache->items[i].sd };
		return true;
	}
	return false;
}

static void keep_known(struct costs_cache *cache, const char *name, const struct prices *prices)
{
	if (!cache || cache->count == COSTS_CACHE_MAX || strlen(name) >= sizeof(cache->items[0].name))
		return;
	strcpy(cache->items[cache->count].name, name);
	cache->items[cache->count].value = prices->value;
	cache->items[cache->count++].sd = prices->sd;
}

/* Fills @out with the profile that a scenario names; false after an error. */
static bool resolve_profile(struct loader *ld, struct srcpos pos, const char *name, struct prices *out)
{
	size_t before = ld->diags->error_count;

	if (take_known(ld->opts->costs_cache, name, out))
		return true;
	if (!check_costs_dir(ld) || !load_profile(ld, pos, name, out))
		return false;
	if (ld->diags->error_count == before)
		keep_known(ld->opts->costs_cache, name, out);
	return true;
}

void costs_resolve(struct loader *ld)
{
	struct scenario_draft *draft = &ld->draft;
	struct scenario *sc = &draft->sc;
	struct srcpos pos = draft->costs_entry ? draft->costs_entry->value->pos : ld->root->pos;
	const char *name = draft->costs;
	struct prices prices = { .value = { 0 } };

	if (!draft->costs_entry)
		name = sc->hypervisor.kind == HV_QEMU_TCG ? "qemu-tcg" : "mail-2021";
	if (name && resolve_profile(ld, pos, name, &prices))
		sc->costs_name = has_suffix(name) ? path_stem(ld, name) : name;
	if (draft->overrides_entry)
		keys_read(ld, costs_table(ld, false), draft->overrides_entry, &prices);
	sc->costs = prices.value;
	sc->cost_sd = prices.sd;
	if (draft->overrides_entry && sc->costs_name && draft->overrides_entry->value->count)
		sc->costs_name = arena_printf(&ld->arena, "%s+overrides", sc->costs_name);
}

struct load_request {
	const char *name;
	struct prices prices;
};

static void load_body(struct loader *ld, void *arg)
{
	struct load_request *request = arg;
	const struct source *src = loader_source(ld, "--costs", request->name, strlen(request->name));
	struct srcpos pos = { .source = src, .line = 1, .col = 1, .width = DIAG_TO_LINE_END };

	if (check_costs_dir(ld))
		load_profile(ld, pos, request->name, &request->prices);
}

enum scenario_status costs_load(const char *name, const char *costs_dir,
				struct diag_list *diags, struct cost_profile *out,
				struct cost_profile *sd)
{
	const struct scenario_load_options opts = { .costs_dir = costs_dir };
	struct loader *ld = loader_new(diags, &opts);
	struct load_request request = { .name = name };
	size_t first = diags->count, before = diags->error_count;
	enum scenario_status status = SCENARIO_ENOMEM;

	if (ld && loader_run(ld, load_body, &request))
		status = loader_status(ld, before);
	*out = request.prices.value;
	if (sd)
		*sd = request.prices.sd;
	diag_sort(diags, first);
	loader_free(ld);
	return status;
}

struct list_request {
	void (*each)(void *ctx, const char *name, const char *origin);
	void *ctx;
};

static void list_body(struct loader *ld, void *arg)
{
	const struct list_request *request = arg;
	const struct known *known;

	for (known = known_profiles(ld); known; known = known->next)
		request->each(request->ctx, known->name, known->origin);
}

enum scenario_status costs_list(const char *costs_dir,
				void (*each)(void *ctx, const char *name, const char *origin),
				void *ctx)
{
	const struct scenario_load_options opts = { .costs_dir = costs_dir };
	struct loader *ld = loader_new(NULL, &opts);
	struct list_request request = { each, ctx };
	bool done = ld && loader_run(ld, list_body, &request);

	loader_free(ld);
	return done ? SCENARIO_OK : SCENARIO_ENOMEM;
}
