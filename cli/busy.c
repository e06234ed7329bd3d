// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * That a command is at work, for a user who waits and does not want it --quiet: a line
 * on stderr, rewritten each second by a signal handler, so that nothing that works
 * has to know of it.
 */
#define _XOPEN_SOURCE 700	/* SA_ONSTACK */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

#define LINE_MAX_BYTES	128

/* A handler has nothing else to know it from. */
static struct {
	volatile sig_atomic_t on, shown, seconds;
	char text[LINE_MAX_BYTES];
	size_t length;
} busy;

static bool quiet;

void cli_set_quiet(void)
{
	quiet = true;
}

bool cli_quiet(void)
{
	return quiet;
}

static void write_all(const char *text, size_t length)
{
	ssize_t ignored = write(STDERR_FILENO, text, length);

	(void)ignored;
}

/* Async-signal-safe functions only. */
static void tick(int signal)
{
	char line[LINE_MAX_BYTES + 16], digits[12];
	size_t length = busy.length, count = 0;

	if (!busy.on)
		return;
	busy.seconds++;
	busy.shown = 1;
	memcpy(line, busy.text, length);
	for (int rest = busy.seconds; rest; rest /= 10)
		digits[count++] = (char)('0' + rest % 10);
	while (count)
		line[length++] = digits[--count];
	line[length++] = ' ';
	line[length++] = 's';
	write_all(line, length);
	alarm(1);
}

/* On the stack of stop_install(): those of the simulator's tasks are small. */
static bool install(void)
{
	struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART | SA_ONSTACK };

	sigemptyset(&action.sa_mask);
	return sigaction(SIGALRM, &action, NULL) == 0;
}

static void add(const char *text)
{
	size_t length = strlen(text);

	if (length > LINE_MAX_BYTES - busy.length)
		length = LINE_MAX_BYTES - busy.length;
	memcpy(busy.text + busy.length, text, length);
	busy.length += length;
}

void cli_busy(const char *what)
{
	if (cli_quiet() || !isatty(STDERR_FILENO) || !install())
		return;
	busy.length = 0;
	add("\r\033[K");
	add(what);
	add(": ");
	busy.seconds = 0;
	busy.on = 1;
	alarm(1);
}

void cli_idle(void)
{
	if (!busy.on)
		return;
	alarm(0);
	busy.on = 0;
	if (busy.shown)
		write_all("\r\033[K", 4);
	busy.shown = 0;
}
