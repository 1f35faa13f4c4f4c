#include <stdlib.h>
int main(void)
{
	return reallocarray(NULL, 1, 1) == NULL;
}
