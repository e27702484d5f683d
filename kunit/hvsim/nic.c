// SPDX-License-Identifier: GPL-2.0-only
/*
 * One synthetic NIC of the host: made and unmade, and what its channels do.
 */
#define pr_fmt(fmt) "hvsim: " fmt

#include "nic.h"

#include <linux/slab.h>
#include <linux/uuid.h>

#include "netvsp.h"
#include "outq.h"
#include "path.h"
#include "rx.h"
#include "vswitch.h"
#include "wire.h"

/* Packets and frames before the other direction gets its turn. */
#define POLL_BATCH	64
/* Turns before other work on this CPU gets one. */
#define POLL_TURNS	32

static int nic_opened(struct hvsim_chan *chan)
{
	struct hvsim_nic *nic = hvsim_dev_priv(hvsim_chan_dev(chan));
	u16 index = hvsim_chan_index(chan);
	struct hvsim_verdict verdict = {};
	struct hvsim_nic_chan *ch;

	if (index >= nic->cfg.channels)
		return -EINVAL;
	hvsim_faults_check(&nic->faults, HVSIM_FAULT_OPEN, index, &verdict);
	if (verdict.drop)
		return -EIO;
	ch = &nic->chans[index];
	hvsim_chan_set_priv(chan, ch);

	down_write(&nic->state);
	if (!index)
		nic->dev = hvsim_chan_dev(chan);
	spin_lock_bh(&ch->lock);
	ch->chan = chan;
	ch->open = true;
	spin_unlock_bh(&ch->lock);
	hvsim_netvsp_opened(ch);
	up_write(&nic->state);
	return 0;
}

static void nic_closed(struct hvsim_chan *chan)
{
	struct hvsim_nic_chan *ch = hvsim_chan_priv(chan);
	struct hvsim_nic *nic = ch->nic;

	down_write(&nic->state);
	spin_lock_bh(&ch->lock);
	ch->open = false;
	ch->chan = NULL;
	spin_unlock_bh(&ch->lock);
	hvsim_outq_purge(ch);
	hvsim_vswitch_purge(ch);
	if (!ch->index)
		hvsim_vswitch_reset(nic);
	hvsim_netvsp_closed(ch);
	up_write(&nic->state);
}

/* Toward the guest; false when its ring is full. */
static bool nic_send(struct hvsim_nic_chan *ch, int *done)
{
	bool room;

	down_read(&ch->nic->state);
	room = !hvsim_out_flush(ch);
	if (room && !ch->nic->nvsp.revoked)
		*done += hvsim_rx_deliver(ch, POLL_BATCH);
	up_read(&ch->nic->state);
	return room;
}

/* From the guest, as long as the wire takes it. */
static void nic_receive(struct hvsim_nic_chan *ch, int *done)
{
	struct hvsim_pkt pkt;
	int i;

	if (hvsim_wire_busy(ch->nic->wire)) {
		hvsim_chan_kick(ch->chan, 1);
		return;
	}
	for (i = 0; i < POLL_BATCH; i++) {
		if (hvsim_chan_read(ch->chan, &pkt))
			break;
		hvsim_netvsp_packet(ch, &pkt);
	}
	*done += i;
}

/*
 * While answers do not fit into its ring, nothing more is read from the guest:
 * it would only make more of them.  ->work runs again when there is room.
 */
static void nic_work(struct hvsim_chan *chan)
{
	struct hvsim_nic_chan *ch = hvsim_chan_priv(chan);
	int turn, done;

	for (turn = 0; turn < POLL_TURNS; turn++) {
		done = 0;
		if (nic_send(ch, &done))
			nic_receive(ch, &done);
		hvsim_chan_signal(chan);
		hvsim_wire_kick(ch->nic->wire);
		if (!done)
			return;
		cond_resched();
	}
	hvsim_chan_kick(chan, 0);
}

static const struct hvsim_dev_ops nic_dev_ops = {
	.opened	= nic_opened,
	.closed	= nic_closed,
	.work	= nic_work,
};

static void nic_offer_work(struct work_struct *work)
{
	struct hvsim_nic *nic = container_of(to_delayed_work(work),
					     struct hvsim_nic, offer_work);
	u16 granted;
	int err;

	down_read(&nic->state);
	granted = nic->nvsp.granted;
	up_read(&nic->state);
	if (!granted)
		return;
	err = hvsim_dev_offer_subchannels(nic->dev, 1, granted);
	if (err)
		pr_info("nic%u: sub-channels not offered: %d\n", nic->cfg.id,
			err);
}

static void nic_unoffer(struct hvsim_nic *nic)
{
	if (test_and_clear_bit(HVSIM_NIC_OFFERED, &nic->flags))
		hvsim_dev_rescind(nic->dev);
}

static void nic_rescind_work(struct work_struct *work)
{
	nic_unoffer(container_of(work, struct hvsim_nic, rescind_work));
}

static void nic_init_chan(struct hvsim_nic *nic, u16 index)
{
	struct hvsim_nic_chan *ch = &nic->chans[index];

	ch->nic = nic;
	ch->index = index;
	skb_queue_head_init(&ch->rxq);
	hvsim_outq_init(ch);
}

static struct hvsim_nic *nic_alloc(const struct hvsim_nic_cfg *cfg)
{
	struct hvsim_nic *nic;
	u16 i;

