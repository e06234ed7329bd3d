/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_IMPORT_INTERNAL_H
#define HPTSIM_IMPORT_INTERNAL_H
/* What both kinds of description share. */
#include "import/import.h"
#include "sim/units.h"

/* What a machine type stands for until an option says otherwise: hw/ppc/spapr.c. */
struct import_machine {
	bool page_shift_of_host;	/* no fixed cap-hpt-max-page-size: what the host allows */
	bool no_resizing;		/* resize_hpt_default is disabled */
};

/**
 * import_machine_type - look at a machine type
 * @type: "pseries", "pseries-7.2", "pseries-rhel8.5.0"
 *
 * False: it is another machine, said in import->error.
 */
bool import_machine_type(struct import *import, const char *type, struct import_machine *machine);

/* Page sizes of the HPT when nothing names one. */
unsigned import_default_page_shift(const struct import *import, const struct import_machine *machine);

/* log2 of the largest page that the model has and that is allowed with @bytes; 0: below 4 KiB. */
unsigned import_page_shift(uint64_t bytes);

/* Kernel parameters that decide how memory is mapped. */
void import_kernel_parameters(struct import *import, const char *parameters);

/* What is said in a comment. */
void import_note(struct import *import, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* IMPORT_EINVALID, and why. */
enum import_status import_refuse(struct import *import, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* @id NULL or no name: one that is free. NULL: out of memory. */
struct import_dimm *import_add_dimm(struct import *import, const char *id, uint64_t size_bytes);

/* Of @text what may be a scenario's name; false: out of memory. */
bool import_set_name(struct import *import, const char *text);

/* What is true of every guest once all is known. */
enum import_status import_finish(struct import *import);

#endif
