/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFFIC_H
#define _TRAFFIC_H

#include <linux/types.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <sys/socket.h>

#define TICK_NS		1000000		/* senders do not wake more often */
#define STEADY_NS	50000		/* nor those whose gaps are measured */
#define LONG_NS		50000000	/* and not more seldom */

/* One UDP stream: numbered packets from @tx to @rx. */
struct udp_stream {
	int tx, rx;
	unsigned int rate;		/* packets a second */
	bool steady;			/* each when it is due */
	__u64 seed;
	__u32 lo;			/* first number of this phase */
	atomic_uint next;		/* number to be sent next */
	atomic_uint corrupt, errors;
	atomic_uint late;		/* packets that are overdue */
	atomic_ullong gap_ns;		/* longest pause between arrivals */
	atomic_uchar *seen;		/* by number: how often it arrived */
};

/* One direction of the TCP connection. */
struct tcp_way {
	int tx, rx;
	unsigned int rate;		/* bytes a second */
	__u64 seed, lo;
	atomic_ullong sent, received;
	atomic_bool corrupt, dead, ended;
};

/* What became of a phase. */
struct report {
	__u64 sent, lost, dup, late, corrupt, errors, gap_us, tcp_bytes;
	__u64 ms;			/* its length */
	bool tcp_ok;
};

extern atomic_bool stopping;		/* senders: end in order */
extern atomic_bool quitting;		/* receivers: end */

noreturn void die(const char *fmt, ...);
__u64 now_ns(void);
void sleep_ns(__u64 ns);
void sleep_until_due(__u64 begin, __u64 n, unsigned int rate, __u64 tick_ns);
__u64 mix(__u64 seed, __u64 i);
void spawn(void *(*fn)(void *arg), void *arg);
unsigned int to_number(const char *text, unsigned int min, unsigned int max);

void udp_start(struct udp_stream *s);
void udp_mark(struct udp_stream *s, __u32 hi, struct report *r);

void tcp_start(struct tcp_way *w);
void tcp_mark(struct tcp_way *w, struct report *r);

/* Of IPv4 or IPv6. */
union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

union address to_address(const char *text, unsigned int port);
socklen_t address_len(const union address *at);
void ns_enter(int ns);
int ns_open(const char *path);
int bound_socket(int type, const union address *at, bool options);
void tcp_connect(int here, int there, union address *local,
		 const union address *peer, bool options, int fd[2]);

int probe_switch(int argc, char **argv);
int probe_tsc(void);
int xdp_set(int argc, char **argv);
int probe_hear(int argc, char **argv);
int probe_garbage(const char *ifname);
int probe_rtt(int near, int far, unsigned int seconds);
int queues_show(const char *name);
int stamp_one(const char *local, const char *peer);

#endif /* _TRAFFIC_H */
