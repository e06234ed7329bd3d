/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From nothing to a booted guest. */
#include <stdlib.h>
#include <string.h>

#include "sim/guest/free_pages.h"
#include "sim/guest/memory_zone.h"
#include "sim/machine/machine_boot.h"
#include "sim/machine/machine_check.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

#define VRMA_SLOT			7u
/* Ranges outside the LMBs start at a multiple of this above device memory, or of an LMB if that is more. */
#define RANGE_ALIGN			SZ_1G
/* A 64K guest's own rule: one PTEG for two pages, RAM/1024. */
#define WISH_BELOW_QEMU			3u

static enum sim_status out_of_memory(struct machine *m)
{
	return machine_fail(m, SIM_ENOMEM, "out of memory");
}

/* spapr_setup_hpt(): for maxmem when the guest may not resize it. */
static unsigned first_hpt_shift(const struct machine *m)
{
	const struct hypervisor_spec *hv = &m->sc->hypervisor;
	unsigned shift;

	if (hv->hpt_shift)
		return hv->hpt_shift;
	shift = hv_hpt_shift_for_ramsize(!hv_resizes(hv) ? m->sc->guest.max_memory_bytes :
					 drc_ram_bytes(&m->drcs) - m->prelaunch_bytes);
	if (hv->hpt_shift_rule == HPT_SHIFT_FOR_64K)
		shift = shift < HPT_SHIFT_MIN + WISH_BELOW_QEMU ? HPT_SHIFT_MIN :
								  shift - WISH_BELOW_QEMU;
	return shift;
}

static enum sim_status plug_boot_dimms(struct machine *m)
{
	for (size_t i = 0; i < m->sc->guest.dimm_count; i++) {
		const struct dimm_spec *dimm = &m->sc->guest.dimms[i];
		uint32_t unused;
		enum drc_status rc = drc_plug(&m->drcs, dimm, true, &unused);

		if (rc == DRC_ENOMEM)
			return out_of_memory(m);
		if (rc)
			return machine_fail(m, SIM_EBOOT, dimm->address_bytes ?
					    "the address of DIMM %s at boot is taken, or not below max_memory" :
					    "DIMM %s at boot does not fit below max_memory", dimm->id);
		if (dimm->prelaunch)
			m->prelaunch_bytes += dimm->size_bytes;
	}
	return SIM_OK;
}

/* Addresses for all ranges that the events will bring. */
static enum sim_status place_ranges(struct machine *m, uint64_t *end)
{
	uint64_t lmb = m->sc->guest.lmb_bytes, align = lmb > RANGE_ALIGN ? lmb : RANGE_ALIGN;
	uint64_t base = (*end + align - 1) & ~(align - 1);
	size_t count = 0;

	for (size_t i = 0; i < m->sc->event_count; i++)
		count += event_brings_range(&m->sc->events[i]);
	m->ranges = calloc(count ? count : 1, sizeof(*m->ranges));
	if (!m->ranges)
		return out_of_memory(m);
	for (size_t i = 0; i < m->sc->event_count; i++) {
		const struct event_spec *ev = &m->sc->events[i];
		bool whole = ev->kind == EVENT_MEMREMAP ||
			     (ev->kind == EVENT_DRIVER_ADD && ev->driver == DRIVER_DAX);

		if (!event_brings_range(ev))
			continue;
		m->ranges[m->range_count++] = (struct range){
			.id = ev->dimm.id, .base = base, .size = ev->dimm.size_bytes,
			.block = whole ? ev->dimm.size_bytes : m->sc->guest.lmb_bytes,
			.accounted = ev->kind != EVENT_MEMREMAP,
		};
		base = (base + ev->dimm.size_bytes + align - 1) & ~(align - 1);
	}
	if (count)
		*end = base;
	return SIM_OK;
}

/* Each range of memory at boot, ascending: boot memory, then runs of DIMM LMBs. */
static int for_each_boot_range(struct machine *m, int (*fn)(struct guest *, uint64_t, uint64_t))
{
	const struct drc_table *t = &m->drcs;
	int rc = fn(&m->guest, 0, t->fixed_bytes);

	for (uint64_t i = t->first; i < t->lmb_count && !rc; i++) {
		uint64_t start = i;

		while (i < t->lmb_count && drc_is_boot_memory(&t->drcs[i]))
			i++;
		if (i > start)
			rc = fn(&m->guest, start * t->lmb_bytes, (i - start) * t->lmb_bytes);
	}
	return rc;
}

/* memblock_end_of_DRAM() */
static uint64_t end_of_dram(const struct machine *m)
{
	const struct drc_table *t = &m->drcs;
	uint64_t end = t->lmb_count;

	while (end > t->first && !drc_is_boot_memory(&t->drcs[end - 1]))
		end--;
	return end > t->first ? end * t->lmb_bytes : t->fixed_bytes;
}

