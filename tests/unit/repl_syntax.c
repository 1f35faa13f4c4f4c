/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The language of nsk repl: what lines mean, told as they would be written with all parentheses. */
#include "platform.h"

#include "repl/joiner.h"
#include "repl/syntax.h"
#include "tap.h"

#include <stdlib.h>

static void write_node(FILE *to, const struct node *node)
{
	static const char *const marks[] = { "", "", "", "~", ".", "#", "=", "[", "(", "" }; /* by kind */

	if (node->kind == NODE_TEXT)
		fprintf(to, "'%.*s'", (int)node->length, node->text);
	else
		fprintf(to, "%s%s", marks[node->kind], node->kind == NODE_LIST || node->kind == NODE_TUPLE ? "" : node->text);
	if (node->kind == NODE_WORD || node->kind == NODE_TEXT)
		return;
	fputs(node->is_bare ? "{" : "<", to);
	for (size_t i = 0; i < node->count; i++) {
		fputs(i > 0 ? " " : "", to);
		write_node(to, &node->items[i]);
	}
	fputs(node->is_bare ? "}" : ">", to);
}

/* LINE's statements; or "! " and why not. Static, good until the next call. */
static const char *parsed(const char *line)
{
	static char text[2000];
	struct program program;
	struct syntax_error error;
	FILE *to = fmemopen(text, sizeof text, "w");

	if (to == NULL)
		abort();
	if (syntax_parse(line, strlen(line), &program, &error) < 0)
		fprintf(to, "! %s", error.text);
	for (size_t s = 0; s < program.count; s++) {
		const struct statement *statement = &program.statements[s];

		fputs(s > 0 ? "; " : "", to);
		for (size_t i = 0; i < statement->name_count; i++)
			fprintf(to, "%s%s", statement->names[i], i + 1 < statement->name_count ? "," : " = ");
		fputs(statement->tries ? "try " : "", to);
		write_node(to, &statement->value);
	}
	putc('\0', to);
	fclose(to);
	syntax_release(&program);
	return text;
}

static void test_own_spelling(void)
{
	CHECK_TEXT(parsed(""), "");
	CHECK_TEXT(parsed("  # nothing"), "");
	CHECK_TEXT(parsed("recv conn 1024  # some"), "recv{conn 1024}");
	CHECK_TEXT(parsed("conn, peer = accept server"), "conn,peer = accept{server}");
	CHECK_TEXT(parsed("x = try f; g ;; h"), "x = try f{}; g{}; h{}");
	CHECK_TEXT(parsed("send c \"a;b#c\""), "send{c 'a;b#c'}");
	CHECK_TEXT(parsed("select [a b] [] [c]"), "select{[<a b> [<> [<c>}");
	CHECK_TEXT(parsed("connect s [::1]:80 127.0.0.1:80"), "connect{s [::1]:80 127.0.0.1:80}");
	CHECK_TEXT(parsed("pack =hh -5"), "pack{=hh -5}");
	CHECK_TEXT(parsed("pack <h !H >I @i"), "pack{<h !H >I @i}");
	CHECK_TEXT(parsed("recv s 5 A|B | C"), "recv{s 5 |<A |<B C>>}");
}

