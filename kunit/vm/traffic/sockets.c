// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of both namespaces, of IPv4 or IPv6, with header options if that is
 * asked for: a NIC cannot leave the checksums of such packets to a host that
 * does not know them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic.h"

#define RCVBUF		(16 << 20)

union address to_address(const char *text, unsigned int port)
{
	union address at = { };

	if (inet_pton(AF_INET6, text, &at.in6.sin6_addr) == 1) {
		at.in6.sin6_family = AF_INET6;
		at.in6.sin6_port = htons(port);
		return at;
	}
	at.in.sin_family = AF_INET;
	at.in.sin_port = htons(port);
	if (inet_pton(AF_INET, text, &at.in.sin_addr) != 1)
		die("%s: neither an IPv4 nor an IPv6 address", text);
	return at;
}

socklen_t address_len(const union address *at)
{
	return at->sa.sa_family == AF_INET6 ? sizeof(at->in6) : sizeof(at->in);
}

void ns_enter(int ns)
{
	if (setns(ns, CLONE_NEWNET))
		die("cannot enter the namespace: %s", strerror(errno));
}

int ns_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/* Eight bytes that say nothing, so that the header is longer than usual. */
static void add_options(int fd, int family)
{
	/* next header, which the kernel fills in; length; PadN of 4 bytes */
	static const unsigned char dstopts[8] = { 0, 0, 1, 4 };
	static const unsigned char nops[8] = { 1, 1, 1, 1, 1, 1, 1, 0 };
	int err;

	if (family == AF_INET6)
		err = setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, dstopts,
				 sizeof(dstopts));
	else
		err = setsockopt(fd, IPPROTO_IP, IP_OPTIONS, nops,
				 sizeof(nops));
	if (err)
		die("header options: %s", strerror(errno));
}

int bound_socket(int type, const union address *at, bool options)
{
	struct timeval timeout = { .tv_usec = 100000 };
	int fd = socket(at->sa.sa_family, type, 0), one = 1, size = RCVBUF;

	if (fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	if (type == SOCK_DGRAM)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, &at->sa, address_len(at)))
		die("bind: %s", strerror(errno));
	if (options)
		add_options(fd, at->sa.sa_family);
	return fd;
}

/*
 * Linux counts IPv6 options into the size of segments when there is no
 * connection yet, and those of IPv4 only on each end of one.
 */
void tcp_connect(int here, int there, union address *local,
		 const union address *peer, bool options, int fd[2])
{
	struct timeval timeout = { .tv_sec = 10 };
	struct timeval tick = { .tv_usec = 100000 };
	bool ip6 = peer->sa.sa_family == AF_INET6;
	int one = 1, listener, i;

	ns_enter(there);
	listener = bound_socket(SOCK_STREAM, peer, options && ip6);
	if (listen(listener, 1))
		die("listen: %s", strerror(errno));
	ns_enter(here);
	/* of either family, it is in the same place */
	local->in.sin_port = 0;
	fd[0] = bound_socket(SOCK_STREAM, local, options && ip6);
	setsockopt(fd[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd[0], &peer->sa, address_len(peer)))
		die("connect: %s", strerror(errno));
	fd[1] = accept(listener, NULL, NULL);
	if (fd[1] < 0)
		die("accept: %s", strerror(errno));
	close(listener);
	for (i = 0; i < 2; i++) {
		setsockopt(fd[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(fd[i], SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof(tick));
		setsockopt(fd[i], SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
		if (options && !ip6)
			add_options(fd[i], AF_INET);
	}
}
