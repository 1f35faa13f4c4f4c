/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See crlf.h. */
#include "platform.h"

#include "bytes/crlf.h"

size_t crlf_apply(void *state, const unsigned char *in, size_t count, unsigned char *out)
{
	struct crlf *crlf = state;
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned char c = in[i];

		if (c == '\n' && !crlf->after_cr)
			out[length++] = '\r';
		out[length++] = c;
		crlf->after_cr = c == '\r';
	}
	return length;
}
