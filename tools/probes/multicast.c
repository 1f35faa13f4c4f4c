#include <netinet/in.h>
int main(void)
{
	struct group_req group = { .gr_interface = 0 };
	struct ip_mreqn interface = { .imr_ifindex = 0 };
	return MCAST_JOIN_GROUP + IP_MULTICAST_ALL + (int)group.gr_interface + interface.imr_ifindex;
}
