// SPDX-License-Identifier: GPL-2.0-only
#include "hvsim_guest.h"

#include <linux/vmalloc.h>

#include "hvsim/bus.h"

#define PATIENCE	(10 * HZ)
#define GUEST_RING	(64 * 1024)
#define GUEST_NIC	41

static void guest_interrupt(void *context)
{
	/* The test looks by itself. */
}

/* ---- the device ---- */

int guest_init(struct kunit *test)
{
	struct guest *g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, g);
	g->cfg = (struct hvsim_nic_cfg) {
		.id = GUEST_NIC,
		.channels = 4,
		.version = NVSP_VERSION_61,
		.max_mtu = 9000,
		.speed = 40000,
		.lso4 = 62780,
		.lso6 = 62780,
		.recv_section = 1728,
		.send_section = 6144,
		.csum4 = true,
		.csum6 = true,
		.udp = true,
		.rsc = true,
		.mac = { 0x00, 0x15, 0x5d, 0x00, 0x01, 0x01 },
		.name = "Network Adapter",
	};
	g->next_id = 1;
	test->priv = g;
	return 0;
}

void guest_exit(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_close(g);
	if (g->nic)
		hvsim_nic_destroy(g->nic);
	/* They were wanted; other suites want none. */
	hvsim_violations_clear();
}

void guest_offer(struct kunit *test)
{
	unsigned long until = jiffies + PATIENCE;
	struct guest *g = test->priv;
	struct hvsim_nic *nic = hvsim_nic_create(&g->cfg);
	struct device *dev;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nic);
	g->nic = nic;
	dev = &nic->dev->hv.device;
	while (!READ_ONCE(nic->rndis.initialized) &&
	       time_before(jiffies, until))
		schedule_timeout_uninterruptible(1);
	device_lock(dev);	/* until its probe has ended */
	device_unlock(dev);
	device_release_driver(dev);
	KUNIT_ASSERT_FALSE(test, nic->chans[0].open);
	g->channel = nic->dev->hv.channel;
	memset(&nic->stats.count, 0, sizeof(nic->stats.count));
}

void guest_open(struct kunit *test)
{
	struct guest *g = test->priv;

	if (!g->nic)
		guest_offer(test);
	g->recv = vzalloc(GUEST_RECV_SIZE);
	g->send = vzalloc(GUEST_SEND_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, g->recv);
	KUNIT_ASSERT_NOT_NULL(test, g->send);
	set_channel_read_mode(g->channel, HV_CALL_ISR);
	g->channel->rqstor_size = 0;	/* ids are what the test says */
	g->channel->max_pkt_size = 8192;
	KUNIT_ASSERT_EQ(test, 0, vmbus_open(g->channel, GUEST_RING, GUEST_RING,
					    NULL, 0, guest_interrupt, g));
	KUNIT_ASSERT_EQ(test, 0,
			vmbus_establish_gpadl(g->channel, g->recv,
					      GUEST_RECV_SIZE,
					      &g->recv_gpadl));
	KUNIT_ASSERT_EQ(test, 0,
			vmbus_establish_gpadl(g->channel, g->send,
					      GUEST_SEND_SIZE,
					      &g->send_gpadl));
}

void guest_close(struct guest *g)
{
	if (g->recv) {
		vmbus_close(g->channel);
		vmbus_teardown_gpadl(g->channel, &g->recv_gpadl);
		vmbus_teardown_gpadl(g->channel, &g->send_gpadl);
	}
	vfree(g->recv);
	vfree(g->send);
	g->recv = NULL;
	g->send = NULL;
}

/* ---- messages ---- */

u64 guest_violations(const struct guest *g)
{
	return atomic64_read(&g->nic->stats.count[HVSIM_VIOLATIONS]);
}

u64 guest_post(struct kunit *test, const void *msg, u32 len)
{
	struct guest *g = test->priv;
	u64 id = g->next_id++;

	KUNIT_ASSERT_EQ(test, 0,
			vmbus_sendpacket(g->channel, (void *)msg, len, id,
					 VM_PKT_DATA_INBAND,
					 VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED));
	return id;
}

void guest_ack(struct kunit *test, u64 id)
{
	const struct nvsp_rndis_pkt_complete done = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT_COMPLETE),
		.status = cpu_to_le32(NVSP_STATUS_SUCCESS),
	};
	struct guest *g = test->priv;

	KUNIT_ASSERT_EQ(test, 0,
			vmbus_sendpacket(g->channel, (void *)&done,
					 sizeof(done), id, VM_PKT_COMP, 0));
}

