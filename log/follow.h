/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_FOLLOW_H
#define HPTSIM_LOG_FOLLOW_H
/*
 * Between the files that follow a log: the requests of a boot in order, each
 * walked as dlpar_memory() walks its LMBs, with the resize attempts of the log
 * as witness of how far it came. Nothing is simulated: how an attempt ended is
 * in the log.
 *
 * An LMB asks for a resize when the order that the guest wants is above the
 * table's, or below it by two or more (mainline's rule). So the attempts between
 * a request's first line and the one that says it is undone count its LMBs.
 *
 * What turns out to be wrong about something earlier becomes a hint, and the
 * boot is followed once more.
 */
#include "log/klog.h"
#include "log/lmbs.h"
#include "log/plan.h"
#include "sim/hypervisor/mmu.h"

enum hint_kind {
	HINT_REMOVED,		/* attempt @at is of a removal by index, of LMB @first */
	HINT_DRIVER,		/* attempt @at is of a driver that adds @count LMBs of its own */
	HINT_DIMM,		/* until request @at a DIMM was at @first, of @count LMBs */
};

struct hint {
	enum hint_kind kind;
	size_t at;
	uint64_t first, count;
};

/* How far attempts and memory are. */
struct track {
	uint64_t bytes;		/* memblock_phys_mem_size() */
	unsigned shift;		/* of the table */
	size_t attempt;		/* next one of the log */
};

enum step {
	STEP_QUIET,		/* no resize is due */
	STEP_ASKED,		/* one is, and it is the next attempt */
	STEP_SHORT,		/* one is, and there is no attempt left */
	STEP_OTHER,		/* one is, and the next attempt cannot be it */
};

/* An attempt outside any request that may be of something else than it is taken for, or of another LMB. */
struct doubt {
	size_t attempt;
	uint64_t bytes;		/* memory then */
	bool removal;		/* by index: its order is what one would have asked for */
};

struct follower {
	struct plan *plan;
	const struct klog *log;
	const struct klog_boot *boot;
	struct lmbs lmbs;
	struct mmu mmu;
	struct track now;
	bool witness;			/* attempts tell of LMBs */
	bool lag;			/* an LMB that goes still counts when the check is made (v5.5) */
	bool told;			/* a collision is told where an LMB goes, and only there (v5.2) */
	bool quiet_machine;		/* hotplug events do not make requests */
	uint64_t least_lmbs, most_lmbs;	/* that the guest knows of: maxmem */
	uint64_t seen_lmbs;		/* PowerVM: the partition has so many, as lines of the boot show */
	uint32_t quiet_dimm;		/* the last quiet DIMM, if it may still turn out to be larger */
	size_t quiet_event;
	uint64_t boot_lmbs;		/* of DIMMs at boot */
	uint64_t lacking;		/* LMBs that went by index though none was left */
	uint64_t driver_lmbs;		/* of a driver's memory that is there */
	unsigned driver_count;
	struct doubt *doubts;
	size_t doubt_count;
	struct hint *hints;
	size_t hint_count;
	size_t request;			/* that is being followed, or comes next */
	unsigned first_shift;		/* of the table at boot */
	uint64_t *room;			/* scratch: LMBs of the request at hand */
	uint64_t room_count;
	bool again;			/* a hint was added: what follows is void */
	bool no_memory;
};

static inline uint64_t follow_lmb_bytes(const struct follower *f)
{
	return f->plan->lmb_bytes;
}

static inline const struct klog_attempt *follow_attempt(const struct follower *f, size_t i)
{
	return &f->log->attempts[i];
}

/* Follow the whole boot; the plan gets its events and faults. */
void follow_boot(struct follower *f);
void follow_free(struct follower *f);

/* Faults that explain how attempts ended; false: out of memory. */
bool follow_resize_faults(const struct follower *f);

/* --- follow_read.c: the log and the plan --- */

/* A list of LMBs to work with; NULL: there are not so many, or no memory. */
uint64_t *follow_room(struct follower *f, uint64_t count);

/* LMB @lmb fails the @nth time. */
void follow_fault(struct follower *f, enum fault_kind kind, uint64_t lmb, uint32_t nth);

/* Does it begin before the one before it can have ended? Then it is no attempt of its own. */
bool follow_too_soon(const struct follower *f, size_t attempt);

/* Did the hypervisor start a table for it? */
bool follow_is_granted(const struct follower *f, size_t attempt);

const struct hint *follow_hint(const struct follower *f, enum hint_kind kind, size_t at);

void follow_push(struct follower *f, struct plan_event ev);

/* Is there a hpt_order that may have been something else? */
bool follow_has_doubt(const struct follower *f);

/* The LMB of a line; UINT64_MAX: it has none. */
uint64_t follow_lmb_of(const struct follower *f, const struct klog_record *r);

/* The next line of @kind of a request from *@at on, which moves behind it; UINT64_MAX: none. */
uint64_t follow_listed(const struct follower *f, const struct klog_request *rq, enum klog_kind kind, size_t *at);

/* First attempt of the request behind its rollback line; its end if there is none. */
size_t follow_rollback(const struct follower *f, const struct klog_request *rq);

/* --- follow_step.c: attempts --- */

/* One LMB comes (@add) or goes: what the log's attempts before @end say to that. */
enum step follow_step(const struct follower *f, struct track *t, size_t end, bool add);

/* @count LMBs in a row; how many of them the attempts allow. */
uint64_t follow_steps(const struct follower *f, struct track *t, size_t end, bool add, uint64_t count);

/* Did the attempt last so long that PREPARE timed out? */
bool follow_timed_out(const struct follower *f, size_t attempt);

/* Nothing explains these attempts: believe only how they ended. */
void follow_skip(struct follower *f, size_t end);

/*
 * @count LMBs come or go in a request that worked, and all its attempts are of
 * them, but for those that only somebody else at debugfs can have made. False:
 * not so, and nothing changed.
 */
bool follow_all(struct follower *f, uint64_t count, bool add, size_t end);

/* --- follow_hints.c: what is open --- */

void follow_add_hint(struct follower *f, struct hint hint);
/* LMBs [@first, @end) have to be in DIMMs: those that are missing come quietly. */
void follow_need(struct follower *f, uint64_t first, uint64_t end);
/* @count LMBs that the guest can take have to be there somewhere. */
void follow_need_count(struct follower *f, uint64_t count);
/* The machine has so much memory that a table of @shift is granted. */
void follow_need_ram(struct follower *f, int shift);
/* No larger from here on: a request came to its end. */
void follow_close_quiet(struct follower *f);

/* A DIMM that has LMB @lmb, as a later line says. */
const struct hint *follow_dimm_hint(const struct follower *f, uint64_t lmb);
/* LMB @lmb is gone though no line says so. */
void follow_vanish(struct follower *f, uint64_t lmb);
/* An LMB that a removal by index took, which no line names; lmbs.end: none is there. */
uint64_t follow_guess_removed(struct follower *f);
/* Memory of a driver explains request @rq: true, and a hint. */
bool follow_try_driver(struct follower *f, uint64_t count, bool add, size_t end);

/* The same of attempt @attempt, with which that memory goes again. */
bool follow_try_driver_gone(struct follower *f, size_t attempt);

/* --- follow_add.c, follow_remove.c, follow_alone.c --- */

void follow_add(struct follower *f, size_t request);
void follow_remove(struct follower *f, size_t request);
/* An attempt outside any request. */
void follow_alone(struct follower *f, size_t attempt);

#endif
