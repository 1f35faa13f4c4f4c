/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See local.h. Facts of unix(7). */
#include "platform.h"

#include "core/local.h"

#include "core/sock.h"

#include <errno.h>
#include <sys/un.h>
#include <unistd.h>

/* The path of ADDRESS; NULL for an abstract name. */
static const char *path_of(const struct endpoint *address)
{
	const struct sockaddr_un *name = (const struct sockaddr_un *)&address->address;

	return name->sun_path[0] != '\0' ? name->sun_path : NULL;
}

enum local_state local_look(const struct endpoint *address, struct stat *found)
{
	const char *path = path_of(address);
	int error = 0;

	if (path == NULL || lstat(path, found) < 0)
		return path == NULL || errno == ENOENT ? LOCAL_NOTHING : LOCAL_UNKNOWN;
	if (!S_ISSOCK(found->st_mode))
		return LOCAL_OTHER;
	int fd = sock_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0)
		return LOCAL_UNKNOWN;
	if (sock_connect(fd, (const struct sockaddr *)&address->address, address->length) < 0)
		error = errno;
	sock_close(fd);
	if (error == ECONNREFUSED)
		return found->st_uid == geteuid() ? LOCAL_DEAD : LOCAL_FOREIGN;
	if (error == 0 || error == EPROTOTYPE || error == EPERM) /* EPERM: it is connected to somebody else */
		return LOCAL_ALIVE;
	errno = error;
	return LOCAL_UNKNOWN;
}

int local_bind(int fd, const struct endpoint *address, mode_t mode, struct local_file *file)
{
	struct stat made;
	/* what bind makes has all bits that the mask leaves: there is no moment with others */
	mode_t mask = umask(0777 & ~mode);
	int result = sock_bind(fd, (const struct sockaddr *)&address->address, address->length);
	int saved = errno;

	umask(mask);
	*file = (struct local_file){ .address = *address };
	if (result == 0 && path_of(address) != NULL && lstat(path_of(address), &made) == 0 && S_ISSOCK(made.st_mode)) {
		file->device = made.st_dev;
		file->inode = made.st_ino;
		file->exists = true;
	}
	errno = saved;
	return result;
}

static bool is_same(const struct stat *a, dev_t device, ino_t inode)
{
	return S_ISSOCK(a->st_mode) && a->st_dev == device && a->st_ino == inode;
}

int local_remove_stale(const struct endpoint *address)
{
	struct stat found, again;

	switch (local_look(address, &found)) {
	case LOCAL_NOTHING:
		return 0;
	case LOCAL_OTHER:
		errno = EEXIST;
		return -1;
	case LOCAL_ALIVE:
		errno = EADDRINUSE;
		return -1;
	case LOCAL_FOREIGN:
		errno = EPERM;
		return -1;
	case LOCAL_UNKNOWN:
		return -1;
	case LOCAL_DEAD:
		break;
	}
	/* the file that was asked, and not one that has come in its place */
	if (lstat(path_of(address), &again) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!is_same(&again, found.st_dev, found.st_ino)) {
		errno = EADDRINUSE;
		return -1;
	}
	return unlink(path_of(address)) < 0 && errno != ENOENT ? -1 : 0;
}

void local_remove(struct local_file *file)
{
	struct stat found;
	int saved = errno;

	if (file->exists && lstat(path_of(&file->address), &found) == 0 && is_same(&found, file->device, file->inode))
		unlink(path_of(&file->address));
	file->exists = false;
	errno = saved;
}
