#include <stddef.h>
#include <sys/socket.h>
int main(void)
{
	return accept4(0, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
