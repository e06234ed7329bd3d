// SPDX-License-Identifier: GPL-2.0-or-later
/* A file that depends on its rows only, not on how they came there. */
#include <stdio.h>
#include <unistd.h>

#include "base/leave.h"
#include "store/internal.h"
#include "store/sweep_internal.h"

/*
 * VACUUM counts the schema's changes on from the old file's number: a file that was
 * rewritten twice would be another.
 */
static int same_counters(const char *path)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA synchronous = FULL; PRAGMA schema_version = 1", NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

enum store_status store_copy(struct store *st, const char *path)
{
	char *temporary = sqlite3_mprintf("%s.new", path);
	char *vacuum = temporary ? sqlite3_mprintf("VACUUM INTO %Q", temporary) : NULL;
	enum store_status status = STORE_OK;
	int left;

	if (!vacuum) {
		sqlite3_free(temporary);
		return STORE_ENOMEM;
	}
	unlink(temporary);	/* of a process that was killed */
	left = leave_file(temporary);
	if (sqlite3_exec(st->db, vacuum, NULL, NULL, NULL) != SQLITE_OK)
		status = store_fail(st, STORE_EWRITE, "cannot be rewritten");
	else if (same_counters(temporary) != SQLITE_OK || rename(temporary, path) != 0)
		status = store_refuse(st, STORE_EWRITE, "the rewritten file cannot take its place");
	if (status != STORE_OK)
		unlink(temporary);
	leave_done(left);
	sqlite3_free(temporary);
	sqlite3_free(vacuum);
	return status;
}
