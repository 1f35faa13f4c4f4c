/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See listening.h. The first mechanism whose table can be read answers. */
#include "platform.h"

#include "core/listening.h"

#include "core/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#if HAVE_SOCK_DIAG
extern const struct listening_source listening_diag;
#endif
#if HAVE_PROC
extern const struct listening_source listening_proc;
#endif

const struct listening_source *const listening_sources[] = {
#if HAVE_SOCK_DIAG
	&listening_diag,
#endif
#if HAVE_PROC
	&listening_proc,
#endif
	NULL,
};

bool listening_is_here(const struct endpoint *address)
{
	struct endpoint here = *address;

	if (endpoint_is_loopback(address))
		return true;
	endpoint_set_port(&here, 0);
	int fd = sock_socket(here.address.ss_family, SOCK_STREAM, 0);
	bool bound = fd >= 0 && sock_bind(fd, (const struct sockaddr *)&here.address, here.length) == 0;
	sock_close(fd);
	return bound;
}

/* The IPv4 address at the end of an IPv6 one: within ::ffff:0:0/96 alone. */
static void map(const struct in_addr *four, struct in6_addr *six)
{
	static const unsigned char prefix[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(six->s6_addr, prefix, sizeof prefix);
	memcpy(six->s6_addr + sizeof prefix, four, sizeof *four);
}

bool listening_takes(const struct endpoint *here, bool v6only, const struct endpoint *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&address->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address->address;
	const struct sockaddr_in *here_four = (const struct sockaddr_in *)&here->address;
	const struct in6_addr *here_six = &((const struct sockaddr_in6 *)&here->address)->sin6_addr;
	bool wildcard = endpoint_is_wildcard(here);
	struct in6_addr mapped;

	if (endpoint_port(here) != endpoint_port(address))
		return false;
	if (here->address.ss_family == AF_INET)
		return address->address.ss_family == AF_INET &&
		       (wildcard || here_four->sin_addr.s_addr == four->sin_addr.s_addr);
	if (address->address.ss_family == AF_INET6)
		return wildcard || memcmp(here_six, &six->sin6_addr, sizeof *here_six) == 0;
	map(&four->sin_addr, &mapped);
	return !v6only && (wildcard || memcmp(here_six, &mapped, sizeof mapped) == 0);
}

/* A datagram socket that connects to a stream's path is told of the wrong type if a process holds it, and refused if
 * the file was left behind; the holder notices nothing (unix(7)). */
static int probe(const struct endpoint *address)
{
	int fd = sock_socket(AF_UNIX, SOCK_DGRAM, 0);
	int result = 0;

	if (fd < 0)
		return -1;
	if (sock_connect(fd, (const struct sockaddr *)&address->address, address->length) == 0)
		result = 1;
	else
		result = errno == EPROTOTYPE || errno == EPERM; /* a stream's; one for datagrams that has its peer */
	sock_close(fd);
	return result;
}

int listening_at(const struct endpoint *address)
{
	bool is_unix = address->address.ss_family == AF_UNIX;
	int result = -1;

	errno = ENOSYS;
	for (int i = 0; listening_sources[i] != NULL && result < 0; i++)
		result = is_unix ? listening_sources[i]->path(address) : listening_sources[i]->tcp(address);
	if (is_unix && (result == 2 || result < 0))
		return probe(address);
	return result;
}

int listening_udp_at(const struct endpoint *address)
{
	int result = -1;

	errno = ENOSYS;
	for (int i = 0; listening_sources[i] != NULL && result < 0; i++)
		result = listening_sources[i]->udp(address);
	return result;
}
