// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU's command line: what of it says how much memory a pseries guest has. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "import/internal.h"
#include "import/option.h"

#define DEFAULT_MEMORY	(UINT64_C(512) << 20)	/* default_ram_size of pseries */

struct backend {
	char *id;
	uint64_t bytes;
};

struct qemu {
	struct import *import;
	struct import_machine machine;
	struct backend *backends;
	size_t backend_count;
	bool machine_is_pseries, resize_given, kind_given;
	const char *cpu;
};

/* QEMU refuses memory that is not made of whole LMBs. */
static enum import_status take_size(struct qemu *q, const char *option, const char *text, char unit, uint64_t *bytes)
{
	char lower[TEXT_BYTES_MAX], upper[TEXT_BYTES_MAX];

	if (!option_size(text, unit, bytes))
		return import_refuse(q->import, 0, "%s: '%.60s' is no size", option, text);
	if (*bytes % SPAPR_MEMORY_BLOCK_SIZE == 0)
		return IMPORT_OK;
	text_from_bytes(*bytes / SPAPR_MEMORY_BLOCK_SIZE * SPAPR_MEMORY_BLOCK_SIZE, lower);
	text_from_bytes((*bytes / SPAPR_MEMORY_BLOCK_SIZE + 1) * SPAPR_MEMORY_BLOCK_SIZE, upper);
	return import_refuse(q->import, 0, "%s: '%.60s' is no multiple of 256 MiB, so QEMU would not start; the nearest are %s and %s",
			     option, text, lower, upper);
}

/* --- options --- */

static enum import_status take_kind(struct qemu *q, const char *name)
{
	size_t size = strcspn(name, ":");	/* "kvm:tcg" means kvm if it is there */

	if (q->kind_given)
		return IMPORT_OK;	/* the first that is given is tried first */
	if (size == 3 && strncmp(name, "kvm", size) == 0)
		q->import->kind = HV_KVM_HV;
	else if (size == 3 && strncmp(name, "tcg", size) == 0)
		q->import->kind = HV_QEMU_TCG;
	else
		return import_refuse(q->import, 0, "accelerator '%.40s' is not modelled; there are kvm and tcg", name);
	q->kind_given = true;
	return IMPORT_OK;
}

static enum import_status take_resize(struct qemu *q, const char *value)
{
	if (strcmp(value, "enabled") == 0)
		q->import->resize_hpt = RESIZE_HPT_ENABLED;
	else if (strcmp(value, "disabled") == 0)
		q->import->resize_hpt = RESIZE_HPT_DISABLED;
	else if (strcmp(value, "required") == 0)
		q->import->resize_hpt = RESIZE_HPT_REQUIRED;
	else if (strcmp(value, "default") == 0)
		return IMPORT_OK;
	else
		return import_refuse(q->import, 0, "resize-hpt='%.40s' is unknown; there are enabled, disabled, required and default",
				     value);
	q->resize_given = true;
	return IMPORT_OK;
}

static enum import_status take_machine_word(struct qemu *q, const struct option_word *word)
{
	if (!word->has_value || strcmp(word->key, "type") == 0) {
		const char *type = word->has_value ? word->value : word->key;

		q->machine_is_pseries = true;
		return import_machine_type(q->import, type, &q->machine) ? IMPORT_OK : IMPORT_EINVALID;
	}
	if (strcmp(word->key, "resize-hpt") == 0)
		return take_resize(q, word->value);
	if (strcmp(word->key, "accel") == 0)
		return take_kind(q, word->value);
	if (strcmp(word->key, "cap-hpt-max-page-size") == 0) {
		uint64_t bytes;

		q->import->max_hpt_page_shift = option_size(word->value, 'b', &bytes) ? import_page_shift(bytes) : 0;
		if (!q->import->max_hpt_page_shift)
			return import_refuse(q->import, 0, "cap-hpt-max-page-size='%.40s' is no page size", word->value);
	}
	if (strcmp(word->key, "kvm-type") == 0 && strcasecmp(word->value, "PR") == 0)
		return import_refuse(q->import, 0, "kvm-type=PR is not modelled; there is KVM HV");
	return IMPORT_OK;
}

static enum import_status take_machine(struct qemu *q, const char *list)
{
	enum import_status status = IMPORT_OK;
	struct option_word word;

	while (status == IMPORT_OK && option_next(&list, &word))
		status = take_machine_word(q, &word);
	return status;
}

static enum import_status take_memory(struct qemu *q, const char *list)
{
	enum import_status status = IMPORT_OK;
	struct option_word word;
	bool first = true;

