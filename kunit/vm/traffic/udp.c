// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP streams: every packet has a number, and its length and bytes follow
 * from it.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "traffic.h"

#define UDP_MIN		64		/* bytes of payload */
#define UDP_MAX		1400
#define SEQ_MAX		(8u << 20)	/* an hour at 2,200/s */
#define BURST		256		/* packets in one go when late */
#define QUIET_MS	1500		/* nothing more comes of a phase */
#define SETTLE_MS	10000		/* longest wait for its packets */

#define SEEN_ONCE	0x01
#define SEEN_COUNT	0x7f
#define SEEN_LATE	0x80

/* A packet is its number and words that follow from it; so is its length. */
static size_t udp_packet(const struct udp_stream *s, __u32 seq,
			 __u64 *words)
{
	__u64 key = mix(s->seed, seq);
	size_t len = UDP_MIN + key % (UDP_MAX - UDP_MIN + 1);
	size_t i;

	words[0] = seq;
	for (i = 1; i * 8 < len; i++)
		words[i] = mix(key, i);
	return len;
}

static void udp_send_one(struct udp_stream *s)
{
	__u64 words[UDP_MAX / 8 + 1];
	__u32 seq = s->next;
	size_t len = udp_packet(s, seq, words);

	if (send(s->tx, words, len, 0) == (ssize_t)len)
		s->next = seq + 1;
	else if (errno != EINTR)
		s->errors++;
}

/*
 * What interrupts a receiver counts as its own time: on an overloaded processor
 * it would not run for seconds, and its socket's buffer overflow.  A sender that
 * is to be steady does not wait for other programs either.
 */
static void come_first(void)
{
	struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("sched_setscheduler: %s", strerror(errno));
}

static void *udp_sender(void *arg)
{
	__u64 begin = now_ns(), tries = 0, due;
	struct udp_stream *s = arg;
	int burst;

	if (s->steady)
		come_first();
	while (!stopping && s->next < SEQ_MAX) {
		due = (now_ns() - begin) * s->rate / 1000000000;
		for (burst = 0; tries < due && burst < BURST; burst++, tries++)
			udp_send_one(s);
		s->late = due - tries;
		sleep_until_due(begin, tries + 1, s->rate,
				s->steady ? STEADY_NS : TICK_NS);
	}
	return NULL;
}

static void udp_got(struct udp_stream *s, const __u64 *words, ssize_t len,
		    __u32 *newest)
{
	__u64 want[UDP_MAX / 8 + 1];
	__u32 seq = words[0];
	__u8 old;

	if (len < UDP_MIN || words[0] >= SEQ_MAX ||
	    (ssize_t)udp_packet(s, seq, want) != len ||
	    memcmp(words, want, len)) {
		s->corrupt++;
		return;
	}
	old = s->seen[seq];
	if ((old & SEEN_COUNT) == SEEN_COUNT)
		return;
	if (!old && seq < *newest)
		old = SEEN_LATE;
	if (seq > *newest)
		*newest = seq;
	s->seen[seq] = old + SEEN_ONCE;
}

static void *udp_receiver(void *arg)
{
	__u64 words[UDP_MAX / 8 + 2], last = now_ns(), now;
	struct udp_stream *s = arg;
	__u32 newest = 0;
	ssize_t len;

	come_first();
	while (!quitting) {
		len = recv(s->rx, words, sizeof(words), 0);
		if (len < 0)
			continue;
		now = now_ns();
		if (now - last > s->gap_ns)
			s->gap_ns = now - last;
		last = now;
		udp_got(s, words, len, &newest);
	}
	return NULL;
}

static __u32 udp_missing(const struct udp_stream *s, __u32 hi)
{
	__u32 seq, missing = 0;

	for (seq = s->lo; seq < hi; seq++)
		missing += !s->seen[seq];
	return missing;
}

/* Give the last packets of a phase time to arrive. */
static void udp_settle(const struct udp_stream *s, __u32 hi)
{
	__u64 begin = now_ns(), change = begin, now;
	__u32 missing, before = ~0u;

	do {
		missing = udp_missing(s, hi);
		now = now_ns();
		if (missing != before)
			change = now;
		before = missing;
		if (!missing)
			return;
		sleep_ns(5 * TICK_NS);
	} while (now - change < QUIET_MS * 1000000ull &&
		 now - begin < SETTLE_MS * 1000000ull);
}

void udp_mark(struct udp_stream *s, __u32 hi, struct report *r)
{
	__u64 gap;
	__u32 seq;
	__u8 seen;

	udp_settle(s, hi);
	for (seq = s->lo; seq < hi; seq++) {
		seen = s->seen[seq];
		r->lost += !seen;
		r->late += !!(seen & SEEN_LATE);
		if ((seen & SEEN_COUNT) > 1)
			r->dup += (seen & SEEN_COUNT) - 1;
	}
	r->sent += hi - s->lo;
	r->corrupt += atomic_exchange(&s->corrupt, 0);
	r->errors += atomic_exchange(&s->errors, 0);
	gap = atomic_exchange(&s->gap_ns, 0) / 1000;
	if (gap > r->gap_us)
		r->gap_us = gap;
	s->lo = hi;
}

void udp_start(struct udp_stream *s)
{
	s->seen = calloc(SEQ_MAX, 1);
	if (!s->seen)
		die("out of memory");
	spawn(udp_receiver, s);
	spawn(udp_sender, s);
}
