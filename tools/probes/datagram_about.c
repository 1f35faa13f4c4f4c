#include <netinet/in.h>
#include <sys/socket.h>
int main(void)
{
	struct in_pktinfo four = { .ipi_spec_dst = { 0 } };
	struct in6_pktinfo six = { .ipi6_ifindex = 0 };
	return SO_RXQ_OVFL + IP_PKTINFO + IPV6_RECVPKTINFO + (int)four.ipi_spec_dst.s_addr + (int)six.ipi6_ifindex;
}
