/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See address.h. */
#include "platform.h"

#include "cli/address.h"

#include "cli/message.h"
#include "core/interrupt.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

const struct option_spec address_options[] = {
	OPTION_HEADING("Addresses"),
	SET('4', NULL, struct address_settings, family, AF_INET, "IPv4 only"),
	SET('6', NULL, struct address_settings, family, AF_INET6, "IPv6 only"),
	FLAG('n', NULL, struct address_settings, numeric, "no name look-ups: hosts and ports are numbers"),
	OPTION_END,
};

int address_report(enum endpoint_result result, const struct endpoint_problem *problem)
{
	switch (result) {
	case ENDPOINT_OK:
		return STATUS_OK;
	case ENDPOINT_MALFORMED:
		return usage_error("%s", problem->text);
	case ENDPOINT_UNRESOLVED:
		return report(STATUS_UNRESOLVED, "%s", problem->text);
	case ENDPOINT_TIMEOUT:
		return report(STATUS_TIMEOUT, "%s", problem->text);
	case ENDPOINT_INTERRUPTED:
		return STATUS_SIGNAL + interrupt_pending();
	case ENDPOINT_FAILED:
		break;
	}
	return report(STATUS_FAILED, "%s", problem->text);
}

const char *address_format_list(const struct endpoint_list *list, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i < list->count && length + 1 < size; i++) {
		char one[ENDPOINT_TEXT_MAX];

		endpoint_format(&list->items[i], one);
		length += (size_t)snprintf(text + length, size - length, "%s%s", i == 0 ? "" : ", ", one);
	}
	return text;
}

enum endpoint_result address_look_up(const struct endpoint_words *words, const struct address_settings *settings, int type,
                                     bool passive, int64_t deadline, struct endpoint_list *list,
                                     struct endpoint_problem *problem)
{
	struct endpoint_query query = { .family = (int)settings->family, .type = type, .passive = passive,
	                                .numeric = settings->numeric, .deadline = deadline };
	enum endpoint_result result = endpoint_resolve(words, &query, list, problem);
	char text[1024];

	if (result == ENDPOINT_OK && endpoint_host_is_name(words))
		note("%s port %s: %s", words->host, words->port, address_format_list(list, text, sizeof text));
	return result;
}

int address_resolve(int count, char *const *operands, const struct address_settings *settings, int type, bool passive,
                    int64_t deadline, struct endpoint_list *list)
{
	struct endpoint_words words;
	struct endpoint_problem problem;

	*list = (struct endpoint_list){ 0 };
	enum endpoint_result result = endpoint_split(count, operands, &words, &problem);
	if (result == ENDPOINT_OK)
		result = address_look_up(&words, settings, type, passive, deadline, list, &problem);
	return address_report(result, &problem);
}
