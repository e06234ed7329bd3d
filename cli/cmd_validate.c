// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim validate: does the model agree with a real machine's kernel log? */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/input.h"
#include "validate/choose.h"

enum { OPT_TRACE = INPUT_ID_END, OPT_EMIT, OPT_FORMAT, OPT_BOOT, OPT_GUEST, OPT_LMB_SIZE };

static const struct cli_option options[] = {
	{ "trace", "QEMULOG", "QEMU's trace of spapr_h_resize_hpt_prepare and _commit: compare these, too", OPT_TRACE },
	{ "policy", "NAME", "what the guest's kernel does (default: the scenario's, else per-section)", INPUT_POLICY },
	{ "emit-scenario", "FILE", "write the derived scenario; '-' is standard output", OPT_EMIT },
	{ "boot", "N", "which boot of a log that has several (default: the last one that has a resize or request)", OPT_BOOT },
	{ "guest", "NAME", "which guest of a log that has the lines of several", OPT_GUEST },
	{ "lmb-size", "SIZE", "of the guest, e.g. 32MiB (default: what the log shows, else 256MiB)", OPT_LMB_SIZE },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	INPUT_OPTIONS,
	{ 0 }
};

struct validate_command {
	struct input input;
	struct validate v;
	struct qtrace trace;
	const char *trace_path, *emit_path;
	struct choice choice;
	bool only_guest;		/* the log has nothing to compare, and the scenario was asked for */
	enum table_format format;
};

static int take_lmb_size(struct validate *v, const char *value)
{
	const char *unit;

	if (text_quantity(value, text_size_units, &unit, &v->lmb_bytes) == TEXT_OK && v->lmb_bytes >= UINT64_C(16) << 20 &&
	    v->lmb_bytes <= UINT64_C(4) << 30 && !(v->lmb_bytes & (v->lmb_bytes - 1)))
		return EXIT_FINE;
	cli_error("--lmb-size needs a power of two from 16MiB to 4GiB, not '%s'", value);
	return EXIT_USAGE;
}

static int take_options(struct validate_command *vc, const struct command *command, int argc, char **argv)
{
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		switch (id) {
		case CLI_OPTIONS_HELP:
		case CLI_OPTIONS_BAD:
			return id;
		case OPT_TRACE:
			vc->trace_path = value;
			break;
		case OPT_EMIT:
			vc->emit_path = value;
			break;
		case OPT_BOOT:
			if (!cli_parse_number(value, &vc->choice.boot) || !vc->choice.boot) {
				cli_error("--boot needs a number from 1, not '%s'", value);
				code = EXIT_USAGE;
			}
			break;
		case OPT_LMB_SIZE:
			code = take_lmb_size(&vc->v, value);
			break;
		case OPT_GUEST:
			vc->choice.guest = value;
			break;
		case OPT_FORMAT:
			code = cli_parse_format(value, &vc->format) ? EXIT_FINE : EXIT_USAGE;
			break;
		default:
			code = input_option(&vc->input, id, value);
		}
	}
	return code == EXIT_FINE ? input_options_done(&vc->input) : code;
}

static int read_trouble(const char *path, enum klog_status status)
{
	if (status == KLOG_ENOMEM)
		cli_error("out of memory");
	else
		cli_error("%s: %s", path, klog_status_text(status));
	return EXIT_TROUBLE;
}

/* The guest and the boot that are compared; EXIT_USAGE when the log has nothing to compare. */
static int choose(struct validate_command *vc)
{
	struct validate *v = &vc->v;
	char text[CHOICE_TEXT_MAX];

	if (!validate_choose(v, &vc->choice, text)) {
		cli_error("%s", text);
		return EXIT_USAGE;
	}
	if (*text)
		cli_note("%s", text);
	return seq_build(&v->seq, &v->log, v->boot) ? EXIT_FINE : cli_no_memory();
}

static int read_logs(struct validate_command *vc)
{
	enum klog_status status = klog_read_path(&vc->v.log, vc->v.log_path);

	if (status != KLOG_OK)
		return read_trouble(vc->v.log_path, status);
	if (!vc->trace_path)
		return choose(vc);
	status = qtrace_read_path(&vc->trace, vc->trace_path);
	if (status != KLOG_OK)
		return read_trouble(vc->trace_path, status);
	if (!vc->trace.call_count) {
		cli_error("%s: no spapr_h_resize_hpt_prepare or spapr_h_resize_hpt_commit in %zu lines", vc->trace_path,
			  vc->trace.line_count);
		return EXIT_USAGE;
	}
	return choose(vc);
}

static int with_scenario(struct validate_command *vc, char *path)
{
	struct policy_list list;
	const struct scenario *sc;
	int code = input_load(&vc->input, &path, 1);

	if (code != EXIT_FINE)
		return code;
	sc = scenario_get(vc->input.files[0]);
	list = input_policies(&vc->input, sc);
	if (list.count != 1) {
		cli_error("%s: %zu policies; say with --policy which one the guest's kernel has", path, list.count);
		return EXIT_USAGE;
	}
	vc->v.policy = list.policies[0];
	return input_validate_failed(validate_simulate(&vc->v, sc, &vc->v.sim));
}

