/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See kernel.h. */
#include "platform.h"

#include "kernel.h"

#include "core/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

struct kernel kernel;

_Noreturn void kernel_refuse(const char *why)
{
	fprintf(stderr,
	        "kernel: %s\n  socket: arrived %ju, received %ju, sent %ju, acknowledged %ju, error %d, dead %d, peer ended %d, shut %d\n"
	        "  input: given %ju of %ju, read %ju, ended %d; sent on %ju\n"
	        "  output: written %ju, taken %ju, gone %d, closed %d; passed on %ju\n",
	        why, kernel.arrived, kernel.received, kernel.sent, kernel.acknowledged, kernel.socket_error, kernel.dead,
	        kernel.peer_ended, kernel.write_shut, kernel.given, kernel.input_total, kernel.read, kernel.input_ended,
	        kernel.up.place, kernel.written, kernel.taken, kernel.output_gone, kernel.output_closed, kernel.down.place);
	abort();
}

/* ---- bytes ---------------------------------------------------------------------------------------- */

/* Many times for each schedule, and nothing to explore. */
#if defined(__clang__)
#define UNEXPLORED __attribute__((no_sanitize("coverage")))
#else
#define UNEXPLORED
#endif

UNEXPLORED static unsigned char byte_at(unsigned seed, uint64_t place)
{
	uint32_t mixed = ((uint32_t)place + seed) * UINT32_C(2654435761);

	mixed ^= mixed >> 15;
	if ((mixed & 63) == 0)
		return '\n';
	return (mixed & 63) == 1 ? '\r' : (unsigned char)(mixed >> 8);
}

UNEXPLORED static unsigned char next_byte(struct kernel_stream *stream)
{
	if (stream->owes_lf) {
		stream->owes_lf = false;
		return '\n';
	}
	unsigned char byte = byte_at(stream->seed, stream->place++);
	if (stream->crlf && byte == '\n' && !stream->after_cr) {
		stream->owes_lf = true;
		byte = '\r';
	}
	stream->after_cr = byte == '\r' && !stream->owes_lf;
	return byte;
}

UNEXPLORED void kernel_expect(struct kernel_stream *stream, const unsigned char *data, size_t count, uint64_t limit)
{
	for (size_t i = 0; i < count; i++) {
		if (next_byte(stream) != data[i])
			kernel_refuse("a byte that is not the next one");
	}
	if (stream->place > limit)
		kernel_refuse("bytes that nobody gave");
}

UNEXPLORED static void give_bytes(unsigned seed, uint64_t place, unsigned char *data, size_t count)
{
	for (size_t i = 0; i < count; i++)
		data[i] = byte_at(seed, place + i);
}

/* libFuzzer would note what is compared with what, in three quarters of the time: a schedule has no magic words. */
void __wrap___sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b);
void __wrap___sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b);
void __wrap___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b);
void __wrap___sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b);
void __wrap___sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b);
void __wrap___sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b);

UNEXPLORED void __wrap___sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b)
{
	(void)a, (void)b;
}

UNEXPLORED void __wrap___sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b)
{
	(void)a, (void)b;
}

UNEXPLORED void __wrap___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
}

UNEXPLORED void __wrap___sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b)
{
	(void)a, (void)b;
}

UNEXPLORED void __wrap___sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b)
{
	(void)a, (void)b;
}

UNEXPLORED void __wrap___sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
}

/* ---- the schedule ---------------------------------------------------------------------------------- */

