/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nsk calcsize: how many bytes a record of FORMAT has. */
#include "platform.h"

#include "bytes/format.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cmd/packing.h"
#include "view/layout.h"

#include <stdio.h>

struct settings {
	int64_t order;
	bool explains;
};

static int run(const void *given, int argc, char **argv)
{
	const struct settings *settings = given;
	struct format format;
	int status = packing_compile(&format, argv[0], settings->order);

	(void)argc;
	if (status != 0)
		return status;
	if (!settings->explains)
		printf("%zu\n", format.size);
	else if (layout_write(stdout, &format, argv[0], NULL, NULL) < 0)
		status = report_out_of_memory();
	format_release(&format);
	return status;
}

static const struct option_spec options[] = {
	FLAG(0, "explain", struct settings, explains, "show offset, size and padding of each field, and a diagram"),
	PACKING_ORDER(struct settings, order),
	OPTION_END
};

static const struct settings defaults = { .order = PACKING_ORDER_DEFAULT };

static const struct command_example examples[] = {
	{ "nsk calcsize '!HHHHHH'", "12, the size of a DNS header" },
	{ "nsk calcsize --explain '@bhiq0l'", "where C puts the fields, and which bytes only align them" },
	{ NULL, NULL },
};

const struct command command_calcsize = {
	.name = "calcsize",
	.summary = "print the size of a packed record, as struct.calcsize does",
	.group = "Packing",
	.operands = "FORMAT",
	.min_operands = 1,
	.max_operands = 1,
	.synonyms = "sizeof size struct",
	.examples = examples,
	.notes = PACKING_CODES,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
	.run = run,
};
