/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection is called in messages: by its peer's address, or, where peers have none, by the server's path and
 * the connection's number. */
#ifndef NSK_STREAM_PEER_NAME_H
#define NSK_STREAM_PEER_NAME_H

#include "core/endpoint.h"

#include <stdint.h>

/* The name of connection NUMBER with PEER (of a Unix socket: where it was made); NUMBER 0: there is but one. Returns
 * TEXT. */
const char *peer_name(const struct endpoint *peer, uint64_t number, char text[ENDPOINT_TEXT_MAX]);

#endif
