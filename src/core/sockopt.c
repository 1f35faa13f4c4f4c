/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See sockopt.h, socket(7), ip(7), ipv6(7), tcp(7), udp(7), unix(7). A row that the system has not is left out. */
#include "platform.h"

#include "core/sockopt.h"

#include "bytes/number.h"
#include "core/sock.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>

#define ROW(level_, name_, kind_, where_) \
	{ .name = #name_, .level = (level_), .option = (name_), .kind = SOCKOPT_##kind_, .where = (where_) }
#define READ_ONLY(level_, name_, kind_, where_) \
	{ .name = #name_, .level = (level_), .option = (name_), .kind = SOCKOPT_##kind_, .where = (where_), .read_only = true }

const struct sockopt sockopt_table[] = {
	READ_ONLY(SOL_SOCKET, SO_ACCEPTCONN, FLAG, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_BROADCAST, FLAG, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_DEBUG, FLAG, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_DONTROUTE, FLAG, SOCKOPT_ANY),
	READ_ONLY(SOL_SOCKET, SO_ERROR, NUMBER, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_KEEPALIVE, FLAG, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_LINGER, LINGER, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_OOBINLINE, FLAG, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_RCVBUF, SIZE, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_RCVLOWAT, SIZE, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_RCVTIMEO, TIMEVAL, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_REUSEADDR, FLAG, SOCKOPT_ANY),
#ifdef SO_REUSEPORT
	ROW(SOL_SOCKET, SO_REUSEPORT, FLAG, SOCKOPT_ANY),
#endif
	ROW(SOL_SOCKET, SO_SNDBUF, SIZE, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_SNDTIMEO, TIMEVAL, SOCKOPT_ANY),
	READ_ONLY(SOL_SOCKET, SO_TYPE, NUMBER, SOCKOPT_ANY),
#ifdef SO_DOMAIN
	READ_ONLY(SOL_SOCKET, SO_DOMAIN, NUMBER, SOCKOPT_ANY),
	READ_ONLY(SOL_SOCKET, SO_PROTOCOL, NUMBER, SOCKOPT_ANY),
#endif
#ifdef SO_BINDTODEVICE
	ROW(SOL_SOCKET, SO_BINDTODEVICE, NAME, SOCKOPT_TCP | SOCKOPT_UDP),
#endif
#ifdef SO_MARK
	ROW(SOL_SOCKET, SO_MARK, NUMBER, SOCKOPT_ANY),
	ROW(SOL_SOCKET, SO_PRIORITY, NUMBER, SOCKOPT_ANY),
#endif
#ifdef SO_BUSY_POLL
	ROW(SOL_SOCKET, SO_BUSY_POLL, NUMBER, SOCKOPT_ANY),
#endif
#ifdef SO_INCOMING_CPU
	ROW(SOL_SOCKET, SO_INCOMING_CPU, NUMBER, SOCKOPT_ANY),
#endif
#ifdef SO_PASSCRED
	ROW(SOL_SOCKET, SO_PASSCRED, FLAG, SOCKOPT_UNIX),
#endif
#ifdef SO_RXQ_OVFL
	ROW(SOL_SOCKET, SO_RXQ_OVFL, FLAG, SOCKOPT_ANY),
#endif
#ifdef SO_TIMESTAMP
	ROW(SOL_SOCKET, SO_TIMESTAMP, FLAG, SOCKOPT_ANY),
#endif
	ROW(IPPROTO_TCP, TCP_NODELAY, FLAG, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_MAXSEG, NUMBER, SOCKOPT_TCP),
#ifdef TCP_CONGESTION
	ROW(IPPROTO_TCP, TCP_CONGESTION, NAME, SOCKOPT_TCP),
#endif
#ifdef TCP_CORK
	ROW(IPPROTO_TCP, TCP_CORK, FLAG, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_DEFER_ACCEPT, SECONDS, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_LINGER2, SECONDS, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_QUICKACK, FLAG, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_SYNCNT, NUMBER, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_WINDOW_CLAMP, SIZE, SOCKOPT_TCP),
#endif
#ifdef TCP_FASTOPEN
	ROW(IPPROTO_TCP, TCP_FASTOPEN, NUMBER, SOCKOPT_TCP),
#endif
#ifdef TCP_KEEPIDLE
	ROW(IPPROTO_TCP, TCP_KEEPIDLE, SECONDS, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_KEEPINTVL, SECONDS, SOCKOPT_TCP),
	ROW(IPPROTO_TCP, TCP_KEEPCNT, NUMBER, SOCKOPT_TCP),
#endif
#ifdef TCP_USER_TIMEOUT
	ROW(IPPROTO_TCP, TCP_USER_TIMEOUT, MILLISECONDS, SOCKOPT_TCP),
#endif
#ifdef TCP_NOTSENT_LOWAT
	ROW(IPPROTO_TCP, TCP_NOTSENT_LOWAT, SIZE, SOCKOPT_TCP),
#endif
	ROW(IPPROTO_IP, IP_TTL, NUMBER, SOCKOPT_IPV4),
	ROW(IPPROTO_IP, IP_TOS, NUMBER, SOCKOPT_IPV4),
	ROW(IPPROTO_IP, IP_MULTICAST_TTL, NUMBER, SOCKOPT_IPV4 | SOCKOPT_UDP),
	ROW(IPPROTO_IP, IP_MULTICAST_LOOP, FLAG, SOCKOPT_IPV4 | SOCKOPT_UDP),
#ifdef IP_FREEBIND
	ROW(IPPROTO_IP, IP_FREEBIND, FLAG, SOCKOPT_IPV4),
	ROW(IPPROTO_IP, IP_TRANSPARENT, FLAG, SOCKOPT_IPV4),
	ROW(IPPROTO_IP, IP_MTU_DISCOVER, NUMBER, SOCKOPT_IPV4),
	ROW(IPPROTO_IP, IP_RECVERR, FLAG, SOCKOPT_IPV4),
#endif
#ifdef IP_PKTINFO
	ROW(IPPROTO_IP, IP_PKTINFO, FLAG, SOCKOPT_IPV4),
#endif
#ifdef IP_BIND_ADDRESS_NO_PORT
	ROW(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, FLAG, SOCKOPT_IPV4),
#endif
	ROW(IPPROTO_IPV6, IPV6_V6ONLY, FLAG, SOCKOPT_IPV6),
	ROW(IPPROTO_IPV6, IPV6_UNICAST_HOPS, NUMBER, SOCKOPT_IPV6),
	ROW(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, NUMBER, SOCKOPT_IPV6 | SOCKOPT_UDP),
	ROW(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, FLAG, SOCKOPT_IPV6 | SOCKOPT_UDP),
#ifdef IPV6_TCLASS
	ROW(IPPROTO_IPV6, IPV6_TCLASS, NUMBER, SOCKOPT_IPV6),
#endif
#ifdef IPV6_RECVERR
	ROW(IPPROTO_IPV6, IPV6_RECVERR, FLAG, SOCKOPT_IPV6),
	ROW(IPPROTO_IPV6, IPV6_MTU_DISCOVER, NUMBER, SOCKOPT_IPV6),
#endif
};

const size_t sockopt_count = sizeof sockopt_table / sizeof sockopt_table[0];

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
