/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LEAVE_H
#define HPTSIM_LEAVE_H
/*
 * What must not stay behind when a signal ends the process: files that are not
 * whole yet, and processes that work for this one. Kept as it comes and goes;
 * leave_now() may be called in a signal handler, whatever it interrupts.
 */
#include <stdbool.h>
#include <sys/types.h>

/* A file, or a directory with all that is in it. Returns a number for leave_done(); below 0: nothing is kept of it. */
int leave_file(const char *path);
int leave_directory(const char *path);

/* It is whole, or gone. A number below 0 is fine. */
void leave_done(int number);

/**
 * leave_fork - fork() a process that ends with this one, however this one ends
 * @group: with a group of its own, for a program that starts others
 *
 * In the child nothing is kept, and signals are as they were before the program
 * wanted them; what a terminal sends reaches the parent only. leave_reaped() is due
 * when the child has been waited for.
 */
pid_t leave_fork(bool group);

/* The same for a process that was started in another way; @pid: its group's, too. */
void leave_child(pid_t pid);
void leave_reaped(pid_t pid);

/* Ends the processes, removes the files. */
void leave_now(void);

#endif