static void test_python_spelling(void)
{
	CHECK_TEXT(parsed("recv(conn, 1024)"), "recv<conn 1024>");
	CHECK_TEXT(parsed("x = s.recv(1024)"), "x = s.recv<1024>");
	CHECK_TEXT(parsed("s.bind(('', 80))"), "s.bind<(<'' 80>>");
	CHECK_TEXT(parsed("f(b'x', B\"y\", u'z', 'it\\'s')"), "f<'x' 'y' 'z' 'it's'>");
	CHECK_TEXT(parsed("f(a, b=5, c = g(1))"), "f<a =b<5> =c<g<1>>>");
	CHECK_TEXT(parsed("listen s backlog=5"), "listen{s =backlog<5>}");
	CHECK_TEXT(parsed("x=5"), "x = 5{}");
	CHECK_TEXT(parsed("print(g()[0].x, \"{}\".format(1))"), "print<.x<#<g<> 0>> ~format<'{}' 1>>");
	CHECK_TEXT(parsed(">>> f(1)"), "f<1>");
	CHECK_TEXT(parsed("import socket, sys; from a import b; pass; f"), "f{}");
	CHECK_TEXT(parsed("with socket.socket(A, B) as s:"), "s = socket.socket<A B>");
	CHECK_TEXT(parsed("with accept s as c: f(c)"), "c = accept{s}; f<c>");
	CHECK_TEXT(parsed("    with conn:"), "conn = conn");
	CHECK_TEXT(parsed("with f(A, B) as s, g() as t: h"), "s = f<A B>; t = g<>; h{}");
	CHECK_TEXT(parsed("with f x as s, \\\n g y as t:"), "s = f{x}; t = g{y}");
	CHECK_TEXT(parsed("with f() as s; , g"), "! ',' stands where a word is wanted");
	CHECK_TEXT(parsed("with f() as s: , g"), "! ',' stands where a word is wanted");
	CHECK_TEXT(parsed("with f() as s: f as"), "s = f<>; f{as}");
	CHECK_TEXT(parsed("with f() as s, g()"), "! 'with' stands before CALL as NAME: here, for each line is one call");
	CHECK_TEXT(parsed("with f() as s,"), "! a call or a value is missing");
}

static void test_parentheses_are_spaces(void)
{
	CHECK_TEXT(parsed("recv (conn 1024)"), "recv<conn 1024>");
	CHECK_TEXT(parsed("recv conn 1024))"), "recv{conn 1024}");
	CHECK_TEXT(parsed("f(1) 2"), "f<1 2>");
	CHECK_TEXT(parsed("f ((a))"), "f<a>");
	CHECK_TEXT(parsed("f)"), "f{}");
}

/* What ends a word, and what is a word though it looks like more. */
static void test_words(void)
{
	CHECK_TEXT(parsed("f\ta\fb\vc\r\n"), "f{a b c}");
	CHECK_TEXT(parsed("X_9 = _f a_Z=1"), "X_9 = _f{=a_Z<1>}");
	CHECK_TEXT(parsed("f 1=2 a.b=c a = 5 b= 6"), "f{1=2 a.b=c =a<5> =b<6>}");
	CHECK_TEXT(parsed("f x9=1 x-y=1 {x=1 \xc3\xa9=1"), "f{=x9<1> x-y=1 {x=1 \xc3\xa9=1}");
	CHECK_TEXT(parsed("f a ='c' a+"), "f{=a<'c'> a+}");
	CHECK_TEXT(parsed("f a\"b\"c b B u"), "f{a 'b' c b B u}");
	CHECK_TEXT(parsed("f +5 a+b a+ *:80"), "f{+5 a+b a+ *:80}");
	CHECK_TEXT(parsed("f a+\"b\" + c 2 * 3 d *5"), "f{+<a +<'b' c>> *<2 3> *<d 5>}");
	CHECK_TEXT(parsed("f [fe80::1%lo0]:http [::1]:20-25 [::FFFF:1.2.3.4]:80"),
	           "f{[fe80::1%lo0]:http [::1]:20-25 [::FFFF:1.2.3.4]:80}");
	CHECK_TEXT(parsed("f [a:b] [::1]: [::1]:-5 [::1]x [a*b:c]:1"), "f{[<a:b> [<::1> : [<::1> :-5 [<::1> x [<a*b:c> :1}");
	CHECK_TEXT(parsed("f [::1"), "! a closing ] is missing");
	CHECK_TEXT(parsed("f %a a%b [::1%lo]:80 rb bu"), "f{%a a%b [::1%lo]:80 rb bu}");
	CHECK_TEXT(parsed("f [] = [a]"), "! '=' stands where a word is wanted");
	CHECK_TEXT(parsed("f 'a\\\\' \"\\\"\""), "f{'a\\' '\"'}");
}

