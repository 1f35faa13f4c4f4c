#include <fcntl.h>
#include <unistd.h>
int main(void)
{
	int ends[2];
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
}
