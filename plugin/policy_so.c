// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/policy_so.h"

#include <errno.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HPTSIM_POLICY_HOST
#include "base/child.h"
#include "base/text.h"
#include "include/hptsim/policy.h"
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
	char digest[SHA256_DIGEST_STRING_LENGTH];
};

static bool check_name(const struct policy_so *so, const char *name, char **why)
{
	if (!name || !*name) {
		*why = text_format("%s: the policy has no name", so->path);
		return false;
	}
	if (name[strspn(name, NAME_CHARS)]) {
		*why = text_format("%s: policy name '%s' has other characters than a-z, A-Z, 0-9, '.', '_', '-'",
				   so->path, name);
		return false;
	}
	if (policy_find(name) || strcmp(name, "all") == 0) {
		*why = text_format("%s: policy name '%s' is hptsim's own; give yours another one", so->path, name);
		return false;
	}
	return true;
}

static bool check_plugin(const struct policy_so *so, const struct hptsim_policy *plugin, char **why)
{
	if (!plugin) {
		*why = text_format("%s: no symbol '" SYMBOL "'; is HPTSIM_POLICY() in it?", so->path);
		return false;
	}
	/* the rest of it may be anything if this differs */
	if (plugin->abi != HPTSIM_POLICY_ABI) {
		*why = text_format("%s: built for plug-in ABI %u, this hptsim has %u: build it again with its header",
				   so->path, plugin->abi, HPTSIM_POLICY_ABI);
		return false;
	}
	if (!plugin->call) {
		*why = text_format("%s: '" SYMBOL "' was not made by HPTSIM_POLICY()", so->path);
		return false;
	}
	return check_name(so, plugin->name, why);
}

static bool load_text(struct policy_so *so, const struct hptsim_kernel *kernel, char **why)
{
	const char *wrong = text_check(kernel);

	if (wrong) {
		*why = text_format("%s: %s", so->path, wrong);
		return false;
	}
	so->text = text_new(so->so, so->path, kernel);
	return so->text && check_name(so, text_policy(so->text)->name, why);
}

static bool load_plugin(struct policy_so *so, char **why)
{
	const struct hptsim_policy *plugin = so_symbol(so->so, SYMBOL);

	if (!check_plugin(so, plugin, why))
		return false;
	so->external = external_new(plugin, so_reset, so->so);
	return so->external != NULL;
}

static bool load(struct policy_so *so, char **why)
{
	const struct hptsim_kernel *kernel;
	const char *loader;

	switch (so_open(so->path, &so->so, &loader)) {
	case SO_OK:
		break;
	case SO_EOPEN:
		*why = text_format("cannot load policy '%s'%s%s", so->path, loader ? ": " : "",
				   loader ? loader : "");
		return false;
	case SO_ENOMEM:
		return false;
	}
	if (!SHA256File(so->path, so->digest)) {
		*why = text_format("%s: cannot be read", so->path);
		return false;
	}
	kernel = so_symbol(so->so, TEXT_SYMBOL);
	return kernel ? load_text(so, kernel, why) : load_plugin(so, why);
}

static void so_free(struct policy_so *so)
{
	external_free(so->external);
	text_free(so->text);
	so_close(so->so);
	free(so->path);
	free(so);
}

static bool keep(struct policy_so_list *list, struct policy_so *so, char **why)
{
	const char *name = policy_so_policy(so)->name;
	struct policy_so **sos;

	if (policy_so_find(list, name)) {
		*why = text_format("%s: a policy '%s' is loaded already", so->path, name);
		return false;
	}
	sos = realloc(list->sos, (list->count + 1) * sizeof(struct policy_so *));
	if (!sos)
		return false;
	list->sos = sos;
	sos[list->count++] = so;
	return true;
}

/* In a process of its own: loading runs code of the file, too. False: it does not come back, and @why is set. */
static bool survives(struct policy_so *so, char **why)
{
	char how[CHILD_HOW_MAX], done = 'd';
	struct child child;
	ssize_t got;
	int status;

	if (!child_seconds())
		return true;
	if (!child_start(&child)) {
		*why = text_format("%s: cannot start a process: %s", so->path, strerror(errno));
		return false;
	}
	if (!child.pid) {
		load(so, why);
		child_write(&child, &done, sizeof(done));
		_exit(0);
	}
	got = child_read(&child, &done, sizeof(done));
	status = child_end(&child);
	if (got > 0)
		return true;
	*why = text_format("cannot load policy '%s': its code %s", so->path, child_how(status, got < 0, how));
	return false;
}

bool policy_so_add(struct policy_so_list *list, const char *path, char **why)
{
	struct policy_so *so = calloc(1, sizeof(*so));

	*why = NULL;
	if (!so)
		return false;
	so->path = strdup(path);
	if (so->path && survives(so, why) && load(so, why) && keep(list, so, why))
		return true;
	so_free(so);
	return false;
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

const char *policy_so_path(const struct policy_so *so)
{
	return so->path;
}

const char *policy_so_version(const struct policy_so *so)
{
	return so->text ? text_version(so->text) : "";
}

const char *policy_so_digest(const struct policy_so_list *list, const struct policy *policy)
{
	for (size_t i = 0; i < list->count; i++)
		if (policy_so_policy(list->sos[i]) == policy)
			return list->sos[i]->digest;
	return "";
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