/* NAME = VALUE, VALUE is a tuple; a comma elsewhere is a space. */
static void test_tuples(void)
{
	CHECK_TEXT(parsed("HOST, PORT = \"localhost\", 9999"), "HOST,PORT = (<'localhost' 9999>");
	CHECK_TEXT(parsed("x = HOST, PORT; f a, b"), "x = (<HOST PORT>; f{a b}");
	CHECK_TEXT(parsed("a, b = s.g(1, 2), 5"), "a,b = (<s.g<1 2> 5>");
	CHECK_TEXT(parsed("a, b = g(1)[0], A | B"), "a,b = (<#<g<1> 0> |<A B>>");
	CHECK_TEXT(parsed("x = g(1) + 2, (3, 4), [5]"), "x = (<+<g<1> 2> (<3 4> [<5>>");
	CHECK_TEXT(parsed("x = A | B, 5"), "x = (<|<A B> 5>");
	CHECK_TEXT(parsed("x = try f(1), 2"), "x = try (<f<1> 2>");
	CHECK_TEXT(parsed("x = 5,"), "x = (<5>");
	CHECK_TEXT(parsed("x = f a, b"), "x = f{a b}");
	CHECK_TEXT(parsed("x = f(1) 2, 3"), "x = f<1 2 3>");
	CHECK_TEXT(parsed("f(1), 2"), "f<1 2>");
	CHECK_TEXT(parsed("x = 1; 2, 3"), "x = 1{}; 2{3}");
	CHECK_TEXT(parsed("x = \"a\", 2 3"), "! '3' is one word too many");
	CHECK_TEXT(parsed("x = 1, , 2"), "! ',' stands where a word is wanted");
	CHECK_TEXT(parsed("\"a\", 2"), "! ',' is one word too many");
}

static void test_prefixes(void)
{
	CHECK_TEXT(parsed("f(r'\\n', R\"\\\"\", rb'\\x', bR'\\'')"), "f<'\\n' '\\\"' '\\x' '\\''>");
	CHECK_TEXT(parsed("f bb'a' ur'b' x'c'"), "f{bb 'a' ur 'b' x 'c'}");
	CHECK_TEXT(parsed("f(r'\\')"), "! a closing ' is missing");
	CHECK_TEXT(parsed("print f'a'"), "! f\"{NAME}\" is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("x = F\"a\""), "! f\"{NAME}\" is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("print(rf'a')"), "! f\"{NAME}\" is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("print(fR'a')"), "! f\"{NAME}\" is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("print('%s' % 5)"), "! % is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("print '%s'%x"), "! % is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("x = y %(1, 2)"), "! % is not understood here; \"{}\".format(NAME) is");
	CHECK_TEXT(parsed("f (% x)"), "! '%' stands where a word is wanted");
}

/* Newlines are blanks, but for comments, which end there, and for a backslash before them. */
static void test_lines(void)
{
	CHECK_TEXT(parsed("f(1, # one\n2)"), "f<1 2>");
	CHECK_TEXT(parsed("a = \\\nf(b\\\r\n c)"), "a = f<b c>");
	CHECK_TEXT(parsed("f a\\\nb \\n"), "f{a b \\n}");
	CHECK_TEXT(parsed("f # a \\"), "f{}");
	CHECK_TEXT(parsed("f # a \\\ng"), "f{g}");
	CHECK_TEXT(parsed("f a\\"), "! a line is missing behind \\");
	CHECK_TEXT(parsed("a = \\\r"), "! a line is missing behind \\");
	CHECK_TEXT(parsed("f \\\n"), "! a line is missing behind \\");
	CHECK_TEXT(parsed("f \\\n "), "f{}");
}

/* Whole lines come out of LINES, one by one, parted by |; ... at the end when another is waited for. */
static const char *joined(const char *lines)
{
	static char text[2000];
	struct joiner joiner = { .length = 0 };
	FILE *to = fmemopen(text, sizeof text, "w");

	if (to == NULL)
		abort();
	for (bool more = true; more;) {
		size_t length = strcspn(lines, "\n");

		if (joiner_add(&joiner, lines, length) == 1)
			fprintf(to, "%.*s|", (int)joiner.length, joiner.text);
		more = lines[length] != '\0';
		lines += length + more;
	}
	fprintf(to, "%s%c", joiner.waits ? "..." : "", '\0');
	fclose(to);
	joiner_release(&joiner);
	return text;
}

