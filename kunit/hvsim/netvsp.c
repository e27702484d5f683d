// SPDX-License-Identifier: GPL-2.0-only
/*
 * NVSP, host side: the order of negotiation, buffers, sub-channels.  A message
 * that breaks a rule is counted, answered with a failure where an answer is
 * owed, and has no other effect.
 */
#define pr_fmt(fmt) "hvsim: " fmt

#include "netvsp.h"

#include "outq.h"
#include "path.h"
#include "rndis.h"
#include "tx.h"
#include "vswitch.h"

/* What a host of today says of its MDL chains; nobody looks at it. */
#define MAX_MDL_CHAIN	34

/* Room in a receive section beside the frame: gives 1728 for an MTU of 1500. */
#define RECV_SECTION_EXTRA	214

struct nvsp_ctx {
	struct hvsim_nic_chan *ch;
	struct hvsim_nic *nic;
	struct hvsim_dev *dev;
	const struct hvsim_pkt *pkt;
	const union nvsp_message *msg;
	struct hvsim_verdict verdict;
};

static const u32 nvsp_versions[] = {
	NVSP_VERSION_1, NVSP_VERSION_2, NVSP_VERSION_4,
	NVSP_VERSION_5, NVSP_VERSION_6, NVSP_VERSION_61,
};

/* Answer, if the guest wants an answer; @len 0: an empty one. */
static void nvsp_answer(struct nvsp_ctx *ctx, const void *msg, u32 len)
{
	if (!ctx->pkt->want_completion)
		return;
	if (!ctx->pkt->trans_id) {
		hvsim_violation(ctx->dev, "completion asked for with id 0");
		return;
	}
	hvsim_out_complete(ctx->ch, ctx->pkt->trans_id, msg, len,
			   &ctx->verdict);
}

static void nvsp_answer_msg(struct nvsp_ctx *ctx, const union nvsp_message *msg)
{
	nvsp_answer(ctx, msg, hvsim_nvsp_msg_size(ctx->nic));
}

static bool nvsp_version_offered(const struct hvsim_nic *nic, u32 version)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nvsp_versions); i++)
		if (nvsp_versions[i] == version)
			return version <= nic->cfg.version;
	return false;
}

static void nvsp_handle_init(struct nvsp_ctx *ctx)
{
	u32 version = le32_to_cpu(ctx->msg->init.max_version);
	struct hvsim_nvsp *nvsp = &ctx->nic->nvsp;
	union nvsp_message reply = {
		.init_complete = {
			.hdr.type = cpu_to_le32(NVSP_MSG_INIT_COMPLETE),
			.version = cpu_to_le32(U32_MAX),
			.max_mdl_chain_len = cpu_to_le32(MAX_MDL_CHAIN),
			.status = cpu_to_le32(NVSP_STATUS_NONE),
		},
	};

	if (nvsp->version) {
		hvsim_violation(ctx->dev, "INIT: a version is agreed already");
	} else if (nvsp_version_offered(ctx->nic, version) &&
		   ctx->msg->init.min_version == ctx->msg->init.max_version) {
		nvsp->version = version;
		reply.init_complete.status = cpu_to_le32(NVSP_STATUS_SUCCESS);
		if (version == NVSP_VERSION_1)
			reply.init_complete.version = cpu_to_le32(version);
	}
	nvsp_answer_msg(ctx, &reply);
}

static void nvsp_handle_ndis_version(struct nvsp_ctx *ctx)
{
	struct hvsim_nvsp *nvsp = &ctx->nic->nvsp;

	if (nvsp->ndis_version)
		hvsim_violation(ctx->dev, "NDIS_VERSION: a second time");
	nvsp->ndis_version = true;
	nvsp_answer(ctx, NULL, 0);
}

/* As real hosts do: an MTU that is out of range silently becomes 1500. */
static u32 nvsp_frame_max(const struct hvsim_nic *nic, u32 frame)
{
	u32 max = nic->cfg.max_mtu + ETH_HLEN;

	if (frame < ETH_FRAME_LEN || frame > max)
		return min_t(u32, ETH_FRAME_LEN, max);
	return frame;
}

