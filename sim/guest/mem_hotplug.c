/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory hotplug below the pseries code: mm/memory_hotplug.c,
 * arch/powerpc/mm/mem.c, init_64.c (vmemmap) and book3s64/hash_utils.c.
 * Order of steps: docs/model/hotplug.md, One LMB.
 */
#include <errno.h>

#include "sim/guest/guest.h"
#include "sim/guest/memory_zone.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

static uint64_t section_count(uint64_t size)
{
	return size >> SECTION_SIZE_BITS;
}

static void spend_calls(struct guest *g, enum sim_phase phase, const struct hpt_calls *calls)
{
	guest_spend(g, phase,
		    cost_per_unit_ps(calls->enter_count * 1000, g->cost->h_enter_ns) +
		    cost_per_unit_ps(calls->read_count * 1000, g->cost->h_read_ns) +
		    cost_per_unit_ps(calls->remove_count * 1000, g->cost->h_remove_ns));
}

static int htab_bolt_mapping(struct guest *g, enum mmu_region region, uint64_t first,
			     uint64_t count)
{
	uint64_t before = hpt_bolted_count(g->hpt);
	struct hpt_calls calls = { 0 };
	enum hpt_status rc;

	workload_catch_up(g);
	rc = hpt_bolt(g->hpt, region, first, count, &calls);
	/* what did not fit has no entry that whoever unmaps the range could find */
	if (rc && region == MMU_LINEAR)
		g->linear_unmapped += count - (hpt_bolted_count(g->hpt) - before);
	if (rc == HPT_ENOMEM)
		g->failed = true;
	if (!rc && calls.secondary_count && !g->lost[region].is)
		g->lost[region].is = hpt_first_secondary(g->hpt, region, first, count, &g->lost[region].page);
	if (engine_current(g->engine))
		guest_tell_lost(g);	/* of those at boot when it is over */
	spend_calls(g, PHASE_BOLT, &calls);
	guest_gauge(g, GAUGE_BOLTED, hpt_bolted_count(g->hpt));
	return rc ? -1 : 0;
}

/* Returns how many pages had an entry. */
static uint64_t htab_remove_mapping(struct guest *g, enum mmu_region region, uint64_t first,
				    uint64_t count)
{
	struct hpt_calls calls = { 0 };

	if (hpt_unbolt(g->hpt, region, first, count, &calls))
		g->failed = true;
	spend_calls(g, PHASE_UNBOLT, &calls);
	guest_gauge(g, GAUGE_BOLTED, hpt_bolted_count(g->hpt));
	return calls.remove_count;
}

/* arch_create_linear_mapping() and its counterpart take the mutex since v5.11. */
static void linear_mapping_lock(struct guest *g)
{
	if (kernel_has(g->sc->guest.kernel, KERNEL_LINEAR_MAPPING_MUTEX))
		guest_mutex_lock(g, &g->linear_mapping_mutex);
}

static void linear_mapping_unlock(struct guest *g)
{
	if (kernel_has(g->sc->guest.kernel, KERNEL_LINEAR_MAPPING_MUTEX))
		guest_mutex_unlock(g, &g->linear_mapping_mutex);
}

/* For the record: who asks for a resize now. */
static void set_origin(const struct guest *g, enum sim_origin origin)
{
	struct request *rq = guest_request(g);

	if (rq)
		rq->origin = origin;
}

int guest_bolt_linear(struct guest *g, uint64_t base, uint64_t size)
{
	unsigned shift = g->mmu.shift[MMU_LINEAR];

	return htab_bolt_mapping(g, MMU_LINEAR, base >> shift, size >> shift);
}

void guest_unbolt_linear(struct guest *g, uint64_t base, uint64_t size)
{
	unsigned shift = g->mmu.shift[MMU_LINEAR];

	g->linear_unmapped -= (size >> shift) -
			      htab_remove_mapping(g, MMU_LINEAR, base >> shift, size >> shift);
}

