-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Results of hptsim, schema 9. Times are virtual nanoseconds since the end of
-- boot, sizes are bytes, shifts are log2 of bytes. Addresses are hexadecimal
-- text because SQLite's integers are signed. No row depends on when or where a
-- run was made: the same input gives the same row, but for its ids.
--
-- store.c sets application_id and user_version, and brings older files up to
-- date: what is added here is added there, too.

-- What a run was made from; runs of the same input share a row.
CREATE TABLE input (
	id INTEGER PRIMARY KEY,
	scenario_sha256 TEXT NOT NULL,		-- of scenario_text
	sets TEXT NOT NULL,			-- what --set changed in it, each with a newline behind it
	costs_sha256 TEXT NOT NULL,		-- of costs_text
	scenario_text TEXT NOT NULL,		-- the file
	costs_text TEXT NOT NULL,		-- the cost profile's file
	costs_about TEXT NOT NULL,		-- where its prices come from: "key: text", each with a newline
	page_shift INTEGER NOT NULL,		-- the guest's base page: with it goes the HPT that it wishes for
	UNIQUE (scenario_sha256, costs_sha256, sets)
) STRICT;

-- A published time that a scenario names: 'reference'.
CREATE TABLE published (
	input_id INTEGER NOT NULL REFERENCES input (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,			-- from 1
	policy TEXT NOT NULL,			-- whose run it is compared with
	request_seq INTEGER,			-- NULL: the whole run
	ns INTEGER NOT NULL,			-- the published time
	source TEXT NOT NULL,			-- who measured it, where and when
	PRIMARY KEY (input_id, seq)
) STRICT, WITHOUT ROWID;

-- One simulation of a scenario under a policy.
CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	scenario TEXT NOT NULL,			-- its name
	description TEXT NOT NULL,		-- of the scenario
	policy TEXT NOT NULL,			-- when the guest resizes: hptsim list policies
	seed INTEGER NOT NULL,			-- --seed
	costs TEXT NOT NULL,			-- name of the cost profile
	hptsim_version TEXT NOT NULL,		-- that made it
	status TEXT NOT NULL,			-- 'ok'; other runs leave nothing here
	total_ns INTEGER NOT NULL,
	resize_attempts INTEGER NOT NULL,
	resize_failures INTEGER NOT NULL,
	stall_max_ns INTEGER NOT NULL,		-- longest time that the whole guest stood still
	stall_total_ns INTEGER NOT NULL,
	prepare_ns INTEGER NOT NULL,
	commit_ns INTEGER NOT NULL,
	hpt_shift_start INTEGER NOT NULL,
	hpt_shift_end INTEGER NOT NULL,
	memory_start_bytes INTEGER NOT NULL,
	memory_end_bytes INTEGER NOT NULL,
	bolted_start INTEGER NOT NULL,		-- bolted entries in the HPT
	bolted_end INTEGER NOT NULL,
	host_peak_bytes INTEGER NOT NULL,	-- most that the tables held at once
	engine_events INTEGER NOT NULL,
	findings INTEGER NOT NULL DEFAULT 0,	-- rows of table finding
	workload_dropped INTEGER NOT NULL DEFAULT 0,	-- entries of processes: dropped by resizes
	workload_faults INTEGER NOT NULL DEFAULT 0,	-- page faults that brought them back
	workload_evicted INTEGER NOT NULL DEFAULT 0,	-- dropped to make room for bolted ones
	workload_fault_ns INTEGER NOT NULL DEFAULT 0,	-- of the guest's CPUs in these faults; in no phase
	rep INTEGER NOT NULL DEFAULT 0,		-- run --reps: which of them from 1; prices were drawn. 0: they were not
	input_id INTEGER REFERENCES input (id),	-- NULL: not kept (schemas before 4)
	policy_title TEXT NOT NULL DEFAULT '',	-- one line; '' in schemas before 4
	policy_source TEXT NOT NULL DEFAULT '',	-- mail or kernel version that it was taken from
	host_start_bytes INTEGER NOT NULL DEFAULT 0,	-- held by the first table; 0: not kept (schemas before 5)
	memory_wanted_bytes INTEGER NOT NULL DEFAULT 0,	-- had each request done all it was asked; 0: not known (schemas before 6)
	failed_requests INTEGER NOT NULL DEFAULT 0,	-- those that failed or fell short or never ended
	model INTEGER NOT NULL DEFAULT 0	-- SIM_MODEL_VERSION: runs of different models are not compared; 0: not known (schemas before 8)
	-- numbers that came later are added when the file is opened: store/store.c
) STRICT;

