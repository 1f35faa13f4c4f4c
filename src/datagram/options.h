/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all datagram commands have in common: -O, -v, --poller, --raw, and what becomes of them. */
#ifndef NSK_DATAGRAM_OPTIONS_H
#define NSK_DATAGRAM_OPTIONS_H

#include "cli/option.h"
#include "core/poller.h"

struct datagram_settings {
	struct option_list sockopts;
	int64_t verbosity;
	bool raw;
	const char *poller;
};

extern const struct option_spec datagram_options[];

/* Checks the settings; *BACKEND is the poller to use. 0, or a status after a message. */
int datagram_check(const struct datagram_settings *settings, const struct poller_backend **backend);

/* Sets the -O options on FD; MIXED: those that FAMILY does not have are left out. 0, or -1 with errno and *CULPRIT, the option. */
int datagram_set_sockopts(const struct datagram_settings *settings, int fd, int family, bool mixed, const char **culprit);

#endif