unsigned kernel_choice(void)
{
	return kernel.schedule < kernel.end ? *kernel.schedule++ : 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum { BY_SIGNAL = 1, NOT_NOW = 2 };

/* What befalls a call that could move MOST bytes: how many it moves, or 0 with errno. FAULTS: which it may have. */
static size_t moved(size_t most, unsigned faults)
{
	unsigned choice = kernel_choice();

	kernel.progress = true;
	if (choice == 1 && (faults & BY_SIGNAL)) {
		errno = EINTR;
		return 0;
	}
	if (choice == 2 && (faults & NOT_NOW)) {
		errno = EAGAIN;
		return 0;
	}
	if (choice >= 3 && choice < 64)
		return smaller(most, choice - 2);
	if (choice >= 64 && choice < 96)
		return most / 2 > 0 ? most / 2 : most;
	return most;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

/* ---- what the world does ------------------------------------------------------------------------------ */

static size_t amount(void)
{
	unsigned choice = kernel_choice();

	return 1 + (size_t)choice * choice / 8;
}

static void give(uint64_t *offered, uint64_t total, size_t count)
{
	*offered += total - *offered < count ? total - *offered : count;
}

static void break_connection(int error)
{
	kernel.socket_error = error;
	kernel.dead = true;
	kernel.was_reset = true;
}

static void lose_peer(void)
{
	kernel.peer_ended = true;
	kernel.peer_gone = true;
	if (!kernel.is_tcp)
		kernel.was_reset = true; /* what is sent from now on meets EPIPE */
}

static void happen_fault(enum kernel_event event)
{
	static const int errors[] = { ECONNRESET, ETIMEDOUT, EHOSTUNREACH, EPIPE };

	if (event == KERNEL_RESET && kernel.is_tcp && !kernel.dead)
		break_connection(errors[kernel_choice() % (kernel.peer_ended ? 4 : 3)]); /* EPIPE: behind the peer's end */
	else if (event == KERNEL_PEER_GOES)
		lose_peer();
	else if (event == KERNEL_OUTPUT_GONE && (kernel.output_kind == KERNEL_PIPE || kernel.output_kind == KERNEL_STREAM))
		kernel.output_gone = true;
	else if (event == KERNEL_INPUT_FAILS)
		kernel.input_error = EIO;
	else if (event == KERNEL_OUTPUT_FAILS)
		kernel.output_error = ENOSPC;
	else if (event == KERNEL_CLOSE_FAILS && kernel.output_kind != KERNEL_STREAM)
		kernel.close_error = EIO;
	else if (event == KERNEL_TICK_FAILS)
		kernel.tick_fails = true;
	else if (event == KERNEL_INTERRUPT)
		kernel.interrupted = true;
}

static void happen(enum kernel_event event)
{
	if (event >= KERNEL_RESET && !(kernel.faults & 1U << (event - KERNEL_RESET)))
		return;
	if (event == KERNEL_INPUT_GIVES && !kernel.input_ended)
		give(&kernel.given, kernel.input_total, amount());
	else if (event == KERNEL_INPUT_ENDS)
		kernel.input_ended = true;
	else if (event == KERNEL_PEER_SENDS && !kernel.peer_ended && !kernel.dead)
		give(&kernel.arrived, kernel.peer_total, amount());
	else if (event == KERNEL_PEER_ENDS && !kernel.dead)
		kernel.peer_ended = true;
	else if (event == KERNEL_PEER_TAKES && !kernel.dead)
		give(&kernel.acknowledged, kernel.sent, amount());
	else if (event == KERNEL_OUTPUT_TAKEN)
		give(&kernel.taken, kernel.written, amount());
	else if (event == KERNEL_TIME)
		kernel.now += (int64_t)amount() * DEADLINE_MILLISECOND;
	else
		happen_fault(event);
	kernel.sink_waits = false;
	kernel.progress = true;
}

/* One thing of all that is to come. False: nothing is left. */
static bool happen_kindly(void)
{
	bool fin_waits = kernel.write_shut && !kernel.fin_acknowledged;

	if (!kernel.dead && (kernel.acknowledged < kernel.sent || fin_waits)) {
		kernel.acknowledged = kernel.sent;
		kernel.fin_acknowledged = kernel.write_shut;
	} else if (kernel.taken < kernel.written || kernel.sink_waits) {
		kernel.taken = kernel.written;
		kernel.sink_waits = false;
	} else if (!kernel.input_ended && kernel.input_kind != KERNEL_NONE) {
		kernel.input_ended = kernel.given == kernel.input_total;
		kernel.given = kernel.input_total;
	} else if (!kernel.peer_ended && !kernel.dead) {
		kernel.peer_ended = kernel.arrived == kernel.peer_total;
		kernel.arrived = kernel.peer_total;
	} else {
		return false;
	}
	kernel.progress = true;
	return true;
}

/* ---- the state of descriptors -------------------------------------------------------------------------- */

static bool is_ours(int fd)
{
	return fd >= KERNEL_SOCKET && fd < KERNEL_END;
}

static bool is_output(int fd)
{
	return fd == KERNEL_OUTPUT || fd == KERNEL_OUTPUT_AGAIN;
}

static size_t socket_room(void)
{
	size_t held = (size_t)(kernel.sent - kernel.acknowledged);

	return held < kernel.send_room ? kernel.send_room - held : 0;
}

static size_t output_room(void)
{
	size_t held = (size_t)(kernel.written - kernel.taken);

	if (kernel.output_kind == KERNEL_FILE)
		return SIZE_MAX;
	return held < kernel.output_room ? kernel.output_room - held : 0;
}

static unsigned socket_events(void)
{
	bool hung_up = kernel.dead || (kernel.peer_ended && kernel.write_shut) || (!kernel.is_tcp && kernel.peer_gone);
	unsigned events = 0;

	if (kernel.arrived > kernel.received || kernel.peer_ended || kernel.dead)
		events |= POLLER_READ;
	if (socket_room() > 0 || kernel.dead)
		events |= POLLER_WRITE;
	if (hung_up || kernel.socket_error != 0)
		events |= POLLER_ERROR;
	return events;
}

static unsigned input_events(void)
{
	bool ended = kernel.input_ended && kernel.given == kernel.read;
	unsigned events = kernel.given > kernel.read || kernel.input_ended || kernel.input_error != 0 ? POLLER_READ : 0;

	return ended ? events | POLLER_ERROR : events; /* a pipe hangs up */
}

static unsigned output_events(void)
{
	size_t least = kernel.output_kind == KERNEL_PIPE ? smaller(4096, kernel.output_room) : 1;
	unsigned events = output_room() >= least || kernel.output_gone ? POLLER_WRITE : 0;

	return kernel.output_gone ? events | POLLER_ERROR : events;
}

static unsigned events_of(int fd)
{
	if (fd == KERNEL_SOCKET)
		return socket_events();
	return fd == KERNEL_INPUT ? input_events() : is_output(fd) ? output_events() : 0;
}

/* ---- the poller ---------------------------------------------------------------------------------------- */

static int poller_begin(struct poller *poller)
{
	(void)poller;
	return 0;
}

static void poller_end(struct poller *poller)
{
	(void)poller;
}

static int poller_change(struct poller *poller, int fd, unsigned was, unsigned now)
{
	(void)poller;
	(void)was;
	if (!is_ours(fd))
		kernel_refuse("a stranger is watched");
	if (fd == KERNEL_SOCKET ? kernel.socket_closed : is_output(fd) && kernel.output_closed)
		kernel_refuse("a closed descriptor is watched");
	if (now != 0 && (fd == KERNEL_INPUT ? kernel.input_kind : is_output(fd) ? kernel.output_kind : KERNEL_PIPE) == KERNEL_FILE)
		return fail(EPERM);
	return 0;
}

static void look(struct poller *poller)
{
	for (int fd = KERNEL_SOCKET; fd < KERNEL_PIPES; fd++) {
		unsigned interest = fd < poller->size && !poller->unwatched[fd] ? poller->interests[fd] : 0;
		unsigned events = interest != 0 ? events_of(fd) : 0;
		unsigned told = events & interest & (POLLER_READ | POLLER_WRITE);

		if ((events & POLLER_ERROR) && (poller->backend->sees_errors || told != 0))
			told |= POLLER_ERROR | (interest & (POLLER_READ | POLLER_WRITE));
		if (told != 0)
			poller->ready[poller->ready_count++] = (struct poller_event){ .fd = fd, .events = told };
	}
}

static int poller_look(struct poller *poller, int timeout_ms, const sigset_t *mask)
{
	bool waited = kernel.sink_waits;

	(void)mask;
	happen((enum kernel_event)(kernel_choice() % KERNEL_EVENTS));
	look(poller);
	if (poller->ready_count > 0 || timeout_ms == 0 || kernel.interrupted)
		return 0;
	kernel.progress = true; /* it would have slept */
	if (kernel.schedule < kernel.end || (waited && !kernel.sink_waits) || happen_kindly())
		return 0;
	if (timeout_ms < 0)
		kernel_refuse("all has ended, and the relay waits for ever");
	kernel.now += timeout_ms * DEADLINE_MILLISECOND;
	return 0;
}

const struct poller_backend kernel_poller = {
	.name = "kernel",
	.sees_errors = true,
	.open = poller_begin,
	.close = poller_end,
	.change = poller_change,
	.wait = poller_look,
};

const struct poller_backend kernel_blind_poller = {
	.name = "blind",
	.open = poller_begin,
	.close = poller_end,
	.change = poller_change,
	.wait = poller_look,
};

/* ---- reading and writing ---------------------------------------------------------------------------------- */

/* How many bytes a read of the socket gets; 0 for its end, -1 with errno. */
static ssize_t take_from_socket(size_t length)
{
	size_t waiting = (size_t)(kernel.arrived - kernel.received);

	if (waiting > 0) {
		size_t count = moved(smaller(waiting, length), kernel.dead ? BY_SIGNAL : BY_SIGNAL | NOT_NOW);

		return count == 0 ? -1 : (ssize_t)count;
	}
	if (kernel.peer_ended) /* goes before an error: what was sent to us is whole */
		return 0;
	if (kernel.socket_error != 0) {
		int error = kernel.socket_error;

		kernel.socket_error = 0;
		return fail(error);
	}
	return kernel.dead ? 0 : fail(EAGAIN);
}

/* No read goes on behind the mark of urgent data (tcp(7)). */
static size_t before_mark(size_t length)
{
	return kernel.mark > kernel.received ? smaller(length, (size_t)(kernel.mark - kernel.received)) : length;
}

/* splice does not get over it. */
static ssize_t splice_from_socket(size_t length)
{
	bool at_mark = kernel.mark > 0 && kernel.mark == kernel.received && kernel.arrived > kernel.received;

	if (at_mark)
		return kernel.peer_ended ? 0 : fail(EAGAIN);
	return take_from_socket(before_mark(length));
}

/* The same of a write: how many bytes go. */
static ssize_t room_in_socket(size_t length)
{
	if (kernel.socket_error != 0) {
		int error = kernel.socket_error;

		kernel.socket_error = 0;
		return fail(error);
	}
	if (kernel.write_shut)
		kernel_refuse("bytes behind our own end");
	if (kernel.dead || (!kernel.is_tcp && kernel.peer_gone))
		return fail(EPIPE);
	if (socket_room() == 0)
		return fail(EAGAIN);
	size_t count = moved(smaller(socket_room(), length), BY_SIGNAL | NOT_NOW);
	return count == 0 ? -1 : (ssize_t)count;
}

static void was_sent(size_t count)
{
	kernel.sent += count;
	if (!kernel.is_tcp) /* it is there at once */
		kernel.acknowledged = kernel.sent;
}

/* BLOCKING: the descriptor would wait. */
static ssize_t take_from_input(size_t length, bool blocking)
{
	size_t waiting = (size_t)(kernel.given - kernel.read);
	bool is_file = kernel.input_kind == KERNEL_FILE;

	if (kernel.input_error != 0) {
		kernel.input_failed = true;
		kernel.told_input_error = kernel.input_error;
		return fail(kernel.input_error);
	}
	if (is_file) {
		waiting = (size_t)(kernel.input_total - kernel.read);
		kernel.given = kernel.input_total;
	}
	if (waiting == 0 && (kernel.input_ended || is_file)) {
		kernel.input_ended = true;
		return 0;
	}
	if (waiting == 0 && blocking)
		kernel_refuse("a read that blocks");
	if (waiting == 0)
		return fail(EAGAIN);
	size_t count = moved(smaller(waiting, length), BY_SIGNAL);
	return count == 0 ? -1 : (ssize_t)count;
}

static ssize_t room_in_output(size_t length, bool blocking)
{
	if (kernel.output_shut)
		kernel_refuse("bytes behind the output's end");
	if (kernel.output_gone)
		return fail(EPIPE);
	if (kernel.output_error != 0) {
		kernel.told_output_error = kernel.output_error;
		return fail(kernel.output_error);
	}
	if (output_room() == 0 && blocking)
		kernel_refuse("a write that blocks");
	if (output_room() == 0)
		return fail(EAGAIN);
	if (blocking && length > output_room())
		kernel_refuse("a write that blocks in the middle");
	size_t count = moved(smaller(output_room(), length), BY_SIGNAL);
	return count == 0 ? -1 : (ssize_t)count;
}

ssize_t kernel_sink(void *context, const void *data, size_t count, bool urgent)
{
	(void)context;
	if (kernel.output_error != 0) {
		kernel.told_output_error = kernel.output_error;
		return fail(kernel.output_error);
	}
	if (!urgent && kernel_choice() % 4 == 1) {
		kernel.sink_waits = true;
		kernel.progress = true;
		return fail(EAGAIN);
	}
	size_t taken = moved(count, NOT_NOW);
	kernel.sink_waits = taken < count; /* whoever takes less tells when it takes more */
	if (taken == 0)
		return -1;
	kernel_expect(&kernel.down, data, taken, kernel.received);
	kernel.written += taken;
	kernel.taken = kernel.written;
	return (ssize_t)taken;
}

/* ---- the calls ------------------------------------------------------------------------------------------------ */

int64_t __wrap_deadline_now(void);
int64_t __wrap_deadline_after(int64_t duration);
bool __wrap_deadline_passed(int64_t deadline);
int __wrap_deadline_poll_timeout(int64_t deadline);
ssize_t __wrap_recv(int fd, void *data, size_t length, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t length, int flags);
ssize_t __wrap_read(int fd, void *data, size_t length);
ssize_t __wrap_write(int fd, const void *data, size_t length);
ssize_t __wrap_splice(int in, off64_t *in_place, int out, off64_t *out_place, size_t length, unsigned flags);
int __wrap_fstat(int fd, struct stat *what);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_poll(struct pollfd *set, nfds_t count, int timeout);
int __wrap_open(const char *name, int flags, ...);
int __wrap_close(int fd);
int __wrap_pipe2(int fds[2], int flags);
int __wrap_shutdown(int fd, int how);
int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *length);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *length);
ssize_t __real_recv(int fd, void *data, size_t length, int flags);
ssize_t __real_send(int fd, const void *data, size_t length, int flags);
ssize_t __real_read(int fd, void *data, size_t length);
ssize_t __real_write(int fd, const void *data, size_t length);
int __real_fstat(int fd, struct stat *what);
int __real_poll(struct pollfd *set, nfds_t count, int timeout);
int __real_open(const char *name, int flags, ...);
int __real_close(int fd);

