// SPDX-License-Identifier: GPL-2.0-only
/*
 * Round trips: one UDP packet at a time, to the other namespace and back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "traffic.h"

#define RTT_MAX		1000000	/* round trips kept */

/* Send back what comes. */
static void *rtt_echo(void *arg)
{
	const struct udp_stream *far = arg;
	__u32 seq;

	while (!quitting) {
		if (recv(far->rx, &seq, sizeof(seq), 0) != sizeof(seq))
			continue;
		if (sendto(far->tx, &seq, sizeof(seq), 0,
			   (const struct sockaddr *)&far->to,
			   sizeof(far->to)) < 0)
			perror("traffic: echo");
	}
	return NULL;
}

static int rtt_compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

/* One round trip; false: no answer within the socket's timeout. */
static bool rtt_once(const struct udp_stream *near, int rx, __u32 seq)
{
	__u32 answer;

	if (sendto(near->tx, &seq, sizeof(seq), 0,
		   (const struct sockaddr *)&near->to, sizeof(near->to)) < 0)
		die("sendto: %s", strerror(errno));
	do {
		if (recv(rx, &answer, sizeof(answer), 0) != sizeof(answer))
			return false;
	} while (answer != seq);
	return true;
}

int probe_rtt(const struct udp_stream *near, const struct udp_stream *far,
	      unsigned int seconds)
{
	__u64 *took = calloc(RTT_MAX, sizeof(*took)), begin, end;
	struct udp_stream echo = { .tx = far->tx, .rx = near->rx,
				   .to = far->to };
	unsigned int count = 0, lost = 0;

	if (!took)
		die("out of memory");
	spawn(rtt_echo, &echo);
	end = now_ns() + seconds * 1000000000ull;
	while ((begin = now_ns()) < end && count < RTT_MAX) {
		if (rtt_once(near, far->rx, count + lost))
			took[count++] = now_ns() - begin;
		else
			lost++;
	}
	quitting = true;
	qsort(took, count, sizeof(*took), rtt_compare);
	printf("count=%u lost=%u rtt_us=%llu\n", count, lost,
	       (unsigned long long)took[count / 2] / 1000);
	return !count;
}