static void nvsp_handle_ndis_config(struct nvsp_ctx *ctx)
{
	const struct nvsp_ndis_config *config = &ctx->msg->ndis_config;
	struct hvsim_nvsp *nvsp = &ctx->nic->nvsp;

	if (nvsp->ndis_config) {
		hvsim_violation(ctx->dev, "NDIS_CONFIG: a second time");
	} else if (nvsp->recv_buf) {
		hvsim_violation(ctx->dev, "NDIS_CONFIG: after RECV_BUF");
	} else {
		nvsp->ndis_config = true;
		nvsp->caps = le64_to_cpu(config->capabilities);
		nvsp->frame_max = nvsp_frame_max(ctx->nic,
						 le32_to_cpu(config->mtu));
		spin_lock_bh(&ctx->nic->sw.lock);
		ctx->nic->sw.frame_max = nvsp->frame_max;
		spin_unlock_bh(&ctx->nic->sw.lock);
	}
	nvsp_answer(ctx, NULL, 0);
}

static const char *nvsp_take_recv_buf(struct nvsp_ctx *ctx)
{
	struct hvsim_nic *nic = ctx->nic;
	u32 section = max(nic->cfg.recv_section,
			  ALIGN(nic->nvsp.frame_max + RECV_SECTION_EXTRA, 8));
	void *base;
	u32 size;

	if (nic->nvsp.recv_buf)
		return "RECV_BUF: a second time";
	if (nic->nvsp.version >= NVSP_VERSION_2 && !nic->nvsp.ndis_config)
		return "RECV_BUF: before NDIS_CONFIG";
	base = hvsim_gpadl_buf(ctx->dev, le32_to_cpu(ctx->msg->buf.gpadl),
			       &size);
	if (!base)
		return "RECV_BUF: no such GPADL";
	if (size < section)
		return "RECV_BUF: too small for one section";
	if (hvsim_rxbuf_init(&nic->rxbuf, base, size, section))
		return "RECV_BUF: no memory";
	nic->nvsp.recv_buf = true;
	nic->nvsp.recv_id = le16_to_cpu(ctx->msg->buf.id);
	return NULL;
}

static void nvsp_handle_recv_buf(struct nvsp_ctx *ctx)
{
	struct hvsim_rxbuf *rb = &ctx->nic->rxbuf;
	union nvsp_message reply = {
		.recv_buf_complete = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RECV_BUF_COMPLETE),
			.status = cpu_to_le32(NVSP_STATUS_FAIL),
		},
	};
	struct nvsp_recv_buf_complete *done = &reply.recv_buf_complete;
	const char *rule = nvsp_take_recv_buf(ctx);
	u32 end = rb->num_sections * rb->section_size;

	if (rule) {
		hvsim_violation(ctx->dev, "%s", rule);
	} else {
		done->status = cpu_to_le32(NVSP_STATUS_SUCCESS);
		done->num_sections = cpu_to_le32(1);
		done->section.sub_alloc_size = cpu_to_le32(rb->section_size);
		done->section.num_sub_allocs = cpu_to_le32(rb->num_sections);
		done->section.end_offset = cpu_to_le32(end);
	}
	nvsp_answer_msg(ctx, &reply);
}

static const char *nvsp_take_send_buf(struct nvsp_ctx *ctx)
{
	struct hvsim_nic *nic = ctx->nic;
	void *base;
	u32 size;

	if (nic->nvsp.send_buf)
		return "SEND_BUF: a second time";
	if (nic->nvsp.version >= NVSP_VERSION_2 && !nic->nvsp.ndis_config)
		return "SEND_BUF: before NDIS_CONFIG";
	base = hvsim_gpadl_buf(ctx->dev, le32_to_cpu(ctx->msg->buf.gpadl),
			       &size);
	if (!base)
		return "SEND_BUF: no such GPADL";
	if (size < nic->cfg.send_section)
		return "SEND_BUF: too small for one section";
	nic->nvsp.send_buf = true;
	nic->nvsp.send_base = base;
	nic->nvsp.send_size = size;
	return NULL;
}

