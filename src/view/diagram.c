/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See diagram.h. */
#include "platform.h"

#include "view/diagram.h"

#include "bytes/escape.h"
#include "core/constant.h"
#include "view/color.h"

#include <errno.h>
#include <string.h>

enum {
	WIDTH = 26, /* between the two lines */
	NOTE_WIDTH = 26,
	DATA_SHOWN = 14
};

static void begin(struct diagram *diagram)
{
	if (!diagram->begun)
		fprintf(diagram->to, "%*s%-*sserver\n", NOTE_WIDTH - 6, "", WIDTH + 2, "client");
	diagram->begun = true;
}

static void set_side(struct diagram *diagram, int fd, enum diagram_side side)
{
	if (fd >= 0 && fd < DIAGRAM_DESCRIPTORS)
		diagram->sides[fd] = (unsigned char)side;
}

static bool is_stream(const struct diagram *diagram, int fd)
{
	return fd >= 0 && fd < DIAGRAM_DESCRIPTORS && diagram->streams[fd];
}

static void set_stream(struct diagram *diagram, int fd, bool is_one)
{
	if (fd >= 0 && fd < DIAGRAM_DESCRIPTORS)
		diagram->streams[fd] = is_one;
}

static enum diagram_side side_of(const struct diagram *diagram, int fd)
{
	return fd >= 0 && fd < DIAGRAM_DESCRIPTORS ? (enum diagram_side)diagram->sides[fd] : DIAGRAM_NOBODY;
}

/* What happens at SIDE alone. */
static void note(struct diagram *diagram, enum diagram_side side, const char *text)
{
	begin(diagram);
	if (side == DIAGRAM_CLIENT)
		fprintf(diagram->to, "%*.*s |%*s|\n", NOTE_WIDTH - 1, NOTE_WIDTH - 1, text, WIDTH, "");
	else
		fprintf(diagram->to, "%*s|%*s| %s\n", NOTE_WIDTH, "", WIDTH, "", text);
}

/* TEXT on an arrow away from SIDE. */
static void arrow(struct diagram *diagram, enum diagram_side side, const char *text)
{
	static const char dashes[] = "--------------------------------------";
	int length = (int)strlen(text);
	int left = (WIDTH - 4 - length) / 2;
	int right = WIDTH - 4 - length - left;
	bool to_right = side == DIAGRAM_CLIENT;

	begin(diagram);
	fprintf(diagram->to, "%*s|%s%s%.*s %s %.*s%s%s|\n", NOTE_WIDTH, "", diagram->color ? COLOR_CYAN : "", to_right ? "-" : "<",
	        left, dashes, text, right, dashes, to_right ? ">" : "-", diagram->color ? COLOR_RESET : "");
}

static void quote(const struct sock_event *event, char text[64])
{
	char escaped[4 * DATA_SHOWN + 1];
	size_t sent = event->result < 0 ? 0 : (size_t)event->result;
	size_t shown = sent < DATA_SHOWN ? sent : DATA_SHOWN;

	*escape_encode(escaped, event->data, shown) = '\0';
	snprintf(text, 64, "\"%.22s\"%s", escaped, sent > DATA_SHOWN || strlen(escaped) > 22 ? "..." : "");
}

static void draw_sent(struct diagram *diagram, const struct sock_event *event)
{
	char text[64];

	if (event->result < 0)
		return;
	if (side_of(diagram, event->fd) == DIAGRAM_NOBODY)
		set_side(diagram, event->fd, DIAGRAM_CLIENT);
	quote(event, text);
	arrow(diagram, side_of(diagram, event->fd), text);
}

static void draw_received(struct diagram *diagram, const struct sock_event *event)
{
	const char *name = constant_name(CONSTANT_ERROR, event->error);
	char text[64], line[80];

	if (event->error == EAGAIN || side_of(diagram, event->fd) == DIAGRAM_NOBODY)
		return;
	if (event->result < 0) {
		note(diagram, side_of(diagram, event->fd), name != NULL ? name : "an error");
		return;
	}
	quote(event, text);
	snprintf(line, sizeof line, "recv %s", text);
	note(diagram, side_of(diagram, event->fd), line);
}

static void draw_connect(struct diagram *diagram, const struct sock_event *event)
{
	if (!is_stream(diagram, event->fd)) { /* a datagram socket only remembers its peer */
		note(diagram, side_of(diagram, event->fd), "connect");
		return;
	}
	set_side(diagram, event->fd, DIAGRAM_CLIENT);
	if (event->result == 0 || event->error == EINPROGRESS)
		arrow(diagram, DIAGRAM_CLIENT, "connect: SYN");
}

static void draw_end(struct diagram *diagram, const struct sock_event *event)
{
	enum diagram_side side = side_of(diagram, event->fd);

	if (event->call == SOCK_CLOSE)
		set_side(diagram, event->fd, DIAGRAM_NOBODY);
	if (event->result < 0 || side == DIAGRAM_NOBODY || (event->call == SOCK_SHUTDOWN && event->flags == SHUT_RD))
		return;
	if (!is_stream(diagram, event->fd))
		note(diagram, side, "close");
	else
		arrow(diagram, side, event->call == SOCK_CLOSE ? "close" : "shutdown: FIN");
}

void diagram_draw(const struct sock_event *event, void *context)
{
	struct diagram *diagram = context;

	switch (event->call) {
	case SOCK_SOCKET:
		set_side(diagram, event->fd, DIAGRAM_NOBODY);
		set_stream(diagram, event->fd, event->type == SOCK_STREAM);
		break;
	case SOCK_SOCKETPAIR:
		set_stream(diagram, event->fd, true);
		set_stream(diagram, event->other_fd, true);
		set_side(diagram, event->fd, DIAGRAM_CLIENT);
		set_side(diagram, event->other_fd, DIAGRAM_SERVER);
		break;
	case SOCK_BIND:
		if (event->result == 0) {
			set_side(diagram, event->fd, DIAGRAM_SERVER);
			note(diagram, DIAGRAM_SERVER, "bind");
		}
		break;
	case SOCK_LISTEN:
		set_stream(diagram, event->fd, false);
		if (event->result == 0)
			note(diagram, DIAGRAM_SERVER, "listen");
		break;
	case SOCK_CONNECT:
		draw_connect(diagram, event);
		break;
	case SOCK_ACCEPT:
		if (event->result >= 0) {
			set_side(diagram, (int)event->result, DIAGRAM_SERVER);
			set_stream(diagram, (int)event->result, true);
			note(diagram, DIAGRAM_SERVER, "accept");
		}
		break;
	case SOCK_SEND:
	case SOCK_SENDTO:
		draw_sent(diagram, event);
		break;
	case SOCK_RECV:
	case SOCK_RECVFROM:
		draw_received(diagram, event);
		break;
	case SOCK_SHUTDOWN:
	case SOCK_CLOSE:
		draw_end(diagram, event);
		break;
	default:
		break;
	}
}
