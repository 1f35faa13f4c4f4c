#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
int main(void)
{
	struct ucred who;
	struct tcp_info info;
	socklen_t length = sizeof who;
	int count = ioctl(0, TIOCOUTQ, &count) + SO_MEMINFO + SO_BINDTODEVICE + TCP_KEEPIDLE + TCP_KEEPINTVL + TCP_KEEPCNT;
	count += getsockopt(0, SOL_SOCKET, SO_PEERCRED, &who, &length) + getsockopt(0, IPPROTO_TCP, TCP_INFO, &info, &length);
	return count + info.tcpi_state + who.pid + (int)who.uid + (int)who.gid + TCP_TIME_WAIT;
}
