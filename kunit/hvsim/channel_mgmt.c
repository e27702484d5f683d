// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices and channels come and go: offers, sub-channels, rescind.
 */
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/cpu.h>
#include <linux/hyperv.h>
#include <linux/sched/isolation.h>
#include <linux/bitops.h>
#include <linux/atomic.h>
#include <linux/tracepoint.h>

#include "arch.h"
#include "bus.h"
#include "chan.h"

#define HVSIM_VENDOR_MICROSOFT	0x1414
/* An unload waits for devices that someone still refers to; say so this often. */
#define HVSIM_EXIT_NAG_MS	5000

static const guid_t hvsim_nic_class =
	GUID_INIT(0xf8615163, 0xdf3e, 0x46c5, 0x91, 0x3f,
		  0xf2, 0xd2, 0xf9, 0x65, 0xed, 0x0e);

/* Offers of devices and of sub-channels: as in a guest, neither blocks the other. */
static struct workqueue_struct *hvsim_primary_wq;
static struct workqueue_struct *hvsim_sub_wq;
static atomic_t hvsim_relids = ATOMIC_INIT(0);
static atomic_t hvsim_offers = ATOMIC_INIT(-1);
static atomic_t hvsim_devices = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(hvsim_devices_gone);

void vmbus_set_sc_create_callback(struct vmbus_channel *primary_channel,
				  void (*sc_cr_cb)(struct vmbus_channel *new_sc))
{
	WRITE_ONCE(primary_channel->sc_creation_callback, sc_cr_cb);
}
EXPORT_SYMBOL_GPL(vmbus_set_sc_create_callback);

/**
 * hvsim_mgmt_reset_callback() - the guest hears no more of a channel
 * @channel: channel that is closed or rescinded
 *
 * Context: any.  When it returns, the driver's callback does not run and will
 * not run again until the channel is opened anew.
 */
void hvsim_mgmt_reset_callback(struct vmbus_channel *channel)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->sched_lock, flags);
	channel->onchannel_callback = NULL;
	spin_unlock_irqrestore(&channel->sched_lock, flags);
}

/*
 * Spread over the CPUs: each NIC begins with another, and its channels share
 * one only when they are more.
 */
static u32 hvsim_mgmt_cpu(const struct hvsim_dev *dev, u16 index)
{
	unsigned int skip = (dev->number + index) % num_online_cpus();
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (!skip--)
			return cpu;

	return 0;
}

static struct hvsim_chan *hvsim_chan_alloc(struct hvsim_dev *dev, u16 index)
{
	struct vmbus_channel *channel;
	struct hvsim_chan *chan;

	chan = kzalloc(sizeof(*chan), GFP_KERNEL);
	if (!chan)
		return NULL;

	chan->dev = dev;
	chan->index = index;

	channel = &chan->vmbus;
	spin_lock_init(&channel->sched_lock);
	spin_lock_init(&channel->requestor.req_lock);
	spin_lock_init(&channel->inbound.ring_lock);
	spin_lock_init(&channel->outbound.ring_lock);
	mutex_init(&channel->inbound.ring_buffer_mutex);
	mutex_init(&channel->outbound.ring_buffer_mutex);
	init_completion(&channel->rescind_event);
	INIT_LIST_HEAD(&channel->listentry);
	INIT_LIST_HEAD(&channel->sc_list);

	channel->state = CHANNEL_OPEN_STATE;
	channel->device_id = HV_NIC;
	channel->is_dedicated_interrupt = true;
	channel->target_cpu = hvsim_mgmt_cpu(dev, index);
	channel->offermsg.header.msgtype = CHANNELMSG_OFFERCHANNEL;
	channel->offermsg.child_relid = atomic_inc_return(&hvsim_relids);
	channel->offermsg.connection_id = channel->offermsg.child_relid;
	channel->offermsg.is_dedicated_interrupt = 1;
	channel->offermsg.offer.sub_channel_index = index;
	channel->offermsg.offer.if_type = dev->hv.dev_type;
	channel->offermsg.offer.if_instance = dev->hv.dev_instance;

	hvsim_host_chan_init(chan);

	return chan;
}

static void hvsim_sub_offer(struct work_struct *work)
{
	struct hvsim_chan *chan = container_of(work, struct hvsim_chan, offer);
	void (*callback)(struct vmbus_channel *new_sc);

	callback = READ_ONCE(chan->vmbus.primary_channel->sc_creation_callback);
	if (callback)
		callback(&chan->vmbus);
	chan->vmbus.probe_done = true;
}