static void nvsp_handle_send_buf(struct nvsp_ctx *ctx)
{
	const char *rule = nvsp_take_send_buf(ctx);
	u32 size = rule ? 0 : ctx->nic->cfg.send_section;
	union nvsp_message reply = {
		.send_buf_complete = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_SEND_BUF_COMPLETE),
			.status = cpu_to_le32(rule ? NVSP_STATUS_FAIL :
						     NVSP_STATUS_SUCCESS),
			.section_size = cpu_to_le32(size),
		},
	};

	if (rule)
		hvsim_violation(ctx->dev, "%s", rule);
	nvsp_answer_msg(ctx, &reply);
}

/* Nothing that comes after a revoke is processed, and nothing is sent. */
static void nvsp_stop(struct hvsim_nic *nic)
{
	int i;

	nic->nvsp.revoked = true;
	nic->nvsp.send_base = NULL;
	hvsim_rxbuf_exit(&nic->rxbuf);
	spin_lock_bh(&nic->sw.lock);
	nic->sw.filter = 0;
	spin_unlock_bh(&nic->sw.lock);
	for (i = 0; i < nic->cfg.channels; i++)
		hvsim_vswitch_purge(&nic->chans[i]);
}

static void nvsp_handle_revoke(struct nvsp_ctx *ctx)
{
	bool recv = le32_to_cpu(ctx->msg->hdr.type) == NVSP_MSG_REVOKE_RECV_BUF;
	struct hvsim_nvsp *nvsp = &ctx->nic->nvsp;

	if (!(recv ? nvsp->recv_buf : nvsp->send_buf)) {
		hvsim_violation(ctx->dev, "REVOKE: there is no such buffer");
		return;
	}
	nvsp_answer(ctx, NULL, 0);
	nvsp_stop(ctx->nic);
}

static enum nvsp_status nvsp_take_rndis(struct nvsp_ctx *ctx)
{
	bool was_up = ctx->nic->rndis.initialized;
	enum nvsp_status status;

	switch (le32_to_cpu(ctx->msg->rndis_pkt.channel_type)) {
	case NVSP_CHANNEL_DATA:
		if (was_up)
			return hvsim_tx_data(ctx->ch, ctx->pkt);
		hvsim_violation(ctx->dev, "data before RNDIS INIT");
		break;
	case NVSP_CHANNEL_CONTROL:
		if (!ctx->nic->nvsp.recv_buf) {
			hvsim_violation(ctx->dev, "RNDIS before RECV_BUF");
			break;
		}
		status = hvsim_rndis_control(ctx->ch, ctx->pkt);
		if (!was_up)
			hvsim_path_advertise(ctx->nic);
		return status;
	default:
		hvsim_violation(ctx->dev, "107: unknown channel type");
	}
	return NVSP_STATUS_INVALID_RNDIS_PKT;
}

static void nvsp_handle_rndis_pkt(struct nvsp_ctx *ctx)
{
	union nvsp_message reply = {
		.rndis_pkt_complete.hdr.type =
			cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE),
	};

	reply.rndis_pkt_complete.status = cpu_to_le32(nvsp_take_rndis(ctx));
	if (ctx->msg->rndis_pkt.channel_type == cpu_to_le32(NVSP_CHANNEL_DATA))
		hvsim_faults_check(&ctx->nic->faults, HVSIM_FAULT_COMPLETION,
				   0, &ctx->verdict);
	nvsp_answer_msg(ctx, &reply);
}

