/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the guest and its hypervisor, apart from what memory comes and goes. */
#include "scenario/check.h"

#include <inttypes.h>
#include <string.h>

#include "sim/units.h"

static void hint_nearest(struct checker *c, uint64_t bytes, uint64_t unit)
{
	char down[TEXT_BYTES_MAX], up[TEXT_BYTES_MAX];

	if (bytes > unit)
		diag_hint(c->ld->diags, "the nearest are %s and %s", text_from_bytes(bytes - bytes % unit, down),
			  text_from_bytes(bytes - bytes % unit + unit, up));
	else
		diag_hint(c->ld->diags, "the nearest is %s", text_from_bytes(unit, up));
}

void check_multiple(struct checker *c, const struct node *value, uint64_t bytes)
{
	uint64_t lmb = c->ld->draft.sc.guest.lmb_bytes;
	char size[TEXT_BYTES_MAX], unit[TEXT_BYTES_MAX];

	if (!value || !lmb || bytes % lmb == 0)
		return;
	diag_error(c->ld->diags, value->pos, RULE_LMB_MULTIPLE, "%s is not a multiple of the LMB size, %s",
		   text_from_bytes(bytes, size), text_from_bytes(lmb, unit));
	hint_nearest(c, bytes, lmb);
}

void check_sections(struct checker *c, const struct node *value, uint64_t bytes)
{
	char size[TEXT_BYTES_MAX], unit[TEXT_BYTES_MAX];

	if (!value || bytes % SZ_16M == 0)
		return;
	diag_error(c->ld->diags, value->pos, RULE_SECTION_MULTIPLE, "%s is not a multiple of a section, %s",
		   text_from_bytes(bytes, size), text_from_bytes(SZ_16M, unit));
	hint_nearest(c, bytes, SZ_16M);
}

/* What a partition has no way to have. */
void check_powervm(struct checker *c)
{
	const struct hypervisor_spec *hv = &c->ld->draft.sc.hypervisor;
	const struct node *resize = node_get(node_get(c->ld->root, "hypervisor"), "resize_hpt");
	const struct node *dimms = node_get(c->guest, "dimms");

	if (hv->kind != HV_POWERVM)
		return;
	if (resize && hv->resize_hpt != RESIZE_HPT_DISABLED) {
		diag_error(c->ld->diags, resize->pos, RULE_NOT_ON_POWERVM, "PowerVM cannot resize the HPT");
		diag_hint(c->ld->diags, "leave out 'resize_hpt', or write 'disabled'");
	}
	if (dimms && c->ld->draft.sc.guest.dimm_count) {
		diag_error(c->ld->diags, dimms->pos, RULE_NOT_ON_POWERVM, "a partition of PowerVM has no DIMMs");
		diag_hint(c->ld->diags, "count them in 'memory'");
	}
}

void check_lmb_size(struct checker *c)
{
	struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *value = node_get(c->guest, "lmb_size");
	char size[TEXT_BYTES_MAX];

	if ((guest->lmb_bytes & (guest->lmb_bytes - 1)) == 0)
		return;
	if (value)
		diag_error(c->ld->diags, value->pos, RULE_NOT_POWER_OF_TWO, "%s is not a power of two",
			   text_from_bytes(guest->lmb_bytes, size));
	guest->lmb_bytes = 0;
}

/* Pages of the linear map or of vmemmap: base pages of the kernel, or 16 MiB where they are offered. */
void check_hpt_page(struct checker *c, const char *key, unsigned shift)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;
	unsigned largest = c->ld->draft.sc.hypervisor.max_hpt_page_shift;
	const struct node *value = node_get(c->guest, key);
	char size[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];

	if (!shift || !guest->page_shift || !largest)
		return;
	if (shift > largest)
		diag_error(c->ld->diags, value->pos, RULE_HPT_PAGE, "'%s' is %s, but 'max_hpt_page_size' only %s", key,
			   text_from_bytes(UINT64_C(1) << shift, size), text_from_bytes(UINT64_C(1) << largest, limit));
	else if (shift != 24 && shift != guest->page_shift)
		diag_error(c->ld->diags, value->pos, RULE_HPT_PAGE, "'%s' is %s, but 'page_size' is %s", key,
			   text_from_bytes(UINT64_C(1) << shift, size),
			   text_from_bytes(UINT64_C(1) << guest->page_shift, limit));
}

void check_kfence(struct checker *c)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *value = node_get(c->guest, "kfence");

	if (!guest->kernel || guest->kernel >= KERNEL_VERSION(6, 1) || guest->kfence < KFENCE_BUILT_IN)
		return;
	diag_error(c->ld->diags, value->pos, RULE_NO_KFENCE, "no kernel before 6.1 has KFENCE for the hash MMU");
}

/* @bytes of the boot memory: what the user says, or at most all of it. */
void check_part(struct checker *c, const char *key, uint64_t *bytes, uint64_t def)
{
	const struct node *value = node_get(c->guest, key);
	uint64_t memory = c->ld->draft.sc.guest.memory_bytes;
	char size[TEXT_BYTES_MAX], all[TEXT_BYTES_MAX];

	if (!value)
		*bytes = memory < def ? memory : def;
	if (!memory || *bytes <= memory)
		return;
	diag_error(c->ld->diags, value->pos, RULE_BEYOND_MEMORY, "'%s' is %s, but 'memory' is only %s",
		   key, text_from_bytes(*bytes, size), text_from_bytes(memory, all));
}

void check_workload(struct checker *c)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *value = node_get(node_get(c->guest, "workload"), "resident");
	uint64_t memory = c->dimms.total_bytes;
	char size[TEXT_BYTES_MAX], all[TEXT_BYTES_MAX];

	if (!guest->memory_bytes || guest->workload.resident_bytes <= memory)
		return;
	diag_error(c->ld->diags, value->pos, RULE_BEYOND_MEMORY, "'resident' is %s, but the guest boots with only %s",
		   text_from_bytes(guest->workload.resident_bytes, size), text_from_bytes(memory, all));
}
