/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arguments of each socket call by the names they have in C (see trace.h). */
#include "platform.h"

#include "bytes/escape.h"
#include "core/constant.h"
#include "core/endpoint.h"
#include "core/sockopt.h"
#include "view/trace.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>

#if HAVE_EPOLL
#include <sys/epoll.h>
#endif

enum {
	DATA_SHOWN = 32, /* bytes of what is sent and received */
	WAITED_SHOWN = 16
};

const char *trace_call_name(enum sock_call call)
{
	static const char *const names[] = {
		[SOCK_SOCKET] = "socket",
		[SOCK_SOCKETPAIR] = "socketpair",
		[SOCK_BIND] = "bind",
		[SOCK_LISTEN] = "listen",
		[SOCK_ACCEPT] = "accept",
		[SOCK_CONNECT] = "connect",
		[SOCK_SEND] = "send",
		[SOCK_SENDTO] = "sendto",
		[SOCK_RECV] = "recv",
		[SOCK_RECVFROM] = "recvfrom",
		[SOCK_SENDMSG] = "sendmsg",
		[SOCK_RECVMSG] = "recvmsg",
		[SOCK_SENDMMSG] = "sendmmsg",
		[SOCK_RECVMMSG] = "recvmmsg",
		[SOCK_SPLICE] = "splice",
		[SOCK_SETSOCKOPT] = "setsockopt",
		[SOCK_GETSOCKOPT] = "getsockopt",
		[SOCK_GETSOCKNAME] = "getsockname",
		[SOCK_GETPEERNAME] = "getpeername",
		[SOCK_SHUTDOWN] = "shutdown",
		[SOCK_CLOSE] = "close",
		[SOCK_POLL] = "poll",
		[SOCK_SELECT] = "select",
		[SOCK_EPOLL_WAIT] = "epoll_wait",
	};

	return names[call];
}

static void add_bytes(struct trace_text *text, const void *data, size_t count)
{
	char shown[4 * DATA_SHOWN + 1];
	bool cut = count > DATA_SHOWN;

	*escape_encode_letters(shown, data, cut ? DATA_SHOWN : count) = '\0';
	trace_add(text, "\"%s\"%s", shown, cut ? "..." : "");
}

static void add_name(struct trace_text *text, enum constant_group group, int value)
{
	const char *name = constant_name(group, value);

	if (name != NULL)
		trace_add(text, "%s", name);
	else
		trace_add(text, "%d", value);
}

static void add_address(struct trace_text *text, const struct sockaddr *address, socklen_t length)
{
	struct endpoint endpoint = { .length = length };
	char shown[ENDPOINT_TEXT_MAX], escaped[4 * ENDPOINT_TEXT_MAX];

	if (address == NULL || length == 0 || length > sizeof endpoint.address) {
		trace_add(text, "NULL");
		return;
	}
	memcpy(&endpoint.address, address, length);
	endpoint_format(&endpoint, shown);
	if (endpoint.address.ss_family == AF_UNIX) {
		*escape_encode(escaped, (const unsigned char *)shown, strlen(shown)) = '\0';
		trace_add(text, "\"%s\"", escaped);
	} else if (*shown != '\0') {
		trace_add(text, "%s", shown);
	} else {
		trace_add(text, "{");
		add_name(text, CONSTANT_FAMILY, endpoint.address.ss_family);
		trace_add(text, "}");
	}
}

static void add_kind(struct trace_text *text, const struct sock_event *event)
{
	add_name(text, CONSTANT_FAMILY, event->domain);
	trace_add(text, ", ");
	add_name(text, CONSTANT_TYPE, event->type);
	trace_add(text, ", ");
	if (event->protocol == 0)
		trace_add(text, "0");
	else
		add_name(text, CONSTANT_PROTOCOL, event->protocol);
}

static void add_flags(struct trace_text *text, const struct sock_event *event)
{
	char flags[CONSTANT_FLAGS_MAX];

	trace_add(text, ", %s", constant_flags(CONSTANT_MESSAGE, (unsigned)event->flags, flags));
}

static void add_transfer(struct trace_text *text, const struct sock_event *event, bool sending)
{
	size_t count = sending ? event->length : event->result < 0 ? 0 : (size_t)event->result;
	bool discards = !sending && (event->flags & MSG_TRUNC) != 0; /* TCP writes nothing then */

	trace_add(text, "%d, ", event->fd);
	if (event->data == NULL || discards || (event->result < 0 && !sending))
		trace_add(text, "%s", event->data == NULL ? "NULL" : "...");
	else
		add_bytes(text, event->data, count < event->length ? count : event->length);
	trace_add(text, ", %zu", event->length);
	add_flags(text, event);
}

