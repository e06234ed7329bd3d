// SPDX-License-Identifier: GPL-2.0-or-later
#define _XOPEN_SOURCE 700	/* sigaltstack(), setitimer() */
#include "cli/stop.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/leave.h"
#include "cli/command.h"

#define PATIENCE_US	120000	/* for the next event; in all it is to be over within 0.2 s */
#define TEXT_MAX	512
#define STACK_BYTES	(64 * 1024)	/* vector registers are saved there, too */

static const struct { int number; const char *name; } signals[] = {
	{ SIGINT, "SIGINT" }, { SIGTERM, "SIGTERM" }, { SIGHUP, "SIGHUP" },
};

#define SIGNAL_COUNT	(sizeof(signals) / sizeof(signals[0]))

/* A handler has nothing else to know it from. */
static struct {
	volatile sig_atomic_t number;	/* that came and waits; 0: none */
	volatile sig_atomic_t guarded, which;
	char texts[2][TEXT_MAX];	/* the one that is not shown is written */
	bool is_terminal;
	struct store *store;
	const char *path, *more;
	uint64_t kept;
} stop = { .texts = { "no file was written" } };

static void put(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

	(void)ignored;
}

/* Async-signal-safe functions only. */
static void end(int number)
{
	sigset_t set;

	leave_now();
	put(stop.is_terminal ? "\r\033[K" : "");
	put("hptsim: stopped by ");
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == number)
			put(signals[i].name);
	put(": ");
	put(stop.texts[stop.which]);
	put("\n");
	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number);
}

static void on_late(int unused)
{
	end(stop.number);
}

static void on_signal(int number)
{
	struct sigaction late = { .sa_handler = on_late, .sa_flags = SA_ONSTACK };
	struct itimerval patience = { .it_value.tv_usec = PATIENCE_US };

	if (!stop.guarded || stop.number)
		end(number);
	stop.number = number;
	sigemptyset(&late.sa_mask);
	sigaction(SIGALRM, &late, NULL);
	setitimer(ITIMER_REAL, &patience, NULL);
}

void stop_install(void)
{
	/* its own: stacks of the simulator's tasks are small */
	static char stack[STACK_BYTES];
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	stop.is_terminal = isatty(STDERR_FILENO);
	sigaltstack(&(const stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaddset(&action.sa_mask, signals[i].number);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		struct sigaction before;

		if (sigaction(signals[i].number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(signals[i].number, &action, NULL);
	}
}

void stop_says(const char *format, ...)
{
	int other = !stop.which;
	va_list args;

	va_start(args, format);
	vsnprintf(stop.texts[other], TEXT_MAX, format, args);
	va_end(args);
	stop.which = other;
}

static void say_kept(void)
{
	stop.kept = store_kept(stop.store);
	if (stop.kept)
		stop_says("%" PRIu64 " run%s added to %s and kept, later ones are not%s", stop.kept, stop.kept == 1 ? " was" : "s were",
			  stop.path, stop.more);
	else
		stop_says("no run was added to %s%s", stop.path, stop.more);
}

void stop_guards(struct store *st, const char *path, const char *more)
{
	bool same = st && st == stop.store && store_kept(st) == stop.kept;

	stop.store = st;
	stop.path = path;
	stop.more = more;
	if (st && !same)
		say_kept();
	stop.guarded = st != NULL;
}

void stop_here(void)
{
	if (!stop.number)
		return;
	if (stop.store) {
		store_stop(stop.store);
		say_kept();
	}
	end(stop.number);
}

#define STOP_ON(event) \
	static void on_##event(void *ctx, const struct sim_##event *ev) \
	{ \
		stop_here(); \
	}
STOP_ON(request_start)
STOP_ON(lmb_start)
STOP_ON(lmb)
STOP_ON(resize_start)
STOP_ON(resize)
STOP_ON(run_end)

struct sim_sink stop_sink(void)
{
	return (struct sim_sink){
		.request_start = on_request_start, .lmb_start = on_lmb_start, .lmb = on_lmb,
		.resize_start = on_resize_start, .resize = on_resize, .run_end = on_run_end,
	};
}
