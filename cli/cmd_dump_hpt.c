// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim dump-hpt: every bolted entry as CSV, in the form of the recordings. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"

enum { OPT_AT = INPUT_ID_END, OPT_RUNS };

static const struct cli_option options[] = {
	{ "policy", "NAME", "when to resize (default: that of --policy-so, else the scenario's first)", INPUT_POLICY },
	{ "at", "boot|end", "when to look at the table (default: end)", OPT_AT },
	{ "runs", NULL, "maximal runs of pages in the same slot instead of entries", OPT_RUNS },
	INPUT_OPTIONS,
	{ 0 }
};

/* A table may have millions of entries: no printf() per row. */
#define CSV_BUFFER_BYTES	(1 << 16)
#define CSV_ROW_MAX		160

struct csv {
	char buffer[CSV_BUFFER_BYTES];
	size_t used;
	int error;		/* errno of the first write that failed; rows are dropped then */
};

static void csv_flush(struct csv *csv)
{
	cli_idle();
	if (!csv->error && fwrite(csv->buffer, 1, csv->used, stdout) != csv->used)
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

static int dump(const struct input *input, enum sim_when when, bool runs)
{
	const struct scenario *sc = scenario_get(input->files[0]);
	struct policy_list list = input_policies(input, sc);
	/* --policy-so without --policy: that one, which is last */
	const struct policy *policy = list.policies[input->policies.count ? 0 : input->policy_sos.count ? list.count - 1 : 0];
	struct csv csv;
	struct sim_error error;

	cli_busy("simulating");
	csv.used = 0;
	csv.error = 0;
	csv_text(&csv, runs ? "region,base_shift,secondary,slot,ea,pages" : "pteg,slot,region,ea,base_shift", '\n');
	if (sim_dump(sc, policy, &(struct sim_options){ .seed = input->seed }, when, runs ? NULL : write_hpte, runs ? write_run : NULL,
		     &csv, &error) != SIM_OK)
		return input_sim_failed(sc, policy, &error);
	csv_flush(&csv);
	if (csv.error && !cli_no_reader()) {
		cli_error("cannot write to standard output: %s", strerror(csv.error));
		return EXIT_TROUBLE;
	}
	return cli_finish_output(EXIT_FINE);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct input input = { 0 };
	enum sim_when when = SIM_AT_END;
	bool runs = false;
	const char *value;
	int id, code = EXIT_FINE;
	size_t policy_count;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_HELP || id == CLI_OPTIONS_BAD) {
			input_free(&input);
			return id == CLI_OPTIONS_HELP ? EXIT_FINE : EXIT_USAGE;
		}
		if (id == OPT_RUNS) {
			runs = true;
		} else if (id != OPT_AT) {
			code = input_option(&input, id, value);
		} else if (strcmp(value, "boot") == 0) {
			when = SIM_AT_BOOT;
		} else if (strcmp(value, "end") == 0) {
			when = SIM_AT_END;
		} else {
			cli_error("--at is 'boot' or 'end', not '%s'", value);
			code = EXIT_USAGE;
		}
	}
	if (code == EXIT_FINE)
		code = input_options_done(&input);
	policy_count = input.policies.count ? input.policies.count : input.policy_sos.count;
	if (code == EXIT_FINE && policy_count > 1) {
		cli_error("dump-hpt takes one policy, not %zu", policy_count);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE && argc - optind > 1) {
		cli_error("dump-hpt takes one scenario, not %d", argc - optind);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_load(&input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE)
		code = dump(&input, when, runs);
	input_free(&input);
	return code;
}

const struct command command_dump_hpt = {
	.name = "dump-hpt",
	.arguments = "SCENARIO",
	.summary = "Print every bolted HPTE of the guest as CSV",
	.details = "Columns are pteg,slot,region,ea,base_shift, sorted by pteg and slot; with --runs they are\n"
		   "region,base_shift,secondary,slot,ea,pages, sorted by region and address. Addresses are\n"
		   "hexadecimal, those of region vrma are real addresses; base_shift is log2 of bytes.\n",
	.options = options,
	.run = run,
};
