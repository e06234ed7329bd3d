/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated guest as a kernel's text sees it. Compiled together with that
 * text; calls hptsim through abi.h for whatever takes virtual time.
 */
#include "hptsim_kernel.h"

#include "hptsim_about.h"	/* made for each build */

/* what the text has: hash_utils.c, hotplug-memory.c and lpar.c, through the slices' own ends */
extern int hptsim_text_hpt_order_set(u64 shift);
extern int hptsim_text_resize_hpt(unsigned long shift);

static struct hptsim_kernel_call hk;

#define OP(op)		hk.ops->op(hk.cookie)
#define OPA(op, ...)	hk.ops->op(hk.cookie, __VA_ARGS__)

/* --- state that the kernel has elsewhere --- */

unsigned int hptsim_page_shift = 16;
unsigned long hptsim_kernel_end;
unsigned long memory_block_size;
int mmu_linear_psize, mmu_virtual_psize, mmu_vmemmap_psize, mmu_kernel_ssize;
struct mmu_psize_def mmu_psize_defs[MMU_PAGE_COUNT];
u64 ppc64_pft_size;

static struct drmem_lmb_info hptsim_drmem_info;
struct drmem_lmb_info *drmem_info = &hptsim_drmem_info;

static struct memory_block *blocks;
static unsigned long first_drc;
static bool has_resize_hpt, detach_refused;
static struct notifier_block *reconfig_notifier;

static unsigned long lmb_of(u64 base)
{
	return base / memory_block_size;
}

/* LMBs without a connector have index 0 in QEMU's device tree. */
static unsigned int drc_index_of(unsigned long lmb)
{
	return lmb < first_drc ? 0 : 0x80000000u | (unsigned int)lmb;
}

/* Of what firmware is asked for; one that is out of range if there is none. */
static unsigned long lmb_of_drc(unsigned int drc_index)
{
	return drc_index & 0x80000000u ? drc_index & 0x7fffffffu : 0;
}

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

/* --- firmware and hypervisor --- */

struct device_node *dlpar_configure_connector(__be32 drc_index, struct device_node *parent)
{
	return OPA(configure_connector, lmb_of_drc(be32_to_cpu(drc_index))) ? NULL : &lmb_node;
}

int rtas_get_sensor(int sensor, int index, int *state)
{
	return OPA(rtas_get_sensor, sensor, lmb_of_drc(index), state);
}

int rtas_set_indicator(int indicator, int index, int value)
{
	return OPA(rtas_set_indicator, indicator, lmb_of_drc(index), value);
}

enum { RTAS_GET_SENSOR = 1, RTAS_SET_INDICATOR };

int rtas_token(const char *service)
{
	return strcmp(service, "get-sensor-state") == 0 ? RTAS_GET_SENSOR :
	       strcmp(service, "set-indicator") == 0 ? RTAS_SET_INDICATOR : -1;
}

int rtas_call(int token, int nargs, int nret, int *outputs, ...)
{
	int what, index, rc = -1;
	va_list args;

	va_start(args, outputs);
	what = va_arg(args, int);
	index = va_arg(args, int);
	if (token == RTAS_GET_SENSOR)
		rc = OPA(rtas_get_sensor, what, lmb_of_drc(index), outputs);
	else if (token == RTAS_SET_INDICATOR)
		rc = OPA(rtas_set_indicator, what, lmb_of_drc(index), va_arg(args, int));
	va_end(args);
	return rc;
}

long plpar_hcall_norets(unsigned long opcode, ...)
{
	unsigned long a, b;
	va_list args;

	va_start(args, opcode);
	a = va_arg(args, unsigned long);
	b = va_arg(args, unsigned long);
	va_end(args);
	return OPA(hcall, opcode, a, b);
}

int stop_machine(int (*fn)(void *data), void *data, const struct cpumask *cpus)
{
	return OPA(stop_machine, 0, fn, data);
}

