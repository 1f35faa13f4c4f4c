/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --poller and NSK_POLLER: how a command waits for its descriptors. */
#ifndef NSK_CLI_POLLER_OPTION_H
#define NSK_CLI_POLLER_OPTION_H

#include "core/poller.h"

#include <stdbool.h>

/* The poller that is called GIVEN, the option's value; where that is NULL the one that the environment names, else the best
 * for any number of descriptors, or for FEW. NULL after a usage error: this build has none of that name. */
const struct poller_backend *poller_option(const char *given, bool few);

#endif
