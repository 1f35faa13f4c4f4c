/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See netdb_hostent.h: by gethostbyname and gethostbyaddr, which answer in static memory. POSIX has dropped them. */
#include "platform.h"

#include "core/netdb_hostent.h"

#include "core/endpoint_lookup.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NETDB_INTERNAL
#define NETDB_INTERNAL -1 /* musl has the value without the name */
#endif

static int count_pointers(char *const *pointers)
{
	int count = 0;

	while (pointers != NULL && pointers[count] != NULL)
		count++;
	return count;
}

/* All aliases in one block behind their pointers: one free. NULL without memory. */
static char **copy_words(char *const *words, int count)
{
	size_t size = ((size_t)count + 1) * sizeof(char *);

	for (int i = 0; i < count; i++)
		size += strlen(words[i]) + 1;
	char **copy = malloc(size);
	if (copy == NULL)
		return NULL;
	char *text = (char *)(copy + count + 1);
	for (int i = 0; i < count; i++) {
		copy[i] = text;
		text = stpcpy(text, words[i]) + 1;
	}
	copy[count] = NULL;
	return copy;
}

static int copy_host(const struct hostent *from, struct netdb_host *to)
{
	int addresses = count_pointers(from->h_addr_list);

	to->name = strdup(from->h_name);
	to->alias_count = count_pointers(from->h_aliases);
	to->aliases = copy_words(from->h_aliases, to->alias_count);
	to->addresses.items = calloc((size_t)addresses + 1, sizeof *to->addresses.items);
	if (to->name == NULL || to->aliases == NULL || to->addresses.items == NULL)
		return -1;
	for (int i = 0; i < addresses; i++)
		netdb_set_address(&to->addresses.items[i], from->h_addrtype, from->h_addr_list[i]);
	to->addresses.count = addresses;
	return 0;
}

int netdb_hostent_ask(const char *name, const struct endpoint *address, struct netdb_host *answer)
{
	const struct hostent *host;

	errno = 0;
	h_errno = NETDB_INTERNAL; /* glibc leaves it as it was when it lacks memory */
	if (name != NULL)
		host = gethostbyname(name);
	else if (address->address.ss_family == AF_INET)
		host = gethostbyaddr(&((const struct sockaddr_in *)&address->address)->sin_addr, sizeof(struct in_addr),
		                     AF_INET);
	else
		host = gethostbyaddr(&((const struct sockaddr_in6 *)&address->address)->sin6_addr,
		                     sizeof(struct in6_addr), AF_INET6);
	if (host == NULL) /* glibc says HOST_NOT_FOUND, too, when it lacks memory */
		return errno == ENOMEM ? NETDB_INTERNAL : h_errno;
	if (copy_host(host, answer) == 0)
		return 0;
	errno = ENOMEM;
	return NETDB_INTERNAL;
}

static const char *host_code_name(int code)
{
	switch (code) {
	case HOST_NOT_FOUND:
		return "HOST_NOT_FOUND";
	case TRY_AGAIN:
		return "TRY_AGAIN";
	case NO_RECOVERY:
		return "NO_RECOVERY";
	case NO_DATA:
		return "NO_DATA";
	default:
		return "unknown code";
	}
}

enum endpoint_result netdb_hostent_explain(const char *host, int code, int error, struct endpoint_problem *problem)
{
	char reason[128];

	if (code == NETDB_INTERNAL) {
		errno = error;
		return endpoint_lookup_explain(host, EAI_SYSTEM, problem);
	}
	snprintf(reason, sizeof reason, "%s", hstrerror(code));
	reason[0] = (char)tolower((unsigned char)reason[0]);
	return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%.256s: %s (%s)", *host == '\0' ? "''" : host, reason,
	                            host_code_name(code));
}
