/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EVENTS_H
#define HPTSIM_EVENTS_H
/*
 * What a run tells the outside: a stream of typed events.
 *
 * Everything that a person sees (rows, tables, plots) is made by a sink of
 * this stream. Records are valid during the call only. All times are virtual
 * nanoseconds since the end of boot.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/scenario.h"

/*
 * Where virtual time goes. The phases of a request add up to its time; those of
 * a run to its total, unless requests overlap.
 */
#define SIM_PHASES(X) \
	X(EVENT,   "event",   "delivering a hotplug event, fixed part of a request") \
	X(RTAS,    "rtas",    "RTAS calls: DRC state, configure-connector") \
	X(LMB,     "lmb",     "LMB and memory block bookkeeping, look-ups") \
	X(SECTION, "section", "sections and vmemmap pages") \
	X(BOLT,    "bolt",    "H_ENTER of bolted entries") \
	X(UNBOLT,  "unbolt",  "H_READ and H_REMOVE of bolted entries") \
	X(FLUSH,   "flush",   "flush_dcache_range of removed memory") \
	X(ONLINE,  "online",  "device_online") \
	X(OFFLINE, "offline", "device_offline") \
	X(PREPARE, "prepare", "H_RESIZE_HPT_PREPARE, its polling and sleeping") \
	X(COMMIT,  "commit",  "stop_machine with H_RESIZE_HPT_COMMIT: the guest stands still") \
	X(REFAULT, "refault", "hypervisor page faults after a COMMIT (KVM HV)") \
	X(LOCK,    "lock",    "waiting for a lock that another task holds") \
	X(REBOOT,  "reboot",  "the guest reboots") \
	X(IDLE,    "idle",    "waiting between requests")

enum sim_phase {
#define SIM_PHASE_ENUM(id, name, doc) PHASE_##id,
	SIM_PHASES(SIM_PHASE_ENUM)
#undef SIM_PHASE_ENUM
	PHASE_COUNT
};

struct sim_phase_info { const char *name, *doc; };
extern const struct sim_phase_info sim_phase_info[PHASE_COUNT];

/* Longest message of a run that fails, the end included. */
#define SIM_MESSAGE_MAX 256

/* A place in the guest's address space, as a bolted entry maps it. */
struct sim_mapping {
	const char *region;		/* "linear", "vmemmap", "vrma"; NULL: none */
	uint64_t ea;			/* effective address; vrma: guest real address */
	uint64_t pteg;			/* in the old table */
};

struct sim_run_start {
	const char *policy;
	unsigned hpt_shift;
	uint64_t memory_bytes;		/* memblock_phys_mem_size() */
	uint64_t bolted_count;
	uint64_t host_bytes;		/* held by the table */
};

/* A kernel starts: at the beginning of the run, and at each reboot. */
struct sim_boot {
	int64_t at_ns;
	unsigned kernel;		/* KERNEL_VERSION() */
	enum hv_kind hypervisor;
	unsigned vcpu_count;
	unsigned hpt_shift;
	uint64_t memory_bytes;
	/* base page sizes, log2 bytes */
	unsigned linear_shift, virtual_shift, vmemmap_shift;
	unsigned max_page_shift;	/* that the hypervisor offers */
	unsigned segment_shift;		/* of kernel segments: 28 or 40 */
	uint64_t lmb_bytes;
	bool can_resize;		/* the hypervisor offers it */
	bool kfence_disabled;		/* built in, but off */
	bool has_printk;		/* sim_printk will tell what it logs */
};

struct sim_request_start {
	unsigned seq;			/* from 1 */
	enum event_kind kind;
	const struct event_spec *event;	/* of the scenario */
	int64_t start_ns;
	uint64_t lmbs_requested;
};

struct sim_request_end {
	unsigned seq;
	enum event_kind kind;
	int64_t start_ns, end_ns;
	uint64_t lmbs_requested;
	uint64_t lmbs_done;		/* LMBs that changed hands and stayed so */
	uint64_t lmbs_already;		/* that were as asked for before it */
	int err;			/* 0 or a negative errno of the guest */
	uint64_t memory_bytes;		/* after it */
	int64_t phase_ns[PHASE_COUNT];	/* spent during this request */
};

