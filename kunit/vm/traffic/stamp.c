// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time stamp that the driver gives a packet on its way out: it comes back
 * by the socket's queue of errors.
 */
#include <errno.h>
#include <time.h>
/* needs struct timespec */
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic.h"

#define PORT		9		/* discard */
#define PATIENCE_MS	2000
#define PATIENCE_NS	(PATIENCE_MS * 1000000ull)

static __u64 real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* The stamp in a message of the queue of errors; 0 if there is none. */
static __u64 read_stamp(int fd)
{
	char control[512];
	struct msghdr msg = {
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	const struct scm_timestamping *ts;
	struct cmsghdr *cmsg;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE) < 0)
		return 0;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_TIMESTAMPING)
			continue;
		ts = (const void *)CMSG_DATA(cmsg);
		return ts->ts[0].tv_sec * 1000000000ull + ts->ts[0].tv_nsec;
	}
	return 0;
}

int stamp_one(const char *local, const char *peer)
{
	unsigned int flags = SOF_TIMESTAMPING_TX_SOFTWARE |
			     SOF_TIMESTAMPING_SOFTWARE |
			     SOF_TIMESTAMPING_OPT_TSONLY;
	union address from = to_address(local, 0), to = to_address(peer, PORT);
	int fd = bound_socket(SOCK_DGRAM, &from, false);
	struct pollfd pfd = { .fd = fd };
	__u64 sent, stamp = 0, end;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		die("SO_TIMESTAMPING: %s", strerror(errno));
	sent = real_ns();
	end = now_ns() + PATIENCE_NS;
	if (sendto(fd, "stamp", 5, 0, &to.sa, address_len(&to)) < 0)
		die("send: %s", strerror(errno));
	while (!stamp && now_ns() < end) {
		poll(&pfd, 1, PATIENCE_MS);
		stamp = read_stamp(fd);
	}
	close(fd);
	if (!stamp)
		die("no time stamp has come");
	if (stamp < sent || stamp > real_ns())
		die("the time stamp is not of now");
	printf("stamp_us=%llu\n", (unsigned long long)(stamp - sent) / 1000);
	return 0;
}
