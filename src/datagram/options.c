/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See options.h. */
#include "platform.h"

#include "datagram/options.h"

#include "cli/message.h"
#include "cli/poller_option.h"
#include "core/sockopt.h"


#define S struct datagram_settings

const struct option_spec datagram_options[] = {
	OPTION_HEADING("More"),
	FLAG(0, "raw", S, raw, "pass control characters on to a terminal"),
	{ .kind = OPTION_KIND_LIST, .letter = 'O', .name = "sockopt", .metavar = "NAME=VALUE",
	  .help = "set a socket option by its C name (SO_RCVBUF=1M), as often as wanted",
	  .offset = OPTION_FIELD(S, sockopts, struct option_list), .complete = OPTION_COMPLETE_SOCKOPT },
	COUNT('v', "verbose", S, verbosity, "tell what happens, on stderr"),
	INCLUDE(S, tracing, tracing_options, struct tracing_settings),
	{ .kind = OPTION_KIND_TEXT, .name = "poller", .metavar = "NAME", .advanced = true,
	  .help = "wait by epoll, poll or select (also from the environment: NSK_POLLER)",
	  .offset = OPTION_FIELD(S, poller, const char *), .complete = OPTION_COMPLETE_POLLER },
	OPTION_END,
};

int datagram_check(const struct datagram_settings *settings, const struct poller_backend **backend)
{
	message_set_verbosity((unsigned)settings->verbosity);
	tracing_begin(&settings->tracing);
	*backend = poller_option(settings->poller, false);
	if (*backend == NULL)
		return STATUS_USAGE;
	for (size_t i = 0; i < settings->sockopts.count; i++) {
		const struct sockopt *option;
		const char *value, *why;

		if (sockopt_parse(settings->sockopts.items[i], &option, &value, &why) < 0)
			return usage_error("--sockopt '%s': %s", settings->sockopts.items[i], why);
	}
	return STATUS_OK;
}

int datagram_set_sockopts(const struct datagram_settings *settings, int fd, int family, bool mixed, const char **culprit)
{
	for (size_t i = 0; i < settings->sockopts.count; i++) {
		const struct sockopt *option;
		const char *value, *why;

		if (sockopt_parse(settings->sockopts.items[i], &option, &value, &why) < 0)
			continue; /* datagram_check has refused it */
		if (mixed && !sockopt_applies(option, family))
			continue;
		if (sockopt_set(fd, option, value) < 0) {
			*culprit = settings->sockopts.items[i];
			return -1;
		}
	}
	return 0;
}
