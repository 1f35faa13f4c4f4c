/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See network.h. */
#include "platform.h"

#include "core/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The digits behind the slash, or LIMIT if there is no slash. -1: not a number up to LIMIT. */
static int parse_bits(const char *slash, int limit)
{
	size_t digits = slash != NULL ? strspn(slash + 1, "0123456789") : 0;

	if (slash == NULL)
		return limit;
	if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
		return -1;
	int bits = (int)strtol(slash + 1, NULL, 10);
	return bits <= limit ? bits : -1;
}

const char *network_parse(const char *text, struct network *network)
{
	const char *slash = strchr(text, '/');
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];

	*network = (struct network){ 0 };
	if (length >= sizeof address)
		return "not an address";
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET, address, network->address) == 1)
		network->family = AF_INET;
	else if (inet_pton(AF_INET6, address, network->address) == 1)
		network->family = AF_INET6;
	else
		return "not an address, or a range such as 10.0.0.0/8 or fe80::/10";
	int bits = parse_bits(slash, network->family == AF_INET ? 32 : 128);
	if (bits < 0)
		return network->family == AF_INET ? "the prefix is not a number from 0 to 32"
		                                  : "the prefix is not a number from 0 to 128";
	network->bits = (unsigned)bits;
	return NULL;
}

/* The endpoint's address in network order, and *FAMILY; NULL for another family. */
static const unsigned char *bytes_of(const struct endpoint *endpoint, int *family)
{
	const struct sockaddr_in *v4 = (const void *)&endpoint->address;
	const struct sockaddr_in6 *v6 = (const void *)&endpoint->address;

	*family = endpoint->address.ss_family;
	if (*family == AF_INET)
		return (const unsigned char *)&v4->sin_addr;
	if (*family != AF_INET6)
		return NULL;
	if (!IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		return v6->sin6_addr.s6_addr;
	*family = AF_INET;
	return v6->sin6_addr.s6_addr + 12;
}

bool network_contains(const struct network *network, const struct endpoint *endpoint)
{
	int family;
	const unsigned char *address = bytes_of(endpoint, &family);
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	if (address == NULL || family != network->family || memcmp(address, network->address, whole) != 0)
		return false;
	if (rest == 0)
		return true;
	unsigned mask = 0xffu << (8 - rest) & 0xffu;
	return ((address[whole] ^ network->address[whole]) & mask) == 0;
}
