#include <stdio.h>
int main(void)
{
	cookie_io_functions_t functions = { .write = NULL };
	return fopencookie(NULL, "w", functions) == NULL;
}
