// SPDX-License-Identifier: GPL-2.0-only
/*
 * RNDIS control.  A request is a page that the host reads until it completes
 * the VMBus packet; the answer is another message that comes through the
 * receive buffer.  The two are independent: a page may be with the host long
 * after its request has timed out, and is not used again before it is back.
 */
#include "rndis.h"

#include <linux/gfp.h>
#include <linux/slab.h>

#include "bus.h"
#include "netvsc.h"
#include "trace.h"

/*
 * For the answer of a request.  A host answers in microseconds; what may take
 * seconds is its being moved to other hardware.  RTNL is held meanwhile.
 */
#define NETVSC_RNDIS_TIMEOUT	(5 * HZ)

/* The friendly name is the longest thing that is asked for. */
#define NETVSC_RNDIS_MAX_INFO	512

/**
 * netvsc_rndis_setup() - make ready for control messages
 * @nvdev: the device, before its channel is opened
 */
void netvsc_rndis_setup(struct netvsc_device *nvdev)
{
	spin_lock_init(&nvdev->rndis.lock);
	nvdev->rndis.generation = 1;
}

/**
 * netvsc_rndis_free() - free the pages of control messages
 * @nvdev: the device, its channel closed: the host reads nothing any more
 */
void netvsc_rndis_free(struct netvsc_device *nvdev)
{
	int i;

	for (i = 0; i < NETVSC_RNDIS_SLOTS; i++) {
		if (!nvdev->bounce.buf)
			free_page((unsigned long)nvdev->rndis.slots[i].page);
		nvdev->rndis.slots[i].page = NULL;
	}
}

/**
 * netvsc_rndis_idle() - the host has completed all control messages
 * @nvdev: the device
 *
 * Context: any.
 * Return: true if so.
 */
bool netvsc_rndis_idle(const struct netvsc_device *nvdev)
{
	const struct netvsc_rndis_slot *slots = nvdev->rndis.slots;
	int i;

	for (i = 0; i < NETVSC_RNDIS_SLOTS; i++)
		if (READ_ONCE(slots[i].state) == NETVSC_RNDIS_HOSTS)
			return false;

	return true;
}

static void netvsc_rndis_set_state(struct netvsc_device *nvdev,
				   struct netvsc_rndis_slot *slot,
				   enum netvsc_rndis_slot_state state)
{
	unsigned long flags;

	spin_lock_irqsave(&nvdev->rndis.lock, flags);
	slot->state = state;
	spin_unlock_irqrestore(&nvdev->rndis.lock, flags);
}

/* The host of a confidential guest can read what is shared with it only. */
static void *netvsc_rndis_get_page(const struct netvsc_device *nvdev, int slot)
{
	if (nvdev->bounce.buf)
		return nvdev->bounce.buf + slot * HV_HYP_PAGE_SIZE;
	return (void *)__get_free_page(GFP_KERNEL);
}

/* A slot of our own, with its page, or NULL if the host holds them all. */
static struct netvsc_rndis_slot *netvsc_rndis_get(struct netvsc_device *nvdev)
{
	struct netvsc_rndis *rndis = &nvdev->rndis;
	struct netvsc_rndis_slot *slot = NULL;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&rndis->lock, flags);
	for (i = 0; i < NETVSC_RNDIS_SLOTS && !slot; i++)
		if (rndis->slots[i].state == NETVSC_RNDIS_FREE)
			slot = &rndis->slots[i];
	if (slot) {
		slot->state = NETVSC_RNDIS_OURS;
		slot->id = netvsc_req_id(NETVSC_REQ_RNDIS, rndis->generation++,
					 slot - rndis->slots);
	}
	spin_unlock_irqrestore(&rndis->lock, flags);
	if (!slot)
		return NULL;

	if (!slot->page)
		slot->page = netvsc_rndis_get_page(nvdev, slot - rndis->slots);
	if (!slot->page) {
		netvsc_rndis_set_state(nvdev, slot, NETVSC_RNDIS_FREE);
		return NULL;
	}
	memset(slot->page, 0, HV_HYP_PAGE_SIZE);
	return slot;
}

