/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See sockopt.h. */
#include "platform.h"

#include "core/sockopt.h"

#include "bytes/number.h"
#include "core/sock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

const struct sockopt *sockopt_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sockopt_count; i++) {
		if (strlen(sockopt_table[i].name) == length && memcmp(sockopt_table[i].name, name, length) == 0)
			return &sockopt_table[i];
	}
	return NULL;
}

/* An int from decimal, hex, ... with a size's unit letter where KIND allows one. */
static int parse_int(enum sockopt_kind kind, const char *text, int *value)
{
	uint64_t magnitude = 0;
	bool negative = false;
	uint64_t unit = 1;
	const char *end = "";

	if (number_parse_signed(text, &magnitude, &negative) != NUMBER_OK) {
		if (kind != SOCKOPT_SIZE || number_parse_digits(text, 10, &magnitude, &end) != NUMBER_OK)
			return -1;
		const char *letters = "kKmMgG";
		const char *found = *end != '\0' && end[1] == '\0' ? strchr(letters, *end) : NULL;
		if (found == NULL)
			return -1;
		unit = UINT64_C(1) << (10 * (1 + (found - letters) / 2));
	}
	if (magnitude > INT_MAX / unit)
		return -1;
	*value = (int)(magnitude * unit) * (negative ? -1 : 1);
	return 0;
}

static int parse_value(const struct sockopt *option, const char *text, int *value)
{
	if (option->kind == SOCKOPT_NAME)
		return *text == '\0' ? -1 : 0;
	if (option->kind == SOCKOPT_LINGER && strcmp(text, "off") == 0) {
		*value = -1;
		return 0;
	}
	if (parse_int(option->kind, text, value) < 0)
		return -1;
	bool signed_kind = option->kind == SOCKOPT_NUMBER;
	return (option->kind == SOCKOPT_FLAG && *value > 1) || (!signed_kind && *value < 0) ? -1 : 0;
}

static const char *wanted(enum sockopt_kind kind)
{
	switch (kind) {
	case SOCKOPT_FLAG:
		return "wants 0 or 1";
	case SOCKOPT_SIZE:
		return "wants a size (65536, 64k, 1M)";
	case SOCKOPT_SECONDS:
	case SOCKOPT_TIMEVAL:
		return "wants seconds";
	case SOCKOPT_MILLISECONDS:
		return "wants milliseconds";
	case SOCKOPT_LINGER:
		return "wants seconds, or off";
	case SOCKOPT_NAME:
		return "wants a name";
	case SOCKOPT_NUMBER:
		break;
	}
	return "wants a number";
}

int sockopt_parse(const char *assignment, const struct sockopt **option, const char **value, const char **why)
{
	size_t length = strcspn(assignment, "=");
	int number;

	*option = sockopt_find(assignment, length);
	*value = assignment + length + 1;
	if (*option == NULL)
		*why = "no such socket option here";
	else if ((*option)->read_only)
		*why = "cannot be set";
	else if (assignment[length] == '\0' || parse_value(*option, *value, &number) < 0)
		*why = wanted((*option)->kind);
	else
		return 0;
	return -1;
}

bool sockopt_applies(const struct sockopt *option, int family)
{
	if (option->level == IPPROTO_IPV6)
		return family == AF_INET6;
	if (option->level == IPPROTO_IP)
		return family == AF_INET;
	if (option->level == IPPROTO_TCP)
		return family == AF_INET || family == AF_INET6;
	return true;
}

bool sockopt_has(const struct sockopt *option, int family, int type)
{
	unsigned kind = family == AF_UNIX ? SOCKOPT_UNIX : type == SOCK_STREAM ? SOCKOPT_TCP : SOCKOPT_UDP;
	bool any_type = (option->where & (SOCKOPT_TCP | SOCKOPT_UDP | SOCKOPT_UNIX)) == 0;

	if ((option->where & SOCKOPT_ANY) != 0)
		return true;
	if (option->level != SOL_SOCKET && family == AF_UNIX)
		return false;
	if ((option->where & SOCKOPT_IPV4) != 0 && family != AF_INET)
		return false;
	if ((option->where & SOCKOPT_IPV6) != 0 && family != AF_INET6)
		return false;
	return any_type || (option->where & kind) != 0;
}