/* kvmppc_map_vrma(): the host maps the first memory slot before the guest runs. */
static enum hpt_status map_vrma(struct machine *m)
{
	uint64_t bytes = m->sc->guest.memory_bytes < SZ_1T ? m->sc->guest.memory_bytes : SZ_1T;
	uint64_t pages = bytes >> m->guest.mmu.shift[MMU_VRMA];
	uint64_t ptegs = UINT64_C(1) << (hpt_shift(m->hv.hpt) - PTEG_SHIFT);

	return hpt_bolt_exact(m->hv.hpt, MMU_VRMA, 0, pages < ptegs ? pages : ptegs, VRMA_SLOT);
}

/* What the guest used while it booted is VALID (KVM HV). */
static enum hpt_status touch_boot(struct machine *m)
{
	uint64_t bytes = m->sc->guest.touched_bytes, faults;
	enum hpt_status rc;

	rc = hpt_touch(m->hv.hpt, MMU_LINEAR, 0, bytes >> m->guest.mmu.shift[MMU_LINEAR], &faults);
	if (rc)
		return rc;
	return hpt_touch(m->hv.hpt, MMU_VRMA, 0, bytes >> m->guest.mmu.shift[MMU_VRMA], &faults);
}

static enum sim_status new_hpt(struct machine *m, unsigned shift)
{
	struct hpt_config config = {
		.shift = shift, .max_bytes = m->guest.mapped_end_bytes,
		.secondary_fallback = kernel_has(m->sc->guest.kernel, KERNEL_SECONDARY_PTEG),
		.tracks_valid = m->hv.kind == HV_KVM_HV,
		.seed = m->options.seed,
	};

	if (m->hv.hpt) {
		m->hv.host_bytes -= hv_table_bytes(m->hv.kind, hpt_shift(m->hv.hpt));
		m->guest.workload.evicted_before += hpt_evicted_count(m->hv.hpt);
	}
	hpt_free(m->hv.hpt);
	m->guest.hpt = NULL;
	if (hpt_new(&m->hv.hpt, &m->guest.mmu, &config))
		return out_of_memory(m);
	m->guest.hpt = m->hv.hpt;
	m->hv.host_bytes += hv_table_bytes(m->hv.kind, shift);
	guest_gauge(&m->guest, GAUGE_HOST, m->hv.host_bytes);
	if (m->hv.host_bytes > m->hv.host_peak_bytes)
		m->hv.host_peak_bytes = m->hv.host_bytes;
	return SIM_OK;
}

enum sim_status machine_start_guest(struct machine *m)
{
	bool kvm = m->hv.kind == HV_KVM_HV;
	unsigned shift = first_hpt_shift(m);
	struct guest *g = &m->guest;
	uint64_t vmemmap_pages;
	int rc;

	mmu_init(&g->mmu, &m->sc->guest, &m->sc->hypervisor, drc_ram_bytes(&m->drcs));
	if (new_hpt(m, shift))
		return SIM_ENOMEM;
	g->ppc64_pft_size = shift;
	guest_gauge(g, GAUGE_HPT_SHIFT, shift);
	memblock_fini(&g->memblock);
	g->memblock_phys_mem_size = 0;
	memset(g->lost, 0, sizeof(g->lost));
	g->memblock_forgot = false;

	free(g->vmemmap_sections);
	vmemmap_pages = g->mapped_end_bytes / mmu_vmemmap_page_covers(&g->mmu) + 1;
	g->vmemmap_sections = calloc(vmemmap_pages, sizeof(*g->vmemmap_sections));
	drmem_fini(&g->drmem_info);
	if (!g->vmemmap_sections || !drmem_init(&g->drmem_info, &m->drcs) ||
	    !memblock_init(&g->memblock, g->mapped_end_bytes) ||
	    !memory_zones_init(g, drc_ram_bytes(&m->drcs)) ||
	    !vmemmap_list_init(&g->vmemmap_list, g->mapped_end_bytes / g->sc->guest.lmb_bytes))
		return out_of_memory(m);

	if (kvm && map_vrma(m))
		return out_of_memory(m);
	rc = for_each_boot_range(m, guest_boot_memory);
	if (!rc)
		rc = for_each_boot_range(m, guest_boot_vmemmap);
	if (!rc)
		free_pages_unmap(g, end_of_dram(m));
	if (g->failed || (kvm && touch_boot(m)))
		return out_of_memory(m);
	if (rc)
		return machine_fail(m, SIM_EBOOT,
				    "the guest cannot boot: an HPT of shift %u has no room for its bolted entries",
				    shift);
	for (size_t i = 0; i < m->range_count; i++)
		m->ranges[i].wanted = false;
	if (!wish_init(&g->wish, &g->drmem_info, g->memblock_phys_mem_size))
		return out_of_memory(m);
	/* a reboot forgets what a patch keeps in static variables */
	g->policy_state.hpt_resize_disable = 0;
	g->policy_state.suppress_hpt_resize = false;
	if (g->policy->init)
		g->policy->init(g);
	if (g->oops[0])
		return machine_fail(m, SIM_EOOPS, "%s", g->oops);
	return workload_start(g) ? out_of_memory(m) : SIM_OK;
}

