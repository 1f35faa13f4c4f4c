/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The functions of platform.h that this system lacks, in POSIX's terms. Not for glibc, musl or the BSDs of
 * today, where it is empty or nearly so. */
#include "platform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if !HAVE_ASPRINTF
int vasprintf(char **text, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return -1;
	*text = malloc((size_t)length + 1);
	return *text == NULL ? -1 : vsnprintf(*text, (size_t)length + 1, format, arguments);
}

int asprintf(char **text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}
#endif

#if !HAVE_MEMRCHR
void *memrchr(const void *bytes, int byte, size_t count)
{
	const unsigned char *at = (const unsigned char *)bytes + count;

	while (count-- > 0) {
		if (*--at == (unsigned char)byte)
			return (void *)(uintptr_t)at;
	}
	return NULL;
}
#endif

#if !HAVE_PIPE2
static int prepare(int fd, int flags)
{
	if ((flags & O_CLOEXEC) && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	return (flags & O_NONBLOCK) ? fcntl(fd, F_SETFL, O_NONBLOCK) : 0;
}

int pipe2(int ends[2], int flags)
{
	int made[2];

	if (pipe(made) < 0)
		return -1;
	if (prepare(made[0], flags) < 0 || prepare(made[1], flags) < 0) {
		int saved = errno;

		close(made[0]);
		close(made[1]);
		errno = saved;
		return -1;
	}
	ends[0] = made[0];
	ends[1] = made[1];
	return 0;
}
#endif

#if !HAVE_REALLOCARRAY
void *reallocarray(void *memory, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(memory, count * size);
}
#endif

#if !HAVE_INET_ATON
/* One part of an address: decimal, 0 octal, 0x hex. Where it ends; NULL if there is none, or it is more than MOST. */
static const char *read_part(const char *text, unsigned long most, uint32_t *part)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	unsigned long value = strtoul(text, &end, 0);
	*part = (uint32_t)value;
	return errno != 0 || value > most ? NULL : end;
}

/* inet_addr(3), which POSIX has, cannot tell 255.255.255.255 from a mistake. */
int inet_aton(const char *text, struct in_addr *address)
{
	static const unsigned long most[] = { 0xffffffff, 0xffffff, 0xffff, 0xff }; /* of the last part, by those before */
	uint32_t value = 0, part;

	for (int i = 0; i < 4; i++) {
		const char *end = read_part(text, most[i], &part);

		if (end == NULL)
			return 0;
		if (*end != '.') {
			address->s_addr = htonl(value | part);
			return *end == '\0' || strchr(" \t\n\r\v\f", *end) != NULL;
		}
		if (part > 0xff)
			return 0;
		value |= part << (24 - 8 * i);
		text = end + 1;
	}
	return 0;
}
#endif