	while (status == IMPORT_OK && option_next(&list, &word)) {
		if (first && !word.has_value)
			status = take_size(q, "-m", word.key, 'm', &q->import->memory_bytes);
		else if (strcmp(word.key, "size") == 0)
			status = take_size(q, "-m", word.value, 'm', &q->import->memory_bytes);
		else if (strcmp(word.key, "maxmem") == 0)
			status = take_size(q, "-m maxmem", word.value, 'b', &q->import->max_memory_bytes);
		first = false;
	}
	return status;
}

static enum import_status take_cpus(struct qemu *q, const char *list)
{
	unsigned product = 1;
	bool any = false, cpus = false;
	struct option_word word;

	while (option_next(&list, &word)) {
		const char *number = word.has_value ? word.value : word.key;
		uint64_t value;

		if (strcmp(word.key, "maxcpus") == 0)
			continue;
		if (text_uint(number, &value) != TEXT_OK || !value || value > 65536)
			return import_refuse(q->import, 0, "-smp: '%.40s' is no number of CPUs", number);
		any = true;
		if (!word.has_value || strcmp(word.key, "cpus") == 0) {
			q->import->vcpu_count = (unsigned)value;
			cpus = true;
		} else {
			product = product <= 65536 ? product * (unsigned)value : product;
		}
	}
	if (any && !cpus)
		q->import->vcpu_count = product;
	return IMPORT_OK;
}

static enum import_status take_object(struct qemu *q, const char *list)
{
	struct backend *backends;
	struct option_word id, size;
	uint64_t bytes;

	if (!option_is(list, "qom-type", "memory-backend-", true) || !option_find(list, "id", &id) || !option_find(list, "size", &size))
		return IMPORT_OK;	/* QEMU says so itself */
	if (!option_size(size.value, 'b', &bytes))
		return import_refuse(q->import, 0, "-object: '%.60s' is no size", size.value);
	backends = realloc(q->backends, (q->backend_count + 1) * sizeof(*backends));
	if (!backends)
		return IMPORT_ENOMEM;
	q->backends = backends;
	backends[q->backend_count] = (struct backend){ .id = strdup(id.value), .bytes = bytes };
	return backends[q->backend_count++].id ? IMPORT_OK : IMPORT_ENOMEM;
}

static enum import_status add_dimm(struct qemu *q, const char *list, const struct backend *backend)
{
	struct option_word id, addr;
	bool named = option_find(list, "id", &id);
	struct import_dimm *dimm;

	if (backend->bytes % SPAPR_MEMORY_BLOCK_SIZE)
		return import_refuse(q->import, 0, "-device pc-dimm: '%.40s' is no multiple of 256 MiB, so QEMU would not start",
				     backend->id);
	dimm = import_add_dimm(q->import, named ? id.value : NULL, backend->bytes);
	if (!dimm)
		return IMPORT_ENOMEM;
	if (!option_find(list, "addr", &addr))
		return IMPORT_OK;
	if (text_uint(addr.value, &dimm->address) != TEXT_OK)
		return import_refuse(q->import, 0, "-device pc-dimm: addr='%.40s' is no address", addr.value);
	dimm->has_address = dimm->address != 0;	/* 0: QEMU finds one */
	return IMPORT_OK;
}

static enum import_status take_device(struct qemu *q, const char *list)
{
	struct option_word memdev;

	if (option_is(list, "driver", "nvdimm", false)) {
		import_note(q->import, "an NVDIMM is no memory of the guest until a driver makes it so (event driver_add)");
		return IMPORT_OK;
	}
	if (!option_is(list, "driver", "pc-dimm", false))
		return IMPORT_OK;
	if (!option_find(list, "memdev", &memdev))
		return import_refuse(q->import, 0, "-device pc-dimm has no memdev");
	for (size_t i = 0; i < q->backend_count; i++)
		if (strcmp(q->backends[i].id, memdev.value) == 0)
			return add_dimm(q, list, &q->backends[i]);
	return import_refuse(q->import, 0, "-device pc-dimm: there is no -object memory-backend-ram,id=%.60s", memdev.value);
}

static enum import_status take_accel(struct qemu *q, const char *list)
{
	struct option_word word;

	return option_next(&list, &word) ? take_kind(q, word.has_value ? word.value : word.key) : IMPORT_OK;
}

static enum import_status take_kvm(struct qemu *q, const char *list)
{
	return take_kind(q, "kvm");
}

