/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host half sees of a VMBus device.  Apart from hvsim.h, because a
 * file that exports VMBus symbols must not see the types of networking: they
 * would change the symbols' checksums.
 */
#ifndef _HVSIM_CHAN_H
#define _HVSIM_CHAN_H

#include <linux/hyperv.h>
#include <linux/types.h>

struct hvsim_dev;
struct hvsim_chan;

/**
 * struct hvsim_pkt - a packet read from a channel's guest to host ring
 * @type: enum vmbus_packet_type
 * @want_completion: the guest asked for a completion
 * @trans_id: the guest's transaction id
 * @data: message after the descriptor and its ranges; a copy
 * @len: bytes of @data
 * @ranges: of a VM_PKT_DATA_USING_GPA_DIRECT packet: the packed ranges
 *	(struct gpa_range with its PFNs, one after the other); a copy
 * @ranges_len: bytes of @ranges
 * @num_ranges: how many ranges the descriptor announced; not checked
 */
struct hvsim_pkt {
	u16 type;
	bool want_completion;
	u64 trans_id;
	const void *data;
	u32 len;
	const void *ranges;
	u32 ranges_len;
	u32 num_ranges;
};

/**
 * struct hvsim_dev_ops - the host half of a device
 * @opened: the guest opened the channel; its rings are ready
 * @closed: the guest closed the channel, or it was rescinded; no ring access
 *	from now on.  @work does not run any more when this is called.
 * @work: there may be packets from the guest, or room in the ring to it.  Runs
 *	on hvsim's unbound workqueue, never twice at once for a channel.
 *
 * An offer returns before the guest's probe has run; a rescind returns when
 * its remove has, and must not be called from ->work.
 */
struct hvsim_dev_ops {
	int (*opened)(struct hvsim_chan *chan);
	void (*closed)(struct hvsim_chan *chan);
	void (*work)(struct hvsim_chan *chan);
};

/* Offer a NIC: a primary channel with this instance GUID.  Process context. */
struct hvsim_dev *hvsim_dev_offer(const guid_t *instance,
				  const struct hvsim_dev_ops *ops, void *priv);
/* Take it away again: RESCIND, then the guest's remove.  Process context. */
void hvsim_dev_rescind(struct hvsim_dev *dev);
/* RESCIND only, from any context: waiters wake, sends fail with -ENODEV. */
void hvsim_dev_mark_rescinded(struct hvsim_dev *dev);
/* Offer sub-channels @first to @first + @count - 1.  Process context. */
int hvsim_dev_offer_subchannels(struct hvsim_dev *dev, u16 first, u16 count);
/* Have the guest's driver suspend the device, or resume it; process context. */
int hvsim_dev_power(struct hvsim_dev *dev, bool on);
void *hvsim_dev_priv(struct hvsim_dev *dev);
struct hvsim_chan *hvsim_dev_chan(struct hvsim_dev *dev, u16 index);

struct hvsim_dev *hvsim_chan_dev(struct hvsim_chan *chan);
u16 hvsim_chan_index(struct hvsim_chan *chan);
void *hvsim_chan_priv(struct hvsim_chan *chan);
void hvsim_chan_set_priv(struct hvsim_chan *chan, void *priv);
/*
 * Have ->work run, now or after @delay jiffies; any context.  One timer a
 * channel: the earliest delay wins, so ->work kicks again for what is not due.
 */
void hvsim_chan_kick(struct hvsim_chan *chan, unsigned long delay);

/*
 * From ->work only.  Read: 0, -EAGAIN when empty, -EPROTO when what the guest
 * wrote makes no sense (logged and counted); the packet is good until the next
 * read.  Write: 0, -EAGAIN when full (->work runs again when there is room).
 */
int hvsim_chan_read(struct hvsim_chan *chan, struct hvsim_pkt *pkt);
int hvsim_chan_write(struct hvsim_chan *chan, u16 type, bool want_completion,
		     u64 trans_id, const void *type_hdr, u32 type_hdr_len,
		     const void *msg, u32 len);
/* Interrupt the guest if its interrupt mask and the ring's state ask for it. */
void hvsim_chan_signal(struct hvsim_chan *chan);

/*
 * A buffer that the guest gave with a GPADL: address, or NULL; size in @size.
 * Good until the primary channel is closed, whatever the guest does to it.
 * Process context.
 */
void *hvsim_gpadl_buf(struct hvsim_dev *dev, u32 handle, u32 *size);
/* Copy from guest memory named by a packet's ranges; -EFAULT on bad ranges. */
int hvsim_ranges_len(const struct hvsim_pkt *pkt, u32 *len);
int hvsim_ranges_copy(const struct hvsim_pkt *pkt, u32 offset, void *to,
		      u32 len);
/* The guest lets the host see all of it; process context. */
bool hvsim_ranges_visible(struct hvsim_dev *dev, const struct hvsim_pkt *pkt);
/* The first @len bytes lie in one page. */
bool hvsim_ranges_in_page(const struct hvsim_pkt *pkt, u32 len);

/* Log the rule that the guest broke, and count it; rate limited. */
__printf(2, 3)
void hvsim_violation(struct hvsim_dev *dev, const char *fmt, ...);

#endif /* _HVSIM_CHAN_H */
