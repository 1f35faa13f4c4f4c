/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the user wrote, to addresses, without asking anybody; endpoint_lookup.c asks. */
#include "platform.h"

#include "core/endpoint.h"

#include "core/endpoint_lookup.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	bool is_url = strstr(operand, "://") != NULL;
	struct in_addr four;

	if (colon != NULL && !is_url)
		return split_whole(operand, colon, words, problem);
	colon = strrchr(operand, ':');
	if (inet_pton(AF_INET, operand, &four) == 1)
		return endpoint_problem_set(problem, ENDPOINT_MALFORMED, "'%s': a port is missing", operand);
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
		if (*at <= ' ' || *at == 0x7f || *at == ':' || strchr("+-", text[0]) != NULL)
			return malformed_port(text, problem);
	}
	if (numeric)
		return endpoint_problem_set(problem, ENDPOINT_UNRESOLVED, "%s: a service name, but -n allows numbers only", text);
	return endpoint_lookup_service(text, type, port, problem);
}

enum endpoint_result endpoint_words_port(const struct endpoint_words *words, int type, bool numeric, uint16_t *port,
                                         struct endpoint_problem *problem)
{
	enum endpoint_result result = endpoint_parse_port(words->port, type, numeric, port, problem);

	if (result == ENDPOINT_UNRESOLVED && !words->host_given && !numeric) {
		size_t length = strlen(problem->text);

		snprintf(problem->text + length, sizeof problem->text - length, "; behind a host, a port is missing");
	}
	return result;
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

/* Asks for the addresses of HOST, which are no numbers of a family that is wanted. Where there are none for a plain
 * reason, that is told instead of getaddrinfo's. */
static enum endpoint_result look_up_host(const char *host, const struct endpoint_query *query,
                                         struct endpoint_list *list, struct endpoint_problem *problem)
{
	enum endpoint_result result = endpoint_lookup_host(host, query, list, problem);
	bool is_six = starts_with_six(host, strlen(host));
	struct in_addr four;

	if (result != ENDPOINT_UNRESOLVED)
		return result;
	if (is_six && query->family == AF_INET)
		return endpoint_problem_set(problem, result, "%s: an IPv6 address, but -4 allows IPv4 only", host);
	if (inet_pton(AF_INET, host, &four) == 1)
		return endpoint_problem_set(problem, result, "%s: an IPv4 address, but -6 allows IPv6 only", host);
	if (is_six)
		return endpoint_problem_set(problem, result, "%s: there is no interface %s", host, host + strcspn(host, "%") + 1);
	if (query->numeric)
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
	enum endpoint_result result = endpoint_words_port(words, query->type, query->numeric, &port, problem);

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
