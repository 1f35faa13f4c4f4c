/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Linux tells of a socket and does for it beyond POSIX: who the peer is, how much it has acknowledged, the TCP state,
 * what was thrown away; keepalive by the second, one interface alone, congestion control. */
#include "platform.h"

#include "core/sock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>

int sock_peer_credentials(int fd, struct sock_credentials *credentials)
{
	struct ucred who;
	socklen_t length = sizeof who;

	if (sock_getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0)
		return -1;
	*credentials = (struct sock_credentials){ (long)who.pid, (long)who.uid, (long)who.gid };
	return 0;
}

bool sock_counts_unacknowledged(void)
{
	return true;
}

size_t sock_unacknowledged(int fd)
{
	int count = 0;

	return ioctl(fd, TIOCOUTQ, &count) < 0 || count < 0 ? 0 : (size_t)count; /* SIOCOUTQ of <linux/sockios.h> */
}

size_t sock_unsent(int fd)
{
	enum { ASK = 0x894B }; /* SIOCOUTQNSD of <linux/sockios.h> */
	int count = 0;

	return ioctl(fd, ASK, &count) < 0 || count < 0 ? 0 : (size_t)count;
}

int sock_settled(int fd)
{
	return sock_unacknowledged(fd) <= 1; /* the FIN */
}

void sock_unpace(int fd)
{
	static const char unpaced[] = "reno"; /* everywhere, and for everybody (tcp(7)) */
	char name[16] = "";                   /* TCP_CA_NAME_MAX of the kernel */
	socklen_t length = sizeof name - 1;

	if (sock_getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length) == 0 && strncmp(name, "bbr", strlen("bbr")) == 0)
		sock_setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, unpaced, sizeof unpaced - 1);
}

int sock_tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0 ? -1 : info.tcpi_state;
}

uint32_t sock_dropped(int fd)
{
	enum { DROPS = 8 }; /* SK_MEMINFO_DROPS of <linux/sock_diag.h> */
	uint32_t values[DROPS + 1] = { 0 };
	socklen_t length = sizeof values;

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &length) < 0 ? 0 : values[DROPS];
}

void sock_keep_alive(int fd, int seconds, int probes)
{
	sock_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	sock_set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
	sock_set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
	sock_set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
}

int sock_bind_to_interface(int fd, const char *name)
{
	return sock_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name));
}
