/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees against plain arrays of bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hypervisor/ptree_var.h"

#define TREES		6u
#define HEIGHT_MAX	9u
#define BYTES_MAX	(1u << HEIGHT_MAX)

/* Trees of one height, and what must be in them. */
struct forest {
	struct ptree_pool *pool;
	unsigned height;
	ptree tree[TREES];
	uint8_t bytes[TREES][BYTES_MAX];
	uint64_t rng;
};

static uint32_t next_random(struct forest *f)
{
	f->rng = f->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(f->rng >> 33);
}

static size_t size_of(const struct forest *f)
{
	return (size_t)1 << f->height;
}

static uint8_t random_byte(struct forest *f)
{
	uint32_t r = next_random(f);

	/* the interesting ones often: free, full, one slot */
	switch (r % 4) {
	case 0:
		return 0;
	case 1:
		return 0xff;
	case 2:
		return (uint8_t)(1u << (r >> 8) % 8);
	default:
		return (uint8_t)(r >> 8);
	}
}

static void mark(void *ctx, struct ptree_pool *pool)
{
	const struct forest *f = ctx;

	for (unsigned i = 0; i < TREES; i++)
		ptree_mark(pool, f->tree[i]);
}

static void check_tree(const struct forest *f, unsigned i)
{
	uint64_t count = 0, pos = UINT64_MAX;
	uint8_t first = 0;

	for (size_t p = 0; p < size_of(f); p++) {
		if (ptree_get(f->pool, f->tree[i], f->height, p) != f->bytes[i][p])
			fail_msg("height %u: position %zu: got %u, want %u", f->height, p,
				 ptree_get(f->pool, f->tree[i], f->height, p), f->bytes[i][p]);
		assert_int_equal(ptree_count_below(f->pool, f->tree[i], f->height, p), count);
		if (!first && f->bytes[i][p]) {
			first = f->bytes[i][p];
			pos = p;
		}
		count += (unsigned)__builtin_popcount(f->bytes[i][p]);
	}
	assert_int_equal(ptree_count(f->pool, f->tree[i], f->height), count);
	assert_int_equal(ptree_count_below(f->pool, f->tree[i], f->height, size_of(f)), count);
	if (first) {
		uint64_t found;

		assert_int_equal(ptree_first(f->pool, f->tree[i], f->height, &found), first);
		assert_int_equal(found, pos);
	} else {
		assert_int_equal(ptree_first(f->pool, f->tree[i], f->height, &pos), 0);
	}
}

/* Same content, same handle: what makes a tree that repeats itself small. */
static void check_shared(const struct forest *f)
{
	for (unsigned i = 0; i < TREES; i++)
		for (unsigned j = 0; j < i; j++)
			assert_int_equal(f->tree[i] == f->tree[j],
					 !memcmp(f->bytes[i], f->bytes[j], size_of(f)));
}

static void set_block(struct forest *f, unsigned to, unsigned from)
{
	unsigned k = next_random(f) % (f->height + 1);
	size_t block = (size_t)1 << k, pos = next_random(f) % size_of(f);
	size_t source = next_random(f) % size_of(f);
	ptree part;

	if (next_random(f) % 2) {
		uint8_t value = random_byte(f);

		part = value;
		memset(&f->bytes[to][pos & ~(block - 1)], value, block);
	} else {
		part = ptree_block(f->pool, f->tree[from], f->height, source, k);
		memmove(&f->bytes[to][pos & ~(block - 1)], &f->bytes[from][source & ~(block - 1)],
			block);
	}
	f->tree[to] = ptree_with_block(f->pool, f->tree[to], f->height, pos, k, part);
}

static void clear_below(struct forest *f, unsigned to)
{
	size_t pos = next_random(f) % (size_of(f) + 1);

	memset(f->bytes[to], 0, pos);
	f->tree[to] = ptree_clear_below(f->pool, f->tree[to], f->height, pos);
}

static void combine(struct forest *f, unsigned to, unsigned a, unsigned b, uint32_t which)
{
	uint8_t result[BYTES_MAX];
	ptree (*const ops[])(struct ptree_pool *, ptree, ptree, unsigned) = {
		ptree_or, ptree_and, ptree_andnot,
	};

	for (size_t p = 0; p < size_of(f); p++) {
		uint8_t x = f->bytes[a][p], y = f->bytes[b][p];

		result[p] = (uint8_t)(which == 0 ? x | y : which == 1 ? x & y : x & ~y);
	}
	memcpy(f->bytes[to], result, size_of(f));
	f->tree[to] = ops[which](f->pool, f->tree[a], f->tree[b], f->height);
}