int64_t __wrap_deadline_now(void)
{
	return kernel.now;
}

int64_t __wrap_deadline_after(int64_t duration)
{
	return duration <= 0 ? DEADLINE_NEVER : deadline_add(kernel.now, duration);
}

bool __wrap_deadline_passed(int64_t deadline)
{
	return deadline != DEADLINE_NEVER && kernel.now >= deadline;
}

int __wrap_deadline_poll_timeout(int64_t deadline)
{
	if (deadline == DEADLINE_NEVER)
		return -1;
	int64_t left = deadline - kernel.now;
	left = left <= 0 ? 0 : (left - 1) / DEADLINE_MILLISECOND + 1;
	return left > 1000000000 ? 1000000000 : (int)left;
}

ssize_t __wrap_recv(int fd, void *data, size_t length, int flags)
{
	if (!is_ours(fd))
		return __real_recv(fd, data, length, flags);
	if (fd != KERNEL_SOCKET || kernel.socket_closed)
		kernel_refuse("recv where nothing can come");
	ssize_t count = take_from_socket(before_mark(length));
	if (count > 0 && !(flags & MSG_TRUNC))
		give_bytes(kernel.down.seed, kernel.received, data, (size_t)count);
	if (count > 0 && !(flags & MSG_PEEK))
		kernel.received += (uint64_t)count;
	return count;
}

