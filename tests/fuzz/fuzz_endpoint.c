/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any one or two words (a NUL between them) as an address: what is taken is taken again from its own text; a range of addresses
 * holds its own; what is refused has a reason. Nobody is asked. */
#include "platform.h"

#include "require.h"

#include "core/endpoint.h"
#include "core/multicast.h"
#include "core/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of ENDPOINT is one operand, which means ENDPOINT. */
static void check_again(const struct endpoint *endpoint, const struct endpoint_query *query)
{
	char text[ENDPOINT_TEXT_MAX];
	char *operand = text;
	struct endpoint_words words;
	struct endpoint_problem problem;
	struct endpoint_list list;

	endpoint_format(endpoint, text);
	require(endpoint_is_whole(text));
	require(endpoint_split(1, &operand, &words, &problem) == ENDPOINT_OK);
	require(endpoint_resolve(&words, query, &list, &problem) == ENDPOINT_OK);
	require(list.count == 1 && endpoint_equal(&list.items[0], endpoint));
	endpoint_list_release(&list);
}

static void check_words(const struct endpoint_words *words)
{
	struct endpoint_query query = { .family = AF_UNSPEC, .type = SOCK_STREAM, .numeric = true, .deadline = INT64_MAX };
	struct endpoint_problem problem = { "" };
	struct endpoint_list list;

	require(words->host_given || words->host[0] == '\0');
	if (endpoint_host_is_name(words) || strchr(words->host, '%') != NULL)
		return; /* somebody would have to be asked */
	enum endpoint_result result = endpoint_resolve(words, &query, &list, &problem);
	if (result != ENDPOINT_OK) {
		require(problem.text[0] != '\0' && list.count == 0 && list.items == NULL);
		return;
	}
	require(list.count > 0);
	for (int i = 0; i < list.count; i++)
		check_again(&list.items[i], &query);
	endpoint_list_release(&list);
}

/* A port is what strtoul says, or refused. */
static void check_port(const char *text)
{
	struct endpoint_problem problem = { "" };
	uint16_t port = 0;
	bool digits = *text != '\0' && strspn(text, "0123456789") == strlen(text);
	bool wanted = digits && strtoul(text, NULL, 10) <= 65535;

	errno = 0;
	if (strlen(text) >= sizeof((struct endpoint_words *)NULL)->port)
		return; /* never comes so far */
	require((endpoint_parse_port(text, SOCK_STREAM, true, &port, &problem) == ENDPOINT_OK) == wanted);
	require(wanted ? port == strtoul(text, NULL, 10) : problem.text[0] != '\0');
}

static void check_network(const char *text)
{
	struct network network;
	struct endpoint inside = { 0 };

	if (network_parse(text, &network) != NULL)
		return;
	inside.address.ss_family = (sa_family_t)network.family;
	if (network.family == AF_INET)
		memcpy(&((struct sockaddr_in *)&inside.address)->sin_addr, network.address, 4);
	else
		memcpy(&((struct sockaddr_in6 *)&inside.address)->sin6_addr, network.address, 16);
	require(network.bits <= (network.family == AF_INET ? 32u : 128u));
	/* an IPv6 range that IPv4 is mapped into holds no IPv4 address */
	require(network_contains(&network, &inside) ||
	        (network.family == AF_INET6 && IN6_IS_ADDR_V4MAPPED((struct in6_addr *)network.address)));
}

static void check_path(const char *text)
{
	char again[ENDPOINT_TEXT_MAX];
	struct endpoint endpoint;
	size_t length = strlen(text);

	int result = endpoint_unix(text, &endpoint);
	require((result == 0) == (length > 0 && length <= endpoint_path_max(text)));
	if (result == 0)
		require(strcmp(endpoint_format(&endpoint, again), text) == 0);
}

static void check_group(const char *text)
{
	struct endpoint group;
	unsigned interface;

	if (strchr(text, '%') == NULL && multicast_parse(text, &group, &interface) == 0)
		require(multicast_is_group(&group) && interface == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct endpoint_words words;
	struct endpoint_problem problem = { "" };
	char *text = malloc(size + 2);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = text[size + 1] = '\0';
	char *operands[] = { text, text + strlen(text) + 1 };
	for (int count = 1; count <= 2; count++) {
		if (endpoint_split(count, operands, &words, &problem) == ENDPOINT_OK)
			check_words(&words);
		else
			require(problem.text[0] != '\0');
	}
	check_port(text);
	check_network(text);
	check_path(text);
	check_group(text);
	free(text);
	return 0;
}