static uint8_t lowest_clear(uint8_t x)
{
	for (unsigned bit = 0; bit < 8; bit++)
		if (!(x >> bit & 1))
			return (uint8_t)(1u << bit);
	return 0;
}

static void transform(struct forest *f, unsigned to, unsigned from, uint32_t which)
{
	uint8_t result[BYTES_MAX];
	ptree (*const ops[])(struct ptree_pool *, ptree, unsigned) = {
		ptree_lowest_clear, ptree_is_zero, ptree_mirror,
	};

	for (size_t p = 0; p < size_of(f); p++) {
		uint8_t x = f->bytes[from][p];

		if (which == 0)
			result[p] = lowest_clear(x);
		else if (which == 1)
			result[p] = x ? 0 : 0xff;
		else
			result[size_of(f) - 1 - p] = x;
	}
	memcpy(f->bytes[to], result, size_of(f));
	f->tree[to] = ops[which](f->pool, f->tree[from], f->height);
}

static void operate(struct forest *f)
{
	unsigned to = next_random(f) % TREES, a = next_random(f) % TREES;
	unsigned b = next_random(f) % TREES;
	uint32_t dice = next_random(f) % 20;

	if (dice < 8)
		set_block(f, to, a);
	else if (dice < 10)
		clear_below(f, to);
	else if (dice < 16)
		combine(f, to, a, b, next_random(f) % 3);
	else
		transform(f, to, a, next_random(f) % 3);
	if (next_random(f) % 64 == 0)
		ptree_pool_gc(f->pool, mark, f);
	check_tree(f, to);
}

/* If this fails, slots are found taken that are free, or the other way, or a scan stops elsewhere. */
static void test_random_operations(void **state)
{
	struct forest *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->rng = 4711;
	for (unsigned height = 0; height <= HEIGHT_MAX; height++) {
		f->pool = ptree_pool_new();
		assert_non_null(f->pool);
		f->height = height;
		memset(f->tree, 0, sizeof(f->tree));
		memset(f->bytes, 0, sizeof(f->bytes));
		for (unsigned i = 0; i < 1500; i++) {
			operate(f);
			if (i % 16 == 0)
				check_shared(f);
		}
		for (unsigned i = 0; i < TREES; i++)
			check_tree(f, i);
		assert_false(ptree_pool_failed(f->pool));
		ptree_pool_free(f->pool);
	}
	free(f);
}

/* If this fails, a collection loses a tree that is in use, or never gets due. */
static void test_collection(void **state)
{
	struct forest *f = calloc(1, sizeof(*f));
	unsigned collections = 0;

	assert_non_null(f);
	f->rng = 42;
	f->height = HEIGHT_MAX;
	f->pool = ptree_pool_new();
	assert_non_null(f->pool);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned to = next_random(f) % TREES;
		size_t pos = next_random(f) % size_of(f);
		uint8_t value = random_byte(f);

		f->bytes[to][pos] = value;
		f->tree[to] = ptree_with_block(f->pool, f->tree[to], f->height, pos, 0, value);
		if (ptree_pool_wants_gc(f->pool)) {
			ptree_pool_gc(f->pool, mark, f);
			assert_false(ptree_pool_wants_gc(f->pool));
			for (unsigned t = 0; t < TREES; t++)
				check_tree(f, t);
			collections++;
		}
	}
	assert_true(collections > 2);
	ptree_pool_free(f->pool);
	free(f);
}

static void mark_vars(void *ctx, struct ptree_pool *pool)
{
	const struct ptree_var *vars = ctx;

	for (unsigned i = 0; i < TREES; i++)
		ptree_mark(pool, ptree_var_peek(&vars[i]));
}

/*
 * If this fails, a table that is written in place has other entries than one made anew
 * each time: a cursor goes on from where it was though the tree has changed there.
 */
