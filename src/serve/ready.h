/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Telling that a server listens, so that scripts need no sleep: --ready-fd, --port-file, --background. */
#ifndef NSK_SERVE_READY_H
#define NSK_SERVE_READY_H

#include "cli/option.h"
#include "core/endpoint.h"
#include "core/listen.h"

struct ready_settings {
	int64_t fd; /* -1: none */
	const char *port_file, *log;
	bool background;
};

extern const struct option_spec ready_options[];

#define READY_DEFAULTS { .fd = -1 }

/* Checks the settings before anything is opened. 0, or a status after a message. */
int ready_check(const struct ready_settings *settings);

/* Tells where LISTENERS are, under -v and to a person at the terminal; and if that is this machine alone, how COMMAND
 * (NULL: a Unix socket's) is opened to others. */
void ready_tell(const struct listener_list *listeners, const char *command);

/* The server is another command's, which ends it: how it is opened to others is of no use. */
void ready_set_temporary(void);

/* Tells where LISTENING (the first listener's address) can be reached. With --background only the child
 * returns with *PARENT false; the parent, which has printed what `eval` takes, with *PARENT true and is to end. 0, or a status
 * after a message. */
int ready_announce(const struct ready_settings *settings, const struct endpoint *listening, bool *parent);

#endif
