/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See peer_name.h. */
#include "platform.h"

#include "stream/peer_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *peer_name(const struct endpoint *peer, uint64_t number, char text[ENDPOINT_TEXT_MAX])
{
	size_t length = strlen(endpoint_format(peer, text));

	if (number > 0 && peer->address.ss_family == AF_UNIX)
		snprintf(text + length, ENDPOINT_TEXT_MAX - length, " (client %" PRIu64 ")", number);
	return text;
}