static enum import_status take_name(struct qemu *q, const char *list)
{
	struct option_word word;

	if (!option_next(&list, &word))
		return IMPORT_OK;
	return import_set_name(q->import, word.has_value ? word.value : word.key) ? IMPORT_OK : IMPORT_ENOMEM;
}

static enum import_status take_append(struct qemu *q, const char *parameters)
{
	import_kernel_parameters(q->import, parameters);
	return IMPORT_OK;
}

static enum import_status take_cpu(struct qemu *q, const char *list)
{
	q->cpu = list;
	return IMPORT_OK;
}

/* Devices name objects, wherever those stand: two passes. */
static const struct qemu_option {
	const char *name;
	enum import_status (*take)(struct qemu *q, const char *value);
	bool flag, later;
} options[] = {
	{ "M", take_machine, false, false },
	{ "machine", take_machine, false, false },
	{ "m", take_memory, false, false },
	{ "smp", take_cpus, false, false },
	{ "accel", take_accel, false, false },
	{ "enable-kvm", take_kvm, true, false },
	{ "object", take_object, false, false },
	{ "name", take_name, false, false },
	{ "append", take_append, false, false },
	{ "cpu", take_cpu, false, false },
	{ "device", take_device, false, true },
};

static enum import_status take_options(struct qemu *q, int argc, char *const argv[], bool later)
{
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];

		if (*name != '-')
			continue;
		name += name[1] == '-' ? 2 : 1;
		for (size_t k = 0; k < sizeof(options) / sizeof(*options); k++) {
			const struct qemu_option *option = &options[k];
			enum import_status status;

			if (option->later != later || strcmp(name, option->name) != 0)
				continue;
			if (!option->flag && i + 1 == argc)
				return import_refuse(q->import, 0, "-%s needs a value", option->name);
			status = option->take(q, option->flag ? "" : argv[++i]);
			if (status != IMPORT_OK)
				return status;
			break;
		}
	}
	return IMPORT_OK;
}

/* qemu-kvm and the like are what the host is. */
static enum import_status check_program(struct qemu *q, const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	if (strncmp(name, "qemu-system-", strlen("qemu-system-")) == 0 && strcmp(name, "qemu-system-ppc64") != 0)
		return import_refuse(q->import, 0, "'%.60s' runs no pseries guest; qemu-system-ppc64 does", name);
	return IMPORT_OK;
}

static enum import_status fill_in(struct qemu *q)
{
	struct import *import = q->import;

	if (!q->machine_is_pseries)
		import_note(import, "no -machine: pseries, the default of qemu-system-ppc64");
	if (!q->kind_given) {
		import->kind = HV_QEMU_TCG;
		import_note(import, "no accelerator: tcg, QEMU's default");
	}
	if (!q->resize_given) {
		import->resize_hpt = q->machine.no_resizing ? RESIZE_HPT_DISABLED : RESIZE_HPT_ENABLED;
		import_note(import, "resize-hpt is not set: QEMU's default");
	}
	if (!import->max_hpt_page_shift) {
		import->max_hpt_page_shift = import_default_page_shift(import, &q->machine);
		import_note(import, "cap-hpt-max-page-size is not set: QEMU's default");
	}
	if (!import->memory_bytes) {
		import->memory_bytes = DEFAULT_MEMORY;
		import_note(import, "no -m: 512 MiB, QEMU's default");
	}
	if (!import->max_memory_bytes) {
		import->max_memory_bytes = import->memory_bytes;
		import_note(import, "no maxmem: nothing can be plugged");
	}
	if (!(q->cpu && strncasecmp(q->cpu, "power8", 6) == 0))
		import_note(import, "on POWER9 and later the guest has an HPT only with disable_radix or in POWER8 compatibility");
	if (!import->name && !import_set_name(import, "guest"))
		return IMPORT_ENOMEM;
	import->description = strdup("A guest by its QEMU command line.");
	return import->description ? import_finish(import) : IMPORT_ENOMEM;
}

enum import_status import_qemu(struct import *import, int argc, char *const argv[])
{
	struct qemu q = { .import = import };
	enum import_status status;

	*import = (struct import){ 0 };
	status = check_program(&q, argv[0]);
	if (status == IMPORT_OK)
		status = take_options(&q, argc, argv, false);
	if (status == IMPORT_OK)
		status = take_options(&q, argc, argv, true);
	if (status == IMPORT_OK)
		status = fill_in(&q);
	for (size_t i = 0; i < q.backend_count; i++)
		free(q.backends[i].id);
	free(q.backends);
	return status;
}
