/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MMU_H
#define HPTSIM_MMU_H
/*
 * The guest's address layout and the hash that places its pages.
 *
 * Inside one segment, mostly of 1 TiB, the hash of page i is K xor i with K fixed by the
 * segment's VSID: pages of an aligned run are an aligned run of PTEGs
 * (docs/model/table.md, Hash; mmu-hash.h: vsid_scramble, get_vsid, hpt_hash).
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"

#define PTEG_SHIFT		7u	/* log2 bytes of a PTEG: 8 entries of 16 bytes */
#define HPTE_SHIFT		4u	/* log2 bytes of an HPTE */
#define HPTES_PER_GROUP		8u
#define HPT_SHIFT_MIN		18u	/* log2 bytes, smallest architected table */
#define HPT_SHIFT_MAX		46u

#define SID_SHIFT		28u	/* 256 MiB segments */
#define SID_SHIFT_1T		40u
#define HASH_BITS		39u

/* Places that hold bolted entries. */
enum mmu_region { MMU_LINEAR, MMU_VMEMMAP, MMU_VRMA, MMU_REGION_COUNT };

enum mmu_ssize { MMU_SEGSIZE_256M, MMU_SEGSIZE_1T };

struct mmu {
	unsigned kernel;			/* KERNEL_VERSION() */
	unsigned page_shift;			/* PAGE_SHIFT: 16 or 12 */
	unsigned virtual_shift;			/* mmu_virtual_psize: at most that */
	unsigned shift[MMU_REGION_COUNT];	/* base page of the mapping: 12, 16 or 24 */
	enum mmu_ssize ssize;			/* mmu_kernel_ssize; VRMA: always 1 TiB */
};

/* KFENCE of that guest, KFENCE_AUTO resolved. */
enum kfence_mode mmu_kfence(const struct guest_spec *guest);

/**
 * mmu_tracks_free_pages - does debug_pagealloc take free pages of boot memory out of the HPT?
 * @boot_bytes: memory at boot, DIMMs included
 *
 * It takes a byte per page below the end of the RMA; from v6.13 on a guest whose
 * pages need more than a quarter of it goes without
 * (hash_supports_debug_pagealloc()).
 */
bool mmu_tracks_free_pages(const struct guest_spec *guest, uint64_t boot_bytes);

/* The real mode area: memory below it holds what the kernel needs before its MMU is on. */
uint64_t mmu_rma_bytes(const struct guest_spec *guest);

/**
 * mmu_init - page sizes and layout as the kernel picks them at boot
 * @boot_bytes: memory at boot, DIMMs included
 *
 * Source: htab_init_page_sizes(), docs/model/table.md, What is bolted.
 */
void mmu_init(struct mmu *mmu, const struct guest_spec *guest,
	      const struct hypervisor_spec *hv, uint64_t boot_bytes);

/* "linear", "vmemmap", "vrma" */
const char *mmu_region_name(enum mmu_region region);

/* Effective address of page 0 of a region; vrma: guest real 0. */
uint64_t mmu_region_base(const struct mmu *mmu, enum mmu_region region);
uint64_t mmu_page_ea(const struct mmu *mmu, enum mmu_region region, uint64_t page);

/* log2 of the bytes of a region's segments, and of the pages that one holds. */
unsigned mmu_segment_shift(const struct mmu *mmu, enum mmu_region region);
unsigned mmu_segment_bits(const struct mmu *mmu, enum mmu_region region);

/**
 * mmu_segment_hash - hash of the first page of segment @segment of a region
 *
 * Page i of the segment has this value xor i. 39 bits.
 */
uint64_t mmu_segment_hash(const struct mmu *mmu, enum mmu_region region, uint64_t segment);

/* Context of a kernel address (get_kernel_context()); 0: not a kernel address. */
uint64_t mmu_kernel_context(const struct mmu *mmu, uint64_t ea);

/**
 * mmu_vsid - virtual segment id (get_vsid(), vsid_scramble())
 * @context: from mmu_kernel_context()
 */
uint64_t mmu_vsid(uint64_t context, uint64_t ea, enum mmu_ssize ssize);

/* hpt_hash(): 39 bits; @shift is the base page shift. */
uint64_t mmu_hash(uint64_t vsid, uint64_t ea, unsigned shift, enum mmu_ssize ssize);

/* Memory of one vmemmap page's worth of struct page, in bytes. */
uint64_t mmu_vmemmap_page_covers(const struct mmu *mmu);

/**
 * mmu_htab_shift_for_mem_size - the guest's wish
 *
 * Source: htab_shift_for_mem_size(), docs/model/table.md. At least
 * HPT_SHIFT_MIN. @mem_bytes above 0.
 */
unsigned mmu_htab_shift_for_mem_size(const struct mmu *mmu, uint64_t mem_bytes);

#endif
