// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned at_least(unsigned long width)
{
	return width < TERMINAL_WIDTH_MIN ? TERMINAL_WIDTH_MIN : (unsigned)width;
}

unsigned terminal_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	char *end = NULL;
	unsigned long width = columns && *columns >= '0' && *columns <= '9' ? strtoul(columns, &end, 10) : 0;
	struct winsize size;
	/* whatever these streams do with what they are given */
	int fd = out == stdout ? STDOUT_FILENO : out == stderr ? STDERR_FILENO : fileno(out);

	if (width && !*end && width <= 100000)
		return at_least(width);
	if (fd >= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return at_least(size.ws_col);
	return TERMINAL_WIDTH_DEFAULT;
}
