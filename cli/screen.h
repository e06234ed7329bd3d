/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCREEN_H
#define HPTSIM_SCREEN_H
/*
 * What stdout and stderr let through. Names, texts and paths are of others: of
 * scenarios, databases, logs, mails. What a terminal would take for a command, or
 * would show in another order than it is, is written as \x1b or \u202e, whatever
 * prints it; so are bytes that are no UTF-8.
 */

/* To be called once, before anything is printed. Descriptors that are closed stay so, even if a file is opened. */
void screen_install(void);

/* What is printed is for programs: its bytes go to a file or a pipe as they are, but not to a terminal. */
void screen_is_data(void);

/* Why stdout could not be written, as errno has it; 0: it could. */
int screen_error(void);

/* To stderr, past all this: for a line that rewrites itself. */
void screen_raw(const char *text);

#endif