	nic = kvzalloc(struct_size(nic, chans, cfg->channels), GFP_KERNEL);
	if (!nic)
		return NULL;
	nic->cfg = *cfg;
	nic->speed = cfg->speed;
	mutex_init(&nic->ctl);
	init_rwsem(&nic->state);
	spin_lock_init(&nic->rxbuf.lock);
	INIT_DELAYED_WORK(&nic->offer_work, nic_offer_work);
	INIT_WORK(&nic->rescind_work, nic_rescind_work);
	hvsim_stats_init(&nic->stats);
	hvsim_faults_init(&nic->faults);
	hvsim_vswitch_init(nic);
	hvsim_path_init(nic);
	for (i = 0; i < cfg->channels; i++)
		nic_init_chan(nic, i);
	return nic;
}

/* f8615163-0000-1000-2000-00155d00<N> */
static guid_t nic_instance(u16 id)
{
	guid_t instance = GUID_INIT(0xf8615163, 0x0000, 0x1000, 0x20, 0x00,
				    0x00, 0x15, 0x5d, 0x00, 0x00, 0x00);

	instance.b[14] = id >> 8;
	instance.b[15] = id & 0xff;
	return instance;
}

static int nic_offer(struct hvsim_nic *nic)
{
	guid_t instance = nic_instance(nic->cfg.id);
	struct hvsim_dev *dev;

	set_bit(HVSIM_NIC_OFFERED, &nic->flags);
	dev = hvsim_dev_offer(&instance, &nic_dev_ops, nic);
	if (IS_ERR(dev)) {
		clear_bit(HVSIM_NIC_OFFERED, &nic->flags);
		return PTR_ERR(dev);
	}
	nic->dev = dev;	/* what nic_opened() may have put there already */
	pr_info("nic%u: offered, %u channels\n", nic->cfg.id,
		nic->cfg.channels);
	return 0;
}

/**
 * hvsim_nic_create - make a NIC and its wire, and offer it to the guest
 * @cfg: what it is like; copied
 *
 * Context: process; takes the RTNL.
 * Return: the NIC, or an error pointer.
 */
struct hvsim_nic *hvsim_nic_create(const struct hvsim_nic_cfg *cfg)
{
	struct hvsim_nic *nic = nic_alloc(cfg);
	int err;

	if (!nic)
		return ERR_PTR(-ENOMEM);
	nic->wire = hvsim_wire_create(cfg->id, cfg->max_mtu,
				      hvsim_vswitch_from_wire, nic);
	if (IS_ERR(nic->wire)) {
		err = PTR_ERR(nic->wire);
		goto err_free;
	}
	err = nic_offer(nic);
	if (err)
		goto err_wire;
	return nic;

err_wire:
	hvsim_wire_destroy(nic->wire);
err_free:
	kvfree(nic);
	return ERR_PTR(err);
}

/**
 * hvsim_nic_destroy - rescind a NIC and remove its wire
 * @nic: the NIC; nobody else refers to it any more
 *
 * Order: the VF first, as it sends to the wire; then the device, whose
 * channels do; then the works that may still offer or rescind it; the wire
 * last, since until here its frames could reach all of that.
 *
 * Context: process; takes the RTNL; waits for the guest's remove.
 */
void hvsim_nic_destroy(struct hvsim_nic *nic)
{
	mutex_lock(&nic->ctl);
	if (nic->vf.plugged)
		hvsim_path_pull(nic, false);
	mutex_unlock(&nic->ctl);
	nic_unoffer(nic);
	cancel_delayed_work_sync(&nic->offer_work);
	cancel_work_sync(&nic->rescind_work);
	hvsim_wire_destroy(nic->wire);
	hvsim_faults_clear(&nic->faults);
	pr_info("nic%u: gone\n", nic->cfg.id);
	kvfree(nic);
}

/**
 * hvsim_nic_crash - the guest's kernel is gone without a word
 * @nic: the NIC
 *
 * What VMBus sees of that is CHANNELMSG_UNLOAD, from the crashed kernel's last
 * breath or from the next kernel: the host's ends of all channels close, with
 * neither HALT nor REVOKE nor a switch of the data path before it.  Whatever a
 * driver sends afterwards nobody reads.  The VF stays, and so does the data
 * path, though a channel that is closed in order takes it along: the worst
 * that a host can do.
 *
 * Context: process; hvsim_nic.ctl held; waits for the guest's remove.
 * Return: 0 or -ENOENT.
 */
int hvsim_nic_crash(struct hvsim_nic *nic)
{
	enum hvsim_path path = READ_ONCE(nic->sw.path);

	if (!test_and_clear_bit(HVSIM_NIC_OFFERED, &nic->flags))
		return -ENOENT;
	hvsim_dev_rescind(nic->dev);
	cancel_delayed_work_sync(&nic->offer_work);
	return path == HVSIM_PATH_VF ? hvsim_path_set(nic, path) : 0;
}

/**
 * hvsim_nic_boot - the guest's next kernel asks for offers
 * @nic: the NIC
 *
 * Context: process; hvsim_nic.ctl held.
 * Return: 0; -EEXIST if it is offered; another errno.
 */
int hvsim_nic_boot(struct hvsim_nic *nic)
{
	if (test_bit(HVSIM_NIC_OFFERED, &nic->flags))
		return -EEXIST;
	/* what rescinded it is done with it */
	flush_work(&nic->rescind_work);
	return nic_offer(nic);
}