ssize_t __wrap_send(int fd, const void *data, size_t length, int flags)
{
	if (!is_ours(fd))
		return __real_send(fd, data, length, flags);
	ssize_t count = fd == KERNEL_SOCKET ? room_in_socket(length) : room_in_output(length, false);
	if (count <= 0)
		return count;
	if (fd == KERNEL_SOCKET) {
		kernel_expect(&kernel.up, data, (size_t)count, kernel.read);
		was_sent((size_t)count);
	} else {
		kernel_expect(&kernel.down, data, (size_t)count, kernel.received);
		kernel.written += (uint64_t)count;
	}
	return count;
}

/* From a pipe of the pump's own to its buffer. */
static ssize_t read_pipe(size_t number, unsigned char *data, size_t length)
{
	size_t count = smaller(kernel.pipes[number].count, length);

	if (count == 0)
		kernel_refuse("an empty pipe is read");
	count = moved(count, BY_SIGNAL);
	if (count == 0)
		return -1;
	give_bytes(kernel.pipes[number].seed, kernel.pipes[number].start, data, count);
	kernel.pipes[number].start += count;
	kernel.pipes[number].count -= count;
	return (ssize_t)count;
}

ssize_t __wrap_read(int fd, void *data, size_t length)
{
	if (!is_ours(fd))
		return __real_read(fd, data, length);
	if (fd >= KERNEL_PIPES)
		return read_pipe((size_t)(fd - KERNEL_PIPES) / 2, data, length);
	ssize_t count = take_from_input(length, true);
	if (count > 0) {
		give_bytes(kernel.up.seed, kernel.read, data, (size_t)count);
		kernel.read += (uint64_t)count;
	}
	return count;
}

