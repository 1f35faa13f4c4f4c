#include <stddef.h>
#include <sys/socket.h>
int main(void)
{
	struct mmsghdr message = { .msg_len = 0 };
	return sendmmsg(0, &message, 1, 0) + recvmmsg(0, &message, 1, MSG_TRUNC, NULL);
}
