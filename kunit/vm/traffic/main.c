// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic: verified traffic between this network namespace and another one.
 *
 *	traffic run ...		one UDP stream with sequence numbers each way and
 *				one TCP connection whose bytes are checked
 *	traffic rtt ...		one packet to and fro: how long that takes
 *	traffic mark SOCKET	count since the mark before; begin a new phase
 *	traffic stop SOCKET	end in order; count the last phase
 *	traffic switch ...	pull a trigger, time until a file says so
 *	traffic hear ...	count numbered test frames on one interface
 *	traffic queues ...	what netlink says of an interface's queues
 *	traffic stamp ...	when the driver had a packet
 *
 * Both ends are in this one process, so a phase is a range of sequence numbers
 * and what became of each of them is known exactly.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "traffic.h"

#define CATCH_UP_MS	10000
#define END_MS		10000		/* for the connection to end in order */

static struct udp_stream udp[2];
static struct tcp_way tcp[2];
static int num_udp = 2, num_tcp = 2;
atomic_bool stopping, quitting;

void die(const char *fmt, ...)
{
	va_list args;

	fputs("traffic: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

__u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

void sleep_ns(__u64 ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };

	nanosleep(&ts, NULL);
}

/*
 * Until thing number @n is due, of @rate a second since @begin; or nearly, as
 * nobody sleeps less than @tick_ns.
 */
void sleep_until_due(__u64 begin, __u64 n, unsigned int rate, __u64 tick_ns)
{
	__u64 due = begin + n * 1000000000 / rate, now = now_ns();
	__u64 ns = due > now ? due - now : 0;

	if (ns < tick_ns)
		ns = tick_ns;
	if (ns > LONG_NS)
		ns = LONG_NS;
	sleep_ns(ns);
}

/* The finaliser of splitmix64: word @i of the sequence @seed. */
__u64 mix(__u64 seed, __u64 i)
{
	__u64 z = (seed + i) * 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void spawn(void *(*fn)(void *arg), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, fn, arg))
		die("cannot start a thread");
	pthread_detach(thread);
}

unsigned int to_number(const char *text, unsigned int min, unsigned int max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || *end || end == text || value < min || value > max)
		die("%s: not a number from %u to %u", text, min, max);
	return value;
}

/* ---- run ---- */

struct options {
	const char *ns, *local, *peer, *socket;
	unsigned int rate, tcp_rate, port, seconds;
	bool udp_only, options, steady;
};

/*
 * A socket that is connected keeps its send queue, as a flow must; one that is
 * not takes that of the processor it happens to run on, packet by packet.
 */
static void udp_connect(const struct udp_stream *s, const union address *to)
{
	if (connect(s->tx, &to->sa, address_len(to)))
		die("connect: %s", strerror(errno));
}

static int open_namespace(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	return ns_open(path);
}

static void open_sockets(const struct options *o)
{
	union address local = to_address(o->local, o->port);
	union address peer = to_address(o->peer, o->port);
	int here = ns_open("/proc/self/ns/net"), there, fd[2], a, b;

	there = open_namespace(o->ns);
	a = bound_socket(SOCK_DGRAM, &local, o->options);
	ns_enter(there);
	b = bound_socket(SOCK_DGRAM, &peer, o->options);
	ns_enter(here);
	udp[0].tx = a;
	udp[0].rx = b;
	udp[1].tx = b;
	udp[1].rx = a;
	udp_connect(&udp[0], &peer);
	udp_connect(&udp[1], &local);
	if (!num_tcp)
		return;
	tcp_connect(here, there, &local, &peer, o->options, fd);
	tcp[0].tx = fd[0];
	tcp[0].rx = fd[1];
	tcp[1].tx = fd[1];
	tcp[1].rx = fd[0];
}

static void start_streams(const struct options *o)
{
	int i;

	for (i = 0; i < num_udp; i++) {
		udp[i].rate = o->rate;
		udp[i].seed = 0x1234567 + i;
		udp[i].steady = o->steady;
		udp_start(&udp[i]);
	}
	for (i = 0; i < num_tcp; i++) {
		tcp[i].rate = o->tcp_rate;
		tcp[i].seed = 0x89abcdef + i;
		tcp_start(&tcp[i]);
	}
}

static bool report_good(const struct report *r)
{
	return r->sent && !r->lost && !r->dup && !r->corrupt && r->tcp_ok;
}

/* On a busy machine, let the senders catch up: a phase has their full rate. */
static void catch_up(void)
{
	__u64 end = now_ns() + CATCH_UP_MS * 1000000ull;
	int i;

	for (i = 0; i < num_udp; i++)
		while (!stopping && udp[i].late && now_ns() < end)
			sleep_ns(5 * TICK_NS);
}

