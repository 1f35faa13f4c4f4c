/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a listener answers datagrams: by themselves, by a text, by a program's output; or not at all. */
#ifndef NSK_DATAGRAM_ANSWER_H
#define NSK_DATAGRAM_ANSWER_H

#include "core/datagram.h"
#include "core/poller.h"

#include <signal.h>
#include <stdbool.h>

struct receive_settings;
struct receive_plan;
struct programs;

struct answer {
	const struct receive_settings *settings;
	const struct receive_plan *plan;
	struct poller *poller;
	struct programs *programs; /* NULL: none are run */
	struct datagram *held;     /* to be sent, all from one socket */
	int held_count;
	struct datagram_socket *held_socket;
	struct endpoint stuck;     /* a Unix peer that let its queue stand full; of length 0: none */
	uint64_t lost;             /* answers that could not be sent */
	bool failed;               /* something went wrong, and was told */
};

/* 0, or a status after a message. */
int answer_open(struct answer *answer, const struct receive_settings *settings, const struct receive_plan *plan,
                struct poller *poller);
void answer_close(struct answer *answer);

/* Whether PEER can be written to: a Unix socket without a name cannot. */
bool answer_is_possible(const struct endpoint *peer);

/* Answers ITEM, which came in at SOCKET; perhaps only once answer_send is called, until when ITEM is to stay as it is, and
 * SOCKET the same. HERE: what the socket is bound to. */
void answer_add(struct answer *answer, struct datagram_socket *socket, const struct endpoint *here,
                const struct datagram *item);

/* Sends what is held. A failure is told, and counts, but is no reason to end: 0, or STATUS_SIGNAL and more. */
int answer_send(struct answer *answer);

/* Sends ITEM, likewise. */
int answer_send_one(struct answer *answer, struct datagram_socket *socket, const struct datagram *item);

/* Whether no more is to be taken in for now, and whether an answer is still being made. */
bool answer_is_busy(const struct answer *answer);
bool answer_is_running(const struct answer *answer);

/* For the loop: an event that is none of its own, and children that have ended. */
void answer_handle(struct answer *answer, const struct poller_event *event);
void answer_reap(struct answer *answer);

#endif
