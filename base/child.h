/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CHILD_H
#define HPTSIM_CHILD_H
/* Code that is not hptsim's own, in a process of its own: whatever it does there, and for so long only. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Seconds that it has; HPTSIM_POLICY_SECONDS says otherwise, and 0 there: in this process, for a debugger. */
#define CHILD_SECONDS	120
int64_t child_seconds(void);

struct child {
	pid_t pid;		/* 0: this is it */
	int fd;			/* to write to in the child, to read from else */
	int64_t end_ns;
};

/* False: errno says why. */
bool child_start(struct child *c);

/* Bytes that it wrote, at most @size; 0: it has closed its end; -1: its time is over. */
ssize_t child_read(struct child *c, void *data, size_t size);

/* In the child: write all. */
bool child_write(const struct child *c, const void *data, size_t size);

/* Ends it if it goes on; the status that waitpid() gives. */
int child_end(struct child *c);

#define CHILD_HOW_MAX	96

/* How it ended, for a message: "crashed: SIGSEGV", "called exit(3)", "took more than 120 s and was stopped". */
const char *child_how(int wait_status, bool too_long, char text[CHILD_HOW_MAX]);

/* "SIGSEGV", or "signal 40" */
const char *child_signal_name(int number, char text[CHILD_HOW_MAX]);

#endif
