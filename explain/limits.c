// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/limits.h"

#include <inttypes.h>

#include "base/format.h"
#include "sim/hcall.h"
#include "sim/hypervisor/mmu.h"
#include "sim/units.h"

#define SLOTS_PER_PTEG_SHIFT	3

static uint64_t first_choice(const struct scenario *sc, const struct mmu *mmu, uint64_t bytes)
{
	return hv_hpt_shift_for_ramsize(bytes);
}

static uint64_t wish(const struct scenario *sc, const struct mmu *mmu, uint64_t bytes)
{
	return mmu_htab_shift_for_mem_size(mmu, bytes);
}

static uint64_t bolted(const struct scenario *sc, const struct mmu *mmu, uint64_t bytes)
{
	uint64_t covers = mmu_vmemmap_page_covers(mmu);

	return (bytes >> mmu->shift[MMU_LINEAR]) + (bytes + covers - 1) / covers;
}

/* The largest memory, in LMBs, of which @fn gives no more than @most: it never falls. */
static uint64_t largest(const struct scenario *sc, const struct mmu *mmu, uint64_t most,
			uint64_t (*fn)(const struct scenario *, const struct mmu *, uint64_t))
{
	uint64_t lmb = sc->guest.lmb_bytes, low = 0, high = SZ_64T / lmb;

	while (low < high) {
		uint64_t middle = (low + high + 1) / 2;

		if (fn(sc, mmu, middle * lmb) <= most)
			low = middle;
		else
			high = middle - 1;
	}
	return low * lmb;
}

struct explain_limit explain_limit(const struct scenario *sc, unsigned shift)
{
	struct mmu mmu;

	mmu_init(&mmu, &sc->guest, &sc->hypervisor, sc->guest.memory_bytes);
	return (struct explain_limit){
		.shift = shift,
		.first_bytes = largest(sc, &mmu, shift, first_choice),
		.wish_bytes = largest(sc, &mmu, shift, wish),
		.room_bytes = largest(sc, &mmu, UINT64_C(1) << (shift - PTEG_SHIFT + SLOTS_PER_PTEG_SHIFT), bolted),
	};
}

static void add_bytes(struct table *table, uint64_t bytes)
{
	char text[FORMAT_MAX];

	table_add(table, format_bytes(text, bytes));
	table_add_int(table, (int64_t)bytes);
}

static void range(const struct scenario *sc, unsigned *first, unsigned *last)
{
	const struct hypervisor_spec *hv = &sc->hypervisor;
	uint64_t max = sc->guest.max_memory_bytes;
	struct mmu mmu;

	mmu_init(&mmu, &sc->guest, hv, sc->guest.memory_bytes);
	*last = mmu_htab_shift_for_mem_size(&mmu, max);
	*first = hv->hpt_shift ? hv->hpt_shift : hv_hpt_shift_for_ramsize(hv_resizes(hv) ? sc->guest.memory_bytes : max);
	if (*last < *first)
		*last = *first;
	if (hv->max_alloc_shift && hv->max_alloc_shift < *last)
		*last = hv->max_alloc_shift;
	if (*first > *last)
		*first = *last;
}

bool explain_print_limits(const struct scenario *sc, enum table_format format, FILE *out)
{
	static const struct table_column columns[] = {
		{ "order", TABLE_INT, "shift" },
		{ .title = "table", .type = TABLE_TEXT }, { .type = TABLE_INT, .key = "table_bytes" },
		{ .title = "made at first up to", .type = TABLE_TEXT }, { .type = TABLE_INT, .key = "first_bytes" },
		{ .title = "wished up to", .type = TABLE_TEXT }, { .type = TABLE_INT, .key = "wish_bytes" },
		{ .title = "slots for at most", .type = TABLE_TEXT }, { .type = TABLE_INT, .key = "room_bytes" },
	};
	struct table table = TABLE_OF("limits", columns);
	unsigned first, last;
	bool ok;

	range(sc, &first, &last);
	for (unsigned shift = first; shift <= last; shift++) {
		struct explain_limit limit = explain_limit(sc, shift);

		table_add_int(&table, shift);
		add_bytes(&table, UINT64_C(1) << shift);
		add_bytes(&table, limit.first_bytes);
		add_bytes(&table, limit.wish_bytes);
		add_bytes(&table, limit.room_bytes);
	}
	ok = table_print(&table, 1, format, out);
	table_free(&table);
	if (!ok || format != TABLE_AS_TEXT)
		return ok;
	if (sc->hypervisor.max_alloc_shift == last)
		fprintf(out, "\nThe host allocates no table above order %u. ", last);
	else
		fputc('\n', out);
	fprintf(out, "Made at first up to: %s for which the hypervisor makes that table.\n",
		hv_resizes(&sc->hypervisor) ? "memory and DIMMs at boot" : "maximum memory (no resizing)");
	fputs("Wished up to: memory for which the guest asks for no larger one; with more, grows are refused and the table gets denser.\n"
	      "Slots for at most: a bound; entries begin to miss their primary PTEGs before it, and with more they must.\n", out);
	return !ferror(out);
}
