// SPDX-License-Identifier: GPL-2.0-only
#include "netvsc_rx_fixture.h"

#include <linux/etherdevice.h>

#include "rx.h"

/* One of the last sections: the host gives out the first ones. */
static u32 spare_offset(const struct netvsc_device *nvdev, u32 i)
{
	return nvdev->recv.section_size * (nvdev->recv.section_count - 1 - i);
}

void xfer_make(struct netvsc_device *nvdev, struct xfer *x, u32 n)
{
	struct nvsp_rndis_pkt nvsp = {
		.hdr.type = cpu_to_le32(NVSP_MSG_SEND_RNDIS_PKT),
		.send_section_index = cpu_to_le32(NVSP_NO_SEND_SECTION),
	};
	u32 i;

	memset(x, 0, sizeof(*x));
	x->hdr.d.type = VM_PKT_DATA_USING_XFER_PAGES;
	x->hdr.d.trans_id = E2E_RX_ID;
	x->hdr.d.offset8 = (24 + n * 8) / 8;
	x->hdr.d.len8 = (24 + n * 8 + sizeof(nvsp)) / 8;
	x->hdr.xfer_pageset_id = NVSP_RECV_BUF_ID;
	x->hdr.range_cnt = n;
	x->num_ranges = n;
	memcpy(x->raw + 24 + n * 8, &nvsp, sizeof(nvsp));
	for (i = 0; i < n; i++)
		xfer_range(x, i)->byte_offset = spare_offset(nvdev, i);
}

void xfer_put(struct netvsc_device *nvdev, struct xfer *x, u32 i,
	      const void *data, u32 len, const struct xfer_ppi *ppi)
{
	u32 ppi_len = ppi ? sizeof(struct rndis_ppi) + ppi->len : 0;
	struct rndis_packet packet = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_PACKET),
		.hdr.len = cpu_to_le32(sizeof(packet) + ppi_len + len),
		.data_offset = cpu_to_le32(sizeof(packet) - 8 + ppi_len),
		.data_len = cpu_to_le32(len),
		.ppi_offset = cpu_to_le32(ppi_len ? sizeof(packet) - 8 : 0),
		.ppi_len = cpu_to_le32(ppi_len),
	};
	struct rndis_ppi hdr = {
		.size = cpu_to_le32(ppi_len),
		.offset = cpu_to_le32(sizeof(hdr)),
	};
	void *buf = xfer_buf(nvdev, x, i);

	memcpy(buf, &packet, sizeof(packet));
	if (ppi) {
		hdr.type = cpu_to_le32(ppi->type);
		memcpy(buf + sizeof(packet), &hdr, sizeof(hdr));
		memcpy(buf + sizeof(packet) + sizeof(hdr), ppi->data, ppi->len);
	}
	memcpy(buf + sizeof(packet) + ppi_len, data, len);
	xfer_range(x, i)->byte_count = sizeof(packet) + ppi_len + len;
}

void xfer_frame(struct e2e *e, u8 *frame, u32 len)
{
	struct ethhdr *eth = (struct ethhdr *)frame;
	u32 i;

	for (i = 0; i < len; i++)
		frame[i] = i * 7;
	ether_addr_copy(eth->h_dest, e->ndev->dev_addr);
	ether_addr_copy(eth->h_source, e->cfg.mac);
	eth->h_proto = htons(E2E_PROTO);
}

int xfer_receive(struct kunit *test, struct xfer *x, u32 status)
{
	struct e2e *e = test->priv;
	struct netvsc_channel *ch = e2e_device(e)->channels[0];
	int frames;

	local_bh_disable();
	KUNIT_ASSERT_EQ(test, ch->rx.num_acks, 0);
	frames = netvsc_rx_packet(ch, &x->hdr.d);
	KUNIT_EXPECT_EQ(test, ch->rx.num_acks, 1);
	KUNIT_EXPECT_FALSE(test, netvsc_rx_idle(ch));
	KUNIT_EXPECT_EQ(test, ch->rx.acks[ch->rx.first_ack %
				NETVSC_RX_MAX_ACKS].trans_id, E2E_RX_ID);
	KUNIT_EXPECT_EQ(test, ch->rx.acks[ch->rx.first_ack %
				NETVSC_RX_MAX_ACKS].status, status);
	ch->rx.num_acks = 0;
	KUNIT_EXPECT_EQ(test, ch->rx.frame.count, 0);
	napi_schedule(&ch->napi);
	local_bh_enable();

	return frames;
}
