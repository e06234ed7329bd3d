// SPDX-License-Identifier: GPL-2.0-or-later
/* A libvirt domain: https://libvirt.org/formatdomain.html, read with libxml2. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import/internal.h"
#include "base/text.h"

#define TAG_MAX	65536

#define KIB	UINT64_C(1024)

/* What is gathered before libvirt's arithmetic. */
struct domain {
	struct import *import;
	xmlNode *root;
	struct import_machine machine;
	uint64_t memory, max_memory, cells;	/* bytes as written; 0: not there */
	uint64_t dimms;				/* bytes, rounded */
	bool page_size_given;
};

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + SPAPR_MEMORY_BLOCK_SIZE - 1) / SPAPR_MEMORY_BLOCK_SIZE * SPAPR_MEMORY_BLOCK_SIZE;
}

/* --- XML --- */

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *next_named(xmlNode *node, const char *name)
{
	while (node && !is_element(node, name))
		node = node->next;
	return node;
}

static xmlNode *child(const xmlNode *node, const char *name)
{
	return node ? next_named(node->children, name) : NULL;
}

static unsigned line_of(const xmlNode *node)
{
	long line = xmlGetLineNo(node);

	return line > 0 && line < UINT_MAX ? (unsigned)line : 0;
}

/* Text of an attribute, or of the element for @name NULL, without blanks around it; free(). */
static char *text_of(struct domain *d, const xmlNode *node, const char *name)
{
	xmlChar *raw = name ? xmlGetProp(node, (const xmlChar *)name) : xmlNodeGetContent(node);
	const char *start;
	size_t size;
	char *text;

	if (!raw)
		return NULL;
	start = (const char *)raw + strspn((const char *)raw, " \t\r\n");
	size = strlen(start);
	while (size && strchr(" \t\r\n", start[size - 1]))
		size--;
	text = strndup(start, size);
	if (!text)
		d->import->no_memory = true;
	xmlFree(raw);
	return text;
}

/* --- sizes --- */

/* Bytes of a unit as libvirt spells it; 0: none of these. */
static uint64_t unit_bytes(const char *unit)
{
	static const char prefixes[] = "kmgtpe";
	const char *prefix;
	uint64_t bytes = 1;
	bool binary;

	if (!*unit)
		return KIB;
	if (strcasecmp(unit, "b") == 0 || strcasecmp(unit, "bytes") == 0)
		return 1;
	prefix = strchr(prefixes, *unit | 0x20);
	if (!prefix)
		return 0;
	binary = !unit[1] || strcasecmp(unit + 1, "ib") == 0;
	if (!binary && strcasecmp(unit + 1, "b") != 0)
		return 0;
	for (long i = 0; i <= prefix - prefixes; i++)
		bytes *= binary ? 1024 : 1000;
	return bytes;
}

/* A size in bytes, a multiple of 1 KiB as libvirt keeps them. */
static enum import_status read_size(struct domain *d, const xmlNode *node, const char *attribute, uint64_t *bytes)
{
	char *number = text_of(d, node, attribute), *unit = text_of(d, node, "unit");
	uint64_t factor = unit_bytes(unit ? unit : ""), value = 0;
	enum import_status status = IMPORT_OK;

	if (!factor)
		status = import_refuse(d->import, line_of(node), "'%.40s' is no unit of <%s>; there are b, KiB, MiB, GiB, TiB, "
				       "and KB, MB, GB, TB", unit, node->name);
	else if (!number || text_uint(number, &value) != TEXT_OK)
		status = import_refuse(d->import, line_of(node), "<%s> takes a whole number, not '%.40s'", node->name,
				       number ? number : "");
	else if (value > (UINT64_C(1) << 60) / factor)
		status = import_refuse(d->import, line_of(node), "<%s> is above 1 EiB", node->name);
	*bytes = status == IMPORT_OK ? (value * factor + KIB - 1) / KIB * KIB : 0;
	free(number);
	free(unit);
	return status;
}

/* --- what matters of a domain --- */

static enum import_status read_kind(struct domain *d)
{
	char *type = text_of(d, d->root, "type");
	enum import_status status = IMPORT_OK;

	if (type && strcmp(type, "kvm") == 0)
		d->import->kind = HV_KVM_HV;
	else if (type && strcmp(type, "qemu") == 0)
		d->import->kind = HV_QEMU_TCG;
	else
		status = import_refuse(d->import, line_of(d->root), "domain type '%.40s' is not modelled; there are kvm and qemu",
				       type ? type : "");
	free(type);
	return status;
}

static enum import_status read_machine(struct domain *d)
{
	const xmlNode *os = child(d->root, "os"), *type = child(os, "type");
	char *arch = type ? text_of(d, type, "arch") : NULL, *machine = type ? text_of(d, type, "machine") : NULL;
	enum import_status status = IMPORT_OK;

