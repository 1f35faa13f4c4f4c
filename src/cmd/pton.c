/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pton, ntop, aton, ntoa, and the same by the API's names (inet_pton ...): addresses as text, as hex digits, as
 * bytes. What is an address is left to the C library. */
#include "platform.h"

#include "bytes/hex.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_MAX = sizeof(struct in6_addr) };

/* ---- text to bytes ------------------------------------------------------------------------------- */

struct settings {
	int64_t family; /* pton: AF_UNSPEC is either */
	bool binary;
};

static int print_bytes(const void *bytes, size_t count, bool binary)
{
	char text[2 * ADDRESS_MAX + 1];

	if (binary) {
		fwrite(bytes, 1, count, stdout);
	} else {
		*hex_encode(text, bytes, count) = '\0';
		puts(text);
	}
	return STATUS_OK;
}

static int pton(const char *text, void *context)
{
	const struct settings *settings = context;
	unsigned char bytes[ADDRESS_MAX];
	int family = (int)settings->family;

	if (family != AF_INET6 && inet_pton(AF_INET, text, bytes) == 1)
		return print_bytes(bytes, sizeof(struct in_addr), settings->binary);
	if (family != AF_INET && inet_pton(AF_INET6, text, bytes) == 1)
		return print_bytes(bytes, sizeof(struct in6_addr), settings->binary);
	return report(STATUS_FAILED, "%s: not an %s address", message_object(text),
	              family == AF_INET    ? "IPv4"
	              : family == AF_INET6 ? "IPv6"
	                                   : "IPv4 or IPv6");
}

static int aton(const char *text, void *context)
{
	const struct settings *settings = context;
	struct in_addr address;

	if (inet_aton(text, &address) == 0)
		return report(STATUS_FAILED, "%s: not an IPv4 address", message_object(text));
	return print_bytes(&address, sizeof address, settings->binary);
}

static int run_pton(const void *settings, int argc, char **argv)
{
	struct settings copy = *(const struct settings *)settings;

	return operands_each(argc, argv, pton, &copy);
}

static int run_aton(const void *settings, int argc, char **argv)
{
	struct settings copy = *(const struct settings *)settings;

	return operands_each(argc, argv, aton, &copy);
}

/* ---- bytes to text ------------------------------------------------------------------------------- */

/* ntoa takes IPv4 alone. */
static const char *lengths_wanted(bool only_ipv4, bool binary)
{
	if (binary)
		return only_ipv4 ? "4 bytes are an address" : "4 or 16 bytes are an address";
	return only_ipv4 ? "8 hex digits are an address" : "8 or 32 hex digits are an address";
}

static int print_text(const unsigned char *bytes, size_t count)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(count == sizeof(struct in_addr) ? AF_INET : AF_INET6, bytes, text, sizeof text) == NULL)
		return report_errno("an address");
	puts(text);
	return STATUS_OK;
}

static bool is_address_length(size_t count, bool only_ipv4)
{
	return count == sizeof(struct in_addr) || (count == sizeof(struct in6_addr) && !only_ipv4);
}

