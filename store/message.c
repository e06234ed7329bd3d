// SPDX-License-Identifier: GPL-2.0-or-later
/* What went wrong, for whoever asks. */
#include <string.h>

#include "store/internal.h"

enum store_status store_fail_at(struct store *st, const char *path, enum store_status status, const char *what)
{
	int code = sqlite3_errcode(st->db) & 0xff;	/* without SQLite's further bits */
	int reason = 0;

	if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
		reason = store_open_error(path, sqlite3_system_errno(st->db));
	sqlite3_free(st->message);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
		char who[STORE_LOCKER_MAX];

		store_find_locker(path, who);
		st->message = sqlite3_mprintf("%s: %s: locked by %s for %d s: wait until that is done, or end it "
					      "(HPTSIM_DB_SECONDS says how long to wait)", path, what,
					      *who ? who : "another process", store_wait_seconds());
		return STORE_EWRITE;
	}
	st->message = sqlite3_mprintf("%s: %s: %s", path, what,
				      reason ? strerror(reason) : sqlite3_errmsg(st->db));
	return code == SQLITE_NOMEM ? STORE_ENOMEM : status;
}

enum store_status store_fail(struct store *st, enum store_status status, const char *what)
{
	return store_fail_at(st, st->path, status, what);
}

const char *store_message(const struct store *st)
{
	if (!st || !st->message)
		return st && st->status == STORE_OK ? "" : "out of memory";
	return st->message;
}

enum store_status store_damaged(struct store *st, const char *how)
{
	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: the file is damaged: %s", st->path, how);
	return st->message ? STORE_EREAD : STORE_ENOMEM;
}
