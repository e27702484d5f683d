// SPDX-License-Identifier: GPL-2.0-only
/*
 * The form "connectx3" of a VF: made, plugged, torn out, shown.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "cx3.h"
#include "regs.h"

/* Vectors: one for what is not a completion, and one per processor. */
#define CX3_MAX_VECTORS		(CX3_EQS - CX3_EQ_FIRST)

/* So long a removal by surprise waits for a moment that mlx4 can stand. */
#define CX3_SETTLE_MS		1000

static unsigned int cx3_vectors(void)
{
	return min_t(unsigned int, num_possible_cpus() + 1, CX3_MAX_VECTORS);
}

/**
 * cx3_create() - a function, after power-on
 * @vf: what the vswitch knows it by; NULL in a test
 * @mac: its address
 * @with_bar: it has registers
 *
 * Context: process.
 * Return: the function, or an ERR_PTR: see cx3_bar_get().
 */
struct cx3 *cx3_create(struct hvsim_vf *vf, const u8 *mac, bool with_bar)
{
	struct cx3 *cx3;
	int err;

	cx3 = kzalloc(sizeof(*cx3), GFP_KERNEL);
	if (!cx3)
		return ERR_PTR(-ENOMEM);

	cx3->vf = vf;
	mutex_init(&cx3->lock);
	init_waitqueue_head(&cx3->kick);
	skb_queue_head_init(&cx3->rxq);
	ether_addr_copy(cx3->port.mac, mac);

	err = with_bar ? cx3_bar_get(&cx3->bar) : 0;
	if (err)
		goto err_free;

	cx3->cmds = cx3_cmds_create();
	cx3->res = cx3_res_create();
	err = cx3->cmds && cx3->res ? 0 : -ENOMEM;
	if (!err)
		err = cx3_msix_init(cx3, cx3_vectors());
	if (!err)
		err = cx3_data_create(cx3);
	if (err)
		goto err_parts;

	cx3_comm_reset(cx3);
	cx3->comm.resets = 0;

	return cx3;

err_parts:
	cx3_msix_exit(cx3);
	cx3_res_destroy(cx3->res);
	cx3_cmds_destroy(cx3->cmds);
	cx3_bar_put(&cx3->bar);
err_free:
	kfree(cx3);
	return ERR_PTR(err);
}

/**
 * cx3_destroy() - free a function
 * @cx3: the function; its thread is stopped, and nobody sends it frames
 */
void cx3_destroy(struct cx3 *cx3)
{
	skb_queue_purge(&cx3->rxq);
	cx3_data_destroy(cx3);
	cx3_msix_exit(cx3);
	cx3_res_destroy(cx3->res);
	cx3_cmds_destroy(cx3->cmds);
	cx3_bar_put(&cx3->bar);
	kfree(cx3);
}

/* ---- frames and link ---- */

/* Dropped as a port does that is closed, or whose buffer is full. */
static void cx3_receive(struct hvsim_vf *vf, struct sk_buff *skb)
{
	struct cx3 *cx3 = hvsim_vf_priv(vf);

	/* It comes from another host: nothing of this one's is to stick. */
	skb_orphan(skb);
	skb_scrub_packet(skb, true);

	if (READ_ONCE(cx3->gone) || !READ_ONCE(cx3->port.up) ||
	    !READ_ONCE(cx3->port.link) ||
	    skb_queue_len_lockless(&cx3->rxq) >= CX3_RXQ_MAX) {
		atomic64_inc(&cx3->rx_overflow);
		hvsim_vf_lost(vf, 1);
		kfree_skb(skb);
		return;
	}

	skb_queue_tail(&cx3->rxq, skb);
	cx3_rxq_hold(cx3);
	cx3_thread_kick(cx3);
}

static void cx3_set_link(struct hvsim_vf *vf, bool up)
{
	struct cx3 *cx3 = hvsim_vf_priv(vf);

	mutex_lock(&cx3->lock);
	WRITE_ONCE(cx3->port.link, up);
	mutex_unlock(&cx3->lock);
	cx3_thread_kick(cx3);
}

static bool cx3_idle(struct hvsim_vf *vf, bool tx)
{
	struct cx3 *cx3 = hvsim_vf_priv(vf);
	bool idle;

	if (!mutex_trylock(&cx3->lock))
		return false;
	idle = cx3_data_idle(cx3, tx);
	mutex_unlock(&cx3->lock);

	return idle;
}

static const struct hvsim_vf_ops cx3_ops = {
	.receive	= cx3_receive,
	.set_link	= cx3_set_link,
	.idle		= cx3_idle,
};

/* ---- the form ---- */

static int cx3_form_create(struct hvsim_vf *vf, struct hvsim_pci_layout *layout)
{
	struct cx3 *cx3 = cx3_create(vf, hvsim_vf_mac(vf), true);

	if (IS_ERR(cx3))
		return PTR_ERR(cx3);

	hvsim_vf_set_model(vf, cx3);
	layout->bar = cx3->bar.phys;
	layout->bar_size = CX3_BAR_SIZE;
	layout->vectors = cx3->msix.vectors;
	layout->msix_table = CX3_REG_MSIX_TABLE;
	layout->msix_pba = CX3_REG_MSIX_PBA;

	return 0;
}

static int cx3_form_start(struct hvsim_vf *vf)
{
	struct cx3 *cx3 = hvsim_vf_model(vf);
	int err;

	err = cx3_thread_start(cx3);
	if (!err)
		hvsim_vf_bind(vf, &cx3_ops, cx3);

	return err;
}

