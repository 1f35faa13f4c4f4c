/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One direction of a stream: from one end, through a buffer, to another. A mover is the mechanism: copying
 * (everywhere, and where bytes must be seen or shaped), splice (Linux), discarding, records. The front decides when;
 * it never blocks unless it was allowed to. Backpressure: a full pump does not read. */
#ifndef NSK_CORE_PUMP_H
#define NSK_CORE_PUMP_H

#include "core/end.h"
#include "core/gather.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PUMP_BUFFER = 256 * 1024 };

enum pump_result {
	PUMP_MOVED,  /* something went; there may be more */
	PUMP_LAST,   /* something went, and there is no more for now */
	PUMP_WAIT,   /* nothing can go before the descriptor is ready */
	PUMP_FULL,   /* nothing can come before something has gone */
	PUMP_STUCK,  /* filling went straight to the sink, which does not take what the source has before it is ready */
	PUMP_END,    /* the source has ended */
	PUMP_UNABLE, /* this mover cannot serve these ends */
	PUMP_FAILED, /* errno */
	PUMP_BROKEN  /* filling went straight to the sink, which failed with errno: what the source has is lost */
};

struct pump;

struct pump_mover {
	const char *name;
	bool can_wait; /* its fill waits for a socket that reading waits for (see gather.h) */
	int (*open)(struct pump *pump); /* 0, or -1 with errno */
	void (*close)(struct pump *pump);
	enum pump_result (*fill)(struct pump *pump, size_t limit);  /* at most LIMIT bytes from the source */
	enum pump_result (*drain)(struct pump *pump, size_t limit); /* at most LIMIT bytes to the sink */
};

extern const struct pump_mover pump_copy, pump_discard, pump_record;

/* Where the system has splice: */
extern const struct pump_mover pump_splice, pump_direct;

/* The one of these that serves the ends and gains something, pipes being enlarged on the way; NULL: none. */
const struct pump_mover *pump_splice_choose(const struct end *from, const struct end *to);

/* Changes the bytes on their way, in any pieces. */
struct pump_filter {
	/* COUNT bytes at IN to OUT; returns how many (at most GROWTH each, plus GROWTH). IN may lie in OUT's buffer,
	 * far enough behind. COUNT 0: the source has ended, what was held back comes now. */
	size_t (*apply)(void *state, const unsigned char *in, size_t count, unsigned char *out);
	void *state;
	size_t growth;
};

/* What a pump does besides moving. Read only: many may share one, which is there as long as they are. */
struct pump_plan {
	const struct pump_mover *mover; /* NULL: the best for the ends */
	struct pump_filter filter;      /* apply NULL: none */
	void (*saw_in)(void *context, const unsigned char *data, size_t count);  /* sees what came from the source; NULL: nobody */
	void (*saw_out)(void *context, const unsigned char *data, size_t count); /* sees what went to the sink */
	void *seer;
	int64_t interval_ns; /* between lines; 0: none */
	int64_t rate;        /* bytes a second; 0: no limit */
	size_t spare_buffer; /* not 0: copy through a buffer of this size, which is there only while it holds something */
};

struct pump {
	/* The caller's, set before pump_open */
	struct end *from, *to;
	const struct pump_plan *plan;

	/* To read */
	size_t buffered;
	uint64_t total_in, total_out; /* bytes read; bytes written (after the filter) */
	int error;        /* of the last failure */
	bool from_open;   /* the source may still give something */
	bool to_open;     /* the sink takes something */
	bool holds_empty; /* a record of no bytes stands for the sink */

	/* The front's */
	bool from_waits, to_waits, full;
	bool stuck; /* the source has something, and the sink, not the pump, is in its way */
	const struct pump_mover *mover;
	struct pace *pace;   /* NULL: as fast as it goes */
	uint64_t read_limit; /* no more bytes than these are read from now on */
	struct gather gather;

	/* The mover's */
	unsigned char *buffer;
	size_t capacity, start;
	int pipe[2];
	int late_error;          /* told when what came before it has been read; 0: none */
	unsigned char last_byte; /* of what was written last */
	bool more_comes;
};

enum pump_step {
	PUMP_STEP_OK,
	PUMP_STEP_FROM_FAILED, /* pump->error; from_open is false now, what is buffered can still be drained */
	PUMP_STEP_TO_FAILED    /* pump->error; to_open is false now */
};

/* Makes the pump ready: 0, or -1 with errno. pump_close frees all but the ends. */
int pump_open(struct pump *pump);
void pump_close(struct pump *pump);

/* What to wait for before the next step makes sense. */
bool pump_wants_read(const struct pump *pump);
bool pump_wants_write(const struct pump *pump);

/* Whether nothing that came from the source, or is known to stand in it, waits for the sink. */
bool pump_is_empty(const struct pump *pump);

/* Whether a step can move something without waiting. */
bool pump_is_runnable(const struct pump *pump);

/* When a step makes sense although no descriptor was reported ready (see deadline.h): shaping allows the next write, or
 * the wait for a bulk has lasted. DEADLINE_NEVER if nothing waits for that. */
int64_t pump_next_time(const struct pump *pump);

/* The descriptors were reported ready. */
void pump_from_ready(struct pump *pump);
void pump_to_ready(struct pump *pump);

/* Moves what can be moved now, within a bound, so that the other direction has its turn. */
enum pump_step pump_step(struct pump *pump);

/* From now on nothing but the source is waited for, and nothing is sent to it: a step may wait for it for some
 * milliseconds, where that is faster. */
void pump_wait_alone(struct pump *pump);

/* Reads no more. What is buffered can still be drained. */
void pump_stop_reading(struct pump *pump);

/* Reads at most LIMIT bytes more, then as if the source had ended. */
void pump_limit_reading(struct pump *pump, uint64_t limit);

/* pump_copy holds COUNT bytes at DATA as if it had read them: before the first step, at most its capacity. 0, or -1 with
 * errno. */
int pump_copy_hold(struct pump *pump, const unsigned char *data, size_t count);

/* pump_copy takes over COUNT bytes that stand in the pipe FD. 0, or -1 with errno. */
int pump_copy_adopt(struct pump *pump, int fd, size_t count);

#endif
