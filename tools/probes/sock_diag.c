#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
int main(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 4) + (int)major(0) + TCP_LISTEN + TCP_CLOSE;
}
