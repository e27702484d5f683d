// SPDX-License-Identifier: GPL-2.0-only
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "hvsim_cx3_world.h"

const u8 world_mac[ETH_ALEN] = { 0x00, 0x15, 0x5d, 0x01, 0x02, 0x03 };

static void *page_of(struct kunit *test)
{
	void *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

int world_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct cx3 *cx3 = cx3_create(NULL, world_mac, false);
	int first;

	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, cx3);
	w->cx3 = cx3;
	test->priv = w;
	first = cx3_res_alloc(cx3->res, CX3_RES_MTT, MTTS, MTTS);
	KUNIT_ASSERT_GE(test, first, 0);
	w->mtt = first;
	first = cx3_res_alloc(cx3->res, CX3_RES_CQ, 1, 1);
	KUNIT_ASSERT_GE(test, first, 0);
	w->cqn = first;
	first = cx3_res_alloc(cx3->res, CX3_RES_QP, 4, 4);
	KUNIT_ASSERT_GE(test, first, 0);
	w->qpn = first;
	w->eqes = page_of(test);
	w->cqes = page_of(test);
	w->ring = page_of(test);
	w->db = page_of(test);
	w->buf = page_of(test);
	w->box = page_of(test);

	return 0;
}

void world_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (w)
		cx3_destroy(w->cx3);
}

/* ---- packets ---- */

static const u8 src6[] = {
	0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, [15] = 7,
};

static const u8 dst6[] = {
	0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, [15] = 1,
};

static u32 l4_head(u8 proto)
{
	return proto == IPPROTO_TCP ? sizeof(struct tcphdr) :
				      sizeof(struct udphdr);
}

