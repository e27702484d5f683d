// SPDX-License-Identifier: GPL-2.0-only
/* NVSP control: what is asked of the host, and what it says unasked. */
#include "nvsp.h"

#include <linux/if_ether.h>

#include "bus.h"
#include "netvsc.h"
#include "trace.h"

/*
 * For the answers while a device is attached.  They take microseconds; what
 * takes seconds is a host being serviced or migrated.  RTNL is held.
 */
#define NETVSC_INIT_TIMEOUT	(5 * HZ)
/*
 * For a switch of the data path: the host reprograms the physical NIC, which
 * takes up to some hundred milliseconds.  RTNL is held, and traffic waits in
 * no case: it goes through the synthetic path meanwhile.
 */
#define NETVSC_SWITCH_TIMEOUT	(2 * HZ)

/* Versions in the order of preference. */
static const u32 netvsc_nvsp_versions[] = {
	NVSP_VERSION_61, NVSP_VERSION_6, NVSP_VERSION_5, NVSP_VERSION_4,
	NVSP_VERSION_2, NVSP_VERSION_1,
};

static const struct netvsc_reply_rule netvsc_nvsp_rules[NETVSC_REQ_KINDS] = {
	[NETVSC_REQ_INIT] = {
		NVSP_MSG_INIT_COMPLETE, sizeof(struct nvsp_init_complete),
	},
	[NETVSC_REQ_RECV_BUF] = {
		NVSP_MSG_SEND_RECV_BUF_COMPLETE,
		sizeof(struct nvsp_recv_buf_complete),
	},
	[NETVSC_REQ_SEND_BUF] = {
		NVSP_MSG_SEND_SEND_BUF_COMPLETE,
		sizeof(struct nvsp_send_buf_complete),
	},
	[NETVSC_REQ_SUBCHANNEL] = {
		NVSP_MSG_SUBCHANNEL, sizeof(struct nvsp_subchannel_complete),
	},
	[NETVSC_REQ_SWITCH_PATH] = {},	/* completed by an empty packet */
};

/*
 * Messages have always the size of version 6.1: older hosts ignore the rest,
 * and hosts do not answer short ones.
 */
static int netvsc_nvsp_tell(struct netvsc_device *nvdev,
			    const union nvsp_message *msg)
{
	trace_nvsp_send(nvdev->nv->ndev, le32_to_cpu(msg->hdr.type),
			sizeof(*msg), 0);
	return netvsc_bus_send_wait(netvsc_primary(nvdev), msg, sizeof(*msg),
				    0, false);
}

static int netvsc_nvsp_ask(struct netvsc_device *nvdev,
			   enum netvsc_req_kind kind,
			   const union nvsp_message *msg,
			   union nvsp_message *reply, unsigned long timeout)
{
	struct netvsc_request req;
	int err;

	memset(reply, 0, sizeof(*reply));
	err = netvsc_request_begin(&nvdev->requests, &req, kind,
				   netvsc_nvsp_rules[kind], reply,
				   sizeof(*reply), timeout);
	if (err)
		return err;

	trace_nvsp_send(nvdev->nv->ndev, le32_to_cpu(msg->hdr.type),
			sizeof(*msg), req.id);
	err = netvsc_bus_send_wait(netvsc_primary(nvdev), msg, sizeof(*msg),
				   req.id, true);
	if (err) {
		netvsc_request_cancel(&nvdev->requests, &req);
		return err;
	}

	err = netvsc_request_wait(&nvdev->requests, &req);
	if (err == -ETIMEDOUT)
		atomic_long_inc(&nvdev->nv->stats.host_timeout);
	return err;
}

/* @msg: a private copy; a message may be empty. */
static void netvsc_nvsp_trace(const struct netvsc_device *nvdev,
			      const void *msg, u32 len, u64 trans_id)
{
	const struct nvsp_hdr *hdr = msg;

	trace_nvsp_recv(nvdev->nv->ndev,
			len < sizeof(*hdr) ? 0 : le32_to_cpu(hdr->type), len,
			trans_id);
}

/**
 * netvsc_nvsp_complete() - the host completed one of our messages
 * @nvdev: the device
 * @trans_id: transaction id of the completion
 * @msg: its content, a private copy
 * @len: bytes of @msg
 *
 * Context: NAPI.
 * Return: false if nothing waits for it.
 */
