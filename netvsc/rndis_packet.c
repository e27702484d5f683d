// SPDX-License-Identifier: GPL-2.0-only
#include "rndis_packet.h"

#include <linux/bitfield.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/string.h>

/* A __le32 is all that each kind of info the guest sends consists of. */
#define PPI_LEN		(sizeof(struct rndis_ppi) + sizeof(__le32))

/**
 * netvsc_packet_vlan() - make the content of RNDIS_PPI_8021Q
 * @tci: the tag as Linux has it
 *
 * Return: the content, in the host's byte order.
 */
u32 netvsc_packet_vlan(u16 tci)
{
	return FIELD_PREP(RNDIS_8021Q_VID, tci & VLAN_VID_MASK) |
	       (tci & VLAN_CFI_MASK ? RNDIS_8021Q_CFI : 0) |
	       FIELD_PREP(RNDIS_8021Q_PRI, tci >> VLAN_PRIO_SHIFT);
}

/**
 * netvsc_packet_vlan_tci() - read the content of RNDIS_PPI_8021Q
 * @vlan: the content
 *
 * Return: the tag as Linux has it.
 */
u16 netvsc_packet_vlan_tci(u32 vlan)
{
	return FIELD_GET(RNDIS_8021Q_VID, vlan) |
	       (vlan & RNDIS_8021Q_CFI ? VLAN_CFI_MASK : 0) |
	       FIELD_GET(RNDIS_8021Q_PRI, vlan) << VLAN_PRIO_SHIFT;
}

/**
 * netvsc_packet_header_len() - bytes that go before the frame
 * @tx: what is to be sent
 *
 * Return: bytes of the packet header and its per-packet info, at most
 * NETVSC_PACKET_HEADER_MAX.
 */
u32 netvsc_packet_header_len(const struct netvsc_packet_tx *tx)
{
	u32 ppis = tx->has_hash + tx->has_vlan + (tx->csum || tx->lso);

	return sizeof(struct rndis_packet) + ppis * PPI_LEN;
}

static void *put_ppi(void *pos, u32 type, u32 value)
{
	struct rndis_ppi ppi = {
		.size = cpu_to_le32(PPI_LEN),
		.type = cpu_to_le32(type),
		.offset = cpu_to_le32(sizeof(ppi)),
	};
	__le32 wire = cpu_to_le32(value);

	memcpy(pos, &ppi, sizeof(ppi));
	memcpy(pos + sizeof(ppi), &wire, sizeof(wire));

	return pos + PPI_LEN;
}

/**
 * netvsc_packet_build() - write what goes before the frame
 * @buf: where to; the host may be able to read it already
 * @size: room there
 * @tx: what is to be sent; @tx->lso wins over @tx->csum
 *
 * Return: the bytes written, netvsc_packet_header_len(); 0 if @size is less.
 */
u32 netvsc_packet_build(void *buf, u32 size, const struct netvsc_packet_tx *tx)
{
	u32 len = netvsc_packet_header_len(tx);
	struct rndis_packet packet = {
		.hdr.type = cpu_to_le32(RNDIS_MSG_PACKET),
		.hdr.len = cpu_to_le32(len + tx->data_len),
		.data_offset = cpu_to_le32(len - RNDIS_OFFSET_BASE),
		.data_len = cpu_to_le32(tx->data_len),
		.ppi_offset = cpu_to_le32(sizeof(packet) - RNDIS_OFFSET_BASE),
		.ppi_len = cpu_to_le32(len - sizeof(packet)),
	};
	void *pos = buf + sizeof(packet);

	if (size < len)
		return 0;

	memcpy(buf, &packet, sizeof(packet));
	if (tx->has_hash)
		pos = put_ppi(pos, RNDIS_PPI_HASH, tx->hash);
	if (tx->has_vlan)
		pos = put_ppi(pos, RNDIS_PPI_8021Q, tx->vlan);
	if (tx->lso)
		put_ppi(pos, RNDIS_PPI_LSO, tx->lso);
	else if (tx->csum)
		put_ppi(pos, RNDIS_PPI_CSUM, tx->csum);

	return len;
}

/*
 * The host can write to @from at any time: what has been checked has to be
 * what is used, so the compiler must not read @from again later.
 */
static void fetch(void *to, const void *from, u32 len)
{
	memcpy(to, from, len);
	barrier_data(to);
}

/* Keep the content of an element if its type matters. */
static int take_ppi(u32 type, const u8 *content, u32 len,
		    struct netvsc_packet_rx *rx)
{
	struct rndis_pkt_id id;
	__le32 wire;
	u32 value;

