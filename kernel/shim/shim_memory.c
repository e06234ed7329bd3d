/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Part of the shim: memory, and the device tree that tells of it; included by shim.c. */

/* --- memory --- */

phys_addr_t memblock_phys_mem_size(void)
{
	return OP(memblock_phys_mem_size);
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	OPA(memblock_add, base, size);
	return 0;
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	OPA(memblock_remove, base, size);
	return 0;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	long lmb = drmem_info->n_lmbs;

	while (lmb > 0 && OPA(memory_block, (lmb - 1) * memory_block_size) == HPTSIM_BLOCK_NONE)
		lmb--;
	return lmb * memory_block_size;
}

bool pfn_valid(unsigned long pfn)
{
	bool valid = OPA(memory_block, (u64)pfn << PAGE_SHIFT) != HPTSIM_BLOCK_NONE;

	detach_refused = !valid;
	return valid;
}

struct memory_block *hptsim_find_memory_block(unsigned long section_nr)
{
	u64 base = (u64)section_nr << SECTION_SIZE_BITS;
	unsigned long lmb = lmb_of(base);
	enum hptsim_block state = OPA(memory_block, base);

	if (lmb >= (unsigned long)drmem_info->n_lmbs || state == HPTSIM_BLOCK_NONE)
		return NULL;
	blocks[lmb].start_section_nr = lmb * memory_block_size >> SECTION_SIZE_BITS;
	blocks[lmb].dev.offline = state == HPTSIM_BLOCK_OFFLINE;
	return &blocks[lmb];
}

static unsigned long lmb_of_device(struct device *dev)
{
	return container_of(dev, struct memory_block, dev) - blocks;
}

int device_online(struct device *dev)
{
	int rc = OPA(device_online, lmb_of_device(dev));

	if (!rc)
		dev->offline = false;
	return rc;
}

int device_offline(struct device *dev)
{
	int rc = OPA(device_offline, lmb_of_device(dev));

	if (!rc)
		dev->offline = true;
	return rc;
}

int hptsim_add_memory(int nid, u64 start, u64 size)
{
	return OPA(add_memory, start, size);
}

void hptsim_remove_memory(u64 start, u64 size, const char *file, int line)
{
	if (OPA(remove_memory, start, size))
		hptsim_bug(file, line, "__remove_memory(): memory that is not there or not offline");
}

/* the device tree's own list of LMBs: nobody reads it */
int drmem_update_dt(void)
{
	return 0;
}

void drmem_update_lmbs(struct property *prop)
{
}

/* looks at that LMB only */
int of_drconf_to_nid_single(struct drmem_lmb *lmb)
{
	return 0;
}

int memory_add_physaddr_to_nid(u64 start)
{
	OP(search_lmbs);
	return 0;
}

int htab_bolt_mapping(unsigned long vstart, unsigned long vend, unsigned long pstart,
		      unsigned long prot, int psize, int ssize)
{
	return OPA(bolt_linear, pstart, vend - vstart);
}

int htab_remove_mapping(unsigned long vstart, unsigned long vend, int psize, int ssize)
{
	return OPA(unbolt_linear, __pa(vstart), vend - vstart);
}

bool hptsim_has_feature(const char *name)
{
	return strcmp(name, "FW_FEATURE_HPT_RESIZE") != 0 || has_resize_hpt;
}

/* --- device tree --- */

/* One associativity array, and every LMB has it. */
static __be32 lmb_associativity[] = { cpu_to_be32(4), 0, 0, 0, 0 };
static __be32 lookup_arrays[] = { cpu_to_be32(1), cpu_to_be32(4), 0, 0, 0, 0 };
static __be32 lmb_size_cells[2], reg_cells[4];

static struct property lookup_prop = {
	.name = "ibm,associativity-lookup-arrays", .length = sizeof(lookup_arrays), .value = lookup_arrays,
};
static struct property lmb_size_prop = {
	.name = "ibm,lmb-size", .length = sizeof(lmb_size_cells), .value = lmb_size_cells,
	.next = &lookup_prop,
};
static struct property associativity_prop = {
	.name = "ibm,associativity", .length = sizeof(lmb_associativity), .value = lmb_associativity,
};
static struct property reg_prop = { .name = "reg", .length = sizeof(reg_cells), .value = reg_cells };

static struct device_node root_node = { .name = "", .full_name = "/" };
static struct device_node drconf_node = {
	.name = "ibm,dynamic-reconfiguration-memory", .full_name = "/ibm,dynamic-reconfiguration-memory",
	.properties = &lmb_size_prop,
};
static struct device_node lmb_node = { .name = "memory", .properties = &associativity_prop };
static struct device_node memory_node = { .name = "memory", .properties = &reg_prop };

static void put_cells(__be32 *cells, u64 value)
{
	cells[0] = cpu_to_be32(upper_32_bits(value));
	cells[1] = cpu_to_be32(lower_32_bits(value));
}

struct device_node *of_find_node_by_path(const char *path)
{
	if (strcmp(path, root_node.full_name) == 0)
		return &root_node;
	return strcmp(path, drconf_node.full_name) == 0 ? &drconf_node : NULL;
}

struct property *of_find_property(const struct device_node *node, const char *name, int *length)
{
	for (struct property *p = node ? node->properties : NULL; p; p = p->next) {
		if (strcmp(p->name, name) == 0) {
			if (length)
				*length = p->length;
			return p;
		}
	}
	return NULL;
}

const void *of_get_property(const struct device_node *node, const char *name, int *length)
{
	const struct property *p = of_find_property(node, name, length);

	return p ? p->value : NULL;
}

int of_update_property(struct device_node *node, struct property *prop)
{
	struct property **p = &node->properties;

	while (*p && strcmp((*p)->name, prop->name) != 0)
		p = &(*p)->next;
	prop->next = *p ? (*p)->next : NULL;
	*p = prop;
	return 0;
}

bool of_node_is_type(const struct device_node *node, const char *type)
{
	return node && strcmp(node->name, type) == 0;
}

u64 of_read_number(const __be32 *cells, int count)
{
	u64 value = 0;

	while (count--)
		value = value << 32 | be32_to_cpu(*cells++);
	return value;
}

int of_address_to_resource(struct device_node *node, int index, struct resource *r)
{
	const __be32 *reg = of_get_property(node, "reg", NULL);

	if (!reg || index)
		return -EINVAL;
	r->start = of_read_number(reg, 2);
	r->end = r->start + of_read_number(reg + 2, 2) - 1;
	return 0;
}

int of_reconfig_notifier_register(struct notifier_block *nb)
{
	reconfig_notifier = nb;
	return 0;
}
