/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Readiness of descriptors. The front remembers each descriptor's interests; a backend is four
 * functions. There are no callbacks and no timers: who waits owns the loop and brings the deadline.
 *
 * Level-triggered. An error or hang-up is reported even for a descriptor of no interest (POLLER_WATCH):
 * whoever sees it acts on it or forgets the descriptor, or spins. select alone cannot see one then.
 * A descriptor that the kernel will not watch (epoll: a regular file) is always ready. */
#ifndef NSK_CORE_POLLER_H
#define NSK_CORE_POLLER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum poller_events {
	POLLER_READ = 1,
	POLLER_WRITE = 2,
	POLLER_ERROR = 4, /* reported only: an error, or nobody is at the other end */
	POLLER_WATCH = 8  /* interest only: none but POLLER_ERROR */
};

struct poller_event {
	int fd;
	unsigned events;
};

struct poller;

/* A mechanism of the kernel. `was` and `now` are interests, 0 for a descriptor not watched. */
struct poller_backend {
	const char *name;
	bool sees_errors; /* without another interest */
	bool forgets_closed; /* by itself */
	int limit;        /* descriptors from here on cannot be watched; 0: all can */
	int (*open)(struct poller *poller);
	void (*close)(struct poller *poller);
	/* 0, or -1 with errno; EPERM: cannot be watched, is always ready. */
	int (*change)(struct poller *poller, int fd, unsigned was, unsigned now);
	/* Adds to poller->ready, up to its end; where it is too short, those that follow come first the next time.
	 * TIMEOUT_MS as for poll(2). 0, or -1 with errno. */
	int (*wait)(struct poller *poller, int timeout_ms, const sigset_t *mask);
};

enum { POLLER_READY_MAX = 256 };

struct poller {
	const struct poller_backend *backend;
	void *state;              /* the backend's */
	int fd;                   /* the backend's, -1 if it needs none */
	unsigned char *interests; /* by descriptor */
	unsigned char *unwatched; /* by descriptor: the kernel will not watch it */
	int size;                 /* of both */
	int highest;              /* no interest above this descriptor */
	int unwatched_count;
	int unwatched_next; /* with whom the next turn of these begins */
	struct poller_event ready[POLLER_READY_MAX];
	int ready_count;
};

/* What this build has, best first; a NULL ends the list. */
extern const struct poller_backend *const poller_backends[];

/* The backend called NAME. NULL if there is none of that name. */
const struct poller_backend *poller_find(const char *name);

/* The best for a handful of descriptors, those of one connection: it is told of them at each wait, and needs no descriptor of
 * its own. */
const struct poller_backend *poller_for_few(void);

/* A poller of nothing. NULL with errno. poller_close accepts NULL. */
struct poller *poller_open(const struct poller_backend *backend);
void poller_close(struct poller *poller);

/* Sets what is waited for at FD from now on; 0 forgets it (needed before FD is closed).
 * 0, or -1 with errno (select: EINVAL past FD_SETSIZE). */
int poller_set(struct poller *poller, int fd, unsigned interests);

/* FD, of which nobody has a copy, is about to be closed: forgets it, with no call where the kernel does so by itself. */
void poller_forget(struct poller *poller, int fd);

/* Waits until something is ready, DEADLINE (see deadline.h) passes, or a signal that MASK (NULL: the
 * current mask) lets through comes. The answers are poller->ready[0..ready_count). Returns their number,
 * 0 past the deadline, -1 with errno (EINTR: a signal). */
int poller_wait(struct poller *poller, int64_t deadline, const sigset_t *mask);

#endif
