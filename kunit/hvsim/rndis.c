// SPDX-License-Identifier: GPL-2.0-only
/*
 * RNDIS, host side: control messages.  A message that breaks a rule is
 * answered with a failure when it has a request id, and has no effect.
 */
#define pr_fmt(fmt) "hvsim: " fmt

#include "rndis.h"

#include <linux/slab.h>

#include "msg.h"
#include "oid.h"
#include "outq.h"

/* A request with the longest information: RSS parameters with 256 entries. */
#define RNDIS_MAX_CONTROL	4096

/* What INIT_C promises; tx.c keeps to it. */
#define RNDIS_MAX_PKT_PER_MSG	8
#define RNDIS_ALIGN_FACTOR	3
#define RNDIS_HOST_MAX_XFER	0xefffffff

struct rndis_ctx {
	struct hvsim_nic *nic;
	void *msg;
	u32 len;
	struct hvsim_verdict verdict;
};

static void rndis_violation(struct rndis_ctx *ctx, const char *rule)
{
	hvsim_violation(ctx->nic->dev, "%s", rule);
}

static void rndis_reply(struct rndis_ctx *ctx, const void *msg, u32 len)
{
	if (hvsim_out_rndis(ctx->nic, msg, len, &ctx->verdict))
		rndis_violation(ctx, "RNDIS: replies pile up, none is taken");
}

static void rndis_indicate_offloads(struct hvsim_nic *nic)
{
	struct ndis_offload config;

	hvsim_oid_offload_config(nic, &config);
	hvsim_rndis_indicate(nic, RNDIS_STATUS_TASK_OFFLOAD_CONFIG, &config,
			     sizeof(config));
}

static void rndis_handle_init(struct rndis_ctx *ctx)
{
	const struct rndis_init *init = ctx->msg;
	struct rndis_init_complete reply = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_INIT_C),
		.hdr.len = cpu_to_le32(sizeof(reply)),
		.req_id = init->req_id,
		.major = cpu_to_le32(RNDIS_MAJOR_VERSION),
		.minor = cpu_to_le32(RNDIS_MINOR_VERSION),
		.dev_flags = cpu_to_le32(RNDIS_DF_CONNECTIONLESS),
		.medium = cpu_to_le32(RNDIS_MEDIUM_802_3),
		.max_pkt_per_msg = cpu_to_le32(RNDIS_MAX_PKT_PER_MSG),
		.max_xfer_size = cpu_to_le32(RNDIS_HOST_MAX_XFER),
		.pkt_alignment_factor = cpu_to_le32(RNDIS_ALIGN_FACTOR),
	};

	if (ctx->nic->rndis.initialized) {
		rndis_violation(ctx, "RNDIS INIT: a second time");
		reply.status = cpu_to_le32(RNDIS_STATUS_FAILURE);
	} else if (le32_to_cpu(init->major) != RNDIS_MAJOR_VERSION) {
		rndis_violation(ctx, "RNDIS INIT: unknown version");
		reply.status = cpu_to_le32(RNDIS_STATUS_BAD_VERSION);
	} else {
		ctx->nic->rndis.initialized = true;
	}
	rndis_reply(ctx, &reply, sizeof(reply));
	if (!reply.status)
		rndis_indicate_offloads(ctx->nic);
}

static void rndis_handle_halt(struct rndis_ctx *ctx)
{
	ctx->nic->rndis.initialized = false;
}

/* Where the information of a query or set is; NULL: not in the message. */
static const void *rndis_info(const struct rndis_ctx *ctx, u32 *len)
{
	const struct rndis_oid_req *req = ctx->msg;
	u32 offset = le32_to_cpu(req->info_offset);

	*len = le32_to_cpu(req->info_len);
	if (!*len)
		return ctx->msg;
	if (offset < sizeof(*req) - RNDIS_OFFSET_BASE ||
	    (u64)offset + RNDIS_OFFSET_BASE + *len > ctx->len)
		return NULL;
	return ctx->msg + RNDIS_OFFSET_BASE + offset;
}

