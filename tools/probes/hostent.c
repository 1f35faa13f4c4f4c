#include <netdb.h>
#include <stddef.h>
int main(void)
{
	const char *(*explain)(int) = hstrerror;
	h_errno = HOST_NOT_FOUND;
	return gethostbyname("localhost") == NULL && explain(h_errno) == NULL;
}
