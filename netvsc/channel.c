// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels: each has two rings, a NAPI instance and a queue in each direction.
 * The only reader of a ring is its channel's poll.
 */
#include "channel.h"

#include <linux/delay.h>
#include <linux/slab.h>

#include "bus.h"
#include "netvsc.h"
#include "nvsp.h"
#include "rndis.h"
#include "xdp.h"

/*
 * Completions, and packets that hold no frame for the stack, are cheap beside
 * received frames, but not free: a poll that meets nothing else has to end too.
 */
#define NETVSC_POLL_OTHERS	256

/* The end of a poll is some instructions; it may have been interrupted. */
#define NETVSC_POLL_END_US	10

static unsigned int netvsc_ring_pages __ro_after_init =
	NETVSC_RING_PAGES_DEFAULT;

/**
 * netvsc_channels_set_ring_pages() - size of the rings of all channels
 * @pages: pages of each ring, checked by the caller
 *
 * Context: module initialisation.
 */
void __init netvsc_channels_set_ring_pages(unsigned int pages)
{
	netvsc_ring_pages = pages;
}

/* ---- polling ---- */

/* What a poll may still do, and has done. */
struct netvsc_poll_work {
	int budget;
	int frames;
	int others;
};

static void netvsc_poll_completion(struct netvsc_channel *ch,
				   const struct vmpacket_descriptor *desc,
				   int budget)
{
	struct netvsc_device *nvdev = ch->nvdev;
	const void *msg = hv_pkt_data(desc);
	u32 len = hv_pkt_datalen(desc);
	u64 id = desc->trans_id;
	bool good = false;

	switch (netvsc_req_id_kind(id)) {
	case NETVSC_REQ_TX:
		/* pairs with the release in netvsc_channels_start_tx() */
		if (smp_load_acquire(&ch->tx_ready)) {
			netvsc_tx_complete(ch, id, msg, len, budget);
			good = true;
		}
		break;
	case NETVSC_REQ_INIT:
	case NETVSC_REQ_RECV_BUF:
	case NETVSC_REQ_SEND_BUF:
	case NETVSC_REQ_SUBCHANNEL:
	case NETVSC_REQ_SWITCH_PATH:
		good = netvsc_nvsp_complete(nvdev, id, msg, len);
		break;
	case NETVSC_REQ_RNDIS:
		good = netvsc_rndis_sent(nvdev, id, msg, len);
		break;
	}
	if (!good)
		atomic_long_inc(&nvdev->nv->stats.host_bad_completion);
}

static void netvsc_poll_owe_answer(struct netvsc_channel *ch, u64 trans_id)
{
	if (ch->num_answers < NETVSC_MAX_ANSWERS)
		ch->answers[ch->num_answers++] = trans_id;
	else
		atomic_long_inc(&ch->nvdev->nv->stats.host_bad_message);
}

static void netvsc_poll_inband(struct netvsc_channel *ch,
			       const struct vmpacket_descriptor *desc)
{
	bool want = desc->flags & VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED;

	if (netvsc_nvsp_receive(ch->nvdev, hv_pkt_data(desc),
				hv_pkt_datalen(desc), desc->trans_id, want))
		netvsc_poll_owe_answer(ch, desc->trans_id);
}

/* Ranges of a receive buffer that the host was not told of, or is rid of. */
static void netvsc_poll_early_pages(struct netvsc_channel *ch,
				    const struct vmpacket_descriptor *desc)
{
	atomic_long_inc(&ch->nvdev->nv->stats.host_bad_packet);
	netvsc_poll_owe_answer(ch, desc->trans_id);
}

static void netvsc_poll_packet(struct netvsc_channel *ch,
			       const struct vmpacket_descriptor *desc,
			       struct netvsc_poll_work *work)
{
	int frames = 0;

	switch (desc->type) {
	case VM_PKT_COMP:
		netvsc_poll_completion(ch, desc, work->budget);
		break;
	case VM_PKT_DATA_USING_XFER_PAGES:
		/* pairs with the release in netvsc_channel_start_rx() */
		if (smp_load_acquire(&ch->rx_ready))
			frames = netvsc_rx_packet(ch, desc);
		else
			netvsc_poll_early_pages(ch, desc);
		break;
	case VM_PKT_DATA_INBAND:
		netvsc_poll_inband(ch, desc);
		break;
	default:
		atomic_long_inc(&ch->nvdev->nv->stats.host_bad_message);
		break;
	}

	work->frames += frames;
	if (!frames)
		work->others++;
}