static int print_hex(const char *digits, bool only_ipv4)
{
	struct hex_decoder decoder = { .pending = -1 };
	unsigned char bytes[ADDRESS_MAX];
	size_t length = strlen(digits);
	size_t bad;

	if (length == 0 || digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0')
		return report(STATUS_FAILED, "%s: not hex digits; %s", message_object(digits), lengths_wanted(only_ipv4, false));
	if (length % 2 != 0 || !is_address_length(length / 2, only_ipv4))
		return report(STATUS_FAILED, "%s: %zu hex digits; %s", digits, length, lengths_wanted(only_ipv4, false));
	hex_decode(&decoder, digits, length, bytes, &bad);
	return print_text(bytes, length / 2);
}

static int print_binary(bool only_ipv4)
{
	unsigned char bytes[ADDRESS_MAX + 1];
	size_t count = fread(bytes, 1, sizeof bytes, stdin);

	if (ferror(stdin))
		return report_errno("standard input");
	if (!is_address_length(count, only_ipv4))
		return report(STATUS_FAILED, "standard input: %s%zu bytes; %s", count > ADDRESS_MAX ? "more than " : "",
		              count > ADDRESS_MAX ? (size_t)ADDRESS_MAX : count, lengths_wanted(only_ipv4, true));
	return print_text(bytes, count);
}

static int ntop(const char *digits, void *context)
{
	(void)context;
	return print_hex(digits, false);
}

static int ntoa(const char *digits, void *context)
{
	(void)context;
	return print_hex(digits, true);
}

static int run_back(const struct settings *settings, int argc, char **argv, bool only_ipv4)
{
	if (settings->binary && argc > 0)
		return usage_error("extra operand '%s': --binary reads standard input", argv[0]);
	if (settings->binary)
		return print_binary(only_ipv4);
	if (argc == 0)
		return usage_error("an operand is missing: HEX..., or -b to read bytes");
	return operands_each(argc, argv, only_ipv4 ? ntoa : ntop, NULL);
}

static int run_ntop(const void *settings, int argc, char **argv)
{
	return run_back(settings, argc, argv, false);
}

static int run_ntoa(const void *settings, int argc, char **argv)
{
	return run_back(settings, argc, argv, true);
}

/* ---- the commands -------------------------------------------------------------------------------- */

#define BINARY_OUT FLAG('b', "binary", struct settings, binary, "write the bytes themselves")
#define BINARY_IN FLAG('b', "binary", struct settings, binary, "read the bytes themselves from stdin, of one address")

static const struct option_spec pton_options[] = {
	SET('4', NULL, struct settings, family, AF_INET, "IPv4 addresses only"),
	SET('6', NULL, struct settings, family, AF_INET6, "IPv6 addresses only"),
	BINARY_OUT,
	OPTION_END,
};
static const struct option_spec aton_options[] = { BINARY_OUT, OPTION_END };
static const struct option_spec ntop_options[] = { BINARY_IN, OPTION_END };
#define ntoa_options ntop_options

static const struct command_example pton_examples[] = {
	{ "nsk pton 127.0.0.1 ::1", "7f000001, and the 16 bytes of ::1" },
	{ "nsk pton -b 10.0.0.1 | nsk ntop -b", "there and back" },
	{ "nsk pton - <addresses.txt", "one address a line" },
	{ NULL, NULL },
};
static const struct command_example ntop_examples[] = {
	{ "nsk ntop 7f000001", "127.0.0.1" },
	{ "nsk ntop 20010db8000000000000000000000001", "2001:db8::1" },
	{ NULL, NULL },
};
static const struct command_example aton_examples[] = {
	{ "nsk aton 127.1 0x7f.1 2130706433", "7f000001, three times: the old forms are taken" },
	{ NULL, NULL },
};
static const struct command_example ntoa_examples[] = {
	{ "nsk ntoa 7f000001", "127.0.0.1" },
	{ NULL, NULL },
};

#define ADDRESS_COMMAND(name_, function_, flags_, operands_, minimum_, summary_) \
	const struct command command_##name_ = { \
		.name = #name_, \
		.summary = summary_, \
		.group = "Names and numbers", \
		.operands = operands_, \
		.min_operands = minimum_, \
		.max_operands = -1, \
		.flags = flags_, \
		.page = #function_, \
		.examples = function_##_examples, \
		.options = function_##_options, \
		.settings_size = sizeof(struct settings), \
		.run = run_##function_, \
	}

/* A command, and the same by the API's name. */
#define ADDRESS_COMMANDS(function_, operands_, minimum_, summary_) \
	ADDRESS_COMMAND(function_, function_, 0, operands_, minimum_, summary_); \
	ADDRESS_COMMAND(inet_##function_, function_, COMMAND_HIDDEN, operands_, minimum_, summary_)

ADDRESS_COMMANDS(pton, "ADDRESS...", 1, "turn addresses into network bytes, strictly");
ADDRESS_COMMANDS(ntop, "[HEX]...", 0, "turn network bytes into addresses");
ADDRESS_COMMANDS(aton, "ADDRESS...", 1, "turn IPv4 addresses, old forms too, into network bytes");
ADDRESS_COMMANDS(ntoa, "[HEX]...", 0, "turn network bytes into IPv4 addresses");
