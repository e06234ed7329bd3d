// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/choose.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Of each error; NULL: there was no memory to say it. */
static void tell(const struct policy_told *told, char *text)
{
	told->error(told->ctx, text ? text : "out of memory");
	free(text);
}

static bool add_policy(struct policy_list *list, const struct policy *policy, char **why)
{
	const struct policy **policies;

	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->policies[i]->name, policy->name) == 0) {
			*why = text_format("--policy names '%s' twice", policy->name);
			return false;
		}
	}
	policies = realloc(list->policies, (list->count + 1) * sizeof(*policies));
	if (!policies)
		return false;
	policies[list->count++] = policy;
	list->policies = policies;
	return true;
}

static bool add_all_policies(struct policy_list *list, char **why)
{
	bool ok = true;

	for (size_t i = 0; policy_table[i] && ok; i++)
		ok = add_policy(list, policy_table[i], why);
	return ok;
}

/* What is said of a name that nobody has; NULL: out of memory. */
static char *unknown_policy(const struct policy_choice *choice, const char *name, const char *path,
			    const struct scenario *sc)
{
	struct text_nearest near = { .word = name };

	for (size_t i = 0; policy_table[i]; i++)
		text_nearest_offer(&near, policy_table[i]->name);
	text_nearest_offer(&near, "all");
	for (size_t i = 0; i < sc->policy_count; i++)
		text_nearest_offer(&near, sc->policies[i]->name);
	for (size_t i = 0; i < choice->sos.count; i++)
		text_nearest_offer(&near, policy_so_policy(choice->sos.sos[i])->name);
	return text_format("unknown policy '%s'%s%s%s\n  'hptsim list policies' lists them; %s makes none of that name", name,
			   near.best ? "\n  did you mean '" : "", near.best ? near.best : "", near.best ? "'?" : "", path);
}

/* A policy that only a scenario can know: a stand-in until one is loaded. */
static bool add_named(struct policy_choice *choice, const char *name, char **why)
{
	struct policy **named = realloc(choice->named, (choice->named_count + 1) * sizeof(*named));
	struct policy *policy = calloc(1, sizeof(*policy));
	char *copy = strdup(name);

	if (named)
		choice->named = named;
	if (!named || !policy || !copy) {
		free(policy);
		free(copy);
		return false;
	}
	policy->priv = copy;
	policy->name = copy;
	named[choice->named_count++] = policy;
	return add_policy(&choice->policies, policy, why);
}

static bool is_named(const struct policy_choice *choice, const struct policy *policy)
{
	for (size_t i = 0; i < choice->named_count; i++)
		if (choice->named[i] == policy)
			return true;
	return false;
}

static const struct policy *find_own(const struct scenario *sc, const char *name)
{
	for (size_t i = 0; i < sc->policy_count; i++)
		if (strcmp(sc->policies[i]->name, name) == 0)
			return sc->policies[i];
	return NULL;
}

static bool is_listed(const struct policy_list *list, const struct policy *policy)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->policies[i] == policy)
			return true;
	return false;
}

static void list_sos(const struct policy_choice *choice, struct policy_list *out)
{
	for (size_t i = 0; i < choice->sos.count; i++) {
		const struct policy *policy = policy_so_policy(choice->sos.sos[i]);

		if (!is_listed(out, policy))
			out->policies[out->count++] = policy;
	}
}

static bool lists_so(const struct policy_choice *choice, const struct policy_list *out)
{
	for (size_t i = 0; i < choice->sos.count; i++)
		if (is_listed(out, policy_so_policy(choice->sos.sos[i])))
			return true;
	return false;
}

/* Does the scenario make a policy of a plug-in's name? */
static bool clashes(const struct policy_choice *choice, const char *path, const struct scenario *sc,
		    const struct policy_told *told)
{
	bool any = false;

	for (size_t i = 0; i < sc->policy_count; i++) {
		if (!policy_so_find(&choice->sos, sc->policies[i]->name))
			continue;
		tell(told, text_format("%s: makes a policy '%s', and so does a --policy-so", path, sc->policies[i]->name));
		any = true;
	}
	return any;
}

