/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The port checker, tcp-connect -z: from words to a scan, from its states to lines or JSON and a status. */
#ifndef NSK_STREAM_PORT_CHECK_H
#define NSK_STREAM_PORT_CHECK_H

#include "cli/address.h"
#include "stream/dial.h"
#include "stream/session.h"

struct port_check_settings {
	bool scan, json;
};

extern const struct option_spec port_check_options[];

struct port_check_plan {
	const struct port_check_settings *settings;
	const struct address_settings *address;
	const struct dial_settings *dial;
	struct session *session;
	const struct endpoint_list *sources; /* as in connect.h */
	const char *source;                  /* the same in words, for a message */
};

/* Refuses the stream options that make no sense with -z, and --json without it. 0, or a status after a message. */
int port_check_refuse(const struct port_check_settings *settings, const struct stream_settings *stream);

/* Checks what the COUNT operands name, HOST PORT..., HOST:PORT [PORT]... or PORT alone, and prints it. 0 if a port is
 * open, else a status after a message. */
int port_check_run(const struct port_check_plan *plan, int count, char *const *operands);

#endif
