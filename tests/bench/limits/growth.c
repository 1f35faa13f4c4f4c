/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests/bench/growth needs besides nsk:
 *
 *	growth run FILE PROGRAM [ARG]...    runs PROGRAM; FILE gets its seconds, CPU seconds, peak resident KiB, status
 *	growth make BYTES                   BYTES to stdout, no page of them like another
 *	growth check BYTES                  compares stdin with that: 0 if it is the same, and no more */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, ROOM = 256 * PAGE };

static _Alignas(PAGE) unsigned char wanted[ROOM], got[ROOM];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* A process that was forked from this small one: its peak is not that of whoever started it. */
static int run(const char *path, char **command)
{
	double began = now();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		return 1;
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return 1;
	fprintf(file, "%.6f %.6f %ld %d\n", now() - began, seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
	        WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return fclose(file) != 0;
}

/* The bytes from OFFSET on: each page bears its number. */
static void fill(uint64_t offset)
{
	for (size_t at = 0; at < ROOM; at += PAGE) {
		uint64_t number = (offset + at) / PAGE * 0x9e3779b97f4a7c15u + 1;

		memcpy(wanted + at, &number, sizeof number);
		memcpy(wanted + at + PAGE - sizeof number, &number, sizeof number);
	}
}

static int make(uint64_t count)
{
	for (uint64_t offset = 0; offset < count; offset += ROOM) {
		size_t size = count - offset < ROOM ? (size_t)(count - offset) : ROOM;

		fill(offset);
		for (size_t at = 0; at < size;) {
			ssize_t written = write(STDOUT_FILENO, wanted + at, size - at);

			if (written < 0)
				return 1;
			at += (size_t)written;
		}
	}
	return 0;
}

static int check(uint64_t count)
{
	for (uint64_t offset = 0; offset < count; offset += ROOM) {
		size_t size = count - offset < ROOM ? (size_t)(count - offset) : ROOM;

		fill(offset);
		for (size_t at = 0; at < size;) {
			ssize_t held = read(STDIN_FILENO, got + at, size - at);

			if (held <= 0)
				return 1;
			at += (size_t)held;
		}
		if (memcmp(got, wanted, size) != 0)
			return 1;
	}
	return read(STDIN_FILENO, got, 1) != 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "run") == 0)
		return run(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "make") == 0)
		return make(strtoull(argv[2], NULL, 10));
	return argc == 3 && strcmp(argv[1], "check") == 0 ? check(strtoull(argv[2], NULL, 10)) : 2;
}
