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
	SIDE_WIDTH = 25,
	DATA_SHOWN = 14
};

/* ---- rows ------------------------------------------------------------------------------------------ */

static const char *upright(const struct diagram *diagram)
{
	return diagram->unicode ? "\u2502" : "|";
}

static void begin(struct diagram *diagram)
{
	if (!diagram->begun)
		fprintf(diagram->to, "%*s%-*sserver\n", SIDE_WIDTH - 5, "", WIDTH + 2, "client");
	diagram->begun = true;
}

/* What happens at SIDE alone. */
static void note(struct diagram *diagram, enum cast_side side, const char *text)
{
	const char *line = upright(diagram);

	begin(diagram);
	if (side == CAST_CLIENT)
		fprintf(diagram->to, "%*.*s %s%*s%s\n", SIDE_WIDTH, SIDE_WIDTH, text, line, WIDTH, "", line);
	else
		fprintf(diagram->to, "%*s%s%*s%s %.*s\n", SIDE_WIDTH + 1, "", line, WIDTH, "", line, SIDE_WIDTH, text);
}

static void put_dashes(const struct diagram *diagram, int count)
{
	while (count-- > 0)
		fputs(diagram->unicode ? "\u2500" : "-", diagram->to);
}

static const char *state_name(int state)
{
	const char *name = state != 0 ? constant_name(CONSTANT_STATE, state) : NULL;

	return name != NULL ? name : "";
}

/* TEXT on an arrow away from MEMBER's side, the states beside it if TCP's are likely to be others than before. */
static void arrow(struct diagram *diagram, const struct cast_member *member, const char *text, bool changes)
{
	bool to_right = member->side == CAST_CLIENT;
	const char *own = changes ? state_name(member->state) : "";
	const char *other = changes ? state_name(member->state_of_peer) : "";
	int length = (int)strlen(text);
	int left = (WIDTH - 4 - length) / 2;

	begin(diagram);
	fprintf(diagram->to, "%*s %s%s", SIDE_WIDTH, to_right ? own : other, upright(diagram), diagram->color ? COLOR_CYAN : "");
	fputs(to_right ? "" : "<", diagram->to);
	put_dashes(diagram, left + to_right);
	fprintf(diagram->to, " %s ", text);
	put_dashes(diagram, WIDTH - 4 - length - left + !to_right);
	fprintf(diagram->to, "%s%s%s", to_right ? ">" : "", diagram->color ? COLOR_RESET : "", upright(diagram));
	other = to_right ? other : own;
	fprintf(diagram->to, "%s%s\n", *other != '\0' ? " " : "", other);
}

/* ---- calls ----------------------------------------------------------------------------------------- */

/* SENT bytes, of which as many as are shown stand in DATA. */
static void quote(const unsigned char *data, size_t sent, char text[64])
{
	size_t taken = 0, length = 0;
	char shown[DATA_SHOWN + 4 + 1] = "";

	while (taken < sent && length < DATA_SHOWN) {
		size_t with_next = (size_t)(escape_encode_letters(shown + length, data + taken, 1) - shown);

		if (with_next > DATA_SHOWN)
			break;
		length = with_next;
		taken++;
	}
	snprintf(text, 64, "\"%.*s\"%s", (int)length, shown, taken < sent ? "..." : "");
}

/* Adds what EVENT has sent to what MEMBER's kernel holds back. */
static void hold(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	size_t count = (size_t)event->result, room = 0;
	char text[64], line[80];

	if (member->held_count < CAST_HELD)
		room = CAST_HELD - member->held_count;
	memcpy(member->held + CAST_HELD - room, event->data, count < room ? count : room);
	member->held_count += count;
	quote(event->data, count, text);
	snprintf(line, sizeof line, "%s held back", text);
	note(diagram, member->side, line);
}

/* Draws what had been held back and has left since. */
static void draw_released(struct diagram *diagram)
{
	char text[64];

	for (int i = 0; i < CAST_MAX; i++) {
		struct cast_member *member = &diagram->cast.members[i];

		if (!member->is_used || member->held_count == 0 || sock_unsent(member->fd) > 0)
			continue;
		quote(member->held, member->held_count, text);
		member->held_count = 0;
		arrow(diagram, member, text, false);
	}
}

static void draw_made(struct diagram *diagram, int fd, enum cast_side side, bool is_stream)
{
	struct cast_member *member = cast_enter(&diagram->cast, fd);

	if (member == NULL)
		return;
	member->side = side;
	member->is_stream = is_stream;
}

static void draw_pair(struct diagram *diagram, const struct sock_event *event)
{
	draw_made(diagram, event->fd, CAST_CLIENT, true);
	draw_made(diagram, event->other_fd, CAST_SERVER, true);
}

