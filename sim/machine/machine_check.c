/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Things that have to be so whatever the scenario; for tests. */
#include "sim/machine/machine_check.h"

#include <inttypes.h>

static void check_memory(struct machine *m)
{
	const struct guest *g = &m->guest;
	uint64_t lmb_size = g->drmem_info.lmb_size, bytes = m->drcs.fixed_bytes, unaccounted = 0, pages;
	uint64_t counted = memblock_count(&g->memblock, 0, bytes);

	for (uint64_t i = 0; i < g->drmem_info.n_lmbs; i++) {
		uint32_t flags = g->drmem_info.lmbs[i].flags;

		if (flags & DRCONF_MEM_ASSIGNED) {
			bytes += lmb_size;
			counted += memblock_count(&g->memblock, i * lmb_size, lmb_size);
		}
		if (flags & DRMEM_LMB_RESERVED)
			machine_fail(m, SIM_EINVARIANT, "LMB %" PRIu64 " is still marked by a request", i);
	}
	for (size_t i = 0; i < m->range_count; i++) {
		const struct range *r = &m->ranges[i];

		if (r->accounted) {
			bytes += r->present;
			counted += memblock_count(&g->memblock, r->base, r->present);
		} else {
			unaccounted += r->present;
		}
	}
	if (counted != g->memblock_phys_mem_size || (counted != bytes && !g->memblock_forgot))
		machine_fail(m, SIM_EINVARIANT,
			     "memblock has %" PRIu64 " bytes, boot memory, assigned LMBs and ranges %" PRIu64,
			     g->memblock_phys_mem_size, bytes);
	pages = (bytes + unaccounted) >> g->mmu.shift[MMU_LINEAR];
	if (pages != hpt_region_count(g->hpt, MMU_LINEAR) + g->linear_unmapped)
		machine_fail(m, SIM_EINVARIANT,
			     "%" PRIu64 " linear pages, %" PRIu64 " without an entry, %" PRIu64 " bolted", pages,
			     g->linear_unmapped, hpt_region_count(g->hpt, MMU_LINEAR));
}

static void check_table(struct machine *m)
{
	const struct guest *g = &m->guest;
	const char *wrong = hpt_check(g->hpt);

	if (wrong)
		machine_fail(m, SIM_EINVARIANT, "%s", wrong);
	/* a text of somebody else may well be wrong about it */
	if (g->ppc64_pft_size != hpt_shift(g->hpt) && !g->policy->text)
		machine_fail(m, SIM_EINVARIANT, "the guest thinks of shift %u, the table has %u",
			     g->ppc64_pft_size, hpt_shift(g->hpt));
}

static void check_host(struct machine *m)
{
	uint64_t bytes = hv_table_bytes(m->hv.kind, hpt_shift(m->hv.hpt));

	for (const struct pending_hpt *p = m->hv.all_pending; p; p = p->next)
		if (!p->complete || p->rc == H_SUCCESS)
			bytes += hv_table_bytes(m->hv.kind, p->shift);
	if (bytes != m->hv.host_bytes)
		machine_fail(m, SIM_EINVARIANT, "tables hold %" PRIu64 " bytes, booked are %" PRIu64,
			     bytes, m->hv.host_bytes);
}

void machine_check(struct machine *m, bool quiet)
{
	if (!m->options.check_invariants || !m->guest.hpt)
		return;
	check_table(m);
	check_host(m);
	if (quiet)
		check_memory(m);
	if (m->error->status == SIM_EINVARIANT)
		guest_halt(&m->guest);
}