static int hash__create_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	int rc;

	set_origin(g, ORIGIN_CREATE);
	if (g->policy->create_section_mapping)
		g->policy->create_section_mapping(g, g->memblock_phys_mem_size);
	set_origin(g, ORIGIN_REQUEST);

	rc = guest_bolt_linear(g, base, size);
	if (rc < 0)
		guest_unbolt_linear(g, base, size);
	return rc;
}

static void hash__remove_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	guest_unbolt_linear(g, base, size);

	set_origin(g, ORIGIN_REMOVE);
	if (g->policy->remove_section_mapping)
		g->policy->remove_section_mapping(g, g->memblock_phys_mem_size);
	set_origin(g, ORIGIN_REQUEST);
}

/* Which of the two resizes is up to the text: the record has but the place. */
static int text_create_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	int rc;

	set_origin(g, ORIGIN_CREATE);
	rc = g->policy->text->hash__create_section_mapping(g, base, size);
	set_origin(g, ORIGIN_REQUEST);
	return rc;
}

static void text_remove_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	set_origin(g, ORIGIN_REMOVE);
	g->policy->text->hash__remove_section_mapping(g, base, size);
	set_origin(g, ORIGIN_REQUEST);
}

static int arch_create_linear_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	int rc;

	linear_mapping_lock(g);
	rc = g->policy->text ? text_create_section_mapping(g, base, size) :
			       hash__create_section_mapping(g, base, size);
	linear_mapping_unlock(g);
	return rc;
}

static void arch_remove_linear_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	linear_mapping_lock(g);
	if (g->policy->text)
		text_remove_section_mapping(g, base, size);
	else
		hash__remove_section_mapping(g, base, size);
	linear_mapping_unlock(g);
}

/*
 * A vmemmap page holds the struct pages of one or more sections, or a section
 * needs several. Pages are mapped with their first section and unmapped with
 * their last one.
 */
struct vmemmap_pages {
	uint64_t first, end;	/* consecutive pages that have to change */
};

/* How many of the sections [@s, @end) share the vmemmap page of the first, which is @page. */
static uint16_t on_same_page(const struct guest *g, uint64_t s, uint64_t end, uint64_t *page)
{
	unsigned order = (unsigned)__builtin_ctzll(mmu_vmemmap_page_covers(&g->mmu)) - SECTION_SIZE_BITS;
	uint64_t next = ((s >> order) + 1) << order;

	*page = s >> order;
	return (uint16_t)((next < end ? next : end) - s);
}

/*
 * vmemmap_alloc_block(): struct pages come from memory that is online. What else
 * the kernel has there is not known, so this fails only where it must.
 */
static bool has_room_for_vmemmap(const struct guest *g, uint64_t count)
{
	uint64_t pages = hpt_region_count(g->hpt, MMU_VMEMMAP) + count;

	return pages << g->mmu.shift[MMU_VMEMMAP] <= g->memblock_phys_mem_size - g->coming_bytes;
}

/* Where vmemmap_list counts a page: with the first LMB that it has struct pages of. */
static uint64_t lmb_of_page(const struct guest *g, uint64_t page)
{
	return page * mmu_vmemmap_page_covers(&g->mmu) / g->drmem_info.lmb_size;
}

/* How many pages from the first on are of the same LMB. */
static uint64_t pages_of_lmb(const struct guest *g, const struct vmemmap_pages *p)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu), lmb_bytes = g->drmem_info.lmb_size;
	uint64_t end = covers >= lmb_bytes ? p->first + 1 : (lmb_of_page(g, p->first) + 1) * lmb_bytes / covers;

	return (end < p->end ? end : p->end) - p->first;
}

