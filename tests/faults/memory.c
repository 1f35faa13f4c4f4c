/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library for LD_PRELOAD with which one allocation fails, or all from one on. For glibc.
 *
 *	cc -shared -fPIC -O2 -o memory.so memory.c
 *	MEMORY_FAILS=7 LD_PRELOAD=./memory.so PROGRAM
 *
 *	MEMORY_FAILS=N      the Nth allocation fails; 0: none does
 *	MEMORY_STAYS=1      and all after it
 *	MEMORY_REPORT=FILE  at exit the number of allocations is written there
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static unsigned long done, asked, failing;
static bool stays, is_begun;

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("MEMORY_FAILS");

	failing = text == NULL ? 0 : strtoul(text, NULL, 10);
	stays = getenv("MEMORY_STAYS") != NULL;
	unsetenv("LD_PRELOAD"); /* what is started has all its memory */
	is_begun = true;
}

__attribute__((destructor)) static void end(void)
{
	const char *name = getenv("MEMORY_REPORT");
	FILE *report = name == NULL ? NULL : fopen(name, "w");

	failing = 0;
	if (report != NULL) {
		fprintf(report, "%lu\n", asked);
		fclose(report);
	}
}

/* Before the destructors: what a coverage build writes there is none of ours. */
static void spare(void)
{
	asked = done;
	failing = 0;
}

/* Counts one allocation: is it one that fails? */
static bool fails(void)
{
	unsigned long number = is_begun ? __atomic_add_fetch(&done, 1, __ATOMIC_RELAXED) : 0;

	if (number == 1)
		atexit(spare);
	if (failing == 0 || number < failing || (number > failing && !stays))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

int posix_memalign(void **place, size_t alignment, size_t size)
{
	void *memory = fails() ? NULL : __libc_memalign(alignment, size);

	if (memory == NULL)
		return ENOMEM;
	*place = memory;
	return 0;
}
