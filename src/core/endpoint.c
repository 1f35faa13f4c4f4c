/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text to addresses and back, without asking anybody; endpoint_lookup.c asks. */
#include "platform.h"

#include "core/endpoint.h"

#include "core/endpoint_lookup.h"
#include "core/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum endpoint_result endpoint_problem_set(struct endpoint_problem *problem, enum endpoint_result result,
                                          const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	return result;
}

static enum endpoint_result set_port_word(struct endpoint_words *words, const char *port,
                                          struct endpoint_problem *problem)
{
	if (strlen(port) >= sizeof words->port)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "'%.40s...': not a port (0 to 65535, or a service name)", port);
	strcpy(words->port, port);
	return ENDPOINT_OK;
}

static enum endpoint_result set_host_word(struct endpoint_words *words, const char *host, size_t length,
                                          struct endpoint_problem *problem)
{
	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	}
	if (length == 0)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "an empty host name");
	if (length >= sizeof words->host)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%.40s...: a host name has at most 255 bytes", host);
	memcpy(words->host, host, length);
	words->host[length] = '\0';
	words->host_given = true;
	words->wildcard = strcmp(words->host, "*") == 0;
	return ENDPOINT_OK;
}

/* "[V6]:PORT", "HOST:PORT", ":PORT", with the colon before PORT at COLON. */
static enum endpoint_result split_whole(const char *operand, const char *colon, struct endpoint_words *words,
                                        struct endpoint_problem *problem)
{
	enum endpoint_result result = set_port_word(words, colon + 1, problem);

	if (result != ENDPOINT_OK)
		return result;
	if (colon == operand) {
		words->host_given = true;
		words->wildcard = true;
		return ENDPOINT_OK;
	}
	return set_host_word(words, operand, (size_t)(colon - operand), problem);
}

/* The colon before the port if OPERAND is a whole address, else NULL. */
static const char *whole_colon(const char *operand)
{
	const char *bracket = operand[0] == '[' ? strstr(operand, "]:") : NULL;
	const char *colon = strchr(operand, ':');

	if (bracket != NULL)
		return bracket + 1;
	return colon != NULL && strchr(colon + 1, ':') == NULL ? colon : NULL;
}

/* Are the first LENGTH bytes of TEXT an IPv6 address, a scope behind it or not? */
static bool starts_with_six(const char *text, size_t length)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr bytes;
	const char *scope = memchr(text, '%', length);

	if (scope != NULL && scope + 1 < text + length && memchr(scope, ':', (size_t)(text + length - scope)) == NULL)
		length = (size_t)(scope - text);
	if (length >= sizeof address)
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	return inet_pton(AF_INET6, address, &bytes) == 1;
}

bool endpoint_is_whole(const char *operand)
{
	return whole_colon(operand) != NULL;
}

static enum endpoint_result split_one(const char *operand, struct endpoint_words *words,
                                      struct endpoint_problem *problem)
{
	const char *colon = whole_colon(operand);

	if (colon != NULL)
		return split_whole(operand, colon, words, problem);
	colon = strrchr(operand, ':');
	if (colon == NULL && operand[0] != '[')
		return set_port_word(words, operand, problem);
	if (strlen(operand) > 200)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "%.40s...: not an address", operand);
	if (operand[0] == '[')
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "%s: a port is missing ([IPV6]:PORT)", operand);
	bool is_six = starts_with_six(operand, strlen(operand));
	bool has_port = colon[1] != '\0' && starts_with_six(operand, (size_t)(colon - operand));
	if (is_six && has_port) /* "::1:80" reads as an address as well: say both */
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED,
		                            "%s: with a port, write [%.*s]:%s; without one, a port is missing", operand,
		                            (int)(colon - operand), operand, colon + 1);
	if (is_six)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "%s: a port is missing", operand);
	if (has_port)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "%s: an IPv6 address stands in brackets: [%.*s]:%s",
		                            operand, (int)(colon - operand), operand, colon + 1);
	return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "%s: not an address (HOST:PORT, or [IPV6]:PORT)", operand);
}

enum endpoint_result endpoint_split(int count, char *const *operands, struct endpoint_words *words,
                                    struct endpoint_problem *problem)
{
	*words = (struct endpoint_words){ 0 };
	if (count == 1)
		return split_one(operands[0], words, problem);
	if (whole_colon(operands[0]) != NULL)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "extra operand '%.200s' behind the address %.200s",
		                            operands[1], operands[0]);
	enum endpoint_result result = set_host_word(words, operands[0], strlen(operands[0]), problem);
	return result != ENDPOINT_OK ? result : set_port_word(words, operands[1], problem);
}

bool endpoint_host_is_name(const struct endpoint_words *words)
{
	struct in_addr four;

	return words->host_given && !words->wildcard && inet_pton(AF_INET, words->host, &four) != 1 &&
	       !starts_with_six(words->host, strlen(words->host));
}

static enum endpoint_result malformed_port(const char *text, struct endpoint_problem *problem)
{
	return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "'%s': not a port (0 to 65535, or a service name)", text);
}

enum endpoint_result endpoint_parse_port(const char *text, int type, bool numeric, uint16_t *port,
                                         struct endpoint_problem *problem)
{
	unsigned long value = 0;
	size_t digits = strspn(text, "0123456789");

