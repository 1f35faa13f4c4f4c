/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls that look names up. */
#include "platform.h"

#include "core/constant.h"
#include "core/deadline.h"
#include "core/endpoint_lookup.h"
#include "core/netdb.h"
#include "repl/call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *text_or_null(const struct value *value)
{
	return value->kind == VALUE_TEXT ? (const char *)value->bytes : NULL;
}

/* TEXT into *VALUE. */
static int set(struct repl *repl, const char *text, struct value *value)
{
	return value_set_text(value, text, strlen(text)) < 0 ? repl_fail_memory(repl) : 0;
}

static int add_text(struct repl *repl, struct value *sequence, const char *text)
{
	struct value item;

	if (set(repl, text, &item) < 0)
		return -1;
	return value_add(sequence, item) < 0 ? repl_fail_memory(repl) : 0;
}

static int fail(struct repl *repl, enum endpoint_result result, const struct endpoint_problem *problem)
{
	return repl_fail_look_up(repl, result, problem);
}

/* ---- getaddrinfo, getnameinfo -------------------------------------------------------------------- */

/* The answers for HOST and SERVICE, the caller's to free; or -1 with the error set. */
static int ask(struct repl *repl, const char *host, const char *service, const struct addrinfo *hints,
               struct addrinfo **answers)
{
	struct endpoint_problem problem;
	int code = endpoint_getaddrinfo(host, service, hints, DEADLINE_NEVER, answers);

	if (code == 0)
		return 0;
	return fail(repl, endpoint_lookup_explain(host != NULL ? host : "None", code, &problem), &problem);
}

static struct endpoint endpoint_from(const struct addrinfo *info)
{
	struct endpoint endpoint = { .length = info->ai_addrlen };

	memcpy(&endpoint.address, info->ai_addr, info->ai_addrlen);
	return endpoint;
}

