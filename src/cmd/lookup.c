/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See lookup.h. */
#include "platform.h"

#include "cmd/lookup.h"

#include "bytes/hostname.h"
#include "cli/address.h"
#include "core/constant.h"

#include <stdio.h>
#include <string.h>

const struct option_spec lookup_options[] = {
	DURATION('w', "timeout", struct lookup_settings, timeout_ns, "give up after DURATION, with status 124"),
	OPTION_END,
};

const struct option_spec lookup_filter_options[] = {
	SET('4', NULL, struct lookup_filter, family, AF_INET, "IPv4 addresses only"),
	SET('6', NULL, struct lookup_filter, family, AF_INET6, "IPv6 addresses only"),
	CHOICE(0, "type", "stream|dgram|raw", struct lookup_filter, type, "for sockets of this type alone"),
	OPTION_END,
};

struct addrinfo lookup_hints(const struct lookup_filter *filter)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW };

	return (struct addrinfo){
		.ai_family = (int)filter->family,
		.ai_socktype = filter->type == LOOKUP_ANY_TYPE ? 0 : types[filter->type],
	};
}

int lookup_check_service(const char *service)
{
	struct endpoint_problem problem;
	uint16_t port;
	/* "numeric" refuses a good name without asking for it: the look-up that follows will ask. */
	enum endpoint_result result = endpoint_parse_port(service, 0, true, &port, &problem);

	return result == ENDPOINT_MALFORMED ? address_report(result, &problem) : 0;
}

void lookup_print_name(const char *name)
{
	char text[HOSTNAME_TEXT_MAX];

	fputs(hostname_escape(name, text), stdout);
}

const char *lookup_protocol(int protocol, char text[LOOKUP_PROTOCOL_MAX])
{
	const char *name = constant_protocol(protocol);

	if (name != NULL)
		snprintf(text, LOOKUP_PROTOCOL_MAX, "%s", name);
	else
		snprintf(text, LOOKUP_PROTOCOL_MAX, "%d", protocol);
	return text;
}

struct endpoint lookup_endpoint(const struct addrinfo *info)
{
	struct endpoint endpoint = { .length = info->ai_addrlen };

	memcpy(&endpoint.address, info->ai_addr, info->ai_addrlen);
	return endpoint;
}