/* With no budget, netpoll only wants its transmissions completed. */
static bool netvsc_poll_may_take(struct netvsc_channel *ch,
				 const struct vmpacket_descriptor *desc,
				 const struct netvsc_poll_work *work)
{
	/* one that cannot be acknowledged has to wait */
	if (desc->type == VM_PKT_DATA_USING_XFER_PAGES && netvsc_rx_full(ch))
		return false;
	if (work->others >= NETVSC_POLL_OTHERS)
		return false;
	if (!work->budget)
		return desc->type == VM_PKT_COMP;
	return work->frames < work->budget;
}

/* True if all packets were taken. */
static bool netvsc_poll_ring(struct netvsc_channel *ch,
			     struct netvsc_poll_work *work)
{
	const struct vmpacket_descriptor *desc;

	desc = hv_pkt_iter_first(ch->vmbus);
	while (desc && netvsc_poll_may_take(ch, desc, work)) {
		netvsc_poll_packet(ch, desc, work);
		desc = __hv_pkt_iter_next(ch->vmbus, desc);
	}

	/* also when packets are left: the host shall have the room now */
	hv_pkt_iter_close(ch->vmbus);
	return !desc;
}

/* Send the empty completions that are owed; false if some had to wait. */
static bool netvsc_poll_answers(struct netvsc_channel *ch)
{
	int err;

	while (ch->num_answers) {
		err = netvsc_bus_complete(ch->vmbus, NULL, 0,
					  ch->answers[ch->num_answers - 1]);
		if (err == -EAGAIN)
			return false;
		ch->num_answers--;
	}
	return true;
}

static bool netvsc_poll_finish(struct netvsc_channel *ch)
{
	bool done = netvsc_poll_answers(ch);

	if (READ_ONCE(ch->rx_ready)) {
		netvsc_xdp_poll_end(ch);
		if (!netvsc_rx_ack(ch))
			done = false;
	}
	/* pairs with the release in netvsc_channels_start_tx() */
	if (smp_load_acquire(&ch->tx_ready))
		netvsc_tx_poll_end(ch);
	return done;
}

/*
 * What comes between the last look at the ring and the unmasking of interrupts
 * raises none: hv_end_read() looks again.  By then the poll has ended for those
 * who disable NAPI, so it is counted: they shall not take the ring away.
 */
static void netvsc_poll_end(struct netvsc_channel *ch, int frames)
{
	struct hv_ring_buffer_info *inbound = &ch->vmbus->inbound;

	atomic_inc(&ch->polls_ending);
	if (napi_complete_done(&ch->napi, frames) && hv_end_read(inbound) &&
	    napi_schedule_prep(&ch->napi)) {
		hv_begin_read(inbound);
		__napi_schedule(&ch->napi);
	}
	/* pairs with the acquire in netvsc_channel_stop_polls() */
	atomic_dec_return_release(&ch->polls_ending);
}

static int netvsc_poll(struct napi_struct *napi, int budget)
{
	struct netvsc_channel *ch =
		container_of(napi, struct netvsc_channel, napi);
	struct netvsc_poll_work work = { .budget = budget };
	bool done;

	done = netvsc_poll_ring(ch, &work);
	done &= netvsc_poll_finish(ch);
	if (!budget)
		return 0;
	if (!done || work.frames >= budget)
		return budget;

	netvsc_poll_end(ch, work.frames);
	return work.frames;
}

/* The host has put something into an empty ring.  Interrupts are off. */
static void netvsc_channel_interrupt(void *context)
{
	struct netvsc_channel *ch = context;

	if (napi_schedule_prep(&ch->napi)) {
		hv_begin_read(&ch->vmbus->inbound);
		__napi_schedule(&ch->napi);
	}
}

/* ---- opening ---- */

static void netvsc_channel_free(struct netvsc_channel *ch)
{
	netvsc_tx_free(ch);
	netvsc_rx_free(ch);
	kfree(ch);
}

static struct netvsc_channel *
netvsc_channel_alloc(struct netvsc_device *nvdev, struct vmbus_channel *vmbus,
		     u16 index)
{
	struct netvsc_channel *ch;

	ch = kzalloc(sizeof(*ch), GFP_KERNEL);
	if (!ch)
		return NULL;

	ch->nvdev = nvdev;
	ch->vmbus = vmbus;
	ch->index = index;
	ch->stats = &nvdev->nv->queue_stats[index];
	if (netvsc_rx_init(ch)) {
		netvsc_channel_free(ch);
		return NULL;
	}
	nvdev->channels[index] = ch;
	return ch;
}

