/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of Unix sockets: what stands at a path, also when it may not be asked, and what is removed. */
#include "platform.h"

#include "core/local.h"
#include "core/sock.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum sock_call failing;
static int failure;

static int sabotage(enum sock_call call, int fd)
{
	(void)fd;
	return call == failing ? failure : 0;
}

static struct endpoint at(const char *path)
{
	struct endpoint endpoint;

	CHECK_INT(endpoint_unix(path, &endpoint), 0);
	return endpoint;
}

/* What local_look says of PATH when CALL fails with ERROR (0: nothing fails). */
static void check_look(const char *path, enum sock_call call, int error, enum local_state wanted)
{
	struct endpoint endpoint = at(path);
	struct stat found;

	failing = call;
	failure = error;
	sock_sabotage(sabotage);
	CHECK_INT(local_look(&endpoint, &found), wanted);
	sock_sabotage(NULL);
}

static void check_stale(const char *path, int error)
{
	struct endpoint endpoint = at(path);

	errno = 0;
	CHECK_INT(local_remove_stale(&endpoint), error == 0 ? 0 : -1);
	CHECK(error == 0 || errno == error);
}

static int bind_at(const char *path, struct local_file *file)
{
	struct endpoint endpoint = at(path);
	int fd = sock_socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_INT(local_bind(fd, &endpoint, 0600, file), 0);
	return fd;
}

static void test_look(void)
{
	struct local_file file;
	struct stat made;
	int fd = bind_at("live", &file);

	CHECK(stat("live", &made) == 0 && (made.st_mode & 0777) == 0600 && file.exists);
	check_look("nothing", SOCK_SOCKET, 0, LOCAL_NOTHING);
	check_look("@abstract", SOCK_SOCKET, 0, LOCAL_NOTHING);
	check_look("live/under", SOCK_SOCKET, 0, LOCAL_UNKNOWN); /* ENOTDIR */
	check_look(".", SOCK_SOCKET, 0, LOCAL_OTHER);
	check_look("live", SOCK_SOCKET, EMFILE, LOCAL_UNKNOWN);
	check_look("live", SOCK_CONNECT, EPROTOTYPE, LOCAL_ALIVE);
	check_look("live", SOCK_CONNECT, EPERM, LOCAL_ALIVE);
	check_look("live", SOCK_CONNECT, EACCES, LOCAL_UNKNOWN);
	check_look("live", SOCK_CONNECT, ECONNREFUSED, LOCAL_DEAD);
	check_look("live", SOCK_SOCKET, 0, LOCAL_ALIVE);
	check_stale("live", EADDRINUSE);
	check_stale(".", EEXIST);
	check_stale("live/under", ENOTDIR);
	check_stale("nothing", 0);
	check_stale("@abstract", 0);
	sock_close(fd);
	check_look("live", SOCK_SOCKET, 0, LOCAL_DEAD);
	check_stale("live", 0);
	CHECK(access("live", F_OK) < 0);
}

static void test_remove(void)
{
	struct local_file file, other, zeroed = { .exists = false };
	int fd = bind_at("mine", &file);

	CHECK_INT(rename("mine", "moved"), 0);
	int second = bind_at("mine", &other);
	errno = EDOM;
	local_remove(&file); /* another one stands there now */
	CHECK(errno == EDOM && access("mine", F_OK) == 0 && !file.exists);
	local_remove(&other);
	CHECK(access("mine", F_OK) < 0);
	local_remove(&other);
	local_remove(&zeroed);
	unlink("moved");
	sock_close(fd);
	sock_close(second);
	fd = bind_at("@nsk-unit-test-local", &file);
	CHECK(!file.exists);
	local_remove(&file);
	sock_close(fd);
}

static void test_taken(void)
{
	struct endpoint endpoint = at("taken");
	struct local_file file;
	int fd = sock_socket(AF_UNIX, SOCK_STREAM, 0);

	close(open("taken", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	mode_t before = umask(077);
	CHECK(local_bind(fd, &endpoint, 0666, &file) == -1 && errno == EADDRINUSE && !file.exists);
	CHECK_INT(umask(before), 077); /* the process's own is back */
	unlink("taken");
	sock_close(fd);
}

int main(void)
{
	char folder[] = "/tmp/nsk-local-XXXXXX";

	if (mkdtemp(folder) == NULL || chdir(folder) < 0)
		return 1;
	test_look();
	test_remove();
	test_taken();
	rmdir(folder);
	return tap_end();
}