static void test_written_in_place(void **state)
{
	struct forest *f = calloc(1, sizeof(*f));
	struct ptree_var vars[TREES] = { { 0 } };
	static struct ptree_cursor cursors[TREES];

	assert_non_null(f);
	f->rng = 815;
	f->height = HEIGHT_MAX;
	f->pool = ptree_pool_new();
	assert_non_null(f->pool);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned to = next_random(f) % TREES, from = next_random(f) % TREES;
		unsigned k = next_random(f) % (f->height + 1);
		size_t size = (size_t)1 << k, pos = next_random(f) % size_of(f), first = pos & ~(size - 1);
		ptree block = random_byte(f);
		struct ptree_cursor *cursor = &cursors[next_random(f) % TREES];

		if (next_random(f) % 2) {
			block = ptree_var_block(f->pool, &vars[from], cursor, f->height, pos, k);
			memcpy(&f->bytes[to][first], &f->bytes[from][first], size);
		} else {
			memset(&f->bytes[to][first], (int)block, size);
		}
		ptree_var_write(f->pool, &vars[to], cursor, f->height, pos, k, block);
		f->tree[to] = ptree_var_peek(&vars[to]);
		check_tree(f, to);
		assert_int_equal(ptree_var_count(&vars[to]), ptree_count(f->pool, f->tree[to], f->height));
		if (next_random(f) % 128 == 0)
			ptree_pool_gc(f->pool, mark_vars, vars);
		if (next_random(f) % 16)
			continue;
		for (unsigned t = 0; t < TREES; t++)
			f->tree[t] = ptree_var_get(f->pool, &vars[t]);
		check_shared(f);
		assert_int_equal(ptree_and(f->pool, f->tree[0], f->tree[0], f->height), f->tree[0]);
	}
	/* one value everywhere is no node */
	ptree_var_write(f->pool, &vars[0], &cursors[0], f->height, 0, f->height - 1, 7);
	ptree_var_write(f->pool, &vars[0], &cursors[0], f->height, size_of(f) - 1, f->height - 1, 7);
	assert_int_equal(ptree_var_peek(&vars[0]), 7);
	assert_false(ptree_pool_failed(f->pool));
	ptree_pool_free(f->pool);
	free(f);
}

/* If this fails, the top of a tree of the largest height is cut off somewhere. */
static void test_largest_height(void **state)
{
	struct ptree_pool *pool = ptree_pool_new();
	uint64_t last = (UINT64_C(1) << PTREE_HEIGHT_MAX) - 1, pos;
	ptree t;

	assert_non_null(pool);
	t = ptree_with_block(pool, 0, PTREE_HEIGHT_MAX, last, 0, 0x80);
	assert_int_equal(ptree_get(pool, t, PTREE_HEIGHT_MAX, last), 0x80);
	assert_int_equal(ptree_first(pool, t, PTREE_HEIGHT_MAX, &pos), 0x80);
	assert_true(pos == last);
	assert_int_equal(ptree_count_below(pool, t, PTREE_HEIGHT_MAX, last), 0);
	t = ptree_mirror(pool, t, PTREE_HEIGHT_MAX);
	assert_int_equal(ptree_get(pool, t, PTREE_HEIGHT_MAX, 0), 0x80);
	t = ptree_or(pool, t, 0x01, PTREE_HEIGHT_MAX);
	assert_true(ptree_count(pool, t, PTREE_HEIGHT_MAX) == last + 2);
	t = ptree_clear_below(pool, t, PTREE_HEIGHT_MAX, last);
	assert_int_equal(ptree_count(pool, t, PTREE_HEIGHT_MAX), 1);
	assert_false(ptree_pool_failed(pool));
	ptree_pool_free(pool);
}

/* If this fails, blocks and halves are not those of the positions asked for. */
static void test_halves(void **state)
{
	struct ptree_pool *pool = ptree_pool_new();
	ptree t, low, high;

	assert_non_null(pool);
	t = ptree_with_block(pool, 0x11, 3, 4, 2, 0x22);
	assert_int_equal(ptree_low(pool, t), 0x11);
	assert_int_equal(ptree_high(pool, t), 0x22);
	t = ptree_with_block(pool, t, 3, 5, 0, 0x33);
	low = ptree_block(pool, t, 3, 0, 2);
	high = ptree_block(pool, t, 3, 7, 2);
	assert_int_equal(low, ptree_low(pool, t));
	assert_int_equal(high, ptree_high(pool, t));
	assert_int_equal(ptree_get(pool, high, 2, 1), 0x33);
	assert_int_equal(ptree_get(pool, high, 2, 0), 0x22);
	ptree_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_operations),
		cmocka_unit_test(test_collection),
		cmocka_unit_test(test_written_in_place),
		cmocka_unit_test(test_largest_height),
		cmocka_unit_test(test_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
