/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See answer.h. */
#include "platform.h"

#include "datagram/answer.h"

#include "cli/message.h"
#include "core/backoff.h"
#include "core/child.h"
#include "core/deadline.h"
#include "core/interrupt.h"
#include "datagram/programs.h"
#include "datagram/receive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_MAX = 256 };

static const int64_t patience_ns = DEADLINE_SECOND; /* with a full queue */
static const int64_t first_pause_ns = DEADLINE_MILLISECOND / 10;
static const int64_t longest_pause_ns = 10 * DEADLINE_MILLISECOND;

int answer_open(struct answer *answer, const struct receive_settings *settings, const struct receive_plan *plan,
                struct poller *poller)
{
	*answer = (struct answer){ .settings = settings, .plan = plan, .poller = poller };
	answer->held = calloc(HELD_MAX, sizeof *answer->held);
	if (answer->held == NULL)
		return report_out_of_memory();
	if (!receive_runs_program(settings))
		return STATUS_OK;
	answer->programs = programs_open(settings->program, settings->shell, plan->limit, poller, answer);
	return answer->programs != NULL ? STATUS_OK : report_out_of_memory();
}

void answer_close(struct answer *answer)
{
	if (answer->lost > 1)
		report(STATUS_FAILED, "%" PRIu64 " answers could not be sent", answer->lost);
	programs_close(answer->programs);
	free(answer->held);
	answer->programs = NULL;
	answer->held = NULL;
}

/* ---- sending ---------------------------------------------------------------------------------------- */

/* One that cannot be sent is told; of more only the number, at the end: whoever sends from a bad address must not
 * fill the log. */
static void lose(struct answer *answer, const struct datagram *item, int error)
{
	char peer[ENDPOINT_TEXT_MAX];

	answer->failed = true;
	if (answer->lost++ > 0)
		return;
	errno = error;
	report_errno("%s: the answer could not be sent", output_peer_name(item->peer, peer));
}

static bool is_stuck(const struct answer *answer, const struct datagram *item)
{
	return answer->stuck.length > 0 && endpoint_equal(&answer->stuck, item->peer);
}

/* SENT of ITEMS went: who has taken one is waited for again. */
static void forget_stuck(struct answer *answer, const struct datagram *items, int sent)
{
	for (int i = 0; answer->stuck.length > 0 && i < sent; i++) {
		if (is_stuck(answer, &items[i]))
			answer->stuck.length = 0;
	}
}

/* Sends COUNT items. A full queue is waited for, a while: poll would not tell of a Unix peer's. That is done once for a
 * peer, until it takes one again: all others wait as long. */
static int send_all(struct answer *answer, struct datagram_socket *socket, const struct datagram *items, int count)
{
	struct backoff backoff;
	bool waits = false;

	while (count > 0) {
		int sent = datagram_send(socket, items, count);

		if (sent > 0) {
			forget_stuck(answer, items, sent);
			items += sent;
			count -= sent;
			waits = false;
			continue;
		}
		bool later = errno == EAGAIN || errno == ENOBUFS;
		int error = errno;
		if (later && !waits)
			backoff_init(&backoff, first_pause_ns, longest_pause_ns, deadline_after(patience_ns));
		waits = later;
		if (later && !is_stuck(answer, items) && backoff_wait(&backoff))
			continue;
		if (interrupt_pending() != 0)
			return STATUS_SIGNAL + interrupt_pending();
		if (later && answer->plan->is_local)
			answer->stuck = *items->peer;
		lose(answer, items, error);
		items++;
		count--;
		waits = false;
	}
	return STATUS_OK;
}

int answer_send(struct answer *answer)
{
	int count = answer->held_count;

	answer->held_count = 0;
	return count > 0 ? send_all(answer, answer->held_socket, answer->held, count) : STATUS_OK;
}

int answer_send_one(struct answer *answer, struct datagram_socket *socket, const struct datagram *item)
{
	return send_all(answer, socket, item, 1);
}

/* ---- what is answered ------------------------------------------------------------------------------- */

bool answer_is_possible(const struct endpoint *peer)
{
	return peer->length > sizeof peer->address.ss_family;
}

void answer_add(struct answer *answer, struct datagram_socket *socket, const struct endpoint *here,
                const struct datagram *item)
{
	const struct receive_settings *settings = answer->settings;

	if (answer->programs != NULL)
		programs_start(answer->programs, socket, here, item);
	if (!settings->echo && settings->reply == NULL)
		return;
	if (!answer_is_possible(item->peer)) {
		note("a sender without a name cannot be answered");
		return;
	}
	if (answer->held_count == HELD_MAX)
		answer_send(answer);
	answer->held_socket = socket;
	struct datagram *held = &answer->held[answer->held_count++];
	*held = *item;
	if (settings->reply != NULL) {
		held->data = (unsigned char *)(uintptr_t)settings->reply;
		held->length = strlen(settings->reply);
	}
}

bool answer_is_busy(const struct answer *answer)
{
	return programs_are_full(answer->programs);
}

bool answer_is_running(const struct answer *answer)
{
	return programs_are_running(answer->programs);
}

void answer_handle(struct answer *answer, const struct poller_event *event)
{
	programs_handle(answer->programs, event);
}

void answer_reap(struct answer *answer)
{
	programs_reap(answer->programs);
}
