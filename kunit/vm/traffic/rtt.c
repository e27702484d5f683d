// SPDX-License-Identifier: GPL-2.0-only
/*
 * Round trips: one packet at a time, to the other namespace and back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic.h"

#define RTT_MAX		1000000	/* round trips kept */

/* An answer that has not come by then was lost: no machine is that slow. */
#define RTT_LOST_S	2

/* How often each processor is looked at, to see whether it stood still. */
#define BEAT_NS		20000000

static atomic_ullong pause_ns;	/* the longest time that one did */

/* One processor; a packet's way leads over any. */
static void *rtt_heart(void *arg)
{
	int cpu = (long)arg;
	__u64 begin, took;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return NULL;
	while (!quitting) {
		begin = now_ns();
		sleep_ns(BEAT_NS);
		took = now_ns() - begin - BEAT_NS;
		if (took > pause_ns)
			pause_ns = took;
	}
	return NULL;
}

static void rtt_watch(void)
{
	long cpu;

	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		spawn(rtt_heart, (void *)cpu);
}

/* Send back what comes. */
static void *rtt_echo(void *arg)
{
	const int *fd = arg;
	__u32 seq;

	while (!quitting) {
		if (recv(*fd, &seq, sizeof(seq), 0) != sizeof(seq))
			continue;
		if (send(*fd, &seq, sizeof(seq), 0) < 0)
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
static bool rtt_once(int fd, __u32 seq)
{
	__u32 answer;

	if (send(fd, &seq, sizeof(seq), 0) < 0)
		die("send: %s", strerror(errno));
	do {
		if (recv(fd, &answer, sizeof(answer), 0) != sizeof(answer))
			return false;
	} while (answer != seq);
	return true;
}

int probe_rtt(int near, int far, unsigned int seconds)
{
	__u64 *took = calloc(RTT_MAX, sizeof(*took)), begin, end;
	struct timeval timeout = { .tv_sec = RTT_LOST_S };
	unsigned int count = 0, lost = 0;

	if (!took)
		die("out of memory");
	setsockopt(near, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	spawn(rtt_echo, &far);
	rtt_watch();
	end = now_ns() + seconds * 1000000000ull;
	while ((begin = now_ns()) < end && count < RTT_MAX) {
		if (rtt_once(near, count + lost))
			took[count++] = now_ns() - begin;
		else
			lost++;
	}
	quitting = true;
	qsort(took, count, sizeof(*took), rtt_compare);
	printf("count=%u lost=%u rtt_us=%llu max_us=%llu pause_us=%llu\n",
	       count, lost, (unsigned long long)took[count / 2] / 1000,
	       (unsigned long long)took[count ? count - 1 : 0] / 1000,
	       (unsigned long long)pause_ns / 1000);
	return !count;
}
