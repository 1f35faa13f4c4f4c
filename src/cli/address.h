/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From operands to addresses, with the messages and statuses that go with it; and the options about
 * addresses that all network commands share. */
#ifndef NSK_CLI_ADDRESS_H
#define NSK_CLI_ADDRESS_H

#include "cli/option.h"
#include "core/endpoint.h"

/* -4, -6, -n. */
struct address_settings {
	int64_t family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
};

extern const struct option_spec address_options[];

/* Resolves COUNT operands (HOST PORT, HOST:PORT, PORT) for sockets of TYPE, to listen on if PASSIVE, within DEADLINE. 0
 * and LIST, the caller's to release; or a status after a message. TIMEOUT_NS is named in the message when the deadline
 * passes. */
int address_resolve(int count, char *const *operands, const struct address_settings *settings, int type, bool passive,
                    int64_t deadline, struct endpoint_list *list);

/* The same for WORDS taken apart already, without a message: for one who may try again. */
enum endpoint_result address_look_up(const struct endpoint_words *words, const struct address_settings *settings, int type,
                                     bool passive, int64_t deadline, struct endpoint_list *list,
                                     struct endpoint_problem *problem);

/* The status that RESULT stands for, after a message if it is not ENDPOINT_OK. */
int address_report(enum endpoint_result result, const struct endpoint_problem *problem);

/* All of LIST as text, "127.0.0.1:80, [::1]:80", cut where it gets long. Returns TEXT. */
const char *address_format_list(const struct endpoint_list *list, char *text, size_t size);

#endif
