#include <netinet/in.h>
#include <netinet/udp.h>
int main(void)
{
	return UDP_SEGMENT + SOL_UDP;
}
