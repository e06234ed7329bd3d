// SPDX-License-Identifier: GPL-2.0-or-later
/* The file itself: whether it is one, and who else has it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "store/internal.h"

#define WAIT_NAME	"HPTSIM_DB_SECONDS"
#define WAIT_MAX	86400

/* Where SQLite locks: https://www.sqlite.org/fileformat2.html, "the lock-byte page". */
#define LOCK_FIRST	INT64_C(0x40000000)
#define LOCK_LAST	(LOCK_FIRST + 511)

int store_wait_seconds(void)
{
	const char *text = getenv(WAIT_NAME);
	char *end;
	long seconds = text && *text ? strtol(text, &end, 10) : STORE_WAIT_SECONDS;

	return text && *text && (*end || seconds < 0 || seconds > WAIT_MAX) ? STORE_WAIT_SECONDS : (int)seconds;
}

/* A FIFO would keep SQLite for ever, of a directory it says nothing that helps. */
enum store_status store_check_file(struct store *st, const char *path)
{
	struct stat info;
	const char *what;

	if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
		return STORE_OK;
	what = S_ISDIR(info.st_mode) ? "a directory" : S_ISFIFO(info.st_mode) ? "a FIFO" : S_ISSOCK(info.st_mode) ? "a socket" :
	       "a device";
	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: cannot be opened: it is %s, and a database is a file", path, what);
	return STORE_EFOREIGN;
}

int store_open_error(const char *path, int error)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? sqlite3_mprintf("%.*s", (int)(slash - path) + (slash == path), path) : sqlite3_mprintf(".");

	if (error == ENOENT && directory && access(directory, W_OK | X_OK) != 0)
		error = errno;
	sqlite3_free(directory);
	return error;
}

/* "process 123 (python3)"; "" when it is not known. Opening the file to ask would let go of SQLite's own locks. */
void store_find_locker(const char *path, char text[STORE_LOCKER_MAX])
{
	FILE *locks = fopen("/proc/locks", "r");
	unsigned long major_number, minor_number, inode;
	char line[256], comm[64] = "", name[64];
	struct stat info;
	int64_t first;
	long pid = 0;

	*text = '\0';
	if (locks && stat(path, &info) == 0)
		while (!pid && fgets(line, sizeof(line), locks))
			if (sscanf(line, "%*d: POSIX %*s %*s %ld %lx:%lx:%lu %" SCNd64, &pid, &major_number, &minor_number, &inode, &first) != 5 ||
			    makedev((unsigned)major_number, (unsigned)minor_number) != info.st_dev || inode != info.st_ino ||
			    first < LOCK_FIRST || first > LOCK_LAST)
				pid = 0;
	if (locks)
		fclose(locks);
	if (pid <= 0)
		return;
	snprintf(name, sizeof(name), "/proc/%ld/comm", pid);
	locks = fopen(name, "r");
	if (locks && fgets(comm, sizeof(comm), locks))
		comm[strcspn(comm, "\n")] = '\0';
	if (locks)
		fclose(locks);
	snprintf(text, STORE_LOCKER_MAX, "process %ld%s%s%s", pid, *comm ? " (" : "", comm, *comm ? ")" : "");
}