ssize_t __wrap_write(int fd, const void *data, size_t length)
{
	if (!is_ours(fd))
		return __real_write(fd, data, length);
	ssize_t count = room_in_output(length, fd == KERNEL_OUTPUT && kernel.output_kind == KERNEL_PIPE);
	if (count > 0) {
		kernel_expect(&kernel.down, data, (size_t)count, kernel.received);
		kernel.written += (uint64_t)count;
	}
	return count;
}

static ssize_t splice_in(int in, size_t number, size_t length)
{
	size_t room = kernel.pipe_size - kernel.pipes[number].count;
	bool is_socket = in == KERNEL_SOCKET;
	ssize_t count = room == 0 ? fail(EAGAIN) : is_socket ? splice_from_socket(smaller(room, length)) : take_from_input(smaller(room, length), false);

	if (count <= 0)
		return count;
	if (kernel.pipes[number].count == 0) {
		kernel.pipes[number].seed = is_socket ? kernel.down.seed : kernel.up.seed;
		kernel.pipes[number].start = is_socket ? kernel.received : kernel.read;
	}
	kernel.pipes[number].count += (size_t)count;
	*(is_socket ? &kernel.received : &kernel.read) += (uint64_t)count;
	return count;
}

static ssize_t splice_out(size_t number, int out, size_t length)
{
	size_t held = smaller(kernel.pipes[number].count, length);
	bool is_socket = out == KERNEL_SOCKET;
	struct kernel_stream *stream = is_socket ? &kernel.up : &kernel.down;

	if (is_output(out) && kernel.appends)
		return fail(EINVAL);
	ssize_t count = is_socket ? room_in_socket(held) : room_in_output(held, false);
	if (count <= 0)
		return count;
	if (kernel.pipes[number].start != stream->place || kernel.pipes[number].seed != stream->seed)
		kernel_refuse("a byte that is not the next one is spliced");
	stream->place += (uint64_t)count;
	kernel.pipes[number].start += (uint64_t)count;
	kernel.pipes[number].count -= (size_t)count;
	if (is_socket)
		was_sent((size_t)count);
	else
		kernel.written += (uint64_t)count;
	return count;
}