bool netvsc_nvsp_complete(struct netvsc_device *nvdev, u64 trans_id,
			  const void *msg, u32 len)
{
	netvsc_nvsp_trace(nvdev, msg, len, trans_id);
	return netvsc_request_complete(&nvdev->requests, trans_id, msg, len);
}

static int netvsc_nvsp_try_version(struct netvsc_device *nvdev, u32 version)
{
	const union nvsp_message msg = {
		.init = {
			.hdr.type = cpu_to_le32(NVSP_MSG_INIT),
			.min_version = cpu_to_le32(version),
			.max_version = cpu_to_le32(version),
		},
	};
	union nvsp_message reply;
	int err;

	err = netvsc_nvsp_ask(nvdev, NETVSC_REQ_INIT, &msg, &reply,
			      NETVSC_INIT_TIMEOUT);
	if (err)
		return err;
	if (reply.init_complete.status != cpu_to_le32(NVSP_STATUS_SUCCESS))
		return -EPROTONOSUPPORT;
	return 0;
}

static int netvsc_nvsp_find_version(struct netvsc_device *nvdev)
{
	int err = -EPROTONOSUPPORT;
	int i;

	for (i = 0; i < ARRAY_SIZE(netvsc_nvsp_versions); i++) {
		err = netvsc_nvsp_try_version(nvdev, netvsc_nvsp_versions[i]);
		if (!err)
			nvdev->nvsp_version = netvsc_nvsp_versions[i];
		if (err != -EPROTONOSUPPORT)
			break;
		/*
		 * A confidential guest checks more than older versions can
		 * keep up with.
		 */
		if (hv_is_isolation_supported())
			break;
	}
	return err;
}

/* Capabilities go with the version. */
static u64 netvsc_nvsp_capabilities(const struct netvsc_device *nvdev)
{
	u64 caps = NVSP_CAP_8021Q;

	if (nvdev->nvsp_version >= NVSP_VERSION_5) {
		caps |= NVSP_CAP_TEAMING;
		/* a VF's memory is not the host's to see */
		if (!hv_is_isolation_supported())
			caps |= NVSP_CAP_SRIOV;
	}
	if (nvdev->nvsp_version >= NVSP_VERSION_61)
		caps |= NVSP_CAP_RSC;
	return caps;
}

static int netvsc_nvsp_send_config(struct netvsc_device *nvdev)
{
	const union nvsp_message msg = {
		.ndis_config = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_CONFIG),
			.mtu = cpu_to_le32(nvdev->mtu + ETH_HLEN),
			.capabilities =
				cpu_to_le64(netvsc_nvsp_capabilities(nvdev)),
		},
	};

	return netvsc_nvsp_tell(nvdev, &msg);
}

static int netvsc_nvsp_send_ndis_version(struct netvsc_device *nvdev)
{
	const union nvsp_message msg = {
		.ndis_version = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_VERSION),
			.major = cpu_to_le32(NVSP_NDIS_MAJOR),
			.minor = nvdev->nvsp_version >= NVSP_VERSION_5 ?
				cpu_to_le32(NVSP_NDIS_MINOR_30) :
				cpu_to_le32(NVSP_NDIS_MINOR_1),
		},
	};

	return netvsc_nvsp_tell(nvdev, &msg);
}

/**
 * netvsc_nvsp_negotiate() - agree on a version with the host
 * @nvdev: the device, its primary channel open
 *
 * Context: process, bounded sleep.
 * Return: 0 with @nvdev->nvsp_version set; -EPROTONOSUPPORT if the host knows
 * no version that we do; or another errno.
 */
int netvsc_nvsp_negotiate(struct netvsc_device *nvdev)
{
	int err;

	err = netvsc_nvsp_find_version(nvdev);
	if (err)
		return err;
	if (nvdev->nvsp_version >= NVSP_VERSION_2)
		err = netvsc_nvsp_send_config(nvdev);
	return err ?: netvsc_nvsp_send_ndis_version(nvdev);
}

static int netvsc_nvsp_bad_reply(struct netvsc_device *nvdev)
{
	atomic_long_inc(&nvdev->nv->stats.host_bad_message);
	return -EPROTO;
}

