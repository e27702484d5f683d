// SPDX-License-Identifier: GPL-2.0-only
/* XDP programs on the interface, with the simulated host on the other side. */
#include "netvsc_fixture.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/xdp.h>

#include "xdp.h"

#define TEST_PROTO	0x88b5
#define FRAMES		20

static u64 count(const u64_stats_t *counter)
{
	return u64_stats_read(counter);
}

static const struct netvsc_queue_stats *stats(const struct e2e *e)
{
	return &e2e_priv(e)->queue_stats[0];
}

/* As the verifier would leave it. */
static struct bpf_prog *make_prog(struct kunit *test,
				  const struct bpf_insn *insns, u32 n)
{
	struct bpf_prog *prog;
	int err = 0;

	prog = bpf_prog_alloc(bpf_prog_size(n), 0);
	KUNIT_ASSERT_NOT_NULL(test, prog);
	prog->len = n;
	prog->type = BPF_PROG_TYPE_XDP;
	memcpy(prog->insnsi, insns, n * sizeof(*insns));
	prog->aux->stack_depth = MAX_BPF_STACK;
	atomic64_set(&prog->aux->refcnt, 1);
	prog = bpf_prog_select_runtime(prog, &err);
	KUNIT_ASSERT_EQ(test, err, 0);

	return prog;
}

static struct bpf_prog *make_verdict(struct kunit *test, int act)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_0, act),
		BPF_EXIT_INSN(),
	};

	return make_prog(test, insns, ARRAY_SIZE(insns));
}

/* Drops what has a VLAN tag where frames on a wire have it. */
static struct bpf_prog *make_tag_filter(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_LDX_MEM(BPF_DW, BPF_REG_2, BPF_REG_1,
			    offsetof(struct xdp_buff, data)),
		BPF_LDX_MEM(BPF_H, BPF_REG_3, BPF_REG_2, 2 * ETH_ALEN),
		BPF_MOV64_IMM(BPF_REG_0, XDP_DROP),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_3,
			    (__force u16)htons(ETH_P_8021Q), 1),
		BPF_MOV64_IMM(BPF_REG_0, XDP_PASS),
		BPF_EXIT_INSN(),
	};

	return make_prog(test, insns, ARRAY_SIZE(insns));
}

static int set_prog(struct e2e *e, struct bpf_prog *prog)
{
	struct netdev_bpf bpf = { .command = XDP_SETUP_PROG, .prog = prog };
	int err;

	rtnl_lock();
	if (prog)
		bpf_prog_inc(prog);
	err = netvsc_xdp_setup(e->ndev, &bpf);
	if (err && prog)
		bpf_prog_put(prog);
	rtnl_unlock();

	return err;
}

static void set_lro(struct e2e *e, bool on)
{
	rtnl_lock();
	if (on)
		e->ndev->wanted_features |= NETIF_F_LRO;
	else
		e->ndev->wanted_features &= ~NETIF_F_LRO;
	netdev_update_features(e->ndev);
	rtnl_unlock();
}

/* Nobody but us has the program any more. */
static void drop_prog(struct kunit *test, struct bpf_prog *prog)
{
	KUNIT_EXPECT_EQ(test, set_prog(test->priv, NULL), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), 1);
	bpf_prog_free(prog);
}

static struct bpf_prog *start_with(struct kunit *test, struct bpf_prog *prog)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	set_lro(e, false);
	KUNIT_ASSERT_EQ(test, set_prog(e, prog), 0);

	return prog;
}

static void send_from_wire(struct kunit *test, u32 n, u32 len)
{
	struct e2e *e = test->priv;
	u32 seq;

	for (seq = 0; seq < n; seq++)
		e2e_send(test, e->wire, e->ndev, seq, len);
}

/* ---- verdicts ---- */

static void pass_lets_frames_through(struct kunit *test)
{
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_PASS));

	e2e_frames_from_wire(test, FRAMES, 60);
	e2e_frames_from_wire(test, FRAMES, 1514);
	e2e_frames_both_ways(test);
	drop_prog(test, prog);
}

struct drop_case {
	const char *name;
	int act;
};

static const struct drop_case drop_cases[] = {
	{ "drop", XDP_DROP },
	{ "aborted", XDP_ABORTED },
	{ "unknown", 77 },
	{ "redirect_to_nowhere", XDP_REDIRECT },
};

static void drop_desc(const struct drop_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(drop, drop_cases, drop_desc);

static void frames_end_at_a_program_that_says(struct kunit *test)
{
	const struct drop_case *c = test->param_value;
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, c->act));

	send_from_wire(test, FRAMES, 1000);
	AWAIT(test, count(&stats(e)->rx.xdp_drop) >= FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->rx.xdp_drop), FRAMES);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 0);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->rx.xdp_redirect), 0);
	drop_prog(test, prog);
	e2e_frames_both_ways(test);
}

