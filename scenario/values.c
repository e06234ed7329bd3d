/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/values.h"

#include <inttypes.h>
#include <string.h>

#include "sim/units.h"

#define KERNEL_MINOR_MAX	999u	/* as KERNEL_VERSION() can hold */
#define KERNEL_MAJOR_MAX	99u

_Static_assert(sizeof(enum hv_kind) == sizeof(unsigned), "KEY_CHOICE stores unsigned");
_Static_assert(sizeof(enum resize_hpt_mode) == sizeof(unsigned), "KEY_CHOICE stores unsigned");
_Static_assert(sizeof(enum lmb_by) == sizeof(unsigned), "KEY_CHOICE stores unsigned");
_Static_assert(sizeof(enum driver_kind) == sizeof(unsigned), "KEY_CHOICE stores unsigned");
_Static_assert(sizeof(enum rehash_rule) == sizeof(unsigned), "KEY_CHOICE stores unsigned");

const char *keys_scalar(struct loader *ld, const char *name, const struct node *value,
			const char *what)
{
	if (value->type != NODE_SCALAR)
		diag_error(ld->diags, value->pos, RULE_WRONG_TYPE, "'%s' takes %s, not %s", name, what,
			   node_type_name(value));
	else if (value->plain && (!*value->text || strcmp(value->text, "~") == 0))
		diag_error(ld->diags, value->pos, RULE_MISSING_VALUE, "'%s' has no value", name);
	else
		return value->text;
	return NULL;
}

const char *keys_name(struct loader *ld, const char *name, const struct node *value)
{
	const char *text = keys_scalar(ld, name, value, "a name");

	if (!text || text_is_name(text))
		return text;
	diag_error(ld->diags, value->pos, RULE_BAD_NAME, "'%.60s' is no name", text);
	diag_hint(ld->diags, "names are 1 to %d of the characters A-Z a-z 0-9 _ . -", TEXT_NAME_MAX);
	return NULL;
}

void keys_suggest(struct loader *ld, const struct text_nearest *near)
{
	if (near->best)
		diag_hint(ld->diags, "did you mean '%s'?", near->best);
}

static void store_unsigned(void *store, uint64_t value)
{
	unsigned narrow = (unsigned)value;

	memcpy(store, &narrow, sizeof(narrow));
}

static void store_u64(void *store, uint64_t value)
{
	memcpy(store, &value, sizeof(value));
}

/* Says what is wrong with a plain number; true: nothing is. */
static bool check_number(const struct reading *r, enum text_status status)
{
	struct diag_list *diags = r->ld->diags;

	switch (status) {
	case TEXT_OK:
		return true;
	case TEXT_NEGATIVE:
	case TEXT_TOO_BIG:
		if (strcmp(r->key->min, r->key->max) == 0)
			diag_error(diags, r->value->pos, RULE_OUT_OF_RANGE, "'%s' must be %s, not '%.60s'",
				   r->key->name, r->key->min, r->text);
		else
			diag_error(diags, r->value->pos, RULE_OUT_OF_RANGE,
				   "'%s' takes %s to %s, not '%.60s'",
				   r->key->name, r->key->min, r->key->max, r->text);
		return false;
	default:
		diag_error(diags, r->value->pos, RULE_BAD_NUMBER, "'%s' takes a whole number, not '%.60s'",
			   r->key->name, r->text);
		if (status == TEXT_LEADING_ZERO)
			diag_hint(diags, "leave out the leading zero; write 0x before a hexadecimal number");
		return false;
	}
}

static bool read_number(const struct reading *r, uint64_t *value)
{
	uint64_t min = 0, max = UINT64_MAX;

	if (!check_number(r, text_uint(r->text, value)))
		return false;
	text_uint(r->key->min, &min);
	text_uint(r->key->max, &max);
	return check_number(r, *value < min || *value > max ? TEXT_TOO_BIG : TEXT_OK);
}

static bool read_uint(const struct reading *r, void *store)
{
	uint64_t value;
	bool ok = read_number(r, &value);

	if (ok)
		store_unsigned(store, value);
	return ok;
}

static bool read_int64(const struct reading *r, void *store)
{
	uint64_t value;
	bool ok = read_number(r, &value);

	if (ok)
		store_u64(store, value);
	return ok;
}

/* Of either sign; @min and @max are that of the magnitude. */
static bool read_signed(const struct reading *r, void *store)
{
	struct reading part = *r;
	bool negative = r->text[0] == '-' && r->text[1] >= '0' && r->text[1] <= '9';
	uint64_t value;

	part.text += negative;
	if (!read_number(&part, &value))
		return false;
	store_u64(store, negative ? -value : value);
	return true;
}

