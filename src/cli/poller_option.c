/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See poller_option.h. */
#include "platform.h"

#include "cli/poller_option.h"

#include "cli/message.h"

#include <stdlib.h>

static const struct poller_backend *find(const char *name, const char *where)
{
	const struct poller_backend *backend = poller_find(name);

	if (backend == NULL)
		usage_error("%s '%s': this build has no such poller", where, name);
	return backend;
}

const struct poller_backend *poller_option(const char *given, bool few)
{
	const char *wanted = getenv("NSK_POLLER");

	if (given != NULL)
		return find(given, "--poller");
	if (wanted != NULL && *wanted != '\0')
		return find(wanted, "NSK_POLLER");
	return few ? poller_for_few() : poller_backends[0];
}
