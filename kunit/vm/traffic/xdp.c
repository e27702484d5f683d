// SPDX-License-Identifier: GPL-2.0-only
/*
 * XDP programs, made of instructions by hand: the guest has no compiler and no
 * loader.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "traffic.h"

#define INSN(_code, _dst, _src, _off, _imm)				\
	{ .code = (_code), .dst_reg = (_dst), .src_reg = (_src),	\
	  .off = (_off), .imm = (_imm) }
#define MOV_IMM(dst, imm)	INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define MOV_REG(dst, src)	INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD_IMM(dst, imm)	INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm)
#define LOAD(sz, dst, src, off)	INSN(BPF_LDX | BPF_MEM | (sz), dst, src, off, 0)
#define STORE(sz, dst, src, off) \
	INSN(BPF_STX | BPF_MEM | (sz), dst, src, off, 0)
#define JUMP_IF_GREATER(a, b, n) \
	INSN(BPF_JMP | BPF_JGT | BPF_X, a, b, n, 0)
#define CALL(helper)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define EXIT			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#define CTX_DATA	0		/* struct xdp_md */
#define CTX_DATA_END	4
#define MAX_INSNS	24

#define COUNT(insns)	(sizeof(insns) / sizeof((insns)[0]))

/* The same for every frame. */
static size_t verdict(struct bpf_insn *to, int act)
{
	const struct bpf_insn insns[] = { MOV_IMM(0, act), EXIT };

	memcpy(to, insns, sizeof(insns));
	return COUNT(insns);
}

/* Back to its sender. */
static size_t reflect(struct bpf_insn *to)
{
	const struct bpf_insn insns[] = {
		LOAD(BPF_W, 2, 1, CTX_DATA),
		LOAD(BPF_W, 3, 1, CTX_DATA_END),
		MOV_IMM(0, XDP_PASS),
		MOV_REG(4, 2),
		ADD_IMM(4, ETH_HLEN),
		JUMP_IF_GREATER(4, 3, 9),
		LOAD(BPF_W, 4, 2, 0),
		LOAD(BPF_H, 5, 2, 4),
		LOAD(BPF_W, 6, 2, 6),
		LOAD(BPF_H, 7, 2, 10),
		STORE(BPF_W, 2, 6, 0),
		STORE(BPF_H, 2, 7, 4),
		STORE(BPF_W, 2, 4, 6),
		STORE(BPF_H, 2, 5, 10),
		MOV_IMM(0, XDP_TX),
		EXIT,
	};

	memcpy(to, insns, sizeof(insns));
	return COUNT(insns);
}

static size_t redirect(struct bpf_insn *to, unsigned int ifindex)
{
	const struct bpf_insn insns[] = {
		MOV_IMM(1, ifindex),
		MOV_IMM(2, 0),
		CALL(BPF_FUNC_redirect),
		EXIT,
	};

	memcpy(to, insns, sizeof(insns));
	return COUNT(insns);
}

static int load_prog(const struct bpf_insn *insns, size_t count)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)insns,
		.insn_cnt = count,
		.license = (unsigned long)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		die("the kernel refuses the program: %s", strerror(errno));
	return fd;
}

struct set_xdp {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	struct nlattr xdp;
	struct nlattr fd_attr;
	__s32 fd;
	struct nlattr flags_attr;
	__u32 flags;
};

/* @fd -1: none.  Returns an errno. */
static int attach(unsigned int ifindex, int fd)
{
	struct set_xdp msg = {
		.nlh = { sizeof(msg), RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK },
		.ifi.ifi_index = ifindex,
		.xdp = { sizeof(msg) - offsetof(struct set_xdp, xdp),
			 IFLA_XDP | NLA_F_NESTED },
		.fd_attr = { sizeof(struct nlattr) + 4, IFLA_XDP_FD },
		.fd = fd,
		.flags_attr = { sizeof(struct nlattr) + 4, IFLA_XDP_FLAGS },
		.flags = XDP_FLAGS_DRV_MODE,
	};
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[1024];
	} reply;

	if (s < 0 || send(s, &msg, sizeof(msg), 0) != sizeof(msg) ||
	    recv(s, &reply, sizeof(reply), 0) < (ssize_t)sizeof(reply.nlh))
		die("netlink: %s", strerror(errno));
	close(s);
	return reply.nlh.nlmsg_type == NLMSG_ERROR ? -reply.err.error : EPROTO;
}

static unsigned int index_of(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	if (!ifindex)
		die("%s: no such interface", name);
	return ifindex;
}

/* IFACE off|pass|drop|reflect, or IFACE redirect OTHER */
int xdp_set(int argc, char **argv)
{
	struct bpf_insn insns[MAX_INSNS];
	int fd = -1, err;
	size_t count = 0;

	if (argc == 2 && !strcmp(argv[1], "pass"))
		count = verdict(insns, XDP_PASS);
	else if (argc == 2 && !strcmp(argv[1], "drop"))
		count = verdict(insns, XDP_DROP);
	else if (argc == 2 && !strcmp(argv[1], "reflect"))
		count = reflect(insns);
	else if (argc == 3 && !strcmp(argv[1], "redirect"))
		count = redirect(insns, index_of(argv[2]));
	else if (argc != 2 || strcmp(argv[1], "off"))
		die("xdp: see traffic --help");
	if (count)
		fd = load_prog(insns, count);
	err = attach(index_of(argv[0]), fd);
	if (err)
		die("%s: %s", argv[0], strerror(err));
	return 0;
}