/* Make the channel known; -EBUSY: there is one of that number. */
static int hvsim_mgmt_link(struct hvsim_dev *dev, struct hvsim_chan *chan)
{
	struct hvsim_chan *primary = dev->chans[0];
	int err = 0;

	spin_lock_irq(&dev->lock);
	if (dev->rescinded) {
		err = -ENODEV;
	} else if (dev->chans[chan->index]) {
		err = -EBUSY;
	} else {
		chan->vmbus.primary_channel = &primary->vmbus;
		list_add_tail(&chan->vmbus.sc_list, &primary->vmbus.sc_list);
		dev->chans[chan->index] = chan;
	}
	spin_unlock_irq(&dev->lock);

	return err;
}

int hvsim_dev_offer_subchannels(struct hvsim_dev *dev, u16 first, u16 count)
{
	struct hvsim_chan *chan;
	unsigned int i;
	int err;

	if (!first || first + count > HVSIM_MAX_CHANNELS)
		return -ERANGE;

	for (i = first; i < first + count; i++) {
		chan = hvsim_chan_alloc(dev, i);
		if (!chan)
			return -ENOMEM;

		INIT_WORK(&chan->offer, hvsim_sub_offer);
		err = hvsim_mgmt_link(dev, chan);
		if (err) {
			kfree(chan);
			return err;
		}
		queue_work(hvsim_sub_wq, &chan->offer);
	}

	return 0;
}

/**
 * hvsim_mgmt_settle_subchannels() - wait until no sub-channel is being offered
 * @dev: device whose driver closes it
 *
 * Context: process.  The driver's sub-channel callback runs inside the wait.
 */
void hvsim_mgmt_settle_subchannels(struct hvsim_dev *dev)
{
	struct hvsim_chan *chan;
	unsigned int i;

	for (i = 1; i < HVSIM_MAX_CHANNELS; i++) {
		chan = READ_ONCE(dev->chans[i]);
		if (chan)
			cancel_work_sync(&chan->offer);
	}
}

/**
 * hvsim_mgmt_drop_subchannels() - the host takes its sub-channels back
 * @dev: device whose channels are all closed
 *
 * Context: process.  The channels are freed after a grace period.
 */
void hvsim_mgmt_drop_subchannels(struct hvsim_dev *dev)
{
	struct hvsim_chan *chan;
	unsigned int i;

	/* Against a rescind, which closes the host side of what it finds. */
	mutex_lock(&dev->chans_mutex);
	for (i = 1; i < HVSIM_MAX_CHANNELS; i++) {
		spin_lock_irq(&dev->lock);
		chan = dev->chans[i];
		dev->chans[i] = NULL;
		if (chan) {
			chan->vmbus.rescind = true;
			list_del(&chan->vmbus.sc_list);
		}
		spin_unlock_irq(&dev->lock);
		if (!chan)
			continue;

		cancel_work_sync(&chan->offer);
		kfree_rcu(chan, vmbus.rcu);
	}
	mutex_unlock(&dev->chans_mutex);
}

static void hvsim_dev_release(struct device *device)
{
	struct hv_device *hv = device_to_hv_device(device);
	struct hvsim_dev *dev = container_of(hv, struct hvsim_dev, hv);

	hvsim_mgmt_drop_subchannels(dev);
	hvsim_gpadl_free_all(dev);
	kfree_rcu(dev->chans[0], vmbus.rcu);
	kfree(dev);
	if (atomic_dec_and_test(&hvsim_devices))
		wake_up(&hvsim_devices_gone);
}

static void hvsim_primary_offer(struct work_struct *work)
{
	struct hvsim_dev *dev = container_of(work, struct hvsim_dev, offer);
	int err;

	err = hvsim_bus_add(&dev->hv);
	if (err)
		pr_warn("hvsim: %s: cannot register: %d\n",
			dev_name(&dev->hv.device), err);
	else
		dev->registered = true;
	dev->chans[0]->vmbus.probe_done = true;
}

static void hvsim_dev_init(struct hvsim_dev *dev, const guid_t *instance,
			   const struct hvsim_dev_ops *ops, void *priv)
{
	struct hv_device *hv = &dev->hv;

	dev->ops = ops;
	dev->priv = priv;
	dev->number = atomic_inc_return(&hvsim_offers);
	spin_lock_init(&dev->lock);
	mutex_init(&dev->chans_mutex);
	hvsim_gpadl_init(dev);
	INIT_WORK(&dev->offer, hvsim_primary_offer);

	hv->dev_type = hvsim_nic_class;
	hv->dev_instance = *instance;
	hv->vendor_id = HVSIM_VENDOR_MICROSOFT;
	hv->device_id = HV_NIC;
	device_initialize(&hv->device);
	hv->device.release = hvsim_dev_release;
	atomic_inc(&hvsim_devices);
}

