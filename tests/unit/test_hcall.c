/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's two resize calls as state machines: tests/data/hcalls/.
 *
 * The steps of a machine run in a task, since time passes between them; what
 * they gave is compared afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hcall.h"
#include "sim/units.h"
#include "tsv.h"

#define STEPS_MAX	64u
#define WORDS_MAX	4u
#define VRMA_SLOT	7u
#define PREPARE_MS	50

enum { OP, ARGS, WANT, WHY, COLUMNS };

struct step;

struct box {
	enum hv_kind kind;
	struct mmu mmu;
	struct cost_profile cost;
	struct drc_table drcs;
	struct hv hv;
	struct engine *engine;
	struct step *steps;
	size_t step_count;
};

struct op {
	const char *name;
	unsigned word_count;
	void (*run)(struct box *b, struct step *s);
};

struct step {
	const struct op *op;
	unsigned line;
	char words[WORDS_MAX][32];
	char want[96];
	const struct tsv *table;
	/* what came of it: a word, or for tables the bytes */
	const char *got;
	uint64_t got_bytes;
	bool is_bytes;
};

static uint64_t number(const struct step *s, unsigned word)
{
	return strtoull(s->words[word], NULL, 10);
}

static void run_prepare(struct box *b, struct step *s)
{
	s->got = hcall_rc_name(h_resize_hpt_prepare(&b->hv, number(s, 0), number(s, 1)));
}

static void run_commit(struct box *b, struct step *s)
{
	int64_t work_ns;

	s->got = hcall_rc_name(h_resize_hpt_commit(&b->hv, number(s, 0), number(s, 1), &work_ns));
}

static void run_wait_ms(struct box *b, struct step *s)
{
	engine_sleep(b->engine, (int64_t)number(s, 0) * NSEC_PER_MSEC);
}

static void run_prepare_ms(struct box *b, struct step *s)
{
	b->cost.prepare_alloc_ns = (int64_t)number(s, 0) * NSEC_PER_MSEC;
}

static void run_host_limit(struct box *b, struct step *s)
{
	b->hv.host_shift_max = (unsigned)number(s, 0);
}

static void run_resize_hpt(struct box *b, struct step *s)
{
	if (!strcmp(s->words[0], "disabled"))
		b->hv.resize_hpt = RESIZE_HPT_DISABLED;
	else if (!strcmp(s->words[0], "required"))
		b->hv.resize_hpt = RESIZE_HPT_REQUIRED;
	else if (!strcmp(s->words[0], "enabled"))
		b->hv.resize_hpt = RESIZE_HPT_ENABLED;
	else
		s->got = "no such mode";
}

static void run_radix(struct box *b, struct step *s)
{
	b->hv.no_hpt = !strcmp(s->words[0], "yes");
}

static void run_ram(struct box *b, struct step *s)
{
	b->drcs.boot_bytes = tsv_bytes_of(s->table, s->words[0]);
}

static void run_bolt(struct box *b, struct step *s)
{
	enum mmu_region region = strcmp(s->words[0], "linear") ? MMU_VMEMMAP : MMU_LINEAR;

	if (hpt_bolt(b->hv.hpt, region, number(s, 1), number(s, 2), NULL))
		s->got = "full";
}

static void run_expect_order(struct box *b, struct step *s)
{
	s->got = hpt_shift(b->hv.hpt) == strtoul(s->want, NULL, 10) ? s->want : "another";
}

static void run_expect_tables(struct box *b, struct step *s)
{
	s->is_bytes = true;
	s->got_bytes = b->hv.host_bytes;
}

static void run_expect_peak(struct box *b, struct step *s)
{
	s->is_bytes = true;
	s->got_bytes = b->hv.host_peak_bytes;
}

static void run_expect_aborted(struct box *b, struct step *s)
{
	s->got = b->hv.aborted ? "yes" : "no";
}

static const struct op boot_op = { .name = "boot", .word_count = 2 };

static const struct op ops[] = {
	{ "prepare", 2, run_prepare },			/* FLAGS ORDER; wants its code */
	{ "commit", 2, run_commit },			/* likewise */
	{ "wait_ms", 1, run_wait_ms },
	{ "prepare_ms", 1, run_prepare_ms },		/* what the worker takes */
	{ "host_limit", 1, run_host_limit },		/* largest order that can be allocated; 0: any */
	{ "resize_hpt", 1, run_resize_hpt },
	{ "radix", 1, run_radix },
	{ "ram", 1, run_ram },				/* memory that the hypervisor counts */
	{ "bolt", 3, run_bolt },			/* REGION FIRST COUNT */
	{ "expect_order", 1, run_expect_order },
	{ "expect_tables", 1, run_expect_tables },	/* wants orders: what the host holds */
	{ "expect_peak", 1, run_expect_peak },		/* the most it held */
	{ "expect_aborted", 1, run_expect_aborted },
};

