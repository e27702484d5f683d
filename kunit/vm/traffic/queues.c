// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel tells of an interface's queues through the netdev family of
 * generic netlink: counters, and which NAPI instance polls them.  Debian 12's
 * iproute2 and headers do not know that family, hence the numbers.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic.h"

#define NOT_THERE	3		/* exit status */

/* Commands, and attributes of their answers. */
#define QUEUE_GET	10
#define QUEUE_ID	1
#define QUEUE_IFINDEX	2
#define QUEUE_TYPE	3
#define QUEUE_NAPI	4
#define NAPI_GET	11
#define NAPI_IFINDEX	1
#define NAPI_ID		2
#define QSTATS_GET	12
#define QSTATS_IFINDEX	1
#define QSTATS_TYPE	2
#define QSTATS_ID	3
#define QSTATS_SCOPE	4
#define QSTATS_RX_PACKETS 8
#define QSTATS_RX_BYTES	9
#define QSTATS_TX_PACKETS 10
#define QSTATS_TX_BYTES	11
#define MAX_ATTR	64

#define SCOPE_QUEUE	1

struct request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[64];
};

/* The attributes of one answer: numbers, or where they are not one, 0. */
struct answer {
	bool there[MAX_ATTR];
	__u64 value[MAX_ATTR];
};

static void put_attr(struct request *r, __u16 type, const void *data,
		     size_t len)
{
	struct nlattr *attr = (void *)r + NLMSG_ALIGN(r->nlh.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((void *)attr + NLA_HDRLEN, data, len);
	r->nlh.nlmsg_len = NLMSG_ALIGN(r->nlh.nlmsg_len) +
			   NLA_ALIGN(attr->nla_len);
}

static void begin(struct request *r, __u16 family, __u8 command, __u16 flags)
{
	memset(r, 0, sizeof(*r));
	r->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	r->nlh.nlmsg_type = family;
	r->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	r->genl.cmd = command;
	r->genl.version = 1;
}

static struct answer parse(const struct nlmsghdr *nlh)
{
	const void *end = (const void *)nlh + nlh->nlmsg_len;
	const void *at = NLMSG_DATA(nlh) + GENL_HDRLEN;
	const struct nlattr *attr;
	struct answer a = { };
	size_t len;

	for (; at + NLA_HDRLEN <= end; at += NLA_ALIGN(attr->nla_len)) {
		attr = at;
		len = attr->nla_len - NLA_HDRLEN;
		if (attr->nla_len < NLA_HDRLEN || attr->nla_type >= MAX_ATTR)
			break;
		a.there[attr->nla_type] = true;
		if (len <= sizeof(a.value[0]))
			memcpy(&a.value[attr->nla_type], at + NLA_HDRLEN, len);
	}
	return a;
}

typedef void (*on_answer)(const struct answer *a, void *arg);

/* Returns 0, or the kernel's errno. */
static int ask(int fd, const struct request *r, on_answer fn, void *arg)
{
	static __u64 buf[8192];
	const struct nlmsghdr *nlh;
	struct answer a;
	int len;

	if (send(fd, r, r->nlh.nlmsg_len, 0) < 0)
		die("netlink: %s", strerror(errno));
	for (;;) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			die("netlink: %s", strerror(errno));
		for (nlh = (void *)buf; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE)
				return -*(int *)NLMSG_DATA(nlh);
			a = parse(nlh);
			fn(&a, arg);
		}
	}
}

static void take_family(const struct answer *a, void *arg)
{
	*(__u64 *)arg = a->value[CTRL_ATTR_FAMILY_ID];
}

static __u16 find_family(int fd, const char *name)
{
	struct request r;
	__u64 family = 0;

	/* with an acknowledgment, which ends the answer */
	begin(&r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	put_attr(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ask(fd, &r, take_family, &family);
	return family;
}

static const char *kind(__u64 type)
{
	return type ? "tx" : "rx";
}

static void show_stats(const struct answer *a, void *arg)
{
	unsigned int ifindex = *(unsigned int *)arg;
	bool tx = a->value[QSTATS_TYPE];

	if (a->value[QSTATS_IFINDEX] != ifindex)
		return;
	if (!a->there[QSTATS_ID]) {
		printf("sum rx_packets=%llu rx_bytes=%llu tx_packets=%llu tx_bytes=%llu\n",
		       (unsigned long long)a->value[QSTATS_RX_PACKETS],
		       (unsigned long long)a->value[QSTATS_RX_BYTES],
		       (unsigned long long)a->value[QSTATS_TX_PACKETS],
		       (unsigned long long)a->value[QSTATS_TX_BYTES]);
		return;
	}
	printf("%s %llu packets=%llu bytes=%llu\n", kind(tx),
	       (unsigned long long)a->value[QSTATS_ID],
	       (unsigned long long)a->value[tx ? QSTATS_TX_PACKETS :
						 QSTATS_RX_PACKETS],
	       (unsigned long long)a->value[tx ? QSTATS_TX_BYTES :
						 QSTATS_RX_BYTES]);
}

static void show_queue(const struct answer *a, void *arg)
{
	if (a->value[QUEUE_IFINDEX] != *(unsigned int *)arg)
		return;
	printf("poll %s %llu napi=%llu\n", kind(a->value[QUEUE_TYPE]),
	       (unsigned long long)a->value[QUEUE_ID],
	       (unsigned long long)a->value[QUEUE_NAPI]);
}

static void show_napi(const struct answer *a, void *arg)
{
	if (a->value[NAPI_IFINDEX] == *(unsigned int *)arg)
		printf("napi %llu\n", (unsigned long long)a->value[NAPI_ID]);
}

int queues_show(const char *name)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	__u32 ifindex = if_nametoindex(name), scope = SCOPE_QUEUE;
	struct request r;
	__u16 family;
	int err = 0;

	if (fd < 0 || !ifindex)
		die("%s: %s", name, strerror(errno));
	family = find_family(fd, "netdev");
	if (!family)
		return NOT_THERE;

	begin(&r, family, QUEUE_GET, NLM_F_DUMP);
	put_attr(&r, QUEUE_IFINDEX, &ifindex, sizeof(ifindex));
	err = ask(fd, &r, show_queue, &ifindex);
	begin(&r, family, NAPI_GET, NLM_F_DUMP);
	put_attr(&r, NAPI_IFINDEX, &ifindex, sizeof(ifindex));
	err = err ? err : ask(fd, &r, show_napi, &ifindex);
	begin(&r, family, QSTATS_GET, NLM_F_DUMP);
	put_attr(&r, QSTATS_IFINDEX, &ifindex, sizeof(ifindex));
	err = err ? err : ask(fd, &r, show_stats, &ifindex);
	begin(&r, family, QSTATS_GET, NLM_F_DUMP);
	put_attr(&r, QSTATS_IFINDEX, &ifindex, sizeof(ifindex));
	put_attr(&r, QSTATS_SCOPE, &scope, sizeof(scope));
	err = err ? err : ask(fd, &r, show_stats, &ifindex);
	close(fd);
	if (err)
		fprintf(stderr, "traffic: netdev: %s\n", strerror(err));
	return err ? NOT_THERE : 0;
}