	d->import->line = type ? line_of(type) : line_of(d->root);
	if (arch && strcmp(arch, "ppc64") != 0 && strcmp(arch, "ppc64le") != 0)
		status = import_refuse(d->import, d->import->line, "this is a guest of architecture '%.40s'; only ppc64 and ppc64le "
				       "guests have an HPT", arch);
	else if (!arch)
		import_note(d->import, "<os> has no architecture: taken for ppc64");
	if (status == IMPORT_OK && !import_machine_type(d->import, machine ? machine : "pseries", &d->machine))
		status = IMPORT_EINVALID;
	free(arch);
	free(machine);
	return status;
}

static enum import_status read_hpt(struct domain *d)
{
	const xmlNode *hpt = child(child(d->root, "features"), "hpt"), *page = child(hpt, "maxpagesize");
	char *resizing = hpt ? text_of(d, hpt, "resizing") : NULL;
	enum import_status status = IMPORT_OK;
	uint64_t bytes;

	d->import->resize_hpt = d->machine.no_resizing ? RESIZE_HPT_DISABLED : RESIZE_HPT_ENABLED;
	if (resizing && strcmp(resizing, "enabled") == 0)
		d->import->resize_hpt = RESIZE_HPT_ENABLED;
	else if (resizing && strcmp(resizing, "disabled") == 0)
		d->import->resize_hpt = RESIZE_HPT_DISABLED;
	else if (resizing && strcmp(resizing, "required") == 0)
		d->import->resize_hpt = RESIZE_HPT_REQUIRED;
	else if (resizing)
		status = import_refuse(d->import, line_of(hpt), "resizing='%.40s' is unknown; there are enabled, disabled and required",
				       resizing);
	else
		import_note(d->import, "<hpt resizing> is not set: QEMU's default");
	free(resizing);
	d->import->max_hpt_page_shift = import_default_page_shift(d->import, &d->machine);
	if (!page) {
		import_note(d->import, "<hpt><maxpagesize> is not set: QEMU's default");
		return status;
	}
	if (status == IMPORT_OK)
		status = read_size(d, page, NULL, &bytes);
	if (status != IMPORT_OK)
		return status;
	d->import->max_hpt_page_shift = import_page_shift(bytes);
	return d->import->max_hpt_page_shift ? IMPORT_OK :
	       import_refuse(d->import, line_of(page), "<maxpagesize> is below 4 KiB");
}

/* Each cell is rounded by itself. */
static enum import_status read_cells(struct domain *d)
{
	xmlNode *numa = child(child(d->root, "cpu"), "numa");

	for (xmlNode *cell = child(numa, "cell"); cell; cell = next_named(cell->next, "cell")) {
		uint64_t bytes;
		enum import_status status = read_size(d, cell, "memory", &bytes);

		if (status != IMPORT_OK)
			return status;
		d->cells += round_up(bytes);
	}
	return IMPORT_OK;
}

static enum import_status read_address(struct domain *d, const xmlNode *memory, struct import_dimm *dimm)
{
	const xmlNode *address = child(memory, "address");
	char *base = address ? text_of(d, address, "base") : NULL;
	enum import_status status = IMPORT_OK;

	if (base && text_uint(base, &dimm->address) != TEXT_OK)
		status = import_refuse(d->import, line_of(address), "base='%.40s' is no address", base);
	else if (base)
		dimm->has_address = true;
	free(base);
	return status;
}

static enum import_status read_dimm(struct domain *d, xmlNode *memory)
{
	const xmlNode *target = child(memory, "target"), *size = child(target, "size"), *alias = child(memory, "alias");
	struct import_dimm *dimm;
	enum import_status status;
	uint64_t bytes;
	char *id;

	if (!size)
		return import_refuse(d->import, line_of(memory), "the DIMM has no <target><size>");
	status = read_size(d, size, NULL, &bytes);
	if (status != IMPORT_OK)
		return status;
	if (bytes % SPAPR_MEMORY_BLOCK_SIZE)
		import_note(d->import, "line %u: libvirt rounds the DIMM up to a multiple of 256 MiB", line_of(size));
	id = alias ? text_of(d, alias, "name") : NULL;
	dimm = import_add_dimm(d->import, id, round_up(bytes));
	free(id);
	if (!dimm)
		return IMPORT_ENOMEM;
	d->dimms += dimm->size_bytes;
	return read_address(d, memory, dimm);
}

static enum import_status read_devices(struct domain *d)
{
	xmlNode *devices = child(d->root, "devices");

	for (xmlNode *memory = child(devices, "memory"); memory; memory = next_named(memory->next, "memory")) {
		char *model = text_of(d, memory, "model");
		enum import_status status = IMPORT_OK;

		if (model && strcmp(model, "dimm") == 0)
			status = read_dimm(d, memory);
		else if (model && strcmp(model, "nvdimm") == 0)
			import_note(d->import, "line %u: an NVDIMM is no memory of the guest until a driver makes it so (event driver_add)",
				    line_of(memory));
		else
			status = import_refuse(d->import, line_of(memory), "memory model '%.40s' does not exist on pseries; there are "
					       "dimm and nvdimm", model ? model : "");
		free(model);
		if (status != IMPORT_OK)
			return status;
	}
	return IMPORT_OK;
}

