/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every file needs first: the feature macros, the answers of the probes, and the few
 * names that a system may lack. No other file asks which system this is. */
#ifndef NSK_PLATFORM_H
#define NSK_PLATFORM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "config.h"

#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* SIGPIPE is ignored as well, so nothing is lost */
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

#endif
