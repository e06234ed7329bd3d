/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/mmu.h"

#include "sim/kernel_changes.h"
#include "sim/units.h"

#define VSID_MULTIPLIER		UINT64_C(12538073)
#define VSID_BITS		40u
#define VSID_BITS_1T		28u
#define ESID_BITS		21u
#define ESID_BITS_1T		9u
#define VRMA_VSID		UINT64_C(0x1ffffff)
#define STRUCT_PAGE_SHIFT	6u

#define LINEAR_BASE		UINT64_C(0xc000000000000000)
#define VMEMMAP_BASE_64K	UINT64_C(0xc00c000000000000)
#define VMEMMAP_BASE_4K		UINT64_C(0xc0003f0000000000)
#define VMEMMAP_BASE_4K_16T	UINT64_C(0xc000300000000000)
#define VMEMMAP_BASE_OLD	UINT64_C(0xf000000000000000)

static uint64_t mask(unsigned bits)
{
	return (UINT64_C(1) << bits) - 1;
}

enum kfence_mode mmu_kfence(const struct guest_spec *guest)
{
	if (guest->kfence != KFENCE_AUTO)
		return guest->kfence;
	return kernel_has(guest->kernel, KERNEL_KFENCE_USUAL) ? KFENCE_BUILT_IN : KFENCE_ABSENT;
}

uint64_t mmu_rma_bytes(const struct guest_spec *guest)
{
	return guest->memory_bytes < SZ_1G ? guest->memory_bytes : SZ_1G;
}

bool mmu_tracks_free_pages(const struct guest_spec *guest, uint64_t boot_bytes)
{
	if (!guest->debug_pagealloc)
		return false;
	return !kernel_has(guest->kernel, KERNEL_KFENCE_POOL) ||
	       boot_bytes >> guest->page_shift <= mmu_rma_bytes(guest) / 4;
}

/* debug_pagealloc_enabled_or_kfence(): single pages of the linear map may have to go. */
static bool maps_single_pages(const struct guest_spec *guest, uint64_t boot_bytes)
{
	enum kfence_mode kfence = mmu_kfence(guest);

	if (mmu_tracks_free_pages(guest, boot_bytes))
		return true;
	/* from then on the pool has a mapping of its own making, and what is off costs nothing */
	return kernel_has(guest->kernel, KERNEL_KFENCE_POOL) ? kfence == KFENCE_ON : kfence >= KFENCE_BUILT_IN;
}

void mmu_init(struct mmu *mmu, const struct guest_spec *guest,
	      const struct hypervisor_spec *hv, uint64_t boot_bytes)
{
	unsigned virtual_shift = virtual_page_shift(guest, hv);
	bool large = hv->max_hpt_page_shift >= 24;

	*mmu = (struct mmu){
		.kernel = guest->kernel, .page_shift = guest->page_shift, .virtual_shift = virtual_shift,
		.ssize = guest->segment_shift == SID_SHIFT ? MMU_SEGSIZE_256M : MMU_SEGSIZE_1T,
	};
	mmu->shift[MMU_LINEAR] = large && !maps_single_pages(guest, boot_bytes) ? 24 : virtual_shift;
	mmu->shift[MMU_VMEMMAP] = large && boot_bytes >= SZ_1G ? 24 : virtual_shift;
	/* offered to the guest only when its memory is backed by such pages */
	mmu->shift[MMU_VRMA] = large ? 24 : hv->max_hpt_page_shift;
	if (guest->linear_page_shift)
		mmu->shift[MMU_LINEAR] = guest->linear_page_shift;
	if (guest->vmemmap_page_shift)
		mmu->shift[MMU_VMEMMAP] = guest->vmemmap_page_shift;
}

const char *mmu_region_name(enum mmu_region region)
{
	static const char *const names[MMU_REGION_COUNT] = { "linear", "vmemmap", "vrma" };

	return names[region];
}

uint64_t mmu_region_base(const struct mmu *mmu, enum mmu_region region)
{
	if (region == MMU_LINEAR)
		return LINEAR_BASE;
	if (region == MMU_VRMA)
		return 0;
	if (!kernel_has(mmu->kernel, KERNEL_REGIONS_IN_0XC))
		return VMEMMAP_BASE_OLD;
	if (mmu->page_shift == 16)
		return VMEMMAP_BASE_64K;
	return kernel_has(mmu->kernel, KERNEL_REGIONS_4K_1T) ? VMEMMAP_BASE_4K : VMEMMAP_BASE_4K_16T;
}

uint64_t mmu_page_ea(const struct mmu *mmu, enum mmu_region region, uint64_t page)
{
	return mmu_region_base(mmu, region) + (page << mmu->shift[region]);
}

static enum mmu_ssize region_ssize(const struct mmu *mmu, enum mmu_region region)
{
	return region == MMU_VRMA ? MMU_SEGSIZE_1T : mmu->ssize;
}