CREATE INDEX run_by_scenario ON run (scenario, policy);

-- One event of the scenario that came to its end.
CREATE TABLE request (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,			-- from 1 within the run
	kind TEXT NOT NULL,			-- 'plug', 'unplug', ...: hptsim list events
	start_ns INTEGER NOT NULL,		-- since the end of boot
	end_ns INTEGER NOT NULL,		-- likewise
	lmbs_requested INTEGER NOT NULL,	-- that it asks for; 0: none
	lmbs_done INTEGER NOT NULL,		-- changed hands and stayed so
	errno INTEGER NOT NULL,			-- 0 or negative
	memory_bytes INTEGER NOT NULL,		-- of the guest, after it
	lmbs_already INTEGER NOT NULL DEFAULT 0,	-- of those requested: were so before it
	UNIQUE (run_id, seq)
) STRICT;

-- One call of pseries_lpar_resize_hpt().
CREATE TABLE resize_attempt (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	request_id INTEGER REFERENCES request (id) ON DELETE CASCADE,	-- NULL: outside any request
	seq INTEGER NOT NULL,			-- from 1 within the run
	why TEXT NOT NULL,			-- who asked
	start_ns INTEGER NOT NULL,		-- since the end of boot
	mem_bytes INTEGER NOT NULL,		-- size that the target was computed from
	from_shift INTEGER NOT NULL,		-- order that the table had
	to_shift INTEGER NOT NULL,		-- order that was asked for
	prepare_rc TEXT,			-- last answer of PREPARE; NULL: it was never called
	commit_rc TEXT,				-- NULL: COMMIT was never called
	errno INTEGER NOT NULL,			-- the kernel's, 0 or negative: -28 for H_PTEG_FULL
	prepare_ns INTEGER NOT NULL,		-- the task polled and slept
	prepare_busy INTEGER NOT NULL,		-- H_LONG_BUSY_* answers
	commit_ns INTEGER NOT NULL,		-- all of the guest stood still
	slots_scanned INTEGER NOT NULL,		-- of the old table, before the one that stopped it
	hptes_moved INTEGER NOT NULL,		-- stored in the new table, until the end or the collision
	hptes_unmapped INTEGER NOT NULL,	-- KVM HV
	host_bytes INTEGER NOT NULL,		-- current plus pending table
	collision_slot INTEGER,			-- this and the rest: H_PTEG_FULL only
	collided_region TEXT,			-- the entry that found its slot taken
	collided_ea TEXT,			-- '0x' and 16 digits
	collided_pteg INTEGER,			-- in the old table
	occupant_region TEXT,			-- the entry that had it
	occupant_ea TEXT,			-- '0x' and 16 digits
	occupant_pteg INTEGER,			-- in the old table
	collision_entries INTEGER,		-- bolted ones in collision_slot of the old table; NULL in schemas before 7
	UNIQUE (run_id, seq)
) STRICT;

CREATE INDEX resize_attempt_by_request ON resize_attempt (request_id);

-- Where the time of a run went; a phase that took none has no row. They add up to its total unless requests overlap.
CREATE TABLE run_phase (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,			-- hptsim list phases
	ns INTEGER NOT NULL,			-- in it
	PRIMARY KEY (run_id, phase)
) STRICT, WITHOUT ROWID;