struct hvsim_dev *hvsim_dev_offer(const guid_t *instance,
				  const struct hvsim_dev_ops *ops, void *priv)
{
	struct hvsim_dev *dev;
	struct hvsim_chan *chan;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return ERR_PTR(-ENOMEM);

	hvsim_dev_init(dev, instance, ops, priv);
	chan = hvsim_chan_alloc(dev, 0);
	if (!chan || dev_set_name(&dev->hv.device, "%pUl", instance)) {
		dev->chans[0] = chan;
		put_device(&dev->hv.device);
		return ERR_PTR(-ENOMEM);
	}

	chan->vmbus.device_obj = &dev->hv;
	dev->hv.channel = &chan->vmbus;
	dev->chans[0] = chan;
	queue_work(hvsim_primary_wq, &dev->offer);

	return dev;
}

void hvsim_dev_mark_rescinded(struct hvsim_dev *dev)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&dev->lock, flags);
	dev->rescinded = true;
	for (i = 0; i < HVSIM_MAX_CHANNELS; i++) {
		struct hvsim_chan *chan = dev->chans[i];

		if (!chan)
			continue;
		/* No callback once the driver can see that it is rescinded. */
		hvsim_mgmt_reset_callback(&chan->vmbus);
		chan->vmbus.rescind = true;
		complete(&chan->vmbus.rescind_event);
	}
	spin_unlock_irqrestore(&dev->lock, flags);
}

void hvsim_dev_rescind(struct hvsim_dev *dev)
{
	unsigned int i;

	hvsim_dev_mark_rescinded(dev);
	mutex_lock(&dev->chans_mutex);
	hvsim_mgmt_settle_subchannels(dev);
	for (i = HVSIM_MAX_CHANNELS; i-- > 0;)
		if (dev->chans[i])
			hvsim_host_chan_close(dev->chans[i]);
	mutex_unlock(&dev->chans_mutex);

	flush_work(&dev->offer);
	if (dev->registered)
		hvsim_bus_remove(&dev->hv);
	put_device(&dev->hv.device);
}

void *hvsim_dev_priv(struct hvsim_dev *dev)
{
	return dev->priv;
}

int hvsim_dev_power(struct hvsim_dev *dev, bool on)
{
	struct device *device = &dev->hv.device;
	int (*op)(struct hv_device *hv) = NULL;
	int err = -EOPNOTSUPP;

	device_lock(device);
	if (device->driver && !on)
		op = drv_to_hv_drv(device->driver)->suspend;
	else if (device->driver)
		op = drv_to_hv_drv(device->driver)->resume;
	if (op)
		err = op(&dev->hv);
	device_unlock(device);

	return err;
}

struct hvsim_chan *hvsim_dev_chan(struct hvsim_dev *dev, u16 index)
{
	return index < HVSIM_MAX_CHANNELS ? READ_ONCE(dev->chans[index]) : NULL;
}

/**
 * hvsim_mgmt_init() - make ready to offer devices
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int hvsim_mgmt_init(void)
{
	hvsim_primary_wq = alloc_workqueue("hvsim_offer", WQ_UNBOUND, 0);
	if (!hvsim_primary_wq)
		return -ENOMEM;

	hvsim_sub_wq = alloc_workqueue("hvsim_sub", WQ_UNBOUND, 0);
	if (!hvsim_sub_wq) {
		destroy_workqueue(hvsim_primary_wq);
		return -ENOMEM;
	}

	return 0;
}

/**
 * hvsim_mgmt_exit() - wait until the last device is released
 *
 * Context: process.  Every device is rescinded.  The wait has no bound,
 * because the release is code of this module.
 */
void hvsim_mgmt_exit(void)
{
	while (!wait_event_timeout(hvsim_devices_gone,
				   !atomic_read(&hvsim_devices),
				   msecs_to_jiffies(HVSIM_EXIT_NAG_MS)))
		pr_info("hvsim: %d devices still in use\n",
			atomic_read(&hvsim_devices));
	destroy_workqueue(hvsim_sub_wq);
	destroy_workqueue(hvsim_primary_wq);
	/* Channels are freed by RCU, in core code: nothing to wait for. */
}