static void nvsp_handle_switch(struct nvsp_ctx *ctx)
{
	u32 active = le32_to_cpu(ctx->msg->switch_data_path.active);
	bool ok = true;

	if (active > NVSP_DATAPATH_VF)
		hvsim_violation(ctx->dev, "SWITCH_DATA_PATH: to %u", active);
	else
		ok = hvsim_path_requested(ctx->nic, active);
	nvsp_answer(ctx, NULL, 0);
	if (!ok)
		hvsim_path_refused(ctx->nic);
}

static void nvsp_handle_oid_query(struct nvsp_ctx *ctx)
{
	struct {
		__le32 type;
		__le32 status;
		__le32 len;
		u8 pad[NVSP_MSG_SIZE_61 - 12];
	} reply = {
		.type = cpu_to_le32(NVSP_MSG_OID_QUERY_EX_COMPLETE),
		.status = cpu_to_le32(RNDIS_STATUS_NOT_SUPPORTED),
	};

	nvsp_answer(ctx, &reply, hvsim_nvsp_msg_size(ctx->nic));
}

static const char *nvsp_take_subchannel(struct nvsp_ctx *ctx)
{
	u32 num = le32_to_cpu(ctx->msg->subchannel.num_subchannels);
	struct hvsim_nic *nic = ctx->nic;

	if (le32_to_cpu(ctx->msg->subchannel.op) != NVSP_SUBCHANNEL_ALLOCATE)
		return "SUBCHANNEL: unknown operation";
	if (!nic->rndis.initialized)
		return "SUBCHANNEL: before RNDIS INIT";
	if (nic->nvsp.subchannels)
		return "SUBCHANNEL: a second time";
	if (!num || num >= nic->cfg.channels)
		return "SUBCHANNEL: more than the host has, or none";
	nic->nvsp.subchannels = true;
	nic->nvsp.granted = num;
	return NULL;
}

/* After the answer, or so much later as a fault wants it. */
static void nvsp_offer_subchannels(struct hvsim_nic *nic)
{
	struct hvsim_verdict verdict = {};

	hvsim_faults_check(&nic->faults, HVSIM_FAULT_OFFER, 0, &verdict);
	if (verdict.rescind)
		hvsim_nic_rescind(nic);
	else if (!verdict.drop)
		mod_delayed_work(system_wq, &nic->offer_work,
				 msecs_to_jiffies(verdict.delay_ms));
}

static void nvsp_handle_subchannel(struct nvsp_ctx *ctx)
{
	const char *rule = nvsp_take_subchannel(ctx);
	u32 granted = rule ? 0 : ctx->nic->nvsp.granted;
	union nvsp_message reply = {
		.subchannel_complete = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SUBCHANNEL),
			.status = cpu_to_le32(rule ? NVSP_STATUS_FAIL :
						     NVSP_STATUS_SUCCESS),
			.num_subchannels = cpu_to_le32(granted),
		},
	};

	if (rule)
		hvsim_violation(ctx->dev, "%s", rule);
	nvsp_answer_msg(ctx, &reply);
	if (granted)
		nvsp_offer_subchannels(ctx->nic);
}

struct nvsp_handler {
	u32 type;
	u32 min_version;	/* 0: before one is agreed */
	bool any_channel;	/* not on the primary alone */
	void (*handle)(struct nvsp_ctx *ctx);
};

static const struct nvsp_handler nvsp_handlers[] = {
	{ NVSP_MSG_INIT, 0, false, nvsp_handle_init },
	{ NVSP_MSG_SEND_NDIS_VERSION, NVSP_VERSION_1, false,
	  nvsp_handle_ndis_version },
	{ NVSP_MSG_SEND_RECV_BUF, NVSP_VERSION_1, false, nvsp_handle_recv_buf },
	{ NVSP_MSG_REVOKE_RECV_BUF, NVSP_VERSION_1, false, nvsp_handle_revoke },
	{ NVSP_MSG_SEND_SEND_BUF, NVSP_VERSION_1, false, nvsp_handle_send_buf },
	{ NVSP_MSG_REVOKE_SEND_BUF, NVSP_VERSION_1, false, nvsp_handle_revoke },
	{ NVSP_MSG_SEND_RNDIS_PKT, NVSP_VERSION_1, true,
	  nvsp_handle_rndis_pkt },
	{ NVSP_MSG_SEND_NDIS_CONFIG, NVSP_VERSION_2, false,
	  nvsp_handle_ndis_config },
	{ NVSP_MSG_SWITCH_DATA_PATH, NVSP_VERSION_4, false,
	  nvsp_handle_switch },
	{ NVSP_MSG_OID_QUERY_EX, NVSP_VERSION_5, false, nvsp_handle_oid_query },
	{ NVSP_MSG_SUBCHANNEL, NVSP_VERSION_5, false, nvsp_handle_subchannel },
};

