// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/dump.h"

#include <errno.h>

/* A table may have millions of entries: no printf() per row. */
#define CSV_BUFFER_BYTES	(1 << 16)
#define CSV_ROW_MAX		160

struct csv {
	char buffer[CSV_BUFFER_BYTES];
	size_t used;
	const struct dump_options *dump;
	int error;		/* errno of the first write that failed; rows are dropped then */
};

static void csv_flush(struct csv *csv)
{
	if (csv->dump->writing)
		csv->dump->writing();
	if (!csv->error && fwrite(csv->buffer, 1, csv->used, csv->dump->out) != csv->used)
		csv->error = errno;
	csv->used = 0;
}

static void csv_text(struct csv *csv, const char *text, char end)
{
	while (*text)
		csv->buffer[csv->used++] = *text++;
	csv->buffer[csv->used++] = end;
}

/* Digits go straight to their place: copying them took a third of the time. */
static void csv_decimal(struct csv *csv, uint64_t value, char end)
{
	unsigned count = 1;
	char *p;

	for (uint64_t rest = value; rest >= 10; rest /= 10)
		count++;
	csv->used += count;
	p = csv->buffer + csv->used;
	do
		*--p = (char)('0' + value % 10);
	while (value /= 10);
	csv->buffer[csv->used++] = end;
}

static void csv_hex(struct csv *csv, uint64_t value, char end)
{
	unsigned shift = 0;

	while (shift < 60 && value >> shift >> 4)
		shift += 4;
	for (;; shift -= 4) {
		csv->buffer[csv->used++] = "0123456789abcdef"[value >> shift & 0xf];
		if (!shift)
			break;
	}
	csv->buffer[csv->used++] = end;
}

static void begin_row(struct csv *csv)
{
	if (csv->used > CSV_BUFFER_BYTES - CSV_ROW_MAX)
		csv_flush(csv);
}

static void write_hpte(void *ctx, const struct sim_hpte *h)
{
	struct csv *csv = ctx;

	begin_row(csv);
	csv_decimal(csv, h->pteg, ',');
	csv_decimal(csv, h->slot, ',');
	csv_text(csv, h->region, ',');
	csv_hex(csv, h->ea, ',');
	csv_decimal(csv, h->base_shift, '\n');
}

static void write_run(void *ctx, const struct sim_hpte_run *r)
{
	struct csv *csv = ctx;

	begin_row(csv);
	csv_text(csv, r->region, ',');
	csv_decimal(csv, r->base_shift, ',');
	csv_decimal(csv, r->secondary, ',');
	csv_decimal(csv, r->slot, ',');
	csv_hex(csv, r->ea, ',');
	csv_decimal(csv, r->page_count, '\n');
}

enum sim_status dump_csv(const struct scenario *sc, const struct policy *policy, const struct sim_options *options,
			 const struct dump_options *dump, int *write_error, struct sim_error *error)
{
	struct csv csv = { .dump = dump };
	enum sim_status status;

	csv_text(&csv, dump->runs ? "region,base_shift,secondary,slot,ea,pages" : "pteg,slot,region,ea,base_shift", '\n');
	status = sim_dump(sc, policy, options, dump->when, dump->runs ? NULL : write_hpte,
			  dump->runs ? write_run : NULL, &csv, error);
	if (status == SIM_OK)
		csv_flush(&csv);
	*write_error = csv.error;
	return status;
}
