/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is a scenario. One that is valid, and small, is run under each of its policies. */
#include <string.h>

#include "fuzz.h"
#include "gate/gate.h"
#include "scenario/load.h"
#include "sim/sim.h"

/* What is run has to end soon, or nothing else is tried. */
#define MEMORY_MAX	(UINT64_C(32) << 30)
#define EVENTS_MAX	8u
#define POLICIES_MAX	2u

static void check_refused(const struct diag_list *diags, size_t size)
{
	CHECK(diags->count && diags->error_count >= diags->count);
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		CHECK(d->rule < RULE_COUNT && d->message[0]);
		CHECK(d->place.line <= size + 1 && d->place.col <= size + 1);
	}
	diag_render(diags, fuzz_sink());
}

static void run(const struct scenario *sc)
{
	const struct sim_options options = { .seed = 1, .check_invariants = true };

	if (sc->guest.max_memory_bytes > MEMORY_MAX || sc->event_count > EVENTS_MAX)
		return;
	for (size_t i = 0; i < sc->policy_count && i < POLICIES_MAX; i++) {
		struct sim_error error;
		enum sim_status status = sim_run(sc, sc->policies[i], &options, NULL, &error);

		CHECK(status == error.status && status != SIM_ENOMEM);
		CHECK(status == SIM_OK || error.message[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), hash[GATE_HASH_MAX];
	struct scenario_file *file;
	struct diag_list diags;
	enum scenario_status status;

	diag_init(&diags);
	/* a text cannot have a NUL, but a file can */
	status = strlen(text) == size ? scenario_load_text("fuzz.yaml", text, NULL, &diags, &file) :
					scenario_load(fuzz_file("fuzz.yaml", data, size), NULL, &diags, &file);
	CHECK(status == SCENARIO_OK || status == SCENARIO_EINVALID);
	CHECK((status == SCENARIO_OK) == (file != NULL));
	if (file) {
		CHECK(!diags.count);
		CHECK(strstr(text, scenario_origin(file)->text));	/* without a byte order mark */
		run(scenario_get(file));
	} else {
		check_refused(&diags, size);
	}
	gate_hash_scenario(text, hash);
	CHECK(strlen(hash) == GATE_HASH_MAX - 1);
	scenario_free(file);
	diag_release(&diags);
	free(text);
	return 0;
}
