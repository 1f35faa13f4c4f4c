/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sock_diag(7), netlink(7) and rtnetlink(7) send and expect: the part that listening_diag.c needs of <linux/netlink.h>,
 * rtnetlink.h, sock_diag.h, inet_diag.h and unix_diag.h, which not every C library comes with. The kernel's interface, so it
 * stays as it is. */
#ifndef NSK_CORE_SOCK_DIAG_H
#define NSK_CORE_SOCK_DIAG_H

#include <stdint.h>

enum {
	NETLINK_SOCK_DIAG = 4,
	SOCK_DIAG_BY_FAMILY = 20,
	NLM_F_REQUEST = 0x1,
	NLM_F_DUMP = 0x300,
	NLMSG_ERROR = 2,
	NLMSG_DONE = 3,
	INET_DIAG_SKV6ONLY = 11, /* attributes */
	UNIX_DIAG_NAME = 0,
	UNIX_DIAG_VFS = 1,
	UDIAG_SHOW_NAME = 0x1, /* which are wanted */
	UDIAG_SHOW_VFS = 0x2
};

struct sockaddr_nl {
	uint16_t nl_family, nl_pad;
	uint32_t nl_pid, nl_groups;
};

/* A message, and an attribute in it: both are followed by what they hold, padded to four bytes. */
struct nlmsghdr {
	uint32_t nlmsg_len; /* with this header */
	uint16_t nlmsg_type, nlmsg_flags;
	uint32_t nlmsg_seq, nlmsg_pid;
};

struct rtattr {
	uint16_t rta_len, rta_type;
};

struct nlmsgerr {
	int32_t error; /* an errno, negative */
	struct nlmsghdr msg;
};

#define NETLINK_ALIGN(length) (((size_t)(length) + 3U) & ~(size_t)3U)
#define NLMSG_LENGTH(length) (sizeof(struct nlmsghdr) + (size_t)(length))
#define NLMSG_DATA(header) ((void *)((char *)(uintptr_t)(header) + sizeof(struct nlmsghdr)))
#define RTA_PAYLOAD(attribute) ((attribute)->rta_len - sizeof(struct rtattr))
#define RTA_DATA(attribute) ((const void *)((const char *)(attribute) + sizeof(struct rtattr)))

struct inet_diag_sockid { /* ports and addresses in network order */
	uint16_t idiag_sport, idiag_dport;
	uint32_t idiag_src[4], idiag_dst[4];
	uint32_t idiag_if, idiag_cookie[2];
};

struct inet_diag_req_v2 {
	uint8_t sdiag_family, sdiag_protocol, idiag_ext, pad;
	uint32_t idiag_states; /* a bit for each */
	struct inet_diag_sockid id;
};

struct inet_diag_msg {
	uint8_t idiag_family, idiag_state, idiag_timer, idiag_retrans;
	struct inet_diag_sockid id;
	uint32_t idiag_expires, idiag_rqueue, idiag_wqueue, idiag_uid, idiag_inode;
};

struct unix_diag_req {
	uint8_t sdiag_family, sdiag_protocol;
	uint16_t pad;
	uint32_t udiag_states, udiag_ino, udiag_show, udiag_cookie[2];
};

struct unix_diag_msg {
	uint8_t udiag_family, udiag_type, udiag_state, pad;
	uint32_t udiag_ino, udiag_cookie[2];
};

struct unix_diag_vfs {
	uint32_t udiag_vfs_ino, udiag_vfs_dev;
};

#endif