/* Those of --policy; false: one is not known. */
static bool list_named(const struct policy_choice *choice, const char *path, const struct scenario *sc,
		       struct policy_list *out, const struct policy_told *told)
{
	bool ok = true;

	for (size_t i = 0; i < choice->policies.count; i++) {
		const char *name = choice->policies.policies[i]->name;
		const struct policy *policy = choice->policies.policies[i];

		if (is_named(choice, policy))
			policy = find_own(sc, name);
		if (!policy)
			policy = policy_so_find(&choice->sos, name);
		if (policy) {
			out->policies[out->count++] = policy;
		} else {
			tell(told, unknown_policy(choice, name, path, sc));
			ok = false;
		}
	}
	return ok;
}

enum policy_choice_status policy_choice_of(const struct policy_choice *choice, const char *path, const struct scenario *sc,
					   const struct policy_told *told, struct policy_list *out)
{
	bool given = choice->policies.count > 0, ok = !clashes(choice, path, sc, told);

	out->policies = calloc(choice->policies.count + sc->policy_count + choice->sos.count + 1, sizeof(*out->policies));
	if (!out->policies)
		return POLICY_CHOICE_ENOMEM;
	ok = list_named(choice, path, sc, out, told) && ok;
	for (size_t i = 0; i < sc->policy_count; i++)
		if (!given || (choice->own_too && !is_listed(out, sc->policies[i])))
			out->policies[out->count++] = sc->policies[i];
	/* who gives a tree wants to see it, unless it is said which policies of one */
	if (!given || choice->all || (choice->has_kernels && !lists_so(choice, out)))
		list_sos(choice, out);
	if (!given && !choice->sos.count && !sc->policy_count) {
		tell(told, text_format("%s: names no policies; say which with --policy", path));
		ok = false;
	}
	return ok ? POLICY_CHOICE_OK : POLICY_CHOICE_EUNKNOWN;
}

bool policy_choice_add(struct policy_choice *choice, const char *names, char **why)
{
	char *copy = strdup(names), *rest = copy, *comma;
	bool ok = true;

	*why = NULL;
	if (!copy)
		return false;
	do {
		char *name = rest;
		const struct policy *policy;

		comma = strchr(rest, ',');
		if (comma) {
			*comma = '\0';
			rest = comma + 1;
		}
		policy = policy_find(name);
		if (policy) {
			ok = add_policy(&choice->policies, policy, why);
		} else if (strcmp(name, "all") == 0) {
			choice->all = true;
			ok = add_all_policies(&choice->policies, why);
		} else {
			ok = add_named(choice, name, why);
		}
	} while (comma && ok);
	free(copy);
	return ok;
}

bool policy_choice_one(const struct policy_choice *choice, const char *otherwise, const struct policy **policy, char **why)
{
	const struct policy_list *list = &choice->policies;
	const char *name = list->count ? list->policies[0]->name : otherwise;

	*why = NULL;
	if (list->count + !list->count * choice->sos.count > 1) {
		*why = text_format("one policy at a time: a kernel has one");
		return false;
	}
	*policy = policy_find(name);
	if (!list->count && choice->sos.count)
		*policy = policy_so_policy(choice->sos.sos[0]);
	if (!*policy)
		*policy = policy_so_find(&choice->sos, name);
	if (!*policy)
		*why = text_format("unknown policy '%s'\n  'hptsim list policies' lists them", name);
	return *policy != NULL;
}

void policy_choice_release(struct policy_choice *choice)
{
	for (size_t i = 0; i < choice->named_count; i++) {
		free(choice->named[i]->priv);
		free(choice->named[i]);
	}
	free(choice->named);
	free(choice->policies.policies);
	policy_so_release(&choice->sos);
	*choice = (struct policy_choice){ 0 };
}