/* Did a request fail, or do less than it was asked for? This is what all of hptsim calls a failed request. */
static inline bool sim_request_failed(int64_t err, uint64_t lmbs_requested, uint64_t lmbs_done, uint64_t lmbs_already)
{
	return err || lmbs_done + lmbs_already < lmbs_requested;
}

/* dlpar_add_lmb() or dlpar_remove_lmb() is entered; also to undo the other one. */
struct sim_lmb_start {
	unsigned request_seq;
	uint32_t drc_index;
	bool add;
	int64_t at_ns;
};

/* It returns; every sim_lmb of it is before. */
struct sim_lmb_end {
	unsigned request_seq;
	uint32_t drc_index;
	bool add;
	int64_t at_ns;
	int err;			/* 0 or a negative errno of the guest */
};

/* One LMB entered or left the guest's memory. */
struct sim_lmb {
	unsigned request_seq;
	uint32_t drc_index;
	bool added;
	int64_t at_ns;
	uint64_t memory_bytes;		/* after it */
};

enum sim_dlpar_action { PSERIES_HP_ELOG_ACTION_ADD, PSERIES_HP_ELOG_ACTION_REMOVE };

/* X(id, what has just happened): the steps of dlpar_memory() that the kernel logs. */
#define SIM_DLPAR_STEPS(X) \
	X(BEGIN,    "the request is about to be tried") \
	X(TOO_FEW,  "there are not enough LMBs: refused before the first one") \
	X(ROLLBACK, "an LMB failed: what was done is undone") \
	X(LMB_DONE, "all of it succeeded: once for each LMB, ascending") \
	X(END,      "the request is over")

enum sim_dlpar_step {
#define SIM_DLPAR_ENUM(id, doc) DLPAR_##id,
	SIM_DLPAR_STEPS(SIM_DLPAR_ENUM)
#undef SIM_DLPAR_ENUM
};

/* A step of a hotplug request, however it reached the guest. */
struct sim_dlpar {
	unsigned request_seq;
	enum event_kind kind;		/* what it is part of */
	enum sim_dlpar_step step;
	int64_t at_ns;
	/* as asked for */
	enum sim_dlpar_action action;
	enum lmb_by by;
	uint32_t count;			/* by count and indexed-count */
	uint32_t drc_index;		/* by index and indexed-count */
	/* by step */
	uint64_t lmbs_available;	/* TOO_FEW */
	uint32_t lmb_drc_index;		/* LMB_DONE */
	uint64_t lmb_base;		/* LMB_DONE: its address */
	int err;			/* END */
};

/* The kernel's own text logs a line. */
struct sim_printk {
	int64_t at_ns;
	unsigned level;			/* 0 to 7, as KERN_EMERG to KERN_DEBUG */
	const char *text;		/* without a newline at its end */
};

/* X(id, function or place): from where a resize was asked for. */
#define SIM_ORIGINS(X) \
	X(REQUEST,   "the request path, outside any section mapping") \
	X(CREATE,    "hash__create_section_mapping()") \
	X(REMOVE,    "hash__remove_section_mapping()") \
	X(HPT_ORDER, "hpt_order_set()")

enum sim_origin {
#define SIM_ORIGIN_ENUM(id, text) ORIGIN_##id,
	SIM_ORIGINS(SIM_ORIGIN_ENUM)
#undef SIM_ORIGIN_ENUM
	ORIGIN_COUNT
};

const char *sim_origin_text(enum sim_origin origin);

/* pseries_lpar_resize_hpt() is entered; its sim_resize follows when it returns. */
struct sim_resize_start {
	unsigned request_seq;		/* 0: outside any request */
	int64_t start_ns;
	unsigned from_shift;
	int64_t to_shift;		/* as asked: debugfs takes any number */
};

