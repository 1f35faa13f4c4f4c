/* Whether it is mounted is found out when it is read. */
int main(void)
{
	return 0;
}
