/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The limit for pack and unpack of !HHI: a program for this one format, which checks nothing.
 * usage: packing unpack|pack <input >output */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024 };

static unsigned char input[BUFFER] __attribute__((aligned(4096)));
static char output[4 * BUFFER] __attribute__((aligned(4096)));
static char pairs[200];

static char *put_four_at_most(char *out, uint32_t value)
{
	if (value >= 1000)
		memcpy(out, pairs + 2 * (value / 100), 2), memcpy(out + 2, pairs + 2 * (value % 100), 2), out += 4;
	else if (value >= 100)
		*out = (char)('0' + value / 100), memcpy(out + 1, pairs + 2 * (value % 100), 2), out += 3;
	else if (value >= 10)
		memcpy(out, pairs + 2 * value, 2), out += 2;
	else
		*out++ = (char)('0' + value);
	return out;
}

static char *put_four(char *out, uint32_t value)
{
	memcpy(out, pairs + 2 * (value / 100), 2);
	memcpy(out + 2, pairs + 2 * (value % 100), 2);
	return out + 4;
}

static char *put_16(char *out, uint32_t value)
{
	if (value < 10000)
		return put_four_at_most(out, value);
	*out = (char)('0' + value / 10000);
	return put_four(out + 1, value % 10000);
}

static char *put_32(char *out, uint32_t value)
{
	if (value < 10000)
		return put_four_at_most(out, value);
	if (value < 100000000)
		return put_four(put_four_at_most(out, value / 10000), value % 10000);
	out = put_four_at_most(out, value / 100000000);
	value %= 100000000;
	return put_four(put_four(out, value / 10000), value % 10000);
}

static void unpack(void)
{
	ssize_t got;

	for (int i = 0; i < 100; i++)
		pairs[2 * i] = (char)('0' + i / 10), pairs[2 * i + 1] = (char)('0' + i % 10);
	while ((got = read(0, input, sizeof input)) > 0) {
		char *out = output;

		for (unsigned char *at = input; at < input + got; at += 8) {
			out = put_16(out, (uint32_t)at[0] << 8 | at[1]);
			*out++ = ' ';
			out = put_16(out, (uint32_t)at[2] << 8 | at[3]);
			*out++ = ' ';
			out = put_32(out, (uint32_t)at[4] << 24 | (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7]);
			*out++ = '\n';
		}
		if (write(1, output, (size_t)(out - output)) < 0)
			return;
	}
}

static uint32_t take(const unsigned char **at)
{
	uint32_t value = 0;

	for (; **at >= '0'; ++*at)
		value = value * 10 + **at - '0';
	++*at;
	return value;
}

static void pack(void)
{
	size_t held = 0;
	ssize_t got;

	while ((got = read(0, input + held, sizeof input - held)) > 0) {
		const unsigned char *at = input;
		size_t end = held + (size_t)got;
		unsigned char *out = (unsigned char *)output;

		while (end > 0 && input[end - 1] != '\n')
			end--;
		while (at < input + end) {
			uint32_t a = take(&at), b = take(&at), c = take(&at);

			out[0] = (unsigned char)(a >> 8), out[1] = (unsigned char)a;
			out[2] = (unsigned char)(b >> 8), out[3] = (unsigned char)b;
			out[4] = (unsigned char)(c >> 24), out[5] = (unsigned char)(c >> 16);
			out[6] = (unsigned char)(c >> 8), out[7] = (unsigned char)c;
			out += 8;
		}
		held = held + (size_t)got - end;
		memmove(input, input + end, held);
		if (write(1, output, (size_t)(out - (unsigned char *)output)) < 0)
			return;
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "unpack") == 0)
		unpack();
	else
		pack();
	return 0;
}