/*
 * A guest goes on to send until it knows.  Its rings are still there when its
 * interface goes down, and whoever is above it has heard of that; afterwards
 * nobody looks at them any more.
 */
static int cx3_lost_later(struct notifier_block *nb, unsigned long event,
			  void *info)
{
	struct cx3 *cx3 = container_of(nb, struct cx3, lost_later);
	struct net_device *dev = netdev_notifier_info_to_dev(info);

	if (event != NETDEV_GOING_DOWN ||
	    !hvsim_vf_is_function(cx3->vf, dev->dev.parent))
		return NOTIFY_DONE;

	mutex_lock(&cx3->lock);
	hvsim_vf_lost(cx3->vf, cx3_data_inside(cx3));
	mutex_unlock(&cx3->lock);

	return NOTIFY_DONE;
}

/*
 * mlx4 asks for counters four times a second, so there is time between.  Between
 * that moment and the end of the registers no command is to be answered.
 */
static void cx3_form_settle(struct hvsim_vf *vf)
{
	unsigned long end = jiffies + msecs_to_jiffies(CX3_SETTLE_MS);
	struct cx3 *cx3 = hvsim_vf_model(vf);
	bool settled;

	for (;;) {
		mutex_lock(&cx3->lock);
		settled = cx3_comm_quiet(cx3) || time_after(jiffies, end);
		if (settled)
			cx3_comm_mute(cx3);
		mutex_unlock(&cx3->lock);
		if (settled)
			return;
		usleep_range(1000, 2000);
	}
}

/* From here on no command is answered, and no frame comes in or goes out. */
static void cx3_form_tear(struct hvsim_vf *vf)
{
	struct cx3 *cx3 = hvsim_vf_model(vf);

	mutex_lock(&cx3->lock);
	WRITE_ONCE(cx3->gone, true);
	cx3_comm_gone(cx3);
	hvsim_vf_lost(vf, cx3_data_inside(cx3));
	mutex_unlock(&cx3->lock);
	cx3_rxq_release(cx3);

	cx3->lost_later.notifier_call = cx3_lost_later;
	cx3->lost_later.priority = INT_MIN;
	if (register_netdevice_notifier(&cx3->lost_later))
		cx3->lost_later.notifier_call = NULL;
}

static void cx3_form_destroy(struct hvsim_vf *vf)
{
	struct cx3 *cx3 = hvsim_vf_model(vf);

	if (cx3->lost_later.notifier_call)
		unregister_netdevice_notifier(&cx3->lost_later);
	hvsim_vf_unbind(vf);
	cx3_thread_stop(cx3);
	hvsim_vf_release(vf);
	cx3_destroy(cx3);
}

static void cx3_show_control(const struct cx3 *cx3, struct seq_file *m)
{
	const struct cx3_res *res = cx3->res;

	seq_printf(m, "comm enabled=%d error=%d resets=%llu errors=%llu bad=%llu\n",
		   cx3->comm.enabled, cx3->comm.error, cx3->comm.resets,
		   cx3->comm.errors, cx3->comm.bad);
	seq_printf(m, "port link=%d up=%d mtu=%u mac=%pM rxq=%u overflow=%lld\n",
		   cx3->port.link, cx3->port.up, cx3->port.mtu, cx3->port.mac,
		   skb_queue_len(&cx3->rxq),
		   (long long)atomic64_read(&cx3->rx_overflow));
	seq_printf(m, "msix vectors=%u sent=%llu deferred=%llu pending=%u\n",
		   cx3->msix.vectors, cx3->msix.sent, cx3->msix.deferred,
		   bitmap_weight(cx3->msix.pending, cx3->msix.vectors));
	seq_printf(m, "thread polls=%llu sleeps=%llu\n", cx3->polls,
		   cx3->sleeps);
	seq_printf(m, "res qp=%u cq=%u mpt=%u mtt=%u counter=%u mac=%u vlan=%u\n",
		   cx3_res_used(res, CX3_RES_QP), cx3_res_used(res, CX3_RES_CQ),
		   cx3_res_used(res, CX3_RES_MPT),
		   cx3_res_used(res, CX3_RES_MTT),
		   cx3_res_used(res, CX3_RES_COUNTER),
		   cx3_table_used(res, CX3_TABLE_MAC),
		   cx3_table_used(res, CX3_TABLE_VLAN));
}

static void cx3_form_show(struct hvsim_vf *vf, struct seq_file *m)
{
	struct cx3 *cx3 = hvsim_vf_model(vf);

	mutex_lock(&cx3->lock);
	cx3_show_control(cx3, m);
	cx3_data_show(cx3, m);
	cx3_cmds_show(cx3, m);
	mutex_unlock(&cx3->lock);
}

static int cx3_form_command(struct hvsim_vf *vf, char *words)
{
	struct cx3 *cx3 = hvsim_vf_model(vf);

	if (strcmp(words, "error"))
		return -EINVAL;

	mutex_lock(&cx3->lock);
	cx3_comm_fail(cx3);
	mutex_unlock(&cx3->lock);

	return 0;
}

const struct hvsim_vf_form hvsim_vf_connectx3 = {
	.name		= "connectx3",
	.create		= cx3_form_create,
	.start		= cx3_form_start,
	.settle		= cx3_form_settle,
	.tear		= cx3_form_tear,
	.destroy	= cx3_form_destroy,
	.show		= cx3_form_show,
	.command	= cx3_form_command,
};
