/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See netdb.h. */
#include "platform.h"

#include "core/netdb.h"

#include "core/blocking.h"
#include "core/endpoint_lookup.h"
#include "core/netdb_hostent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static enum endpoint_result explain_unfinished(const char *name, enum blocking_result result,
                                               struct endpoint_problem *problem)
{
	switch (result) {
	case BLOCKING_TIMEOUT:
		return endpoint_lookup_explain(name, ENDPOINT_LOOKUP_TIMEOUT, problem);
	case BLOCKING_INTERRUPTED:
		return endpoint_lookup_explain(name, ENDPOINT_LOOKUP_INTERRUPTED, problem);
	default:
		return endpoint_lookup_explain(name, EAI_SYSTEM, problem);
	}
}

static enum endpoint_result out_of_memory(struct endpoint_problem *problem)
{
	return endpoint_lookup_explain("", EAI_MEMORY, problem);
}

/* ---- the first address -------------------------------------------------------------------------- */

void netdb_set_address(struct endpoint *endpoint, int family, const void *bytes)
{
	*endpoint = (struct endpoint){ .address.ss_family = (sa_family_t)family };
	if (family == AF_INET) {
		memcpy(&((struct sockaddr_in *)&endpoint->address)->sin_addr, bytes, sizeof(struct in_addr));
		endpoint->length = sizeof(struct sockaddr_in);
	} else {
		memcpy(&((struct sockaddr_in6 *)&endpoint->address)->sin6_addr, bytes, sizeof(struct in6_addr));
		endpoint->length = sizeof(struct sockaddr_in6);
	}
}

/* Numbers need no look-up. */
static bool read_numbers(const char *host, int family, struct endpoint *address)
{
	struct in6_addr bytes;

	if (strcmp(host, "<broadcast>") == 0)
		host = "255.255.255.255";
	if (family != AF_INET6 && inet_pton(AF_INET, host, &bytes) == 1)
		netdb_set_address(address, AF_INET, &bytes);
	else if (family != AF_INET && inet_pton(AF_INET6, host, &bytes) == 1)
		netdb_set_address(address, AF_INET6, &bytes);
	else
		return false;
	return true;
}

enum endpoint_result netdb_address(const char *host, int family, int64_t deadline, struct endpoint *address,
                                   struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_family = family };
	struct addrinfo *result = NULL;
	bool wildcard = *host == '\0';

	if (read_numbers(host, family, address))
		return ENDPOINT_OK;
	if (wildcard) {
		hints.ai_socktype = SOCK_DGRAM;
		hints.ai_flags = AI_PASSIVE;
	}
	int code = endpoint_getaddrinfo(wildcard ? NULL : host, wildcard ? "0" : NULL, &hints, deadline, &result);
	if (code != 0)
		return endpoint_lookup_explain(host, code, problem);
	if (wildcard && result->ai_next != NULL) {
		freeaddrinfo(result);
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "an empty name is the wildcard, which has two "
		                            "addresses here, 0.0.0.0 and ::");
	}
	*address = (struct endpoint){ .length = result->ai_addrlen };
	memcpy(&address->address, result->ai_addr, result->ai_addrlen);
	freeaddrinfo(result);
	return ENDPOINT_OK;
}

/* ---- hosts --------------------------------------------------------------------------------------- */

struct question {
	struct blocking blocking;
	char *name;              /* NULL: asked by address */
	struct endpoint address;
	struct netdb_host answer;
	int code, error;         /* netdb_hostent_ask's, and errno */
};

void netdb_host_release(struct netdb_host *host)
{
	free(host->name);
	free(host->aliases);
	endpoint_list_release(&host->addresses);
	*host = (struct netdb_host){ 0 };
}

static void release_question(struct blocking *blocking)
{
	struct question *question = (struct question *)blocking;

	netdb_host_release(&question->answer);
	free(question->name);
	free(question);
}

static void ask_host(struct blocking *blocking)
{
	struct question *question = (struct question *)blocking;

	question->code = netdb_hostent_ask(question->name, &question->address, &question->answer);
	question->error = errno;
}

