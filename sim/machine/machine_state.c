// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine/machine_state.h"

#include <stdarg.h>
#include <stdio.h>

enum sim_status machine_fail(struct machine *m, enum sim_status status, const char *format, ...)
{
	va_list ap;

	if (m->error->status)
		return m->error->status;
	m->error->status = status;
	va_start(ap, format);
	vsnprintf(m->error->message, sizeof(m->error->message), format, ap);
	va_end(ap);
	return status;
}
