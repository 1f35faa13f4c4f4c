/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the kernel's tables of sockets, from netlink or as text of /proc: none is read past its end, and the answer is
 * one of those promised. The first byte chooses the table, the second how much comes at once. The kernel is asked nothing:
 * the calls end up here (the linker's --wrap). */
#include "platform.h"

#include "require.h"

#include "core/listening.h"
#include "core/sock.h"
#include "core/tcp_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HEADER = 2, DESCRIPTOR = 99 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int __wrap_sock_socket(int domain, int type, int protocol);
ssize_t __wrap_sock_sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t to_length);
ssize_t __wrap_sock_recv(int fd, void *data, size_t length, int flags);
void __wrap_sock_close(int fd);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
int __wrap_stat(const char *path, struct stat *what);
int __real_stat(const char *path, struct stat *what);
char *__wrap_realpath(const char *path, char *whole);
char *__real_realpath(const char *path, char *whole);

extern const struct listening_source listening_diag, listening_proc;

/* What is left of the input, and how much of it a call gives. */
static const uint8_t *rest, *end;
static size_t piece;
static bool is_ours; /* else libFuzzer calls */

int __wrap_sock_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return DESCRIPTOR;
}

ssize_t __wrap_sock_sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
	(void)data;
	(void)flags;
	(void)to;
	(void)to_length;
	require(fd == DESCRIPTOR);
	return (ssize_t)length;
}

/* Behind what is given the buffer is not to be read. */
ssize_t __wrap_sock_recv(int fd, void *data, size_t length, int flags)
{
	size_t count = (size_t)(end - rest) < piece ? (size_t)(end - rest) : piece;

	(void)flags;
	require(fd == DESCRIPTOR && count <= length);
	ASAN_UNPOISON_MEMORY_REGION(data, length);
	memcpy(data, rest, count);
	ASAN_POISON_MEMORY_REGION((char *)data + count, length - count);
	rest += count;
	return (ssize_t)count;
}

void __wrap_sock_close(int fd)
{
	require(fd == DESCRIPTOR);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (!is_ours)
		return __real_fopen(path, mode);
	if (rest == end) {
		errno = ENOENT;
		return NULL;
	}
	FILE *table = fmemopen((void *)(uintptr_t)rest, (size_t)(end - rest), "r");
	rest = end;
	return table;
}

/* The socket file that is asked for is always there. */
int __wrap_stat(const char *path, struct stat *what)
{
	if (!is_ours)
		return __real_stat(path, what);
	*what = (struct stat){ .st_mode = S_IFSOCK, .st_ino = 0x01020304, .st_dev = 0x0102 };
	return 0;
}

char *__wrap_realpath(const char *path, char *whole)
{
	return is_ours ? strcpy(whole, path) : __real_realpath(path, whole);
}

static struct endpoint address_of(const char *text, uint16_t port)
{
	struct endpoint address = { .length = sizeof(struct sockaddr_in) };
	struct sockaddr_in *four = (struct sockaddr_in *)&address.address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address.address;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
	} else {
		require(inet_pton(AF_INET6, text, &six->sin6_addr) == 1);
		six->sin6_family = AF_INET6;
		address.length = sizeof *six;
	}
	endpoint_set_port(&address, port);
	return address;
}

static int ask(unsigned table)
{
	const struct listening_source *source = table & 1 ? &listening_diag : &listening_proc;
	const struct endpoint here = address_of(table & 2 ? "::1" : "127.0.0.1", 8080);
	const struct endpoint there = address_of(table & 2 ? "::1" : "127.0.0.1", 40000);
	struct endpoint path;

	require(endpoint_unix(table & 2 ? "@name" : "/tmp/socket", &path) == 0);
	switch (table >> 2 & 3) {
	case 0:
		return source->tcp(&here);
	case 1:
		return source->udp(&here);
	case 2:
		return source->path(&path);
	default:
		return tcp_table_state(&here, &there) >= 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *own; /* not a byte behind it is to be read */

	if (size < HEADER || (own = malloc(size - HEADER + 1)) == NULL)
		return 0;
	memcpy(own, data + HEADER, size - HEADER);
	rest = own;
	end = own + size - HEADER;
	piece = 16 * (size_t)(data[1] + 1);
	is_ours = true;
	int found = ask(data[0]);
	is_ours = false;
	bool is_path = (data[0] >> 2 & 3) == 2;
	require(found >= -1 && found <= (is_path ? 2 : 1));
	free(own);
	return 0;
}
