/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_EXTERNAL_PLACES_H
#define HPTSIM_POLICIES_EXTERNAL_PLACES_H
/* Between external.c and nobody else: where hooks are called from. */

/* X(id, text): the places that hooks are called from, for `why`. */
#define PLACES(X) \
	X(INIT, "init") \
	X(CREATE_SECTION, "hash__create_section_mapping") \
	X(REMOVE_SECTION, "hash__remove_section_mapping") \
	X(ADD_LMB_BEGIN, "dlpar_add_lmb, begin") \
	X(ADD_LMB_END, "dlpar_add_lmb, end") \
	X(REMOVE_LMB_BEGIN, "dlpar_remove_lmb, begin") \
	X(REMOVE_LMB_END, "dlpar_remove_lmb, end") \
	X(ADD_BEGIN, "before the LMB loop") \
	X(ADD_END, "after the LMB loop") \
	X(REMOVE_BEGIN, "before the LMB loop") \
	X(REMOVE_END, "after the LMB loop") \
	X(ROLLBACK_BEGIN, "before the rollback") \
	X(ROLLBACK_END, "after the rollback")

enum place {
#define PLACE_ENUM(id, text) PLACE_##id,
	PLACES(PLACE_ENUM)
#undef PLACE_ENUM
	PLACE_COUNT
};

#endif
