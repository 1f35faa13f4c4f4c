#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
int main(void)
{
	struct epoll_event event;
	sigset_t mask;
	sigemptyset(&mask);
	return epoll_pwait(epoll_create1(EPOLL_CLOEXEC), &event, 1, 0, &mask);
}
