#include <dlfcn.h>
#include <stdio.h>
#include <editline/readline.h>
int main(void)
{
	return dlopen("libedit.so", RTLD_NOW) != NULL && sizeof(&rl_callback_handler_install) > 0 && sizeof(&rl_free_line_state) > 0;
}