static void tx_sends_frames_back(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_TX));

	send_from_wire(test, FRAMES, 1000);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= FRAMES);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_wire.frames),
			FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->rx.xdp_tx), FRAMES);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 0);
	skb_queue_purge(&e->at_wire.frames);
	drop_prog(test, prog);
	e2e_frames_both_ways(test);
}

static void send_tagged(struct kunit *test)
{
	struct e2e *e = test->priv;
	u32 len = VLAN_ETH_HLEN + 100;
	struct vlan_ethhdr *eth;
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(e->wire) + len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, LL_RESERVED_SPACE(e->wire));
	skb_reset_mac_header(skb);
	eth = skb_put_zero(skb, len);
	ether_addr_copy(eth->h_dest, e->ndev->dev_addr);
	ether_addr_copy(eth->h_source, e->wire->dev_addr);
	eth->h_vlan_proto = htons(ETH_P_8021Q);
	eth->h_vlan_TCI = htons(5);
	eth->h_vlan_encapsulated_proto = htons(TEST_PROTO);
	skb_set_network_header(skb, VLAN_ETH_HLEN);
	skb->protocol = htons(ETH_P_8021Q);
	skb->dev = e->wire;
	KUNIT_EXPECT_EQ(test, dev_queue_xmit(skb), NET_XMIT_SUCCESS);
}

static void program_sees_vlan_tags_in_the_frame(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_tag_filter(test));

	send_tagged(test);
	AWAIT(test, count(&stats(e)->rx.xdp_drop) == 1);
	e2e_frames_from_wire(test, FRAMES, 500);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->rx.xdp_drop), 1);
	drop_prog(test, prog);
}

/* ---- what is refused ---- */

static void program_and_coalescing_exclude_each_other(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = make_verdict(test, XDP_PASS);

	e2e_start(test);
	KUNIT_ASSERT_TRUE(test, e->ndev->features & NETIF_F_LRO);
	KUNIT_EXPECT_EQ(test, set_prog(e, prog), -EOPNOTSUPP);
	set_lro(e, false);
	KUNIT_EXPECT_EQ(test, set_prog(e, prog), 0);
	set_lro(e, true);
	KUNIT_EXPECT_FALSE(test, e->ndev->features & NETIF_F_LRO);
	drop_prog(test, prog);
}

static int set_mtu(struct e2e *e, int mtu)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(e->ndev, mtu);
	rtnl_unlock();

	return err;
}

/* The host goes on to know a larger MTU, and is right to use it. */
static void frame_too_large_for_the_program_is_not_the_host_s_mistake(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = make_verdict(test, XDP_PASS);
	struct rtnl_link_stats64 before, after;

	e2e_start(test);
	set_lro(e, false);
	rtnl_lock();
	KUNIT_ASSERT_EQ(test, dev_set_mtu(e->wire, 9000), 0);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, set_mtu(e, 9000), 0);
	KUNIT_ASSERT_EQ(test, set_mtu(e, 1500), 0);
	KUNIT_ASSERT_EQ(test, set_prog(e, prog), 0);
	AWAIT(test, e2e_ready(e->ndev));

	dev_get_stats(e->ndev, &before);
	send_from_wire(test, 1, 5000);
	e2e_frames_from_wire(test, FRAMES, 500);
	dev_get_stats(e->ndev, &after);
	KUNIT_EXPECT_EQ(test, after.rx_dropped, before.rx_dropped + 1);
	KUNIT_EXPECT_EQ(test, 0,
			atomic_long_read(&e2e_priv(e)->stats.host_bad_packet));
	drop_prog(test, prog);
}

static void frames_larger_than_a_page_are_refused(struct kunit *test)
{
	int max = NETVSC_XDP_FRAME_MAX - VLAN_ETH_HLEN;
	struct e2e *e = test->priv;
	struct bpf_prog *prog = make_verdict(test, XDP_PASS);

	e2e_start(test);
	set_lro(e, false);
	KUNIT_ASSERT_EQ(test, set_mtu(e, max + 1), 0);
	KUNIT_EXPECT_EQ(test, set_prog(e, prog), -EOPNOTSUPP);
	KUNIT_ASSERT_EQ(test, set_mtu(e, max), 0);
	KUNIT_EXPECT_EQ(test, set_prog(e, prog), 0);
	KUNIT_EXPECT_EQ(test, set_mtu(e, max + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, e->ndev->mtu, max);
	drop_prog(test, prog);
}

/* ---- changes meanwhile ---- */

static void program_stays_over_changes(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_DROP));
	u64 before;

	KUNIT_ASSERT_EQ(test, set_mtu(e, 3000), 0);
	AWAIT(test, e2e_ready(e->ndev));
	before = count(&stats(e)->rx.xdp_drop);
	send_from_wire(test, FRAMES, 1000);
	AWAIT(test, count(&stats(e)->rx.xdp_drop) == before + FRAMES);
	drop_prog(test, prog);
}

