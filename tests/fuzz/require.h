/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the targets share: a condition that must hold. */
#ifndef NSK_FUZZ_REQUIRE_H
#define NSK_FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stdlib.h>

/* In front of a check that looks at every byte: its branches are no news of nsk's, and to follow them takes longer than
 * what they check. */
#define NOT_FOLLOWED __attribute__((no_sanitize("coverage"), noinline))

static inline void require(bool condition)
{
	if (!condition)
		abort();
}

#endif