/* The host cuts the buffer into sections; all of them must lie within it. */
static int netvsc_nvsp_take_recv_buf(struct netvsc_device *nvdev,
				     const struct nvsp_recv_buf_complete *reply)
{
	const struct nvsp_recv_section *section = &reply->section;
	u32 count = le32_to_cpu(section->num_sub_allocs);
	u32 size = le32_to_cpu(section->sub_alloc_size);

	if (reply->status != cpu_to_le32(NVSP_STATUS_SUCCESS))
		return -EIO;
	if (reply->num_sections != cpu_to_le32(1) || section->offset ||
	    size < NETVSC_MIN_RECV_SECTION || !count ||
	    (u64)size * count > nvdev->recv.size)
		return netvsc_nvsp_bad_reply(nvdev);

	nvdev->recv.section_size = size;
	nvdev->recv.section_count = count;
	return 0;
}

/**
 * netvsc_nvsp_send_recv_buf() - tell the host the receive buffer
 * @nvdev: the device, its receive buffer shared with the host
 *
 * Context: process, bounded sleep.
 * Return: 0 with the buffer's sections set, or an errno.
 */
int netvsc_nvsp_send_recv_buf(struct netvsc_device *nvdev)
{
	u32 gpadl = nvdev->recv.mem->gpadl.gpadl_handle;
	const union nvsp_message msg = {
		.buf = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RECV_BUF),
			.gpadl = cpu_to_le32(gpadl),
			.id = cpu_to_le16(NVSP_RECV_BUF_ID),
		},
	};
	union nvsp_message reply;
	int err;

	/* even an answer that never comes may mean that the host uses it */
	nvdev->recv.told = true;
	err = netvsc_nvsp_ask(nvdev, NETVSC_REQ_RECV_BUF, &msg, &reply,
			      NETVSC_INIT_TIMEOUT);
	return err ?: netvsc_nvsp_take_recv_buf(nvdev,
						&reply.recv_buf_complete);
}

static int netvsc_nvsp_take_send_buf(struct netvsc_device *nvdev,
				     const struct nvsp_send_buf_complete *reply)
{
	u32 size = le32_to_cpu(reply->section_size);

	if (reply->status != cpu_to_le32(NVSP_STATUS_SUCCESS))
		return -EIO;
	if (size < NETVSC_MIN_SEND_SECTION || size > nvdev->send.size)
		return netvsc_nvsp_bad_reply(nvdev);

	nvdev->send.section_size = size;
	nvdev->send.section_count = nvdev->send.size / size;
	return 0;
}

/**
 * netvsc_nvsp_send_send_buf() - tell the host the send buffer
 * @nvdev: the device, its send buffer shared with the host
 *
 * Context: process, bounded sleep.
 * Return: 0 with the buffer's sections set, or an errno.
 */
int netvsc_nvsp_send_send_buf(struct netvsc_device *nvdev)
{
	u32 gpadl = nvdev->send.mem->gpadl.gpadl_handle;
	const union nvsp_message msg = {
		.buf = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_SEND_BUF),
			.gpadl = cpu_to_le32(gpadl),
			.id = cpu_to_le16(NVSP_SEND_BUF_ID),
		},
	};
	union nvsp_message reply;
	int err;

	nvdev->send.told = true;
	err = netvsc_nvsp_ask(nvdev, NETVSC_REQ_SEND_BUF, &msg, &reply,
			      NETVSC_INIT_TIMEOUT);
	return err ?: netvsc_nvsp_take_send_buf(nvdev,
						&reply.send_buf_complete);
}

static int netvsc_nvsp_revoke(struct netvsc_device *nvdev, u32 type, u16 id)
{
	const union nvsp_message msg = {
		.revoke_buf = {
			.hdr.type = cpu_to_le32(type),
			.id = cpu_to_le16(id),
		},
	};

	return netvsc_nvsp_tell(nvdev, &msg);
}

/**
 * netvsc_nvsp_revoke_recv_buf() - have the host forget the receive buffer
 * @nvdev: the device
 *
 * Context: process, bounded sleep.
 * Return: 0, or an errno if the message could not be sent.
 */
int netvsc_nvsp_revoke_recv_buf(struct netvsc_device *nvdev)
{
	return netvsc_nvsp_revoke(nvdev, NVSP_MSG_REVOKE_RECV_BUF,
				  NVSP_RECV_BUF_ID);
}

/**
 * netvsc_nvsp_revoke_send_buf() - have the host forget the send buffer
 * @nvdev: the device
 *
 * Context: process, bounded sleep.
 * Return: 0, or an errno if the message could not be sent.
 */