-- The same of a request: they add up to its time.
CREATE TABLE request_phase (
	request_id INTEGER NOT NULL REFERENCES request (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,			-- hptsim list phases
	ns INTEGER NOT NULL,			-- in it
	PRIMARY KEY (request_id, phase)
) STRICT, WITHOUT ROWID;

-- One LMB entered or left the guest's memory.
CREATE TABLE lmb (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	request_id INTEGER,			-- of request; REFERENCES would want an index of its own
	seq INTEGER NOT NULL,			-- from 1 within the run
	drc_index INTEGER NOT NULL,		-- 0x80000000 + address / LMB size
	added INTEGER NOT NULL CHECK (added IN (0, 1)),	-- 1: came; 0: went
	at_ns INTEGER NOT NULL,			-- since the end of boot
	memory_bytes INTEGER NOT NULL,		-- of the guest, after it
	PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Something that a reviewer wants to know of a run; every occurrence of it.
CREATE TABLE finding (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,			-- from 1 within the run
	kind TEXT NOT NULL,			-- hptsim list findings
	at_ns INTEGER NOT NULL,			-- since the end of boot
	request_id INTEGER REFERENCES request (id) ON DELETE CASCADE,	-- NULL: outside any request
	text TEXT NOT NULL,			-- one sentence
	UNIQUE (run_id, seq)
) STRICT;

CREATE INDEX finding_by_request ON finding (request_id);

-- A file may hold one sweep (hptsim sweep) and then holds no other runs. Points are numbered from 1: the
-- last key of sweep_axis changes fastest. Run (point - 1) * policies + sweep_policy.seq is a point's run
-- under a policy, and the view 'point' has a row for each: point, scenario, policy, each swept key as
-- written, the same with _bytes or _ns behind it as a number where it is a size or a time,
-- memory_wanted_bytes, memory_got_bytes (memory_end_bytes), failed_requests, all numbers of the run, and run_id.
CREATE TABLE sweep (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	scenario TEXT NOT NULL,			-- its name
	scenario_text TEXT NOT NULL,		-- the file
	file TEXT NOT NULL,			-- as it was named
	arguments TEXT NOT NULL,		-- of hptsim sweep that change what is run, as a shell reads them
	sets TEXT NOT NULL,			-- what --set changed in it, each with a newline behind it
	seed INTEGER NOT NULL,			-- of points that do not sweep it
	all_rows INTEGER NOT NULL CHECK (all_rows IN (0, 1)),	-- 0: none in lmb, resize_attempt and finding
	points INTEGER NOT NULL,		-- of the whole sweep
	policies INTEGER NOT NULL,		-- at each point
	shard INTEGER NOT NULL,			-- from 1; this file is to hold every shards-th point from it on; 0: merged, and lacks points
	shards INTEGER NOT NULL,		-- of which this file is one, or was merged from; 1: the whole sweep
	hptsim_version TEXT NOT NULL,		-- that made it
	model INTEGER NOT NULL			-- SIM_MODEL_VERSION
) STRICT;

-- Policies that run at each point.
CREATE TABLE sweep_policy (
	seq INTEGER PRIMARY KEY,		-- from 1
	name TEXT NOT NULL,			-- hptsim list policies
	source TEXT NOT NULL			-- mail or kernel version that it was taken from
) STRICT;

-- Cost profiles that points have.
CREATE TABLE sweep_costs (
	name TEXT PRIMARY KEY,			-- as scenarios name it
	text TEXT NOT NULL			-- the file
) STRICT, WITHOUT ROWID;

-- Keys that are swept.
CREATE TABLE sweep_axis (
	seq INTEGER PRIMARY KEY,		-- from 1
	key TEXT NOT NULL,			-- joined by dots, or 'seed'
	spec TEXT NOT NULL			-- as --vary takes it
) STRICT;

-- Values that each of them takes.
CREATE TABLE sweep_value (
	axis INTEGER NOT NULL REFERENCES sweep_axis (seq) ON DELETE CASCADE,
	seq INTEGER NOT NULL,			-- from 1
	value ANY NOT NULL,			-- as written
	number INTEGER,				-- bytes or ns; NULL: neither a size nor a time
	PRIMARY KEY (axis, seq)
) STRICT, WITHOUT ROWID;

-- What has no row in run, and why.
CREATE TABLE sweep_miss (
	point INTEGER NOT NULL,			-- from 1
	policy TEXT NOT NULL,			-- '': under none, as the point is not valid
	status TEXT NOT NULL,			-- 'invalid', or how the run ended: 'boot', 'hv-abort', 'event', 'oops'
	text TEXT NOT NULL,			-- one sentence
	PRIMARY KEY (point, policy)
) STRICT, WITHOUT ROWID;