const char *sockopt_kind_name(enum sockopt_kind kind)
{
	switch (kind) {
	case SOCKOPT_FLAG:
		return "flag";
	case SOCKOPT_SIZE:
		return "size";
	case SOCKOPT_SECONDS:
	case SOCKOPT_TIMEVAL:
		return "seconds";
	case SOCKOPT_MILLISECONDS:
		return "milliseconds";
	case SOCKOPT_LINGER:
		return "linger";
	case SOCKOPT_NAME:
		return "name";
	case SOCKOPT_NUMBER:
		break;
	}
	return "number";
}

static int get_name(int fd, const struct sockopt *option, char text[SOCKOPT_TEXT_MAX])
{
	socklen_t length = SOCKOPT_TEXT_MAX - 1;

	memset(text, 0, SOCKOPT_TEXT_MAX);
	return sock_getsockopt(fd, option->level, option->option, text, &length);
}

static int get_linger(int fd, const struct sockopt *option, char text[SOCKOPT_TEXT_MAX])
{
	struct linger linger = { 0 };
	socklen_t length = sizeof linger;

	if (sock_getsockopt(fd, option->level, option->option, &linger, &length) < 0)
		return -1;
	if (linger.l_onoff == 0)
		strcpy(text, "off");
	else
		snprintf(text, SOCKOPT_TEXT_MAX, "%d", linger.l_linger);
	return 0;
}

static int get_timeval(int fd, const struct sockopt *option, char text[SOCKOPT_TEXT_MAX])
{
	struct timeval time = { 0 };
	socklen_t length = sizeof time;

	if (sock_getsockopt(fd, option->level, option->option, &time, &length) < 0)
		return -1;
	if (time.tv_usec == 0)
		snprintf(text, SOCKOPT_TEXT_MAX, "%jd", (intmax_t)time.tv_sec);
	else
		snprintf(text, SOCKOPT_TEXT_MAX, "%jd.%06ld", (intmax_t)time.tv_sec, (long)time.tv_usec);
	return 0;
}

int sockopt_get(int fd, const struct sockopt *option, char text[SOCKOPT_TEXT_MAX])
{
	int number = 0;
	socklen_t length = sizeof number;

	if (option->kind == SOCKOPT_NAME)
		return get_name(fd, option, text);
	if (option->kind == SOCKOPT_LINGER)
		return get_linger(fd, option, text);
	if (option->kind == SOCKOPT_TIMEVAL)
		return get_timeval(fd, option, text);
	if (sock_getsockopt(fd, option->level, option->option, &number, &length) < 0)
		return -1;
	snprintf(text, SOCKOPT_TEXT_MAX, "%d", number);
	return 0;
}

int sockopt_set(int fd, const struct sockopt *option, const char *value)
{
	int number = 0;

	if (parse_value(option, value, &number) < 0) {
		errno = EINVAL;
		return -1;
	}
	if (option->kind == SOCKOPT_NAME)
		return sock_setsockopt(fd, option->level, option->option, value, (socklen_t)strlen(value));
	if (option->kind == SOCKOPT_LINGER) {
		struct linger linger = { .l_onoff = number >= 0, .l_linger = number < 0 ? 0 : number };

		return sock_setsockopt(fd, option->level, option->option, &linger, sizeof linger);
	}
	if (option->kind == SOCKOPT_TIMEVAL) {
		struct timeval time = { .tv_sec = number };

		return sock_setsockopt(fd, option->level, option->option, &time, sizeof time);
	}
	return sock_set_int(fd, option->level, option->option, number);
}
