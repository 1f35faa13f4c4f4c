#include <dlfcn.h>
#include <stdio.h>
#include <readline/readline.h>
int main(void)
{
	return dlopen("libreadline.so", RTLD_NOW) != NULL && sizeof(&rl_callback_sigcleanup) > 0 && sizeof(rl_attempted_completion_over) > 0;
}
