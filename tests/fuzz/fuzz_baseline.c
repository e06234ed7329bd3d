/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a baseline. One that is read is equal to itself, and to what is written of it. */
#include <string.h>

#include "fuzz.h"
#include "gate/gate.h"

static void check_equal(const struct gate_set *base, const struct gate_set *now)
{
	struct gate_rules rules = { .some_scenarios = false };
	struct gate_diff diff;

	gate_compare(base, now, &rules, &diff);
	CHECK(!diff.no_memory);
	for (size_t i = 0; i < diff.row_count; i++)
		CHECK(diff.rows[i].verdict == GATE_EQUAL);
	CHECK(gate_print_tables(&diff, now, true, TABLE_AS_TEXT, fuzz_sink()));
	CHECK(gate_print_junit(&diff, now, fuzz_sink()));
	gate_diff_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("fuzz.json", data, size);
	char message[GATE_MESSAGE_MAX] = "";
	struct gate_set set = { 0 }, again = { 0 };

	if (gate_read(path, &set, message) == 0) {
		check_equal(&set, &set);
		path = fuzz_file("again.json", data, 0);
		CHECK(gate_write(path, &set, message) == 0);
		CHECK(gate_read(path, &again, message) == 0);
		CHECK(again.run_count == set.run_count && again.scenario_count == set.scenario_count);
		check_equal(&set, &again);
	} else {
		CHECK(message[0] && strlen(message) < sizeof(message));
	}
	gate_free(&set);
	gate_free(&again);
	return 0;
}