static int netvsc_channel_open(struct netvsc_channel *ch)
{
	struct vmbus_channel *vmbus = ch->vmbus;
	u32 ring_bytes = VMBUS_RING_SIZE(netvsc_ring_pages * HV_HYP_PAGE_SIZE);
	int err;

	/* our own ids go to the host as they are */
	vmbus->next_request_id_callback = NULL;
	vmbus->request_addr_callback = NULL;
	vmbus->rqstor_size = 0;
	vmbus->max_pkt_size = NETVSC_MAX_PKT_SIZE;
	set_channel_read_mode(vmbus, HV_CALL_ISR);

	/* the host may interrupt before vmbus_open() returns */
	netif_napi_add(ch->nvdev->nv->ndev, &ch->napi, netvsc_poll);
	napi_enable(&ch->napi);

	err = vmbus_open(vmbus, ring_bytes, ring_bytes, NULL, 0,
			 netvsc_channel_interrupt, ch);
	if (err) {
		napi_disable(&ch->napi);
		netif_napi_del(&ch->napi);
		return err;
	}
	return 0;
}

/**
 * netvsc_channels_alloc() - have the memory of the primary channel
 * @nvdev: the device, not connected yet
 *
 * Another device may carry the traffic meanwhile.
 *
 * Context: RTNL.
 * Return: 0; -ENOMEM, and netvsc_channels_free() is still due.
 */
int netvsc_channels_alloc(struct netvsc_device *nvdev)
{
	struct netvsc_channel *ch;

	ch = netvsc_channel_alloc(nvdev, netvsc_primary(nvdev), 0);
	return ch ? netvsc_tx_alloc(ch) : -ENOMEM;
}

/**
 * netvsc_channels_open() - open the primary channel
 * @nvdev: the device
 *
 * Only messages without pages are taken from it yet.
 *
 * Context: RTNL.
 * Return: 0 or an errno.
 */
int netvsc_channels_open(struct netvsc_device *nvdev)
{
	int err;

	err = netvsc_channel_open(nvdev->channels[0]);
	if (!err)
		nvdev->num_channels = 1;
	return err;
}

/**
 * netvsc_channels_start_rx() - take pages from the primary channel
 * @nvdev: the device, its receive buffer in place
 *
 * Context: RTNL.
 * Return: 0.
 */
int netvsc_channels_start_rx(struct netvsc_device *nvdev)
{
	/* pairs with the acquire in netvsc_poll_packet() */
	smp_store_release(&nvdev->channels[0]->rx_ready, true);
	return 0;
}

/**
 * netvsc_channel_add_sub() - open a sub-channel, which receives at once
 * @nvdev: the device, its primary channel open
 * @vmbus: the sub-channel
 * @index: that it is to have; nobody has it
 *
 * Context: process, under the bus's lock for offers.
 * Return: 0 or an errno.
 */
int netvsc_channel_add_sub(struct netvsc_device *nvdev,
			   struct vmbus_channel *vmbus, u16 index)
{
	struct netvsc_channel *ch;
	int err;

	ch = netvsc_channel_alloc(nvdev, vmbus, index);
	if (!ch)
		return -ENOMEM;
	ch->rx_ready = true;
	err = netvsc_channel_open(ch);
	if (err) {
		nvdev->channels[index] = NULL;
		netvsc_channel_free(ch);
	}
	return err;
}

/**
 * netvsc_channels_count() - find out which channels can be queues
 * @nvdev: the device; no channel is being opened
 *
 * Queues are numbered without gaps.  A channel above a gap cannot be closed
 * alone; it stays and receives, in the name of the first queue.
 *
 * Context: RTNL.
 * Return: their number.
 */
u16 netvsc_channels_count(struct netvsc_device *nvdev)
{
	u16 n = 1, i;

	while (n < NETVSC_MAX_CHANNELS && nvdev->channels[n])
		n++;
	for (i = n; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i])
			WRITE_ONCE(nvdev->channels[i]->index, 0);
	return n;
}

/* Tell the stack which queue is polled by whom; others by nobody. */
static void netvsc_channels_link_queues(struct netvsc_device *nvdev, u16 queues)
{
	struct net_device *ndev = nvdev->nv->ndev;
	struct napi_struct *napi;
	int i;

	for (i = 0; i < nvdev->usable_channels; i++) {
		napi = i < queues ? &nvdev->channels[i]->napi : NULL;
		netif_queue_set_napi(ndev, i, NETDEV_QUEUE_TYPE_RX, napi);
		netif_queue_set_napi(ndev, i, NETDEV_QUEUE_TYPE_TX, napi);
	}
}

/**
 * netvsc_channels_start_tx() - make the transmit side of channels
 * @nvdev: the device; @nvdev->tx_shares is set
 * @channels: how many of them shall have one
 *
 * Those that have one keep it.
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM.
 */