int netvsc_nvsp_revoke_send_buf(struct netvsc_device *nvdev)
{
	return netvsc_nvsp_revoke(nvdev, NVSP_MSG_REVOKE_SEND_BUF,
				  NVSP_SEND_BUF_ID);
}

/**
 * netvsc_nvsp_ask_subchannels() - ask the host to offer sub-channels
 * @nvdev: the device
 * @wanted: how many
 * @granted: receives how many the host will offer, at most @wanted
 *
 * Context: process, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_nvsp_ask_subchannels(struct netvsc_device *nvdev, u32 wanted,
				u32 *granted)
{
	const union nvsp_message msg = {
		.subchannel = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SUBCHANNEL),
			.op = cpu_to_le32(NVSP_SUBCHANNEL_ALLOCATE),
			.num_subchannels = cpu_to_le32(wanted),
		},
	};
	const struct nvsp_subchannel_complete *comp;
	union nvsp_message reply;
	int err;

	err = netvsc_nvsp_ask(nvdev, NETVSC_REQ_SUBCHANNEL, &msg, &reply,
			      NETVSC_INIT_TIMEOUT);
	if (err)
		return err;

	comp = &reply.subchannel_complete;
	if (comp->status != cpu_to_le32(NVSP_STATUS_SUCCESS))
		return -EIO;
	*granted = le32_to_cpu(comp->num_subchannels);
	if (*granted > wanted)
		return netvsc_nvsp_bad_reply(nvdev);
	return 0;
}

static void netvsc_nvsp_fill_switch(union nvsp_message *msg, bool vf)
{
	*msg = (union nvsp_message) {
		.switch_data_path = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SWITCH_DATA_PATH),
			.active = vf ? cpu_to_le32(NVSP_DATAPATH_VF) :
				       cpu_to_le32(NVSP_DATAPATH_SYNTHETIC),
		},
	};
}

/**
 * netvsc_nvsp_switch_path() - ask the host to move the data path
 * @nvdev: the device
 * @vf: to the VF, else to the synthetic path
 *
 * The answer is empty: it says that the host has acted on the message, not
 * whether it moved.  A host that could not moves back by a message of its own.
 *
 * Context: process, bounded sleep.
 * Return: 0 when the host has answered, or an errno.
 */
int netvsc_nvsp_switch_path(struct netvsc_device *nvdev, bool vf)
{
	union nvsp_message msg, reply;

	if (nvdev->nvsp_version < NVSP_VERSION_4)
		return -EOPNOTSUPP;
	netvsc_nvsp_fill_switch(&msg, vf);
	return netvsc_nvsp_ask(nvdev, NETVSC_REQ_SWITCH_PATH, &msg, &reply,
			       NETVSC_SWITCH_TIMEOUT);
}

/**
 * netvsc_nvsp_tell_path() - move the data path without waiting for the host
 * @nvdev: the device
 * @vf: to the VF, else to the synthetic path
 *
 * For after a switch that was not answered in time: whichever way it went,
 * this is the last word, as messages are handled in order.  A host that was
 * not told of SR-IOV is not told of this either.
 *
 * Context: process, bounded sleep.
 */
void netvsc_nvsp_tell_path(struct netvsc_device *nvdev, bool vf)
{
	union nvsp_message msg;

	if (!(netvsc_nvsp_capabilities(nvdev) & NVSP_CAP_SRIOV))
		return;
	netvsc_nvsp_fill_switch(&msg, vf);
	netvsc_nvsp_tell(nvdev, &msg);
}

/* Hosts up to version 6 may give a wrong offset; the table then is here. */
#define NETVSC_SEND_TABLE_OFFSET	sizeof(union nvsp_message)

static bool netvsc_nvsp_send_table(struct netvsc_device *nvdev,
				   const void *msg, u32 len)
{
	const u32 size = NVSP_SEND_TABLE_ENTRIES * sizeof(__le32);
	const struct nvsp_send_table *table = msg;
	u32 offset = le32_to_cpu(table->offset);
	u32 entries[NVSP_SEND_TABLE_ENTRIES];
	__le32 wire;
	int i;

	if (le32_to_cpu(table->count) != NVSP_SEND_TABLE_ENTRIES)
		return false;
	if (nvdev->nvsp_version <= NVSP_VERSION_6 &&
	    len >= NETVSC_SEND_TABLE_OFFSET + size)
		offset = NETVSC_SEND_TABLE_OFFSET;
	if (offset < sizeof(*table) || offset > len || size > len - offset)
		return false;

	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++) {
		memcpy(&wire, msg + offset + i * sizeof(wire), sizeof(wire));
		entries[i] = le32_to_cpu(wire);
		if (entries[i] >= nvdev->config.channels)
			return false;
	}
	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		WRITE_ONCE(nvdev->nv->send_table[i], entries[i]);
	WRITE_ONCE(nvdev->host_spreads, true);
	return true;
}

