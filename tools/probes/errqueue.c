#include <netinet/in.h>
#include <sys/socket.h>
int main(void)
{
	return MSG_ERRQUEUE + IP_RECVERR + IPV6_RECVERR;
}
