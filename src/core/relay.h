/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session: two pumps between a stream socket and an input and an output, and the rules of ending (the
 * end-of-file table of nsk-tcp-connect(1)). Prints nothing; the outcome tells what happened. relay_run runs
 * one to its end; a server runs many in one poller by the calls below it. */
#ifndef NSK_CORE_RELAY_H
#define NSK_CORE_RELAY_H

#include "core/poller.h"
#include "core/pump.h"

#include <stdbool.h>
#include <stdint.h>

/* How far a session has come. */
struct relay_counts {
	uint64_t sent, received; /* as in relay_result */
	bool output_waits;       /* some of what was received is not written yet */
};

/* Durations are in nanoseconds, -1: not given. */
struct relay_plan {
	int socket;       /* connected, non-blocking; the relay takes it over and closes it */
	int input;        /* -1: there is nothing to say, it has not even an end */
	int output;       /* -1: what comes is thrown away (--send-only), or goes to the sink */
	end_sink *sink;   /* takes what comes instead of an output; NULL: none */
	void *sink_context;
	const struct end_terminal *terminal; /* where a line is edited at input and output; NULL: nowhere. The caller's */
	size_t input_buffer, output_buffer; /* not 0: of this size, and there only while it holds something (see pump.h) */
	bool alone;           /* nobody else waits in the poller: it may wait elsewhere for some milliseconds */
	bool half_close;      /* at the input's end; false: --no-shutdown */
	bool own_linger;      /* the socket's SO_LINGER is the user's; else, until the input's end is passed on, a TCP connection is
	                       * reset when the process is killed: what it had to say was not all */
	bool own_urgent;      /* the socket's SO_OOBINLINE is the user's; else urgent data are written where they stand among the rest */
	bool end_at_peer_end; /* --on-peer-eof end */
	int64_t quit_after;   /* -q */
	int64_t drain_after;  /* --send-only: how long to listen after all was acknowledged; -1: to the peer's end */
	int64_t idle_timeout;
	int64_t deadline;     /* of everything, see deadline.h */
	int64_t interval;     /* between lines sent; 0: none */
	int64_t rate;         /* bytes a second each way; 0: no limit */
	struct pump_filter input_filter, output_filter;
	void (*sent)(void *context, const unsigned char *data, size_t count);     /* sees bytes as sent; NULL: nobody */
	void (*received)(void *context, const unsigned char *data, size_t count); /* sees bytes as received */
	/* Called after every turn of the loop, and at least every TICK_INTERVAL (0: as turns come); NULL: nobody.
	 * False: what the taps write to has failed, which ends the session; errno tells why. */
	bool (*tick)(void *context, const struct relay_counts *counts);
	int64_t tick_interval;
	void *context; /* of sent, received and tick */
	const struct pump_mover *mover; /* NULL: the best for the ends */
	const struct poller_backend *backend;
};

enum relay_outcome {
	RELAY_DONE,           /* both ended (or as asked): all sent was acknowledged, all received written */
	RELAY_INPUT_FAILED,   /* error: reading the input */
	RELAY_OUTPUT_FAILED,  /* error: writing the output */
	RELAY_OUTPUT_GONE,    /* nobody reads the output any more: EPIPE */
	RELAY_SEND_FAILED,    /* error: the connection, while sending */
	RELAY_RECEIVE_FAILED, /* error: the connection, while receiving */
	RELAY_UNACKNOWLEDGED, /* --quit-after passed, and the peer has not acknowledged all */
	RELAY_IDLE,           /* --idle-timeout passed */
	RELAY_LATE,           /* the deadline passed */
	RELAY_TICK_FAILED,    /* error: tick said so */
	RELAY_INTERRUPTED,    /* a signal: interrupt_pending() */
	RELAY_BROKEN          /* error: of our own, memory or descriptors */
};

struct relay_result {
	enum relay_outcome outcome;
	int error;              /* errno, where the outcome has one */
	uint64_t sent, received; /* bytes handed to the kernel; bytes read from the socket */
	uint64_t written;        /* bytes written to the output, after the filter */
	uint64_t unacknowledged; /* of sent */
	uint64_t unsent;         /* read from the input, but not sent */
	bool reset;              /* the connection was reset, since the input's end had not been passed on */
	bool input_ended, peer_ended;
	bool output_closed;     /* the output's end was passed on by closing it; the descriptor is no longer the caller's */
};

/* Runs the session to its end and closes the socket. Input and output remain open, but for an output whose
 * end was passed on. Blocks in the poller alone, but for a regular file and, for some milliseconds, where PLAN is alone. */
void relay_run(const struct relay_plan *plan, struct relay_result *result);

struct relay;

/* A session in a poller that the caller waits with; PLAN is copied. NULL with errno; the socket is the caller's then. */
struct relay *relay_open(const struct relay_plan *plan, struct poller *poller);

/* The descriptors that the poller may tell of: the socket, the input, the output; -1 for none. */
void relay_descriptors(const struct relay *relay, int fds[3]);

/* The poller said EVENT of one of the session's descriptors (others are passed over). */
void relay_take_event(struct relay *relay, const struct poller_event *event);

/* The sink takes bytes again. */
void relay_sink_ready(struct relay *relay);

/* After events, and when relay_deadline has passed: moves what can be moved and applies the rules of ending. Returns
 * whether the session is over; if not, the poller knows what it waits for. */
bool relay_step(struct relay *relay);

/* When relay_step is to be called although no event came: see deadline.h; 0 is at once. */
int64_t relay_deadline(const struct relay *relay);

/* Ends the session from outside, as a signal does: RELAY_INTERRUPTED. */
void relay_interrupt(struct relay *relay);

/* Fills RESULT, closes the socket (by a reset if our end was not passed on), frees all. */
void relay_close(struct relay *relay, struct relay_result *result);

#endif
