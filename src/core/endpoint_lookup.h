/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names to addresses by getaddrinfo, which blocks: under a deadline it runs in a thread of its own, so
 * that the deadline and the ending signals hold. For endpoint.c; others call endpoint_resolve. */
#ifndef NSK_CORE_ENDPOINT_LOOKUP_H
#define NSK_CORE_ENDPOINT_LOOKUP_H

#include "core/endpoint.h"

#include <netdb.h>

/* Not POSIX's; as glibc and musl have them, whose headers may hide them and whose functions return them all the same. */
#ifndef EAI_NODATA
#define EAI_NODATA -5
#endif
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY -9
#endif

/* Writes the sentence into PROBLEM and returns RESULT. */
enum endpoint_result endpoint_problem_set(struct endpoint_problem *problem, enum endpoint_result result,
                                          const char *format, ...) PRINTF_LIKE(3, 4);

/* The port of the service NAME for TYPE. */
enum endpoint_result endpoint_lookup_service(const char *name, int type, uint16_t *port,
                                             struct endpoint_problem *problem);

/* The addresses of HOST, each once, in getaddrinfo's order, their ports 0. */
enum endpoint_result endpoint_lookup_host(const char *host, const struct endpoint_query *query,
                                          struct endpoint_list *list, struct endpoint_problem *problem);

/* getaddrinfo(3) with a deadline. 0, one of its EAI_ codes (errno with EAI_SYSTEM), or one of these. */
enum { ENDPOINT_LOOKUP_TIMEOUT = -1001, ENDPOINT_LOOKUP_INTERRUPTED = -1002 };
int endpoint_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, int64_t deadline,
                         struct addrinfo **result);

/* Why NAME has no answer, from what endpoint_getaddrinfo or getnameinfo(3) returned. */
enum endpoint_result endpoint_lookup_explain(const char *name, int code, struct endpoint_problem *problem);

/* "EAI_NONAME" for a code. */
const char *endpoint_lookup_code_name(int code);

#endif
