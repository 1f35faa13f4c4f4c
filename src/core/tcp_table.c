/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See tcp_table.h. The table is Linux's /proc/net/tcp and tcp6. */
#include "platform.h"

#include "core/tcp_table.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_DIGITS_MAX = 32 + 1 + 4 };

/* ENDPOINT as the table spells it: 32-bit words as this machine prints them, a colon, the port. */
static void spell(const struct endpoint *endpoint, char text[ADDRESS_DIGITS_MAX + 1])
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&endpoint->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;
	bool is_four = endpoint->address.ss_family == AF_INET;
	const unsigned char *bytes = is_four ? (const unsigned char *)&four->sin_addr : (const unsigned char *)&six->sin6_addr;
	int length = 0;

	for (int word = 0; word < (is_four ? 1 : 4); word++) {
		uint32_t value;

		memcpy(&value, bytes + (size_t)word * sizeof value, sizeof value);
		length += snprintf(text + length, ADDRESS_DIGITS_MAX + 1 - (size_t)length, "%08X", (unsigned)value);
	}
	snprintf(text + length, ADDRESS_DIGITS_MAX + 1 - (size_t)length, ":%04X", endpoint_port(endpoint));
}

int tcp_table_state(const struct endpoint *here, const struct endpoint *there)
{
	FILE *table = fopen(here->address.ss_family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6", "re");
	char wanted[2][ADDRESS_DIGITS_MAX + 1], found[2][ADDRESS_DIGITS_MAX + 1], number[9], line[512];
	int state = -1;

	if (table == NULL)
		return -1;
	spell(here, wanted[0]);
	spell(there, wanted[1]);
	while (state < 0 && fgets(line, sizeof line, table) != NULL) {
		if (sscanf(line, " %*d: %37s %37s %8s", found[0], found[1], number) == 3 && strcmp(found[0], wanted[0]) == 0 &&
		    strcmp(found[1], wanted[1]) == 0)
			state = (int)strtoul(number, NULL, 16);
	}
	fclose(table);
	return state;
}
