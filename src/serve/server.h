/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A listening program: opens the listeners, tells that it is ready, takes clients, and gives each to the handler until
 * all that were wanted are served. */
#ifndef NSK_SERVE_SERVER_H
#define NSK_SERVE_SERVER_H

#include "cli/local_path.h"
#include "core/agenda.h"
#include "core/end.h"
#include "core/listen.h"
#include "serve/access.h"
#include "serve/handler.h"
#include "serve/ready.h"
#include "stream/session.h"

/* What serving commands take besides the stream options: server_options, and ready_options for READY; where peers have
 * addresses, access_options for ACCESS. */
struct server_settings {
	bool keep_open, echo, discard;
	int64_t count;       /* -W; 0: no end */
	int64_t maximum;     /* -m */
	int64_t backlog;     /* -1: the system's limit */
	struct access_settings access;
	struct ready_settings ready;
};

extern const struct option_spec server_options[];

#define SERVER_DEFAULTS { .maximum = 1000, .backlog = -1, .ready = READY_DEFAULTS }

struct server {
	const struct server_settings *settings;
	struct session *session; /* prepares sockets, keeps the time */
	const struct handler *handler;
	const char *command; /* that opens it to all, with a port behind it; NULL: none does */
	struct listener_list listeners;
	struct local_file file;  /* of a Unix socket, until nobody is let in any more */

	/* While it runs */
	struct poller *poller;
	struct agenda agenda;
	struct end kind;           /* a client's socket, but for its descriptor */
	bool knows_kind;
	struct client *first;      /* all clients, the latest first */
	struct client **by_fd;     /* who watches a descriptor */
	size_t by_fd_size;
	uint64_t accepted;
	size_t open_count;
	int64_t turn;              /* the time of this turn of the loop */
	int64_t next_look;         /* for a signal, though no wait was interrupted */
	int64_t pause_end;         /* no client is taken before; 0: taking */
	int64_t next_complaint;    /* about accept: one a second */
	bool watching;             /* the listeners */
	int spares[SESSION_DESCRIPTORS_MAX]; /* kept for what the next client needs besides its socket */
	int spare_count;
	int64_t first_deadline;    /* until a first client must have come */
	struct endpoint here;      /* the first address; of a connection that was dialled, the peer's */
	int status;                /* of the last client that failed */
};

/* Checks settings that depend on each other, and sets the session up for them. 0, or a status after a message. To be
 * called before session_open_files. */
int server_check(struct server *server);

/* Listens on ADDRESSES and tells so. 0, or a status after a message. *PARENT as ready_announce. */
int server_open(struct server *server, const struct endpoint_list *addresses, int type, bool *parent);

/* The same at a Unix path. */
int server_open_local(struct server *server, const struct endpoint *address, int type,
                      const struct local_settings *local, bool *parent);

/* Serves until the clients that were wanted have ended, a signal comes or a deadline passes. Returns the status, after a
 * message if it is not 0 and no signal. */
int server_run(struct server *server);

/* What a client does with FD, which is connected to PEER: joins it to input and output, or runs the program of --exec as
 * a server does. The status, as server_run. */
int server_run_dialled(struct session *session, int fd, const struct endpoint *peer);

/* For server.c and open.c: the poller, watching the listeners. 0, or a status after a message. */
int server_open_poller(struct server *server);

/* Nobody else is let in. */
void server_stop_listening(struct server *server);

/* Accepts a server that was only zeroed but for its settings. */
void server_close(struct server *server);

/* For handlers: CLIENT is to hear of FD's events. 0, or -1 with errno. */
int server_watch(struct server *server, int fd, struct client *client);

/* For handlers: CLIENT is not to hear of FD any more; nor does the poller wait for it. Does nothing if FD was closed
 * meanwhile and has become another client's. */
void server_forget(struct server *server, int fd, const struct client *client);

/* The same where FD, of which nobody has a copy, is about to be closed. */
void server_forget_closed(struct server *server, int fd, const struct client *client);

/* For handlers: what sockets of SERVER's clients are, of which FD is one. Its descriptor is of no matter. */
const struct end *server_socket_kind(struct server *server, int fd);

/* For handlers: CLIENT's step is to be called soon. */
void server_wake(struct client *client);

#endif
