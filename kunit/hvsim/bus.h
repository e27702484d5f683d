/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest half: what hv_vmbus does in a real guest, and the rings' far end.
 *
 *	vmbus_drv     bus, drivers, devices	vmbus_attrs  their sysfs files
 *	channel       open, close, send		requestor    request ids
 *	ring_buffer   the guest's end of the rings
 *	channel_mgmt  offers, sub-channels, rescind
 *	gpadl         guest memory the host may use
 *	buffer        memory that is to become one
 *	ranges        guest memory named by one packet
 *	host_ring     the host's end of the rings, interrupts both ways
 *	isolation     whether the host can see the guest's memory
 *
 * Which types a file can see decides the checksum of what it exports, so this
 * header includes no more than <linux/hyperv.h> does already, and a file that
 * exports includes what the in-tree file of that name includes.
 */
#ifndef _HVSIM_BUS_H
#define _HVSIM_BUS_H

#include <linux/hyperv.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define HVSIM_MAX_CHANNELS	64
/* Bytes after each packet: where it began, shifted left by 32. */
#define HVSIM_PKT_TRAILER	8
/* Longest packet that the host takes; 32 ranges of 64 KiB are 4.7 KB. */
#define HVSIM_MAX_PKT		16384

struct hvsim_dev_ops;
struct kvec;

/**
 * struct hvsim_dev - a device that the host offers
 * @hv: what drivers see; its release frees all of this
 * @ops: the host half
 * @priv: the host half's
 * @number: how many were offered before
 * @offer: work that registers @hv, so that the guest's probe holds up nobody
 * @registered: @hv is on the bus; written by @offer
 * @lock: protects @chans and @rescinded; irqs off
 * @chans: by sub-channel index; the first lives as long as the device, the
 *	others until the primary is closed
 * @rescinded: the host took the device away
 * @chans_mutex: taken to free a sub-channel, and to keep all while sleeping
 * @gpadl_lock: protects @gpadls, @gpadls_dead and @gpadl_pinned
 * @gpadls: memory that the guest shares
 * @gpadl_pinned: the primary channel is open: the host may hold addresses of
 *	@gpadls, so one that is torn down stays mapped until it closes
 * @gpadls_dead: those, once it is closed
 * @gpadl_work: frees @gpadls_dead
 */
struct hvsim_dev {
	struct hv_device hv;
	const struct hvsim_dev_ops *ops;
	void *priv;
	unsigned int number;
	struct work_struct offer;
	bool registered;
	spinlock_t lock;		/* chans, rescinded; irqs off */
	struct hvsim_chan *chans[HVSIM_MAX_CHANNELS];
	bool rescinded;
	struct mutex chans_mutex;	/* whoever frees or keeps channels */
	struct mutex gpadl_lock;	/* gpadls, gpadls_dead, gpadl_pinned */
	struct list_head gpadls;
	bool gpadl_pinned;
	struct list_head gpadls_dead;
	struct delayed_work gpadl_work;
};

/**
 * struct hvsim_chan - both ends of a channel
 * @vmbus: what drivers see
 * @dev: the device
 * @index: 0 for the primary channel
 * @priv: the host half's
 * @pages: both rings' memory, guest to host first
 * @npages: how many
 * @block: that they are one allocation of, or NULL
 * @offer: of a sub-channel: work that tells the driver
 * @irq: interrupts the guest on the CPU that the host happens to run on
 * @ipi: interrupts it on another
 * @ipis: how many of those are on their way, 0 or 1
 * @host_mutex: serializes opening and closing on the host side
 * @kick_lock: protects @host_open against whoever wants ->work to run
 * @host_open: the host may use the rings
 * @work: runs the host half's ->work
 * @timer: delayed kick of @work
 * @broken: the guest's indexes or lengths made no sense; host reads no more
 * @reads: packets read, to see whether a run of ->work got on
 * @read_index: the host's place in the guest to host ring; the one in shared
 *	memory is written from it and never read back
 * @write_index: end of what the host wrote to the guest
 * @published: end of what the guest was told of
 * @pkt: copy of the packet last read
 */
struct hvsim_chan {
	struct vmbus_channel vmbus;
	struct hvsim_dev *dev;
	u16 index;
	void *priv;
	struct page **pages;
	unsigned int npages;
	struct page *block;
	struct work_struct offer;
	struct irq_work irq;
	call_single_data_t ipi;
	atomic_t ipis;

	struct mutex host_mutex;	/* opening and closing */
	spinlock_t kick_lock;		/* host_open */
	bool host_open;
	struct work_struct work;
	struct timer_list timer;
	bool broken;
	unsigned long reads;
	u32 read_index;
	u32 write_index;
	u32 published;
	void *pkt;
};

static inline struct hvsim_chan *hvsim_to_chan(struct vmbus_channel *channel)
{
	return container_of(channel, struct hvsim_chan, vmbus);
}

/*
 * Free bytes of a ring, of which a writer must leave one; indexes checked by
 * the caller.
 */
static inline u32 hvsim_ring_free_bytes(u32 read, u32 write, u32 size)
{
	return write >= read ? size - (write - read) : read - write;
}

/* vmbus_drv */
int hvsim_bus_init(void);
void hvsim_bus_exit(void);
int hvsim_bus_add(struct hv_device *hv);
void hvsim_bus_remove(struct hv_device *hv);
extern const struct attribute_group *hvsim_bus_dev_groups[];

/* channel_mgmt */
int hvsim_mgmt_init(void);
void hvsim_mgmt_exit(void);
void hvsim_mgmt_settle_subchannels(struct hvsim_dev *dev);
void hvsim_mgmt_drop_subchannels(struct hvsim_dev *dev);
void hvsim_mgmt_reset_callback(struct vmbus_channel *channel);

/* ring_buffer; sizes in bytes, headers included */
int hvsim_ring_init(struct hvsim_chan *chan, u32 send_size, u32 recv_size);
void hvsim_ring_cleanup(struct hvsim_chan *chan);
int hvsim_ring_write(struct vmbus_channel *channel, const struct kvec *vec,
		     unsigned int count, u64 request);

/* requestor */
int hvsim_requestor_init(struct vmbus_channel *channel);
void hvsim_requestor_cleanup(struct vmbus_channel *channel);

/* gpadl */
u32 hvsim_gpadl_new_handle(void);
int hvsim_gpadl_add(struct hvsim_dev *dev, void *buf, u32 size, u32 *handle);
bool hvsim_gpadl_remove(struct hvsim_dev *dev, u32 handle);
void hvsim_gpadl_init(struct hvsim_dev *dev);
void hvsim_gpadl_pin(struct hvsim_dev *dev);
void hvsim_gpadl_unpin(struct hvsim_dev *dev);
void hvsim_gpadl_free_all(struct hvsim_dev *dev);
bool hvsim_gpadl_has_page(struct hvsim_dev *dev, u64 pfn);

/* host_ring */
int hvsim_host_ring_init(void);
void hvsim_host_ring_exit(void);
void hvsim_host_chan_init(struct hvsim_chan *chan);
int hvsim_host_chan_open(struct hvsim_chan *chan);
void hvsim_host_chan_close(struct hvsim_chan *chan);
void hvsim_host_event(struct vmbus_channel *channel);

#endif /* _HVSIM_BUS_H */
