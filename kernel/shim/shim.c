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

#include "shim_memory.c"

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

#include "shim_time.c"

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