static void guest_take_xfer(struct kunit *test,
			    const struct vmpacket_descriptor *desc)
{
	const struct vmtransfer_page_packet_header *hdr =
		(const struct vmtransfer_page_packet_header *)desc;
	struct guest *g = test->priv;
	const struct rndis_hdr *rndis;

	KUNIT_ASSERT_GE(test, hdr->range_cnt, 1);
	KUNIT_ASSERT_LE(test, hdr->ranges[0].byte_offset,
			GUEST_RECV_SIZE - hdr->ranges[0].byte_count);
	rndis = (void *)(g->recv + hdr->ranges[0].byte_offset);
	switch (le32_to_cpu(rndis->type)) {
	case RNDIS_MSG_PACKET:
		g->frames++;
		break;
	case RNDIS_MSG_INDICATE:
		g->indications++;
		break;
	default:
		g->reply_len = min_t(u32, hdr->ranges[0].byte_count,
				     sizeof(g->reply));
		memcpy(g->reply, rndis, g->reply_len);
	}
	g->last_xfer = desc->trans_id;
	if (!g->keep)
		guest_ack(test, desc->trans_id);
}

/* One packet of the host; true when it is the answer to @id. */
static bool guest_take(struct kunit *test, u64 id,
		       const struct vmpacket_descriptor *desc, void *answer,
		       u32 size, int *len)
{
	const struct nvsp_hdr *hdr = hv_pkt_data(desc);
	struct guest *g = test->priv;

	switch (desc->type) {
	case VM_PKT_DATA_USING_XFER_PAGES:
		guest_take_xfer(test, desc);
		return false;
	case VM_PKT_DATA_INBAND:
		g->last_inband = le32_to_cpu(hdr->type);
		return false;
	case VM_PKT_COMP:
		if (desc->trans_id != id)
			return false;
		*len = hv_pkt_datalen(desc);
		memset(answer, 0, size);
		memcpy(answer, hdr, min_t(u32, *len, size));
		return true;
	}
	KUNIT_FAIL(test, "packet of type %u", desc->type);
	return false;
}

/* Until the answer to @id has come; -1 when it does not. */
static int guest_wait(struct kunit *test, u64 id, void *answer, u32 size)
{
	unsigned long until = jiffies + PATIENCE;
	struct guest *g = test->priv;
	struct vmpacket_descriptor *desc;
	bool found = false;
	int len = -1;

	while (!found && time_before(jiffies, until)) {
		foreach_vmbus_pkt(desc, g->channel)
			if (guest_take(test, id, desc, answer, size, &len))
				found = true;
		if (!found)
			schedule_timeout_uninterruptible(1);
	}
	return len;
}

int guest_ask(struct kunit *test, const void *msg, u32 len, void *answer,
	      u32 size)
{
	return guest_wait(test, guest_post(test, msg, len), answer, size);
}

/* Something that is answered at any time, and changes nothing. */
void guest_fence(struct kunit *test)
{
	union nvsp_message msg = {
		.hdr.type = cpu_to_le32(NVSP_MSG_OID_QUERY_EX),
	};
	struct guest *g = test->priv;
	u32 unused;

	if (!g->nic->nvsp.version) {
		guest_hello(test, 0x7fffffff);
		return;
	}
	KUNIT_ASSERT_GE(test, guest_ask(test, &msg, sizeof(msg), &unused,
					sizeof(unused)), 4);
}

/* ---- negotiation ---- */

u32 guest_hello(struct kunit *test, u32 version)
{
	union nvsp_message msg = {
		.init = {
			.hdr.type = cpu_to_le32(NVSP_MSG_INIT),
			.min_version = cpu_to_le32(version),
			.max_version = cpu_to_le32(version),
		},
	};
	struct nvsp_init_complete done;

	KUNIT_ASSERT_GE(test, guest_ask(test, &msg, sizeof(msg), &done,
					sizeof(done)), (int)sizeof(done));
	return le32_to_cpu(done.status);
}

void guest_ndis_config(struct kunit *test, u32 frame_max, u64 caps)
{
	union nvsp_message msg = {
		.ndis_config = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_NDIS_CONFIG),
			.mtu = cpu_to_le32(frame_max),
			.capabilities = cpu_to_le64(caps),
		},
	};
	u32 unused;

	KUNIT_EXPECT_EQ(test, 0, guest_ask(test, &msg, sizeof(msg), &unused,
					   sizeof(unused)));
}

u32 guest_recv_buf(struct kunit *test)
{
	struct guest *g = test->priv;
	union nvsp_message msg = {
		.buf = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RECV_BUF),
			.gpadl = cpu_to_le32(g->recv_gpadl.gpadl_handle),
			.id = cpu_to_le16(NVSP_RECV_BUF_ID),
		},
	};
	struct nvsp_recv_buf_complete done;

	KUNIT_ASSERT_GE(test, guest_ask(test, &msg, sizeof(msg), &done,
					sizeof(done)), (int)sizeof(done));
	return le32_to_cpu(done.status);
}

