/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * htons, ntohs, htonl, ntohl: one function with a width and a direction. */
#include "platform.h"

#include "bytes/number.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/operands.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct settings {
	bool explain;
};

static const struct option_spec options[] = {
	FLAG(0, "explain", struct settings, explain, "show the number's bytes in memory, in both orders"),
	OPTION_END,
};

struct conversion {
	unsigned bytes;                /* 2 or 4 */
	uint32_t (*convert)(uint32_t); /* its own inverse */
	bool to_host;
	bool explain;
};

static bool is_little_endian(void)
{
	return htons(1) != 1;
}

/* "00 50": the bytes of VALUE, the lowest address first. Returns TEXT. */
static const char *format_bytes(uint32_t value, unsigned bytes, bool little_endian, char text[16])
{
	int length = 0;

	for (unsigned i = 0; i < bytes; i++)
		length += snprintf(text + length, 16 - (size_t)length, "%s%02" PRIx32, i > 0 ? " " : "",
		                   value >> 8 * (little_endian ? i : bytes - 1 - i) & 0xff);
	return text;
}

static void explain(uint32_t value, const struct conversion *conversion)
{
	int digits = (int)conversion->bytes * 2;
	bool little = is_little_endian();
	uint32_t result = conversion->convert(value);
	char here[16];
	char network[16];

	format_bytes(value, conversion->bytes, little, here);
	format_bytes(value, conversion->bytes, false, network);
	printf("  %" PRIu32 " is 0x%0*" PRIX32 ". Its bytes in memory, lowest address first:\n"
	       "    in this machine's order, %-13s  %s\n"
	       "    in network order, big-endian            %s\n",
	       value, digits, value, little ? "little-endian" : "big-endian", here, network);
	if (conversion->to_host)
		printf("  If the network sent %s, it meant", here);
	else
		printf("  To put %s into memory, this machine stores", network);
	printf(" 0x%0*" PRIX32 ", which is %" PRIu32 ".\n", digits, result, result);
}

static int convert(const char *text, void *context)
{
	const struct conversion *conversion = context;
	uint32_t maximum = conversion->bytes == 2 ? UINT16_MAX : UINT32_MAX;
	uint64_t value = 0;
	bool negative = false;
	enum number_result result = number_parse_signed(text, &value, &negative);

	if (result == NUMBER_MALFORMED || (strchr("+-", *text) != NULL && !negative))
		return report(STATUS_FAILED, "%s: not a number", message_object(text));
	if (result == NUMBER_OVERFLOW || negative || value > maximum)
		return report(STATUS_FAILED, "%s: out of range: 0 to %" PRIu32, text, maximum);
	printf("%" PRIu32 "\n", conversion->convert((uint32_t)value));
	if (conversion->explain)
		explain((uint32_t)value, conversion);
	return STATUS_OK;
}

static uint32_t swap_16(uint32_t value)
{
	return htons((uint16_t)value);
}

static uint32_t swap_32(uint32_t value)
{
	return htonl(value);
}

static int run(const struct settings *settings, int argc, char **argv, unsigned bytes, bool to_host)
{
	struct conversion conversion = {
		.bytes = bytes,
		.convert = bytes == 2 ? swap_16 : swap_32,
		.to_host = to_host,
		.explain = settings->explain,
	};

	return operands_each(argc, argv, convert, &conversion);
}

#define BYTE_ORDER_COMMAND(name_, bytes_, to_host_, summary_, example_, meaning_) \
	static int run_##name_(const void *settings, int argc, char **argv) \
	{ \
		return run(settings, argc, argv, bytes_, to_host_); \
	} \
	const struct command command_##name_ = { \
		.name = #name_, \
		.summary = summary_, \
		.group = "Names and numbers", \
		.operands = "N...", \
		.min_operands = 1, \
		.max_operands = -1, \
		.examples = (const struct command_example[]){ \
			{ example_, meaning_ }, \
			{ "nsk " #name_ " --explain 80", "the same with the bytes in memory" }, \
			{ NULL, NULL }, \
		}, \
		.options = options, \
		.settings_size = sizeof(struct settings), \
		.run = run_##name_, \
	}

BYTE_ORDER_COMMAND(htons, 2, false, "put 16-bit numbers into network byte order", "nsk htons 80 0x1F90",
                   "the numbers a sockaddr_in holds for ports 80 and 8080");
BYTE_ORDER_COMMAND(ntohs, 2, true, "put 16-bit numbers from network into host byte order", "nsk ntohs 20480",
                   "which port a sin_port of 20480 means");
BYTE_ORDER_COMMAND(htonl, 4, false, "put 32-bit numbers into network byte order", "nsk htonl 0x7f000001",
                   "what s_addr holds for 127.0.0.1");
BYTE_ORDER_COMMAND(ntohl, 4, true, "put 32-bit numbers from network into host byte order", "nsk ntohl 16777343",
                   "which address an s_addr of 16777343 means");
