/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of socket options by their C names; setting one from text, telling one as text. */
#ifndef NSK_CORE_SOCKOPT_H
#define NSK_CORE_SOCKOPT_H

#include <stdbool.h>
#include <stddef.h>

enum sockopt_kind {
	SOCKOPT_FLAG,    /* int: 0 or 1 */
	SOCKOPT_NUMBER,  /* int */
	SOCKOPT_SIZE,    /* int, bytes */
	SOCKOPT_SECONDS, /* int, whole seconds */
	SOCKOPT_MILLISECONDS, /* unsigned int */
	SOCKOPT_TIMEVAL, /* struct timeval */
	SOCKOPT_LINGER,  /* struct linger: "off" or seconds */
	SOCKOPT_NAME     /* text: an interface, a congestion control */
};

enum sockopt_family {
	SOCKOPT_ANY = 1,
	SOCKOPT_TCP = 2,
	SOCKOPT_UDP = 4,
	SOCKOPT_IPV4 = 8,
	SOCKOPT_IPV6 = 16,
	SOCKOPT_UNIX = 32
};

struct sockopt {
	char name[28]; /* within, as in constant.h */
	int level, option;
	enum sockopt_kind kind;
	unsigned where; /* enum sockopt_family, or'ed: the sockets that have it; SOCKOPT_IPV4 | SOCKOPT_UDP: IPv4's UDP */
	bool read_only;
};

extern const struct sockopt sockopt_table[];
extern const size_t sockopt_count;

/* The option of that C name, or NULL. */
const struct sockopt *sockopt_find(const char *name, size_t length);

/* Checks "NAME=VALUE"; 0 fills *OPTION and *VALUE, else -1 and *WHY, a phrase. */
int sockopt_parse(const char *assignment, const struct sockopt **option, const char **value, const char **why);

/* Whether a socket of this family has OPTION at all (IP_TTL on an IPv6 socket: no). */
bool sockopt_applies(const struct sockopt *option, int family);

/* Whether a socket of FAMILY and TYPE (SOCK_STREAM, SOCK_DGRAM) is one that OPTION is for. */
bool sockopt_has(const struct sockopt *option, int family, int type);

/* What a value is: flag, number, size, seconds, milliseconds, linger, name. */
const char *sockopt_kind_name(enum sockopt_kind kind);

/* The value that FD has, as text: a number, "off" or seconds for linger, a name. 0, or -1 with errno. */
enum { SOCKOPT_TEXT_MAX = 64 };
int sockopt_get(int fd, const struct sockopt *option, char text[SOCKOPT_TEXT_MAX]);

/* Sets OPTION of FD to what VALUE (checked by sockopt_parse) says. 0, or -1 with errno. */
int sockopt_set(int fd, const struct sockopt *option, const char *value);

#endif