	for (const char *at = text; at < text + digits && value <= UINT16_MAX; at++)
		value = value * 10 + (unsigned long)(*at - '0');
	if (digits > 0) {
		if (text[digits] != '\0' || value > UINT16_MAX)
			return malformed_port(text, problem);
		*port = (uint16_t)value;
		return ENDPOINT_OK;
	}
	for (const char *at = text; *at != '\0' || at == text; at++) {
		if (*at <= ' ' || *at == 0x7f || strchr("+-", text[0]) != NULL)
			return malformed_port(text, problem);
	}
	if (numeric)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%s: a service name, but -n allows numbers only", text);
	return endpoint_lookup_service(text, type, port, problem);
}

static int list_add(struct endpoint_list *list, const struct endpoint *endpoint)
{
	struct endpoint *items = realloc(list->items, ((size_t)list->count + 1) * sizeof *items);

	if (items == NULL)
		return -1;
	items[list->count++] = *endpoint;
	list->items = items;
	return 0;
}

/* Adds the numbers TEXT of FAMILY, unless the query wants the other family. */
static int add_number(struct endpoint_list *list, int wanted_family, int family, const char *text)
{
	struct endpoint endpoint = { .address.ss_family = (sa_family_t)family };
	void *bytes = &((struct sockaddr_in *)&endpoint.address)->sin_addr;

	if (wanted_family != AF_UNSPEC && wanted_family != family)
		return 0;
	endpoint.length = sizeof(struct sockaddr_in);
	if (family == AF_INET6) {
		bytes = &((struct sockaddr_in6 *)&endpoint.address)->sin6_addr;
		endpoint.length = sizeof(struct sockaddr_in6);
	}
	if (inet_pton(family, text, bytes) != 1)
		return 0;
	return list_add(list, &endpoint);
}

/* Asks for the addresses of HOST. Where there are none for a plain reason, that is told instead of getaddrinfo's. */
static enum endpoint_result look_up_host(const char *host, const struct endpoint_query *query,
                                         struct endpoint_list *list, struct endpoint_problem *problem)
{
	enum endpoint_result result = endpoint_lookup_host(host, query, list, problem);
	const char *scope = strchr(host, '%');
	bool is_six = starts_with_six(host, strlen(host));
	struct in_addr four;

	if (result != ENDPOINT_UNRESOLVED)
		return result;
	if (is_six && query->family == AF_INET)
		return endpoint_problem_set(problem, result, "%s: an IPv6 address, but -4 allows IPv4 only", host);
	if (inet_pton(AF_INET, host, &four) == 1 && query->family == AF_INET6)
		return endpoint_problem_set(problem, result, "%s: an IPv4 address, but -6 allows IPv6 only", host);
	if (is_six && scope != NULL)
		return endpoint_problem_set(problem, result, "%s: there is no interface %s", host, scope + 1);
	if (!is_six && query->numeric)
		return endpoint_problem_set(problem, result, "%s: a host name, but -n allows numbers only", host);
	return result;
}

static enum endpoint_result resolve_host(const struct endpoint_words *words, const struct endpoint_query *query,
                                         struct endpoint_list *list, struct endpoint_problem *problem)
{
	bool all = words->wildcard && query->passive;
	int failed;

	if (words->wildcard || !words->host_given) {
		failed = add_number(list, query->family, AF_INET, all ? "0.0.0.0" : "127.0.0.1") < 0 ||
		         add_number(list, query->family, AF_INET6, all ? "::" : "::1") < 0;
	} else {
		failed = add_number(list, query->family, AF_INET, words->host) < 0 ||
		         add_number(list, query->family, AF_INET6, words->host) < 0;
	}
	if (failed)
		return endpoint_problem_set(problem, ENDPOINT_FAILED, "out of memory");
	return list->count > 0 ? ENDPOINT_OK : look_up_host(words->host, query, list, problem);
}

enum endpoint_result endpoint_resolve(const struct endpoint_words *words, const struct endpoint_query *query,
                                      struct endpoint_list *list, struct endpoint_problem *problem)
{
	uint16_t port = 0;
	enum endpoint_result result = endpoint_parse_port(words->port, query->type, query->numeric, &port, problem);

	*list = (struct endpoint_list){ 0 };
	if (result != ENDPOINT_OK)
		return result;
	result = resolve_host(words, query, list, problem);
	if (result != ENDPOINT_OK)
		endpoint_list_release(list);
	for (int i = 0; i < list->count; i++)
		endpoint_set_port(&list->items[i], port);
	return result;
}

void endpoint_list_release(struct endpoint_list *list)
{
	free(list->items);
	*list = (struct endpoint_list){ 0 };
}

size_t endpoint_path_max(void)
{
	return sizeof((struct sockaddr_un *)0)->sun_path - 1;
}

int endpoint_unix(const char *path, struct endpoint *endpoint)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&endpoint->address;
	size_t length = strlen(path);

	*endpoint = (struct endpoint){ .address.ss_family = AF_UNIX };
	if (length > endpoint_path_max()) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (length == 0) {
		errno = ENOENT;
		return -1;
	}
	memcpy(address->sun_path, path, length);
	endpoint->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
	if (path[0] == '@') {
		address->sun_path[0] = '\0';
		endpoint->length--; /* an abstract name has no NUL behind it */
	}
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

const char *endpoint_format_host(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;
	char name[IF_NAMESIZE];
	size_t length;

	switch (endpoint->address.ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &((const struct sockaddr_in *)&endpoint->address)->sin_addr, text, ENDPOINT_TEXT_MAX);
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

	endpoint_format_host(endpoint, host);
	if (endpoint->address.ss_family == AF_INET6)
		snprintf(text, ENDPOINT_TEXT_MAX, "[%.120s]:%u", host, endpoint_port(endpoint));
	else if (endpoint->address.ss_family == AF_INET)
		snprintf(text, ENDPOINT_TEXT_MAX, "%.120s:%u", host, endpoint_port(endpoint));
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