u32 guest_send_buf(struct kunit *test)
{
	struct guest *g = test->priv;
	union nvsp_message msg = {
		.buf = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_SEND_BUF),
			.gpadl = cpu_to_le32(g->send_gpadl.gpadl_handle),
		},
	};
	struct nvsp_send_buf_complete done;

	KUNIT_ASSERT_GE(test, guest_ask(test, &msg, sizeof(msg), &done,
					sizeof(done)), (int)sizeof(done));
	return le32_to_cpu(done.status);
}

u32 guest_subchannels(struct kunit *test, u32 num)
{
	union nvsp_message msg = {
		.subchannel = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SUBCHANNEL),
			.op = cpu_to_le32(NVSP_SUBCHANNEL_ALLOCATE),
			.num_subchannels = cpu_to_le32(num),
		},
	};
	struct nvsp_subchannel_complete done;

	KUNIT_ASSERT_GE(test, guest_ask(test, &msg, sizeof(msg), &done,
					sizeof(done)), (int)sizeof(done));
	return le32_to_cpu(done.status);
}

void guest_connect(struct kunit *test)
{
	const struct rndis_init init = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_INIT),
		.hdr.len = cpu_to_le32(sizeof(init)),
		.req_id = cpu_to_le32(1),
		.major = cpu_to_le32(RNDIS_MAJOR_VERSION),
	};
	struct guest *g = test->priv;

	guest_open(test);
	KUNIT_ASSERT_EQ(test, guest_hello(test, g->cfg.version),
			NVSP_STATUS_SUCCESS);
	if (g->cfg.version >= NVSP_VERSION_2)
		guest_ndis_config(test, ETH_FRAME_LEN,
				  NVSP_CAP_8021Q | NVSP_CAP_SRIOV |
				  NVSP_CAP_RSC);
	KUNIT_ASSERT_EQ(test, guest_recv_buf(test), NVSP_STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, guest_send_buf(test), NVSP_STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, guest_rndis(test, NVSP_CHANNEL_CONTROL, &init,
					  sizeof(init)), NVSP_STATUS_SUCCESS);
	guest_fence(test);
	KUNIT_ASSERT_EQ(test, guest_violations(g), 0);
}

/* ---- RNDIS ---- */

u32 guest_rndis(struct kunit *test, u32 channel_type, const void *msg, u32 len)
{
	union nvsp_message nvsp = {
		.rndis_pkt = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
			.channel_type = cpu_to_le32(channel_type),
			.send_section_index = cpu_to_le32(1),
			.send_section_size = cpu_to_le32(len),
		},
	};
	struct nvsp_rndis_pkt_complete done;
	struct guest *g = test->priv;

	KUNIT_ASSERT_LE(test, len, g->cfg.send_section);
	memcpy(g->send + g->cfg.send_section, msg, len);
	KUNIT_ASSERT_GE(test, guest_ask(test, &nvsp, sizeof(nvsp), &done,
					sizeof(done)), (int)sizeof(done));
	return le32_to_cpu(done.status);
}

static u32 guest_oid(struct kunit *test, u32 type, u32 oid, const void *info,
		     u32 len)
{
	struct {
		struct rndis_oid_req req;
		u8 info[1024];
	} msg = {
		.req = {
			.hdr.type = cpu_to_le32(type),
			.hdr.len = cpu_to_le32(sizeof(msg.req) + len),
			.req_id = cpu_to_le32(7),
			.oid = cpu_to_le32(oid),
			.info_len = cpu_to_le32(len),
			.info_offset = cpu_to_le32(sizeof(msg.req) -
						   RNDIS_OFFSET_BASE),
		},
	};
	struct guest *g = test->priv;
	struct rndis_set_complete done = { };

	memcpy(msg.info, info, len);
	g->reply_len = 0;
	KUNIT_EXPECT_EQ(test, guest_rndis(test, NVSP_CHANNEL_CONTROL, &msg,
					  sizeof(msg.req) + len),
			NVSP_STATUS_SUCCESS);
	guest_fence(test);
	KUNIT_ASSERT_GE(test, g->reply_len, sizeof(done));
	memcpy(&done, g->reply, sizeof(done));
	return le32_to_cpu(done.status);
}

u32 guest_set(struct kunit *test, u32 oid, const void *info, u32 len)
{
	return guest_oid(test, RNDIS_MSG_SET, oid, info, len);
}

u32 guest_query(struct kunit *test, u32 oid, const void *info, u32 len)
{
	return guest_oid(test, RNDIS_MSG_QUERY, oid, info, len);
}