/* Without a standard deviation there is none, whatever was there before. */
static bool read_price(const struct reading *r, void *store)
{
	static const char *const signs[] = { "\u00b1", "+-" };
	struct reading part = *r;
	const char *sign = NULL, *sd = NULL;
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(*signs) && !sign; i++) {
		sign = strstr(r->text, signs[i]);
		sd = sign ? sign + strlen(signs[i]) : NULL;
	}
	if (sign) {
		while (sign > r->text && sign[-1] == ' ')
			sign--;
		sd += strspn(sd, " ");
		part.text = arena_strndup(&r->ld->arena, r->text, (size_t)(sign - r->text));
	}
	if (!read_int64(&part, store))
		return false;
	value = 0;
	part.text = sd;
	if (sd && !read_number(&part, &value))
		return false;
	store_u64((char *)store + r->key->sd_after, value);
	return true;
}

/* What a size or a time is called in messages. */
struct quantity {
	enum diag_rule malformed;
	const char *what, *exactly;
	const struct text_unit *units;
	const char *units_doc;
};

static const struct quantity size_quantity = {
	RULE_BAD_SIZE, "a size such as 256MiB", "a whole number of bytes",
	text_size_units, "KiB, MiB, GiB or TiB (or K, M, G, T)"
};

static const struct quantity time_quantity = {
	RULE_BAD_TIME, "a time such as 5s", "a whole number of nanoseconds",
	text_time_units, "ns, us, ms, s, min or h"
};

/* Bytes spelled out get the same number with a unit, all else the commonest unit. */
static void hint_unit(const struct reading *r, const struct quantity *q, const char *unit)
{
	struct diag_list *diags = r->ld->diags;
	int digits = (int)(unit - r->text);
	char buf[TEXT_BYTES_MAX];
	uint64_t bytes;

	if (digits > 30)
		diag_hint(diags, "units are %s", q->units_doc);
	else if (q == &time_quantity)
		diag_hint(diags, "write '%.*ss'; units are %s", digits, r->text, q->units_doc);
	else if (!*unit && text_uint(r->text, &bytes) == TEXT_OK && bytes >= SZ_1M && bytes % SZ_1M == 0)
		diag_hint(diags, "write '%s'", text_from_bytes(bytes, buf));
	else
		diag_hint(diags, "write '%.*sGiB'; units are %s", digits, r->text, q->units_doc);
}

static bool read_quantity(const struct reading *r, const struct quantity *q, uint64_t *value)
{
	struct diag_list *diags = r->ld->diags;
	const char *name = r->key->name, *unit;
	enum text_status status = text_quantity(r->text, q->units, &unit, value);
	uint64_t min = 0, max = UINT64_MAX;

	text_quantity(r->key->min, q->units, &(const char *){ NULL }, &min);
	text_quantity(r->key->max, q->units, &(const char *){ NULL }, &max);
	if (status == TEXT_OK && (*value < min || *value > max))
		status = TEXT_TOO_BIG;
	switch (status) {
	case TEXT_OK:
		return true;
	case TEXT_MALFORMED:
	case TEXT_LEADING_ZERO:
		diag_error(diags, r->value->pos, q->malformed, "'%s' takes %s, not '%.60s'",
			   name, q->what, r->text);
		if (status == TEXT_LEADING_ZERO)
			diag_hint(diags, "leave out the leading zero");
		break;
	case TEXT_NEGATIVE:
	case TEXT_TOO_BIG:
		diag_error(diags, r->value->pos, RULE_OUT_OF_RANGE, "'%s' takes %s to %s, not '%.60s'",
			   name, r->key->min, r->key->max, r->text);
		break;
	case TEXT_NO_UNIT:
		diag_error(diags, r->value->pos, RULE_MISSING_UNIT, "'%.60s' has no unit", r->text);
		hint_unit(r, q, unit);
		break;
	case TEXT_BAD_UNIT:
		diag_error(diags, r->value->pos, RULE_BAD_UNIT, "'%.20s' is no unit of '%s'", unit, name);
		hint_unit(r, q, unit);
		break;
	case TEXT_INEXACT:
		diag_error(diags, r->value->pos, RULE_INEXACT, "'%.60s' is not %s", r->text, q->exactly);
		break;
	}
	return false;
}

static bool read_size(const struct reading *r, void *store)
{
	uint64_t value;
	bool ok = read_quantity(r, &size_quantity, &value);

	if (ok)
		store_u64(store, value);
	return ok;
}

static bool read_time(const struct reading *r, void *store)
{
	uint64_t value;
	bool ok = read_quantity(r, &time_quantity, &value);

	if (ok)
		store_u64(store, value);	/* max is far below INT64_MAX */
	return ok;
}

static bool read_bool(const struct reading *r, void *store)
{
	static const char *const yes[] = { "yes", "on", "y", "1" }, *const no[] = { "no", "off", "n", "0" };
	bool value = strcmp(r->text, "true") == 0;
	size_t i;

	if (value || strcmp(r->text, "false") == 0) {
		memcpy(store, &value, sizeof(value));
		return true;
	}
	diag_error(r->ld->diags, r->value->pos, RULE_BAD_BOOLEAN, "'%s' takes true or false, not '%.60s'",
		   r->key->name, r->text);
	for (i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (text_distance(r->text, yes[i]) == 0)
			diag_hint(r->ld->diags, "write 'true'");
		if (text_distance(r->text, no[i]) == 0)
			diag_hint(r->ld->diags, "write 'false'");
	}
	return false;
}

