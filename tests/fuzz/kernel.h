/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A kernel of a few descriptors, and the world behind them, for fuzz_relay: the library's system calls on these
 * descriptors end up here (the linker's --wrap), all others where they belong. What a call gives, how short it falls and
 * what happens while nobody looks is read from a schedule; when that is used up, the world is kind: all comes, is taken,
 * acknowledged and ended. The clock is the kernel's own. Every byte is known by its stream and place, so what is sent
 * and written is compared as it passes. What must never be, aborts. */
#ifndef NSK_TESTS_FUZZ_KERNEL_H
#define NSK_TESTS_FUZZ_KERNEL_H

#include "core/poller.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { KERNEL_SOCKET = 40, KERNEL_INPUT, KERNEL_OUTPUT, KERNEL_OUTPUT_AGAIN, KERNEL_PIPES, KERNEL_END = KERNEL_PIPES + 4 };

enum kernel_kind { KERNEL_NONE, KERNEL_PIPE, KERNEL_FILE, KERNEL_STREAM, KERNEL_SINK };

/* What a direction's bytes are to be where they leave. */
struct kernel_stream {
	unsigned seed;
	bool crlf; /* LF becomes CRLF on the way */
	uint64_t place;
	bool after_cr, owes_lf;
};

struct kernel {
	const uint8_t *schedule, *end;
	unsigned faults; /* of enum kernel_event: which may happen at all */
	int64_t now;
	bool progress; /* something has happened since it was last false */

	bool is_tcp;
	uint64_t arrived, received; /* to the socket; read from it */
	uint64_t peer_total;        /* what the peer sends before its end */
	uint64_t mark;              /* so many bytes of that go before urgent ones; 0: none are urgent */
	uint64_t sent, acknowledged;
	size_t send_room;
	bool peer_ended, peer_gone, write_shut, fin_acknowledged, dead, reset_asked, socket_closed;
	int socket_error; /* to be told once */
	bool was_reset;   /* the connection broke, ever */

	enum kernel_kind input_kind;
	uint64_t given, read, input_total; /* offered by the input; read from it; offered in the end */
	bool input_ended;
	int input_error;
	bool input_failed; /* it was told */
	int told_input_error;

	enum kernel_kind output_kind;
	uint64_t written, taken;
	size_t output_room;
	bool output_gone, output_shut, output_closed, reopens, appends;
	int output_error, close_error;
	int told_output_error;

	bool sink_waits;
	bool interrupted, tick_fails;

	size_t pipe_size;
	struct {
		bool open[2];
		unsigned seed;
		uint64_t start;
		size_t count;
	} pipes[2];

	struct kernel_stream up, down;
};

/* What the world may do. */
enum kernel_event {
	KERNEL_NOTHING,
	KERNEL_INPUT_GIVES,
	KERNEL_INPUT_ENDS,
	KERNEL_PEER_SENDS,
	KERNEL_PEER_ENDS,
	KERNEL_PEER_TAKES,
	KERNEL_OUTPUT_TAKEN,
	KERNEL_TIME,
	KERNEL_RESET, /* faults from here on */
	KERNEL_OUTPUT_GONE,
	KERNEL_INPUT_FAILS,
	KERNEL_OUTPUT_FAILS,
	KERNEL_CLOSE_FAILS,
	KERNEL_INTERRUPT,
	KERNEL_TICK_FAILS,
	KERNEL_PEER_GOES,
	KERNEL_EVENTS
};

extern struct kernel kernel;

/* The poller whose descriptors are the kernel's; the same that does not see errors by themselves. */
extern const struct poller_backend kernel_poller, kernel_blind_poller;

/* The next of the schedule, 0 when it is used up. */
unsigned kernel_choice(void);

/* Takes what the relay gives to its sink. */
ssize_t kernel_sink(void *context, const void *data, size_t count, bool urgent);

/* Compares COUNT bytes with what STREAM is to give next, of which no more than LIMIT source bytes are known. */
void kernel_expect(struct kernel_stream *stream, const unsigned char *data, size_t count, uint64_t limit);

/* Aborts, after saying why. */
_Noreturn void kernel_refuse(const char *why);

#endif
