/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See layout.h. */
#include "platform.h"

#include "view/layout.h"

#include "bytes/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	ITEMS_SHOWN = 16,  /* rows for one field */
	BYTES_SHOWN = 8,   /* in one row */
	FORMAT_WIDTH = 20,
	VALUE_WIDTH = 26,  /* what is left of 80 columns */
	PER_ROW = 8,       /* bytes in one row of the diagram */
	ROWS_SHOWN = 8,
	CELL_WIDTH = 5
};

/* ---- the heading --------------------------------------------------------------------------------- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* FORMAT, cut if it is long, and what its first character means. */
static void write_order(FILE *to, const struct format *format, const char *text)
{
	static const char *const names[] = {
		[FORMAT_ORDER_NATIVE] = "native order",
		[FORMAT_ORDER_STANDARD] = "native order",
		[FORMAT_ORDER_NETWORK] = "network order",
	};
	const char *endianness = format->is_big ? "big-endian" : "little-endian";
	const char *name = names[format->order];
	bool is_native = format->order == FORMAT_ORDER_NATIVE;
	size_t shown = strlen(text) > FORMAT_WIDTH ? FORMAT_WIDTH - 3 : strlen(text);

	for (size_t i = 0; i < shown; i++)
		fputc(text[i] < ' ' ? ' ' : text[i], to); /* white space of any kind may stand there, a newline too */
	fputs(text[shown] != '\0' ? "...: " : ": ", to);
	if (name != NULL)
		fprintf(to, "%s (%s), ", name, endianness);
	else
		fprintf(to, "%s, ", endianness);
	fprintf(to, "%s\n", is_native ? "native sizes and alignment" : "standard sizes, no alignment");
}

static void write_heading(FILE *to, const struct format *format, const char *text)
{
	size_t padding = 0;

	write_order(to, format, text);
	for (size_t f = 0; f < format->field_count; f++)
		padding += format->fields[f].padding;
	fprintf(to, "%zu byte%s, %zu value%s", format->size, plural(format->size), format->value_count,
	        plural(format->value_count));
	if (padding > 0)
		fprintf(to, "; %zu byte%s of padding align%s the fields", padding, plural(padding), padding == 1 ? "s" : "");
	fputs("\n\n", to);
}

/* ---- the table ----------------------------------------------------------------------------------- */

/* One run of the table. */
struct table {
	FILE *to;
	const unsigned char *record;
	const char *const *names;
	char *room; /* for the text of a value */
	size_t value;
};

/* The code as it is best known: "I", "3x", "10s", "0l". LABEL has room for 32. */
static const char *write_label(const struct format_field *field, char *label)
{
	bool is_one = field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL || field->kind == FORMAT_PAD;

	if (field->count == 1 || (!is_one && field->count > 0))
		snprintf(label, 32, "%c", field->code);
	else
		snprintf(label, 32, "%zu%c", field->count, field->code);
	return label;
}

/* The bytes of one item, the last of many as two points. */
static void write_bytes(FILE *to, const unsigned char *bytes, size_t count)
{
	size_t shown = count > BYTES_SHOWN ? BYTES_SHOWN - 1 : count;

	fputs("  ", to);
	for (size_t i = 0; i < BYTES_SHOWN; i++) {
		if (i < shown)
			fprintf(to, "%02x", bytes[i]);
		else
			fputs(i < count ? ".." : "  ", to);
		if (i + 1 < BYTES_SHOWN)
			fputc(' ', to);
	}
}

/* A value's text; a long one is cut. */
static void write_value(struct table *table, const struct format_field *field, size_t index)
{
	const char *name = table->names != NULL ? table->names[table->value] : "";
	size_t length = (size_t)(record_write_value(field, index, table->record, table->room) - table->room);

	fprintf(table->to, "  %s", name);
	if (length > VALUE_WIDTH && (field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL))
		fprintf(table->to, "%.*s...", VALUE_WIDTH - 3, table->room);
	else
		fprintf(table->to, "%.*s", (int)length, table->room);
}