/* The pieces that MESSAGE lies in, or the first few, as far as its first LENGTH bytes go. */
static void add_pieces(struct trace_text *text, const struct msghdr *message, size_t length, const char *gap)
{
	enum { PIECES_SHOWN = 4 };

	for (size_t i = 0; i < (size_t)message->msg_iovlen && i < PIECES_SHOWN; i++) {
		size_t count = message->msg_iov[i].iov_len < length ? message->msg_iov[i].iov_len : length;

		trace_add(text, "%s", i > 0 ? gap : "");
		add_bytes(text, message->msg_iov[i].iov_base, count);
		length -= count;
	}
	if ((size_t)message->msg_iovlen > PIECES_SHOWN)
		trace_add(text, "%s...", gap);
}

static void add_message(struct trace_text *text, const struct sock_event *event, bool sending)
{
	const struct msghdr *message = event->data;
	size_t length = sending ? SIZE_MAX : event->result < 0 ? 0 : (size_t)event->result;

	trace_add(text, "%d, {name ", event->fd);
	add_address(text, event->address, event->result >= 0 || sending ? event->address_length : 0);
	trace_add(text, ", data [");
	add_pieces(text, message, length, ", ");
	trace_add(text, "]%s}", message->msg_controllen > 0 ? ", ancillary data" : "");
	add_flags(text, event);
}

static const struct sockopt *find_option(const struct sock_event *event)
{
	for (size_t i = 0; i < sockopt_count; i++) {
		if (sockopt_table[i].level == event->level && sockopt_table[i].option == event->option)
			return &sockopt_table[i];
	}
	return NULL;
}

static void add_option_value(struct trace_text *text, const struct sock_event *event, enum sockopt_kind kind)
{
	struct linger linger;
	struct timeval time;
	int number;

	if (kind == SOCKOPT_NAME) {
		add_bytes(text, event->data, strnlen(event->data, event->length));
	} else if (kind == SOCKOPT_LINGER && event->length == sizeof linger) {
		memcpy(&linger, event->data, sizeof linger);
		trace_add(text, "{l_onoff %d, l_linger %d}", linger.l_onoff, linger.l_linger);
	} else if (kind == SOCKOPT_TIMEVAL && event->length == sizeof time) {
		memcpy(&time, event->data, sizeof time);
		trace_add(text, "%ld.%06ld", (long)time.tv_sec, (long)time.tv_usec);
	} else if (event->length == sizeof number) {
		memcpy(&number, event->data, sizeof number);
		trace_add(text, "%d", number);
	} else {
		add_bytes(text, event->data, event->length);
	}
}

static void add_option(struct trace_text *text, const struct sock_event *event)
{
	const struct sockopt *option = find_option(event);
	const char *level = constant_level(event->level);

	trace_add(text, "%d, ", event->fd);
	if (strcmp(level, "unknown") == 0)
		trace_add(text, "%d, ", event->level);
	else
		trace_add(text, "%s, ", level);
	if (option != NULL)
		trace_add(text, "%s, ", option->name);
	else
		trace_add(text, "%d, ", event->option);
	if (event->length == 0 || event->data == NULL)
		trace_add(text, "...");
	else
		add_option_value(text, event, option != NULL ? option->kind : SOCKOPT_NUMBER);
}

