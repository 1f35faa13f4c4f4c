/* What a flag of recv(2) does cannot be compiled for: Linux says it of its own. */
#include <sys/socket.h>
int main(void)
{
#ifndef __linux__
#error "MSG_TRUNC may mean less here"
#endif
	return MSG_TRUNC;
}
