/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain fallback for datagram_about.c: nothing stands beside datagrams. An answer leaves from the address that the way to the
 * peer suggests, and what was thrown away is not counted. */
#include "platform.h"

#include "core/datagram_mechanism.h"

int datagram_ask_for_here(int fd, int family)
{
	(void)fd;
	(void)family;
	return -1;
}

void datagram_ask_for_drops(int fd)
{
	(void)fd;
}

void datagram_leave_from(struct datagram_frame *frame, struct msghdr *message, const struct endpoint *here)
{
	(void)frame;
	(void)message;
	(void)here;
}

bool datagram_read_here(const struct cmsghdr *control, struct endpoint *here)
{
	(void)control;
	(void)here;
	return false;
}

uint32_t datagram_read_drops(const struct cmsghdr *control, uint32_t before)
{
	(void)control;
	return before;
}
