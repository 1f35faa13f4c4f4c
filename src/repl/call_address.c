/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values as an address: a variable that holds one, HOST PORT (four words for IPv6 with flow and scope), HOST:PORT, or a
 * path (see call.h). */
#include "platform.h"

#include "core/deadline.h"
#include "core/netdb.h"
#include "repl/call.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static const char *text_of(const struct value *value)
{
	return value->kind == VALUE_WORD || value->kind == VALUE_TEXT ? (const char *)value->bytes : NULL;
}

/* "[::1]:80" or "127.0.0.1:80" as one word. */
static bool is_whole(const char *text)
{
	const char *colon = strchr(text, ':');

	return (*text == '[' && strstr(text, "]:") != NULL) || (colon != NULL && strchr(colon + 1, ':') == NULL);
}

static bool stands_alone(const struct value *value, int family)
{
	const char *text = text_of(value);

	if (text == NULL)
		return value->kind == VALUE_ADDRESS || value_is_sequence(value);
	return family == AF_UNIX || *text == '@' || strchr(text, '/') != NULL || is_whole(text);
}

size_t call_address_words(const struct value *values, size_t count, int family, bool is_last)
{
	if (count <= 1 || stands_alone(&values[0], family))
		return 1;
	return is_last && count == 4 ? 4 : 2;
}

static int path_address(struct repl *repl, const struct value *value, struct endpoint *address)
{
	if (memchr(value->bytes, '\0', value->count) != NULL) /* Python's spelling of an abstract name */
		return repl_fail(repl, "ValueError", "a zero byte in a path; Linux's abstract names are written @name");
	return endpoint_unix((const char *)value->bytes, address) < 0 ? repl_fail_errno(repl) : 0;
}

/* A number, a word of digits, or the name of a service. */
static int port_of(struct repl *repl, const struct value *value, uint16_t *port)
{
	struct endpoint_problem problem;
	int64_t number;
	const char *text = text_of(value);

	if (text == NULL) {
		if (value_int(value, &number) < 0 || number < 0 || number > UINT16_MAX)
			return repl_fail(repl, "OverflowError", "a port is a number from 0 to 65535");
		*port = (uint16_t)number;
		return 0;
	}
	enum endpoint_result result = endpoint_parse_port(text, SOCK_STREAM, false, port, &problem);
	return result == ENDPOINT_OK ? 0 : repl_fail_look_up(repl, result, &problem);
}

static int host_port(struct repl *repl, const struct value *host, const struct value *port, int family,
                     struct endpoint *address)
{
	struct endpoint_problem problem;
	uint16_t number = 0;
	const char *name = text_of(host);

	if (name == NULL)
		return repl_fail(repl, "TypeError", "%s: a host is text: HOST PORT", repl->calling);
	if (port_of(repl, port, &number) < 0)
		return -1;
	enum endpoint_result result = netdb_address(name, family, DEADLINE_NEVER, address, &problem);
	if (result != ENDPOINT_OK)
		return repl_fail_look_up(repl, result, &problem);
	endpoint_set_port(address, number);
	return 0;
}

/* HOST:PORT, or only PORT, which means this machine. */
static int one_word(struct repl *repl, const struct value *value, int family, struct endpoint *address)
{
	static const char here[] = "127.0.0.1", here_six[] = "::1";
	char *operands[1] = { (char *)value->bytes };
	struct endpoint_words words;
	struct endpoint_problem problem;
	struct value host, port;
	const char *name = family == AF_INET6 ? here_six : here;

	enum endpoint_result split = endpoint_split(1, operands, &words, &problem);
	if (split != ENDPOINT_OK)
		return repl_fail_look_up(repl, split, &problem);
	if (words.host_given)
		name = words.wildcard ? "" : words.host;
	if (value_set_word(&host, name) < 0 || value_set_word(&port, words.port) < 0)
		return repl_fail_memory(repl);
	int result = host_port(repl, &host, &port, family, address);
	value_release(&host);
	value_release(&port);
	return result;
}

/* What only IPv6 has: flow information and scope. */
static int set_scope(struct repl *repl, const struct value *values, struct endpoint *address)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address->address;
	int64_t numbers[2];

	for (int i = 0; i < 2; i++) {
		struct value number;

		if (value_copy(&number, &values[2 + i]) < 0 || value_settle(&number) < 0)
			return repl_fail_memory(repl);
		bool is_good = value_int(&number, &numbers[i]) == 0 && numbers[i] >= 0 && numbers[i] <= UINT32_MAX;
		value_release(&number);
		if (!is_good || address->address.ss_family != AF_INET6)
			return repl_fail(repl, "TypeError", "HOST PORT FLOW SCOPE is for IPv6 alone, all but the host in numbers");
	}
	six->sin6_flowinfo = htonl((uint32_t)numbers[0]);
	six->sin6_scope_id = (uint32_t)numbers[1];
	return 0;
}

int call_address(struct repl *repl, const struct value *values, size_t count, int family, struct endpoint *address)
{
	*address = (struct endpoint){ .length = 0 };
	if (count == 1 && values[0].kind == VALUE_ADDRESS) {
		*address = *values[0].address;
		return 0;
	}
	if (count == 1 && value_is_sequence(&values[0]))
		return call_address(repl, values[0].items, values[0].count, family, address);
	if (count == 1 && text_of(&values[0]) != NULL) {
		const char *text = text_of(&values[0]);

		if (family == AF_UNIX || *text == '@' || strchr(text, '/') != NULL)
			return path_address(repl, &values[0], address);
		return one_word(repl, &values[0], family, address);
	}
	if (count == 1 && values[0].kind == VALUE_NUMBER) { /* a port in a variable */
		struct value host;

		if (value_set_word(&host, family == AF_INET6 ? "::1" : "127.0.0.1") < 0)
			return repl_fail_memory(repl);
		int result = host_port(repl, &host, &values[0], family, address);
		value_release(&host);
		return result;
	}
	if (count != 2 && count != 4)
		return repl_fail(repl, "TypeError", "%s: an address is HOST PORT, HOST:PORT, or a path", repl->calling);
	if (host_port(repl, &values[0], &values[1], family, address) < 0)
		return -1;
	return count == 4 ? set_scope(repl, values, address) : 0;
}
