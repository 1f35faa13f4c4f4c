/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses: from words (HOST PORT, HOST:PORT, [V6]:PORT, PORT, Unix paths) to socket addresses, by
 * look-up where there is a name, and back to text in numbers. */
#ifndef NSK_CORE_ENDPOINT_H
#define NSK_CORE_ENDPOINT_H

#include "platform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENDPOINT_TEXT_MAX = 160 };

struct endpoint {
	struct sockaddr_storage address;
	socklen_t length;
};

struct endpoint_list {
	struct endpoint *items; /* ours: endpoint_list_release */
	int count;
};

/* HOST and PORT as the user wrote them. */
struct endpoint_words {
	char host[256];   /* "" where none was given */
	char port[64];
	bool host_given;  /* false: only a PORT */
	bool wildcard;    /* ":PORT" or "*:PORT" */
};

enum endpoint_result {
	ENDPOINT_OK,
	ENDPOINT_MALFORMED,  /* not an address: a usage error */
	ENDPOINT_UNRESOLVED, /* no such host or service */
	ENDPOINT_TIMEOUT,    /* the deadline passed during the look-up */
	ENDPOINT_INTERRUPTED,/* a signal came: see interrupt.h */
	ENDPOINT_FAILED      /* out of memory and the like: errno */
};

/* Room for a sentence about what is wrong. */
struct endpoint_problem {
	char text[512];
};

/* Takes COUNT (1 or 2) operands apart: an operand with "]:" or exactly one ":" is a whole address, the only one
 * without ":" a PORT; else they are HOST and PORT. */
enum endpoint_result endpoint_split(int count, char *const *operands, struct endpoint_words *words,
                                    struct endpoint_problem *problem);

/* Is the host a name, which somebody has to be asked for? False for numbers, for no host and for all interfaces. */
bool endpoint_host_is_name(const struct endpoint_words *words);

/* Whether OPERAND is a whole address, host and port: it holds "]:" or exactly one ":". */
bool endpoint_is_whole(const char *operand);

struct endpoint_query {
	int family;       /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;         /* SOCK_STREAM, SOCK_DGRAM */
	bool passive;     /* to listen: no host is this machine, a wildcard all interfaces */
	bool numeric;     /* -n: names are refused */
	int64_t deadline; /* of the look-up, see deadline.h */
};

/* The addresses that WORDS mean, in the order to try them; LIST is the caller's to release. No look-up is
 * made for numbers (RFC 5952 text, inet_aton's forms are names here). A failure has a PROBLEM sentence. */
enum endpoint_result endpoint_resolve(const struct endpoint_words *words, const struct endpoint_query *query,
                                      struct endpoint_list *list, struct endpoint_problem *problem);

void endpoint_list_release(struct endpoint_list *list);

/* The address of a Unix socket PATH; "@name" is Linux's abstract namespace. -1 with ENAMETOOLONG past
 * endpoint_path_max() bytes, which count the @, ENOENT for "". */
int endpoint_unix(const char *path, struct endpoint *endpoint);
size_t endpoint_path_max(const char *path);

/* "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", a path, "@name". Returns TEXT. */
const char *endpoint_format(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX]);

/* The address alone: "127.0.0.1", "::1", without brackets. Returns TEXT. */
const char *endpoint_format_host(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX]);

/* 0 for what has none. */
uint16_t endpoint_port(const struct endpoint *endpoint);
void endpoint_set_port(struct endpoint *endpoint, uint16_t port);

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
bool endpoint_is_loopback(const struct endpoint *endpoint);
bool endpoint_is_wildcard(const struct endpoint *endpoint);

/* An IPv6 link-local address without its interface: connect and bind answer EINVAL. */
bool endpoint_lacks_scope(const struct endpoint *endpoint);

/* The endpoint somebody on this machine connects to: a wildcard becomes its family's loopback address. */
struct endpoint endpoint_connectable(const struct endpoint *endpoint);

/* What FD is bound or connected to. 0, or -1 with errno. */
int endpoint_of_socket(int fd, struct endpoint *endpoint);
int endpoint_of_peer(int fd, struct endpoint *endpoint);

/* PORT: digits 0 to 65535, or a service name, looked up for TYPE. */
enum endpoint_result endpoint_parse_port(const char *text, int type, bool numeric, uint16_t *port,
                                         struct endpoint_problem *problem);

/* The port of WORDS. A word alone that is no service may have been meant as a host: PROBLEM says so. */
enum endpoint_result endpoint_words_port(const struct endpoint_words *words, int type, bool numeric, uint16_t *port,
                                         struct endpoint_problem *problem);

#endif