int stop_machine_cpuslocked(int (*fn)(void *data), void *data, const struct cpumask *cpus)
{
	return OPA(stop_machine, 1, fn, data);
}

/* --- locks and time --- */

void mutex_lock(struct mutex *m)
{
	OPA(mutex_lock, &m->lock);
}

int mutex_trylock(struct mutex *m)
{
	return OPA(mutex_trylock, &m->lock);
}

void mutex_unlock(struct mutex *m)
{
	OPA(mutex_unlock, &m->lock);
}

bool mutex_is_locked(struct mutex *m)
{
	return OPA(mutex_is_locked, &m->lock);
}

void lock_device_hotplug(void)
{
	OP(lock_device_hotplug);
}

void unlock_device_hotplug(void)
{
	OP(unlock_device_hotplug);
}

void cpus_read_lock(void)
{
	OP(cpus_read_lock);
}

void cpus_read_unlock(void)
{
	OP(cpus_read_unlock);
}

void get_online_mems(void)
{
	OP(get_online_mems);
}

void put_online_mems(void)
{
	OP(put_online_mems);
}

void hptsim_sleep(u64 ns)
{
	OPA(sleep, ns);
}

u64 ktime_get_ns(void)
{
	return OP(ktime_get_ns);
}

/* A task that was started for an earlier due time finds it changed and leaves. */
static void work_task(void *data)
{
	struct work_struct *work = data;

	if (!work->due || work->due > ktime_get_ns() + 1)
		return;
	work->due = 0;
	work->running++;
	work->func(work);
	work->running--;
}

bool hptsim_queue(struct work_struct *work, u64 ns, bool anew)
{
	bool pending = work->due != 0;

	if (pending && !anew)
		return false;
	work->due = ktime_get_ns() + ns + 1;	/* 0 is "not queued" */
	OPA(call_later, ns, work_task, work);
	return anew ? pending : true;
}

bool hptsim_cancel(struct work_struct *work)
{
	bool pending = work->due != 0;

	work->due = 0;
	return pending;
}

void hptsim_flush_running(struct work_struct *work)
{
	while (work->running)
		hptsim_sleep(NSEC_PER_MSEC);
}

void hptsim_flush(struct work_struct *work)
{
	if (work->due) {
		work->due = 0;
		work->running++;
		work->func(work);
		work->running--;
	}
	hptsim_flush_running(work);
}

/* --- memory of the text's own --- */

void *kzalloc(size_t size, gfp_t flags)
{
	return OPA(alloc, size);
}

void *krealloc(const void *p, size_t size, gfp_t flags)
{
	void *new = kzalloc(size, flags);

	if (p && new) {
		memcpy(new, p, min(OPA(alloc_size, p), (unsigned long)size));
		kfree(p);
	}
	return new;
}

void *kmemdup(const void *p, size_t size, gfp_t flags)
{
	void *new = kzalloc(size, flags);

	if (new)
		memcpy(new, p, size);
	return new;
}

char *kstrdup(const char *text, gfp_t flags)
{
	return text ? kmemdup(text, strlen(text) + 1, flags) : NULL;
}

void hptsim_kfree(const void *p, const char *file, int line)
{
	if (p && !OPA(free, (void *)p))
		hptsim_bug(file, line, "kfree() of what was not allocated, or is free already");
}

/* --- messages --- */

#define LINE_MAX	512

/*
 * The C library knows nothing of %pOF and the like, and addresses differ from run
 * to run: every pointer is shown as "(ptr)".
 */
static void without_pointers(char *to, const char *from)
{
	const char *end = to + LINE_MAX - sizeof("(ptr)%.0s");

	while (*from && to < end) {
		if (from[0] == '%' && from[1] == '%') {
			*to++ = *from++;
		} else if (from[0] == '%' && from[1] == 'p') {
			memcpy(to, "(ptr)%.0s", sizeof("(ptr)%.0s") - 1);
			to += sizeof("(ptr)%.0s") - 1;
			from += 2;
			while ((*from >= 'a' && *from <= 'z') || (*from >= 'A' && *from <= 'Z'))
				from++;
			continue;
		}
		*to++ = *from++;
	}
	*to = 0;
}

