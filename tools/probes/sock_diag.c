#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
int main(void)
{
	struct unix_diag_req request = { .udiag_show = UDIAG_SHOW_VFS };
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) + (int)request.udiag_show + INET_DIAG_SKV6ONLY;
}
