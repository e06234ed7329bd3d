/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_IMPORT_H
#define HPTSIM_IMPORT_H
/*
 * A guest as its owner describes it to libvirt or QEMU, written as a scenario.
 *
 * What such a description leaves open is filled in as QEMU and libvirt do, and
 * said in a comment of the scenario: docs/import.md. Nothing happens to the
 * guest but a wait; what to plug is for the user to add.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/scenario.h"

/* A DIMM that is there at boot. */
struct import_dimm {
	char *id;
	uint64_t id_hash;	/* most ids are other ones */
	uint64_t size_bytes;
	bool has_address;
	uint64_t address;
};

struct import_note {
	char *text;		/* one line, without the '#' */
};

enum import_status {
	IMPORT_OK = 0,
	IMPORT_ENOMEM,
	IMPORT_EINVALID,	/* import.error says why and what is allowed, import.line where */
};

#define IMPORT_ERROR_MAX	512

struct import {
	char *name;		/* of the scenario, [A-Za-z0-9_.-]+ */
	char *description;
	uint64_t memory_bytes;	/* without DIMMs */
	uint64_t max_memory_bytes;
	struct import_dimm *dimms;
	size_t dimm_count;
	unsigned vcpu_count;
	enum hv_kind kind;
	enum resize_hpt_mode resize_hpt;
	unsigned max_hpt_page_shift;
	bool debug_pagealloc, no_1tb_segments;	/* kernel parameters */
	struct import_note *notes;
	size_t note_count;
	bool no_memory;

	unsigned line;		/* of the error in a file, from 1; 0: of no line */
	char error[IMPORT_ERROR_MAX];
};

/**
 * import_domain - a libvirt domain
 * @text: the XML, as `virsh dumpxml` prints it or as a user defines it
 * @size: of it in bytes, at most INT_MAX
 *
 * As libvirt starts it: <memory> counts the DIMMs, and every size goes up to a
 * multiple of 256 MiB (qemuDomainAlignMemorySizes() and
 * qemuDomainMemoryDefPostParse() in libvirt's src/qemu). IMPORT_EINVALID: it is
 * no XML, no domain, no pseries guest, or not one that libvirt would start.
 */
enum import_status import_domain(struct import *import, const char *text, size_t size);

/**
 * import_qemu - QEMU's command line
 * @argv: the program's name and its arguments
 *
 * As hw/ppc/spapr.c takes it: QEMU refuses sizes that are no multiple of
 * 256 MiB, so they are IMPORT_EINVALID here, as are other machines. Options
 * that do not matter to memory are passed over.
 */
enum import_status import_qemu(struct import *import, int argc, char *const argv[]);

/* As a scenario file. */
void import_write(const struct import *import, FILE *out);

void import_free(struct import *import);

#endif