bool trace_splices_from_pipe(const struct sock_event *event)
{
	return (fcntl(event->other_fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

static void add_splice(struct trace_text *text, const struct sock_event *event)
{
	bool from_pipe = trace_splices_from_pipe(event);

	trace_add(text, "%d, %d, %zu", from_pipe ? event->other_fd : event->fd,
	          from_pipe ? event->fd : event->other_fd, event->length);
}

static void add_poll_set(struct trace_text *text, const struct sock_event *event)
{
	const struct pollfd *set = event->waited[0];
	const char *gap = "";
	size_t count = 0, shown = 0;
	char flags[CONSTANT_FLAGS_MAX];

	trace_add(text, "[");
	for (size_t i = 0; i < event->length; i++) {
		if (set[i].fd < 0)
			continue;
		count++;
		if (shown++ >= WAITED_SHOWN)
			continue;
		trace_add(text, "%s%d %s", gap, set[i].fd,
		          constant_flags(CONSTANT_POLL, (unsigned short)set[i].events, flags));
		if (event->result > 0 && set[i].revents != 0)
			trace_add(text, " -> %s", constant_flags(CONSTANT_POLL, (unsigned short)set[i].revents, flags));
		gap = ", ";
	}
	trace_add(text, "%s], %zu, %d", shown > WAITED_SHOWN ? ", ..." : "", count, event->timeout_ms);
}

/* What select left in its three sets: what is ready. */
static void add_select_sets(struct trace_text *text, const struct sock_event *event)
{
	trace_add(text, "%zu", event->length);
	for (int which = 0; which < 3; which++) {
		const fd_set *set = event->waited[which];
		const char *gap = "";

		if (set == NULL) {
			trace_add(text, ", NULL");
			continue;
		}
		trace_add(text, ", [");
		for (int fd = 0; event->result > 0 && fd < (int)event->length; fd++) {
			if (FD_ISSET(fd, set)) {
				trace_add(text, "%s%d", gap, fd);
				gap = " ";
			}
		}
		trace_add(text, "]");
	}
	if (event->timeout_ms < 0)
		trace_add(text, ", NULL");
	else
		trace_add(text, ", %d.%03d", event->timeout_ms / 1000, event->timeout_ms % 1000);
}

#if HAVE_EPOLL
static void add_epoll_events(struct trace_text *text, const struct sock_event *event)
{
	trace_add(text, "%d, [", event->fd);
	const struct epoll_event *events = event->waited[0];
	char flags[CONSTANT_FLAGS_MAX];

	for (int64_t i = 0; i < event->result && i < WAITED_SHOWN; i++)
		trace_add(text, "%s%d %s", i > 0 ? ", " : "", events[i].data.fd,
		          constant_flags(CONSTANT_EPOLL, events[i].events, flags));
	trace_add(text, "], %zu, %d", event->length, event->timeout_ms);
}
#else
static void add_epoll_events(struct trace_text *text, const struct sock_event *event)
{
	(void)text;
	(void)event;
}
#endif

static void add_with_address(struct trace_text *text, const struct sock_event *event)
{
	trace_add(text, "%d, ", event->fd);
	add_address(text, event->address, event->address_length);
}

/* A batch: whom the messages that were moved came from or go to, and their bytes. */
static void add_batch(struct trace_text *text, const struct sock_event *event)
{
	enum { BATCH_SHOWN = 4 };
	const struct mmsghdr *messages = event->data;

	trace_add(text, "%d, [", event->fd);
	for (int64_t i = 0; i < event->result && i < BATCH_SHOWN; i++) {
		const struct msghdr *message = &messages[i].msg_hdr;

		trace_add(text, "%s", i > 0 ? ", " : "");
		if (message->msg_name != NULL)
			add_address(text, message->msg_name, message->msg_namelen);
		trace_add(text, "%s", message->msg_name != NULL ? " " : "");
		add_pieces(text, message, messages[i].msg_len, " ");
	}
	trace_add(text, "%s], %zu", event->result > BATCH_SHOWN ? ", ..." : "", event->length);
}

/* The calls that wait, and close: all that the others leave. */
static void add_rest(struct trace_text *text, const struct sock_event *event)
{
	if (event->call == SOCK_POLL)
		add_poll_set(text, event);
	else if (event->call == SOCK_SELECT)
		add_select_sets(text, event);
	else if (event->call == SOCK_EPOLL_WAIT)
		add_epoll_events(text, event);
	else
		trace_add(text, "%d", event->fd);
}

void trace_add_arguments(struct trace_text *text, const struct sock_event *event)
{
	switch (event->call) {
	case SOCK_SOCKET:
		add_kind(text, event);
		break;
	case SOCK_SOCKETPAIR:
		add_kind(text, event);
		if (event->result >= 0)
			trace_add(text, ", [%d, %d]", event->fd, event->other_fd);
		break;
	case SOCK_LISTEN:
		trace_add(text, "%d, %d", event->fd, event->flags);
		break;
	case SOCK_SHUTDOWN:
		trace_add(text, "%d, ", event->fd);
		add_name(text, CONSTANT_SHUTDOWN, event->flags);
		break;
	case SOCK_BIND:
	case SOCK_CONNECT:
	case SOCK_ACCEPT:
	case SOCK_GETSOCKNAME:
	case SOCK_GETPEERNAME:
		add_with_address(text, event);
		break;
	case SOCK_SEND:
	case SOCK_RECV:
		add_transfer(text, event, event->call == SOCK_SEND);
		break;
	case SOCK_SENDTO:
	case SOCK_RECVFROM:
		add_transfer(text, event, event->call == SOCK_SENDTO);
		trace_add(text, ", ");
		add_address(text, event->address, event->address_length);
		break;
	case SOCK_SENDMSG:
	case SOCK_RECVMSG:
		add_message(text, event, event->call == SOCK_SENDMSG);
		break;
	case SOCK_SENDMMSG:
	case SOCK_RECVMMSG:
		add_batch(text, event);
		break;
	case SOCK_SETSOCKOPT:
	case SOCK_GETSOCKOPT:
		add_option(text, event);
		break;
	case SOCK_SPLICE:
		add_splice(text, event);
		break;
	default:
		add_rest(text, event);
		break;
	}
}
