// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TCP connection: what each byte must be follows from its offset.
 */
#include <errno.h>
#include <sys/socket.h>

#include "traffic.h"

#define TCP_CHUNK	4096		/* a multiple of 8 */
#define TCP_SETTLE_MS	10000		/* several retransmission timeouts */

static bool tcp_send_chunk(struct tcp_way *w, __u64 offset)
{
	__u64 words[TCP_CHUNK / 8];
	size_t i, done = 0;
	ssize_t n;

	for (i = 0; i < TCP_CHUNK / 8; i++)
		words[i] = mix(w->seed, offset / 8 + i);
	while (done < TCP_CHUNK) {
		n = send(w->tx, (char *)words + done, TCP_CHUNK - done,
			 MSG_NOSIGNAL);
		if (n > 0) {
			done += n;
			w->sent += n;
		} else if ((errno != EAGAIN && errno != EINTR) || quitting) {
			return false;
		}
	}
	return true;
}

static void *tcp_sender(void *arg)
{
	__u64 begin = now_ns(), offset = 0, due;
	struct tcp_way *w = arg;

	while (!stopping) {
		due = (now_ns() - begin) * w->rate / 1000000000;
		if (offset + TCP_CHUNK > due) {
			sleep_until_due(begin, offset + TCP_CHUNK, w->rate,
					TICK_NS);
			continue;
		}
		if (!tcp_send_chunk(w, offset)) {
			w->dead = true;
			return NULL;
		}
		offset += TCP_CHUNK;
	}
	shutdown(w->tx, SHUT_WR);
	return NULL;
}

static bool tcp_right(const struct tcp_way *w, __u64 offset,
		      const __u8 *bytes, size_t len)
{
	__u64 word = mix(w->seed, offset / 8);
	size_t i;

	for (i = 0; i < len; i++, offset++) {
		if (i && !(offset % 8))
			word = mix(w->seed, offset / 8);
		if (bytes[i] != (__u8)(word >> (offset % 8 * 8)))
			return false;
	}
	return true;
}

static void *tcp_receiver(void *arg)
{
	struct tcp_way *w = arg;
	__u8 bytes[65536];
	ssize_t n;

	while (!quitting) {
		n = recv(w->rx, bytes, sizeof(bytes), 0);
		if (!n) {
			w->ended = true;
			return NULL;
		}
		if (n < 0) {
			if (errno == EAGAIN || errno == EINTR)
				continue;
			w->dead = true;
			return NULL;
		}
		if (!tcp_right(w, w->received, bytes, n))
			w->corrupt = true;
		w->received += n;
	}
	return NULL;
}

void tcp_mark(struct tcp_way *w, struct report *r)
{
	__u64 end = now_ns() + TCP_SETTLE_MS * 1000000ull, hi = w->sent;

	while (w->received < hi && !w->dead && now_ns() < end)
		sleep_ns(5 * TICK_NS);
	r->tcp_bytes += w->received - w->lo;
	if (w->corrupt || w->dead || w->received < hi ||
	    (hi == w->lo && !stopping))
		r->tcp_ok = false;
	w->lo = hi;
}

void tcp_start(struct tcp_way *w)
{
	spawn(tcp_receiver, w);
	spawn(tcp_sender, w);
}
