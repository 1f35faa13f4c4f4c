/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linked into the coverage build alone, by the linker's --wrap: a process that ends by a signal that it raises itself, or
 * by _exit, writes what it has counted first. */
#include <signal.h>

void __gcov_dump(void);
void __gcov_reset(void);
void __real_interrupt_raise(int number);
int __real_raise(int number);
_Noreturn void __real__exit(int status);
void __wrap_interrupt_raise(int number);
int __wrap_raise(int number);
_Noreturn void __wrap__exit(int status);

/* Before the signal is let through: it may have come a second time, and ends the process then. */
void __wrap_interrupt_raise(int number)
{
	__gcov_dump();
	__gcov_reset();
	__real_interrupt_raise(number);
}

int __wrap_raise(int number)
{
	__gcov_dump();
	return __real_raise(number);
}

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
