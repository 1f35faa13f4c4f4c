/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Socket calls as people read them, each as it was made:
 *
 *	+0.000012 connect(3, 127.0.0.1:8080) = -1 EINPROGRESS (operation now in progress)
 *
 * and, to explain it, a sentence on what it means with the TCP state after it. An observer of sock.h; whoever begins it
 * says where the lines go. The API's names stand: send for sendto without an address, accept for accept4. */
#ifndef NSK_VIEW_TRACE_H
#define NSK_VIEW_TRACE_H

#include "core/sock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_plan {
	bool waits;   /* poll, select and epoll_wait too */
	bool explain;
	bool color;
	int terminal; /* lines are wrapped at its width; -1: they are not */
	/* Takes whole lines. What strangers sent stands in them escaped. */
	void (*write)(const char *text, size_t length, void *context);
	void *context;
};

/* Traces every socket call of the process from now on, by a copy of PLAN. NULL: no more. */
void trace_begin(const struct trace_plan *plan);

/* How long telling of calls has taken so far, in nanoseconds. */
int64_t trace_spent(void);

/* For trace_*.c: text of bounded length; what does not fit is left out. */
enum { TRACE_TEXT_MAX = 1024 };

struct trace_text {
	char text[TRACE_TEXT_MAX];
	size_t length;
};

/* What stands below a call, and what follows in a line that was broken, begins there. */
enum { TRACE_INDENT = 10 };

struct trace_wrapped {
	char text[3 * TRACE_TEXT_MAX];
	size_t length;
};

/* TEXT with its lines broken between words so that none is wider than WIDTH, unless that is too narrow for it. */
void trace_wrap(const struct trace_text *text, size_t width, struct trace_wrapped *wrapped);

void trace_add(struct trace_text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* The API's name of EVENT's call. */
const char *trace_call_name(enum sock_call call);

/* EVENT's arguments, without parentheses. */
void trace_add_arguments(struct trace_text *text, const struct sock_event *event);

/* Whether EVENT, a splice, moves bytes out of the pipe. */
bool trace_splices_from_pipe(const struct sock_event *event);

/* ERROR (an errno) by its name and its reason: ECONNREFUSED (connection refused). */
void trace_add_error(struct trace_text *text, int error);

/* How FD stands, as sock_stand tells; of a connection that is over, as the kernel's table tells (TIME_WAIT). */
struct sock_standing trace_stand(int fd);

/* The state of the TCP connection that FD was an end of before it was closed, as trace_stand has seen; 0: it was none. */
int trace_state_left(int fd);

/* What EVENT means, one sentence, without a newline. STANDING is how its socket stood after it; before it, if it is a
 * close. */
void trace_add_sentence(struct trace_text *text, const struct sock_event *event, const struct sock_standing *standing);

/* The same for setting or asking for an option. */
const char *trace_option_sentence(const struct sock_event *event);

/* And for a connect that succeeded or goes on, a shutdown and a close. */
const char *trace_connect_sentence(const struct sock_event *event, const struct sock_standing *standing);
const char *trace_shutdown_sentence(const struct sock_event *event, const struct sock_standing *standing);
const char *trace_close_sentence(const struct sock_standing *standing);

#endif