static bool netvsc_nvsp_vf_association(struct netvsc_device *nvdev,
				       const struct nvsp_vf_association *msg)
{
	u32 allocated = le32_to_cpu(msg->allocated);

	if (!(netvsc_nvsp_capabilities(nvdev) & NVSP_CAP_SRIOV) ||
	    allocated > 1)
		return false;
	nvdev->upcalls->vf_association(nvdev, allocated,
				       le32_to_cpu(msg->serial));
	return true;
}

/* False if the message makes no sense; @want: whether an answer is due now. */
static bool netvsc_nvsp_path_switched(struct netvsc_device *nvdev,
				      const struct nvsp_switch_data_path *msg,
				      u64 trans_id, bool *want)
{
	u32 active = le32_to_cpu(msg->active);
	bool now;

	if (!(netvsc_nvsp_capabilities(nvdev) & NVSP_CAP_SRIOV) ||
	    active > NVSP_DATAPATH_VF)
		return false;
	now = nvdev->upcalls->path_switched(nvdev, active == NVSP_DATAPATH_VF,
					    trans_id, *want);
	*want = *want && now;
	return true;
}

/* Bytes that a message must have, and the version that brought it. */
struct netvsc_nvsp_inband {
	u32 type;
	u32 min_len;
	u32 version;
};

static const struct netvsc_nvsp_inband netvsc_nvsp_inband[] = {
	{ NVSP_MSG_SEND_VF_ASSOCIATION, sizeof(struct nvsp_vf_association),
	  NVSP_VERSION_4 },
	{ NVSP_MSG_SWITCH_DATA_PATH, sizeof(struct nvsp_switch_data_path),
	  NVSP_VERSION_4 },
	{ NVSP_MSG_SEND_INDIRECTION_TABLE, sizeof(struct nvsp_send_table),
	  NVSP_VERSION_5 },
	{ NVSP_MSG_UPLINK_CONNECT_STATE, sizeof(struct nvsp_hdr), 0 },
};

/* The type of a message that is legal now, or 0. */
static u32 netvsc_nvsp_inband_type(const struct netvsc_device *nvdev,
				   const struct nvsp_hdr *hdr, u32 len)
{
	const struct netvsc_nvsp_inband *rule;
	int i;

	if (len < sizeof(*hdr))
		return 0;
	for (i = 0; i < ARRAY_SIZE(netvsc_nvsp_inband); i++) {
		rule = &netvsc_nvsp_inband[i];
		if (le32_to_cpu(hdr->type) == rule->type)
			return len >= rule->min_len &&
			       nvdev->nvsp_version >= rule->version ?
			       rule->type : 0;
	}
	return 0;
}

/**
 * netvsc_nvsp_receive() - a message of the host that answers nothing
 * @nvdev: the device
 * @msg: the message, a private copy
 * @len: bytes of @msg
 * @trans_id: its transaction id
 * @want_completion: the host asks for a completion
 *
 * Context: NAPI.
 * Return: true if an empty completion is due now.  A switch of the data path
 * is answered later, once it is obeyed.
 */
bool netvsc_nvsp_receive(struct netvsc_device *nvdev, const void *msg, u32 len,
			 u64 trans_id, bool want_completion)
{
	bool good = false;

	netvsc_nvsp_trace(nvdev, msg, len, trans_id);
	switch (netvsc_nvsp_inband_type(nvdev, msg, len)) {
	case NVSP_MSG_SEND_VF_ASSOCIATION:
		good = netvsc_nvsp_vf_association(nvdev, msg);
		break;
	case NVSP_MSG_SWITCH_DATA_PATH:
		good = netvsc_nvsp_path_switched(nvdev, msg, trans_id,
						 &want_completion);
		break;
	case NVSP_MSG_SEND_INDIRECTION_TABLE:
		good = netvsc_nvsp_send_table(nvdev, msg, len);
		break;
	case NVSP_MSG_UPLINK_CONNECT_STATE:
		good = true;	/* deprecated */
		break;
	}

	if (!good)
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
	return want_completion;
}
