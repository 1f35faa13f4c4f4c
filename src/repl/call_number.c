/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Byte orders, and addresses as bytes. */
#include "platform.h"

#include "bytes/hex.h"
#include "core/constant.h"
#include "repl/call.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* ---- byte order ---------------------------------------------------------------------------------- */

static int take(struct repl *repl, const struct value *value, uint32_t maximum, uint32_t *number)
{
	if (value->kind != VALUE_NUMBER)
		return repl_fail(repl, "TypeError", "%s: a number is wanted", repl->calling);
	if (value->negative || value->magnitude > maximum)
		return repl_fail(repl, "OverflowError", "out of range: 0 to %lu", (unsigned long)maximum);
	*number = (uint32_t)value->magnitude;
	return 0;
}

/* htons and ntohs are the same swap, or none; likewise for 32 bits. */
static int run_swap_16(struct repl *repl, struct value *arguments, struct value *result)
{
	uint32_t number = 0;

	if (take(repl, &arguments[0], UINT16_MAX, &number) < 0)
		return -1;
	*result = value_number(htons((uint16_t)number));
	return 0;
}

static int run_swap_32(struct repl *repl, struct value *arguments, struct value *result)
{
	uint32_t number = 0;

	if (take(repl, &arguments[0], UINT32_MAX, &number) < 0)
		return -1;
	*result = value_unsigned(htonl(number));
	return 0;
}

/* ---- addresses ----------------------------------------------------------------------------------- */

static const char *text(const struct value *value)
{
	return (const char *)value->bytes;
}

static int address_bytes(struct repl *repl, int family, const struct value *address, struct value *result)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	if (family != AF_INET && family != AF_INET6)
		return repl_fail(repl, "EAFNOSUPPORT", "AF_INET or AF_INET6 is wanted");
	if (strlen(text(address)) != address->count || inet_pton(family, text(address), bytes) != 1)
		return repl_fail(repl, "OSError", "illegal IP address string: not an %s address", family == AF_INET ? "IPv4" : "IPv6");
	return value_set_text(result, bytes, family == AF_INET ? 4 : 16) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_inet_pton(struct repl *repl, struct value *arguments, struct value *result)
{
	return address_bytes(repl, call_int(&arguments[0], 0), &arguments[1], result);
}

static int run_pton(struct repl *repl, struct value *arguments, struct value *result)
{
	return address_bytes(repl, strchr(text(&arguments[0]), ':') != NULL ? AF_INET6 : AF_INET, &arguments[0], result);
}

static int address_text(struct repl *repl, int family, const unsigned char *bytes, size_t count, struct value *result)
{
	char name[INET6_ADDRSTRLEN];
	size_t wanted = family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);

	if (family != AF_INET && family != AF_INET6)
		return repl_fail(repl, "EAFNOSUPPORT", "AF_INET or AF_INET6 is wanted");
	if (count != wanted)
		return repl_fail(repl, "ValueError", "invalid length of packed IP address: %zu bytes are wanted, not %zu", wanted, count);
	inet_ntop(family, bytes, name, sizeof name);
	return value_set_text(result, name, strlen(name)) < 0 ? repl_fail_memory(repl) : 0;
}

/* The bytes that DATA is: as they are, or as hex digits, 8 or 32 of them. */
static size_t take_bytes(const struct value *data, unsigned char bytes[sizeof(struct in6_addr)])
{
	struct hex_decoder decoder = { .pending = -1 };
	size_t bad;

	if ((data->count == 8 || data->count == 32) &&
	    hex_decode(&decoder, text(data), data->count, bytes, &bad) == (ptrdiff_t)data->count / 2)
		return data->count / 2;
	if (data->count <= sizeof(struct in6_addr))
		memcpy(bytes, data->bytes, data->count);
	return data->count;
}

static int run_inet_ntop(struct repl *repl, struct value *arguments, struct value *result)
{
	unsigned char bytes[sizeof(struct in6_addr)] = { 0 };
	size_t count = take_bytes(&arguments[1], bytes);

	return address_text(repl, call_int(&arguments[0], 0), bytes, count, result);
}

static int run_ntop(struct repl *repl, struct value *arguments, struct value *result)
{
	unsigned char bytes[sizeof(struct in6_addr)] = { 0 };
	size_t count = take_bytes(&arguments[0], bytes);

	return address_text(repl, count == sizeof bytes ? AF_INET6 : AF_INET, bytes, count, result);
}

