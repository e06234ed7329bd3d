/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a cost profile. */
#include "fuzz.h"
#include "scenario/costs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("fuzz.yaml", data, size);
	struct cost_profile costs, sd;
	struct diag_list diags;
	enum scenario_status status;

	diag_init(&diags);
	status = costs_load(path, NULL, &diags, &costs, &sd);
	CHECK(status == SCENARIO_OK || status == SCENARIO_EINVALID);
	CHECK((status == SCENARIO_OK) == !diags.count);
	diag_render(&diags, fuzz_sink());
	diag_release(&diags);
	return 0;
}