/* Between the socket and a pipe that the relay was given. The pipe is looked at first, and has no errors (splice(2)). */
static ssize_t splice_direct(int in, size_t length)
{
	bool to_socket = in == KERNEL_INPUT;
	struct kernel_stream *stream = to_socket ? &kernel.up : &kernel.down;
	uint64_t *taken = to_socket ? &kernel.read : &kernel.received;
	size_t waiting = (size_t)(kernel.given - kernel.read);
	ssize_t count;

	*(to_socket ? &kernel.input_error : &kernel.output_error) = 0;
	if (to_socket && waiting == 0)
		count = kernel.input_ended ? 0 : fail(EAGAIN);
	else if (to_socket)
		count = room_in_socket(smaller(waiting, length));
	else if (kernel.output_gone)
		count = fail(EPIPE);
	else
		count = output_room() == 0 ? fail(EAGAIN) : splice_from_socket(smaller(output_room(), length));
	if (count <= 0)
		return count;
	if (*taken != stream->place || stream->crlf)
		kernel_refuse("a byte that is not the next one is spliced straight");
	*taken += (uint64_t)count;
	stream->place += (uint64_t)count;
	if (to_socket)
		was_sent((size_t)count);
	else
		kernel.written += (uint64_t)count;
	return count;
}

ssize_t __wrap_splice(int in, off64_t *in_place, int out, off64_t *out_place, size_t length, unsigned flags)
{
	(void)in_place;
	(void)out_place;
	if (!(flags & SPLICE_F_NONBLOCK))
		kernel_refuse("a splice that blocks");
	if (out >= KERNEL_PIPES)
		return splice_in(in, (size_t)(out - KERNEL_PIPES) / 2, length);
	if (in < KERNEL_PIPES)
		return splice_direct(in, length);
	return splice_out((size_t)(in - KERNEL_PIPES) / 2, out, length);
}