static void read_step(const struct tsv *t, struct step *s)
{
	const char *p = t->field[ARGS];
	unsigned words = 0;

	*s = (struct step){ .line = t->line, .table = t, .got = "-" };
	s->op = tsv_is(t, OP, boot_op.name) ? &boot_op : NULL;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]) && !s->op; i++)
		if (tsv_is(t, OP, ops[i].name))
			s->op = &ops[i];
	if (!s->op)
		tsv_fail(t, "no such op: '%s'", t->field[OP]);
	while (*p) {
		size_t length = strcspn(p, " ");

		if (words == WORDS_MAX || length == 0 || length >= sizeof(s->words[0]))
			tsv_fail(t, "bad arguments: '%s'", t->field[ARGS]);
		memcpy(s->words[words++], p, length);
		p += length + (p[length] == ' ');
	}
	if (words != s->op->word_count)
		tsv_fail(t, "%u arguments, want %u", words, s->op->word_count);
	if (strlen(t->field[WANT]) >= sizeof(s->want))
		tsv_fail(t, "wanted text is too long");
	strcpy(s->want, t->field[WANT]);
}

static void boot(struct box *b, const struct step *s)
{
	struct guest_spec guest = { .page_shift = 16, .kernel = KERNEL_VERSION(6, 1) };
	struct hypervisor_spec hv = { .max_hpt_page_shift = 16 };
	uint64_t bytes = tsv_bytes_of(s->table, s->words[0]);
	struct hpt_config config = {
		.shift = (unsigned)number(s, 1), .max_bytes = SZ_1T, .secondary_fallback = true,
		.tracks_valid = b->kind == HV_KVM_HV,
	};

	mmu_init(&b->mmu, &guest, &hv, bytes);
	b->cost.prepare_alloc_ns = PREPARE_MS * NSEC_PER_MSEC;
	b->engine = engine_new();
	assert_non_null(b->engine);
	b->drcs = (struct drc_table){ .boot_bytes = bytes };
	b->hv = (struct hv){
		.kind = b->kind, .cost = &b->cost, .engine = b->engine, .drcs = &b->drcs,
		.host_bytes = hv_table_bytes(b->kind, config.shift),
		.host_peak_bytes = hv_table_bytes(b->kind, config.shift),
	};
	assert_int_equal(hpt_new(&b->hv.hpt, &b->mmu, &config), HPT_OK);
	if (b->kind == HV_KVM_HV)
		assert_int_equal(hpt_bolt_exact(b->hv.hpt, MMU_VRMA, 0, bytes / SZ_64K, VRMA_SLOT),
				 HPT_OK);
	assert_int_equal(hpt_bolt(b->hv.hpt, MMU_LINEAR, 0, bytes / SZ_64K, NULL), HPT_OK);
	assert_int_equal(hpt_bolt(b->hv.hpt, MMU_VMEMMAP, 0,
				  bytes / mmu_vmemmap_page_covers(&b->mmu), NULL), HPT_OK);
}

static void run_steps(void *arg)
{
	struct box *b = arg;

	for (size_t i = 1; i < b->step_count; i++)
		b->steps[i].op->run(b, &b->steps[i]);
}

/* "24 23": bytes of an order 24 and an order 23 table. */
static uint64_t tables_bytes(const struct box *b, const char *orders)
{
	uint64_t bytes = 0;
	char *end;

	while (*orders) {
		bytes += hv_table_bytes(b->kind, (unsigned)strtoul(orders, &end, 10));
		orders = *end ? end + 1 : end;
	}
	return bytes;
}

/* The steps of one machine; steps[0] boots it. */
static void run_machine(struct tsv *t, enum hv_kind kind, struct step *steps, size_t count)
{
	struct box b = { .kind = kind, .steps = steps, .step_count = count };

	if (steps[0].op != &boot_op)
		tsv_fail(t, "no 'boot' before the first step");
	boot(&b, &steps[0]);
	assert_non_null(engine_spawn(b.engine, "steps", TASK_GUEST, run_steps, &b));
	engine_run(b.engine);
	assert_false(b.hv.failed);
	for (size_t i = 1; i < count; i++) {
		const struct step *s = &steps[i];

		t->line = s->line;
		if (s->is_bytes)
			tsv_expect(t, s->op->name, s->got_bytes, tables_bytes(&b, s->want));
		else if (strcmp(s->got, s->want) != 0)
			tsv_fail(t, "%s: %s: got %s, want %s",
				 kind == HV_KVM_HV ? "kvm-hv" : "qemu-tcg", s->op->name, s->got,
				 s->want);
	}
	hv_fini(&b.hv);
	hpt_free(b.hv.hpt);
	engine_free(b.engine);
}

