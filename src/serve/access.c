/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See access.h. */
#include "platform.h"

#include "serve/access.h"

#include "cli/message.h"
#include "core/network.h"

#include <stddef.h>

const struct option_spec access_options[] = {
	LIST(0, "allow", "CIDR", struct access_settings, allow,
	     "only clients from CIDR (10.0.0.0/8, ::1), as often as wanted; all others are refused"),
	LIST(0, "deny", "CIDR", struct access_settings, deny, "no clients from CIDR, though --allow may let them in"),
	OPTION_END,
};

static int check(const char *option, const struct option_list *list)
{
	struct network network;

	for (size_t i = 0; i < list->count; i++) {
		const char *why = network_parse(list->items[i], &network);

		if (why != NULL)
			return usage_error("%s '%s': %s", option, list->items[i], why);
	}
	return STATUS_OK;
}

int access_check(const struct access_settings *settings)
{
	int status = check("--allow", &settings->allow);

	return status != STATUS_OK ? status : check("--deny", &settings->deny);
}

static bool is_in(const struct option_list *list, const struct endpoint *peer)
{
	struct network network;

	for (size_t i = 0; i < list->count; i++) {
		if (network_parse(list->items[i], &network) == NULL && network_contains(&network, peer))
			return true;
	}
	return false;
}

bool access_allows(const struct access_settings *settings, const struct endpoint *peer)
{
	if (peer->address.ss_family != AF_INET && peer->address.ss_family != AF_INET6)
		return true;
	if (is_in(&settings->deny, peer))
		return false;
	return settings->allow.count == 0 || is_in(&settings->allow, peer);
}