static void test_joiner(void)
{
	CHECK_TEXT(joined("a\n\nb"), "a||b|");
	CHECK_TEXT(joined("f(a,\n[b\n],)\ng"), "f(a,\n[b\n],)|g|");
	CHECK_TEXT(joined(">>> f(a,\n...   b)\n... c"), " f(a,\n   b)| c|");
	CHECK_TEXT(joined("a = \\\nf(\\\n)\ng"), "a = \\\nf(\\\n)|g|");
	CHECK_TEXT(joined("a \\\r\nb"), "a \\\r\nb|");
	CHECK_TEXT(joined("a # (\nb # \\\nc '('\nd \\n"), "a # (|b # \\|c '('|d \\n|");
	CHECK_TEXT(joined("a)) (b)\nc) (\nd"), "a)) (b)|...");
	CHECK_TEXT(joined("f(1; g\nh"), "f(1; g|h|");
	CHECK_TEXT(joined("f('\nh"), "f('|h|");
	CHECK_TEXT(joined("f 'a\\\nb"), "f 'a\\|b|");
	CHECK_TEXT(joined("f [::1]:80 [\n"), "...");
	CHECK_TEXT(joined("f \\\n"), "f \\\n|");
	CHECK_TEXT(joined("f \\"), "...");
}

/* A value that stands alone, and what stands right behind a value. */
static void test_values(void)
{
	CHECK_TEXT(parsed("A|B"), "|<A B>");
	CHECK_TEXT(parsed("x = A | B"), "x = |<A B>");
	CHECK_TEXT(parsed("x[0]"), "#<x 0>");
	CHECK_TEXT(parsed("\"a\""), "'a'");
	CHECK_TEXT(parsed("send\"a\""), "send{'a'}");
	CHECK_TEXT(parsed("print a,b"), "print{a b}");
	CHECK_TEXT(parsed("print,a"), "print{a}");
	CHECK_TEXT(parsed("g().h"), ".h<g<>>");
	CHECK_TEXT(parsed("g().h (a)"), "! '(' is one word too many");
	CHECK_TEXT(parsed("f g().h (a)"), "f{.h<g<>> a}");
	CHECK_TEXT(parsed("f y (a, b)c x[0]. (a)"), "f{y (<a b> c #<x 0> . a}");
	CHECK_TEXT(parsed("\t... f(1)"), "f<1>");
	CHECK_TEXT(parsed(">> ..f"), ">>{..f}");
	CHECK_TEXT(parsed("f; # g"), "f{}");
}

/* A quote without its fellow is told wherever it stands: here behind each piece of lines that are good. */
static void test_open_quotes(void)
{
	static const char *const lines[] = { "a, b = try f x (g 1) c=5 [d e] A|B x[0].y(z)", "print f(a, b=5, c=g(1))[0].h(i, j)",
		                             "with f(1) as c; g", "with conn", "import socket; f", "x = f s.recv(10) + y" };
	char text[200];

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		for (int length = 0; length <= (int)strlen(lines[i]); length++) {
			snprintf(text, sizeof text, "%.*s \"", length, lines[i]);
			tap_check_text(parsed(text), "! a closing \" is missing", __FILE__, __LINE__, text);
		}
	}
	CHECK_TEXT(parsed("with conn: \""), "! a closing \" is missing");
	CHECK_TEXT(parsed("with f as c: \""), "! a closing \" is missing");
	CHECK_TEXT(parsed("f \"a\\"), "! a closing \" is missing");
	CHECK_TEXT(parsed("f 'a\\'"), "! a closing ' is missing");
}

