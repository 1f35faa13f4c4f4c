/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * select: three lists of sockets, and which of them are ready. */
#include "platform.h"

#include "core/interrupt.h"
#include "core/sock.h"
#include "repl/call.h"
#include "repl/wait.h"

#include <string.h>
#include <sys/select.h>

struct select_context {
	fd_set asked[3], ready[3];
	int limit;
};

static int select_once(void *context, int timeout_ms)
{
	struct select_context *select = context;

	memcpy(select->ready, select->asked, sizeof select->ready);
	return sock_select(select->limit, &select->ready[0], &select->ready[1], &select->ready[2], timeout_ms,
	                   interrupt_wait_mask());
}

static int run_select(struct repl *repl, struct value *arguments, struct value *result)
{
	struct select_context context = { .limit = 0 };
	int count;

	for (int set = 0; set < 3; set++) {
		FD_ZERO(&context.asked[set]);
		for (size_t i = 0; i < arguments[set].count; i++) {
			int fd = wait_descriptor(repl, &arguments[set].items[i]);

			if (fd < 0)
				return -1;
			if (fd >= FD_SETSIZE)
				return repl_fail(repl, "ValueError", "select knows descriptors below %d only", FD_SETSIZE);
			FD_SET(fd, &context.asked[set]);
			context.limit = fd >= context.limit ? fd + 1 : context.limit;
		}
	}
	count = wait_by(repl, select_once, &context, wait_until(&arguments[3], 1e9));
	if (count < 0)
		return -1;
	*result = value_sequence(VALUE_TUPLE);
	for (int set = 0; set < 3; set++) {
		struct value ready = value_sequence(VALUE_LIST);

		for (size_t i = 0; count > 0 && i < arguments[set].count; i++) {
			struct value *item = &arguments[set].items[i];

			if (FD_ISSET(wait_descriptor(repl, item), &context.ready[set]) && value_add(&ready, *item) < 0)
				return repl_fail_memory(repl);
		}
		if (value_add(result, ready) < 0)
			return repl_fail_memory(repl);
	}
	return 0;
}

const struct call call_select_rows[] = {
	{ "select", "readers:list writers:list others:list [seconds:seconds]",
	  "int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout)",
	  "select.select(rlist, wlist, xlist[, timeout])", "wait until some of these sockets can be used: three lists of them",
	  "EBADF EINTR", run_select },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};