static const struct nvsp_handler *nvsp_find_handler(u32 type)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nvsp_handlers); i++)
		if (nvsp_handlers[i].type == type)
			return &nvsp_handlers[i];
	return NULL;
}

static const struct nvsp_handler *nvsp_check(struct nvsp_ctx *ctx, u32 type)
{
	const struct nvsp_handler *handler = nvsp_find_handler(type);
	const struct hvsim_nvsp *nvsp = &ctx->nic->nvsp;
	const char *rule = NULL;

	if (!handler)
		rule = "unknown message";
	else if (ctx->pkt->len < hvsim_nvsp_msg_size(ctx->nic))
		rule = "shorter than a message of this version";
	else if (handler->min_version && !nvsp->version)
		rule = "before a version is agreed";
	else if (handler->min_version > nvsp->version)
		rule = "not in the version agreed";
	else if (ctx->ch->index && !handler->any_channel)
		rule = "on a sub-channel";
	else if (ctx->pkt->num_ranges && !handler->any_channel)
		rule = "with page ranges";
	if (!rule)
		return handler;
	hvsim_violation(ctx->dev, "NVSP %u: %s", type, rule);
	return NULL;
}

static void nvsp_message(struct nvsp_ctx *ctx)
{
	const struct nvsp_handler *handler;
	u32 type;

	if (ctx->pkt->len < sizeof(ctx->msg->hdr)) {
		hvsim_violation(ctx->dev, "NVSP: shorter than a header");
		return;
	}
	type = le32_to_cpu(ctx->msg->hdr.type);
	hvsim_stats_msg(&ctx->nic->stats, type);
	handler = nvsp_check(ctx, type);
	if (!handler)
		return;
	hvsim_faults_check(&ctx->nic->faults, HVSIM_FAULT_NVSP, type,
			   &ctx->verdict);
	if (ctx->verdict.rescind)
		hvsim_nic_rescind(ctx->nic);
	else
		handler->handle(ctx);
}

/* The guest is done with a packet of ours. */
static void nvsp_completion(struct nvsp_ctx *ctx)
{
	const struct nvsp_rndis_pkt_complete *done = ctx->pkt->data;
	u64 id = ctx->pkt->trans_id;

	if (id == HVSIM_ID_ASSOCIATION)
		return;
	if (id == HVSIM_ID_SWITCH) {
		if (!hvsim_path_answered(ctx->nic))
			hvsim_violation(ctx->dev, "answer to no switch");
		return;
	}
	if (ctx->pkt->len < sizeof(*done) ||
	    le32_to_cpu(done->hdr.type) != NVSP_MSG_SEND_RNDIS_PKT_COMPLETE)
		hvsim_violation(ctx->dev, "completion of data is not a 108");
	if (!hvsim_rxbuf_ack(&ctx->nic->rxbuf, ctx->ch->index, id))
		hvsim_violation(ctx->dev,
				"channel %u: completion of unknown id %#llx",
				ctx->ch->index, id);
}

