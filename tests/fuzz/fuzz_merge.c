/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several streams into one output, under a schedule of bytes, ends, waits, and an output that takes them now and then. Whatever
 * it says: each stream's bytes leave once and in order; no line of the output has bytes of two streams; once the output
 * takes everything, what can go does, with nobody asking again who was not woken. The first byte is the kind of output, and of the end. The
 * output, the poller and the clock are here (the linker's --wrap). */
#include "platform.h"

#include "require.h"

#include "core/deadline.h"
#include "core/merge.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { INPUTS = 4, HELD_MAX = 100, SYMBOLS = 20, OUTPUT = 7, TURNS = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __wrap_end_open(struct end *end, int fd, bool written);
void __wrap_end_release(struct end *end);
ssize_t __wrap_end_write(const struct end *end, const void *data, size_t length);
bool __wrap_end_is_gone(const struct end *end);
int __wrap_poller_set(struct poller *poller, int fd, unsigned interests);
int64_t __wrap_deadline_now(void);
int64_t __wrap_deadline_after(int64_t duration);
bool __wrap_deadline_passed(int64_t deadline);

/* A stream as its relay holds it. */
struct stream {
	struct merge_input input;
	unsigned char held[HELD_MAX];
	size_t count;
	unsigned next; /* of its own symbols, which say where a byte is from and which one it is */
	bool joined, ended, may_ask;
	int64_t refused_at; /* since then it waits; 0: it does not */
};

static struct stream streams[INPUTS];
static struct merge merge;
static struct stream *asking;
static struct stream *line; /* whose bytes the output's last line has; NULL: none yet */
static bool mid_line, stops;
static size_t room;
static int broken; /* errno of the next write */
static bool is_gone;
static unsigned interests, kind;
static int64_t now;

/* ---- the world ---------------------------------------------------------------------------------------- */

void __wrap_end_open(struct end *end, int fd, bool written)
{
	require(written);
	*end = (struct end){ .fd = fd, .given_fd = -1, .kind = kind % 2 ? END_PIPE : END_FILE,
		             .write_limit = kind & 2 ? 16 : SIZE_MAX };
}

void __wrap_end_release(struct end *end)
{
	(void)end;
}

bool __wrap_end_is_gone(const struct end *end)
{
	(void)end;
	return is_gone;
}

int __wrap_poller_set(struct poller *poller, int fd, unsigned wanted)
{
	(void)poller;
	require(fd == OUTPUT);
	interests = wanted;
	return 0;
}

int64_t __wrap_deadline_now(void)
{
	return now;
}

int64_t __wrap_deadline_after(int64_t duration)
{
	return now + duration;
}

bool __wrap_deadline_passed(int64_t deadline)
{
	return now >= deadline;
}

/* Somebody has waited for as long as a begun line may take. */
static bool is_patience_over(void)
{
	for (int i = 0; i < INPUTS; i++) {
		if (&streams[i] != line && streams[i].refused_at != 0 && now >= streams[i].refused_at + DEADLINE_SECOND)
			return true;
	}
	return false;
}

/* One byte comes out: of the stream that is asking, or the newline that merge puts behind one that has left, or that let the
 * others wait. */
static void take_byte(unsigned char byte, bool is_own)
{
	if (is_own && mid_line)
		require(line == asking);
	else if (!is_own)
		require(byte == '\n' && mid_line && (!line->joined || stops || is_patience_over()));
	line = asking;
	mid_line = byte != '\n';
}

ssize_t __wrap_end_write(const struct end *end, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	bool is_own = bytes >= asking->held && bytes < asking->held + HELD_MAX;
	size_t count = length < end->write_limit ? length : end->write_limit;

	require(length > 0 && (!is_own || bytes == asking->held));
	count = count < room ? count : room;
	if (is_gone || broken != 0 || count == 0) {
		errno = is_gone ? EPIPE : broken != 0 ? broken : EAGAIN;
		return -1;
	}
	room -= count;
	for (size_t i = 0; i < count; i++)
		take_byte(bytes[i], is_own);
	return (ssize_t)count;
}

/* ---- the streams -------------------------------------------------------------------------------------- */

static void wake(void *context)
{
	struct stream *stream = context;

	require(stream->joined);
	stream->may_ask = true;
}

/* As many bytes as PLAN's low bits say, with a newline within or at their end. */
static void give(struct stream *stream, unsigned plan)
{
	unsigned count = plan % 32;

	for (unsigned i = 0; i < count && stream->count < HELD_MAX && !stream->ended; i++) {
		bool ends = (i == count - 1 && plan & 64) || (i == count / 2 && plan & 32);

		stream->held[stream->count++] = ends ? '\n' : (unsigned char)('0' + stream->next++ % SYMBOLS);
		stream->may_ask = true;
	}
}

static void join(struct stream *stream)
{
	if (stream->joined || stream->ended)
		return;
	stream->joined = true;
	merge_join(&merge, &stream->input, wake, stream);
}

static void leave(struct stream *stream)
{
	stream->joined = stream->may_ask = false;
	stream->refused_at = 0;
	stream->ended = true;
	merge_leave(&stream->input);
}

static void ask(struct stream *stream)
{
	bool urgent = stream->ended || stream->count == HELD_MAX;

	if (!stream->joined || !stream->may_ask || stream->count == 0)
		return;
	asking = stream;
	ssize_t taken = merge_take(&stream->input, stream->held, stream->count, urgent);
	require(taken != 0 && taken <= (ssize_t)stream->count);
	if (taken < 0) {
		require(errno == EAGAIN || errno == merge.error);
		stream->refused_at = stream->refused_at != 0 ? stream->refused_at : now;
		stream->may_ask = false;
		return;
	}
	stream->refused_at = 0;
	stream->count -= (size_t)taken;
	memmove(stream->held, stream->held + taken, stream->count);
	stream->may_ask = !stream->input.waits;
	if (stream->ended && stream->count == 0)
		leave(stream);
}

static void end_stream(struct stream *stream)
{
	if (!stream->joined || stream->ended)
		return;
	stream->ended = stream->may_ask = true;
	if (stream->count == 0)
		leave(stream);
}

/* ---- the schedule --------------------------------------------------------------------------------------- */

static void tell(unsigned events)
{
	struct poller_event event = { .fd = OUTPUT, .events = events };

	if ((events & interests) != 0 || (events == POLLER_ERROR && interests != 0))
		require(merge_take_event(&merge, &event));
}

static void surprise(unsigned plan)
{
	if (plan == 255) {
		broken = EIO;
	} else if (plan == 254) {
		is_gone = kind % 2 != 0; /* a pipe's reader */
		if (is_gone)
			tell(POLLER_ERROR);
	} else {
		now += (int64_t)plan * 10 * DEADLINE_MILLISECOND;
		merge_turn(&merge);
	}
}

static void follow(unsigned step, unsigned plan)
{
	struct stream *stream = &streams[step / 8 % INPUTS];

	switch (step % 8) {
	case 0:
		join(stream);
		break;
	case 1:
	case 2:
		give(stream, plan);
		break;
	case 3:
	case 4:
		ask(stream);
		break;
	case 5:
		room += plan;
		tell(POLLER_WRITE);
		break;
	case 6:
		end_stream(stream);
		break;
	default:
		surprise(plan);
		break;
	}
}

/* Whoever may asks; the output takes everything. Returns whether anything happened. */
static bool turn(void)
{
	bool happened = (interests & POLLER_WRITE) != 0;

	tell(POLLER_WRITE);
	merge_turn(&merge);
	for (int i = 0; i < INPUTS; i++) {
		happened = happened || (streams[i].joined && streams[i].may_ask && streams[i].count > 0);
		ask(&streams[i]);
	}
	return happened;
}

static bool has_line(const struct stream *stream)
{
	return stream->joined && memchr(stream->held, '\n', stream->count) != NULL;
}

/* The output takes everything, and time passes when nothing else does: whole lines get out, and all of one that is alone. */
static void settle(void)
{
	unsigned turns = 0, idle = 0;

	for (; merge.error == 0 && idle < 3; idle++) {
		require(turns++ < TURNS);
		if (turn()) {
			idle = 0;
			continue;
		}
		for (int i = 0; i < INPUTS && merge.error == 0; i++)
			require(!has_line(&streams[i]) || merge.owner != NULL); /* time is only for one that has begun */
		if (merge_deadline(&merge) != DEADLINE_NEVER)
			now = merge_deadline(&merge);
	}
	for (int i = 0; i < INPUTS && merge.error == 0; i++) {
		struct stream *stream = &streams[i];

		require(!has_line(stream));
		require(!stream->joined || merge.count > 1 || stream->count == 0);
	}
}

/* All end: all gets out at once, without waiting for anything but to see that a reader has gone. */
static void finish(void)
{
	unsigned turns = 0;

	for (int i = 0; i < INPUTS; i++)
		end_stream(&streams[i]);
	while (merge.count > 0 && merge.error == 0) {
		require(turns++ < TURNS);
		if (turn())
			continue;
		require(is_gone);
		now = merge_deadline(&merge);
	}
	for (int i = 0; i < INPUTS; i++) {
		if (streams[i].joined)
			leave(&streams[i]);
	}
}

/* As a signal ends a server: each in turn gets rid of what it holds, if the output takes any, and nobody waits for a line. */
static void stop(void)
{
	bool takes = !merge.blocked && merge.error == 0 && !is_gone && merge.output.write_limit == SIZE_MAX;

	stops = true;
	merge_hurry(&merge);
	for (int i = 0; i < INPUTS; i++) {
		if (!streams[i].joined)
			continue;
		streams[i].ended = true;
		streams[i].may_ask = true;
		while (streams[i].joined && streams[i].may_ask && streams[i].count > 0)
			ask(&streams[i]);
		require(!takes || !streams[i].joined || streams[i].count == 0);
		if (streams[i].joined)
			leave(&streams[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct poller_backend backends[] = { { .name = "blind" }, { .name = "seeing", .sees_errors = true } };
	static struct poller poller;

	if (size == 0)
		return 0;
	memset(streams, 0, sizeof streams);
	kind = data[0];
	poller.backend = &backends[kind / 4 % 2];
	line = asking = NULL;
	mid_line = stops = is_gone = false;
	broken = 0;
	room = 0;
	now = DEADLINE_SECOND;
	merge_open(&merge, OUTPUT, &poller);
	for (size_t i = 1; i + 1 < size; i += 2)
		follow(data[i], data[i + 1]);
	broken = 0;
	room = SIZE_MAX;
	if (kind & 8) {
		stop();
	} else {
		settle();
		finish();
	}
	merge_release(&merge);
	require(interests == 0);
	return 0;
}
