/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linux's sock_diag(7): asks the kernel for its listening sockets over netlink, in binary. A Unix socket is found by
 * the file it made (device and inode), whatever path it was bound by. */
#include "platform.h"

#include "core/listening.h"

#include "core/sock.h"
#include "core/sock_diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

enum {
	REPLY_BYTES = 32768,
	ERRNO_MAX = 4095 /* of the kernel's */
};

/* What is looked for, and what was found of it. */
struct search {
	const struct endpoint *address;
	struct stat file; /* Unix: the socket file; st_ino 0: an abstract name */
	int found;
};

typedef void visit(struct search *search, const struct nlmsghdr *entry);

/* The answer is there when the request has been sent, or shortly after; the socket does not block. */
static ssize_t receive(int fd, void *data, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t count = sock_recv(fd, data, size, 0);

	for (int tries = 0; count < 0 && errno == EAGAIN && tries < 100; tries++) {
		poll(&ready, 1, 10);
		count = sock_recv(fd, data, size, 0);
	}
	return count;
}

/* What ENTRY holds, of SIZE bytes at least; NULL if it has fewer. */
static const void *content(const struct nlmsghdr *entry, size_t size)
{
	return entry->nlmsg_len >= NLMSG_LENGTH(size) ? NLMSG_DATA(entry) : NULL;
}

/* 1: more is to come, 0: that was all, -1 with errno. */
static int read_reply(int fd, struct search *search, visit *entry)
{
	_Alignas(struct nlmsghdr) char data[REPLY_BYTES];
	ssize_t count = receive(fd, data, sizeof data);

	if (count < 0)
		return -1;
	if (count == 0)
		return 0;
	for (size_t at = 0; at + sizeof(struct nlmsghdr) <= (size_t)count;) {
		const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)(data + at);

		if (header->nlmsg_len < sizeof *header || header->nlmsg_len > (size_t)count - at)
			break; /* cannot be */
		at += NETLINK_ALIGN(header->nlmsg_len);
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *error = content(header, sizeof error->error);

			errno = error != NULL && error->error < 0 && error->error >= -ERRNO_MAX ? -error->error : EPROTO;
			return -1;
		}
		entry(search, header);
	}
	return 1;
}

