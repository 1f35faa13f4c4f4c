/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Starting programs: by posix_spawn(3), which costs the same however large this process is, with nothing but standard
 * input, output and error, and with signals and the limit of descriptors as nsk found them. */
#ifndef NSK_CORE_PROGRAM_H
#define NSK_CORE_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts WORDS[0], looked up on PATH, with WORDS as its arguments, ENVIRONMENT (NULL: ours), and INPUT and OUTPUT (-1: ours) as its
 * standard input and output. 0 and *PID, or -1 with errno. */
int program_start(char *const *words, char *const *environment, int input, int output, pid_t *pid);

/* CLEAN: PATH, HOME, TERM and LANG of our environment; else all of it without the variables that UCSPI's programs go by (PROTO, TCPREMOTEIP and so on), and with COUNT ADDED ones,
 * "NAME=VALUE", in front. One block, the caller's to free; the strings are not its own. NULL with ENOMEM. */
char **program_environment(char *const *added, int count, bool clean);

#endif
