/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* dladdr(), registers in ucontext_t */
#include "run/apart.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/child.h"
#include "run/pack.h"

#define BUFFER_BYTES	(64u << 10)
#define RECORD_MAX	(1u << 20)	/* none of ours is as long */
#define STACK_BYTES	(64u << 10)

/* Besides events, by enum pack_event. */
enum { RECORD_END = PACK_COUNT, RECORD_CRASH };

struct record_head {
	uint32_t type, size;
};

/* In the child's last moment. */
struct crash {
	int number;
	uint64_t address, pc;
};

/* In the child: a handler has nothing else to know it from. */
static struct {
	struct child *child;	/* NULL: this process is none */
	struct pack_bytes bytes;
	const struct scenario *sc;
} self;

/* --- the child --- */

static void flush(void)
{
	if (!child_write(self.child, self.bytes.data, self.bytes.size))
		_exit(0);	/* nobody listens */
	self.bytes.size = 0;
}

/* Written as a whole, so that what a crash sends does not come into the middle of it. */
static void send(uint32_t type, const void *ev)
{
	struct record_head head = { .type = type };
	size_t at = self.bytes.size;

	pack_add(&self.bytes, &head, sizeof(head));
	if (type < PACK_COUNT)
		pack_event(&self.bytes, (enum pack_event)type, ev, self.sc);
	else
		pack_add(&self.bytes, ev, sizeof(struct sim_error));
	if (self.bytes.no_memory)
		_exit(0);
	head.size = (uint32_t)(self.bytes.size - at - sizeof(head));
	memcpy(self.bytes.data + at, &head, sizeof(head));
	if (self.bytes.size >= BUFFER_BYTES || type == PACK_request_end || type == RECORD_END)
		flush();
}

