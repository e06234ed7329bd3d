/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a database of results: for the gate, for reading all of it, and for adding to it. */
#include "fuzz.h"
#include "gate/gate.h"
#include "store/read.h"
#include "store/store.h"

struct reading {
	struct store *st;
	size_t runs;
};

static bool any_request(void *ctx, const struct store_request_row *row)
{
	return true;
}

static bool any_attempt(void *ctx, const struct store_attempt_row *row)
{
	return true;
}

static bool any_finding(void *ctx, const struct store_finding_row *row)
{
	return true;
}

static bool any_input(void *ctx, const struct store_input_row *row)
{
	return true;
}

static bool read_run(void *ctx, const struct store_run_row *row)
{
	struct reading *r = ctx;

	store_read_requests(r->st, row->id_, any_request, NULL);
	store_read_attempts(r->st, row->id_, any_attempt, NULL);
	store_read_findings(r->st, row->id_, any_finding, NULL);
	store_read_input(r->st, row->input_id_, any_input, NULL);
	return ++r->runs < 16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("fuzz.db", data, size);
	char message[GATE_MESSAGE_MAX] = "";
	struct gate_set set = { 0 };
	struct reading r = { 0 };
	enum store_status status;

	if (gate_is_database(path) && gate_read(path, &set, message) != 0)
		CHECK(message[0]);
	gate_free(&set);

	status = store_open_read(path, &r.st);
	CHECK(status == STORE_OK || (r.st && store_message(r.st)[0]));
	if (status == STORE_OK)
		store_read_runs(r.st, 0, read_run, &r);
	store_close(r.st);

	status = store_open(path, &r.st);
	CHECK(status == STORE_OK || (r.st && store_message(r.st)[0]));
	store_close(r.st);
	return 0;
}