static bool mark(char *line, size_t size)
{
	struct report r = { .tcp_ok = true };
	static __u64 last_ns;
	__u64 this_ns;
	__u32 hi[2];
	int i;

	catch_up();
	this_ns = now_ns();
	r.ms = last_ns ? (this_ns - last_ns) / 1000000 : 0;
	last_ns = this_ns;
	for (i = 0; i < num_udp; i++)
		hi[i] = udp[i].next;
	for (i = 0; i < num_udp; i++)
		udp_mark(&udp[i], hi[i], &r);
	for (i = 0; i < num_tcp; i++)
		tcp_mark(&tcp[i], &r);
	snprintf(line, size,
		 "sent=%llu lost=%llu dup=%llu reordered=%llu corrupt=%llu errors=%llu gap_us=%llu tcp_bytes=%llu ms=%llu tcp=%s\n",
		 (unsigned long long)r.sent, (unsigned long long)r.lost,
		 (unsigned long long)r.dup, (unsigned long long)r.late,
		 (unsigned long long)r.corrupt, (unsigned long long)r.errors,
		 (unsigned long long)r.gap_us, (unsigned long long)r.tcp_bytes,
		 (unsigned long long)r.ms,
		 r.tcp_ok ? "ok" : "broken");
	return report_good(&r);
}

/* Both ways of the connection must end in order, with every byte there. */
static bool stop_streams(char *line, size_t size)
{
	__u64 end = now_ns() + END_MS * 1000000ull;
	bool good;
	int i;

	stopping = true;
	sleep_ns(20 * TICK_NS);
	for (i = 0; i < num_tcp; i++)
		while (!tcp[i].ended && !tcp[i].dead && now_ns() < end)
			sleep_ns(5 * TICK_NS);
	for (i = 0; i < num_tcp; i++)
		if (!tcp[i].ended || tcp[i].received != tcp[i].sent)
			tcp[i].dead = true;
	good = mark(line, size);
	quitting = true;
	return good;
}

static struct sockaddr_un control_address(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(sun.sun_path))
		die("%s: too long", path);
	memcpy(sun.sun_path, path, strlen(path));
	return sun;
}

static int serve(const char *path)
{
	struct sockaddr_un sun = control_address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), conn;
	char line[512], word[16];
	bool good = false;
	ssize_t n;

	unlink(path);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) || listen(fd, 8))
		die("%s: %s", path, strerror(errno));
	do {
		conn = accept(fd, NULL, NULL);
		if (conn < 0)
			continue;
		n = read(conn, word, sizeof(word) - 1);
		word[n > 0 ? n : 0] = 0;
		good = strcmp(word, "stop") ? mark(line, sizeof(line)) :
					      stop_streams(line, sizeof(line));
		if (write(conn, line, strlen(line)) < 0)
			perror("traffic: reply");
		close(conn);
	} while (!quitting);
	unlink(path);
	return !good;
}

static bool is_udp(const char *name)
{
	if (strcmp(name, "udp") && strcmp(name, "tcp"))
		die("%s: neither udp nor tcp", name);
	return name[0] == 'u';
}

static void parse_option(struct options *o, const char *name, const char *value)
{
	if (!strcmp(name, "--ns"))
		o->ns = value;
	else if (!strcmp(name, "--local"))
		o->local = value;
	else if (!strcmp(name, "--peer"))
		o->peer = value;
	else if (!strcmp(name, "--socket"))
		o->socket = value;
	else if (!strcmp(name, "--rate"))
		o->rate = to_number(value, 1, 1000000);
	else if (!strcmp(name, "--tcp-rate"))
		o->tcp_rate = to_number(value, 0, 1000000000);
	else if (!strcmp(name, "--port"))
		o->port = to_number(value, 1, 65535);
	else if (!strcmp(name, "--ways"))
		num_udp = to_number(value, 1, 2);
	else if (!strcmp(name, "--seconds"))
		o->seconds = to_number(value, 1, 3600);
	else if (!strcmp(name, "--options"))
		o->options = to_number(value, 0, 1);
	else if (!strcmp(name, "--steady"))
		o->steady = to_number(value, 0, 1);
	else if (!strcmp(name, "--over"))
		o->udp_only = is_udp(value);
	else
		die("%s: unknown option (see traffic --help)", name);
}

static void parse_options(struct options *o, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i += 2) {
		if (i + 1 == argc)
			die("%s: needs a value", argv[i]);
		parse_option(o, argv[i], argv[i + 1]);
	}
}

static int run_streams(int argc, char **argv)
{
	struct options o = { .rate = 2200, .tcp_rate = 262144, .port = 5001 };
	char line[512];
	bool good;

	parse_options(&o, argc, argv);
	if (!o.ns || !o.local || !o.peer || !o.socket == !o.seconds)
		die("needs --ns, --local, --peer, and --socket or --seconds");
	if (!o.tcp_rate)
		num_tcp = 0;
	/* Keep up the rate beside programs that take all the time they get. */
	setpriority(PRIO_PROCESS, 0, -15);
	open_sockets(&o);
	start_streams(&o);
	if (o.socket)
		return serve(o.socket);
	sleep_ns(o.seconds * 1000000000ull);
	good = stop_streams(line, sizeof(line));
	fputs(line, stdout);
	return !good;
}