/* Counts, lets the faults see it, and checks what is the same for both. */
static const void *rndis_take_oid(struct rndis_ctx *ctx, u32 *len)
{
	const struct rndis_oid_req *req = ctx->msg;
	u32 oid = le32_to_cpu(req->oid);
	const void *info;

	hvsim_stats_oid(&ctx->nic->stats, oid);
	hvsim_faults_check(&ctx->nic->faults, HVSIM_FAULT_OID, oid,
			   &ctx->verdict);
	info = rndis_info(ctx, len);
	if (!ctx->nic->rndis.initialized) {
		rndis_violation(ctx, "RNDIS: OID before INIT");
		return NULL;
	}
	if (req->vc_handle) {
		rndis_violation(ctx, "RNDIS: VC handle is not 0");
		return NULL;
	}
	if (!info)
		rndis_violation(ctx, "RNDIS: information beyond the message");
	return info;
}

static void rndis_handle_query(struct rndis_ctx *ctx)
{
	const struct rndis_oid_req *req = ctx->msg;
	struct {
		struct rndis_query_complete hdr;
		u8 info[HVSIM_OID_MAX_INFO];
	} *reply;
	u32 status = RNDIS_STATUS_FAILURE;
	u32 out_len = 0;
	const void *in;
	u32 len;

	reply = kzalloc(sizeof(*reply), GFP_KERNEL);
	if (!reply)
		return;
	in = rndis_take_oid(ctx, &len);
	if (in)
		status = hvsim_oid_query(ctx->nic, le32_to_cpu(req->oid), in,
					 len, reply->info, &out_len);
	reply->hdr = (struct rndis_query_complete) {
		.hdr.type = cpu_to_le32(RNDIS_MSG_QUERY_C),
		.hdr.len = cpu_to_le32(sizeof(reply->hdr) + out_len),
		.req_id = req->req_id,
		.status = cpu_to_le32(status),
		.info_len = cpu_to_le32(out_len),
		.info_offset = cpu_to_le32(sizeof(reply->hdr) -
					   RNDIS_OFFSET_BASE),
	};
	rndis_reply(ctx, reply, sizeof(reply->hdr) + out_len);
	kfree(reply);
}

static void rndis_handle_set(struct rndis_ctx *ctx)
{
	const struct rndis_oid_req *req = ctx->msg;
	struct rndis_set_complete reply = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_SET_C),
		.hdr.len = cpu_to_le32(sizeof(reply)),
		.req_id = req->req_id,
	};
	u32 status = RNDIS_STATUS_FAILURE;
	u32 oid = le32_to_cpu(req->oid);
	const void *in;
	u32 len;

	in = rndis_take_oid(ctx, &len);
	if (in)
		status = hvsim_oid_set(ctx->nic, oid, in, len);
	reply.status = cpu_to_le32(status);
	rndis_reply(ctx, &reply, sizeof(reply));
	if (oid == NDIS_OID_OFFLOAD_PARAMS && status == RNDIS_STATUS_SUCCESS)
		rndis_indicate_offloads(ctx->nic);
}

static void rndis_handle_reset(struct rndis_ctx *ctx)
{
	struct rndis_reset_complete reply = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_RESET_C),
		.hdr.len = cpu_to_le32(sizeof(reply)),
	};

	rndis_reply(ctx, &reply, sizeof(reply));
}

static void rndis_handle_keepalive(struct rndis_ctx *ctx)
{
	const struct rndis_req_hdr *req = ctx->msg;
	struct rndis_set_complete reply = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_KEEPALIVE_C),
		.hdr.len = cpu_to_le32(sizeof(reply)),
		.req_id = req->req_id,
	};

	rndis_reply(ctx, &reply, sizeof(reply));
}

static const struct {
	u32 type;
	u32 min_len;
	void (*handle)(struct rndis_ctx *ctx);
} rndis_handlers[] = {
	{ RNDIS_MSG_INIT,  sizeof(struct rndis_init),	 rndis_handle_init },
	{ RNDIS_MSG_HALT,  sizeof(struct rndis_halt),	 rndis_handle_halt },
	{ RNDIS_MSG_QUERY, sizeof(struct rndis_oid_req), rndis_handle_query },
	{ RNDIS_MSG_SET,   sizeof(struct rndis_oid_req), rndis_handle_set },
	{ RNDIS_MSG_RESET, sizeof(struct rndis_reset),	 rndis_handle_reset },
	{ RNDIS_MSG_KEEPALIVE, sizeof(struct rndis_req_hdr),
	  rndis_handle_keepalive },
};

