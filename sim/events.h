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
};

struct sim_request_start {
	unsigned seq;			/* from 1 */
	enum event_kind kind;
	int64_t start_ns;
	uint64_t lmbs_requested;
};

struct sim_request_end {
	unsigned seq;
	enum event_kind kind;
	int64_t start_ns, end_ns;
	uint64_t lmbs_requested;
	uint64_t lmbs_done;		/* LMBs that changed hands and stayed so */
	int err;			/* 0 or a negative errno of the guest */
	uint64_t memory_bytes;		/* after it */
	int64_t phase_ns[PHASE_COUNT];	/* spent during this request */
};

/* One LMB entered or left the guest's memory. */
struct sim_lmb {
	unsigned request_seq;
	uint32_t drc_index;
	bool added;
	int64_t at_ns;
	uint64_t memory_bytes;		/* after it */
};

/* One call of pseries_lpar_resize_hpt(). */
struct sim_resize {
	unsigned seq;			/* from 1, over the run */
	unsigned request_seq;		/* 0: outside any request */
	const char *why;		/* function and branch that asked, e.g. "resize_hpt_for_hotplug" */
	int64_t start_ns;
	uint64_t mem_bytes;		/* size the target was computed from; hpt_order: memory then */
	unsigned from_shift, to_shift;
	const char *prepare_rc;		/* last answer, "H_SUCCESS", ... */
	const char *commit_rc;		/* NULL: COMMIT never called */
	int err;			/* kernel's return code */
	int64_t prepare_ns, commit_ns;	/* commit_ns: the whole guest stands still */
	unsigned prepare_busy_count;	/* H_LONG_BUSY_* answers */
	uint64_t slots_scanned;		/* HPTEs of the old table before the one that stopped it; all on success */
	uint64_t hptes_moved;		/* bolted HPTEs stored in the new table */
	uint64_t hptes_unmapped;	/* VALID entries unmapped (KVM HV) */
	uint64_t host_bytes;		/* held by current plus pending table during it */
	struct sim_mapping collided;	/* the entry that found its slot taken; H_PTEG_FULL only */
	struct sim_mapping occupant;	/* the entry that had it */
	unsigned collision_slot;
};

/* X(id, name, what is wrong): things a reviewer wants to know of a run. */
#define SIM_FINDINGS(X) \
	X(NO_CPUS_LOCK, "no-cpus-lock", "a resize without the CPU hotplug lock held: stop_machine_cpuslocked() needs it") \
	X(DEADLOCK,     "deadlock",     "tasks wait for each other for ever") \
	X(INTERFERENCE, "interference", "two resizes at once: one replaced or took the other's prepared table") \
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

struct sim_run_end {
	int64_t total_ns;
	unsigned resize_attempts, resize_failures;
	int64_t stall_max_ns, stall_total_ns;
	int64_t prepare_ns, commit_ns;
	unsigned hpt_shift_start, hpt_shift_end;
	uint64_t memory_bytes, bolted_count;
	uint64_t host_peak_bytes;	/* most that the tables held at once */
	uint64_t engine_events;		/* events dispatched */
	unsigned findings;
	/* the workload's entries, which are not bolted */
	uint64_t workload_dropped;	/* by resizes */
	uint64_t workload_faults;	/* that brought them back */
	uint64_t workload_evicted;	/* to make room for bolted entries */
	int64_t workload_fault_ns;	/* spent by the guest's CPUs in these faults; not in any phase */
	int64_t phase_ns[PHASE_COUNT];
};

/*
 * X(column, record, field): the numbers of a run as table `run` of the results
 * names them, and where they are: sim_run_start or sim_run_end. Scenarios may
 * expect a value of any of them.
 */
#define SIM_RUN_NUMBERS(X) \
	X(total_ns,           end,   total_ns) \
	X(resize_attempts,    end,   resize_attempts) \
	X(resize_failures,    end,   resize_failures) \
	X(stall_max_ns,       end,   stall_max_ns) \
	X(stall_total_ns,     end,   stall_total_ns) \
	X(prepare_ns,         end,   prepare_ns) \
	X(commit_ns,          end,   commit_ns) \
	X(hpt_shift_start,    end,   hpt_shift_start) \
	X(hpt_shift_end,      end,   hpt_shift_end) \
	X(memory_start_bytes, start, memory_bytes) \
	X(memory_end_bytes,   end,   memory_bytes) \
	X(bolted_start,       start, bolted_count) \
	X(bolted_end,         end,   bolted_count) \
	X(host_peak_bytes,    end,   host_peak_bytes) \
	X(engine_events,      end,   engine_events) \
	X(findings,           end,   findings) \
	X(workload_dropped,   end,   workload_dropped) \
	X(workload_faults,    end,   workload_faults) \
	X(workload_evicted,   end,   workload_evicted) \
	X(workload_fault_ns,  end,   workload_fault_ns)

/* A NULL member is an event nobody listens to. */
struct sim_sink {
	void *ctx;
	void (*run_start)(void *ctx, const struct sim_run_start *ev);
	void (*request_start)(void *ctx, const struct sim_request_start *ev);
	void (*lmb)(void *ctx, const struct sim_lmb *ev);
	void (*resize)(void *ctx, const struct sim_resize *ev);
	void (*request_end)(void *ctx, const struct sim_request_end *ev);
	void (*finding)(void *ctx, const struct sim_finding *ev);
	void (*run_end)(void *ctx, const struct sim_run_end *ev);
};

#endif