static void draw_server(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	if (event->result < 0)
		return;
	member->side = CAST_SERVER;
	if (event->call == SOCK_LISTEN)
		member->is_stream = false;
	note(diagram, CAST_SERVER, event->call == SOCK_BIND ? "bind" : "listen");
}

static void draw_accept(struct diagram *diagram, const struct sock_event *event)
{
	struct cast_member *member = event->result >= 0 ? cast_enter(&diagram->cast, (int)event->result) : NULL;

	if (member == NULL)
		return;
	member->side = CAST_SERVER;
	member->is_stream = true;
	if (event->address != NULL)
		cast_join(member, event->address, event->address_length);
	note(diagram, CAST_SERVER, "accept");
}

static void draw_connect(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	if (!member->is_stream) { /* a datagram socket only remembers its peer */
		note(diagram, member->side, "connect");
		return;
	}
	member->side = CAST_CLIENT;
	if (event->result < 0 && event->error != EINPROGRESS)
		return;
	cast_join(member, event->address, event->address_length);
	cast_look(&diagram->cast, member);
	arrow(diagram, member, "connect: SYN", true);
}

static void draw_sent(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	char text[64];

	if (event->result < 0)
		return;
	if (member->side == CAST_NOBODY)
		member->side = CAST_CLIENT;
	if (event->result > 0 && sock_unsent(event->fd) >= (size_t)event->result) {
		hold(diagram, member, event);
		return;
	}
	quote(event->data, (size_t)event->result, text);
	arrow(diagram, member, text, false);
}

static void draw_received(struct diagram *diagram, const struct cast_member *member, const struct sock_event *event)
{
	const char *name = constant_name(CONSTANT_ERROR, event->error);
	char text[64], line[80];

	if (event->error == EAGAIN || member->side == CAST_NOBODY)
		return;
	if (event->result < 0) {
		note(diagram, member->side, name != NULL ? name : "an error");
		return;
	}
	quote(event->data, (size_t)event->result, text);
	snprintf(line, sizeof line, "recv %s", text);
	note(diagram, member->side, line);
}

static bool can_send(int state)
{
	return state == SOCK_TCP_ESTABLISHED || state == SOCK_TCP_CLOSE_WAIT;
}

/* What an end puts on the wire: nothing if the end was sent before, or while another descriptor is open; a reset if the
 * connection is gone at once, though the peer had not ended. */
static void draw_end_of_tcp(struct diagram *diagram, struct cast_member *member, const char *call)
{
	int before = member->state;
	char text[32];

	cast_look(&diagram->cast, member);
	if (!can_send(before) || can_send(member->state)) {
		snprintf(text, sizeof text, "%s (%s)", call, state_name(member->state));
		note(diagram, member->side, text);
		return;
	}
	snprintf(text, sizeof text, "%s: %s", call, before == SOCK_TCP_ESTABLISHED && member->state == SOCK_TCP_CLOSE ? "RST" : "FIN");
	arrow(diagram, member, text, true);
}

static void draw_end(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	const char *call = event->call == SOCK_CLOSE ? "close" : "shutdown";

	if (event->call == SOCK_CLOSE)
		member->is_used = false;
	if (event->result < 0 || member->side == CAST_NOBODY || (event->call == SOCK_SHUTDOWN && event->flags == SHUT_RD))
		return;
	if (!member->is_stream)
		note(diagram, member->side, call);
	else if (member->state != 0)
		draw_end_of_tcp(diagram, member, call);
	else
		arrow(diagram, member, call, false);
}

/* What MEMBER does. */
static void draw_call(struct diagram *diagram, struct cast_member *member, const struct sock_event *event)
{
	switch (event->call) {
	case SOCK_BIND:
	case SOCK_LISTEN:
		draw_server(diagram, member, event);
		break;
	case SOCK_CONNECT:
		draw_connect(diagram, member, event);
		break;
	case SOCK_SEND:
	case SOCK_SENDTO:
		draw_sent(diagram, member, event);
		break;
	case SOCK_RECV:
	case SOCK_RECVFROM:
		draw_received(diagram, member, event);
		break;
	case SOCK_SHUTDOWN:
	case SOCK_CLOSE:
		draw_end(diagram, member, event);
		break;
	default:
		break;
	}
}

void diagram_draw(const struct sock_event *event, void *context)
{
	struct diagram *diagram = context;
	struct cast_member *member = cast_find(&diagram->cast, event->fd);

	draw_released(diagram);
	if (event->call == SOCK_SOCKET)
		draw_made(diagram, event->fd, CAST_NOBODY, event->type == SOCK_STREAM);
	else if (event->call == SOCK_SOCKETPAIR)
		draw_pair(diagram, event);
	else if (event->call == SOCK_ACCEPT)
		draw_accept(diagram, event);
	else if (member != NULL)
		draw_call(diagram, member, event);
}
