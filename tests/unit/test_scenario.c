/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader's parts that bad and good scenarios cannot show: exact values,
 * the form of messages, files that are not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/costs.h"
#include "scenario/diag.h"
#include "scenario/load.h"
#include "base/text.h"
#include "sim/policy.h"
#include "sim/units.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define PATH_TEMPLATE "/tmp/hptsim-test-XXXXXX"

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		enum text_status status;
		uint64_t bytes;
	} rows[] = {
		{ "256MiB", TEXT_OK, SZ_256M },
		{ "256M", TEXT_OK, SZ_256M },
		{ "2.5GiB", TEXT_OK, 5 * SZ_1G / 2 },
		{ "2.50G", TEXT_OK, 5 * SZ_1G / 2 },
		{ "0.0009765625K", TEXT_OK, 1 },
		{ "0.00048828125K", TEXT_INEXACT, 0 },
		{ "0.1T", TEXT_INEXACT, 0 },
		{ "1.0000000000000000000000000000000000000T", TEXT_OK, SZ_1T },
		{ "1.0000000000000000000000000000000000001T", TEXT_INEXACT, 0 },
		{ "16777215.999999999999090505298227071762084960937500T", TEXT_INEXACT, 0 },
		{ "16777215T", TEXT_OK, UINT64_C(16777215) * SZ_1T },
		{ "16777216T", TEXT_TOO_BIG, 0 },
		{ "18446744073709551616K", TEXT_TOO_BIG, 0 },
		{ "0", TEXT_OK, 0 },
		{ "0.0", TEXT_OK, 0 },
		{ "00", TEXT_LEADING_ZERO, 0 },
		{ "1", TEXT_NO_UNIT, 0 },
		{ "1GB", TEXT_BAD_UNIT, 0 },
		{ "1.", TEXT_MALFORMED, 0 },
		{ ".5G", TEXT_MALFORMED, 0 },
		{ "-1G", TEXT_NEGATIVE, 0 },
		{ "", TEXT_MALFORMED, 0 },
		{ "-", TEXT_MALFORMED, 0 },
	};
	uint64_t bytes;
	const char *unit;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		bytes = 0;
		if (text_quantity(rows[i].text, text_size_units, &unit, &bytes) != rows[i].status ||
		    bytes != rows[i].bytes)
			fail_msg("'%s' is %llu bytes", rows[i].text, (unsigned long long)bytes);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		enum text_status status;
		uint64_t value;
	} rows[] = {
		{ "0", TEXT_OK, 0 },
		{ "0x80000020", TEXT_OK, 0x80000020 },
		{ "0X1f", TEXT_OK, 31 },
		{ "18446744073709551615", TEXT_OK, UINT64_MAX },
		{ "18446744073709551616", TEXT_TOO_BIG, 0 },
		{ "0x10000000000000000", TEXT_TOO_BIG, 0 },
		{ "-5", TEXT_NEGATIVE, 0 },
		{ "07", TEXT_LEADING_ZERO, 0 },
		{ "0x", TEXT_MALFORMED, 0 },
		{ "1f", TEXT_MALFORMED, 0 },
		{ "1 ", TEXT_MALFORMED, 0 },
		{ "", TEXT_MALFORMED, 0 },
	};
	uint64_t value;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		value = 0;
		if (text_uint(rows[i].text, &value) != rows[i].status || value != rows[i].value)
			fail_msg("'%s' is %llu", rows[i].text, (unsigned long long)value);
	}
}

static void test_distance(void **state)
{
	assert_int_equal(text_distance("memory", "memory"), 0);
	assert_int_equal(text_distance("Memory", "memory"), 0);
	assert_int_equal(text_distance("memroy", "memory"), 1);
	assert_int_equal(text_distance("memry", "memory"), 1);
	assert_int_equal(text_distance("mmroy", "memory"), 2);
	assert_int_equal(text_distance("", "ab"), 2);
	assert_int_equal(text_distance("guest", "events"), 3);
}

