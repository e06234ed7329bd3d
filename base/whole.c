// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/whole.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum whole_status whole_read(const char *path, size_t max, char **text, size_t *size)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	enum whole_status status = WHOLE_OK;
	int error;

	*text = NULL;
	*size = 0;
	if (!in)
		return WHOLE_EIO;
	*text = malloc(max);
	if (*text)
		*size = fread(*text, 1, max, in);
	error = errno;
	if (!*text)
		status = WHOLE_ENOMEM;
	else if (ferror(in))
		status = WHOLE_EIO;
	else if (*size == max)
		status = WHOLE_ETOOBIG;
	if (in != stdin)
		fclose(in);
	errno = error;
	return status;
}