/* (FAMILY, TYPE, PROTO, CANONNAME, ADDRESS). */
static int add_tuple(struct repl *repl, const struct addrinfo *info, struct value *list)
{
	struct value tuple = value_sequence(VALUE_TUPLE), address;
	struct endpoint endpoint = endpoint_from(info);

	if (value_add(&tuple, value_constant(info->ai_family, CONSTANT_FAMILY)) < 0 ||
	    value_add(&tuple, value_constant(info->ai_socktype, CONSTANT_TYPE)) < 0 ||
	    value_add(&tuple, value_constant(info->ai_protocol, CONSTANT_PROTOCOL)) < 0 ||
	    add_text(repl, &tuple, info->ai_canonname != NULL ? info->ai_canonname : "") < 0 ||
	    value_set_address(&address, &endpoint) < 0 || value_add(&tuple, address) < 0) {
		value_release(&tuple);
		return repl_fail_memory(repl);
	}
	return value_add(list, tuple) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_getaddrinfo(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct addrinfo hints = { .ai_family = call_int(&arguments[2], AF_UNSPEC),
		                        .ai_socktype = call_int(&arguments[3], 0),
		                        .ai_protocol = call_int(&arguments[4], 0),
		                        .ai_flags = call_int(&arguments[5], 0) };
	struct addrinfo *answers = NULL;
	int status = 0;

	if (ask(repl, text_or_null(&arguments[0]), text_or_null(&arguments[1]), &hints, &answers) < 0)
		return -1;
	*result = value_sequence(VALUE_LIST);
	for (const struct addrinfo *at = answers; at != NULL && status == 0; at = at->ai_next)
		status = add_tuple(repl, at, result);
	freeaddrinfo(answers);
	return status;
}

/* Each address once, as nsk resolve prints them. */
static int run_resolve(struct repl *repl, struct value *arguments, struct value *result)
{
	const char *service = text_or_null(&arguments[1]);
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *answers = NULL;
	int status = 0;

	if (ask(repl, text_or_null(&arguments[0]), service, &hints, &answers) < 0)
		return -1;
	*result = value_sequence(VALUE_LIST);
	for (const struct addrinfo *at = answers; at != NULL && status == 0; at = at->ai_next) {
		struct endpoint endpoint = endpoint_from(at);
		struct value address;
		char text[ENDPOINT_TEXT_MAX];

		if (service == NULL)
			status = add_text(repl, result, endpoint_format_host(&endpoint, text));
		else if (value_set_address(&address, &endpoint) < 0 || value_add(result, address) < 0)
			status = repl_fail_memory(repl);
	}
	freeaddrinfo(answers);
	return status;
}

static int run_getnameinfo(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_problem problem;
	struct netdb_name name;
	enum endpoint_result found = netdb_name(arguments[0].address, call_int(&arguments[1], 0), DEADLINE_NEVER, &name, &problem);

	if (found != ENDPOINT_OK)
		return fail(repl, found, &problem);
	*result = value_sequence(VALUE_TUPLE);
	return add_text(repl, result, name.host) < 0 ? -1 : add_text(repl, result, name.service);
}

/* ---- the older ones ------------------------------------------------------------------------------ */

static int run_gethostbyname(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_problem problem;
	struct endpoint address;
	char text[ENDPOINT_TEXT_MAX];
	enum endpoint_result found = netdb_address((const char *)arguments[0].bytes, AF_INET, DEADLINE_NEVER, &address, &problem);

	return found != ENDPOINT_OK ? fail(repl, found, &problem) : set(repl, endpoint_format_host(&address, text), result);
}

/* (NAME, [ALIAS...], [ADDRESS...]). */
static int host_value(struct repl *repl, const struct netdb_host *host, struct value *result)
{
	struct value aliases = value_sequence(VALUE_LIST), addresses = value_sequence(VALUE_LIST);
	char text[ENDPOINT_TEXT_MAX];
	int status;

	*result = value_sequence(VALUE_TUPLE);
	status = add_text(repl, result, host->name);
	for (int i = 0; status == 0 && i < host->alias_count; i++)
		status = add_text(repl, &aliases, host->aliases[i]);
	for (int i = 0; status == 0 && i < host->addresses.count; i++)
		status = add_text(repl, &addresses, endpoint_format_host(&host->addresses.items[i], text));
	if (value_add(result, aliases) < 0 || value_add(result, addresses) < 0)
		status = repl_fail_memory(repl);
	return status;
}

static int run_gethostbyname_ex(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	enum endpoint_result found = netdb_host_by_name((const char *)arguments[0].bytes, DEADLINE_NEVER, &host, &problem);
	int status = found == ENDPOINT_OK ? host_value(repl, &host, result) : fail(repl, found, &problem);

	netdb_host_release(&host);
	return status;
}

static int run_gethostbyaddr(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	enum endpoint_result found = netdb_host_by_address((const char *)arguments[0].bytes, DEADLINE_NEVER, &host, &problem);
	int status = found == ENDPOINT_OK ? host_value(repl, &host, result) : fail(repl, found, &problem);

	netdb_host_release(&host);
	return status;
}

static int run_gethostname(struct repl *repl, struct value *arguments, struct value *result)
{
	char name[1025] = "";

	(void)arguments;
	if (gethostname(name, sizeof name - 1) < 0)
		return repl_fail_errno(repl);
	return set(repl, name, result);
}

/* Without a name, or with one for any address, this machine's; one that is unknown stands for itself. */
static int run_getfqdn(struct repl *repl, struct value *arguments, struct value *result)
{
	struct endpoint_problem problem;
	struct netdb_host host;
	char local[1025] = "";
	const char *name = text_or_null(&arguments[0]);

	if (name == NULL || *name == '\0' || strcmp(name, "0.0.0.0") == 0 || strcmp(name, "::") == 0) {
		if (gethostname(local, sizeof local - 1) < 0)
			return repl_fail_errno(repl);
		name = local;
	}
	enum endpoint_result found = netdb_host_by_address(name, DEADLINE_NEVER, &host, &problem);
	int status = found == ENDPOINT_OK ? set(repl, netdb_host_full_name(&host), result)
	             : found == ENDPOINT_UNRESOLVED ? set(repl, name, result)
	                                            : fail(repl, found, &problem);
	netdb_host_release(&host);
	return status;
}

static int run_getservbyname(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct servent *service = getservbyname((const char *)arguments[0].bytes, text_or_null(&arguments[1]));

	if (service == NULL)
		return repl_fail(repl, "OSError", "service/proto not found");
	*result = value_number(ntohs((uint16_t)service->s_port));
	return 0;
}

static int run_getservbyport(struct repl *repl, struct value *arguments, struct value *result)
{
	int port = call_int(&arguments[0], 0);

	if (port > UINT16_MAX)
		return repl_fail(repl, "OverflowError", "a port is a number from 0 to 65535");
	const struct servent *service = getservbyport(htons((uint16_t)port), text_or_null(&arguments[1]));
	return service == NULL ? repl_fail(repl, "OSError", "port/proto not found") : set(repl, service->s_name, result);
}

static int run_getprotobyname(struct repl *repl, struct value *arguments, struct value *result)
{
	const struct protoent *protocol = getprotobyname((const char *)arguments[0].bytes);

	if (protocol == NULL)
		return repl_fail(repl, "OSError", "protocol not found");
	*result = value_number(protocol->p_proto);
	return 0;
}

const struct call call_lookup_rows[] = {
	{ "getaddrinfo", "host:host [port:host] [family:int] [type:int] [proto:int] [flags:int]",
	  "int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)",
	  "socket.getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)",
	  "look a host and a service up: all that a program may try, in the order to try it", "EAI_NONAME EAI_AGAIN EAI_SERVICE",
	  run_getaddrinfo },
	{ "getnameinfo", "address:address [flags:int]",
	  "int getnameinfo(const struct sockaddr *addr, socklen_t addrlen, char *host, socklen_t hostlen, char *serv, "
	  "socklen_t servlen, int flags)",
	  "socket.getnameinfo(sockaddr, flags)", "look up the names of an address and its port", "EAI_NONAME", run_getnameinfo },
	{ "gethostbyname", "host:text", "struct hostent *gethostbyname(const char *name)", "socket.gethostbyname(hostname)",
	  "look up the first IPv4 address of a host", "EAI_NONAME", run_gethostbyname },
	{ "gethostbyname_ex", "host:text", "struct hostent *gethostbyname(const char *name)", "socket.gethostbyname_ex(hostname)",
	  "look up a host's name, aliases and IPv4 addresses", "EAI_NONAME", run_gethostbyname_ex },
	{ "gethostbyaddr", "address:text", "struct hostent *gethostbyaddr(const void *addr, socklen_t len, int type)",
	  "socket.gethostbyaddr(ip_address)", "look up the name, aliases and addresses of an address", "EAI_NONAME",
	  run_gethostbyaddr },
	{ "getfqdn", "[name:text]", "", "socket.getfqdn([name])", "find the full name, with its domain, of a host or of this machine",
	  "", run_getfqdn },
	{ "gethostname", "", "int gethostname(char *name, size_t len)", "socket.gethostname()", "tell the name of this machine", "",
	  run_gethostname },
	{ "getservbyname", "name:text [proto:text]", "struct servent *getservbyname(const char *name, const char *proto)",
	  "socket.getservbyname(servicename[, protocolname])", "look up the port of a service", "OSError", run_getservbyname },
	{ "getservbyport", "port:count [proto:text]", "struct servent *getservbyport(int port, const char *proto)",
	  "socket.getservbyport(port[, protocolname])", "look up the name of a port's service", "OSError", run_getservbyport },
	{ "getprotobyname", "name:text", "struct protoent *getprotobyname(const char *name)", "socket.getprotobyname(protocolname)",
	  "look up the number of an IP protocol", "OSError", run_getprotobyname },
	{ "resolve", "host:host [service:host]", "", "", "look up each address of a host once, as nsk resolve does", "EAI_NONAME EAI_SERVICE",
	  run_resolve },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
