#include <linux/sockios.h>
#include <sys/ioctl.h>
int main(void)
{
	int count;
	return ioctl(0, SIOCOUTQ, &count);
}
