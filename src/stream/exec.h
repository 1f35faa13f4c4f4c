/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --exec and --sh: a program whose standard input and output are a connection. It finds signals, descriptor limit and
 * environment as nsk did, but for UCSPI's names (https://cr.yp.to/proto/ucspi.txt), which are set anew. */
#ifndef NSK_STREAM_EXEC_H
#define NSK_STREAM_EXEC_H

#include "core/endpoint.h"
#include "stream/options.h"

#include <stdbool.h>
#include <sys/types.h>

/* Whether the options ask for a program. */
bool exec_wanted(const struct stream_settings *settings);

/* Refuses options that need nsk to see the bytes, which go past it then. 0, or a status after a message. */
int exec_check(const struct stream_settings *settings);

/* The program's name, for messages. */
const char *exec_name(const struct stream_settings *settings);

/* To be called once, before the first program is started. */
void exec_prepare(void);

/* Starts the program on the connected socket FD, which is made blocking and remains the caller's. 0 and *PID, or -1 with
 * errno. */
int exec_start(const struct stream_settings *settings, int fd, const struct endpoint *peer, pid_t *pid);

/* How the program ended: 0, or STATUS_FAILED after a message about PEER. WAIT_STATUS is wait(2)'s. */
int exec_report(const struct stream_settings *settings, const char *peer, int wait_status);

#endif