static void netvsc_rndis_trace_send(const struct netvsc_device *nvdev,
				    const struct rndis_hdr *hdr)
{
	const struct rndis_oid_req *req = (const void *)hdr;
	u32 type = le32_to_cpu(hdr->type);
	bool oid = type == RNDIS_MSG_QUERY || type == RNDIS_MSG_SET;

	trace_rndis_send(nvdev->nv->ndev, 0, type, le32_to_cpu(hdr->len),
			 oid ? le32_to_cpu(req->oid) : 0);
}

/* Hand the message in @slot to the host; the slot is used up either way. */
static int netvsc_rndis_send(struct netvsc_device *nvdev,
			     struct netvsc_rndis_slot *slot)
{
	union nvsp_message nvsp = {
		.rndis_pkt = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
			.channel_type = cpu_to_le32(NVSP_CHANNEL_CONTROL),
			.send_section_index =
				cpu_to_le32(NVSP_NO_SEND_SECTION),
		},
	};
	struct rndis_hdr *hdr = slot->page;
	int err;

	netvsc_rndis_trace_send(nvdev, hdr);
	/* it may be completed, and be another's, as soon as it is sent */
	netvsc_rndis_set_state(nvdev, slot, NETVSC_RNDIS_HOSTS);
	err = netvsc_bus_send_page_wait(netvsc_primary(nvdev), hdr,
					le32_to_cpu(hdr->len), &nvsp,
					sizeof(nvsp), slot->id);
	if (err)
		netvsc_rndis_set_state(nvdev, slot, NETVSC_RNDIS_FREE);
	return err;
}

/**
 * netvsc_rndis_sent() - the host completed the packet of a control message
 * @nvdev: the device
 * @id: transaction id of the completion
 * @msg: its content, a private copy
 * @len: bytes of @msg
 *
 * Context: NAPI; netpoll calls that with interrupts off.
 * Return: false if it completes nothing that the host holds.
 */
bool netvsc_rndis_sent(struct netvsc_device *nvdev, u64 id, const void *msg,
		       u32 len)
{
	const struct nvsp_rndis_pkt_complete *comp = msg;
	struct netvsc_rndis *rndis = &nvdev->rndis;
	u32 i = netvsc_req_id_slot(id);
	unsigned long flags;
	bool good = false;

	if (i >= NETVSC_RNDIS_SLOTS || len < sizeof(*comp) ||
	    comp->hdr.type != cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE))
		return false;

	spin_lock_irqsave(&rndis->lock, flags);
	if (rndis->slots[i].state == NETVSC_RNDIS_HOSTS &&
	    rndis->slots[i].id == id) {
		rndis->slots[i].state = NETVSC_RNDIS_FREE;
		good = true;
	}
	spin_unlock_irqrestore(&rndis->lock, flags);

	return good;
}

/*
 * The 32 bits that RNDIS has for an id hold generation and slot of the
 * request that waits for the reply.
 */
static u32 netvsc_rndis_wire_id(u64 id)
{
	return netvsc_req_id_generation(id) << 8 | netvsc_req_id_slot(id);
}

static u64 netvsc_rndis_reply_id(u32 wire)
{
	return netvsc_req_id(NETVSC_REQ_RNDIS_REPLY, wire >> 8, wire & 0xff);
}