u32 world_packet_head(bool ip6, u8 proto)
{
	return ETH_HLEN + l4_head(proto) +
	       (ip6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
}

static void *put_ip4(struct iphdr *ip, u8 proto, u32 len)
{
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = proto;
	ip->tot_len = htons(sizeof(*ip) + len);
	ip->saddr = htonl(66 << 24 | 9 << 16 | 149 << 8 | 187);
	ip->daddr = htonl(161U << 24 | 142 << 16 | 100 << 8 | 80);
	ip_send_check(ip);

	return ip + 1;
}

static void *put_ip6(struct ipv6hdr *ip6, u8 proto, u32 len)
{
	ip6->version = 6;
	ip6->hop_limit = 64;
	ip6->nexthdr = proto;
	ip6->payload_len = htons(len);
	memcpy(&ip6->saddr, src6, sizeof(src6));
	memcpy(&ip6->daddr, dst6, sizeof(dst6));

	return ip6 + 1;
}

u32 world_packet(u8 *at, bool ip6, u8 proto, u32 payload)
{
	u32 head = world_packet_head(ip6, proto);
	u32 len = l4_head(proto) + payload;
	struct ethhdr *eth = memset(at, 0, head);
	__be16 *ports;

	memset(at + head, 0x5a, payload);
	memset(eth->h_dest, 0x02, ETH_ALEN);
	ether_addr_copy(eth->h_source, world_mac);
	eth->h_proto = htons(ip6 ? ETH_P_IPV6 : ETH_P_IP);
	ports = ip6 ? put_ip6((void *)(eth + 1), proto, len) :
		      put_ip4((void *)(eth + 1), proto, len);
	ports[0] = htons(2794);
	ports[1] = htons(1766);
	if (proto == IPPROTO_TCP) {
		((struct tcphdr *)ports)->doff = 5;
		((struct tcphdr *)ports)->ack = 1;
		((struct tcphdr *)ports)->check = (__force __sum16)htons(1);
	} else {
		((struct udphdr *)ports)->len = htons(len);
		((struct udphdr *)ports)->check = (__force __sum16)htons(1);
	}

	return head + payload;
}

/* ---- commands ---- */

u8 write_mtt(struct world *w, u64 first, u32 count, u64 entry)
{
	__be64 *in = memset(w->box, 0, CX3_MAILBOX);
	struct cx3_cmd cmd = { .in_mod = count, .in = in };

	in[0] = cpu_to_be64(first);
	in[2] = cpu_to_be64(entry);
	return cx3_cmd_write_mtt(w->cx3, &cmd);
}

void map_page(struct kunit *test, u32 index, const void *page)
{
	struct world *w = test->priv;

	KUNIT_ASSERT_EQ(test, CX3_OK,
			write_mtt(w, w->mtt + index, 1,
				  virt_to_phys((void *)page) | CX3_MTT_PRESENT));
}

u8 make_eq(struct kunit *test, u32 eqn, u8 log_size, u8 vector)
{
	struct world *w = test->priv;
	struct cx3_eq_context *in = memset(w->box, 0, CX3_MAILBOX);
	struct cx3_cmd cmd = { .in_mod = eqn, .in = in };

	map_page(test, 0, w->eqes);
	memset(in, 0, CX3_MAILBOX);
	in->log_size = log_size;
	in->vector = vector;
	in->mtt_low = cpu_to_be32(w->mtt * CX3_MTT_SIZE);
	return cx3_cmd_sw2hw_eq(w->cx3, &cmd);
}

u8 make_cq(struct kunit *test, u8 log_size)
{
	struct world *w = test->priv;
	struct cx3_cq_context *in = (void *)w->box;
	struct cx3_cmd cmd = { .in_mod = w->cqn, .in = in };

	map_page(test, 1, w->cqes);
	memset(in, 0, CX3_MAILBOX);
	in->log_size_uar = cpu_to_be32(log_size << 24);
	in->eqn = EQN;
	in->mtt_low = cpu_to_be32((w->mtt + 1) * CX3_MTT_SIZE);
	in->db_rec_addr = cpu_to_be64(virt_to_phys(w->db));
	return cx3_cmd_sw2hw_cq(w->cx3, &cmd);
}

u8 move_qp(struct world *w, u16 opcode, u32 qpn)
{
	struct cx3_cmd cmd = { .opcode = opcode, .in_mod = qpn, .in = w->box };

	return cx3_cmd_modify_qp(w->cx3, &cmd);
}

struct cx3_qp_context *qp_context(struct kunit *test)
{
	struct world *w = test->priv;
	struct cx3_qp_context *context;

	map_page(test, 2, w->ring);
	memset(w->box, 0, CX3_MAILBOX);
	context = (void *)(w->box + CX3_QP_CONTEXT_OFFSET);
	context->cqn_send = cpu_to_be32(w->cqn);
	context->cqn_recv = cpu_to_be32(w->cqn);
	context->mtt_low = cpu_to_be32((w->mtt + 2) * CX3_MTT_SIZE);
	context->db_rec_addr = cpu_to_be64(virt_to_phys(w->db + 2));
	context->sq_size_stride = 2;	/* one of 64 bytes: none */
	return context;
}

void make_queues(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, CX3_OK, make_eq(test, EQN, LOG_EQES, 0));
	KUNIT_ASSERT_EQ(test, CX3_OK, make_cq(test, LOG_CQES));
}

struct cx3_qp *make_receiver(struct kunit *test, u32 index, u8 size_stride)
{
	struct world *w = test->priv;
	u32 qpn = w->qpn + index;

	if (!w->cx3->data->cqs[w->cqn])
		make_queues(test);
	qp_context(test)->rq_size_stride = size_stride;
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, RST2INIT, qpn));
	KUNIT_ASSERT_EQ(test, CX3_OK, move_qp(w, INIT2RTR, qpn));
	return w->cx3->data->qps[qpn];
}

u8 add_rule(struct world *w, enum cx3_rule_type type, u16 prio,
	    const u8 *dest, u32 qpn, u64 *id)
{
	struct cx3_rule_ctrl *ctrl = memset(w->box, 0, CX3_MAILBOX);
	struct cx3_spec_eth *eth = (void *)(ctrl + 1);
	struct cx3_cmd cmd = { .in = ctrl, .in_mod = sizeof(*ctrl) / 4 };
	u8 status;

	ctrl->type = type;
	ctrl->prio = cpu_to_be16(prio);
	ctrl->qpn = cpu_to_be32(qpn);
	if (dest) {
		eth->spec.id = cpu_to_be16(CX3_SPEC_ETH);
		eth->spec.size = sizeof(*eth) / 4;
		ether_addr_copy(eth->dst, dest);
		eth_broadcast_addr(eth->dst_mask);
		cmd.in_mod += sizeof(*eth) / 4;
	}
	status = cx3_cmd_attach_rule(w->cx3, &cmd);
	if (id)
		*id = cmd.out_param;
	return status;
}