/* Renders and releases @diags. Not inlined: gcc 12 then takes open_memstream()'s result for `text`. */
__attribute__((noinline))
static char *rendered(struct diag_list *diags)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	diag_render(diags, out);
	fclose(out);
	diag_release(diags);
	return text;
}

static void test_render(void **state)
{
	static const char text[] = "a: 1\n\tb: \x1b[31m\xc3\xa4\xc3\xb6 long\nc: 2";
	const struct source src = { .name = "f.yaml", .text = text, .size = sizeof(text) - 1 };
	struct diag_list diags;
	char *out;

	diag_init(&diags);
	diag_error(&diags, (struct srcpos){ &src, 3, 5, 1 }, RULE_YAML_SYNTAX, "ends too early");
	diag_error(&diags, (struct srcpos){ &src, 2, 12, 4 }, RULE_UNKNOWN_KEY, "bad '%s'", "\x1b[0m\n");
	diag_hint(&diags, "write '%s'", "short");
	diag_note(&diags, (struct srcpos){ &src, 1, 1, 1 }, "first set here");
	diag_error(&diags, (struct srcpos){ &src, 0, 0, 0 }, RULE_IO, "cannot read");
	diag_sort(&diags, 0);
	out = rendered(&diags);
	assert_string_equal(out,
		"f.yaml: error: cannot read [io]\n"
		"f.yaml:2:12: error: bad '?[0m?' [unknown-key]\n"
		"    2 | \tb: ?[31m\xc3\xa4\xc3\xb6 long\n"
		"      | \t          ^~~~\n"
		"      hint: write 'short'\n"
		"f.yaml:1:1: note: first set here\n"
		"f.yaml:3:5: error: ends too early [yaml-syntax]\n"
		"    3 | c: 2\n"
		"      |     ^\n");
	free(out);
}

static void test_render_long_line(void **state)
{
	char text[1001];
	const struct source src = { .name = "f", .text = text, .size = 1000 };
	struct diag_list diags;
	char *out, *carets;

	memset(text, 'x', 1000);
	text[499] = 'Y';
	text[1000] = '\0';
	diag_init(&diags);
	diag_error(&diags, (struct srcpos){ &src, 1, 500, DIAG_TO_LINE_END }, RULE_BAD_NAME, "long");
	out = rendered(&diags);
	assert_true(strlen(out) < 300);
	carets = strrchr(out, '|');
	assert_non_null(carets);
	assert_int_equal(strchr(carets, '^') - carets, strchr(out, 'Y') - strchr(out, '|'));
	free(out);
}

static void test_render_cap(void **state)
{
	const struct source src = { .name = "f", .text = "", .size = 0 };
	struct diag_list diags;
	char *out;
	int i;

	diag_init(&diags);
	for (i = 0; i < DIAG_MAX + 2; i++)
		diag_error(&diags, (struct srcpos){ &src, 1, 1, 1 }, RULE_BAD_NAME, "number %d", i);
	diag_hint(&diags, "belongs to an error that was not kept");
	assert_int_equal(diags.error_count, DIAG_MAX + 2);
	out = rendered(&diags);
	assert_null(strstr(out, "hint"));
	assert_non_null(strstr(out, "2 further errors not shown\n"));
	free(out);
}

static const char full[] =
	"guest:\n"
	"  memory: 2.5GiB\n"
	"  dimms: [{id: d0, size: 1GiB}]\n"
	"  kernel: 6.10\n"
	"  page_size: 4K\n"
	"hypervisor: {kind: kvm-hv, max_hpt_page_size: 16MiB, hpt_shift: 0x19}\n"
	"cost_overrides: {scan_ps_hpte: 77}\n"
	"policies: [v2-p1, per-section]\n"
	"events:\n"
	"  - plug: {id: d1, size: &size 8GiB}\n"
	"  - plug: {id: d2, size: *size, notify: false}\n"
	"  - unplug: {id: d0}\n"
	"  - add: {by: indexed-count, count: 6, drc: 0x80000014}\n"
	"  - hpt_order: 27\n"
	"  - wait: 1.5min\n"
	"expect:\n"
	"  v2-p1: {total_ns: 5, resize_attempts: 0}\n";