static void run_table(const char *name, enum hv_kind kind)
{
	struct step *steps = calloc(STEPS_MAX, sizeof(*steps));
	size_t count = 0;
	struct tsv t;

	assert_non_null(steps);
	tsv_open(&t, name, COLUMNS);
	while (tsv_next(&t)) {
		unsigned line = t.line;

		if (count && tsv_is(&t, OP, boot_op.name)) {
			run_machine(&t, kind, steps, count);
			t.line = line;
			count = 0;
		}
		if (count == STEPS_MAX)
			tsv_fail(&t, "too many steps for one machine");
		read_step(&t, &steps[count++]);
	}
	run_machine(&t, kind, steps, count);
	free(steps);
}

/* If this fails, a code that both hypervisors give is another one on QEMU. */
static void test_common_on_tcg(void **state)
{
	run_table("hcalls/common.tsv", HV_QEMU_TCG);
}

/* If this fails, a code that both hypervisors give is another one on KVM HV. */
static void test_common_on_kvm(void **state)
{
	run_table("hcalls/common.tsv", HV_KVM_HV);
}

/* If this fails, QEMU forgets a failed or an early request as KVM HV does. */
static void test_tcg(void **state)
{
	run_table("hcalls/qemu-tcg.tsv", HV_QEMU_TCG);
}

/* If this fails, KVM HV keeps a failed or an early request as QEMU does. */
static void test_kvm(void **state)
{
	run_table("hcalls/kvm-hv.tsv", HV_KVM_HV);
}

/* If this fails, the guest sleeps for another time than it is asked to. */
static void test_longbusy(void **state)
{
	static const struct { enum hcall_rc rc; int64_t ns; } cases[] = {
		{ H_LONG_BUSY_ORDER_1_MSEC, NSEC_PER_MSEC },
		{ H_LONG_BUSY_ORDER_10_MSEC, 10 * NSEC_PER_MSEC },
		{ H_LONG_BUSY_ORDER_100_MSEC, 100 * NSEC_PER_MSEC },
		{ H_LONG_BUSY_ORDER_1_SEC, NSEC_PER_SEC },
		{ H_LONG_BUSY_ORDER_10_SEC, 10 * NSEC_PER_SEC },
		{ H_LONG_BUSY_ORDER_100_SEC, 100 * NSEC_PER_SEC },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(hcall_is_long_busy(cases[i].rc));
		assert_true(hcall_longbusy_ns(cases[i].rc) == cases[i].ns);
	}
	assert_false(hcall_is_long_busy(H_BUSY));
	assert_false(hcall_is_long_busy(H_SUCCESS));
	assert_false(hcall_is_long_busy(H_PTEG_FULL));
}

/* If this fails, results name another code than the hypervisor gave. */
static void test_names(void **state)
{
	assert_string_equal(hcall_rc_name(H_SUCCESS), "H_SUCCESS");
	assert_string_equal(hcall_rc_name(H_PTEG_FULL), "H_PTEG_FULL");
	assert_string_equal(hcall_rc_name(H_LONG_BUSY_ORDER_100_MSEC), "H_LONG_BUSY_ORDER_100_MSEC");
	assert_string_equal(hcall_rc_name((enum hcall_rc)-6), "H_PTEG_FULL");
	assert_string_equal(hcall_rc_name((enum hcall_rc)9902), "H_LONG_BUSY_ORDER_100_MSEC");
	assert_string_equal(hcall_rc_name((enum hcall_rc)12345), "H_?");
}

/* If this fails, the host's memory is wrong by the reverse map, which only KVM HV has. */
static void test_table_bytes(void **state)
{
	assert_int_equal(hv_table_bytes(HV_QEMU_TCG, 24), SZ_16M);
	assert_int_equal(hv_table_bytes(HV_KVM_HV, 24), 2 * SZ_16M);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common_on_tcg),
		cmocka_unit_test(test_common_on_kvm),
		cmocka_unit_test(test_tcg),
		cmocka_unit_test(test_kvm),
		cmocka_unit_test(test_longbusy),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_table_bytes),
	};

	if (argc > 1)
		tsv_set_directory(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