static int run_inet_aton(struct repl *repl, struct value *arguments, struct value *result)
{
	struct in_addr address;

	if (strlen(text(&arguments[0])) != arguments[0].count || inet_aton(text(&arguments[0]), &address) == 0)
		return repl_fail(repl, "OSError", "illegal IP address string passed to inet_aton");
	return value_set_text(result, &address, sizeof address) < 0 ? repl_fail_memory(repl) : 0;
}

static int run_inet_ntoa(struct repl *repl, struct value *arguments, struct value *result)
{
	unsigned char bytes[sizeof(struct in6_addr)] = { 0 };
	size_t count = take_bytes(&arguments[0], bytes);

	return address_text(repl, AF_INET, bytes, count, result);
}

/* ---- interfaces ---------------------------------------------------------------------------------- */

static int run_if_nametoindex(struct repl *repl, struct value *arguments, struct value *result)
{
	unsigned index = if_nametoindex(text(&arguments[0]));

	if (index == 0)
		return repl_fail(repl, "ENODEV", "no interface has this name");
	*result = value_unsigned(index);
	return 0;
}

static int run_if_indextoname(struct repl *repl, struct value *arguments, struct value *result)
{
	char name[IF_NAMESIZE];

	if (if_indextoname((unsigned)call_int(&arguments[0], 0), name) == NULL)
		return repl_fail(repl, "ENXIO", "no interface has this index");
	return value_set_text(result, name, strlen(name)) < 0 ? repl_fail_memory(repl) : 0;
}

const struct call call_number_rows[] = {
	{ "htons", "number:any", "uint16_t htons(uint16_t hostshort)", "socket.htons(x)",
	  "put a 16-bit number into network byte order", "OverflowError", run_swap_16 },
	{ "ntohs", "number:any", "uint16_t ntohs(uint16_t netshort)", "socket.ntohs(x)",
	  "put a 16-bit number from network into host byte order", "OverflowError", run_swap_16 },
	{ "htonl", "number:any", "uint32_t htonl(uint32_t hostlong)", "socket.htonl(x)",
	  "put a 32-bit number into network byte order", "OverflowError", run_swap_32 },
	{ "ntohl", "number:any", "uint32_t ntohl(uint32_t netlong)", "socket.ntohl(x)",
	  "put a 32-bit number from network into host byte order", "OverflowError", run_swap_32 },
	{ "inet_pton", "family:int address:text", "int inet_pton(int af, const char *src, void *dst)",
	  "socket.inet_pton(address_family, ip_string)", "turn an address into its bytes, strictly", "OSError EAFNOSUPPORT", run_inet_pton },
	{ "inet_ntop", "family:int data:bytes", "const char *inet_ntop(int af, const void *src, char *dst, socklen_t size)",
	  "socket.inet_ntop(address_family, packed_ip)", "turn 4 or 16 bytes, or their hex digits, into an address", "ValueError", run_inet_ntop },
	{ "inet_aton", "address:text", "int inet_aton(const char *cp, struct in_addr *inp)", "socket.inet_aton(ip_string)",
	  "turn an IPv4 address, old forms too (127.1), into its bytes", "OSError", run_inet_aton },
	{ "inet_ntoa", "data:bytes", "char *inet_ntoa(struct in_addr in)", "socket.inet_ntoa(packed_ip)",
	  "turn 4 bytes, or their hex digits, into an IPv4 address", "ValueError", run_inet_ntoa },
	{ "pton", "address:text", "", "", "inet_pton that sees by itself of which family an address is", "OSError", run_pton },
	{ "ntop", "data:bytes", "", "", "inet_ntop that sees by itself of which family an address is", "ValueError", run_ntop },
	{ "aton", "address:text", "", "", "the same as inet_aton", "", run_inet_aton },
	{ "ntoa", "data:bytes", "", "", "the same as inet_ntoa", "", run_inet_ntoa },
	{ "if_nametoindex", "name:text", "unsigned int if_nametoindex(const char *ifname)", "socket.if_nametoindex(if_name)",
	  "tell the number of a network interface", "ENODEV", run_if_nametoindex },
	{ "if_indextoname", "index:count", "char *if_indextoname(unsigned int ifindex, char *ifname)",
	  "socket.if_indextoname(if_index)", "tell the name of a network interface", "ENXIO", run_if_indextoname },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
