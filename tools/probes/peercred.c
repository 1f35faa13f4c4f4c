#include <sys/socket.h>
int main(void)
{
	struct ucred who;
	socklen_t length = sizeof who;
	return getsockopt(0, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0 || who.pid + (int)who.uid + (int)who.gid == 0;
}
