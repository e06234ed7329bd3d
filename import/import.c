// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "import/internal.h"
#include "base/text.h"

/* Machine types whose defaults differ from today's. */
#define LAST_WITHOUT_RESIZING	((2u << 8) | 9)		/* pseries-2.9 */
#define LAST_PAGE_OF_HOST	((2u << 8) | 12)	/* pseries-2.12 */

#define SHIFT_4K	12u
#define SHIFT_64K	16u
#define SHIFT_16M	24u

void import_note(struct import *import, const char *format, ...)
{
	struct import_note *notes = realloc(import->notes, (import->note_count + 1) * sizeof(*notes));
	va_list args;
	char *text;

	if (notes)
		import->notes = notes;
	va_start(args, format);
	text = text_vformat(format, args);
	va_end(args);
	if (!notes || !text) {
		free(text);
		import->no_memory = true;
		return;
	}
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';	/* a comment ends where its line does */
	notes[import->note_count++].text = text;
}

enum import_status import_refuse(struct import *import, unsigned line, const char *format, ...)
{
	va_list args;

	import->line = line;
	va_start(args, format);
	vsnprintf(import->error, sizeof(import->error), format, args);
	va_end(args);
	return IMPORT_EINVALID;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

static bool id_is_taken(const struct import *import, const char *id)
{
	uint64_t hash = hash_of(id);

	for (size_t i = 0; i < import->dimm_count; i++)
		if (import->dimms[i].id_hash == hash && strcmp(import->dimms[i].id, id) == 0)
			return true;
	return false;
}

struct import_dimm *import_add_dimm(struct import *import, const char *id, uint64_t size_bytes)
{
	struct import_dimm *dimms = realloc(import->dimms, (import->dimm_count + 1) * sizeof(*dimms));
	char free_id[32];

	if (!dimms) {
		import->no_memory = true;
		return NULL;
	}
	import->dimms = dimms;
	for (size_t i = import->dimm_count; !id || !text_is_name(id) || id_is_taken(import, id); i++) {
		snprintf(free_id, sizeof(free_id), "d%zu", i);
		id = free_id;
	}
	dimms += import->dimm_count;
	*dimms = (struct import_dimm){ .id = strdup(id), .id_hash = hash_of(id), .size_bytes = size_bytes };
	if (!dimms->id) {
		import->no_memory = true;
		return NULL;
	}
	import->dimm_count++;
	return dimms;
}

bool import_set_name(struct import *import, const char *text)
{
	char *name = strndup(*text ? text : "guest", TEXT_NAME_MAX);

	if (!name)
		return false;
	for (char *p = name; *p; p++)
		if (!text_is_name_char(*p))
			*p = '_';
	free(import->name);
	import->name = name;
	return true;
}

bool import_machine_type(struct import *import, const char *type, struct import_machine *machine)
{
	unsigned major, minor;

	*machine = (struct import_machine){ 0 };
	if (strncmp(type, "pseries", strlen("pseries")) != 0 || (type[strlen("pseries")] && type[strlen("pseries")] != '-')) {
		import_refuse(import, import->line, "machine '%.60s' is no pseries machine: only those have an HPT that can be resized",
			      type);
		return false;
	}
	if (sscanf(type, "pseries-%2u.%2u", &major, &minor) == 2) {
		unsigned version = major << 8 | minor;

		machine->no_resizing = version <= LAST_WITHOUT_RESIZING;
		machine->page_shift_of_host = version <= LAST_PAGE_OF_HOST;
	}
	return true;
}

unsigned import_default_page_shift(const struct import *import, const struct import_machine *machine)
{
	/* KVM HV needs host memory that is as contiguous as the guest's pages; TCG needs none */
	return machine->page_shift_of_host && import->kind == HV_QEMU_TCG ? SHIFT_16M : SHIFT_64K;
}

unsigned import_page_shift(uint64_t bytes)
{
	if (bytes >= UINT64_C(1) << SHIFT_16M)
		return SHIFT_16M;
	if (bytes >= UINT64_C(1) << SHIFT_64K)
		return SHIFT_64K;
	return bytes >= UINT64_C(1) << SHIFT_4K ? SHIFT_4K : 0;
}

/* Whether one of the blank-separated @parameters is @wanted. */
static bool has_parameter(const char *parameters, const char *wanted)
{
	size_t size = strlen(wanted);

	for (const char *p = parameters; *p; p += strcspn(p, " \t\n")) {
		p += strspn(p, " \t\n");
		if (strncmp(p, wanted, size) == 0 && (!p[size] || strchr(" \t\n", p[size])))
			return true;
	}
	return false;
}

void import_kernel_parameters(struct import *import, const char *parameters)
{
	import->debug_pagealloc = has_parameter(parameters, "debug_pagealloc=on") || has_parameter(parameters, "debug_pagealloc=1");
	import->no_1tb_segments = has_parameter(parameters, "disable_1tb_segments");
}

enum import_status import_finish(struct import *import)
{
	uint64_t all = import->memory_bytes;

