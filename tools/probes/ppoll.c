#include <poll.h>
#include <stddef.h>
int main(void)
{
	return ppoll(NULL, 0, NULL, NULL);
}