int netvsc_channels_start_tx(struct netvsc_device *nvdev, u16 channels)
{
	struct netvsc_channel *ch;
	int err, i;

	for (i = 0; i < channels; i++) {
		ch = nvdev->channels[i];
		if (ch->tx_ready)
			continue;
		err = netvsc_tx_init(ch);
		if (err)
			return err;
		/* pairs with the acquire in netvsc_poll_completion() */
		smp_store_release(&ch->tx_ready, true);
	}
	return 0;
}

/**
 * netvsc_channels_use() - make queues of channels
 * @nvdev: the device
 * @channels: how many, 1 to @nvdev->usable_channels, with a transmit side
 *
 * Context: RTNL; frames may be on their way.
 */
void netvsc_channels_use(struct netvsc_device *nvdev, u16 channels)
{
	netvsc_channels_link_queues(nvdev, channels);
	/* pairs with the dependency of channels[] upon it */
	smp_store_release(&nvdev->num_channels, channels);
}

static bool netvsc_channel_idle(struct netvsc_channel *ch)
{
	return !hv_get_bytes_to_read(&ch->vmbus->inbound) &&
	       !READ_ONCE(ch->num_answers) &&
	       (!ch->rx_ready || netvsc_rx_idle(ch)) &&
	       (!ch->tx_ready || netvsc_tx_idle(ch));
}

/**
 * netvsc_channels_idle() - neither side owes the other anything
 * @nvdev: the device
 *
 * Context: process.
 * Return: true if so.
 */
bool netvsc_channels_idle(const struct netvsc_device *nvdev)
{
	int i;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i] &&
		    !netvsc_channel_idle(nvdev->channels[i]))
			return false;
	return true;
}

/**
 * netvsc_channels_sent() - the host has completed all frames
 * @nvdev: the device; nobody transmits
 *
 * Context: process.
 * Return: true if so.
 */
bool netvsc_channels_sent(const struct netvsc_device *nvdev)
{
	int i;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i] && nvdev->channels[i]->tx_ready &&
		    !netvsc_tx_idle(nvdev->channels[i]))
			return false;
	return true;
}

/* No poll looks at the ring any more. */
static void netvsc_channel_stop_polls(struct netvsc_channel *ch)
{
	napi_disable(&ch->napi);
	/* pairs with the release in netvsc_poll_end() */
	while (atomic_read_acquire(&ch->polls_ending))
		usleep_range(NETVSC_POLL_END_US, 2 * NETVSC_POLL_END_US);
}

/**
 * netvsc_channels_close() - close all channels
 * @nvdev: the device, its primary channel open; nothing is transmitted any more
 *
 * Others may look at the device and its channels until they are freed, but not
 * at the rings.
 *
 * Context: RTNL; sleeps.
 */
void netvsc_channels_close(struct netvsc_device *nvdev)
{
	int i;

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i])
			netvsc_channel_stop_polls(nvdev->channels[i]);
	netvsc_channels_link_queues(nvdev, 0);
	for (i = 0; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i])
			__netif_napi_del(&nvdev->channels[i]->napi);

	/* closes the sub-channels first; they may be gone afterwards */
	vmbus_close(netvsc_primary(nvdev));

	for (i = 0; i < NETVSC_MAX_CHANNELS; i++)
		if (nvdev->channels[i] && nvdev->channels[i]->tx_ready)
			netvsc_tx_purge(nvdev->channels[i]);
	nvdev->usable_channels = 0;
}

/**
 * netvsc_channels_free() - free what closed channels had
 * @nvdev: the device, which is not the interface's any more
 *
 * This takes milliseconds; another device may carry the traffic meanwhile.
 *
 * Context: RTNL; sleeps.
 */
void netvsc_channels_free(struct netvsc_device *nvdev)
{
	struct netvsc_channel *ch;
	int i;

	/*
	 * netpoll walks the list of NAPI instances under RCU, and others look
	 * at the device.
	 */
	synchronize_net();
	for (i = 0; i < NETVSC_MAX_CHANNELS; i++) {
		ch = nvdev->channels[i];
		nvdev->channels[i] = NULL;
		if (ch)
			netvsc_channel_free(ch);
	}
}

/**
 * netvsc_channel_answer() - complete a message that came on the primary channel
 * @nvdev: the device, its channels open
 * @trans_id: the message's transaction id
 *
 * Context: any.
 * Return: 0; -EAGAIN if the ring is full; another errno if the host is gone.
 */
int netvsc_channel_answer(struct netvsc_device *nvdev, u64 trans_id)
{
	return netvsc_bus_complete(netvsc_primary(nvdev), NULL, 0, trans_id);
}