static void program_changes_under_traffic(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *one = start_with(test, make_verdict(test, XDP_PASS));
	struct bpf_prog *two = make_verdict(test, XDP_PASS);
	int i;

	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, set_prog(e, i % 2 ? one : two), 0);
		e2e_frames_from_wire(test, FRAMES, 1000);
	}
	drop_prog(test, one);
	KUNIT_EXPECT_EQ(test, atomic64_read(&two->aux->refcnt), 1);
	bpf_prog_free(two);
}

static void interface_goes_with_its_program(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_PASS));

	/* as the core does when an interface goes */
	KUNIT_EXPECT_EQ(test, set_prog(e, NULL), 0);
	e2e_stop(e);
	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), 1);
	bpf_prog_free(prog);
}

/* ---- frames that others redirect to us ---- */

static struct xdp_frame *make_frame(struct kunit *test, u32 len)
{
	struct e2e *e = test->priv;
	struct page *page = alloc_page(GFP_KERNEL);
	struct xdp_frame *frame;
	struct ethhdr *eth;

	KUNIT_ASSERT_NOT_NULL(test, page);
	frame = page_address(page);
	memset(frame, 0, sizeof(*frame));
	frame->data = page_address(page) + XDP_PACKET_HEADROOM;
	frame->headroom = XDP_PACKET_HEADROOM - sizeof(*frame);
	frame->len = len;
	frame->frame_sz = PAGE_SIZE;
	compat_frame_mem_type(frame) = MEM_TYPE_PAGE_ORDER0;
	eth = memset(frame->data, 0, len);
	ether_addr_copy(eth->h_dest, e->wire->dev_addr);
	ether_addr_copy(eth->h_source, e->ndev->dev_addr);
	eth->h_proto = htons(TEST_PROTO);

	return frame;
}

static int xdp_xmit(struct kunit *test, u32 flags)
{
	struct e2e *e = test->priv;
	struct xdp_frame *frames[FRAMES];
	int sent, i;

	for (i = 0; i < FRAMES; i++)
		frames[i] = make_frame(test, 60 + 50 * i);
	local_bh_disable();
	sent = netvsc_xdp_xmit(e->ndev, FRAMES, frames, flags);
	for (i = max(sent, 0); i < FRAMES; i++)
		xdp_return_frame(frames[i]);
	local_bh_enable();

	return sent;
}

static void redirected_frames_are_sent(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	KUNIT_EXPECT_EQ(test, xdp_xmit(test, XDP_XMIT_FLUSH), FRAMES);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->xmit.xdp_xmit), FRAMES);
	KUNIT_EXPECT_EQ(test, xdp_xmit(test, BIT(31)), -EINVAL);
}

static void redirected_frames_do_not_disturb_a_closed_interface(struct kunit *test)
{
	struct e2e *e = test->priv;

	e2e_start(test);
	rtnl_lock();
	dev_close(e->ndev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, xdp_xmit(test, XDP_XMIT_FLUSH), 0);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->xmit.xdp_xmit), 0);
}

/* ---- with a VF ---- */

static void vf_gets_the_program(struct kunit *test, bool vf_first)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = make_verdict(test, XDP_DROP);

	e2e_start(test);
	set_lro(e, false);
	if (vf_first)
		e2e_plug_and_switch(test);
	KUNIT_ASSERT_EQ(test, set_prog(e, prog), 0);
	if (!vf_first)
		e2e_plug_and_switch(test);
	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), 3);
	send_from_wire(test, FRAMES, 1000);
	AWAIT(test, e2e_count(e, HVSIM_VF_FRAMES_RX) >= FRAMES);
	schedule_timeout_uninterruptible(HZ / 10);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 0);
	KUNIT_ASSERT_EQ(test, e2e_pull(e, vf_first), 0);
	AWAIT(test, atomic64_read(&prog->aux->refcnt) == 2);
	drop_prog(test, prog);
	e2e_expect_synthetic(test);
}

static void vf_that_is_there_gets_the_program(struct kunit *test)
{
	vf_gets_the_program(test, true);
}