/* Send the request in @slot, wait for the reply that @rule describes. */
static int netvsc_rndis_ask(struct netvsc_device *nvdev,
			    struct netvsc_rndis_slot *slot,
			    struct netvsc_reply_rule rule, void *reply,
			    u32 reply_size, u32 *reply_len)
{
	struct rndis_req_hdr *msg = slot->page;
	struct netvsc_request req;
	int err;

	err = netvsc_request_begin(&nvdev->requests, &req,
				   NETVSC_REQ_RNDIS_REPLY, rule, reply,
				   reply_size, NETVSC_RNDIS_TIMEOUT);
	if (err) {
		netvsc_rndis_set_state(nvdev, slot, NETVSC_RNDIS_FREE);
		return err;
	}

	msg->req_id = cpu_to_le32(netvsc_rndis_wire_id(req.id));
	err = netvsc_rndis_send(nvdev, slot);
	if (err) {
		netvsc_request_cancel(&nvdev->requests, &req);
		return err;
	}

	err = netvsc_request_wait(&nvdev->requests, &req);
	if (err == -ETIMEDOUT)
		atomic_long_inc(&nvdev->nv->stats.host_timeout);
	*reply_len = req.reply_len;
	return err;
}

static int netvsc_rndis_status(__le32 status)
{
	switch (le32_to_cpu(status)) {
	case RNDIS_STATUS_SUCCESS:
		return 0;
	case RNDIS_STATUS_NOT_SUPPORTED:
	case RNDIS_STATUS_INVALID_OID:
		return -EOPNOTSUPP;
	case RNDIS_STATUS_INVALID_DATA:
	case RNDIS_STATUS_INVALID_LENGTH:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static int netvsc_rndis_take_init(struct netvsc_device *nvdev,
				  const struct rndis_init_complete *reply)
{
	u32 factor = le32_to_cpu(reply->pkt_alignment_factor);
	int err = netvsc_rndis_status(reply->status);

	if (err)
		return err;
	if (factor > HV_HYP_PAGE_SHIFT || !reply->max_pkt_per_msg) {
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
		return -EPROTO;
	}

	nvdev->pkt_align = 1U << factor;
	nvdev->max_pkt_per_msg = le32_to_cpu(reply->max_pkt_per_msg);
	return 0;
}

/**
 * netvsc_rndis_start() - send RNDIS INITIALIZE
 * @nvdev: the device, its receive buffer in place
 *
 * Context: process, bounded sleep.
 * Return: 0, or an errno: -EPROTO if the host's answer makes no sense.
 */
int netvsc_rndis_start(struct netvsc_device *nvdev)
{
	const struct netvsc_reply_rule rule = {
		.type = RNDIS_MSG_INIT_C,
		.min_len = offsetofend(struct rndis_init_complete,
				       pkt_alignment_factor),
	};
	struct rndis_init_complete reply = {};
	struct netvsc_rndis_slot *slot;
	struct rndis_init *msg;
	u32 len;
	int err;

	slot = netvsc_rndis_get(nvdev);
	if (!slot)
		return -EBUSY;

	msg = slot->page;
	msg->hdr.type = cpu_to_le32(RNDIS_MSG_INIT);
	msg->hdr.len = cpu_to_le32(sizeof(*msg));
	msg->major = cpu_to_le32(RNDIS_MAJOR_VERSION);
	msg->minor = cpu_to_le32(RNDIS_MINOR_VERSION);
	msg->max_xfer_size = cpu_to_le32(RNDIS_MAX_XFER_SIZE);

	err = netvsc_rndis_ask(nvdev, slot, rule, &reply, sizeof(reply), &len);
	return err ?: netvsc_rndis_take_init(nvdev, &reply);
}

/**
 * netvsc_rndis_halt() - tell the host that the device is no longer used
 * @nvdev: the device
 *
 * Nothing answers a HALT.
 *
 * Context: process, bounded sleep.
 */
void netvsc_rndis_halt(struct netvsc_device *nvdev)
{
	struct netvsc_rndis_slot *slot = netvsc_rndis_get(nvdev);
	struct rndis_halt *msg;

	if (!slot)
		return;

	msg = slot->page;
	msg->hdr.type = cpu_to_le32(RNDIS_MSG_HALT);
	msg->hdr.len = cpu_to_le32(sizeof(*msg));
	msg->req_id = cpu_to_le32(netvsc_rndis_wire_id(slot->id));
	netvsc_rndis_send(nvdev, slot);
}

/* A QUERY or SET of @oid with @info, in a slot; NULL if that does not fit. */
static struct netvsc_rndis_slot *
netvsc_rndis_build(struct netvsc_device *nvdev, u32 type, u32 oid,
		   const void *info, u32 info_len)
{
	struct netvsc_rndis_slot *slot;
	struct rndis_oid_req *msg;

	if (info_len > HV_HYP_PAGE_SIZE - sizeof(*msg))
		return NULL;
	slot = netvsc_rndis_get(nvdev);
	if (!slot)
		return NULL;

	msg = slot->page;
	msg->hdr.type = cpu_to_le32(type);
	msg->hdr.len = cpu_to_le32(sizeof(*msg) + info_len);
	msg->oid = cpu_to_le32(oid);
	msg->info_len = cpu_to_le32(info_len);
	msg->info_offset = cpu_to_le32(sizeof(*msg) - RNDIS_OFFSET_BASE);
	if (info_len)
		memcpy(msg + 1, info, info_len);
	return slot;
}

/* Where the answer to a QUERY lies in its reply, checked. */
static int netvsc_rndis_query_info(const struct rndis_query_complete *reply,
				   u32 reply_len, const void **info, u32 *len)
{
	u32 offset = le32_to_cpu(reply->info_offset);
	int err = netvsc_rndis_status(reply->status);

	*len = le32_to_cpu(reply->info_len);
	if (err || !*len)
		return err;
	if (offset < sizeof(*reply) - RNDIS_OFFSET_BASE ||
	    offset > reply_len - RNDIS_OFFSET_BASE ||
	    *len > reply_len - RNDIS_OFFSET_BASE - offset)
		return -EPROTO;

	*info = (const void *)reply + RNDIS_OFFSET_BASE + offset;
	return 0;
}

/**
 * netvsc_rndis_query() - ask the host for the value of an OID
 * @nvdev: the device
 * @oid: RNDIS_OID_* or NDIS_OID_*
 * @in: what some OIDs want with the question, or NULL
 * @in_len: bytes of @in
 * @out: receives the value
 * @out_len: room in @out; on success the bytes that the host gave
 *
 * Context: process, bounded sleep.
 * Return: 0; -EPROTO for an answer that makes no sense or does not fit; or
 * another errno.
 */
int netvsc_rndis_query(struct netvsc_device *nvdev, u32 oid, const void *in,
		       u32 in_len, void *out, u32 *out_len)
{
	const struct netvsc_reply_rule rule = {
		.type = RNDIS_MSG_QUERY_C,
		.min_len = sizeof(struct rndis_query_complete),
	};
	u32 size = sizeof(struct rndis_query_complete) + NETVSC_RNDIS_MAX_INFO;
	struct rndis_query_complete *reply;
	struct netvsc_rndis_slot *slot;
	const void *info = NULL;
	u32 reply_len, len;
	int err;

	reply = kzalloc(size, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	slot = netvsc_rndis_build(nvdev, RNDIS_MSG_QUERY, oid, in, in_len);
	if (!slot) {
		err = -EBUSY;
		goto out_free;
	}

	err = netvsc_rndis_ask(nvdev, slot, rule, reply, size, &reply_len);
	if (err)
		goto out_free;
	err = netvsc_rndis_query_info(reply, reply_len, &info, &len);
	if (!err && len > *out_len)
		err = -EPROTO;
	if (err == -EPROTO)
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
	if (err)
		goto out_free;

	if (len)
		memcpy(out, info, len);
	*out_len = len;
out_free:
	kfree(reply);
	return err;
}

/**
 * netvsc_rndis_set() - set the value of an OID
 * @nvdev: the device
 * @oid: RNDIS_OID_* or NDIS_OID_*
 * @info: the value
 * @len: bytes of @info
 *
 * Context: process, bounded sleep.
 * Return: 0, or an errno: -EOPNOTSUPP, -EINVAL or -EIO if the host refused.
 */
int netvsc_rndis_set(struct netvsc_device *nvdev, u32 oid, const void *info,
		     u32 len)
{
	const struct netvsc_reply_rule rule = {
		.type = RNDIS_MSG_SET_C,
		.min_len = sizeof(struct rndis_set_complete),
	};
	struct rndis_set_complete reply = {};
	struct netvsc_rndis_slot *slot;
	u32 reply_len;
	int err;

	slot = netvsc_rndis_build(nvdev, RNDIS_MSG_SET, oid, info, len);
	if (!slot)
		return -EBUSY;
	err = netvsc_rndis_ask(nvdev, slot, rule, &reply, sizeof(reply),
			       &reply_len);
	return err ?: netvsc_rndis_status(reply.status);
}

/* The 4 bytes that come with an indication; 0 if they are not there. */
static u32 netvsc_rndis_indicated_value(const struct rndis_indicate *ind,
					const void *data, u32 len)
{
	u32 offset = le32_to_cpu(ind->buf_offset);
	__le32 value;

	if (le32_to_cpu(ind->buf_len) < sizeof(value) ||
	    offset < sizeof(*ind) - RNDIS_OFFSET_BASE ||
	    offset > len - RNDIS_OFFSET_BASE ||
	    sizeof(value) > len - RNDIS_OFFSET_BASE - offset)
		return 0;

	memcpy(&value, data + RNDIS_OFFSET_BASE + offset, sizeof(value));
	return le32_to_cpu(value);
}

/* Old hosts do not count the buffer in the message: @len is what came. */
static bool netvsc_rndis_indicate(struct netvsc_device *nvdev,
				  const void *data, u32 len)
{
	struct rndis_indicate ind;
	u32 status, value = 0;

	if (len < sizeof(ind))
		return false;
	memcpy(&ind, data, sizeof(ind));
	status = le32_to_cpu(ind.status);
	trace_rndis_recv(nvdev->nv->ndev, 0, RNDIS_MSG_INDICATE, len, status);

	switch (status) {
	case RNDIS_STATUS_LINK_SPEED_CHANGE:
		value = netvsc_rndis_indicated_value(&ind, data, len);
		if (!value)
			return false;
		fallthrough;
	case RNDIS_STATUS_MEDIA_CONNECT:
	case RNDIS_STATUS_MEDIA_DISCONNECT:
	case RNDIS_STATUS_NETWORK_CHANGE:
		nvdev->upcalls->link_status(nvdev, status, value);
		return true;
	default:
		/* offload changes and the like: nothing to do */
		return true;
	}
}

static bool netvsc_rndis_reply(struct netvsc_device *nvdev, const void *data,
			       u32 len)
{
	struct rndis_req_hdr hdr;

	if (len < sizeof(hdr))
		return false;
	memcpy(&hdr, data, sizeof(hdr));
	if (le32_to_cpu(hdr.hdr.len) < len)
		len = le32_to_cpu(hdr.hdr.len);
	trace_rndis_recv(nvdev->nv->ndev, 0, le32_to_cpu(hdr.hdr.type), len,
			 le32_to_cpu(hdr.req_id));

	return netvsc_request_complete(&nvdev->requests,
				       netvsc_rndis_reply_id(le32_to_cpu(hdr.req_id)),
				       data, len);
}

/**
 * netvsc_rndis_receive() - a control message of the host
 * @nvdev: the device
 * @data: the message, in memory that the host may write to at any time
 * @len: bytes of @data
 *
 * Context: NAPI.
 */
void netvsc_rndis_receive(struct netvsc_device *nvdev, const void *data,
			  u32 len)
{
	bool good = false;
	__le32 type;

	if (len >= sizeof(struct rndis_hdr)) {
		memcpy(&type, data, sizeof(type));
		switch (le32_to_cpu(type)) {
		case RNDIS_MSG_INIT_C:
		case RNDIS_MSG_QUERY_C:
		case RNDIS_MSG_SET_C:
			good = netvsc_rndis_reply(nvdev, data, len);
			break;
		case RNDIS_MSG_INDICATE:
			good = netvsc_rndis_indicate(nvdev, data, len);
			break;
		}
	}
	if (!good)
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
}