static const char *rndis_dispatch(struct rndis_ctx *ctx)
{
	const struct rndis_hdr *hdr = ctx->msg;
	u32 type, i;

	if (ctx->len < sizeof(*hdr))
		return "RNDIS control: shorter than its header";
	type = le32_to_cpu(hdr->type);
	if (le32_to_cpu(hdr->len) < sizeof(*hdr) ||
	    le32_to_cpu(hdr->len) > ctx->len)
		return "RNDIS control: bad message length";
	ctx->len = le32_to_cpu(hdr->len);

	for (i = 0; i < ARRAY_SIZE(rndis_handlers); i++) {
		if (rndis_handlers[i].type != type)
			continue;
		if (ctx->len < rndis_handlers[i].min_len)
			return "RNDIS control: too short for its type";
		hvsim_faults_check(&ctx->nic->faults, HVSIM_FAULT_RNDIS, type,
				   &ctx->verdict);
		rndis_handlers[i].handle(ctx);
		return NULL;
	}
	return "RNDIS control: unknown type";
}

/**
 * hvsim_rndis_control - handle a control message
 * @ch: the channel
 * @pkt: the message 107, at least struct nvsp_rndis_pkt long
 *
 * Context: ->work of the channel, hvsim_nic.state held for writing.
 * Return: the status to complete the message with.
 */
enum nvsp_status hvsim_rndis_control(struct hvsim_nic_chan *ch,
				     const struct hvsim_pkt *pkt)
{
	enum nvsp_status status = NVSP_STATUS_INVALID_RNDIS_PKT;
	struct rndis_ctx ctx = {
		.nic = ch->nic,
	};
	struct hvsim_msg msg;
	const char *rule;

	rule = ch->index ? "RNDIS control: on a sub-channel" :
			   hvsim_msg_open(&msg, ch->nic, pkt);
	if (!rule && msg.len > RNDIS_MAX_CONTROL)
		rule = "RNDIS control: too long";
	if (rule) {
		rndis_violation(&ctx, rule);
		return status;
	}
	ctx.len = msg.len;
	ctx.msg = kmalloc(msg.len, GFP_KERNEL);
	if (!ctx.msg)
		return NVSP_STATUS_FAIL;
	if (hvsim_msg_copy(&msg, 0, ctx.msg, msg.len))
		rule = "RNDIS control: unreadable";
	else
		rule = rndis_dispatch(&ctx);
	if (rule)
		rndis_violation(&ctx, rule);
	else
		status = NVSP_STATUS_SUCCESS;
	kfree(ctx.msg);
	if (ctx.verdict.rescind)
		hvsim_nic_rescind(ch->nic);
	return status;
}

/**
 * hvsim_rndis_indicate - tell the guest of a change
 * @nic: the NIC; its state is held
 * @status: RNDIS_STATUS_*
 * @buf: what goes with it, or NULL
 * @len: bytes of @buf, at most a struct ndis_offload
 *
 * Nothing happens when RNDIS is not initialized.
 */
void hvsim_rndis_indicate(struct hvsim_nic *nic, u32 status, const void *buf,
			  u32 len)
{
	const struct hvsim_verdict none = { };
	struct {
		struct rndis_indicate hdr;
		u8 buf[sizeof(struct ndis_offload)];
	} msg = {
		.hdr.hdr.type = cpu_to_le32(RNDIS_MSG_INDICATE),
		.hdr.hdr.len = cpu_to_le32(sizeof(msg.hdr) + len),
		.hdr.status = cpu_to_le32(status),
		.hdr.buf_len = cpu_to_le32(len),
	};

	if (!nic->rndis.initialized || len > sizeof(msg.buf))
		return;
	if (len) {
		msg.hdr.buf_offset = cpu_to_le32(sizeof(msg.hdr) -
						 RNDIS_OFFSET_BASE);
		memcpy(msg.buf, buf, len);
	}
	if (hvsim_out_rndis(nic, &msg, sizeof(msg.hdr) + len, &none))
		pr_debug("nic%u: indication dropped\n", nic->cfg.id);
}