/* vmemmap_create_mapping() for what was collected. */
static int vmemmap_create(struct guest *g, struct vmemmap_pages *p)
{
	uint64_t count = p->end - p->first, faults;

	if (!count)
		return 0;
	if (!has_room_for_vmemmap(g, count))
		return -ENOMEM;
	if (htab_bolt_mapping(g, MMU_VMEMMAP, p->first, count))
		return -ENOSPC;
	/* cleared and filled at once, so KVM HV has them VALID */
	if (hpt_touch(g->hpt, MMU_VMEMMAP, p->first, count, &faults))
		g->failed = true;
	guest_spend(g, PHASE_SECTION,
		    cost_per_unit_ps(count * 1000, g->cost->vmemmap_page_ns));
	guest_spend(g, PHASE_REFAULT, cost_per_unit_ps(faults * 1000, g->cost->refault_ns));
	while (p->first < p->end) {
		uint64_t n = pages_of_lmb(g, p);

		vmemmap_list_populate(&g->vmemmap_list, lmb_of_page(g, p->first), n);
		p->first += n;
	}
	return 0;
}

static void vmemmap_remove(struct guest *g, struct vmemmap_pages *p)
{
	uint64_t passed = 0;

	if (p->end > p->first)
		htab_remove_mapping(g, MMU_VMEMMAP, p->first, p->end - p->first);
	while (p->first < p->end) {
		uint64_t n = pages_of_lmb(g, p);

		passed += vmemmap_list_free(&g->vmemmap_list, lmb_of_page(g, p->first), n);
		p->first += n;
	}
	guest_spend_on(g, PHASE_SECTION, "vmemmap_list_free",
		       cost_per_unit_ps(passed, g->cost->vmemmap_list_ps));
}

static void collect(struct vmemmap_pages *p, uint64_t page)
{
	if (p->first == p->end)
		p->first = page;
	p->end = page + 1;
}

/* Pages of a range that no section needs any more are unmapped. */
static void vmemmap_free(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu), end = section_count(base + size);
	struct vmemmap_pages pages = { 0 };

	if (covers < (UINT64_C(1) << SECTION_SIZE_BITS)) {
		pages = (struct vmemmap_pages){ base / covers, (base + size) / covers };
		vmemmap_remove(g, &pages);
		return;
	}
	for (uint64_t s = section_count(base), count, page; s < end; s += count) {
		count = on_same_page(g, s, end, &page);
		g->vmemmap_sections[page] -= (uint16_t)count;
		if (g->vmemmap_sections[page])
			continue;
		if (pages.end != page)
			vmemmap_remove(g, &pages);
		collect(&pages, page);
	}
	vmemmap_remove(g, &pages);
}

/* vmemmap_populate() over the sections of a range; all of it or nothing. */
static int vmemmap_populate(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu), end = section_count(base + size);
	struct vmemmap_pages pages = { 0 };
	int rc = 0;

	if (covers < (UINT64_C(1) << SECTION_SIZE_BITS)) {
		struct vmemmap_pages all = { base / covers, (base + size) / covers };

		pages = all;
		rc = vmemmap_create(g, &pages);
		if (rc)
			vmemmap_remove(g, &all);
		return rc;
	}
	for (uint64_t s = section_count(base), count, page; s < end; s += count) {
		count = on_same_page(g, s, end, &page);
		g->vmemmap_sections[page] += (uint16_t)count;
		if (g->vmemmap_sections[page] > count)
			continue;
		if (pages.end != page && !rc)
			rc = vmemmap_create(g, &pages);
		collect(&pages, page);
	}
	if (!rc)
		rc = vmemmap_create(g, &pages);
	if (rc)
		vmemmap_free(g, base, size);
	return rc;
}

static int __add_pages(struct guest *g, uint64_t base, uint64_t size)
{
	guest_spend(g, PHASE_SECTION,
		    cost_per_unit_ps(section_count(size) * 1000, g->cost->section_add_ns));
	return vmemmap_populate(g, base, size);
}

static void __remove_pages(struct guest *g, uint64_t base, uint64_t size)
{
	guest_spend(g, PHASE_SECTION,
		    cost_per_unit_ps(section_count(size) * 1000, g->cost->section_remove_ns));
	vmemmap_free(g, base, size);
}

