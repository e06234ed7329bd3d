/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VALIDATE_CHOOSE_H
#define HPTSIM_VALIDATE_CHOOSE_H
/* Which guest and which boot of a log are meant, or why none of it can be compared. */
#include "validate/validate.h"

struct choice {
	const char *guest;		/* name that the user gave; NULL: the one that has something to compare */
	unsigned long long boot;	/* from 1, of the guest's; 0: the last one that has */
	bool boot_only;			/* a boot with nothing to compare is fine, too */
	bool has_scenario;		/* the user says what the guest is like */
};

#define CHOICE_TEXT_MAX	512

/**
 * validate_choose - set v->boot
 * @text: on failure what is wrong with the user's file, in up to three lines without the last
 *        newline; on success which boot was taken, if that may surprise, else empty
 *
 * False: nothing can be compared.
 */
bool validate_choose(struct validate *v, const struct choice *choice, char text[CHOICE_TEXT_MAX]);

#endif
