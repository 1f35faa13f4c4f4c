/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bad line between two hosts: packets on it are lost, late, out of order, twice there, or have a bit flipped, by dice
 * that a seed decides. Run in a network namespace of your own; a second one is made for the other end.
 *
 *	link SEED LOSS DELAY_MS REORDER DUPLICATE FLIP PROGRAM [ARG]...
 *
 * LOSS, REORDER, DUPLICATE and FLIP are packets of 10,000. This end is 10.9.0.1; PROGRAM runs at the other end, which is
 * 10.9.0.2. Its status is link's; the line stands for some seconds longer, for what its kernel has still to say. What happened
 * to the packets is told on stderr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 9000, HELD = 8192, LATER_MS = 3, STANDS_US = 5000000 };

struct packet {
	int64_t due;
	int to;
	int length;
	unsigned char bytes[MTU];
};

static struct packet *heap[HELD]; /* the one that is due next first */
static int held;
static uint64_t dice;
static unsigned loss, delay_ms, reorder, duplicate, flip;
static unsigned long passed, lost, late, doubled, flipped;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned roll(unsigned sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned)(dice >> 20) % sides;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void set_address(int fd, struct ifreq *request, unsigned long command, const char *text)
{
	struct sockaddr_in *address = (struct sockaddr_in *)&request->ifr_addr;

	memset(address, 0, sizeof *address);
	address->sin_family = AF_INET;
	inet_pton(AF_INET, text, &address->sin_addr);
	if (ioctl(fd, command, request) < 0)
		fail(text);
}

/* An end of the line, in the network namespace of the moment. */
static int open_end(const char *here, const char *there)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(request.ifr_name, "line");
	if (fd < 0 || control < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		fail("/dev/net/tun");
	set_address(control, &request, SIOCSIFADDR, here);
	set_address(control, &request, SIOCSIFDSTADDR, there);
	request.ifr_mtu = MTU;
	if (ioctl(control, SIOCSIFMTU, &request) < 0)
		fail("mtu");
	request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_POINTOPOINT;
	if (ioctl(control, SIOCSIFFLAGS, &request) < 0)
		fail("up");
	close(control);
	return fd;
}

static void swap(int a, int b)
{
	struct packet *packet = heap[a];

	heap[a] = heap[b];
	heap[b] = packet;
}

static void hold(const struct packet *packet)
{
	if (held == HELD) {
		lost++;
		return;
	}
	heap[held] = malloc(sizeof *packet);
	if (heap[held] == NULL)
		fail("malloc");
	*heap[held] = *packet;
	for (int at = held++; at > 0 && heap[at]->due < heap[(at - 1) / 2]->due; at = (at - 1) / 2)
		swap(at, (at - 1) / 2);
}

static void release(void)
{
	struct packet *first = heap[0];

	if (write(first->to, first->bytes, (size_t)first->length) >= 0)
		passed++;
	free(first);
	heap[0] = heap[--held];
	for (int at = 0, child = 1; child < held; at = child, child = 2 * at + 1) {
		if (child + 1 < held && heap[child + 1]->due < heap[child]->due)
			child++;
		if (heap[at]->due <= heap[child]->due)
			break;
		swap(at, child);
	}
}

/* What the line does to PACKET. */
static void treat(struct packet *packet)
{
	packet->due = now_us() + (int64_t)delay_ms * 1000;
	if (roll(10000) < loss) {
		lost++;
		return;
	}
	if (roll(10000) < reorder) {
		late++;
		packet->due += 1 + (int64_t)roll(LATER_MS * 1000);
	}
	if (roll(10000) < duplicate) {
		doubled++;
		hold(packet);
	}
	if (roll(10000) < flip) {
		unsigned bit = roll((unsigned)packet->length * 8);

		flipped++;
		packet->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	hold(packet);
}

static void carry(int here, int there)
{
	static struct packet packet;
	struct pollfd ends[] = { { .fd = here, .events = POLLIN }, { .fd = there, .events = POLLIN } };
	int timeout = 20;

	if (held > 0) {
		int64_t left = heap[0]->due - now_us();
		timeout = left <= 0 ? 0 : left > 20000 ? 20 : (int)(left / 1000) + 1;
	}
	poll(ends, 2, timeout);
	for (int i = 0; i < 2; i++) {
		packet.to = i == 0 ? there : here;
		for (int count = 0; count < 64 && (packet.length = (int)read(ends[i].fd, packet.bytes, MTU)) > 0; count++)
			treat(&packet);
	}
	while (held > 0 && heap[0]->due <= now_us())
		release();
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc < 8) {
		fputs("usage: link SEED LOSS DELAY_MS REORDER DUPLICATE FLIP PROGRAM [ARG]...\n", stderr);
		return 2;
	}
	dice = strtoull(argv[1], NULL, 10) * 2 + 0x9e3779b97f4a7c15;
	loss = (unsigned)atoi(argv[2]);
	delay_ms = (unsigned)atoi(argv[3]);
	reorder = (unsigned)atoi(argv[4]);
	duplicate = (unsigned)atoi(argv[5]);
	flip = (unsigned)atoi(argv[6]);
	int here = open_end("10.9.0.1", "10.9.0.2");
	if (unshare(CLONE_NEWNET) < 0)
		fail("unshare");
	int there = open_end("10.9.0.2", "10.9.0.1");
	pid_t program = fork();
	if (program == 0) {
		execvp(argv[7], argv + 7);
		fail(argv[7]);
	}
	close(STDOUT_FILENO); /* whoever reads PROGRAM's output is to see its end */
	while (waitpid(program, &status, WNOHANG) == 0)
		carry(here, there);
	for (int64_t end = now_us() + STANDS_US; now_us() < end;)
		carry(here, there);
	fprintf(stderr, "%lu packets passed, %lu lost, %lu late, %lu doubled, %lu flipped\n", passed, lost, late, doubled, flipped);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
