/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sockets: a table of all that the session has, and of what the kernel still keeps of those that were closed. */
#include "platform.h"

#include "core/sock.h"
#include "core/tcp_table.h"
#include "repl/call.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { VARIABLE, FD, FAMILY, TYPE, STATE, LOCAL, PEER, RECEIVED, SENT, COLUMNS };

enum { USUAL_WIDTH = 80 };

/* ---- what is known of a socket --------------------------------------------------------------------- */

static bool holds(const struct value *value, const struct object *object)
{
	for (size_t i = 0; value_is_sequence(value) && i < value->count; i++) {
		if (holds(&value->items[i], object))
			return true;
	}
	return value->kind == VALUE_OBJECT && value->object == object;
}

/* The first variable that OBJECT is in. */
static const char *name_of(const struct repl *repl, const struct object *object)
{
	for (size_t i = 0; i < repl->variable_count; i++) {
		if (holds(&repl->variables[i].value, object))
			return repl->variables[i].name;
	}
	return "-";
}

static const char *state_of(const struct object *socket)
{
	int state = -1;

	if (socket->type == SOCK_STREAM && socket->family != AF_UNIX) {
		int kept = socket->here.length > 0 ? tcp_table_state(&socket->here, &socket->there) : -1;

		state = socket->fd >= 0 ? sock_tcp_state(socket->fd) : kept;
		if (state == SOCK_TCP_CLOSE && kept >= 0) /* the connection has outlived the socket's part in it */
			state = kept;
	}
	const char *name = state >= 0 ? constant_name(CONSTANT_STATE, state) : NULL;
	return name != NULL ? name : "-";
}

/* An address for the table: "-" for none, what is not plain in a path escaped. */
static const char *format_end(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
	if (endpoint->length == 0 || *endpoint_format(endpoint, text) == '\0')
		return "-";
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	}
	return text;
}

/* A socket as the table shows it; the first row of a table names its columns. */
struct row {
	char cells[COLUMNS][ENDPOINT_TEXT_MAX];
};

static void set(struct row *row, int column, const char *text)
{
	snprintf(row->cells[column], sizeof row->cells[column], "%s", text);
}

static void set_number(struct row *row, int column, size_t number)
{
	snprintf(row->cells[column], sizeof row->cells[column], "%zu", number);
}

static void describe(const struct repl *repl, const struct object *socket, struct row *row)
{
	struct endpoint here = socket->here, there = socket->there;
	const char *family = constant_name(CONSTANT_FAMILY, socket->family);
	const char *type = constant_name(CONSTANT_TYPE, socket->type);
	bool is_open = socket->fd >= 0;
	char text[ENDPOINT_TEXT_MAX];

	set(row, FD, "-");
	if (is_open) {
		set_number(row, FD, (size_t)socket->fd);
		here.length = there.length = sizeof here.address;
		if (sock_ends(socket->fd, &here.address, &here.length, &there.address, &there.length) < 0)
			there = socket->there; /* no longer connected, or never: the own address is there all the same */
	}
	set(row, VARIABLE, name_of(repl, socket));
	set(row, FAMILY, family != NULL ? family : "-");
	set(row, TYPE, type != NULL ? type : "-");
	set(row, STATE, state_of(socket));
	set(row, LOCAL, format_end(&here, text));
	set(row, PEER, format_end(&there, text));
	set_number(row, RECEIVED, is_open ? sock_readable(socket->fd) : 0);
	/* Unix delivers at once: what waits waits at the peer */
	set_number(row, SENT, is_open && socket->family != AF_UNIX ? sock_unacknowledged(socket->fd) : 0);
}

/* Fills ROWS in the order the sockets were made; closed ones only while the kernel keeps their connection. */
static size_t describe_all(const struct repl *repl, const struct object *socket, struct row *rows)
{
	if (socket == NULL)
		return 0;
	size_t count = describe_all(repl, socket->next, rows);
	if (socket->kind != OBJECT_SOCKET || (socket->fd < 0 && (socket->here.length == 0 || *state_of(socket) == '-')))
		return count;
	describe(repl, socket, &rows[count]);
	return count + 1;
}

/* ---- the table ------------------------------------------------------------------------------------- */

struct table {
	struct row *rows;
	size_t count;
	bool is_left_out[COLUMNS];
};

static size_t width_of(const struct table *table, int column)
{
	size_t width = 0;

	for (size_t i = 0; i < table->count && !table->is_left_out[column]; i++) {
		size_t length = strlen(table->rows[i].cells[column]);

		width = length > width ? length : width;
	}
	return width;
}

static bool fits(const struct table *table, size_t room)
{
	size_t width = 0;

	for (int column = 0; column < COLUMNS; column++)
		width += table->is_left_out[column] ? 0 : width_of(table, column) + 1;
	return width <= room + 1;
}

/* INET for AF_INET, STREAM for SOCK_STREAM. */
static void shorten(struct table *table, int column)
{
	for (size_t i = 1; i < table->count; i++) {
		char *text = table->rows[i].cells[column];
		const char *rest = strchr(text, '_');

		if (rest != NULL)
			memmove(text, rest + 1, strlen(rest));
	}
}

/* What is least missed goes first. */
static void make_fit(struct table *table, size_t room)
{
	if (!fits(table, room)) {
		shorten(table, FAMILY);
		shorten(table, TYPE);
	}
	if (!fits(table, room))
		table->is_left_out[FAMILY] = true;
	if (!fits(table, room))
		table->is_left_out[TYPE] = true;
}

static size_t room_for(const struct repl *repl)
{
	struct winsize size = { 0 };

	if (repl->out_is_terminal && ioctl(fileno(repl->out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return USUAL_WIDTH;
}

static void write_table(FILE *to, const struct table *table)
{
	size_t widths[COLUMNS];

	for (int column = 0; column < COLUMNS; column++)
		widths[column] = width_of(table, column);
	for (size_t i = 0; i < table->count; i++) {
		for (int column = 0; column < SENT; column++) {
			int width = (int)widths[column];

			if (!table->is_left_out[column])
				fprintf(to, "%*s ", column < RECEIVED ? -width : width, table->rows[i].cells[column]);
		}
		fprintf(to, "%*s\n", (int)widths[SENT], table->rows[i].cells[SENT]);
	}
}

static int run_sockets(struct repl *repl, struct value *arguments, struct value *result)
{
	static const char *const heads[COLUMNS] = { "VARIABLE", "FD", "FAMILY", "TYPE", "STATE", "LOCAL", "PEER", "RECV", "SEND" };
	struct table table = { 0 };
	size_t count = 1;

	(void)arguments;
	(void)result;
	for (const struct object *object = repl->objects; object != NULL; object = object->next)
		count++;
	table.rows = calloc(count, sizeof *table.rows);
	if (table.rows == NULL)
		return repl_fail_memory(repl);
	for (int column = 0; column < COLUMNS; column++)
		set(&table.rows[0], column, heads[column]);
	table.count = 1 + describe_all(repl, repl->objects, table.rows + 1);
	make_fit(&table, room_for(repl));
	write_table(repl->out, &table);
	free(table.rows);
	return 0;
}

const struct call call_sockets_rows[] = {
	{ "sockets", "", "", "", "list all sockets: state, addresses, bytes that wait to be read and to be acknowledged; also what the "
	  "kernel still keeps after close", "", run_sockets },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