/* One row: the field itself if SIZE is that of all its items, else its item INDEX. */
static void write_row(struct table *table, const struct format_field *field, size_t index, size_t size)
{
	char label[32];
	size_t offset = field->offset + index * field->width;

	fprintf(table->to, "%6zu  %4zu  %7zu  %4s", offset, size, index == 0 ? field->padding : 0,
	        write_label(field, label));
	if (table->record != NULL)
		write_bytes(table->to, table->record + offset, size);
	if (field->values > 0 && table->record != NULL)
		write_value(table, field, index);
	else if (field->count == 0)
		fputs("  (no bytes: aligns)", table->to);
	else
		fprintf(table->to, "  %s", table->record != NULL ? "(pad)" : field->type);
	fputc('\n', table->to);
}

static void write_field(struct table *table, const struct format_field *field)
{
	bool is_whole = field->values == 0 || field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL;

	if (is_whole) {
		write_row(table, field, 0, field->count * field->width);
		table->value += field->values;
		return;
	}
	for (size_t i = 0; i < field->count && i < ITEMS_SHOWN; i++, table->value++)
		write_row(table, field, i, field->width);
	if (field->count > ITEMS_SHOWN) {
		fprintf(table->to, "   ...  %zu more of %c\n", field->count - ITEMS_SHOWN, field->code);
		table->value += field->count - ITEMS_SHOWN;
	}
}

/* Room for the longest text of a value; NULL when memory runs out. */
static char *value_room(const struct format *format)
{
	size_t room = 0;

	for (size_t f = 0; f < format->field_count; f++) {
		size_t wanted = record_value_room(&format->fields[f]);

		room = wanted > room ? wanted : room;
	}
	return room < PTRDIFF_MAX ? malloc(room + 1) : NULL;
}

static void write_table(struct table *table, const struct format *format)
{
	if (table->record != NULL)
		fprintf(table->to, "offset  size  padding  code  %-*s  value\n", 3 * BYTES_SHOWN - 1, "bytes");
	else
		fprintf(table->to, "offset  size  padding  code  type\n");
	for (size_t f = 0; f < format->field_count; f++)
		write_field(table, &format->fields[f]);
}

/* ---- the diagram --------------------------------------------------------------------------------- */

/* The bytes of one item, or some that align. */
struct cell {
	size_t begin, end;
	char label[32];
};

struct diagram {
	struct cell cells[PER_ROW * ROWS_SHOWN];
	size_t count;
	size_t size; /* bytes shown */
};

/* Appends the bytes up to END as a cell; those that are not shown are left out. */
static void add_cell(struct diagram *diagram, size_t begin, size_t end, const char *label)
{
	if (begin >= diagram->size || begin == end)
		return;
	struct cell *cell = &diagram->cells[diagram->count++];
	*cell = (struct cell){ .begin = begin, .end = end };
	snprintf(cell->label, sizeof cell->label, "%s", label);
}

static void add_field(struct diagram *diagram, const struct format_field *field)
{
	char label[32];
	bool is_whole = field->kind == FORMAT_TEXT || field->kind == FORMAT_PASCAL || field->kind == FORMAT_PAD;

	add_cell(diagram, field->offset - field->padding, field->offset, "pad");
	write_label(field, label);
	if (is_whole) {
		add_cell(diagram, field->offset, field->offset + field->count, label);
		return;
	}
	for (size_t i = 0; i < field->count; i++) {
		size_t begin = field->offset + i * field->width;

		if (begin >= diagram->size)
			return;
		add_cell(diagram, begin, begin + field->width, label);
	}
}

/* The cell that byte OFFSET is in; NULL outside of what is shown. */
static const struct cell *find_cell(const struct diagram *diagram, size_t offset)
{
	for (size_t i = 0; offset < diagram->size && i < diagram->count; i++) {
		if (offset < diagram->cells[i].end)
			return &diagram->cells[i];
	}
	return NULL;
}

/* How many bytes the row that begins at OFFSET has. */
static size_t row_length(const struct diagram *diagram, size_t offset)
{
	return diagram->size - offset < PER_ROW ? diagram->size - offset : PER_ROW;
}