/* One call of pseries_lpar_resize_hpt(). */
struct sim_resize {
	unsigned seq;			/* from 1, over the run */
	unsigned request_seq;		/* 0: outside any request */
	const char *why;		/* function and branch that asked, e.g. "resize_hpt_for_hotplug" */
	enum sim_origin origin;
	int64_t start_ns;
	uint64_t mem_bytes;		/* size the target was computed from; hpt_order: memory then */
	uint64_t memory_bytes;		/* memblock_phys_mem_size() at that moment */
	uint64_t ram_bytes;		/* the hypervisor's: boot memory and plugged DIMMs */
	unsigned from_shift;
	int64_t to_shift;		/* as asked: debugfs takes any number */
	const char *prepare_rc;		/* last answer, "H_SUCCESS", ... */
	const char *commit_rc;		/* NULL: COMMIT never called */
	int err;			/* kernel's return code */
	int64_t prepare_ns, commit_ns;	/* commit_ns: the whole guest stands still */
	unsigned prepare_busy_count;	/* H_LONG_BUSY_* answers */
	uint64_t slots_scanned;		/* HPTEs of the old table before the one that stopped it; all on success */
	uint64_t hptes_moved;		/* bolted HPTEs stored in the new table */
	uint64_t hptes_unmapped;	/* VALID entries unmapped (KVM HV) */
	uint64_t host_bytes;		/* held by current plus pending table during it */
	uint64_t fresh_bytes;		/* of these: that no table had before */
	struct sim_mapping collided;	/* the entry that found its slot taken; H_PTEG_FULL only */
	struct sim_mapping occupant;	/* the entry that had it */
	unsigned collision_slot;
	uint64_t collision_entries;	/* bolted ones in that slot of the old table; 0: no slot decided */
};

/*
 * Time of the guest that was booked on a phase, told when it is over. The steps
 * of a request add up to its phases.
 */
struct sim_step {
	unsigned request_seq;		/* 0: outside any request */
	enum sim_phase phase;
	const char *what;		/* more precisely, e.g. "msleep"; may be NULL */
	int64_t start_ns, end_ns;
	int64_t booked_ns;		/* less than it took if another task stopped the machine meanwhile */
};

/* The hypervisor's prepare worker begins to allocate and clear a table. */
struct sim_worker_start {
	unsigned seq;			/* from 1, over the run */
	int64_t at_ns;
	unsigned shift;
	uint64_t table_bytes;
};

struct sim_worker_end {
	unsigned seq;
	int64_t at_ns;
	const char *rc;			/* "H_SUCCESS", ...; NULL: it hung until it was cancelled (a fault) */
	bool cancelled;			/* nobody wants its table any more */
};

/* X(id, name, what it is): numbers that change while a run goes on. */
#define SIM_GAUGES(X) \
	X(HPT_SHIFT, "hpt_shift",    "order of the HPT as the guest knows it") \
	X(MEMORY,    "memory_bytes", "memblock_phys_mem_size()") \
	X(BOLTED,    "bolted_count", "bolted entries in the HPT") \
	X(HOST,      "host_bytes",   "held by current and pending tables")

enum sim_gauge_kind {
#define SIM_GAUGE_ENUM(id, name, doc) GAUGE_##id,
	SIM_GAUGES(SIM_GAUGE_ENUM)
#undef SIM_GAUGE_ENUM
	GAUGE_COUNT
};

/* A gauge may have changed. sim_run_start has what they begin with. */
struct sim_gauge {
	enum sim_gauge_kind kind;
	int64_t at_ns;
	uint64_t value;
};

/* X(id, name, what is wrong): things a reviewer wants to know of a run. */
#define SIM_FINDINGS(X) \
	X(FIRST_TABLE, "first-table", "a first table that the host cannot allocate: QEMU ends, and there is no guest") \
	X(NO_CPUS_LOCK, "no-cpus-lock", "a resize without the CPU hotplug lock held: stop_machine_cpuslocked() needs it") \
	X(DEADLOCK,     "deadlock",     "tasks wait for each other for ever") \
	X(INTERFERENCE, "interference", "two resizes at once: one replaced or took the other's prepared table") \
	X(LOST_ENTRY,   "lost-entry",   "a bolted entry in its secondary PTEG, where the MMU does not find it: the guest Oopses") \
	X(UNLOCK,       "unlock",       "an unlock of a lock that the task does not hold; it is left out")

enum sim_finding_kind {
#define SIM_FINDING_ENUM(id, name, doc) FINDING_##id,
	SIM_FINDINGS(SIM_FINDING_ENUM)
#undef SIM_FINDING_ENUM
	FINDING_COUNT
};

const char *sim_finding_name(enum sim_finding_kind kind);

/* Each occurrence is reported. */
struct sim_finding {
	enum sim_finding_kind kind;
	int64_t at_ns;
	unsigned request_seq;		/* 0: none */
	const char *text;		/* one sentence: who, where, for whom */
};