static int emit(struct validate_command *vc)
{
	struct output o = { .file = NULL };
	FILE *out = strcmp(vc->emit_path, "-") == 0 ? stdout : output_open(&o, vc->emit_path);

	if (out)
		validate_write_plan(&vc->v, out);
	if (out == stdout)
		return cli_finish_output(EXIT_FINE);
	if (out && output_close(&o, true))
		return EXIT_FINE;
	cli_error("%s: cannot be written: %s", vc->emit_path, output_error(errno));
	return EXIT_TROUBLE;
}

static int with_derived(struct validate_command *vc)
{
	struct validate *v = &vc->v;
	const char *missing;
	char *why;
	int code;

	if (!policy_choice_one(&vc->input.choice, "per-section", &v->policy, &why))
		return cli_refuse(why);
	v->derived = true;
	v->plan.lmb_bytes = v->lmb_bytes;
	switch (validate_derive(v, &missing)) {
	case PLAN_OK:
		break;
	case PLAN_ENOTHING:
		/* a boot and nothing more: what the guest is like is all that was asked for */
		vc->only_guest = true;
		cli_note("%s: no request or resize to compare: the scenario has what the guest is like", v->log_path);
		return emit(vc);
	case PLAN_ENOMEM:
		return cli_no_memory();
	case PLAN_ENOGUEST:
		cli_error("%s: the log does not tell %s; give a scenario", v->log_path, missing);
		return EXIT_USAGE;
	}
	code = input_validate_failed(validate_fit(v));
	if (code == EXIT_FINE && vc->emit_path)
		code = emit(vc);
	return code;
}

static int report(const struct validate_command *vc)
{
	const struct validate *v = &vc->v;
	/* a scenario on stdout is the only thing there */
	bool taken = vc->emit_path && v->derived && strcmp(vc->emit_path, "-") == 0;
	FILE *out = taken ? stderr : stdout;
	const struct qtrace *trace = vc->trace_path ? &vc->trace : NULL;
	int code = validate_equal(v) ? EXIT_FINE : EXIT_SAYS_NO, more = EXIT_FINE;
	bool ok;

	cli_idle();
	if (v->sim.error.status != SIM_OK && input_sim_failed(v->sim.sc, v->policy, &v->sim.error) == EXIT_TROUBLE)
		return EXIT_TROUBLE;
	if (vc->format == TABLE_AS_JSON)
		ok = validate_print_json(v, trace, out);
	else if (vc->format == TABLE_AS_TEXT)
		ok = validate_print_text(v, out);
	else
		ok = validate_print_tables(v, trace, vc->format, out);
	if (!ok && !cli_no_reader()) {
		cli_error(vc->format != TABLE_AS_JSON ? "out of memory" :
			  "cannot write JSON: out of memory, a full disk, or a file name that is not UTF-8");
		code = EXIT_TROUBLE;
	}
	if (vc->trace_path && code <= EXIT_SAYS_NO)
		more = validate_print_trace(v, trace, vc->trace_path, vc->format == TABLE_AS_TEXT ? out : NULL) ?
		       EXIT_FINE : EXIT_SAYS_NO;
	if (v->sim.error.status != SIM_OK)
		more = EXIT_SAYS_NO;
	return cli_finish_output(code > more ? code : more);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct validate_command vc = { .format = TABLE_AS_TEXT };
	int code = take_options(&vc, command, argc, argv);
	int count = argc - optind;

	if (code < 0) {
		input_free(&vc.input);
		return code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	}
	if (code == EXIT_FINE && (count < 1 || count > 2)) {
		cli_error(count < 1 ? "no log given" : "more than a log and a scenario");
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE && vc.emit_path && count == 2) {
		cli_error("--emit-scenario writes a derived scenario, and one is given");
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE) {
		vc.v.errors = stderr;
		vc.v.log_path = argv[optind];
		vc.v.seed = vc.input.seed;
		vc.v.load = (struct scenario_load_options){
			.sets = vc.input.sets, .set_count = vc.input.set_count, .costs_dir = vc.input.costs_dir,
		};
		vc.choice.has_scenario = count == 2;
		vc.choice.boot_only = vc.emit_path != NULL;
		cli_busy("validating");
		code = read_logs(&vc);
	}
	if (code == EXIT_FINE)
		code = count == 2 ? with_scenario(&vc, argv[optind + 1]) : with_derived(&vc);
	if (code == EXIT_FINE)
		code = vc.only_guest ? cli_finish_output(EXIT_FINE) : report(&vc);
	cli_idle();
	simulated_free(&vc.v.sim);
	plan_free(&vc.v.plan);
	free(vc.v.seq.items);
	klog_free(&vc.v.log);
	qtrace_free(&vc.trace);
	input_free(&vc.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim validate guest.log", "does the model agree with that guest?" },
	{ "dmesg | hptsim validate -", "with this one?" },
	{ "hptsim validate guest.log --emit-scenario guest.yaml", "that guest as a scenario" },
	{ 0 }
};

const struct command command_validate = {
	.name = "validate",
	.arguments = "LOG [SCENARIO]",
	.summary = "Compare a real guest's kernel log with a simulation of the same",
	.details = "LOG is what dmesg or journalctl -k print in the guest, or a serial console: compressed, coloured, wrapped\n"
		   "or from a mail as it may be; '-' is standard input. Without SCENARIO one is derived from it. Exit status\n"
		   "0: equal; 1: different; 2: the log says nothing of hotplug or resizes, too little of the guest, or is of\n"
		   "something else (a radix guest, a host, ...); 3: a file cannot be read.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
