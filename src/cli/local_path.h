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

/* --type of the stream commands: its choices, and what they mean in the same order. */
#define LOCAL_TYPE_CHOICES "stream|seqpacket"
#define LOCAL_TYPE_HELP "the kind of socket (stream); seqpacket: a read of stdin is one record, of 64 KiB at most"
extern const int local_types[2];

/* The address of PATH ("@name": abstract). 0, or a status after a message. */
int local_path_parse(const char *path, struct endpoint *address);

/* Checks SETTINGS. 0, or a status after a message. */
int local_path_check(const struct local_settings *settings);

/* Binds FD to ADDRESS as SETTINGS say. 0 and FILE, or a status after a message. */
int local_path_bind(int fd, const struct endpoint *address, const struct local_settings *settings,
                    struct local_file *file);

#endif
