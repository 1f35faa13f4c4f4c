#include <string.h>
int main(void)
{
	return memrchr("nsk", 's', 3) == NULL;
}
