-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Results of hptsim, schema 1. Times are virtual nanoseconds since the end of
-- boot, sizes are bytes, shifts are log2 of bytes. Addresses are hexadecimal
-- text because SQLite's integers are signed. No row depends on when or where a
-- run was made: the same input gives the same row, but for its ids.
--
-- As it was in hptsim 0.1.0 of schema 1: do not mend. The test sets application_id and user_version.

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	scenario TEXT NOT NULL,
	description TEXT NOT NULL,
	policy TEXT NOT NULL,
	seed INTEGER NOT NULL,
	costs TEXT NOT NULL,			-- name of the cost profile
	hptsim_version TEXT NOT NULL,
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
	engine_events INTEGER NOT NULL
) STRICT;

CREATE INDEX run_by_scenario ON run (scenario, policy);

-- One event of the scenario.
CREATE TABLE request (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,			-- from 1 within the run
	kind TEXT NOT NULL,			-- 'plug', 'unplug', 'add', 'remove', 'hpt_order', 'wait'
	start_ns INTEGER NOT NULL,
	end_ns INTEGER NOT NULL,
	lmbs_requested INTEGER NOT NULL,
	lmbs_done INTEGER NOT NULL,		-- changed hands and stayed so
	errno INTEGER NOT NULL,			-- 0 or negative
	memory_bytes INTEGER NOT NULL,		-- of the guest, after it
	UNIQUE (run_id, seq)
) STRICT;

-- One call of pseries_lpar_resize_hpt().
CREATE TABLE resize_attempt (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	request_id INTEGER REFERENCES request (id) ON DELETE CASCADE,	-- NULL: outside any request
	seq INTEGER NOT NULL,			-- from 1 within the run
	why TEXT NOT NULL,			-- who asked
	start_ns INTEGER NOT NULL,
	mem_bytes INTEGER NOT NULL,		-- size that the target was computed from
	from_shift INTEGER NOT NULL,
	to_shift INTEGER NOT NULL,
	prepare_rc TEXT,			-- last answer of PREPARE; NULL: it was never called
	commit_rc TEXT,				-- NULL: COMMIT was never called
	errno INTEGER NOT NULL,
	prepare_ns INTEGER NOT NULL,
	prepare_busy INTEGER NOT NULL,		-- H_LONG_BUSY_* answers
	commit_ns INTEGER NOT NULL,
	slots_scanned INTEGER NOT NULL,		-- of the old table, before the one that stopped it
	hptes_moved INTEGER NOT NULL,
	hptes_unmapped INTEGER NOT NULL,	-- KVM HV
	host_bytes INTEGER NOT NULL,		-- current plus pending table
	collision_slot INTEGER,			-- this and the rest: H_PTEG_FULL only
	collided_region TEXT,			-- the entry that found its slot taken
	collided_ea TEXT,			-- '0x' and 16 digits
	collided_pteg INTEGER,			-- in the old table
	occupant_region TEXT,			-- the entry that had it
	occupant_ea TEXT,
	occupant_pteg INTEGER,
	UNIQUE (run_id, seq)
) STRICT;

CREATE INDEX resize_attempt_by_request ON resize_attempt (request_id);

-- Where the time went; a phase that took none has no row.
CREATE TABLE run_phase (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,
	ns INTEGER NOT NULL,
	PRIMARY KEY (run_id, phase)
) STRICT, WITHOUT ROWID;

CREATE TABLE request_phase (
	request_id INTEGER NOT NULL REFERENCES request (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,
	ns INTEGER NOT NULL,
	PRIMARY KEY (request_id, phase)
) STRICT, WITHOUT ROWID;

-- One LMB entered or left the guest's memory.
CREATE TABLE lmb (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	request_id INTEGER,			-- of request; REFERENCES would want an index of its own
	seq INTEGER NOT NULL,			-- from 1 within the run
	drc_index INTEGER NOT NULL,
	added INTEGER NOT NULL CHECK (added IN (0, 1)),
	at_ns INTEGER NOT NULL,
	memory_bytes INTEGER NOT NULL,		-- of the guest, after it
	PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