#define APART_SEND(event) \
	static void send_##event(void *ctx, const struct sim_##event *ev) \
	{ \
		send(PACK_##event, ev); \
	}
SIM_EVENTS(APART_SEND)

/* What happens next is the default: the process ends of it. */
static void on_crash(int number, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;
	struct { struct record_head head; struct crash crash; } record = {
		{ RECORD_CRASH, sizeof(struct crash) }, { number, (uint64_t)(uintptr_t)info->si_addr, 0 },
	};

#if defined(__x86_64__)
	record.crash.pc = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	record.crash.pc = uc->uc_mcontext.pc;
#else
	(void)uc;
#endif
	child_write(self.child, &record, sizeof(record));
	signal(number, SIG_DFL);
	raise(number);
}

/* On a stack of its own: a task's may be what has overflown. */
static void catch_crashes(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	static char stack[STACK_BYTES];
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	action.sa_sigaction = on_crash;
	sigemptyset(&action.sa_mask);
	sigaltstack(&(const stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

static void begin_child(struct child *c, const struct scenario *sc)
{
	self.child = c;
	self.sc = sc;
	catch_crashes();
}

/* Never returns. */
static void run_in_child(struct child *c, const struct scenario *sc, const struct policy *policy,
			 const struct sim_options *options, const struct sim_sink *sink)
{
	struct sim_sink out = { .ctx = NULL };
	struct sim_error error;

	begin_child(c, sc);
	/* what nobody listens to costs nothing */
#define APART_MEMBER(event) \
	if (sink && sink->event) \
		out.event = send_##event;
	SIM_EVENTS(APART_MEMBER)
#undef APART_MEMBER
	sim_run(sc, policy, options, &out, &error);
	fflush(stdout);		/* the policy's own */
	send(RECORD_END, &error);
	_exit(0);
}

/* --- the parent --- */

struct hearing {
	struct child child;
	const struct scenario *sc;
	const struct sim_sink *sink;
	struct pack_bytes bytes;	/* read and not yet told */
	struct crash crash;		/* number 0: none */
	struct sim_error *error;
	bool ended, nonsense, too_long;
};

static bool hear_one(struct hearing *h, const struct record_head *head, void *data)
{
	union pack_any ev;

	if (head->type == RECORD_END && head->size == sizeof(*h->error)) {
		memcpy(h->error, data, sizeof(*h->error));
		h->error->message[SIM_MESSAGE_MAX - 1] = '\0';
		h->ended = true;
		return h->error->status <= SIM_EOOPS && h->error->event <= h->sc->event_count;
	}
	if (head->type == RECORD_CRASH && head->size == sizeof(h->crash)) {
		memcpy(&h->crash, data, sizeof(h->crash));
		return true;
	}
	if (head->type >= PACK_COUNT || !pack_take((enum pack_event)head->type, data, head->size, h->sc, &ev))
		return false;
	if (h->sink)
		pack_tell((enum pack_event)head->type, &ev, h->sink);
	return true;
}

/* All records that are there as a whole. */
static void hear_all(struct hearing *h)
{
	size_t at = 0;

	while (!h->nonsense && !h->ended && h->bytes.size - at >= sizeof(struct record_head)) {
		struct record_head head;

		memcpy(&head, h->bytes.data + at, sizeof(head));
		if (head.size > RECORD_MAX)
			h->nonsense = true;
		if (h->nonsense || h->bytes.size - at - sizeof(head) < head.size)
			break;
		h->nonsense = !hear_one(h, &head, h->bytes.data + at + sizeof(head));
		at += sizeof(head) + head.size;
	}
	if (at)
		memmove(h->bytes.data, h->bytes.data + at, h->bytes.size - at);
	h->bytes.size -= at;
}

static void hear(struct hearing *h)
{
	static unsigned char part[BUFFER_BYTES];
	ssize_t got = 1;

	while (got > 0 && !h->ended && !h->nonsense && !h->bytes.no_memory) {
		got = child_read(&h->child, part, sizeof(part));
		if (got > 0) {
			pack_add(&h->bytes, part, (size_t)got);
			hear_all(h);
		}
	}
	h->too_long = got < 0;
	if (h->nonsense || h->bytes.no_memory)
		h->child.end_ns = 0;
}

/* "crashed: SIGSEGV at address 0x1, at 0x1139 of ./bad.so: 'addr2line -fe ./bad.so 0x1139' says where" */
static void tell_crash(const struct crash *crash, struct sim_error *error)
{
	char name[CHILD_HOW_MAX];
	int length = snprintf(error->message, SIM_MESSAGE_MAX, "its code crashed: %s at address 0x%" PRIx64,
			      child_signal_name(crash->number, name), crash->address);
	Dl_info where;

	if (dladdr((const void *)(uintptr_t)crash->pc, &where) && where.dli_fname)
		snprintf(error->message + length, SIM_MESSAGE_MAX - (size_t)length, ", in %s: 'addr2line -fe %s 0x%" PRIx64 "' says where",
			 where.dli_sname ? where.dli_sname : where.dli_fname, where.dli_fname,
			 crash->pc - (uint64_t)(uintptr_t)where.dli_fbase);
}

/* How the child ended, if not as it should. */
static void judge(const struct hearing *h, int wait_status)
{
	struct sim_error *error = h->error;
	char how[CHILD_HOW_MAX];

	if (h->ended && !h->nonsense)
		return;
	*error = (struct sim_error){ .status = SIM_EOOPS };
	if (h->bytes.no_memory) {
		error->status = SIM_ENOMEM;
		snprintf(error->message, SIM_MESSAGE_MAX, "out of memory");
	} else if (h->nonsense) {
		snprintf(error->message, SIM_MESSAGE_MAX, "its process answers nonsense: its code wrote to memory that is not its own");
	} else if (h->crash.number && WIFSIGNALED(wait_status)) {
		tell_crash(&h->crash, error);
	} else {
		snprintf(error->message, SIM_MESSAGE_MAX, "its code %s", child_how(wait_status, h->too_long, how));
	}
}

static enum sim_status cannot_start(struct sim_error *error)
{
	*error = (struct sim_error){ .status = SIM_ENOMEM };
	snprintf(error->message, SIM_MESSAGE_MAX, "cannot start a process: %s", strerror(errno));
	return error->status;
}

static bool is_apart(const struct policy *policy)
{
	return policy->outside && !self.child && child_seconds();
}

enum sim_status apart_run(const struct scenario *sc, const struct policy *policy, const struct sim_options *options,
			  const struct sim_sink *sink, struct sim_error *error)
{
	struct hearing h = { .sc = sc, .sink = sink, .error = error };

	if (!is_apart(policy))
		return sim_run(sc, policy, options, sink, error);
	if (!child_start(&h.child))
		return cannot_start(error);
	if (!h.child.pid)
		run_in_child(&h.child, sc, policy, options, sink);
	hear(&h);
	judge(&h, child_end(&h.child));
	free(h.bytes.data);
	return error->status;
}

int apart_call(const struct policy *policy, int (*fn)(void *ctx), void *ctx, struct sim_error *error)
{
	static const struct scenario none;
	struct hearing h = { .sc = &none, .error = error };
	int wait_status;

	*error = (struct sim_error){ .status = SIM_OK };
	if (!is_apart(policy))
		return fn(ctx);
	if (!child_start(&h.child))
		return cannot_start(error);
	if (!h.child.pid) {
		struct sim_error fine = { .status = SIM_OK };
		int code;

		begin_child(&h.child, &none);
		code = fn(ctx);
		fflush(stdout);
		send(RECORD_END, &fine);
		_exit(code);
	}
	hear(&h);
	wait_status = child_end(&h.child);
	judge(&h, wait_status);
	free(h.bytes.data);
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
}
