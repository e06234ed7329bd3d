/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_VALUES_H
#define HPTSIM_SCENARIO_VALUES_H
/* Inside of the reader: the types of keys, and how a value of each is read. */
#include "scenario/loader.h"

/* A value being read: which key it is of, and where it stands. */
struct reading {
	struct loader *ld;
	const struct key *key;
	const struct node *value;
	const char *text;
};

struct key_type_info {
	const char *takes;
	bool (*read)(const struct reading *r, void *store);
};

/* By enum key_type; KEY_CUSTOM has no reader. */
extern const struct key_type_info key_types[];

#endif
