/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --allow and --deny: who may be a client. */
#ifndef NSK_SERVE_ACCESS_H
#define NSK_SERVE_ACCESS_H

#include "cli/option.h"
#include "core/endpoint.h"

#include <stdbool.h>

struct access_settings {
	struct option_list allow, deny;
};

extern const struct option_spec access_options[];

/* Checks the ranges. 0, or a status after a message. */
int access_check(const struct access_settings *settings);

/* Whether PEER may be a client: with --allow all others are refused; --deny wins. A peer that has no address (a Unix
 * socket) may. */
bool access_allows(const struct access_settings *settings, const struct endpoint *peer);

#endif
