// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/policy_so.h"

#include <stdlib.h>
#include <string.h>

#define HPTSIM_POLICY_HOST
#include "include/hptsim/policy.h"
#include "cli/command.h"
#include "kernel/text.h"
#include "sim/policies/external.h"

#define SYMBOL		"hptsim_policy"
#define NAME_CHARS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* One of the two. */
struct policy_so {
	char *path;
	struct so *so;
	struct external *external;	/* built against hptsim/policy.h */
	struct text *text;		/* a kernel's text, built by `hptsim kernel` */
};

static int check_name(const struct policy_so *so, const char *name)
{
	if (!name || !*name) {
		cli_error("%s: the policy has no name", so->path);
		return EXIT_USAGE;
	}
	if (name[strspn(name, NAME_CHARS)]) {
		cli_error("%s: policy name '%s' has other characters than a-z, A-Z, 0-9, '.', '_', '-'",
			  so->path, name);
		return EXIT_USAGE;
	}
	if (policy_find(name) || strcmp(name, "all") == 0) {
		cli_error("%s: policy name '%s' is hptsim's own; give yours another one", so->path, name);
		return EXIT_USAGE;
	}
	return EXIT_FINE;
}

static int check_plugin(const struct policy_so *so, const struct hptsim_policy *plugin)
{
	if (!plugin) {
		cli_error("%s: no symbol '" SYMBOL "'; is HPTSIM_POLICY() in it?", so->path);
		return EXIT_USAGE;
	}
	/* the rest of it may be anything if this differs */
	if (plugin->abi != HPTSIM_POLICY_ABI) {
		cli_error("%s: built for plug-in ABI %u, this hptsim has %u: build it again with its header",
			  so->path, plugin->abi, HPTSIM_POLICY_ABI);
		return EXIT_USAGE;
	}
	if (!plugin->call) {
		cli_error("%s: '" SYMBOL "' was not made by HPTSIM_POLICY()", so->path);
		return EXIT_USAGE;
	}
	return check_name(so, plugin->name);
}

static int load_text(struct policy_so *so, const struct hptsim_kernel *kernel)
{
	const char *wrong = text_check(kernel);
	int code;

	if (wrong) {
		cli_error("%s: %s", so->path, wrong);
		return EXIT_USAGE;
	}
	so->text = text_new(so->so, so->path, kernel);
	if (!so->text)
		return cli_no_memory();
	code = check_name(so, text_policy(so->text)->name);
	return code;
}

static int load_plugin(struct policy_so *so)
{
	const struct hptsim_policy *plugin = so_symbol(so->so, SYMBOL);
	int code = check_plugin(so, plugin);

	if (code != EXIT_FINE)
		return code;
	so->external = external_new(plugin, so_reset, so->so);
	return so->external ? EXIT_FINE : cli_no_memory();
}

static int load(struct policy_so *so)
{
	const struct hptsim_kernel *kernel;
	const char *why;

	switch (so_open(so->path, &so->so, &why)) {
	case SO_OK:
		break;
	case SO_EOPEN:
		cli_error("cannot load policy '%s'%s%s", so->path, why ? ": " : "", why ? why : "");
		return EXIT_USAGE;
	case SO_ENOMEM:
		return cli_no_memory();
	}
	kernel = so_symbol(so->so, TEXT_SYMBOL);
	return kernel ? load_text(so, kernel) : load_plugin(so);
}

static void so_free(struct policy_so *so)
{
	external_free(so->external);
	text_free(so->text);
	so_close(so->so);
	free(so->path);
	free(so);
}

static int keep(struct policy_so_list *list, struct policy_so *so)
{
	const char *name = policy_so_policy(so)->name;
	struct policy_so **sos;

	if (policy_so_find(list, name)) {
		cli_error("%s: a policy '%s' is loaded already", so->path, name);
		return EXIT_USAGE;
	}
	sos = realloc(list->sos, (list->count + 1) * sizeof(struct policy_so *));
	if (!sos)
		return cli_no_memory();
	list->sos = sos;
	sos[list->count++] = so;
	return EXIT_FINE;
}

int policy_so_add(struct policy_so_list *list, const char *path)
{
	struct policy_so *so = calloc(1, sizeof(*so));
	int code;

	if (!so)
		return cli_no_memory();
	so->path = strdup(path);
	code = so->path ? load(so) : cli_no_memory();
	if (code == EXIT_FINE)
		code = keep(list, so);
	if (code != EXIT_FINE)
		so_free(so);
	return code;
}

void policy_so_release(struct policy_so_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		so_free(list->sos[i]);
	free(list->sos);
	*list = (struct policy_so_list){ 0 };
}

const struct policy *policy_so_policy(const struct policy_so *so)
{
	return so->text ? text_policy(so->text) : external_policy(so->external);
}

const char *policy_so_version(const struct policy_so *so)
{
	return so->text ? text_version(so->text) : "";
}

const struct policy *policy_so_find(const struct policy_so_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct policy *policy = policy_so_policy(list->sos[i]);

		if (strcmp(policy->name, name) == 0)
			return policy;
	}
	return NULL;
}

int policy_so_clash(const struct policy_so_list *list, const char *path, const struct scenario *sc)
{
	int code = EXIT_FINE;

	for (size_t i = 0; i < sc->policy_count; i++) {
		if (!policy_so_find(list, sc->policies[i]->name))
			continue;
		cli_error("%s: makes a policy '%s', and so does a --policy-so", path, sc->policies[i]->name);
		code = EXIT_USAGE;
	}
	return code;
}
