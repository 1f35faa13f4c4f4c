#include <stdarg.h>
#include <stdio.h>
static int print(char **text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}
int main(void)
{
	char *text;
	return asprintf(&text, "%d", 1) + print(&text, "%d", 1);
}