static void vf_that_comes_gets_the_program(struct kunit *test)
{
	vf_gets_the_program(test, false);
}

static void vf_is_used_again_without_the_program(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_DROP));

	e2e_plug_and_switch(test);
	drop_prog(test, prog);
	e2e_expect_vf(test);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_VF);
}

static void redirected_frames_leave_by_the_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct vf_bond_stats before, after;
	s64 by_vf;

	e2e_start(test);
	e2e_plug_and_switch(test);
	by_vf = e2e_count(e, HVSIM_VF_FRAMES_TX);
	vf_bond_get_stats(e2e_priv(e)->bond, &before);
	KUNIT_EXPECT_EQ(test, xdp_xmit(test, XDP_XMIT_FLUSH), FRAMES);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= FRAMES);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_VF_FRAMES_TX) - by_vf, FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->xmit.xdp_xmit), 0);
	vf_bond_get_stats(e2e_priv(e)->bond, &after);
	KUNIT_EXPECT_EQ(test, after.tx_packets - before.tx_packets, FRAMES);
}

/* Its link is gone, and the path has not followed yet. */
static void redirected_frames_leave_without_the_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct net_device *vf;
	s64 by_vf;

	e2e_start(test);
	e2e_plug_and_switch(test);
	vf = e2e_find_vf(e->cfg.mac);
	by_vf = e2e_count(e, HVSIM_VF_FRAMES_TX);
	rtnl_lock();
	netif_carrier_off(vf);
	KUNIT_EXPECT_EQ(test, e2e_path(e), VF_BOND_VF);
	KUNIT_EXPECT_EQ(test, xdp_xmit(test, XDP_XMIT_FLUSH), FRAMES);
	netif_carrier_on(vf);
	rtnl_unlock();
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= FRAMES);
	/* the stack may send one of its own */
	KUNIT_EXPECT_LT(test, e2e_count(e, HVSIM_VF_FRAMES_TX), by_vf + FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->xmit.xdp_xmit), FRAMES);
}

static void tx_sends_frames_back_by_the_vf(struct kunit *test)
{
	struct e2e *e = test->priv;
	struct bpf_prog *prog = start_with(test, make_verdict(test, XDP_TX));
	s64 by_vf;

	e2e_plug_and_switch(test);
	by_vf = e2e_count(e, HVSIM_VF_FRAMES_TX);
	send_from_wire(test, FRAMES, 1000);
	AWAIT(test, skb_queue_len_lockless(&e->at_wire.frames) >= FRAMES);
	KUNIT_EXPECT_EQ(test, e2e_count(e, HVSIM_VF_FRAMES_TX) - by_vf, FRAMES);
	KUNIT_EXPECT_EQ(test, count(&stats(e)->rx.xdp_tx), 0);
	KUNIT_EXPECT_EQ(test, skb_queue_len_lockless(&e->at_ndev.frames), 0);
	skb_queue_purge(&e->at_wire.frames);
	drop_prog(test, prog);
	e2e_expect_vf(test);
}

static struct kunit_case xdp_cases[] = {
	KUNIT_CASE(pass_lets_frames_through),
	KUNIT_CASE_PARAM(frames_end_at_a_program_that_says, drop_gen_params),
	KUNIT_CASE(tx_sends_frames_back),
	KUNIT_CASE(program_sees_vlan_tags_in_the_frame),
	KUNIT_CASE(program_and_coalescing_exclude_each_other),
	KUNIT_CASE(frame_too_large_for_the_program_is_not_the_host_s_mistake),
	KUNIT_CASE(frames_larger_than_a_page_are_refused),
	KUNIT_CASE(program_stays_over_changes),
	KUNIT_CASE(program_changes_under_traffic),
	KUNIT_CASE(interface_goes_with_its_program),
	KUNIT_CASE(redirected_frames_are_sent),
	KUNIT_CASE(redirected_frames_do_not_disturb_a_closed_interface),
	KUNIT_CASE(vf_that_is_there_gets_the_program),
	KUNIT_CASE(vf_that_comes_gets_the_program),
	KUNIT_CASE(vf_is_used_again_without_the_program),
	KUNIT_CASE(redirected_frames_leave_by_the_vf),
	KUNIT_CASE(redirected_frames_leave_without_the_vf),
	KUNIT_CASE(tx_sends_frames_back_by_the_vf),
	{}
};

static struct kunit_suite xdp_suite = {
	.name = "netvsc_xdp",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = xdp_cases,
};

kunit_test_suite(xdp_suite);

MODULE_DESCRIPTION("Tests of XDP on hv_netvsc");
MODULE_LICENSE("GPL");