int hptsim_printk(int level, const char *format, ...)
{
	char plain[LINE_MAX], text[LINE_MAX];
	va_list args;
	int n;

	if (level < 0) {
		level = 4;
		if (format[0] == 1 && format[1]) {
			level = format[1] - '0';
			format += 2;
		}
	}
	without_pointers(plain, format);
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), plain, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = 0;
	OPA(log, level, text);
	return n;
}

void hptsim_bug(const char *file, int line, const char *what)
{
	OPA(bug, file, line, what);
	__builtin_unreachable();
}

bool hptsim_warn(const char *file, int line)
{
	hptsim_printk(4, "WARNING: at %s:%d\n", file, line);
	return true;
}

/* --- for the record --- */

void hptsim_lmb_begin(const struct drmem_lmb *lmb, int add)
{
	OPA(lmb_begin, lmb_of(lmb->base_addr), add);
}

void hptsim_lmb_end(const struct drmem_lmb *lmb, int add, int err)
{
	OPA(lmb_end, lmb_of(lmb->base_addr), add, err);
}

void hptsim_mem_size_asked(u64 bytes)
{
	OPA(mem_size_asked, bytes);
}

static int resize_hpt(unsigned long shift)
{
	return OPA(resize, shift, hptsim_text_resize_hpt, __builtin_return_address(0));
}

/* --- what hptsim calls --- */

static int psize_of(unsigned int shift)
{
	return shift == 24 ? MMU_PAGE_16M : shift == 20 ? MMU_PAGE_1M : shift == 16 ? MMU_PAGE_64K : MMU_PAGE_4K;
}

static void boot_lmbs(const struct hptsim_kernel_boot *boot)
{
	struct drmem_lmb *lmbs = kcalloc(boot->lmb_count + 1, sizeof(*lmbs), GFP_KERNEL);

	blocks = kcalloc(boot->lmb_count + 1, sizeof(*blocks), GFP_KERNEL);
	for (unsigned long i = 0; lmbs && blocks && i < boot->lmb_count; i++) {
		lmbs[i].base_addr = i * boot->lmb_bytes;
		lmbs[i].drc_index = drc_index_of(i);
		lmbs[i].aa_index = boot->lmb_flags[i] & DRCONF_MEM_ASSIGNED ? 0 : 0xffffffff;
		lmbs[i].flags = boot->lmb_flags[i];
	}
	drmem_info->lmbs = lmbs;
	drmem_info->n_lmbs = boot->lmb_count;
	drmem_info->lmb_size = boot->lmb_bytes;
}

extern hptsim_initcall_t __start_hptsim_initcalls[] __attribute__((__weak__, __visibility__("hidden")));
extern hptsim_initcall_t __stop_hptsim_initcalls[] __attribute__((__weak__, __visibility__("hidden")));

static void boot(const struct hptsim_kernel_boot *boot)
{
	hptsim_page_shift = boot->page_shift;
	/* where the linear map of a hash MMU has to end */
	hptsim_kernel_end = boot->page_shift == 16 ? 0xc008000000000000UL : 0xc0003d0000000000UL;
	memory_block_size = boot->lmb_bytes;
	first_drc = boot->first_drc;
	has_resize_hpt = boot->resize_hpt;
	ppc64_pft_size = boot->hpt_shift;
	mmu_psize_defs[MMU_PAGE_4K].shift = 12;
	mmu_psize_defs[MMU_PAGE_64K].shift = 16;
	mmu_psize_defs[MMU_PAGE_1M].shift = 20;
	mmu_psize_defs[MMU_PAGE_16M].shift = 24;
	mmu_virtual_psize = psize_of(boot->page_shift);
	mmu_linear_psize = psize_of(boot->linear_shift);
	put_cells(lmb_size_cells, boot->lmb_bytes);
	boot_lmbs(boot);
	mmu_hash_ops.resize_hpt = has_resize_hpt ? resize_hpt : NULL;
	for (hptsim_initcall_t *fn = __start_hptsim_initcalls; fn < __stop_hptsim_initcalls; fn++)
		(*fn)();
}

