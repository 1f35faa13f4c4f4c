/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket API's constants by their C names. */
#ifndef NSK_CORE_CONSTANT_H
#define NSK_CORE_CONSTANT_H

#include <stddef.h>
#include <stdint.h>

enum constant_group {
	CONSTANT_FAMILY,   /* AF_INET */
	CONSTANT_TYPE,     /* SOCK_STREAM */
	CONSTANT_PROTOCOL, /* IPPROTO_TCP */
	CONSTANT_LEVEL,    /* SOL_SOCKET */
	CONSTANT_MESSAGE,  /* MSG_PEEK: flags */
	CONSTANT_SHUTDOWN, /* SHUT_WR */
	CONSTANT_POLL,     /* POLLIN: flags */
	CONSTANT_EPOLL,    /* EPOLLIN: flags */
	CONSTANT_LOOKUP,   /* AI_PASSIVE: flags */
	CONSTANT_NAME,     /* NI_NUMERICHOST: flags */
	CONSTANT_ANCILLARY, /* SCM_RIGHTS */
	CONSTANT_OTHER,    /* SOMAXCONN, INADDR_ANY */
	CONSTANT_OPTION,   /* IP_ADD_MEMBERSHIP: socket options that sockopt.h has no kind of value for */
	CONSTANT_LOOKUP_ERROR, /* EAI_NONAME */
	CONSTANT_ERROR,    /* ECONNREFUSED */
	CONSTANT_STATE     /* TCP's: ESTABLISHED */
};

struct constant {
	char name[28]; /* within: pointers cost every start of nsk; "\0" behind each makes the compiler see that it fits */
	enum constant_group group;
	int64_t value;
};

/* All that this system has; socket options are sockopt.h's. */
extern const struct constant constant_table[];
extern const size_t constant_count;

/* The constant called NAME, or NULL. TCP's states are none, for they have no names of their own in C: they are found by
 * themselves. */
const struct constant *constant_find(const char *name);
const struct constant *constant_find_state(const char *name);

/* The first name that GROUP has for VALUE, or NULL. */
const char *constant_name(enum constant_group group, int64_t value);

/* "MSG_PEEK|MSG_DONTWAIT" for or'ed flags of GROUP, "0" for none, what has no name as a number. Returns TEXT. */
enum { CONSTANT_FLAGS_MAX = 160 };
const char *constant_flags(enum constant_group group, unsigned value, char text[CONSTANT_FLAGS_MAX]);

/* "AF_INET", "SOCK_STREAM", "SOL_SOCKET" (the level of a socket option); "unknown" for what is not known here. */
const char *constant_family(int family);
const char *constant_type(int type);
const char *constant_level(int level);

/* "tcp" for IPPROTO_TCP, "ip" for 0: the names of /etc/protocols, which is not asked; NULL for others. */
const char *constant_protocol(int protocol);

#endif
