/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unix sockets on the command line: PATH operands, --mode and --unlink, with the messages that go with them. */
#ifndef NSK_CLI_LOCAL_PATH_H
#define NSK_CLI_LOCAL_PATH_H

#include "cli/option.h"
#include "core/local.h"

/* What serving commands take. */
struct local_settings {
	const char *mode; /* octal digits; NULL: 0600 */
	bool unlink;
};

extern const struct option_spec local_options[];

/* The address of PATH ("@name": abstract). 0, or a status after a message. */
int local_path_parse(const char *path, struct endpoint *address);

/* Checks SETTINGS. 0, or a status after a message. */
int local_path_check(const struct local_settings *settings);

/* Binds FD to ADDRESS as SETTINGS say. 0 and FILE, or a status after a message. */
int local_path_bind(int fd, const struct endpoint *address, const struct local_settings *settings,
                    struct local_file *file);

#endif