	if (type != RNDIS_PPI_CSUM && type != RNDIS_PPI_8021Q &&
	    type != RNDIS_PPI_HASH &&
	    type != (RNDIS_PPI_PKT_ID | RNDIS_PPI_INTERNAL))
		return 0;
	if (len < sizeof(wire))
		return -EBADMSG;

	memcpy(&wire, content, sizeof(wire));
	value = le32_to_cpu(wire);
	switch (type) {
	case RNDIS_PPI_CSUM:
		rx->csum = value;
		break;
	case RNDIS_PPI_8021Q:
		rx->vlan = value;
		rx->has_vlan = true;
		break;
	case RNDIS_PPI_HASH:
		rx->hash = value;
		rx->has_hash = true;
		break;
	default:
		memcpy(&id, content, sizeof(id));
		rx->pkt_id_flags = id.flags;
		rx->has_pkt_id = true;
	}

	return 0;
}

static int parse_ppis(const u8 *ppis, u32 len, struct netvsc_packet_rx *rx)
{
	const struct rndis_ppi *ppi;
	u32 offset, size;
	int ret;

	while (len) {
		if (len < sizeof(*ppi))
			return -EBADMSG;

		ppi = (const struct rndis_ppi *)ppis;
		size = le32_to_cpu(ppi->size);
		offset = le32_to_cpu(ppi->offset);
		if (size < sizeof(*ppi) || size > len ||
		    offset < sizeof(*ppi) || offset >= size)
			return -EBADMSG;

		ret = take_ppi(le32_to_cpu(ppi->type), ppis + offset,
			       size - offset, rx);
		if (ret)
			return ret;

		ppis += size;
		len -= size;
	}

	return 0;
}

/* Only the first piece of a coalesced frame begins with an Ethernet header. */
static u32 min_data_len(const struct netvsc_packet_rx *rx)
{
	if (!netvsc_packet_is_piece(rx) ||
	    rx->pkt_id_flags & RNDIS_PKT_ID_FIRST)
		return ETH_HLEN;

	return 1;
}

/* Per-packet info, if there is any; @rest is the message after its start. */
static int fetch_ppis(const void *msg, u32 rest,
		      const struct rndis_packet *packet,
		      struct netvsc_packet_rx *rx)
{
	u32 offset = le32_to_cpu(packet->ppi_offset);
	u32 len = le32_to_cpu(packet->ppi_len);
	u8 ppis[NETVSC_PACKET_PPI_MAX] __uninitialized;

	if (!len)
		return 0;
	if (offset < sizeof(*packet) - RNDIS_OFFSET_BASE ||
	    offset > rest || len > rest - offset)
		return -EBADMSG;
	if (len > sizeof(ppis))
		return -EMSGSIZE;

	fetch(ppis, msg + RNDIS_OFFSET_BASE + offset, len);

	return parse_ppis(ppis, len, rx);
}

/**
 * netvsc_packet_parse() - check and decode a message of type PACKET
 * @msg: the message, in memory that the host may write to meanwhile
 * @len: bytes that the host says it has there
 * @rx: what the message says; undefined on error
 *
 * Header and per-packet info are read once.  The frame is not looked at, only
 * located: @rx->data_len bytes, at least an Ethernet header unless they are a
 * later piece of a coalesced frame, lie inside @len.
 * Info of unknown types is skipped.
 *
 * Return: 0; -EBADMSG if the lengths and offsets make no sense; -EMSGSIZE if
 * there is more per-packet info than NETVSC_PACKET_PPI_MAX.
 */
int netvsc_packet_parse(const void *msg, u32 len, struct netvsc_packet_rx *rx)
{
	u32 data_offset, msg_len, rest;
	struct rndis_packet packet;
	int ret;

	memset(rx, 0, sizeof(*rx));
	if (len < sizeof(packet))
		return -EBADMSG;

	fetch(&packet, msg, sizeof(packet));
	msg_len = le32_to_cpu(packet.hdr.len);
	if (le32_to_cpu(packet.hdr.type) != RNDIS_MSG_PACKET ||
	    msg_len < sizeof(packet) || msg_len > len)
		return -EBADMSG;

	/* offsets count from there */
	rest = msg_len - RNDIS_OFFSET_BASE;
	data_offset = le32_to_cpu(packet.data_offset);
	rx->data_len = le32_to_cpu(packet.data_len);
	if (data_offset < sizeof(packet) - RNDIS_OFFSET_BASE ||
	    data_offset > rest || rx->data_len > rest - data_offset)
		return -EBADMSG;
	rx->data_offset = data_offset + RNDIS_OFFSET_BASE;

	ret = fetch_ppis(msg, rest, &packet, rx);
	if (ret)
		return ret;

	return rx->data_len < min_data_len(rx) ? -EBADMSG : 0;
}
