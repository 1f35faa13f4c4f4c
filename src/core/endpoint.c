/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An address: its text, its port, what kind it is. How it comes from words is in endpoint_words.c. */
#include "platform.h"

#include "core/endpoint.h"

#include "bytes/digits.h"
#include "core/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

size_t endpoint_path_max(const char *path)
{
	return sizeof((struct sockaddr_un *)0)->sun_path - (path[0] != '@');
}

int endpoint_unix(const char *path, struct endpoint *endpoint)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&endpoint->address;
	size_t length = strlen(path);

	*endpoint = (struct endpoint){ .address.ss_family = AF_UNIX };
	if (length > endpoint_path_max(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (length == 0) {
		errno = ENOENT;
		return -1;
	}
	memcpy(address->sun_path, path, length);
	endpoint->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] != '@'));
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	return 0;
}

static const char *format_unix(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	const struct sockaddr_un *address = (const struct sockaddr_un *)&endpoint->address;
	size_t length = endpoint->length > offsetof(struct sockaddr_un, sun_path)
	                        ? endpoint->length - offsetof(struct sockaddr_un, sun_path)
	                        : 0;
	bool is_abstract = length > 0 && address->sun_path[0] == '\0';

	if (!is_abstract)
		length = strnlen(address->sun_path, length);
	memcpy(text, address->sun_path, length);
	text[length] = '\0';
	for (size_t i = 0; is_abstract && i < length; i++) {
		if (text[i] == '\0')
			text[i] = '@';
	}
	return text;
}

/* Without printf, which would be loaded for this alone. Returns the end. */
static char *format_ipv4(const struct endpoint *endpoint, char *text)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&endpoint->address;
	unsigned char bytes[sizeof four->sin_addr];

	memcpy(bytes, &four->sin_addr, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		text = digits_write_16(text, bytes[i]);
		*text++ = '.';
	}
	*--text = '\0';
	return text;
}

const char *endpoint_format_host(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;
	char name[IF_NAMESIZE];
	size_t length;

	switch (endpoint->address.ss_family) {
	case AF_INET:
		format_ipv4(endpoint, text);
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &six->sin6_addr, text, ENDPOINT_TEXT_MAX);
		length = strlen(text);
		if (six->sin6_scope_id != 0 && if_indextoname(six->sin6_scope_id, name) != NULL)
			snprintf(text + length, ENDPOINT_TEXT_MAX - length, "%%%s", name);
		else if (six->sin6_scope_id != 0)
			snprintf(text + length, ENDPOINT_TEXT_MAX - length, "%%%u", six->sin6_scope_id);
		break;
	case AF_UNIX:
		format_unix(endpoint, text);
		break;
	default:
		text[0] = '\0';
		break;
	}
	return text;
}

const char *endpoint_format(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	char host[ENDPOINT_TEXT_MAX];

	if (endpoint->address.ss_family == AF_INET) {
		char *end = format_ipv4(endpoint, text);

		*end = ':';
		*digits_write_16(end + 1, endpoint_port(endpoint)) = '\0';
		return text;
	}
	endpoint_format_host(endpoint, host);
	if (endpoint->address.ss_family == AF_INET6)
		snprintf(text, ENDPOINT_TEXT_MAX, "[%.120s]:%u", host, endpoint_port(endpoint));
	else
		memcpy(text, host, sizeof host);
	return text;
}

uint16_t endpoint_port(const struct endpoint *endpoint)
{
	if (endpoint->address.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)&endpoint->address)->sin_port);
	if (endpoint->address.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)&endpoint->address)->sin6_port);
	return 0;
}

void endpoint_set_port(struct endpoint *endpoint, uint16_t port)
{
	if (endpoint->address.ss_family == AF_INET)
		((struct sockaddr_in *)&endpoint->address)->sin_port = htons(port);
	if (endpoint->address.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&endpoint->address)->sin6_port = htons(port);
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->length == b->length && memcmp(&a->address, &b->address, a->length) == 0;
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;

	if (endpoint->address.ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)&endpoint->address)->sin_addr.s_addr) >> 24 == 127;
	if (endpoint->address.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	return true;
}

bool endpoint_lacks_scope(const struct endpoint *endpoint)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;

	return endpoint->address.ss_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) && six->sin6_scope_id == 0;
}

bool endpoint_is_wildcard(const struct endpoint *endpoint)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;

	if (endpoint->address.ss_family == AF_INET)
		return ((const struct sockaddr_in *)&endpoint->address)->sin_addr.s_addr == htonl(INADDR_ANY);
	return endpoint->address.ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr);
}

struct endpoint endpoint_connectable(const struct endpoint *endpoint)
{
	struct endpoint result = *endpoint;

	if (!endpoint_is_wildcard(endpoint))
		return result;
	if (result.address.ss_family == AF_INET)
		((struct sockaddr_in *)&result.address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&result.address)->sin6_addr = in6addr_loopback;
	return result;
}

int endpoint_of_socket(int fd, struct endpoint *endpoint)
{
	*endpoint = (struct endpoint){ .length = sizeof endpoint->address };
	return sock_getsockname(fd, (struct sockaddr *)&endpoint->address, &endpoint->length);
}

int endpoint_of_peer(int fd, struct endpoint *endpoint)
{
	*endpoint = (struct endpoint){ .length = sizeof endpoint->address };
	return sock_getpeername(fd, (struct sockaddr *)&endpoint->address, &endpoint->length);
}
