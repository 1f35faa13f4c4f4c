/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * htons, ntohs, htonl, ntohl: one function with a width and a direction. */
#include "platform.h"

#include "bytes/number.h"
#include "cli/command.h"
#include "cli/message.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static int convert_all(int argc, char **argv, uint64_t maximum, uint32_t (*convert)(uint32_t))
{
	for (int i = 0; i < argc; i++) {
		uint64_t value;
		enum number_result result = number_parse_unsigned(argv[i], &value);

		if (result == NUMBER_MALFORMED)
			return report(STATUS_FAILED, "%s: not a number", argv[i]);
		if (result == NUMBER_OVERFLOW || value > maximum)
			return report(STATUS_FAILED, "%s: out of range: 0 to %" PRIu64, argv[i], maximum);
		printf("%" PRIu32 "\n", convert((uint32_t)value));
	}
	return STATUS_OK;
}

static uint32_t swap_16(uint32_t value)
{
	return htons((uint16_t)value); /* its own inverse, as is htonl */
}

static uint32_t swap_32(uint32_t value)
{
	return htonl(value);
}

static int run_16(const void *settings, int argc, char **argv)
{
	(void)settings;
	return convert_all(argc, argv, UINT16_MAX, swap_16);
}

static int run_32(const void *settings, int argc, char **argv)
{
	(void)settings;
	return convert_all(argc, argv, UINT32_MAX, swap_32);
}

#define BYTE_ORDER_COMMAND(name_, summary_, example_, run_) \
	const struct command command_##name_ = { \
		.name = #name_, \
		.summary = summary_, \
		.group = "Names and numbers", \
		.operands = "N...", \
		.min_operands = 1, \
		.max_operands = -1, \
		.examples = (const struct command_example[]){ example_, { NULL, NULL } }, \
		.run = run_, \
	}

#define EXAMPLE(command_, meaning_) { command_, meaning_ }

BYTE_ORDER_COMMAND(htons, "put 16-bit numbers into network byte order",
                   EXAMPLE("nsk htons 80 0x1F90", "the numbers a sockaddr_in holds for ports 80 and 8080"), run_16);
BYTE_ORDER_COMMAND(ntohs, "put 16-bit numbers from network into host byte order",
                   EXAMPLE("nsk ntohs 20480", "which port a sin_port of 20480 means"), run_16);
BYTE_ORDER_COMMAND(htonl, "put 32-bit numbers into network byte order",
                   EXAMPLE("nsk htonl 0x7f000001", "what s_addr holds for 127.0.0.1"), run_32);
BYTE_ORDER_COMMAND(ntohl, "put 32-bit numbers from network into host byte order",
                   EXAMPLE("nsk ntohl 16777343", "which address an s_addr of 16777343 means"), run_32);