static void write_file(char *path, const char *text)
{
	int fd = mkstemp(path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_load(void **state)
{
	static const char *const sets[] = { "events.0.plug.size=4GiB", "guest.vcpus=3" };
	const struct scenario_load_options opts = { .sets = sets, .set_count = COUNT(sets) };
	char path[] = PATH_TEMPLATE;
	struct scenario_file *file;
	const struct scenario *sc;
	struct diag_list diags;

	write_file(path, full);
	diag_init(&diags);
	assert_int_equal(scenario_load(path, &opts, &diags, &file), SCENARIO_OK);
	unlink(path);
	sc = scenario_get(file);
	assert_string_equal(sc->name, path + strlen("/tmp/"));
	assert_string_equal(sc->description, "");
	assert_int_equal(sc->guest.memory_bytes, 5 * SZ_1G / 2);
	assert_int_equal(sc->guest.lmb_bytes, SZ_256M);
	assert_int_equal(sc->guest.max_memory_bytes, (3 + 1 + 4 + 8) * SZ_1G);
	assert_int_equal(sc->guest.dimm_count, 1);
	assert_string_equal(sc->guest.dimms[0].id, "d0");
	assert_int_equal(sc->guest.page_shift, 12);
	assert_int_equal(sc->guest.kernel, KERNEL_VERSION(6, 10));
	assert_int_equal(sc->guest.vcpu_count, 3);
	assert_int_equal(sc->guest.touched_bytes, 8 * SZ_16M);
	assert_int_equal(sc->guest.working_set_bytes, SZ_16M);
	assert_int_equal(sc->hypervisor.kind, HV_KVM_HV);
	assert_int_equal(sc->hypervisor.max_hpt_page_shift, 24);
	assert_int_equal(sc->hypervisor.hpt_shift, 25);
	assert_string_equal(sc->costs_name, "mail-2021+overrides");
	assert_int_equal(sc->costs.scan_ps_hpte, 77);
	assert_int_equal(sc->policy_count, 2);
	assert_ptr_equal(sc->policies[0], policy_find("v2-p1"));
	assert_int_equal(sc->event_count, 6);
	assert_int_equal(sc->events[0].dimm.size_bytes, 4 * SZ_1G);
	assert_true(sc->events[0].notify);
	assert_int_equal(sc->events[1].dimm.size_bytes, 8 * SZ_1G);
	assert_false(sc->events[1].notify);
	assert_int_equal(sc->events[2].kind, EVENT_UNPLUG);
	assert_string_equal(sc->events[2].dimm.id, "d0");
	assert_int_equal(sc->events[3].kind, EVENT_ADD);
	assert_int_equal(sc->events[3].by, LMB_BY_INDEXED_COUNT);
	assert_int_equal(sc->events[3].count, 6);
	assert_int_equal(sc->events[3].drc_index, 0x80000014);
	assert_int_equal(sc->events[4].hpt_shift, 27);
	assert_int_equal(sc->events[5].wait_ns, 90 * NSEC_PER_SEC);
	assert_int_equal(sc->expect_count, 2);
	assert_string_equal(sc->expects[1].what, "resize_attempts");
	assert_int_equal(sc->expects[0].min, 5);
	assert_int_equal(sc->expects[0].max, 5);
	assert_int_equal(diags.error_count, 0);
	scenario_free(file);
	diag_release(&diags);
}

static const char more[] =
	"guest: {memory: 4GiB, workload: {resident: 1GiB}}\n"
	"hypervisor: {hpt_shift: for-64k, rehash: any-slot, max_alloc_shift: 31}\n"
	"policies:\n"
	"  - v1\n"
	"  - {base: outer-batch, level: lmb, hysteresis: 2}\n"
	"  - {name: mine, base: outer-batch, retry: doubling}\n"
	"events:\n"
	"  - {at: 5s, plug: {id: d1, size: 1GiB}}\n"
	"  - driver_add: {id: d1, size: 1GiB}\n"
	"  - {driver_add: {id: v, size: 2GiB, driver: virtio-mem}, at: 0}\n"
	"  - driver_remove: {id: v}\n"
	"  - memremap: {id: m, size: 48MiB}\n"
	"  - of_detach: {drc: 0x80000010}\n"
	"  - remove: {by: each-index, count: 3}\n"
	"  - reboot:\n"
	"faults:\n"
	"  - online-lmb: {drc: 0x80000011, times: all}\n"
	"  - commit-error: {nth: 3, times: 2}\n"
	"expect:\n"
	"  mine: {findings: 2}\n";

static void test_more(void **state)
{
	static const char *const sets[] = { "events.1.at=3s", "guest.workload.processes=7" };
	const struct scenario_load_options opts = { .sets = sets, .set_count = COUNT(sets) };
	const struct policy *base = policy_find("outer-batch");
	char path[] = PATH_TEMPLATE;
	struct scenario_file *file;
	const struct scenario *sc;
	struct diag_list diags;

	write_file(path, more);
	diag_init(&diags);
	assert_int_equal(scenario_load(path, &opts, &diags, &file), SCENARIO_OK);
	unlink(path);
	sc = scenario_get(file);
	assert_int_equal(sc->guest.max_memory_bytes, 5 * SZ_1G);	/* ranges are no part of it */
	assert_int_equal(sc->guest.workload.resident_bytes, SZ_1G);
	assert_int_equal(sc->guest.workload.process_count, 7);
	assert_int_equal(sc->guest.workload.faults_per_s, 100000);
	assert_int_equal(sc->hypervisor.hpt_shift, 0);
	assert_int_equal(sc->hypervisor.hpt_shift_rule, HPT_SHIFT_FOR_64K);
	assert_int_equal(sc->hypervisor.rehash, REHASH_ANY_SLOT);
	assert_int_equal(sc->hypervisor.max_alloc_shift, 31);

	assert_int_equal(sc->policy_count, 3);
	assert_string_equal(sc->policies[1]->name, "outer-batch+hysteresis=2+level=lmb");
	assert_int_equal(sc->policies[1]->hysteresis, 2);
	assert_int_equal(sc->policies[1]->retry, base->retry);
	assert_null(sc->policies[1]->add_begin);
	assert_non_null(sc->policies[1]->lmb_begin);
	assert_string_equal(sc->policies[2]->name, "mine");
	assert_int_equal(sc->policies[2]->hysteresis, base->hysteresis);
	assert_int_equal(sc->policies[2]->retry, RETRY_DOUBLING);
	assert_true(sc->policies[2]->add_begin == base->add_begin);
	assert_string_equal(sc->expects[0].policy, "mine");
	assert_string_equal(sc->expects[0].what, "findings");

	assert_int_equal(sc->event_count, 8);
	assert_true(sc->events[0].has_at);
	assert_int_equal(sc->events[0].at_ns, 5 * NSEC_PER_SEC);
	assert_int_equal(sc->events[1].kind, EVENT_DRIVER_ADD);
	assert_int_equal(sc->events[1].driver, DRIVER_DAX);
	assert_int_equal(sc->events[1].dimm.size_bytes, SZ_1G);
	assert_int_equal(sc->events[1].at_ns, 3 * NSEC_PER_SEC);
	assert_int_equal(sc->events[2].driver, DRIVER_VIRTIO_MEM);
	assert_true(sc->events[2].has_at);
	assert_int_equal(sc->events[2].at_ns, 0);
	assert_int_equal(sc->events[3].kind, EVENT_DRIVER_REMOVE);
	assert_string_equal(sc->events[3].dimm.id, "v");
	assert_false(sc->events[3].has_at);
	assert_int_equal(sc->events[4].kind, EVENT_MEMREMAP);
	assert_int_equal(sc->events[4].dimm.size_bytes, 3 * SZ_16M);
	assert_int_equal(sc->events[5].kind, EVENT_OF_DETACH);
	assert_int_equal(sc->events[5].drc_index, 0x80000010);
	assert_int_equal(sc->events[6].by, LMB_EACH_INDEX);
	assert_int_equal(sc->events[6].count, 3);
	assert_int_equal(sc->events[6].drc_index, 0);
	assert_int_equal(sc->events[7].kind, EVENT_REBOOT);

	assert_int_equal(sc->fault_count, 2);
	assert_int_equal(sc->faults[0].kind, FAULT_ONLINE_LMB);
	assert_int_equal(sc->faults[0].drc_index, 0x80000011);
	assert_int_equal(sc->faults[0].nth, 1);
	assert_int_equal(sc->faults[0].times, 0);
	assert_int_equal(sc->faults[1].kind, FAULT_COMMIT_ERROR);
	assert_int_equal(sc->faults[1].nth, 3);
	assert_int_equal(sc->faults[1].times, 2);
	scenario_free(file);
	diag_release(&diags);
}

/* Errors in --set, in the order of the arguments. */
static void test_set_errors(void **state)
{
	static const char *const sets[] = {
		"guest.memory=2", "guest..x=1", "events.9.wait=1s", "events=[1", "guest.kernel.x=1",
		"guest.colour=red", "novalue",
	};
	static const char *const wanted[] = {
		"--set:1:14: error: '2' has no unit [missing-unit]\n    1 | guest.memory=2\n",
		"--set:1:7: error: --set takes keys joined by dots, '=' and a value [bad-set]\n",
		"--set:1:8: error: '9' is no element of a sequence of 6 [bad-set]\n",
		"--set:1:10: error: did not find expected ',' or ']' [yaml-syntax]\n",
		"--set:1:14: error: there is nothing below a scalar [bad-set]\n",
		"--set:1:7: error: unknown key 'colour' in 'guest' [unknown-key]\n",
		"--set:1:8: error: --set takes keys joined by dots, '=' and a value [bad-set]\n",
	};
	const struct scenario_load_options opts = { .sets = sets, .set_count = COUNT(sets) };
	char path[] = PATH_TEMPLATE, *out;
	const char *at;
	struct scenario_file *file;
	struct diag_list diags;
	size_t i;

	write_file(path, full);
	diag_init(&diags);
	assert_int_equal(scenario_load(path, &opts, &diags, &file), SCENARIO_EINVALID);
	unlink(path);
	assert_null(file);
	assert_int_equal(diags.error_count, COUNT(wanted));
	at = out = rendered(&diags);
	for (i = 0; i < COUNT(wanted); i++) {
		at = strstr(at, wanted[i]);
		if (!at)
			fail_msg("no %s in\n%s", wanted[i], out);
	}
	free(out);
}

static void test_io(void **state)
{
	struct scenario_load_options opts = { .costs_dir = "/nonexistent/costs" };
	char path[] = PATH_TEMPLATE;
	struct scenario_file *file;
	struct cost_profile costs;
	struct diag_list diags;

	diag_init(&diags);
	assert_int_equal(scenario_load("/nonexistent", NULL, &diags, &file), SCENARIO_EIO);
	assert_null(file);
	assert_int_equal(scenario_load("/", NULL, &diags, &file), SCENARIO_EIO);
	write_file(path, full);
	assert_int_equal(scenario_load(path, &opts, &diags, &file), SCENARIO_EIO);
	unlink(path);
	assert_int_equal(diags.error_count, 3);
	assert_int_equal(costs_load("qemu-tcg", NULL, &diags, &costs, NULL), SCENARIO_OK);
	assert_int_equal(costs_load("qemu-tgc", NULL, &diags, &costs, NULL), SCENARIO_EINVALID);
	assert_int_equal(costs_load("/nonexistent/x.yaml", NULL, &diags, &costs, NULL), SCENARIO_EINVALID);
	diag_release(&diags);
}

static void count_name(void *ctx, const char *name, const char *origin)
{
	unsigned *count = ctx;

	assert_true(text_is_name(name));
	assert_string_equal(origin, "built in");
	++*count;
}

static void test_costs_list(void **state)
{
	unsigned count = 0;

	assert_int_equal(costs_list(NULL, count_name, &count), SCENARIO_OK);
	assert_true(count >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_render_long_line),
		cmocka_unit_test(test_render_cap),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_set_errors),
		cmocka_unit_test(test_io),
		cmocka_unit_test(test_costs_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