/* Asks for a dump and shows each entry of it to ENTRY. 0, or -1 with errno. */
static int dump(const void *request, size_t length, struct search *search, visit *entry)
{
	struct {
		struct nlmsghdr header;
		char body[128];
	} message = { .header = { .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = sock_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	int result = -1;

	if (fd < 0)
		return -1;
	message.header.nlmsg_len = (unsigned)NLMSG_LENGTH(length);
	memcpy(NLMSG_DATA(&message.header), request, length);
	if (sock_sendto(fd, &message, message.header.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel) >= 0) {
		do
			result = read_reply(fd, search, entry);
		while (result > 0);
	}
	sock_close(fd);
	return result;
}

/* ---- TCP and UDP ------------------------------------------------------------------------------------ */

/* The attribute TYPE, of LEAST bytes at least, of an entry whose fixed part has SIZE bytes; NULL if there is none. */
static const struct rtattr *attribute(const struct nlmsghdr *entry, size_t size, int type, size_t least)
{
	const char *base = (const char *)entry;

	for (size_t at = NLMSG_LENGTH(size); at + sizeof(struct rtattr) <= entry->nlmsg_len;) {
		const struct rtattr *found = (const struct rtattr *)(const void *)(base + at);

		if (found->rta_len < sizeof *found || found->rta_len > entry->nlmsg_len - at)
			break; /* cannot be */
		if (found->rta_type == type)
			return RTA_PAYLOAD(found) >= least ? found : NULL;
		at += NETLINK_ALIGN(found->rta_len);
	}
	return NULL;
}

static void visit_inet(struct search *search, const struct nlmsghdr *entry)
{
	const struct inet_diag_msg *message = content(entry, sizeof *message);
	const struct rtattr *v6only = attribute(entry, sizeof *message, INET_DIAG_SKV6ONLY, 1);
	struct endpoint here = { .length = 0 };
	struct sockaddr_in *four = (struct sockaddr_in *)&here.address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&here.address;

	if (message == NULL)
		return;
	here.address.ss_family = message->idiag_family;
	if (message->idiag_family == AF_INET)
		memcpy(&four->sin_addr, message->id.idiag_src, sizeof four->sin_addr);
	else
		memcpy(&six->sin6_addr, message->id.idiag_src, sizeof six->sin6_addr);
	endpoint_set_port(&here, ntohs(message->id.idiag_sport));
	if (listening_takes(&here, v6only != NULL && *(const unsigned char *)RTA_DATA(v6only) != 0, search->address))
		search->found = 1;
}

/* Whether a socket of PROTOCOL, in one of STATES, takes ADDRESS. */
static int diag_inet(const struct endpoint *address, unsigned char protocol, uint32_t states)
{
	struct inet_diag_req_v2 request = { .sdiag_protocol = protocol, .idiag_states = states };
	struct search search = { .address = address };
	static const unsigned char families[] = { AF_INET, AF_INET6 };

	/* An IPv6 listener may take IPv4 as well; not the other way round. */
	for (size_t i = address->address.ss_family == AF_INET6; i < sizeof families && search.found == 0; i++) {
		request.sdiag_family = families[i];
		if (dump(&request, sizeof request, &search, visit_inet) < 0 && (families[i] == AF_INET || errno != ENOENT))
			return -1; /* ENOENT: a kernel without IPv6 */
	}
	return search.found;
}

static int diag_tcp(const struct endpoint *address)
{
	return diag_inet(address, IPPROTO_TCP, 1U << TCP_LISTEN);
}

static int diag_udp(const struct endpoint *address)
{
	return diag_inet(address, IPPROTO_UDP, 1U << TCP_CLOSE); /* bound, and not connected */
}

/* ---- Unix ------------------------------------------------------------------------------------------- */

/* The kernel's own form of a device number: 12 bits of major, 20 of minor. */
static bool is_device(uint32_t number, dev_t device)
{
	return number == ((uint32_t)major(device) << 20 | (uint32_t)minor(device));
}

static bool is_abstract_name(const struct endpoint *address, const struct nlmsghdr *entry)
{
	const struct sockaddr_un *wanted = (const struct sockaddr_un *)&address->address;
	size_t length = address->length - offsetof(struct sockaddr_un, sun_path);
	const struct rtattr *name = attribute(entry, sizeof(struct unix_diag_msg), UNIX_DIAG_NAME, 0);

	return name != NULL && RTA_PAYLOAD(name) == length && memcmp(RTA_DATA(name), wanted->sun_path, length) == 0;
}

static void visit_unix(struct search *search, const struct nlmsghdr *entry)
{
	const struct unix_diag_msg *message = content(entry, sizeof *message);
	const struct unix_diag_vfs *file;
	const struct rtattr *found = attribute(entry, sizeof *message, UNIX_DIAG_VFS, sizeof *file);
	bool same;

	if (message == NULL)
		return;
	file = found != NULL ? RTA_DATA(found) : NULL;
	if (search->file.st_ino == 0)
		same = is_abstract_name(search->address, entry);
	else
		same = file != NULL && file->udiag_vfs_ino == (uint32_t)search->file.st_ino &&
		       is_device(file->udiag_vfs_dev, search->file.st_dev);
	if (same && search->found != 1)
		search->found = message->udiag_state == TCP_LISTEN || message->udiag_type == SOCK_DGRAM;
}

static int diag_path(const struct endpoint *address)
{
	const struct sockaddr_un *name = (const struct sockaddr_un *)&address->address;
	struct unix_diag_req request = { .sdiag_family = AF_UNIX, .udiag_states = ~0U,
		                         .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS };
	struct search search = { .address = address, .found = 2 };

	if (name->sun_path[0] != '\0' && (stat(name->sun_path, &search.file) < 0 || !S_ISSOCK(search.file.st_mode)))
		return 0;
	return dump(&request, sizeof request, &search, visit_unix) < 0 ? -1 : search.found;
}

const struct listening_source listening_diag = { "sock_diag", diag_tcp, diag_udp, diag_path };