int __wrap_fstat(int fd, struct stat *what)
{
	static const mode_t modes[] = { [KERNEL_PIPE] = S_IFIFO, [KERNEL_FILE] = S_IFREG, [KERNEL_STREAM] = S_IFSOCK };

	if (!is_ours(fd))
		return __real_fstat(fd, what);
	*what = (struct stat){ .st_mode = modes[fd == KERNEL_INPUT ? kernel.input_kind : kernel.output_kind],
	                       .st_ino = fd == KERNEL_INPUT ? 1 : 2 };
	return 0;
}

int __wrap_fcntl(int fd, int command, ...)
{
	if (command == F_GETFL)
		return fd == KERNEL_INPUT ? O_RDONLY : kernel.appends ? O_WRONLY | O_APPEND : O_WRONLY;
	if (command == F_GETPIPE_SZ || command == F_SETPIPE_SZ)
		return (int)kernel.pipe_size;
	kernel_refuse("a flag of a shared descriptor is changed");
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	int *value = va_arg(arguments, int *);
	va_end(arguments);
	if (fd != KERNEL_SOCKET || kernel.socket_closed)
		return fail(EBADF);
	if (request == FIONREAD)
		*value = (int)(kernel.arrived - kernel.received);
	else if (request == SIOCOUTQ)
		*value = (int)(kernel.sent - kernel.acknowledged) + (kernel.write_shut && !kernel.fin_acknowledged);
	else
		kernel_refuse("an unknown ioctl");
	return 0;
}