/*
 * X(A, type, name, what): the numbers that a run ends with. Each is a member of
 * sim_run_end, a column of table `run` of the results, a member of `runs` in JSON,
 * and what a scenario may expect: a row here and its value in sim.c is all of it.
 * A is handed on.
 */
#define SIM_RUN_NUMBERS(X, A) \
	X(A, int64_t,  total_ns,            "virtual time from the end of boot to the end of the last event") \
	X(A, unsigned, resize_attempts,     "calls of the guest's resize function") \
	X(A, unsigned, resize_failures,     "those that did not change the table") \
	X(A, int64_t,  stall_max_ns,        "longest time that the whole guest stood still") \
	X(A, int64_t,  stall_total_ns,      "sum of these times") \
	X(A, int64_t,  prepare_ns,          "in PREPARE") \
	X(A, int64_t,  commit_ns,           "in COMMIT") \
	X(A, unsigned, hpt_shift_start,     "order of the first table") \
	X(A, unsigned, hpt_shift_end,       "order of the last table") \
	X(A, uint64_t, memory_start_bytes,  "the guest's, after boot") \
	X(A, uint64_t, memory_end_bytes,    "the guest's, at the end") \
	X(A, uint64_t, bolted_start,        "bolted entries after boot") \
	X(A, uint64_t, bolted_end,          "bolted entries at the end") \
	X(A, uint64_t, host_peak_bytes,     "most host memory that the tables held at once") \
	X(A, uint64_t, engine_events,       "events dispatched") \
	X(A, unsigned, findings,            "things that a reviewer wants to know of") \
	X(A, unsigned, failed_requests,     "requests that failed, did less than asked or never ended") \
	X(A, uint64_t, memory_wanted_bytes, "had each request done all that it was asked for") \
	X(A, uint64_t, workload_dropped,    "the workload's entries, which are not bolted: dropped by resizes") \
	X(A, uint64_t, workload_faults,     "page faults that brought them back") \
	X(A, uint64_t, workload_evicted,    "dropped to make room for bolted ones") \
	X(A, int64_t,  workload_fault_ns,   "spent by the guest's CPUs in these faults; in no phase")

/* X(A, what the table of runs calls it, the number) */
#define SIM_RUN_WORDS(X, A) \
	X(A, "total",           total_ns) \
	X(A, "requests failed", failed_requests) \
	X(A, "memory",          memory_end_bytes) \
	X(A, "attempts",        resize_attempts) \
	X(A, "failures",        resize_failures) \
	X(A, "in prepare",      prepare_ns) \
	X(A, "in commit",       commit_ns) \
	X(A, "longest stall",   stall_max_ns) \
	X(A, "final order",     hpt_shift_end)

struct sim_run_end {
#define SIM_RUN_NUMBER_MEMBER(A, type, name, what) type name;
	SIM_RUN_NUMBERS(SIM_RUN_NUMBER_MEMBER, )
#undef SIM_RUN_NUMBER_MEMBER
	int64_t phase_ns[PHASE_COUNT];
};

struct hpt;

/* Looks at the model itself while it runs; cannot change it. */
struct sim_observer {
	void *ctx;
	/*
	 * H_RESIZE_HPT_COMMIT to @to_shift is about to look at the table: the guest
	 * stands still. @hpt (sim/hpt.h, sim/hypervisor/census.h) is to be
	 * looked at, during the call only.
	 * The attempt's sim_resize is the next one of the stream.
	 */
	void (*before_commit)(void *ctx, struct hpt *hpt, unsigned to_shift);
};

/* X(NAME): struct sim_NAME, in no order. */
#define SIM_EVENTS(X) \
	X(run_start) X(boot) X(request_start) X(dlpar) X(printk) X(lmb_start) X(lmb) X(lmb_end) \
	X(resize_start) X(resize) X(step) X(worker_start) X(worker_end) X(gauge) X(request_end) X(finding) \
	X(run_end)

/* A NULL member is an event nobody listens to. */
struct sim_sink {
	void *ctx;
#define SIM_SINK_MEMBER(event) void (*event)(void *ctx, const struct sim_##event *ev);
	SIM_EVENTS(SIM_SINK_MEMBER)
#undef SIM_SINK_MEMBER
};

#endif