static void test_refused(void)
{
	CHECK_TEXT(parsed("f \"abc"), "! a closing \" is missing");
	CHECK(strncmp(parsed("f '\\q'"), "! '\\q' is no escape", 19) == 0);
	CHECK_TEXT(parsed("while True:"), "! 'while': blocks are not understood here; each line is one call");
	CHECK_TEXT(parsed("f x="), "! a value is missing behind x=");
	CHECK_TEXT(parsed("f ]"), "! ']' stands where a word is wanted");
	CHECK_TEXT(parsed("a.b = 5"), "! 'a.b' is no name for a variable");
	CHECK_TEXT(parsed("x[1 2]"), "! an index is one number: NAME[0]");
	CHECK_TEXT(parsed("((((((((((((((((((((((((((((((((((((((((((("), "! too deep");
	CHECK_TEXT(parsed("x[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]"
	                  "[0][0][0][0]"),
	           "! too deep");
	struct program program;
	struct syntax_error error;
	static const char zeros[] = "f \"a\0b\" x\0y";

	CHECK(syntax_parse(zeros, sizeof zeros - 1, &program, &error) == 0);
	CHECK(program.statements[0].value.count == 3);
	CHECK(program.statements[0].value.items[0].length == 3);
	syntax_release(&program);
	CHECK_TEXT(parsed("x = "), "! a call or a value is missing");
	CHECK_TEXT(parsed("x ="), "! a call or a value is missing");
	CHECK_TEXT(parsed("f +"), "! a value is missing");
	CHECK_TEXT(parsed("f 2 *"), "! a value is missing");
	CHECK_TEXT(parsed("f 2 *; g"), "! a value is missing");
	CHECK_TEXT(parsed("f(+ a)"), "! '+' stands where a word is wanted");
	CHECK_TEXT(parsed("f '\\x4'"), "! '\\x' is no escape: \\n \\r \\t \\a \\b \\f \\v \\\\ \\\" \\ooo \\xHH");
	CHECK_TEXT(parsed("f(x=, 1)"), "! a value is missing behind x=");
	CHECK_TEXT(parsed("f(x=)"), "! a value is missing behind x=");
	CHECK_TEXT(parsed("1a = 5"), "! '1a' is no name for a variable");
	CHECK_TEXT(parsed("a, \"b\" = f"), "! '=' stands where a word is wanted");
	CHECK_TEXT(parsed("\"a\" \"b\""), "! 'b' is one word too many");
	CHECK_TEXT(parsed("x]"), "! ']' is one word too many");
	CHECK_TEXT(parsed("f(1, 2"), "! a closing ) is missing");
	CHECK_TEXT(parsed("f ((((1)))"), "! a closing ) is missing");
	CHECK_TEXT(parsed("f [1 2"), "! a closing ] is missing");
	CHECK_TEXT(parsed("f [a (b) c) d"), "! a closing ] is missing");
	CHECK_TEXT(parsed("x[1"), "! a closing ] is missing");
	CHECK_TEXT(parsed("x = g.h(1; f"), "! a closing ) is missing");
	CHECK_TEXT(parsed("f g(1"), "! a closing ) is missing");
	CHECK_TEXT(parsed("x = f(1).h("), "! a closing ) is missing");
	CHECK_TEXT(parsed("from a import (b, c"), "! a closing bracket is missing");
	CHECK_TEXT(parsed("from a import (b, c) ; f"), "f{}");
	CHECK_TEXT(parsed("with f(1 as c: g"), "! a closing ) is missing");
	CHECK_TEXT(parsed("f(]"), "! ']' stands where a word is wanted");
	CHECK_TEXT(parsed("x = f(1)[]"), "! an index is one number: NAME[0]");
	CHECK_TEXT(parsed("try ]"), "! ']' stands where a word is wanted");
	CHECK_TEXT(parsed("with 1a:"), "! '1a' is no name for a variable");
	CHECK_TEXT(parsed("with :"), "! 'with' stands before CALL as NAME: here, for each line is one call");
	CHECK_TEXT(parsed("with ]"), "! ']' stands where a word is wanted");
	CHECK_TEXT(parsed("with f() as \"x\""), "! with CALL as NAME: a name is missing");
	CHECK_TEXT(parsed("with f() as 1x:"), "! '1x' is no name for a variable");
	CHECK_TEXT(parsed("with f(1)"), "! 'with' stands before CALL as NAME: here, for each line is one call");
}

int main(void)
{
	test_own_spelling();
	test_python_spelling();
	test_parentheses_are_spaces();
	test_words();
	test_tuples();
	test_prefixes();
	test_lines();
	test_joiner();
	test_values();
	test_open_quotes();
	test_refused();
	return tap_end();
}
