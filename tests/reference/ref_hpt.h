/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REF_HPT_H
#define HPTSIM_REF_HPT_H
/*
 * The hashed page table as an array of 16-byte entries: slow, obvious and
 * apart from sim/, to compare sim/hpt.h with.
 *
 * The guest's loops (htab_bolt_mapping(), look-up, removal) and the
 * hypervisor's rehash are written as domain descriptions of the real code have
 * them; the rehash sees nothing but the two dwords of an entry and its place.
 */
#include <stdbool.h>
#include <stdint.h>

#define REF_SLOTS 8u

enum ref_region { REF_LINEAR, REF_VMEMMAP, REF_VRMA };

/* What decides the virtual address and the page size of a mapping. */
struct ref_layout {
	unsigned major, minor;		/* kernel version */
	unsigned page_shift;		/* 16 or 12 */
	unsigned shift[3];		/* by enum ref_region */
	bool small_segments;		/* kernel segments of 256 MiB, not 1 TiB */
};

struct ref_hpte {
	uint64_t v, r;
};

struct ref_hpt {
	struct ref_layout layout;
	bool kvm;			/* KVM HV, else QEMU's TCG */
	bool fallback;			/* the guest tries the secondary PTEG too */
	unsigned shift;			/* log2 bytes */
	struct ref_hpte *entries;
	uint64_t bolted_count, valid_count;
};

struct ref_calls {
	uint64_t enter_count, read_count, remove_count;
};

enum ref_status {
	REF_OK,
	REF_FULL,	/* H_PTEG_FULL wherever the guest tried */
	REF_COLLIDE,	/* H_PTEG_FULL from the rehash */
	REF_ABORT,	/* assertion of QEMU's rehash_hpte() */
	REF_HARDWARE,	/* H_HARDWARE: an entry that is none */
	REF_NO_MEMORY,	/* of this program */
};

/* Where an entry is, and whose. */
struct ref_place {
	uint64_t pteg;
	unsigned slot;
	enum ref_region region;
	uint64_t page;
	bool secondary;
};

struct ref_rehash {
	uint64_t scanned, moved, unmapped;
	struct ref_place collided, occupant;
};

/* Page sizes as the kernel picks them; @max_page_shift is what the hypervisor offers. */
void ref_layout_init(struct ref_layout *layout, unsigned major, unsigned minor,
		     unsigned page_shift, unsigned max_page_shift, uint64_t boot_bytes);

/* Returns false when out of memory. */
bool ref_init(struct ref_hpt *t, const struct ref_layout *layout, unsigned shift, bool kvm,
	      bool fallback);
void ref_fini(struct ref_hpt *t);

uint64_t ref_pteg_count(const struct ref_hpt *t);
uint64_t ref_primary_pteg(const struct ref_hpt *t, enum ref_region region, uint64_t page);

/* The guest. Pages ascending; on REF_FULL the ones before stay mapped. */
enum ref_status ref_bolt(struct ref_hpt *t, enum ref_region region, uint64_t first,
			 uint64_t count, struct ref_calls *calls);
void ref_unbolt(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count,
		struct ref_calls *calls);
/* Accesses: returns how many entries were ABSENT. */
uint64_t ref_touch(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count);

/* The host: H_ENTER with H_EXACT, what is taken is skipped. */
void ref_bolt_exact(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count,
		    unsigned slot);

/*
 * H_RESIZE_HPT_COMMIT. @any_slot is a what-if: an entry whose slot is taken goes
 * to the first free one of its new PTEG; no occupant is told then.
 */
enum ref_status ref_resize(struct ref_hpt *t, unsigned shift, bool any_slot,
			   struct ref_rehash *result);

/* False: the slot is empty. */
bool ref_decode(const struct ref_hpt *t, uint64_t pteg, unsigned slot, struct ref_place *place);

/* First entry in scan order that is in its secondary PTEG; false: none. */
bool ref_first_secondary(const struct ref_hpt *t, struct ref_place *place);

/* Bolted entries (VALID ones) of the first @index slots, counted one by one. */
uint64_t ref_count_bolted(const struct ref_hpt *t, uint64_t index);
uint64_t ref_count_valid(const struct ref_hpt *t, uint64_t index);

/* Bolted entries in that slot, over all PTEGs. */
uint64_t ref_count_slot(const struct ref_hpt *t, unsigned slot);

#endif
