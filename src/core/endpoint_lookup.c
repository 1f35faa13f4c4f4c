/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See endpoint_lookup.h. The thread and the waiter share one heap block; whoever lets go last frees it. */
#include "platform.h"

#include "core/endpoint_lookup.h"

#include "core/deadline.h"
#include "core/interrupt.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct lookup {
	atomic_int holders; /* thread and waiter */
	int done[2];        /* a pipe: its end tells that the thread has finished */
	char *host, *service;
	struct addrinfo hints;
	struct addrinfo *result;
	int code, error;
};

static void lookup_release(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->holders, 1) > 1)
		return;
	if (lookup->code == 0 && lookup->result != NULL)
		freeaddrinfo(lookup->result);
	free(lookup->host);
	free(lookup->service);
	free(lookup);
}

static void *lookup_run(void *argument)
{
	struct lookup *lookup = argument;
	int done = lookup->done[1];

	lookup->code = getaddrinfo(lookup->host, lookup->service, &lookup->hints, &lookup->result);
	lookup->error = errno;
	close(done);
	lookup_release(lookup);
	return NULL;
}

static struct lookup *lookup_start(const char *host, const char *service, const struct addrinfo *hints)
{
	struct lookup *lookup = calloc(1, sizeof *lookup);
	pthread_attr_t attributes;
	pthread_t thread;

	if (lookup == NULL)
		return NULL;
	lookup->holders = 2;
	lookup->hints = *hints;
	lookup->host = host != NULL ? strdup(host) : NULL;
	lookup->service = service != NULL ? strdup(service) : NULL;
	if ((host != NULL && lookup->host == NULL) || (service != NULL && lookup->service == NULL) ||
	    pipe2(lookup->done, O_CLOEXEC) < 0)
		goto failed;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	int error = pthread_create(&thread, &attributes, lookup_run, lookup);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		return lookup;
	close(lookup->done[0]);
	close(lookup->done[1]);
	errno = error;
failed:
	lookup->holders = 1;
	lookup_release(lookup);
	return NULL;
}

/* 0 when the thread has finished, else one of the two codes. */
static int lookup_wait(const struct lookup *lookup, int64_t deadline)
{
	struct pollfd end = { .fd = lookup->done[0], .events = POLLIN };

	for (;;) {
		int timeout_ms = deadline_poll_timeout(deadline);
		struct timespec timeout = { timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };

		if (ppoll(&end, 1, timeout_ms < 0 ? NULL : &timeout, interrupt_wait_mask()) > 0)
			return 0;
		if (interrupt_pending() != 0)
			return ENDPOINT_LOOKUP_INTERRUPTED;
		if (deadline_passed(deadline))
			return ENDPOINT_LOOKUP_TIMEOUT;
	}
}

int endpoint_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, int64_t deadline,
                         struct addrinfo **result)
{
	struct lookup *lookup;
	int code;

	/* A wait without an end needs no thread, as long as signals still end the process by themselves. */
	if (deadline == DEADLINE_NEVER && interrupt_wait_mask() == NULL)
		return getaddrinfo(host, service, hints, result);
	lookup = lookup_start(host, service, hints);
	if (lookup == NULL)
		return EAI_SYSTEM;
	code = lookup_wait(lookup, deadline);
	close(lookup->done[0]);
	if (code == 0) {
		code = lookup->code;
		errno = lookup->error;
		*result = lookup->result;
		lookup->result = NULL;
	}
	int saved = errno;
	lookup_release(lookup);
	errno = saved;
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

static enum endpoint_result explain(const char *name, int code, struct endpoint_problem *problem)
{
	char reason[128];

	if (code == ENDPOINT_LOOKUP_TIMEOUT)
		return endpoint_problem_set(problem, ENDPOINT_TIMEOUT, "%s: the name was not resolved in time", name);
	if (code == ENDPOINT_LOOKUP_INTERRUPTED)
		return endpoint_problem_set(problem, ENDPOINT_INTERRUPTED, "%s: interrupted", name);
	if (code == EAI_MEMORY || (code == EAI_SYSTEM && errno == ENOMEM))
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	if (code == EAI_SYSTEM)
		snprintf(reason, sizeof reason, "%s", strerror(errno));
	else
		snprintf(reason, sizeof reason, "%s", gai_strerror(code));
	reason[0] = (char)tolower((unsigned char)reason[0]);
	return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%s: %s (%s)", name, reason,
	                            endpoint_lookup_code_name(code));
}

enum endpoint_result endpoint_lookup_service(const char *name, int type, uint16_t *port,
                                             struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = type, .ai_flags = AI_PASSIVE };
	struct addrinfo *result;
	int code = getaddrinfo(NULL, name, &hints, &result); /* a file's affair: no deadline */

	if (code == EAI_SERVICE || code == EAI_NONAME)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%s: no such service (%s)", name,
		                            endpoint_lookup_code_name(code));
	if (code != 0)
		return explain(name, code, problem);
	*port = ntohs(((struct sockaddr_in *)(void *)result->ai_addr)->sin_port);
	freeaddrinfo(result);
	return ENDPOINT_OK;
}

static bool holds(const struct endpoint_list *list, const struct endpoint *endpoint)
{
	for (int i = 0; i < list->count; i++) {
		if (endpoint_equal(&list->items[i], endpoint))
			return true;
	}
	return false;
}

enum endpoint_result endpoint_lookup_host(const char *host, const struct endpoint_query *query,
                                          struct endpoint_list *list, struct endpoint_problem *problem)
{
	struct addrinfo hints = { .ai_family = query->family, .ai_socktype = query->type };
	struct addrinfo *result = NULL;
	int count = 0;

	if (query->numeric)
		hints.ai_flags |= AI_NUMERICHOST;
	int code = endpoint_getaddrinfo(host, NULL, &hints, query->deadline, &result);
	if (code != 0)
		return explain(host, code, problem);
	for (const struct addrinfo *at = result; at != NULL; at = at->ai_next)
		count++;
	list->items = calloc((size_t)count, sizeof *list->items);
	if (list->items == NULL) {
		freeaddrinfo(result);
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	}
	for (const struct addrinfo *at = result; at != NULL; at = at->ai_next) {
		struct endpoint endpoint = { .length = at->ai_addrlen };

		memcpy(&endpoint.address, at->ai_addr, at->ai_addrlen);
		if (!holds(list, &endpoint))
			list->items[list->count++] = endpoint;
	}
	freeaddrinfo(result);
	return ENDPOINT_OK;
}
