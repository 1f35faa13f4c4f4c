/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See endpoint_lookup.h. */
#include "platform.h"

#include "core/endpoint_lookup.h"

#include "core/blocking.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum endpoint_result endpoint_problem_set(struct endpoint_problem *problem, enum endpoint_result result,
                                          const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	return result;
}

struct lookup {
	struct blocking blocking;
	const char *host, *service; /* in words, or NULL */
	struct addrinfo hints;
	struct addrinfo *result;
	int code, error;
	char words[];
};

static void lookup_release(struct blocking *blocking)
{
	struct lookup *lookup = (struct lookup *)blocking;

	if (lookup->result != NULL)
		freeaddrinfo(lookup->result);
	free(lookup);
}

/* musl gives a name that nobody has asked for (and frees it with all the rest). */
static void drop_names(struct addrinfo *info)
{
	for (; info != NULL; info = info->ai_next)
		info->ai_canonname = NULL;
}

static void lookup_run(struct blocking *blocking)
{
	struct lookup *lookup = (struct lookup *)blocking;

	errno = 0;
	lookup->code = getaddrinfo(lookup->host, lookup->service, &lookup->hints, &lookup->result);
	lookup->error = errno;
	if (lookup->code != 0 && lookup->error == ENOMEM) /* glibc calls it an unknown name */
		lookup->code = EAI_MEMORY;
	if (lookup->code != 0)
		lookup->result = NULL;
	if ((lookup->hints.ai_flags & AI_CANONNAME) == 0)
		drop_names(lookup->result);
}

static struct lookup *lookup_new(const char *host, const char *service, const struct addrinfo *hints)
{
	size_t host_size = host != NULL ? strlen(host) + 1 : 0;
	size_t service_size = service != NULL ? strlen(service) + 1 : 0;
	struct lookup *lookup = calloc(1, sizeof *lookup + host_size + service_size);

	if (lookup == NULL)
		return NULL;
	lookup->blocking = (struct blocking){ .run = lookup_run, .release = lookup_release, .holders = 1 };
	lookup->hints = *hints;
	if (host != NULL)
		lookup->host = memcpy(lookup->words, host, host_size);
	if (service != NULL)
		lookup->service = memcpy(lookup->words + host_size, service, service_size);
	return lookup;
}

int endpoint_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, int64_t deadline,
                         struct addrinfo **result)
{
	struct lookup *lookup = lookup_new(host, service, hints);
	int code;

	if (lookup == NULL)
		return EAI_MEMORY;
	switch (blocking_run(&lookup->blocking, deadline)) {
	case BLOCKING_DONE:
		code = lookup->code;
		*result = lookup->result;
		errno = lookup->error;
		lookup->result = NULL;
		break;
	case BLOCKING_TIMEOUT:
		code = ENDPOINT_LOOKUP_TIMEOUT;
		break;
	case BLOCKING_INTERRUPTED:
		code = ENDPOINT_LOOKUP_INTERRUPTED;
		break;
	default:
		code = EAI_SYSTEM;
		break;
	}
	blocking_release(&lookup->blocking);
	return code;
}

const char *endpoint_lookup_code_name(int code)
{
	switch (code) {
	case EAI_ADDRFAMILY:
		return "EAI_ADDRFAMILY";
	case EAI_AGAIN:
		return "EAI_AGAIN";
	case EAI_BADFLAGS:
		return "EAI_BADFLAGS";
	case EAI_FAIL:
		return "EAI_FAIL";
	case EAI_FAMILY:
		return "EAI_FAMILY";
	case EAI_MEMORY:
		return "EAI_MEMORY";
	case EAI_NODATA:
		return "EAI_NODATA";
	case EAI_NONAME:
		return "EAI_NONAME";
	case EAI_OVERFLOW:
		return "EAI_OVERFLOW";
	case EAI_SERVICE:
		return "EAI_SERVICE";
	case EAI_SOCKTYPE:
		return "EAI_SOCKTYPE";
	case EAI_SYSTEM:
		return "EAI_SYSTEM";
	default:
		return "unknown code";
	}
}

enum endpoint_result endpoint_lookup_explain(const char *name, int code, struct endpoint_problem *problem)
{
	char reason[128];

	if (name == NULL || *name == '\0')
		name = "''"; /* or it would not be seen */
	if (code == ENDPOINT_LOOKUP_TIMEOUT)
		return endpoint_problem_set(problem, ENDPOINT_TIMEOUT, "%.256s: the name was not resolved in time", name);
	if (code == ENDPOINT_LOOKUP_INTERRUPTED)
		return endpoint_problem_set(problem, ENDPOINT_INTERRUPTED, "%.256s: interrupted", name);
	if (code == EAI_MEMORY || (code == EAI_SYSTEM && errno == ENOMEM))
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	if (code == EAI_SYSTEM)
		snprintf(reason, sizeof reason, "%s", strerror(errno));
	else if (code == EAI_SERVICE) /* glibc: "Servname not supported for ai_socktype" */
		strcpy(reason, "no such service");
	else
		snprintf(reason, sizeof reason, "%s", gai_strerror(code));
	reason[0] = (char)tolower((unsigned char)reason[0]);
	return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%.256s: %s (%s)", name, reason,
	                            endpoint_lookup_code_name(code));
}

enum endpoint_result endpoint_lookup_service(const char *name, int type, uint16_t *port,
                                             struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = type, .ai_flags = AI_PASSIVE };
	struct addrinfo *result;
	int code = getaddrinfo(NULL, name, &hints, &result); /* a file's affair: no deadline */

	if (code == EAI_SERVICE || code == EAI_NONAME)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%.256s: no such service (%s)", name,
		                            endpoint_lookup_code_name(code));
	if (code != 0)
		return endpoint_lookup_explain(name, code, problem);
	*port = ntohs(((struct sockaddr_in *)(void *)result->ai_addr)->sin_port);
	freeaddrinfo(result);
	return ENDPOINT_OK;
}

static bool holds(const struct endpoint *items, int count, const struct endpoint *endpoint)
{
	for (int i = 0; i < count; i++) {
		if (endpoint_equal(&items[i], endpoint))
			return true;
	}
	return false;
}

/* The addresses of ANSWERS, each once. -1 without memory. */
static int collect(const struct addrinfo *answers, struct endpoint_list *list)
{
	struct endpoint *items;
	size_t room = 1;
	int count = 0;

	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next)
		room++;
	items = calloc(room, sizeof *items);
	if (items == NULL)
		return -1;
	for (const struct addrinfo *at = answers; at != NULL; at = at->ai_next) {
		struct endpoint endpoint = { .length = at->ai_addrlen };

		memcpy(&endpoint.address, at->ai_addr, at->ai_addrlen);
		if (!holds(items, count, &endpoint))
			items[count++] = endpoint;
	}
	*list = (struct endpoint_list){ .items = items, .count = count };
	return 0;
}

enum endpoint_result endpoint_lookup_host(const char *host, const struct endpoint_query *query,
                                          struct endpoint_list *list, struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_family = query->family, .ai_socktype = query->type };
	struct addrinfo *answers = NULL;

	if (query->numeric)
		hints.ai_flags |= AI_NUMERICHOST;
	int code = endpoint_getaddrinfo(host, NULL, &hints, query->deadline, &answers);
	if (code != 0)
		return endpoint_lookup_explain(host, code, problem);
	int collected = collect(answers, list);
	freeaddrinfo(answers);
	return collected < 0 ? endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory") : ENDPOINT_OK;
}