static void flush_dcache_range(struct guest *g, uint64_t size)
{
	if (kernel_has(g->sc->guest.kernel, KERNEL_FLUSH_DCACHE) && !kernel_has(g->sc->guest.kernel, KERNEL_FLUSH_GONE))
		guest_spend(g, PHASE_FLUSH, cost_per_unit_ps(size, g->cost->flush_dcache_ps_byte));
}

static int arch_add_memory(struct guest *g, uint64_t base, uint64_t size)
{
	int rc = arch_create_linear_mapping(g, base, size);

	if (rc)
		return -EFAULT;
	if (!kernel_has(g->sc->guest.kernel, KERNEL_FLUSH_GOING_ONLY))
		flush_dcache_range(g, size);
	rc = __add_pages(g, base, size);
	if (rc)
		arch_remove_linear_mapping(g, base, size);
	return rc;
}

static void arch_remove_memory(struct guest *g, uint64_t base, uint64_t size)
{
	__remove_pages(g, base, size);
	flush_dcache_range(g, size);
	arch_remove_linear_mapping(g, base, size);
}

static void memblock_changed(struct guest *g)
{
	g->memblock_phys_mem_size = g->memblock.bytes;
	guest_gauge(g, GAUGE_MEMORY, g->memblock_phys_mem_size);
}

void guest_memblock_add(struct guest *g, uint64_t base, uint64_t size)
{
	memblock_add(&g->memblock, base, size);
	memblock_changed(g);
}

void guest_memblock_remove(struct guest *g, uint64_t base, uint64_t size)
{
	memblock_remove(&g->memblock, base, size);
	memblock_changed(g);
}

void guest_memblock_forget(struct guest *g, uint64_t base, uint64_t size)
{
	g->memblock_forgot |= memblock_count(&g->memblock, base, size) != 0;
	guest_memblock_remove(g, base, size);
}

int guest_add_memory(struct guest *g, uint64_t base, uint64_t size)
{
	int rc;

	guest_mem_hotplug_begin(g);
	guest_spend(g, PHASE_LMB, g->cost->lmb_add_ns);
	guest_memblock_add(g, base, size);	/* memblock_add_node() */
	g->coming_bytes = size;
	rc = arch_add_memory(g, base, size);
	g->coming_bytes = 0;
	if (rc)
		guest_memblock_remove(g, base, size);
	else
		memory_lists_add(g, base, size);
	guest_mem_hotplug_done(g);
	if (g->failed)
		guest_halt(g);
	return rc;
}

void guest_remove_memory(struct guest *g, uint64_t base, uint64_t size)
{
	bool last = kernel_has(g->sc->guest.kernel, KERNEL_MEMBLOCK_LAST);

	guest_mem_hotplug_begin(g);
	guest_spend(g, PHASE_LMB, g->cost->lmb_remove_ns);
	if (!last)
		guest_memblock_remove(g, base, size);
	arch_remove_memory(g, base, size);
	if (last)
		guest_memblock_remove(g, base, size);
	memory_lists_remove(g, base, size);
	guest_mem_hotplug_done(g);
	if (g->failed)
		guest_halt(g);
}

int guest_memremap(struct guest *g, uint64_t base, uint64_t size)
{
	int rc;

	guest_mem_hotplug_begin(g);
	rc = arch_add_memory(g, base, size);
	guest_mem_hotplug_done(g);
	if (g->failed)
		guest_halt(g);
	return rc;
}

void guest_memunmap(struct guest *g, uint64_t base, uint64_t size)
{
	guest_mem_hotplug_begin(g);
	arch_remove_memory(g, base, size);
	guest_mem_hotplug_done(g);
	if (g->failed)
		guest_halt(g);
}

int guest_boot_memory(struct guest *g, uint64_t base, uint64_t size)
{
	guest_memblock_add(g, base, size);
	return guest_bolt_linear(g, base, size) ? -ENOSPC : 0;
}

int guest_boot_vmemmap(struct guest *g, uint64_t base, uint64_t size)
{
	return vmemmap_populate(g, base, size);
}
