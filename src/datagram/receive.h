/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listening for datagrams: what udp-listen and unix-listen do once their sockets are bound. */
#ifndef NSK_DATAGRAM_RECEIVE_H
#define NSK_DATAGRAM_RECEIVE_H

#include "core/listen.h"
#include "datagram/output.h"
#include "datagram/receive_settings.h"

struct receive_plan {
	const struct receive_settings *settings;
	const char *command;         /* "udp-listen": for a hint how to listen everywhere; NULL: no hint */
	size_t limit;                /* of a reply */
	bool is_local;               /* Unix sockets */
	/* Whether what PEER sends is taken. NULL: everybody's is. */
	bool (*is_wanted)(const struct endpoint *peer, void *context);
	void *context;

	/* receive_check and receive_open fill these */
	const struct poller_backend *backend;
	int64_t deadline;
	struct output output;
};

/* Checks what the options say together; time begins to count. settings, is_local are set. 0, or a status after a message. */
int receive_check(struct receive_plan *plan);

/* Opens --output, before anything is bound; from now on signals are caught. 0, or a status after a message. */
int receive_open(struct receive_plan *plan);

/* Tells that SOCKETS listen, and listens. *PARENT as ready_announce. Returns the status. */
int receive_run(struct receive_plan *plan, const struct listener_list *sockets, bool *parent);

/* Closes --output. Returns STATUS, or another one after a message when that was 0. */
int receive_close(struct receive_plan *plan, int status);

#endif
