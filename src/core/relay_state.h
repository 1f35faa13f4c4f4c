/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session's state, and what the files of the relay do for each other: relay.c moves, relay_wait.c waits,
 * relay_end.c ends. For these alone. */
#ifndef NSK_CORE_RELAY_STATE_H
#define NSK_CORE_RELAY_STATE_H

#include "core/relay.h"

struct relay {
	struct relay_plan plan;
	struct relay_result result;
	struct poller *poller;
	struct end socket, input, output;
	struct pump_plan up_plan, down_plan;
	struct pump up, down;
	bool over;
	bool failed;        /* the outcome stands; what had arrived is still being written */
	bool input_ended;   /* it gave its end, or never had anything to say */
	bool end_passed_on; /* we have half-closed, or nobody is left to half-close to */
	bool guarded;       /* a close would reset the connection */
	bool fin_sent;      /* ours counts among the unacknowledged */
	bool peer_ended;
	bool peer_end_done; /* what the peer's end asks for was done */
	bool output_ended;  /* its reader has been told */
	bool socket_dead;   /* its error was taken, or it hung up without one: never wait for errors again */
	int64_t last_activity;
	uint64_t last_moved;
	size_t last_unacknowledged;
	int64_t quiet_since;   /* -q and --send-only: since when nothing moved after the input's end; 0: not yet */
	int64_t next_check;    /* when to ask for acknowledgements while ending; 0: not now */
	int64_t check_delay;
	int64_t next_sample;   /* when to ask for them because of the idle timeout */
	int64_t next_turn;     /* when the terminal wants its turn again; 0: it has had none */
	int64_t next_signal;   /* when to look for a signal although no wait was interrupted */
};

/* ---- relay_end.c --------------------------------------------------------------------------------- */

/* It is over, with OUTCOME unless there was a failure before. */
void relay_finish(struct relay *relay, enum relay_outcome outcome, int error);

/* A failure after which only what has arrived already is written, then it is over. */
void relay_give_up(struct relay *relay, enum relay_outcome outcome, int error);

/* A deadline or a signal: what can be written at once is. */
void relay_stop_now(struct relay *relay, enum relay_outcome outcome);

/* Writing the output failed with ERROR. */
void relay_output_failed(struct relay *relay, int error);

/* The connection broke. After the peer's end, with nothing of ours on the way, that is how one learns that the
 * peer has closed altogether; else it is a failure. */
void relay_connection_failed(struct relay *relay, enum relay_outcome outcome, int error);

/* An error of the socket that no poller has told is asked for. */
void relay_check_socket(struct relay *relay);

/* Bytes of ours, the FIN aside, that the peer's kernel has not acknowledged. */
size_t relay_unacknowledged(const struct relay *relay);

/* What the peer acknowledges is progress, although no byte moves here. */
void relay_sample_acknowledgements(struct relay *relay);

/* After whatever moved: applies the rules of ending. */
void relay_advance(struct relay *relay);

/* ---- relay_wait.c -------------------------------------------------------------------------------- */

/* Tells the poller which descriptors the session waits for. 0, or -1 with errno. */
int relay_set_interests(struct relay *relay);

/* Looks at the clock and for signals, and at what the poller cannot see. */
void relay_check_time(struct relay *relay);

#endif
