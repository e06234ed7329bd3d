/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_COST_H
#define HPTSIM_COST_H
/*
 * The price of every step, in virtual time.
 *
 * A profile is a plain record of integers; the model multiplies them by the
 * quantities it counts exactly (HPTEs scanned, entries moved, bytes cleared,
 * LMBs, RTAS calls) and never invents a price of its own. Per-unit prices
 * below a nanosecond are kept in picoseconds so that all arithmetic stays
 * integer. Profiles are YAML files under scenarios/costs/; the tables below
 * are the single list of their keys: a new price is a row and where it is paid.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * X(field, highest, what it pays for)
 * Units are the field's suffix, the lowest is 0. Every key of the first list is
 * required in a profile, so that nothing is free by accident: a free step says 0.
 */
#define COST_KEYS(X) \
	X(hotplug_event_ns,       INT64_C(60000000000), "hypervisor event to the guest's hotplug worker: interrupt, RTAS check-exception, workqueue") \
	X(request_ns,             INT64_C(60000000000), "fixed part of a request: sysfs write or event decode, drmem_update_dt()") \
	X(rtas_call_ns,           INT64_C(1000000000),  "one RTAS call: get-sensor-state, set-indicator, ibm,configure-connector step") \
	X(lmb_walk_ps,            INT64_C(1000000000),  "per LMB that a search over drmem_info passes: from the first one to the LMB or, before 5.10 for one that comes, over all") \
	X(lmb_add_ns,             INT64_C(60000000000), "per LMB added: memblock, resources, memory block devices, node look-up") \
	X(lmb_remove_ns,          INT64_C(60000000000), "per LMB removed: the same the other way") \
	X(section_add_ns,         INT64_C(1000000000),  "per 16 MiB section added: sparse_add_section()") \
	X(section_remove_ns,      INT64_C(1000000000),  "per 16 MiB section removed") \
	X(vmemmap_page_ns,        INT64_C(1000000000),  "per vmemmap page allocated and cleared") \
	X(h_enter_ns,             INT64_C(1000000000),  "per H_ENTER of a bolted entry") \
	X(h_read_ns,              INT64_C(1000000000),  "per H_READ of four entries, while looking up an entry to remove") \
	X(h_remove_ns,            INT64_C(1000000000),  "per H_REMOVE") \
	X(online_lmb_ns,          INT64_C(60000000000), "device_online() of one LMB: zone growth, pages to the buddy allocator") \
	X(offline_lmb_ns,         INT64_C(60000000000), "device_offline() of one LMB: isolate, migrate, offline") \
	X(flush_dcache_ps_byte,   INT64_C(1000000),     "per byte of a range that flush_dcache_range() flushes: of one that goes, 4.17 to 5.11; of one that comes, 4.17 to 5.4") \
	X(hcall_ns,               INT64_C(1000000000),  "one H_RESIZE_HPT_PREPARE or COMMIT call, apart from its work") \
	X(prepare_alloc_ns,       INT64_C(60000000000), "hypervisor: allocate a new table, fixed part") \
	X(prepare_clear_ps_byte,  INT64_C(1000000),     "hypervisor: allocate and clear, per byte (KVM HV: HPT and reverse map)") \
	X(msleep_slack_ns,        INT64_C(1000000000),  "what msleep() adds to the time it was asked for") \
	X(stop_machine_ns,        INT64_C(60000000000), "stop_machine(): fixed part, twice the rendezvous included") \
	X(stop_machine_cpu_ns,    INT64_C(1000000000),  "stop_machine(): per other vCPU that has to stop") \
	X(scan_ps_hpte,           INT64_C(1000000000),  "COMMIT: per HPTE slot of the old table read") \
	X(move_ps_hpte,           INT64_C(1000000000),  "COMMIT: per bolted HPTE stored in the new table") \
	X(unmap_ps_hpte,          INT64_C(1000000000),  "COMMIT, KVM HV only: per VALID entry unmapped (rmap, tlbie)") \
	X(user_fault_ns,          INT64_C(1000000000),  "guest page fault that puts a user page's entry back, H_ENTER included") \
	X(reboot_ns,              INT64_C(3600000000000), "a reboot, from the request to the end of boot") \
	X(refault_ns,             INT64_C(1000000000),  "KVM HV only: hypervisor page fault that makes an ABSENT entry VALID again")

/* Those that came when there were profiles already, which stay good: without the key the step is free. */
#define COST_KEYS_LATER(X) \
	X(prepare_fresh_ps_byte,  INT64_C(1000000),     "hypervisor: besides, per byte of host memory that no table had before: the host's page faults on first touch") \
	X(list_walk_ps,           INT64_C(1000000000),  "per element of a linked list that is passed: hot-added LMBs below in the resource list, memory blocks before 5.8") \
	X(zone_walk_ps,           INT64_C(1000000000),  "per 16 MiB pageblock of the zone, whenever an LMB goes online or offline: set_zone_contiguous(), before 7.4") \
	X(vmemmap_list_ps,        INT64_C(1000000000),  "per element of vmemmap_list that is passed when a vmemmap page goes: those that came after it")

struct cost_profile {
#define COST_FIELD(field, max, doc) int64_t field;
	COST_KEYS(COST_FIELD)
	COST_KEYS_LATER(COST_FIELD)
#undef COST_FIELD
};

/**
 * cost_draw - prices as they might be, too
 * @mean: what each price is taken to be
 * @sd:   how far it may be off: a standard deviation each, 0 for none
 * @seed: with @draw says which of all possible sets of prices this is
 * @out:  filled; may be @mean
 *
 * Normal distributions, cut off at 0 and at the highest a price may be. Each
 * price has a stream of its own, so one price more does not change the others.
 */
void cost_draw(const struct cost_profile *mean, const struct cost_profile *sd,
	       uint64_t seed, uint64_t draw, struct cost_profile *out);

/* The price of that row of cost_keys[]. */
int64_t cost_get(const struct cost_profile *costs, size_t row);
void cost_set(struct cost_profile *costs, size_t row, int64_t value);

/**
 * cost_at_pace - the prices of a host whose CPUs take @percent of the time
 * @out: filled; may be @costs
 *
 * All but what is waited for whatever the CPUs do: msleep_slack_ns, reboot_ns. Saturates at INT64_MAX.
 */
void cost_at_pace(const struct cost_profile *costs, unsigned percent, struct cost_profile *out);

/* One row of the table of prices, for whoever reads or prints a profile. */
struct cost_key {
	const char *name;
	size_t offset;		/* of the int64_t in struct cost_profile */
	int64_t max;		/* lowest is 0 everywhere */
	bool required;		/* in a profile; else 0 without it */
	const char *doc;
};

extern const struct cost_key cost_keys[];
extern const size_t cost_key_count;

/**
 * cost_per_unit_ps - price of @units things at @ps picoseconds each
 *
 * Returns nanoseconds, rounded down once at the end; saturates at INT64_MAX.
 */
int64_t cost_per_unit_ps(uint64_t units, int64_t ps);

#endif