/* spapr_reallocate_hpt() ends QEMU; here the run goes on, as if the host had had that memory once. */
static void check_first_table(struct machine *m)
{
	if (m->hv.host_shift_max && m->guest.ppc64_pft_size > m->hv.host_shift_max)
		guest_finding(&m->guest, FINDING_FIRST_TABLE, "the guest cannot start: it begins with a table of order %u, and the "
			      "host allocates none above %u", m->guest.ppc64_pft_size, m->hv.host_shift_max);
}

void machine_report_boot(struct machine *m)
{
	const struct guest *g = &m->guest;
	struct sim_boot ev = {
		.at_ns = engine_now(m->engine), .kernel = m->sc->guest.kernel,
		.hypervisor = m->hv.kind, .vcpu_count = m->sc->guest.vcpu_count, .hpt_shift = g->ppc64_pft_size,
		.memory_bytes = g->memblock_phys_mem_size,
		.linear_shift = g->mmu.shift[MMU_LINEAR], .virtual_shift = g->mmu.virtual_shift,
		.vmemmap_shift = g->mmu.shift[MMU_VMEMMAP], .max_page_shift = m->sc->hypervisor.max_hpt_page_shift,
		.segment_shift = m->sc->guest.segment_shift ? m->sc->guest.segment_shift : 40,
		.lmb_bytes = m->sc->guest.lmb_bytes, .can_resize = hv_resizes(&m->sc->hypervisor),
		.kfence_disabled = mmu_kfence(&m->sc->guest) == KFENCE_BUILT_IN, .has_printk = g->policy->text,
	};

	if (g->sink && g->sink->boot)
		g->sink->boot(g->sink->ctx, &ev);
	check_first_table(m);
	guest_tell_lost(&m->guest);
}

static void init_guest(struct machine *m, const struct policy *policy,
		       const struct sim_sink *sink)
{
	m->guest = (struct guest){
		.sc = m->sc, .policy = policy, .cost = &m->costs, .sink = sink,
		.engine = m->engine, .hv = &m->hv, .drcs = &m->drcs, .faults = &m->faults,
		.device_hotplug_lock = { .name = "device_hotplug_lock" },
		.linear_mapping_mutex = { .name = "linear_mapping_mutex" },
		.mem_hotplug_lock = { .name = "mem_hotplug_lock" },
		.cpu_hotplug_lock = { .name = "cpu_hotplug_lock" },
		.policy_state.hpt_resize_down_lock = { .name = "hpt_resize_down_lock" },
		.observer = m->options.observer,
		.random = m->options.seed,
	};
}

/* guest.check */
static void check_step(struct guest *g)
{
	machine_check((struct machine *)(void *)((char *)g - offsetof(struct machine, guest)), false);
}

enum sim_status machine_boot(struct machine *m, const struct scenario *sc,
			     const struct policy *policy, const struct sim_options *options,
			     const struct sim_sink *sink, struct sim_error *error)
{
	enum sim_status status;

	*error = (struct sim_error){ 0 };
	*m = (struct machine){ .sc = sc, .error = error, .options = *options };
	cost_at_pace(&sc->costs, sc->hypervisor.pace_percent ? sc->hypervisor.pace_percent : 100, &m->costs);
	m->engine = engine_new();
	if (!m->engine || !fault_init(&m->faults, sc) || drc_table_init(&m->drcs, &sc->guest, &sc->hypervisor))
		return out_of_memory(m);
	status = plug_boot_dimms(m);
	if (status)
		return status;
	m->hv = (struct hv){
		.kind = sc->hypervisor.kind, .resize_hpt = sc->hypervisor.resize_hpt,
		.host_shift_max = sc->hypervisor.max_alloc_shift,
		.rehash_rule = sc->hypervisor.rehash, .faults = &m->faults, .drcs = &m->drcs,
		.cost = &m->costs, .engine = m->engine, .sink = sink,
	};
	init_guest(m, policy, sink);
	if (m->options.check_invariants)
		m->guest.check = check_step;
	m->guest.mapped_end_bytes = m->drcs.lmb_count * m->drcs.lmb_bytes;
	status = place_ranges(m, &m->guest.mapped_end_bytes);
	if (!status)
		status = machine_start_guest(m);
	m->hpt_shift_start = m->guest.ppc64_pft_size;
	return status;
}

void machine_fini(struct machine *m)
{
	if (m->guest.policy && m->guest.policy->text)
		m->guest.policy->text->exit(&m->guest);
	engine_free(m->engine);
	hv_fini(&m->hv);
	hpt_free(m->hv.hpt);
	wish_fini(&m->guest.wish);
	drmem_fini(&m->guest.drmem_info);
	memblock_fini(&m->guest.memblock);
	memory_zones_fini(&m->guest);
	vmemmap_list_fini(&m->guest.vmemmap_list);
	drc_table_fini(&m->drcs);
	fault_fini(&m->faults);
	free(m->guest.vmemmap_sections);
	free(m->ranges);
}
