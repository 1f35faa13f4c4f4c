/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's tables of listening sockets, each mechanism that this build has. */
#include "platform.h"

#include "core/listening.h"

#include "tap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

static const struct listening_source *source;

/* The address of TEXT without a port. */
static struct endpoint address_of(const char *text)
{
	struct endpoint result = { .address.ss_family = AF_INET, .length = sizeof(struct sockaddr_in) };

	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)&result.address)->sin_addr) == 1)
		return result;
	result.address.ss_family = AF_INET6;
	result.length = sizeof(struct sockaddr_in6);
	inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&result.address)->sin6_addr);
	return result;
}

/* A socket bound to HERE; -1 without IPv6. V6ONLY -1: left alone. */
static int bound(struct endpoint *here, int v6only)
{
	int fd = socket(here->address.ss_family, SOCK_STREAM, 0);

	if (fd >= 0 && v6only >= 0)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
	if (fd < 0 || bind(fd, (struct sockaddr *)&here->address, here->length) < 0) {
		close(fd);
		return -1;
	}
	endpoint_of_socket(fd, here);
	return fd;
}

static int ask(const char *host, const struct endpoint *with_port)
{
	struct endpoint address = address_of(host);

	endpoint_set_port(&address, endpoint_port(with_port));
	return source->tcp(&address);
}

/* A listener at HERE is seen at the first address, and not at the second. */
static void check_tcp(const char *here_text, int v6only, const char *seen, const char *unseen)
{
	struct endpoint here = address_of(here_text);
	int fd = bound(&here, v6only);

	if (fd < 0) {
		printf("# %s: no such family here\n", here_text);
		return;
	}
	CHECK_INT(ask(seen, &here), 0); /* bound is not served */
	listen(fd, 1);
	CHECK_INT(ask(seen, &here), 1);
	if (unseen != NULL)
		CHECK_INT(ask(unseen, &here), 0);
	close(fd);
	CHECK_INT(ask(seen, &here), 0);
}

static void test_tcp(void)
{
	bool tells_v6only = strcmp(source->name, "proc") != 0;

	check_tcp("127.0.0.1", -1, "127.0.0.1", "127.0.0.2");
	check_tcp("127.0.0.1", -1, "127.0.0.1", "::1");
	check_tcp("0.0.0.0", -1, "127.0.0.5", "::1");
	check_tcp("::1", 1, "::1", "127.0.0.1");
	check_tcp("::", 1, "::1", tells_v6only ? "127.0.0.1" : NULL);
	check_tcp("::", 0, "::1", NULL);
	check_tcp("::", 0, "127.0.0.1", NULL);
	check_tcp("::ffff:127.0.0.1", 0, "127.0.0.1", "127.0.0.2");
}

static void check_path(const char *bind_to, const char *ask_for)
{
	struct endpoint here, wanted;

	CHECK_INT(endpoint_unix(bind_to, &here), 0);
	CHECK_INT(endpoint_unix(ask_for, &wanted), 0);
	unlink(bind_to);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(source->path(&wanted) != 1);
	CHECK_INT(bind(fd, (struct sockaddr *)&here.address, here.length), 0);
	CHECK_INT(source->path(&wanted), 0);
	listen(fd, 1);
	CHECK_INT(source->path(&wanted), 1);
	CHECK_INT(listening_at(&wanted), 1);
	close(fd);
	CHECK(source->path(&wanted) != 1);
	CHECK_INT(listening_at(&wanted), 0); /* the file stays, nobody holds it */
	unlink(bind_to);
}

static void test_paths(const char *folder)
{
	char path[200], name[80];

	snprintf(path, sizeof path, "%s/socket", folder);
	check_path(path, path);
	if (strcmp(source->name, "proc") != 0)
		check_path("socket", path);
	check_path("socket", strcmp(source->name, "proc") == 0 ? "socket" : "./socket");
	snprintf(name, sizeof name, "@nsk-test-%ld", (long)getpid());
	check_path(name, name);
}

int main(void)
{
	char folder[] = "/tmp/nsk-listening-XXXXXX";

	if (mkdtemp(folder) == NULL || chdir(folder) < 0)
		return 1;
	for (int i = 0; listening_sources[i] != NULL; i++) {
		source = listening_sources[i];
		printf("# %s\n", source->name);
		test_tcp();
		test_paths(folder);
	}
	if (chdir("/") == 0)
		rmdir(folder);
	return tap_end();
}