	for (size_t i = 0; i < import->dimm_count; i++)
		all += import->dimms[i].size_bytes;
	if (import->no_memory)
		return IMPORT_ENOMEM;
	if (!import->memory_bytes)
		return import_refuse(import, 0, "nothing says how much memory the guest has");
	if (import->max_memory_bytes < all) {
		char has[TEXT_BYTES_MAX], max[TEXT_BYTES_MAX];

		return import_refuse(import, 0, "memory and DIMMs are %s, above the maximum of %s", text_from_bytes(all, has),
				     text_from_bytes(import->max_memory_bytes, max));
	}
	if (!import->vcpu_count)
		import->vcpu_count = 1;
	return IMPORT_OK;
}

static const char *resize_name(enum resize_hpt_mode mode)
{
	static const char *const names[] = {
		[RESIZE_HPT_ENABLED] = "enabled", [RESIZE_HPT_DISABLED] = "disabled", [RESIZE_HPT_REQUIRED] = "required",
	};

	return names[mode];
}

static void write_dimm(const struct import_dimm *dimm, FILE *out)
{
	char buf[TEXT_BYTES_MAX];

	fprintf(out, "    - {id: %s, size: %s", dimm->id, text_from_bytes(dimm->size_bytes, buf));
	if (dimm->has_address)
		fprintf(out, ", address: 0x%" PRIx64, dimm->address);
	fputs("}\n", out);
}

void import_write(const struct import *import, FILE *out)
{
	char buf[TEXT_BYTES_MAX];

	for (size_t i = 0; i < import->note_count; i++)
		fprintf(out, "# %s\n", import->notes[i].text);
	fprintf(out, "name: %s\n", import->name);
	fprintf(out, "description: %s\n", import->description);
	fprintf(out, "guest:\n  memory: %s\n", text_from_bytes(import->memory_bytes, buf));
	if (import->dimm_count)
		fputs("  dimms:\n", out);
	for (size_t i = 0; i < import->dimm_count; i++)
		write_dimm(&import->dimms[i], out);
	fprintf(out, "  max_memory: %s\n", text_from_bytes(import->max_memory_bytes, buf));
	fprintf(out, "  vcpus: %u\n", import->vcpu_count);
	if (import->debug_pagealloc)
		fputs("  debug_pagealloc: true\n", out);
	if (import->no_1tb_segments)
		fputs("  segment_size: 256MiB\n", out);
	fprintf(out, "hypervisor:\n  kind: %s\n", import->kind == HV_KVM_HV ? "kvm-hv" : "qemu-tcg");
	fprintf(out, "  max_hpt_page_size: %s\n", text_from_bytes(UINT64_C(1) << import->max_hpt_page_shift, buf));
	fprintf(out, "  resize_hpt: %s\n", resize_name(import->resize_hpt));
	fputs("policies: [per-section]\n"
	      "events:\n"
	      "  - wait: 0s    # in its place what is to happen, such as: plug: {id: new, size: 1GiB}\n", out);
}

void import_free(struct import *import)
{
	for (size_t i = 0; i < import->dimm_count; i++)
		free(import->dimms[i].id);
	for (size_t i = 0; i < import->note_count; i++)
		free(import->notes[i].text);
	free(import->dimms);
	free(import->notes);
	free(import->name);
	free(import->description);
	*import = (struct import){ 0 };
}
