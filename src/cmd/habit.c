/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See habit.h. */
#include "platform.h"

#include "cmd/habit.h"

#include "cli/command.h"
#include "cli/message.h"
#include "cli/suggestion.h"
#include "cmd/commands.h"

#include <stdbool.h>
#include <string.h>

enum { WORDS_MAX = 8 };

/* A netcat's command line, as far as it matters. */
struct habit {
	bool listens, datagrams, is_unix, scans, keeps_open;
	char *port;    /* of -p */
	char *program; /* of -e */
	char *source;  /* of -s */
	char *words[WORDS_MAX + 1];
	int count;
};

/* The letters that have an argument in one netcat or another, and in none stand for something that matters here. */
static const char with_argument[] = "ceGgIiMmOoPpqsTVWwXx";

/* Reads the letters of ARGV[AT]. Returns the index of the last word that they use. */
static int read_letters(struct habit *habit, int argc, char **argv, int at)
{
	for (char *letter = argv[at] + 1; *letter != '\0'; letter++) {
		habit->listens |= *letter == 'l';
		habit->datagrams |= *letter == 'u';
		habit->is_unix |= *letter == 'U';
		habit->scans |= *letter == 'z';
		habit->keeps_open |= *letter == 'k';
		if (strchr(with_argument, *letter) == NULL)
			continue;
		char *argument = letter[1] != '\0' ? letter + 1 : at + 1 < argc ? argv[++at] : NULL;
		if (*letter == 'p')
			habit->port = argument;
		if (*letter == 's')
			habit->source = argument;
		if (*letter == 'e')
			habit->program = argument;
		break;
	}
	return at;
}

static void read_habit(struct habit *habit, int argc, char **argv)
{
	*habit = (struct habit){ .count = 0 };
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '-')
			i = read_letters(habit, argc, argv, i);
		else if (argv[i][0] != '-' && habit->count < WORDS_MAX)
			habit->words[habit->count++] = argv[i];
	}
	if (habit->listens && habit->port != NULL) /* else it is the port to connect from */
		habit->words[habit->count++] = habit->port;
}

/* Adds " LETTER ARGUMENT", if there is one. */
static void add_option(struct suggestion *line, const char *letter, char *argument)
{
	if (argument == NULL)
		return;
	suggestion_add(line, letter);
	suggestion_add_words(line, 1, &argument);
}

static const char *command_of(const struct habit *habit)
{
	if (habit->is_unix && habit->datagrams)
		return habit->listens ? "unix-listen" : "unix-send";
	if (habit->is_unix)
		return habit->listens ? "unix-serve" : "unix-connect";
	if (habit->datagrams)
		return habit->listens ? "udp-listen" : "udp-send";
	return habit->listens ? "tcp-serve" : "tcp-connect";
}

static bool is_port(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && digits <= 5 && word[digits] == '\0';
}

/* "host:80", "[::1]:http", ":80"; no URL, and none of socat's addresses with options. */
static bool is_whole(const char *word)
{
	const char *colon = strrchr(word, ':');

	return colon != NULL && (word[0] == '[' || strchr(word, ':') == colon) && colon[1] != '\0' && strpbrk(colon, "/,=") == NULL;
}

/* Other programs whose command line may stand behind their name. */
static bool is_netcat(const char *word)
{
	return strcmp(word, "nc") == 0 || strcmp(word, "ncat") == 0 || strcmp(word, "netcat") == 0;
}

/* Is it a host and a port that stand where a command should? No command has a dot or a colon in its name. */
static bool is_address(const struct habit *habit)
{
	const char *first = habit->words[0];

	if (habit->count == 1)
		return is_port(first) || is_whole(first);
	if (habit->count == 2 && strpbrk(first, ".:") != NULL)
		return true;
	return habit->count == 2 && is_port(habit->words[1]) && !command_is_like(commands, first);
}

int habit_refuse(int argc, char **argv)
{
	struct suggestion line = { .length = 0 };
	struct habit habit;

	if (argc > 2 && is_netcat(argv[1])) {
		argc--;
		argv++;
	}
	read_habit(&habit, argc, argv);
	if (argv[1][0] == '-' && (argv[1][1] == '-' || habit.count == 0))
		return usage_error("unknown option %s; a command comes first: nsk COMMAND [OPTION]...", argv[1]);
	if (argv[1][0] != '-' && !is_address(&habit))
		return command_unknown(commands, argv[1]);
	suggestion_add(&line, command_of(&habit));
	if (habit.keeps_open && habit.listens && !habit.datagrams)
		suggestion_add(&line, " -k");
	if (habit.scans && !habit.listens && !habit.datagrams && !habit.is_unix)
		suggestion_add(&line, " -z");
	if (!habit.listens && !habit.is_unix) {
		add_option(&line, " -s ", habit.source);
		add_option(&line, " -p ", habit.port);
	}
	suggestion_add(&line, " ");
	suggestion_add_words(&line, habit.count, habit.words);
	if (!habit.datagrams)
		add_option(&line, " --exec -- ", habit.program);
	if (argv[1][0] == '-')
		return usage_error("a command comes first: nsk %s", line.text);
	return usage_error("unknown command '%s'; to connect: nsk %s", argv[1], line.text);
}