unsigned mmu_segment_shift(const struct mmu *mmu, enum mmu_region region)
{
	return region_ssize(mmu, region) == MMU_SEGSIZE_1T ? SID_SHIFT_1T : SID_SHIFT;
}

unsigned mmu_segment_bits(const struct mmu *mmu, enum mmu_region region)
{
	return mmu_segment_shift(mmu, region) - mmu->shift[region];
}

/* Region number of a v5.2+ kernel address: linear 1, vmalloc 2, IO 3, vmemmap 4. */
static unsigned region_id(const struct mmu *mmu, uint64_t ea)
{
	uint64_t offset = ea - LINEAR_BASE;

	if (mmu->page_shift == 16) {
		/* regions of 512 TiB; the linear map has the first four */
		return offset >> 49 < 4 ? 1 : (unsigned)((offset >> 49) - 4) + 2;
	}
	if (!kernel_has(mmu->kernel, KERNEL_REGIONS_4K_1T))
		return (unsigned)(offset >> 44) + 1;
	return offset < SZ_1T * 0x3d ? 1 : (unsigned)((offset - SZ_1T * 0x3d) >> 40) + 2;
}

uint64_t mmu_kernel_context(const struct mmu *mmu, uint64_t ea)
{
	unsigned max_kernel_ctx = mmu->page_shift == 16 ? 4 : 1;
	unsigned id;

	if (ea >> 60 < 0xc)
		return 0;
	if (!kernel_has(mmu->kernel, KERNEL_REGIONS_IN_0XC))
		return (ea >> 60) - 0xc + 1;
	id = region_id(mmu, ea);
	if (id == 1)
		return 1 + (mmu->page_shift == 16 ? (ea - LINEAR_BASE) >> 49 : 0);
	return id + max_kernel_ctx - 1;
}

static uint64_t vsid_scramble(uint64_t proto, unsigned bits)
{
	uint64_t modulus = mask(bits);
	uint64_t x = proto * VSID_MULTIPLIER;

	x = (x >> bits) + (x & modulus);
	return (x + ((x + 1) >> bits)) & modulus;
}

uint64_t mmu_vsid(uint64_t context, uint64_t ea, enum mmu_ssize ssize)
{
	if (ssize == MMU_SEGSIZE_256M)
		return vsid_scramble(context << ESID_BITS | (ea >> SID_SHIFT & mask(ESID_BITS)),
				     VSID_BITS);
	return vsid_scramble(context << ESID_BITS_1T | (ea >> SID_SHIFT_1T & mask(ESID_BITS_1T)),
			     VSID_BITS_1T);
}

uint64_t mmu_hash(uint64_t vsid, uint64_t ea, unsigned shift, enum mmu_ssize ssize)
{
	uint64_t hash;

	if (ssize == MMU_SEGSIZE_256M)
		hash = vsid ^ (ea & mask(SID_SHIFT)) >> shift;
	else
		hash = vsid ^ vsid << 25 ^ (ea & mask(SID_SHIFT_1T)) >> shift;
	return hash & mask(HASH_BITS);
}

uint64_t mmu_segment_hash(const struct mmu *mmu, enum mmu_region region, uint64_t segment)
{
	uint64_t ea = mmu_region_base(mmu, region) + (segment << mmu_segment_shift(mmu, region));
	enum mmu_ssize ssize = region_ssize(mmu, region);
	uint64_t vsid = VRMA_VSID;

	if (region != MMU_VRMA)
		vsid = mmu_vsid(mmu_kernel_context(mmu, ea), ea, ssize);
	return mmu_hash(vsid, ea, mmu->shift[region], ssize);
}

uint64_t mmu_vmemmap_page_covers(const struct mmu *mmu)
{
	return UINT64_C(1) << (mmu->shift[MMU_VMEMMAP] - STRUCT_PAGE_SHIFT + mmu->page_shift);
}

unsigned mmu_htab_shift_for_mem_size(const struct mmu *mmu, uint64_t mem_bytes)
{
	unsigned mem_shift, pteg_count_shift;

	/* only a policy from outside asks so; the kernel's __ilog2(0) is no size either */
	if (!mem_bytes)
		return HPT_SHIFT_MIN;
	mem_shift = 63u - (unsigned)__builtin_clzll(mem_bytes);
	/* round up to a power of two */
	if (mem_bytes > UINT64_C(1) << mem_shift)
		mem_shift++;
	/* one PTEG for two virtual pages */
	if (mem_shift + PTEG_SHIFT < mmu->virtual_shift + 1 + HPT_SHIFT_MIN)
		return HPT_SHIFT_MIN;
	pteg_count_shift = mem_shift - (mmu->virtual_shift + 1);
	return pteg_count_shift + PTEG_SHIFT;
}
