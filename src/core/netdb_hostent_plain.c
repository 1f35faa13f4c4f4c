/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for netdb_hostent.c, by getaddrinfo and getnameinfo. They know no aliases. */
#include "platform.h"

#include "core/netdb_hostent.h"

#include "core/endpoint_lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* All of FOUND, whose first has the name. 0 or EAI_MEMORY. */
static int copy_found(const struct addrinfo *found, const char *name, struct netdb_host *answer)
{
	int count = 0;

	for (const struct addrinfo *at = found; at != NULL; at = at->ai_next)
		count++;
	answer->name = strdup(found->ai_canonname != NULL ? found->ai_canonname : name);
	answer->addresses.items = calloc((size_t)count, sizeof *answer->addresses.items);
	if (answer->name == NULL || answer->addresses.items == NULL)
		return EAI_MEMORY;
	for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		struct endpoint *item = &answer->addresses.items[answer->addresses.count++];

		item->length = at->ai_addrlen;
		memcpy(&item->address, at->ai_addr, at->ai_addrlen);
	}
	return 0;
}

static int ask_by_name(const char *name, struct netdb_host *answer)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME };
	struct addrinfo *found = NULL;
	int code = getaddrinfo(name, NULL, &hints, &found);

	if (code == 0)
		code = copy_found(found, name, answer);
	if (found != NULL)
		freeaddrinfo(found);
	return code;
}

static int ask_by_address(const struct endpoint *address, struct netdb_host *answer)
{
	char name[NI_MAXHOST];
	int code = getnameinfo((const struct sockaddr *)&address->address, address->length, name, sizeof name, NULL, 0,
	                       NI_NAMEREQD);

	if (code != 0)
		return code;
	answer->name = strdup(name);
	answer->addresses.items = calloc(1, sizeof *answer->addresses.items);
	if (answer->name == NULL || answer->addresses.items == NULL)
		return EAI_MEMORY;
	answer->addresses.items[0] = *address;
	answer->addresses.count = 1;
	return 0;
}

int netdb_hostent_ask(const char *name, const struct endpoint *address, struct netdb_host *answer)
{
	int code = name != NULL ? ask_by_name(name, answer) : ask_by_address(address, answer);

	if (code != 0 || (answer->aliases = calloc(1, sizeof *answer->aliases)) != NULL)
		return code;
	return EAI_MEMORY;
}

enum endpoint_result netdb_hostent_explain(const char *host, int code, int error, struct endpoint_problem *problem)
{
	errno = error;
	return endpoint_lookup_explain(host, code, problem);
}