/* Data in both directions leaves the state alone; the rest may change it. */
static bool nvsp_is_data(const struct hvsim_pkt *pkt)
{
	const struct nvsp_rndis_pkt *msg = pkt->data;

	if (pkt->type == VM_PKT_COMP)
		return pkt->trans_id != HVSIM_ID_SWITCH;
	return pkt->len >= sizeof(*msg) &&
	       msg->hdr.type == cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT) &&
	       msg->channel_type == cpu_to_le32(NVSP_CHANNEL_DATA);
}

static void nvsp_dispatch(struct nvsp_ctx *ctx)
{
	if (ctx->nic->nvsp.revoked)
		return;
	switch (ctx->pkt->type) {
	case VM_PKT_COMP:
		nvsp_completion(ctx);
		break;
	case VM_PKT_DATA_INBAND:
	case VM_PKT_DATA_USING_GPA_DIRECT:
		nvsp_message(ctx);
		break;
	default:
		hvsim_violation(ctx->dev, "VMBus packet of type %u",
				ctx->pkt->type);
	}
}

/**
 * hvsim_netvsp_packet - handle a packet of the guest
 * @ch: the channel
 * @pkt: the packet
 *
 * Context: ->work of the channel; takes hvsim_nic.state.
 */
void hvsim_netvsp_packet(struct hvsim_nic_chan *ch, const struct hvsim_pkt *pkt)
{
	struct nvsp_ctx ctx = {
		.ch = ch,
		.nic = ch->nic,
		.dev = hvsim_chan_dev(ch->chan),
		.pkt = pkt,
		.msg = pkt->data,
	};

	if (nvsp_is_data(pkt)) {
		down_read(&ch->nic->state);
		nvsp_dispatch(&ctx);
		up_read(&ch->nic->state);
	} else {
		down_write(&ch->nic->state);
		nvsp_dispatch(&ctx);
		up_write(&ch->nic->state);
	}
}

static void nvsp_send_table(struct hvsim_nic *nic)
{
	struct {
		struct nvsp_send_table hdr;
		__le32 table[NVSP_SEND_TABLE_ENTRIES];
	} msg = {
		.hdr.hdr.type = cpu_to_le32(NVSP_MSG_SEND_INDIRECTION_TABLE),
		.hdr.count = cpu_to_le32(NVSP_SEND_TABLE_ENTRIES),
		.hdr.offset = cpu_to_le32(sizeof(msg.hdr)),
	};
	int i;

	for (i = 0; i < NVSP_SEND_TABLE_ENTRIES; i++)
		msg.table[i] = cpu_to_le32(i % (nic->nvsp.opened + 1));
	hvsim_out_inband(hvsim_nic_primary(nic), false, 0, &msg, sizeof(msg));
}

/**
 * hvsim_netvsp_opened - the guest opened a channel
 * @ch: the channel
 *
 * Context: process, hvsim_nic.state held for writing.
 */
void hvsim_netvsp_opened(struct hvsim_nic_chan *ch)
{
	struct hvsim_nic *nic = ch->nic;

	if (!ch->index) {
		memset(&nic->nvsp, 0, sizeof(nic->nvsp));
		memset(&nic->rndis, 0, sizeof(nic->rndis));
		nic->nvsp.frame_max = nvsp_frame_max(nic, ETH_FRAME_LEN);
		return;
	}
	if (++nic->nvsp.opened == nic->nvsp.granted)
		nvsp_send_table(nic);
}

/**
 * hvsim_netvsp_closed - the guest closed a channel
 * @ch: the channel
 *
 * With the primary one everything that was negotiated is forgotten.
 *
 * Context: process, hvsim_nic.state held for writing.
 */
void hvsim_netvsp_closed(struct hvsim_nic_chan *ch)
{
	struct hvsim_nic *nic = ch->nic;

	if (ch->index) {
		hvsim_rxbuf_drop_chan(&nic->rxbuf, ch->index);
		return;
	}
	hvsim_rxbuf_exit(&nic->rxbuf);
	memset(&nic->nvsp, 0, sizeof(nic->nvsp));
	memset(&nic->rndis, 0, sizeof(nic->rndis));
	hvsim_path_closed(nic);
}
