/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a socket stands when its connection is over: the kernel has parted the two then, the socket is CLOSE and knows no
 * peer, while the connection may stay in TIME_WAIT. Both ends are remembered for that, as long as there is a peer. */
#include "platform.h"

#include "view/trace.h"

#include "core/endpoint.h"
#include "core/tcp_table.h"

enum { REMEMBERED = 16 };

struct ends {
	int fd;
	struct endpoint here, there;
	int kept; /* the state that the connection was left in; 0: it was not asked for */
};

static struct ends ends_of(int fd)
{
	struct ends ends = { .fd = fd, .here.length = sizeof ends.here.address, .there.length = sizeof ends.there.address };

	if (sock_ends(fd, &ends.here.address, &ends.here.length, &ends.there.address, &ends.there.length) < 0)
		ends.there.length = 0;
	return ends;
}

static struct ends remembered[REMEMBERED];

struct sock_standing trace_stand(int fd)
{
	struct sock_standing standing = sock_stand(fd);

	if (standing.state == 0)
		return standing;
	struct ends *last = &remembered[fd % REMEMBERED];
	struct ends now = ends_of(fd);

	if (now.there.length > 0) {
		*last = now;
	} else if (standing.state == SOCK_TCP_CLOSE && last->fd == fd && last->there.length > 0 &&
	           endpoint_equal(&now.here, &last->here)) {
		if (last->kept == 0) /* the table may be long */
			last->kept = tcp_table_state(&last->here, &last->there);
		if (last->kept > 0)
			standing.state = last->kept;
	}
	return standing;
}

int trace_state_left(int fd)
{
	struct ends *last = &remembered[fd % REMEMBERED];
	int state = 0;

	if (last->fd == fd && last->there.length > 0) {
		state = tcp_table_state(&last->here, &last->there);
		last->there.length = 0;
	}
	return state < 0 ? SOCK_TCP_CLOSE : state;
}
