/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_H
#define HPTSIM_STORE_H
/*
 * Results in a SQLite file; schema.sql says what is in it.
 *
 * A run is in the file as a whole or not at all. Runs that end shortly after one
 * another share a transaction, so the last tenth of a second of runs is not in
 * the file before store_flush(). Several processes may append to one file; each
 * waits for the others, for STORE_WAIT_SECONDS at most. Only the local host may do so, as with any SQLite file.
 */
#include <stdint.h>

#include "sim/events.h"

#define STORE_APPLICATION_ID	0x48505453	/* "HPTS" */
#define STORE_SCHEMA_VERSION	9
#define STORE_DEFAULT_NAME	"hptsim.db"	/* in the directory of results */

/* HPTSIM_DB_SECONDS says otherwise. */
#define STORE_WAIT_SECONDS	60

struct store;

enum store_status {
	STORE_OK = 0,
	STORE_ENOMEM,
	STORE_EOPEN,		/* cannot be opened, created or written */
	STORE_EFOREIGN,		/* not a database of hptsim */
	STORE_EVERSION,		/* schema of another hptsim version */
	STORE_EWRITE,		/* SQLite failed later on: disk full, ...; or it is locked by another process for too long */
	STORE_EREAD,
};

/**
 * store_open - open a database for appending, or create it
 * @path: file; its directory has to be there
 * @out:  to be closed whatever is returned; NULL on STORE_ENOMEM
 *
 * A file of an older hptsim is brought up to date; its runs stay, with 0 for
 * what was not counted then. A file that is refused is not changed. Returns STORE_OK, STORE_ENOMEM,
 * STORE_EOPEN, STORE_EFOREIGN, STORE_EVERSION, STORE_EREAD or, when it is locked, STORE_EWRITE. A file that holds a sweep is
 * STORE_EFOREIGN: other runs would be points that nobody asked for.
 */
enum store_status store_open(const char *path, struct store **out);

/**
 * store_flush - wait until all finished runs are in the file
 *
 * Not within a run. Returns STORE_OK, STORE_ENOMEM or STORE_EWRITE; on an error
 * the runs since the last wait are lost.
 */
enum store_status store_flush(struct store *st);

/* How many runs were written through @st and are in the file for good. */
uint64_t store_kept(const struct store *st);

/* Whatever is under way: rolls back a run that was not finished, and flushes. Nothing is written later. */
void store_stop(struct store *st);

/* As store_stop(), and frees @st, which may be NULL. */
void store_close(struct store *st);

/* What went wrong last, one sentence with the file's name; "" if nothing did. */
const char *store_message(const struct store *st);

/* What runs are made from, kept once however many there are. */
struct store_input {
	const char *scenario_text, *sets, *costs_text, *costs_about;
	unsigned page_shift;
	const struct reference_spec *references;
	size_t reference_count;
};

/* What the stream of events does not say about a run. */
struct store_run {
	const char *scenario, *description, *policy, *costs;
	const char *hptsim_version;
	uint64_t seed;		/* at most INT64_MAX */
	unsigned rep;		/* from 1: prices were drawn; 0: as in the profile */
	const char *policy_title, *policy_source;	/* NULL: "" */
	const struct store_input *input;		/* NULL: not kept */
	int64_t id;		/* above those that there are; 0: the next one. With it, ids of requests follow from it */
};

/**
 * store_run_begin - get ready to write one run
 * @run:  its strings must stay valid until store_run_finish()
 * @sink: filled; to be handed to sim_run()
 *
 * The database is locked from the run_start event on.
 */
void store_run_begin(struct store *st, const struct store_run *run, struct sim_sink *sink);

/**
 * store_run_finish - no more events will come for this run
 * @run_id: id of the new row, 0 if there is none; may be NULL
 *
 * A run without run_end is rolled back, which is no error. Returns STORE_OK,
 * STORE_ENOMEM or STORE_EWRITE; on an error nothing of the run was written, and
 * when the disk is full nor were those before it since the last store_flush().
 */
enum store_status store_run_finish(struct store *st, int64_t *run_id);

#endif