int __wrap_poll(struct pollfd *set, nfds_t count, int timeout)
{
	if (count != 1 || !is_ours(set->fd))
		return __real_poll(set, count, timeout);
	unsigned events = events_of(set->fd);
	bool is_file = (set->fd == KERNEL_INPUT ? kernel.input_kind : kernel.output_kind) == KERNEL_FILE;
	set->revents = 0;
	if (((events & POLLER_READ) || (is_file && set->fd != KERNEL_SOCKET)) && (set->events & POLLIN))
		set->revents |= POLLIN;
	if ((events & POLLER_WRITE) && (set->events & POLLOUT))
		set->revents |= POLLOUT;
	if (events & POLLER_ERROR)
		set->revents |= POLLHUP;
	return set->revents != 0;
}

int __wrap_open(const char *name, int flags, ...)
{
	char own[32];

	snprintf(own, sizeof own, "/proc/self/fd/%d", KERNEL_OUTPUT);
	if (strcmp(name, own) != 0)
		return __real_open(name, flags, 0);
	return kernel.reopens ? KERNEL_OUTPUT_AGAIN : fail(EACCES);
}

int __wrap_close(int fd)
{
	if (!is_ours(fd))
		return __real_close(fd);
	if (fd >= KERNEL_PIPES) {
		bool *open = &kernel.pipes[(fd - KERNEL_PIPES) / 2].open[(fd - KERNEL_PIPES) % 2];

		if (!*open)
			kernel_refuse("a pipe is closed twice");
		*open = false;
		return 0;
	}
	if (fd == KERNEL_INPUT)
		kernel_refuse("the input is closed");
	if (fd == KERNEL_OUTPUT_AGAIN)
		return 0;
	bool *closed = fd == KERNEL_SOCKET ? &kernel.socket_closed : &kernel.output_closed;
	if (*closed)
		kernel_refuse("a descriptor is closed twice");
	*closed = true;
	if (fd == KERNEL_OUTPUT && kernel.close_error != 0) {
		kernel.told_output_error = kernel.close_error;
		return fail(kernel.close_error);
	}
	return 0;
}

int __wrap_pipe2(int fds[2], int flags)
{
	size_t number = kernel.pipes[0].open[0] || kernel.pipes[0].open[1];

	(void)flags;
	if (kernel_choice() == 1)
		return fail(EMFILE);
	if (kernel.pipes[number].open[0] || kernel.pipes[number].open[1])
		kernel_refuse("a third pipe");
	kernel.pipes[number].open[0] = kernel.pipes[number].open[1] = true;
	kernel.pipes[number].count = 0;
	fds[0] = KERNEL_PIPES + 2 * (int)number;
	fds[1] = fds[0] + 1;
	return 0;
}

int __wrap_shutdown(int fd, int how)
{
	if (how != SHUT_WR)
		kernel_refuse("more than a half-close");
	if (fd == KERNEL_OUTPUT) {
		kernel.output_shut = true;
		return 0;
	}
	if (kernel.dead)
		return fail(ENOTCONN);
	kernel.write_shut = true;
	return 0;
}

int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *length)
{
	int *number = value;

	(void)level;
	*length = sizeof *number;
	if (option == SO_TYPE)
		*number = SOCK_STREAM;
	else if (option == SO_ERROR && fd == KERNEL_SOCKET) {
		*number = kernel.socket_error;
		kernel.socket_error = 0;
	} else
		return fail(ENOPROTOOPT);
	return 0;
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	struct linger linger;

	if (fd == KERNEL_SOCKET && level == SOL_SOCKET && option == SO_LINGER && length == sizeof linger) {
		memcpy(&linger, value, sizeof linger);
		kernel.reset_asked = linger.l_onoff != 0;
	}
	return 0;
}

int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
	(void)fd;
	(void)length;
	address->sa_family = kernel.is_tcp ? AF_INET : AF_UNIX;
	return 0;
}
