/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_TEXT_INTERNAL_H
#define HPTSIM_KERNEL_TEXT_INTERNAL_H
/* text.c: hptsim calls the text. text_ops.c, text_memory.c: the text calls hptsim. text_entry.c: below both. */
#include "kernel/guard.h"
#include "kernel/shim/abi.h"
#include "kernel/text.h"
#include "kernel/where.h"
#include "sim/guest/guest.h"
#include "sim/kernel_paths.h"

/*
 * What a sane text never does: it ends the run. So many calls, or resizes, and
 * nothing happens to an LMB; so many steps for each LMB of the guest in a request.
 */
#define TEXT_IDLE_CALLS		10000000u
#define TEXT_IDLE_RESIZES	1000u
#define TEXT_OPS_PER_LMB	256u

enum entry_kind { ENTRY_BOOT, ENTRY_DLPAR, ENTRY_CREATE, ENTRY_REMOVE, ENTRY_HPT_ORDER, ENTRY_DETACH, ENTRY_LATER };

/* The text was entered; on the stack of the task. */
struct entry {
	struct text *t;
	enum entry_kind kind;
	sigjmp_buf landing;
	uint64_t mem_asked;		/* what an order was last asked for; 0: nothing */
	uint64_t lmb_ops;
	const struct dlpar_request *rq;	/* ENTRY_DLPAR */
	bool begun;			/* ENTRY_DLPAR: told; ENTRY_DETACH: the LMB is going */
	uint64_t lmb;			/* ENTRY_DETACH */
};

/* The text's own: given back when the run ends. */
struct text_lock {
	struct engine_mutex mutex;
	struct text_lock *next;
};

struct text_alloc {
	struct text_alloc *next;
	size_t size;
	_Alignas(max_align_t) unsigned char data[];
};

struct text_later {
	struct text *t;
	int64_t ns;
	void (*fn)(void *data);
	void *data;
	struct request rq;
	struct text_later *next;
};

struct text {
	struct so *so;
	const char *path;
	const struct hptsim_kernel *k;
	struct symbols *symbols;
	struct policy policy;

	/* this run's */
	struct guest *g;
	struct entry *entry;		/* of the running task, while it is in the text */
	uint8_t *blocks;		/* enum hptsim_block of each LMB */
	struct text_lock *locks;
	struct text_alloc *allocs;
	struct text_later *laters;
	uint64_t idle_calls, idle_resizes;	/* since something last happened to an LMB */
};

/* Enter the text and leave it; text_enter() is followed by sigsetjmp() of the caller's. */
void text_enter(struct text *t, struct entry *e, enum entry_kind kind);
void text_leave(struct text *t);

/* A trap has led back: note it and end the run. Returns only outside of tasks. */
void text_trapped(struct entry *e);

/*
 * Around each call of the text's: hptsim runs, and perhaps other tasks. A call
 * that moves an LMB on is @progress.
 */
struct entry *text_call_begin(struct text *t, bool progress);
void text_call_end(struct text *t, struct entry *e);

/* An initcall runs: there is no task yet, and no time; nothing can wait or change memory. */
bool text_is_booting(const struct text *t);

/* Ends the run. @where: "FILE:LINE"; NULL: wherever in the text it was called from. */
__attribute__((format(printf, 3, 4), noreturn))
void text_oops(struct text *t, const char *where, const char *format, ...);

extern const struct hptsim_kernel_ops text_ops;

/* text_memory.c */
unsigned long long text_memblock_phys_mem_size(void *cookie);
void text_memblock_add(void *cookie, unsigned long long base, unsigned long long size);
void text_memblock_remove(void *cookie, unsigned long long base, unsigned long long size);
int text_add_memory(void *cookie, unsigned long long base, unsigned long long size);
int text_remove_memory(void *cookie, unsigned long long base, unsigned long long size);
enum hptsim_block text_memory_block(void *cookie, unsigned long long base);
int text_device_online(void *cookie, unsigned long lmb);
int text_device_offline(void *cookie, unsigned long lmb);
int text_bolt_linear(void *cookie, unsigned long long base, unsigned long long size);
int text_unbolt_linear(void *cookie, unsigned long long base, unsigned long long size);
void text_search_lmbs(void *cookie);
int text_configure_connector(void *cookie, unsigned long lmb);
int text_rtas_get_sensor(void *cookie, int sensor, unsigned long lmb, int *state);
int text_rtas_set_indicator(void *cookie, int indicator, unsigned long lmb, int value);
bool text_blocks_boot(struct text *t);
/* The LMB of an ENTRY_DETACH is gone. */
void text_detached(struct text *t, struct entry *e);

#endif