static bool read_name(const struct reading *r, void *store)
{
	const char *name = keys_name(r->ld, r->key->name, r->value);

	memcpy(store, &name, sizeof(name));
	return name != NULL;
}

static bool read_text(const struct reading *r, void *store)
{
	memcpy(store, &r->text, sizeof(r->text));
	return true;
}

static void unknown_choice(const struct reading *r)
{
	struct text_nearest near = { .word = r->text };
	const struct key_choice *c;
	const char *list = "", *number = "";

	if (r->key->type == KEY_WORD_OR_UINT)
		number = arena_printf(&r->ld->arena, "%s to %s", r->key->min, r->key->max);
	for (c = r->key->choices; c->name; c++) {
		list = arena_printf(&r->ld->arena, "%s%s%s", list,
				    !*list ? "" : c[1].name || *number ? ", " : " or ", c->name);
		text_nearest_offer(&near, c->name);
	}
	if (*number)
		list = arena_printf(&r->ld->arena, "%s or %s", list, number);
	diag_error(r->ld->diags, r->value->pos, RULE_UNKNOWN_VALUE, "'%s' takes %s, not '%.60s'",
		   r->key->name, list, r->text);
	keys_suggest(r->ld, &near);
}

static bool find_choice(const struct reading *r, void *store)
{
	const struct key_choice *c;

	for (c = r->key->choices; c->name; c++) {
		if (strcmp(c->name, r->text) == 0) {
			store_unsigned(store, c->value);
			return true;
		}
	}
	return false;
}

static bool read_choice(const struct reading *r, void *store)
{
	if (find_choice(r, store))
		return true;
	unknown_choice(r);
	return false;
}

static bool read_word_or_uint(const struct reading *r, void *store)
{
	uint64_t value;

	if (find_choice(r, store))
		return true;
	if (text_uint(r->text, &value) != TEXT_MALFORMED)
		return read_uint(r, store);
	unknown_choice(r);
	return false;
}

static bool read_page_size(const struct reading *r, void *store)
{
	const struct key_choice *c;
	uint64_t bytes;
	const char *unit;

	if (text_quantity(r->text, text_size_units, &unit, &bytes) == TEXT_OK) {
		for (c = r->key->choices; c->name; c++) {
			if (bytes == UINT64_C(1) << c->value) {
				store_unsigned(store, c->value);
				return true;
			}
		}
	}
	unknown_choice(r);
	return false;
}

/* major.minor[.patch]; text, because the number 6.10 would be 6.1 */
static bool read_kernel(const struct reading *r, void *store)
{
	unsigned part[3] = { 0, 0, 0 }, count = 0;
	const char *s = r->text;
	unsigned version;

	for (; count < 3 && *s >= '0' && *s <= '9'; count++) {
		for (; *s >= '0' && *s <= '9'; s++)
			part[count] = part[count] > KERNEL_MINOR_MAX ? part[count] :
				      part[count] * 10 + (unsigned)(*s - '0');
		if (*s != '.' || count == 2) {
			count++;
			break;
		}
		s++;
	}
	if (*s || s == r->text || s[-1] == '.' || count < 2 || part[0] > KERNEL_MAJOR_MAX ||
	    part[1] > KERNEL_MINOR_MAX) {
		diag_error(r->ld->diags, r->value->pos, RULE_BAD_KERNEL,
			   "'%s' takes a version such as 6.1, not '%.60s'", r->key->name, r->text);
		return false;
	}
	version = KERNEL_VERSION(part[0], part[1]);
	if (version < KERNEL_VERSION(4, 11)) {
		diag_error(r->ld->diags, r->value->pos, RULE_BAD_KERNEL,
			   "kernel %.60s cannot resize its HPT", r->text);
		diag_hint(r->ld->diags, "4.11 is the first that can");
		return false;
	}
	store_unsigned(store, version);
	return true;
}

const struct key_type_info key_types[] = {
	[KEY_UINT]      = { "a whole number", read_uint },
	[KEY_INT64]     = { "a whole number", read_int64 },
	[KEY_SIGNED]    = { "a whole number, perhaps negative", read_signed },
	[KEY_PRICE]     = { "a whole number, perhaps ± another", read_price },
	[KEY_SIZE]      = { "a size", read_size },
	[KEY_TIME]      = { "a time", read_time },
	[KEY_BOOL]      = { "true or false", read_bool },
	[KEY_NAME]      = { "a name", read_name },
	[KEY_TEXT]      = { "text", read_text },
	[KEY_CHOICE]    = { "a word", read_choice },
	[KEY_PAGE_SIZE] = { "a size", read_page_size },
	[KEY_WORD_OR_UINT] = { "a word or a whole number", read_word_or_uint },
	[KEY_KERNEL]    = { "a version", read_kernel },
	[KEY_CUSTOM]    = { "a mapping", NULL },
};
