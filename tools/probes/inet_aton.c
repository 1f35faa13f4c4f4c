#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
int main(void)
{
	struct in_addr address;
	return inet_aton("127.1", &address);
}
