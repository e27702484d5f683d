// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small measurements: how long a switch takes, which test frames arrive.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic.h"

#define POLL_NS		200000
#define TSC_NS		50000000	/* long against the time of a reading */
#define TEST_ETHERTYPE	0x88b5		/* IEEE: local experiments */
#define TEST_MAX	65536
#define AFTER_MS	300		/* late copies of the last frame */

static bool file_says(const char *path, const char *want)
{
	char text[64];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	return !strcmp(text, want);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	ssize_t n;

	if (fd < 0)
		return errno;
	n = write(fd, text, strlen(text));
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? -n : 0;
}

/* The write may last longer than the switch, so another process does it. */
int probe_switch(int argc, char **argv)
{
	__u64 begin, end, took = 0;
	int status, err;
	pid_t writer;

	if (argc != 5)
		die("switch needs FILE TEXT STATE WANT MS");
	begin = now_ns();
	end = begin + to_number(argv[4], 1, 600000) * 1000000ull;
	writer = fork();
	if (writer < 0)
		die("fork: %s", strerror(errno));
	if (!writer)
		_exit(write_file(argv[0], argv[1]));
	while (!took && now_ns() < end) {
		if (file_says(argv[2], argv[3]))
			took = now_ns() - begin;
		else
			sleep_ns(POLL_NS);
	}
	if (!took) {
		printf("-1\n");
		die("%s did not read %s in %s ms", argv[2], argv[3], argv[4]);
	}
	waitpid(writer, &status, 0);
	err = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
	printf("%llu\n", (unsigned long long)(took / 1000));
	if (err)
		die("writing %s to %s: %s", argv[1], argv[0], strerror(err));
	return 0;
}

/* The counter and the clock at one moment: the tightest of some tries. */
static void tsc_read(__u64 *tsc, __u64 *ns)
{
	__u64 best = ~0ull, before, after, counter;
	int i;

	for (i = 0; i < 100; i++) {
		before = now_ns();
		counter = __builtin_ia32_rdtsc();
		after = now_ns();
		if (after - before >= best)
			continue;
		best = after - before;
		*tsc = counter;
		*ns = before + best / 2;
	}
}

int probe_tsc(void)
{
	__u64 tsc[2] = { }, ns[2] = { };

	tsc_read(&tsc[0], &ns[0]);
	sleep_ns(TSC_NS);
	tsc_read(&tsc[1], &ns[1]);
	printf("%llu\n", (unsigned long long)((tsc[1] - tsc[0]) * 1000000 /
					      (ns[1] - ns[0])));
	return 0;
}

struct heard {
	unsigned int count, dup, late, other;
	__u32 newest[256];
	__u8 *seen;
};

static int packet_socket(const char *ifname, unsigned int ethertype)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ethertype),
	};
	struct timeval timeout = { .tv_usec = 50000 };
	int fd;

	sll.sll_ifindex = if_nametoindex(ifname);
	if (!sll.sll_ifindex)
		die("%s: no such interface", ifname);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die("packet socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	return fd;
}

static void heard_frame(struct heard *h, const __u8 *frame, ssize_t len)
{
	__u32 seq;
	__u8 stream;

	if (len < 19) {
		h->other++;
		return;
	}
	stream = frame[14];
	seq = (__u32)frame[15] << 24 | frame[16] << 16 | frame[17] << 8 |
	      frame[18];
	if (seq >= TEST_MAX) {
		h->other++;
		return;
	}
	if (h->seen[stream * TEST_MAX + seq]++) {
		h->dup++;
		return;
	}
	h->count++;
	if (seq < h->newest[stream])
		h->late++;
	else
		h->newest[stream] = seq;
}

int probe_hear(int argc, char **argv)
{
	static struct heard h;
	unsigned int count;
	__u8 frame[2048];
	__u64 end;
	ssize_t len;
	int fd;

	if (argc != 3)
		die("hear needs IFACE COUNT MS");
	count = to_number(argv[1], 1, TEST_MAX);
	end = now_ns() + to_number(argv[2], 1, 600000) * 1000000ull;
	h.seen = calloc(256, TEST_MAX);
	if (!h.seen)
		die("out of memory");
	fd = packet_socket(argv[0], TEST_ETHERTYPE);
	printf("hearing\n");
	fflush(stdout);
	while (now_ns() < end) {
		len = recv(fd, frame, sizeof(frame), 0);
		if (len < 0)
			continue;
		heard_frame(&h, frame, len);
		if (h.count == count && end > now_ns() + AFTER_MS * 1000000ull)
			end = now_ns() + AFTER_MS * 1000000ull;
	}
	printf("heard=%u dup=%u reordered=%u other=%u\n", h.count, h.dup,
	       h.late, h.other);
	return h.count != count || h.dup || h.late || h.other;
}

/* To everybody, with a VLAN tag that is cut off: not a frame. */
int probe_garbage(const char *ifname)
{
	static const __u8 frame[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1,
		ETH_P_8021Q >> 8, ETH_P_8021Q & 0xff, 0, 5,
	};
	int fd = packet_socket(ifname, ETH_P_8021Q);

	if (send(fd, frame, sizeof(frame), 0) != sizeof(frame))
		die("send: %s", strerror(errno));
	close(fd);
	return 0;
}
