/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback: the tables as text, /proc/net/tcp, udp, those of IPv6, and unix (proc(5)). They tell less than sock_diag: not
 * whether an IPv6 wildcard takes IPv4 (it is taken to), and of a Unix socket only the path it was bound by. */
#include "platform.h"

#include "core/listening.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

enum {
	STATE_LISTEN = 0x0a,
	STATE_CLOSE = 0x07,   /* UDP: not connected */
	TYPE_DATAGRAM = 2,
	FLAG_LISTENS = 0x10000 /* __SO_ACCEPTCON */
};

/* DIGITS, up to a colon, are 32-bit words as this machine would print them, their bytes in network order in memory.
 * Returns the family. */
static int parse_address(const char *digits, unsigned char bytes[16])
{
	size_t words = strcspn(digits, ":") / 8;

	for (size_t i = 0; i < words && i < 4; i++) {
		char word[9] = "";
		memcpy(word, digits + 8 * i, 8);
		uint32_t value = (uint32_t)strtoul(word, NULL, 16);

		memcpy(bytes + 4 * i, &value, sizeof value);
	}
	return words == 1 ? AF_INET : AF_INET6;
}

/* Where field NUMBER, counted from 0, of LINE begins; its end if there are fewer. */
static const char *field(const char *line, int number)
{
	static const char blanks[] = " \t\n";

	line += strspn(line, blanks);
	for (; number > 0; number--) {
		line += strcspn(line, blanks);
		line += strspn(line, blanks);
	}
	return line;
}

/* One line of a table of IP sockets: whether it is one in STATE that takes ADDRESS. */
static bool line_takes(const char *line, unsigned long state, const struct endpoint *address)
{
	struct endpoint here = { .length = 0 };
	unsigned char bytes[16] = { 0 };
	const char *local = field(line, 1), *colon = strchr(local, ':');

	if (colon == NULL || strtoul(field(line, 3), NULL, 16) != state)
		return false;
	here.address.ss_family = (sa_family_t)parse_address(local, bytes);
	if (here.address.ss_family == AF_INET)
		memcpy(&((struct sockaddr_in *)&here.address)->sin_addr, bytes, 4);
	else
		memcpy(&((struct sockaddr_in6 *)&here.address)->sin6_addr, bytes, 16);
	endpoint_set_port(&here, (uint16_t)strtoul(colon + 1, NULL, 16));
	return listening_takes(&here, false, address);
}

/* 1, 0, or -1 with errno. */
static int search_table(const char *path, unsigned long state, const struct endpoint *address)
{
	FILE *table = fopen(path, "re");
	char line[512];
	int found = 0;

	if (table == NULL)
		return -1;
	while (found == 0 && fgets(line, sizeof line, table) != NULL)
		found = line_takes(line, state, address);
	fclose(table);
	return found;
}

/* 1, 0, or -1 with errno. */
static int search_both(const char *four_path, const char *six_path, unsigned long state, const struct endpoint *address)
{
	int four = address->address.ss_family == AF_INET ? search_table(four_path, state, address) : 0;
	int six = four == 0 ? search_table(six_path, state, address) : 0;

	if (six < 0 && errno == ENOENT && address->address.ss_family == AF_INET)
		six = 0; /* a kernel without IPv6 */
	return four != 0 ? four : six;
}

static int proc_tcp(const struct endpoint *address)
{
	return search_both("/proc/net/tcp", "/proc/net/tcp6", STATE_LISTEN, address);
}

static int proc_udp(const struct endpoint *address)
{
	return search_both("/proc/net/udp", "/proc/net/udp6", STATE_CLOSE, address);
}

static int proc_path(const struct endpoint *address)
{
	char wanted[ENDPOINT_TEXT_MAX], whole[PATH_MAX] = "", line[512];
	FILE *table = fopen("/proc/net/unix", "re");
	int found = 2;

	if (table == NULL)
		return -1;
	endpoint_format(address, wanted);
	if (wanted[0] != '@' && realpath(wanted, whole) == NULL)
		found = 0; /* no such file */
	while (found == 2 && fgets(line, sizeof line, table) != NULL) {
		const char *path = field(line, 7);

		line[strcspn(line, "\n")] = '\0';
		if (*path != '\0' && (strcmp(path, wanted) == 0 || strcmp(path, whole) == 0))
			found = (strtoul(field(line, 3), NULL, 16) & FLAG_LISTENS) != 0 ||
			        strtoul(field(line, 4), NULL, 16) == TYPE_DATAGRAM;
	}
	fclose(table);
	return found;
}

const struct listening_source listening_proc = { "proc", proc_tcp, proc_udp, proc_path };