/* Asks for HOST by its name, or by its ADDRESS if that is given. */
static enum endpoint_result ask(const char *host, const struct endpoint *address, int64_t deadline,
                                struct netdb_host *answer, struct endpoint_problem *problem)
{
	struct question *question = calloc(1, sizeof *question);
	enum endpoint_result result = ENDPOINT_OK;

	if (question == NULL)
		return out_of_memory(problem);
	question->blocking = (struct blocking){ .run = ask_host, .release = release_question, .holders = 1 };
	if (address != NULL)
		question->address = *address;
	else if ((question->name = strdup(host)) == NULL) {
		result = out_of_memory(problem);
		goto out;
	}
	enum blocking_result ended = blocking_run(&question->blocking, deadline);
	if (ended != BLOCKING_DONE) {
		result = explain_unfinished(host, ended, problem);
	} else if (question->code != 0) {
		result = netdb_hostent_explain(host, question->code, question->error, problem);
	} else {
		*answer = question->answer;
		question->answer = (struct netdb_host){ 0 };
	}
out:
	blocking_release(&question->blocking);
	return result;
}

enum endpoint_result netdb_host_by_name(const char *host, int64_t deadline, struct netdb_host *answer,
                                        struct endpoint_problem *problem)
{
	struct endpoint address;

	*answer = (struct netdb_host){ 0 };
	enum endpoint_result result = netdb_address(host, AF_INET, deadline, &address, problem);
	return result == ENDPOINT_OK ? ask(host, NULL, deadline, answer, problem) : result;
}

enum endpoint_result netdb_host_by_address(const char *host, int64_t deadline, struct netdb_host *answer,
                                           struct endpoint_problem *problem)
{
	struct endpoint address;

	*answer = (struct netdb_host){ 0 };
	enum endpoint_result result = netdb_address(host, AF_UNSPEC, deadline, &address, problem);
	return result == ENDPOINT_OK ? ask(host, &address, deadline, answer, problem) : result;
}

const char *netdb_host_full_name(const struct netdb_host *host)
{
	if (strchr(host->name, '.') != NULL)
		return host->name;
	for (int i = 0; i < host->alias_count; i++) {
		if (strchr(host->aliases[i], '.') != NULL)
			return host->aliases[i];
	}
	return host->name;
}

/* ---- the name of an address ---------------------------------------------------------------------- */

struct name_question {
	struct blocking blocking;
	struct endpoint endpoint;
	int flags;
	struct netdb_name name;
	int code, error;
};

static void ask_name(struct blocking *blocking)
{
	struct name_question *question = (struct name_question *)blocking;
	const struct endpoint *endpoint = &question->endpoint;

	errno = 0;
	question->code = getnameinfo((const struct sockaddr *)&endpoint->address, endpoint->length, question->name.host,
	                             sizeof question->name.host, question->name.service,
	                             sizeof question->name.service, question->flags);
	question->error = errno;
	if (question->error == ENOMEM) /* then glibc answers with numbers */
		question->code = EAI_MEMORY;
}

static void release_name(struct blocking *blocking)
{
	free(blocking);
}

enum endpoint_result netdb_name(const struct endpoint *endpoint, int flags, int64_t deadline, struct netdb_name *name,
                                struct endpoint_problem *problem)
{
	struct name_question *question = calloc(1, sizeof *question);
	enum endpoint_result result = ENDPOINT_OK;
	char text[ENDPOINT_TEXT_MAX];

	if (question == NULL)
		return out_of_memory(problem);
	endpoint_format_host(endpoint, text);
	question->blocking = (struct blocking){ .run = ask_name, .release = release_name, .holders = 1 };
	question->endpoint = *endpoint;
	question->flags = flags;
	enum blocking_result ended = blocking_run(&question->blocking, deadline);
	if (ended != BLOCKING_DONE) {
		result = explain_unfinished(text, ended, problem);
	} else if (question->code != 0) {
		errno = question->error;
		result = endpoint_lookup_explain(text, question->code, problem);
	} else {
		*name = question->name;
	}
	blocking_release(&question->blocking);
	return result;
}
