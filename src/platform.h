/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every file needs first: the feature macros, the answers of the probes, and the few
 * names that a system may lack; platform.c has the functions among them. No other file asks which
 * system this is. With NSK_PORTABLE the headers give POSIX.1-2008 and nothing else (on glibc: Linux's
 * constants come along). */
#ifndef NSK_PLATFORM_H
#define NSK_PLATFORM_H

#include "config.h"

#if NSK_PORTABLE
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#elif !defined(_GNU_SOURCE)
#define _GNU_SOURCE 1
#endif

#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* SIGPIPE is ignored as well, so nothing is lost */
#endif

/* To receive with: a datagram's true length is told, not what there was room for, and bytes of a TCP stream are thrown
 * away unseen (recv(2), tcp(7)). 0: only what fits is told, and bytes go where they are to. */
#if HAVE_RECV_TRUNC
#define RECEIVE_TRUE_LENGTH MSG_TRUNC
#else
#define RECEIVE_TRUE_LENGTH 0
#endif

#if !HAVE_MMSG
struct mmsghdr { /* a message of a batch, as Linux and the BSDs have it */
	struct msghdr msg_hdr;
	unsigned int msg_len;
};
#endif

#if defined(__GNUC__)
#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define PRINTF_LIKE(text, first)
#endif
#if defined(__GNUC__) && !defined(NSK_COVERAGE) /* which counts each branch once, not where it cannot be taken */
#define ALWAYS_INLINE inline __attribute__((__always_inline__))
#else
#define ALWAYS_INLINE inline
#endif

/* As their man pages have them. */
#if !HAVE_ASPRINTF
int asprintf(char **text, const char *format, ...) PRINTF_LIKE(2, 3);
int vasprintf(char **text, const char *format, va_list arguments) PRINTF_LIKE(2, 0);
#endif
#if !HAVE_MEMRCHR
void *memrchr(const void *bytes, int byte, size_t count);
#endif
#if !HAVE_PIPE2
int pipe2(int ends[2], int flags);
#endif
#if !HAVE_REALLOCARRAY
void *reallocarray(void *memory, size_t count, size_t size);
#endif
#if !HAVE_INET_ATON
struct in_addr;
int inet_aton(const char *text, struct in_addr *address);
#endif

#endif