/* The line above the row that begins at OFFSET: open where a cell goes on below itself. */
static void write_border(FILE *to, const struct diagram *diagram, size_t offset)
{
	const struct cell *left_above = NULL;
	const struct cell *left_below = NULL;
	size_t columns = row_length(diagram, offset == 0 ? 0 : offset - PER_ROW);

	fputs("      ", to);
	for (size_t column = 0; column <= columns; column++) {
		bool is_inside = column < columns;
		const struct cell *above =
			is_inside && offset >= PER_ROW ? find_cell(diagram, offset - PER_ROW + column) : NULL;
		const struct cell *below = is_inside ? find_cell(diagram, offset + column) : NULL;

		bool is_open = above == below;
		bool is_edge = above != left_above || below != left_below;
		char corner = is_open ? ' ' : '-';

		if (is_edge)
			corner = is_open && left_above == left_below ? '|' : '+';
		fputc(corner, to);
		if (is_inside)
			fputs(is_open ? "     " : "-----", to);
		left_above = above;
		left_below = below;
	}
	fputc('\n', to);
}

static void write_cell_bytes(FILE *to, const struct diagram *diagram, size_t offset, const unsigned char *record)
{
	const struct cell *left = NULL;

	fprintf(to, "%5zu ", offset);
	for (size_t column = 0; column < row_length(diagram, offset); column++) {
		const struct cell *cell = find_cell(diagram, offset + column);

		fprintf(to, "%c %02x  ", cell != left ? '|' : ' ', record[offset + column]);
		left = cell;
	}
	fputs("|\n", to);
}

/* A cell's code in the middle of WIDTH columns, with points where the cell goes on in another row. */
static void write_label_within(FILE *to, const struct cell *cell, size_t begin, size_t end, int width)
{
	char text[48];
	int length = snprintf(text, sizeof text, "%s%s%s", cell->begin < begin ? ".." : "", cell->label,
	                      cell->end > end ? ".." : "");

	if (length > width)
		length = width;
	int before = (width - length) / 2;
	fprintf(to, "|%*s%.*s%*s", before, "", length, text, width - length - before, "");
}

static void write_labels(FILE *to, const struct diagram *diagram, size_t offset, bool is_first_line)
{
	size_t end = offset + row_length(diagram, offset);

	if (is_first_line)
		fprintf(to, "%5zu ", offset);
	else
		fputs("      ", to);
	while (offset < end) {
		const struct cell *cell = find_cell(diagram, offset);
		size_t stop = cell->end < end ? cell->end : end;

		write_label_within(to, cell, offset, stop, (int)(stop - offset) * (CELL_WIDTH + 1) - 1);
		offset = stop;
	}
	fputs("|\n", to);
}

static void write_diagram(FILE *to, const struct format *format, const unsigned char *record)
{
	struct diagram diagram = { .size = (size_t)PER_ROW * ROWS_SHOWN };
	size_t offset = 0;

	if (format->size < diagram.size)
		diagram.size = format->size;
	for (size_t f = 0; f < format->field_count; f++)
		add_field(&diagram, &format->fields[f]);
	fputs("\n      ", to);
	for (size_t column = 0; column < row_length(&diagram, 0); column++)
		fprintf(to, column == 0 ? "  +%zu" : "    +%zu", column);
	fputc('\n', to);
	for (; offset < diagram.size; offset += PER_ROW) {
		write_border(to, &diagram, offset);
		if (record != NULL)
			write_cell_bytes(to, &diagram, offset, record);
		write_labels(to, &diagram, offset, record == NULL);
	}
	write_border(to, &diagram, offset);
	if (diagram.size < format->size)
		fprintf(to, "      ... %zu more bytes\n", format->size - diagram.size);
}

int layout_write(FILE *to, const struct format *format, const char *text, const char *const *names,
                 const unsigned char *record)
{
	struct table table = { .to = to, .record = record, .names = names };

	if (record != NULL && (table.room = value_room(format)) == NULL)
		return -1;
	write_heading(to, format, text);
	write_table(&table, format);
	free(table.room);
	if (format->size > 0)
		write_diagram(to, format, record);
	return 0;
}