static int call_dlpar_memory(int action, int by, unsigned int count, unsigned int drc_index)
{
	struct pseries_hp_errorlog elog = {
		.resource = PSERIES_HP_ELOG_RESOURCE_MEM,
		.action = action ? PSERIES_HP_ELOG_ACTION_REMOVE : PSERIES_HP_ELOG_ACTION_ADD,
	};

	switch (by) {
	case 0:
		elog.id_type = PSERIES_HP_ELOG_ID_DRC_COUNT;
		elog._drc_u.drc_count = HPTSIM_ELOG(count);
		break;
	case 1:
		elog.id_type = PSERIES_HP_ELOG_ID_DRC_INDEX;
		elog._drc_u.drc_index = HPTSIM_ELOG(drc_index);
		break;
	default:
		elog.id_type = PSERIES_HP_ELOG_ID_DRC_IC;
		elog._drc_u.ic.count = HPTSIM_ELOG(count);
		elog._drc_u.ic.index = HPTSIM_ELOG(drc_index);
	}
	return dlpar_memory(&elog);
}

/* The arguments after the range have changed over time. */
#define CREATE_IS(...)	__builtin_types_compatible_p(__typeof__(hash__create_section_mapping), int(__VA_ARGS__))
typedef int create_fn(unsigned long start, unsigned long end, int nid, pgprot_t prot);
_Static_assert(CREATE_IS(unsigned long, unsigned long, int, pgprot_t) || CREATE_IS(unsigned long, unsigned long, int),
	       "hash__create_section_mapping() takes (start, end, nid[, prot])");

static int create_section_mapping(u64 base, u64 size)
{
	unsigned long start = (unsigned long)__va(base);

	/* one argument too many does no harm to a C function */
	return ((create_fn *)(void *)hash__create_section_mapping)(start, start + size, 0, PAGE_KERNEL);
}

static int remove_section_mapping_(u64 base, u64 size)
{
	unsigned long start = (unsigned long)__va(base);

	return hash__remove_section_mapping(start, start + size);
}

static int order_set(u64 shift)
{
	return hptsim_text_hpt_order_set(shift);
}

static int detach(unsigned long lmb)
{
	struct of_reconfig_data data = { .dn = &memory_node };

	if (!reconfig_notifier)
		return -ENODEV;
	put_cells(reg_cells, (u64)lmb * memory_block_size);
	put_cells(reg_cells + 2, memory_block_size);
	detach_refused = false;
	reconfig_notifier->notifier_call(reconfig_notifier, OF_RECONFIG_DETACH_NODE, &data);
	if (detach_refused)
		return -EINVAL;
	/* what a firmware with both kinds of nodes would tell next */
	drmem_info->lmbs[lmb].flags &= ~DRCONF_MEM_ASSIGNED;
	return 0;
}

extern __attribute__((__visibility__("default"))) const struct hptsim_kernel hptsim_kernel;
const struct hptsim_kernel hptsim_kernel = {
	.abi = HPTSIM_KERNEL_ABI,
	.call = &hk,
	.name = HPTSIM_NAME,
	.title = HPTSIM_TITLE,
	.source = HPTSIM_SOURCE,
	.open = HPTSIM_OPEN,
	.version = HPTSIM_VERSION,
	.ppc64_pft_size = &ppc64_pft_size,
	.boot = boot,
	.dlpar_memory = call_dlpar_memory,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping_,
	.hpt_order_set = order_set,
	.detach = detach,
};