/* Round trips for so many seconds, between sockets of both namespaces. */
static int run_round_trips(int argc, char **argv)
{
	struct options o = { .port = 5001, .udp_only = true };

	parse_options(&o, argc, argv);
	if (!o.ns || !o.local || !o.peer || !o.seconds)
		die("rtt needs --ns, --local, --peer and --seconds");
	if (o.udp_only)
		num_tcp = 0;
	open_sockets(&o);
	if (!o.udp_only)
		return probe_rtt(tcp[0].tx, tcp[0].rx, o.seconds);
	return probe_rtt(udp[0].tx, udp[1].tx, o.seconds);
}

/* Have the process that serves @path do @word; print its answer. */
static int ask(const char *path, const char *word)
{
	struct sockaddr_un sun = control_address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), tries;
	size_t len = 0;
	char line[512];
	ssize_t n;

	for (tries = 0; connect(fd, (struct sockaddr *)&sun, sizeof(sun)); tries++) {
		if (tries == 200)
			die("%s: %s", path, strerror(errno));
		sleep_ns(10 * TICK_NS);
	}
	if (write(fd, word, strlen(word)) < 0)
		die("%s: %s", path, strerror(errno));
	while ((n = read(fd, line + len, sizeof(line) - len)) > 0)
		len += n;
	if (!len)
		die("%s: no answer", path);
	fwrite(line, 1, len, stdout);
	return 0;
}

static const char usage[] =
"traffic run --ns NAME --local IP --peer IP (--socket PATH | --seconds N)\n"
"            [--rate PACKETS/S] [--tcp-rate BYTES/S] [--port P] [--ways 1|2]\n"
"            [--options 0|1] [--steady 0|1]\n"
"    UDP stream (2200 packets/s each way) and a TCP connection (262144\n"
"    bytes/s each way; 0: none) between here and namespace NAME.  With\n"
"    --seconds: print the counts at the end; status 0 if all came through.\n"
"    With --options 1 their IPv4 headers have options, IPv6 ones an extension.\n"
"    With --steady 1 each packet is sent when it is due, before whatever else\n"
"    wants to run, and not up to a millisecond's worth of them in one go.\n"
"traffic rtt --ns NAME --local IP --peer IP --seconds N [--over udp|tcp]\n"
"    Send a packet to and fro; print how often, the median time and the longest.\n"
"traffic mark PATH      counts since the last mark\n"
"traffic stop PATH      end everything in order; counts since the last mark\n"
"traffic switch FILE TEXT STATE WANT MS\n"
"    Write TEXT to FILE; print the microseconds until STATE reads WANT.\n"
"traffic tsc\n"
"    Print the frequency of this machine's time stamp counter, kHz.\n"
"traffic hear IFACE COUNT MS\n"
"    Wait for COUNT test frames (EtherType 88b5, one byte stream, 4 bytes\n"
"    number from 0) on IFACE; print what came.\n"
"traffic xdp IFACE off|pass|drop|reflect\n"
"traffic xdp IFACE redirect OTHER\n"
"    Attach an XDP program in the driver's mode; status 0 if it is taken.\n"
"traffic garbage IFACE\n"
"    Send what is no frame: 16 bytes, with a VLAN tag that is cut off.\n"
"traffic queues IFACE\n"
"    Print what netlink says of its queues: counters, and who polls them.\n"
"    Status 3: this kernel or its driver says nothing.\n"
"traffic stamp LOCAL PEER\n"
"    Send a packet; print the microseconds until the driver had it, by the\n"
"    time stamp of the driver.\n";

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "--help") || !strcmp(what, "-h")) {
		fputs(usage, stdout);
		return 0;
	}
	if (!strcmp(what, "run"))
		return run_streams(argc - 2, argv + 2);
	if (!strcmp(what, "tsc"))
		return probe_tsc();
	if (!strcmp(what, "rtt"))
		return run_round_trips(argc - 2, argv + 2);
	if ((!strcmp(what, "mark") || !strcmp(what, "stop")) && argc == 3)
		return ask(argv[2], what);
	if (!strcmp(what, "switch"))
		return probe_switch(argc - 2, argv + 2);
	if (!strcmp(what, "hear"))
		return probe_hear(argc - 2, argv + 2);
	if (!strcmp(what, "xdp") && argc > 2)
		return xdp_set(argc - 2, argv + 2);
	if (!strcmp(what, "garbage") && argc == 3)
		return probe_garbage(argv[2]);
	if (!strcmp(what, "queues") && argc == 3)
		return queues_show(argv[2]);
	if (!strcmp(what, "stamp") && argc == 4)
		return stamp_one(argv[2], argv[3]);
	fputs(usage, stderr);
	return 2;
}