static enum import_status read_memory(struct domain *d)
{
	const xmlNode *memory = child(d->root, "memory"), *max = child(d->root, "maxMemory");
	enum import_status status = memory ? read_size(d, memory, NULL, &d->memory) : IMPORT_OK;

	if (status == IMPORT_OK && max)
		status = read_size(d, max, NULL, &d->max_memory);
	if (status == IMPORT_OK)
		status = read_cells(d);
	if (status == IMPORT_OK)
		status = read_devices(d);
	if (status != IMPORT_OK)
		return status;
	if (d->cells)
		d->import->memory_bytes = d->cells;	/* libvirt ignores <memory> then */
	else if (d->memory < d->dimms)
		return import_refuse(d->import, memory ? line_of(memory) : 0, "the DIMMs are larger than <memory>, which counts them");
	else
		d->import->memory_bytes = round_up(d->memory - d->dimms);
	if (d->dimms)
		import_note(d->import, "libvirt's <memory> counts the DIMMs; memory here is without them");
	if (!d->max_memory)
		import_note(d->import, "<maxMemory> is not set: nothing can be plugged");
	d->import->max_memory_bytes = d->max_memory ? round_up(d->max_memory) : d->import->memory_bytes + d->dimms;
	return IMPORT_OK;
}

static enum import_status read_vcpus(struct domain *d)
{
	const xmlNode *vcpu = child(d->root, "vcpu");
	char *count = NULL;
	enum import_status status = IMPORT_OK;
	uint64_t value = 1;

	if (vcpu)
		count = text_of(d, vcpu, "current");
	if (vcpu && !count)
		count = text_of(d, vcpu, NULL);
	if (count && (text_uint(count, &value) != TEXT_OK || !value || value > UINT_MAX))
		status = import_refuse(d->import, line_of(vcpu), "<vcpu> takes a number of CPUs, not '%.40s'", count);
	else
		d->import->vcpu_count = (unsigned)value;
	free(count);
	return status;
}

/* A guest on POWER9 and later may have no HPT at all. */
static void read_cpu(struct domain *d)
{
	const xmlNode *cpu = child(d->root, "cpu"), *model = child(cpu, "model"), *line = child(child(d->root, "os"), "cmdline");
	char *name = model ? text_of(d, model, NULL) : NULL, *parameters = line ? text_of(d, line, NULL) : NULL;
	bool hash_only = name && (strncasecmp(name, "power8", 6) == 0 || strncasecmp(name, "power7", 6) == 0);

	if (parameters)
		import_kernel_parameters(d->import, parameters);
	if (!hash_only && !(parameters && strstr(parameters, "disable_radix")))
		import_note(d->import, "on POWER9 and later the guest has an HPT only with disable_radix or in POWER8 compatibility");
	free(name);
	free(parameters);
}

static enum import_status read_domain(struct domain *d)
{
	static enum import_status (*const steps[])(struct domain *d) = {
		read_kind, read_machine, read_hpt, read_memory, read_vcpus,
	};
	char *name;

	if (!is_element(d->root, "domain"))
		return import_refuse(d->import, line_of(d->root), "<%.40s> is no libvirt domain: <domain type='kvm'> is wanted",
				     d->root->name);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		enum import_status status = steps[i](d);

		if (status != IMPORT_OK)
			return status;
	}
	read_cpu(d);
	name = child(d->root, "name") ? text_of(d, child(d->root, "name"), NULL) : strdup("guest");
	if (!name || !import_set_name(d->import, name))
		d->import->no_memory = true;
	free(name);
	d->import->description = strdup("A libvirt domain.");
	if (!d->import->description)
		d->import->no_memory = true;
	return import_finish(d->import);
}

/* libxml2 compares each attribute with all others of its element. None of libvirt's has more than a line of them. */
static bool has_long_tag(const char *text, size_t size)
{
	const char *open = NULL;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '<')
			open = text + i;
		else if (text[i] == '>')
			open = NULL;
		if (open && text + i - open > TAG_MAX)
			return true;
	}
	return false;
}

enum import_status import_domain(struct import *import, const char *text, size_t size)
{
	struct domain d = { .import = import };
	enum import_status status;
	xmlParserCtxt *context;
	xmlDoc *doc;

	*import = (struct import){ 0 };
	if (size > INT_MAX)
		return import_refuse(import, 0, "the file is too large");
	if (has_long_tag(text, size))
		return import_refuse(import, 0, "there is a tag longer than %d bytes, which no domain has", TAG_MAX);
	context = xmlNewParserCtxt();
	if (!context)
		return IMPORT_ENOMEM;
	doc = xmlCtxtReadMemory(context, text, (int)size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	d.root = doc ? xmlDocGetRootElement(doc) : NULL;
	if (d.root) {
		status = read_domain(&d);
	} else {
		const xmlError *error = xmlCtxtGetLastError(context);
		const char *message = error && error->message ? error->message : "it is empty";

		status = import_refuse(import, error && error->line > 0 ? (unsigned)error->line : 0, "this is no XML: %.*s",
				       (int)strcspn(message, "\n"), message);
	}
	if (import->no_memory)
		status = IMPORT_ENOMEM;
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(context);
	return status;
}
